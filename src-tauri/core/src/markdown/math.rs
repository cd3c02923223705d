//! LaTeX maths as typed MathML nodes: what goes in is bounded, what comes out is from a list of tags and
//! attributes. pulldown-latex reads the formula; `math/markup.rs` reads what it writes.
//!
//! Its writer and not its events, because spacing, scripts and environments are a thousand lines of
//! TeX knowledge there. And an own reader for what it writes, because that is no XML: `\big` puts two
//! attributes together without a space (roxmltree refuses), names of functions come unescaped, `&nbsp;` is
//! declared nowhere. The reader needs no crate and builds the nodes as it goes.

mod markup;

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::event::{Content, Event};
use pulldown_latex::mathml::write_mathml;
use pulldown_latex::{Parser, Storage};
use std::convert::Infallible;

use super::MathNode;
pub(super) use markup::{is_attribute, is_tag};

/// Longer formulas are shown as their source.
const MOST_BYTES: usize = 4000;

/// The parser reads the inside of a brace once for every level around it.
const MOST_NESTING: usize = 64;

/// What a formula may become, for the page's sake.
const MOST_EVENTS: usize = 5000;
const MOST_NODES: usize = 5000;
const MOST_DEPTH: usize = 200;

/// With more commands than this the parser gets a stack of its own: it calls itself for each command that
/// is the argument of another without braces (`\hat\hat\hat x`), and an overflow would end the whole process.
/// One level takes less than 8 KB in a debug build, and a formula within the limit has room for 2,000.
const MOST_COMMANDS: usize = 50;
const OWN_STACK: usize = 32 << 20;

/// The formula as one `math` element, or nothing where it cannot be read whole: then the source is shown.
pub(super) fn math(source: &str, display: bool) -> Vec<MathNode> {
    if source.trim().is_empty() || source.len() > MOST_BYTES || !is_bounded(source) {
        return Vec::new();
    }
    let root = if source.matches('\\').count() > MOST_COMMANDS {
        std::thread::scope(|scope| {
            let stack = std::thread::Builder::new().stack_size(OWN_STACK);
            stack.spawn_scoped(scope, || typeset(source, display)).ok()?.join().ok()?
        })
    } else {
        typeset(source, display)
    };
    Vec::from_iter(root)
}

fn typeset(source: &str, display: bool) -> Option<MathNode> {
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(source, &storage) {
        // An error would be written into the formula as a box with a text for programmers.
        let event = event.ok()?;
        if events.len() == MOST_EVENTS || !is_safe(&event) {
            return None;
        }
        events.push(event);
    }
    if events.is_empty() {
        return None;
    }
    let mut written = Vec::new();
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    write_mathml(&mut written, events.into_iter().map(Ok::<_, Infallible>), config).ok()?;
    markup::read(std::str::from_utf8(&written).ok()?, MOST_NODES, MOST_DEPTH)
}

/// Not read: from definitions a short formula can make any number of nested commands, and the parser calls
/// itself for each. A definition is over with its formula, so hardly any has one.
const DEFINITIONS: [&str; 6] = ["def", "futurelet", "let", "newcommand", "providecommand", "renewcommand"];

/// Whether the parser's time and stack are bounded: no definitions, and braces, environments and `\left`
/// nested no deeper than the limit.
fn is_bounded(source: &str) -> bool {
    let (mut depth, mut rest) = (0usize, source);
    while let Some(at) = rest.find(['\\', '{', '}']) {
        let (mark, after) = rest[at..].split_at(1);
        rest = after;
        let opens = match mark {
            "\\" => {
                let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                let (command, after) = rest.split_at(end);
                rest = after;
                if command.is_empty() {
                    // An escaped sign, a brace perhaps.
                    rest = rest.strip_prefix(['\\', '{', '}']).unwrap_or(rest);
                }
                if DEFINITIONS.contains(&command) {
                    return false;
                }
                i32::from(matches!(command, "begin" | "left")) - i32::from(matches!(command, "end" | "right"))
            }
            "{" => 1,
            _ => -1,
        };
        match opens {
            1 => depth += 1,
            -1 => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST_NESTING {
            return false;
        }
    }
    true
}

/// Names of functions are written as they stand: with markup in them they would be read as elements.
fn is_safe(event: &Event<'_>) -> bool {
    match event {
        Event::Content(Content::Function(name)) => !name.contains(['<', '&']),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
