//! Running text as Markdown: styles, links, code and formulas, each in the form that reads as the same again.

use std::iter::Peekable;
use std::slice::Iter;

use super::escape::{Around, Marks, lines, may_be_entity, push_text};
use super::{DEEPEST, address};
use crate::markdown::Inline;

/// The text of a paragraph, line by line.
pub(super) fn paragraph(inlines: &[Inline]) -> String {
    lines(&write(inlines))
}

/// The same in one line.
pub(super) fn one_line(inlines: &[Inline]) -> String {
    let text = write(inlines).replace("\\\n", " ");
    text.split('\n').map(|line| line.trim_matches([' ', '\t'])).collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn write(inlines: &[Inline]) -> String {
    let place = Place { marks: Marks::of(inlines), before: None, after: None, in_link: false, first: true, depth: 0 };
    place.inlines(inlines)
}

/// Where inlines stand.
#[derive(Clone, Copy)]
struct Place {
    marks: Marks,
    before: Option<char>,
    after: Option<char>,
    in_link: bool,
    /// Whether nothing is before it in the same style.
    first: bool,
    depth: usize,
}

impl Place {
    fn inlines(self, inlines: &[Inline]) -> String {
        let mut out = String::new();
        if self.depth > DEEPEST {
            return out;
        }
        let mut rest = inlines.iter().peekable();
        while let Some(inline) = rest.next() {
            let before = out.chars().next_back().or(self.before);
            if let Inline::Text { text } = inline {
                let text = with_neighbours(text, &mut rest);
                let around = Around { before, after: self.after_of(&mut rest), in_link: self.in_link };
                push_text(&mut out, &text, self.marks, &around);
                continue;
            }
            let (after, first) = (self.after_of(&mut rest), out.is_empty());
            let here = Self { before, after, first, depth: self.depth + 1, ..self };
            here.push(&mut out, inline);
        }
        out
    }

    /// The first character of what comes next.
    fn after_of(self, rest: &mut Peekable<Iter<'_, Inline>>) -> Option<char> {
        match rest.peek() {
            Some(Inline::Text { text }) => text.chars().next(),
            Some(Inline::Emphasis { .. } | Inline::Strong { .. }) => Some('*'),
            Some(Inline::Strike { .. }) => Some('~'),
            Some(Inline::Code { .. }) => Some('`'),
            Some(Inline::Link { .. } | Inline::FootnoteRef { .. }) => Some('['),
            Some(Inline::Image { .. }) => Some('!'),
            Some(Inline::Math { .. }) => Some('$'),
            Some(Inline::Break) => Some('\\'),
            None => self.after,
        }
    }

    fn push(self, out: &mut String, inline: &Inline) {
        match inline {
            Inline::Text { .. } => {}
            Inline::Emphasis { inlines } => match inlines.as_slice() {
                [Inline::Strong { inlines }] => self.style(out, inlines, ["***", "___"]),
                _ => self.style(out, inlines, ["*", "_"]),
            },
            Inline::Strong { inlines } => self.style(out, inlines, ["**", "__"]),
            Inline::Strike { inlines } => self.style(out, inlines, ["~~", "~"]),
            Inline::Code { text } => out.push_str(&code(text)),
            Inline::Link { href: Some(href), title, inlines } => self.link(out, href, title.as_deref(), inlines),
            Inline::Link { href: None, inlines, .. } => out.push_str(&self.inlines(inlines)),
            Inline::Image { href, title, text } => {
                let words = [Inline::Text { text: text.clone() }];
                match href {
                    Some(href) => {
                        let text = Self { before: Some('['), after: Some(']'), in_link: true, ..self }.inlines(&words);
                        out.push_str(&format!("![{text}]({})", target(href, title.as_deref())));
                    }
                    None => out.push_str(&self.inlines(&words)),
                }
            }
            Inline::Math { source, display, .. } => out.push_str(&self.math(source, *display)),
            Inline::FootnoteRef { label, .. } => out.push_str(&format!("[^{label}]")),
            Inline::Break => out.push_str("\\\n"),
        }
    }

    /// Styles start and end at words: white space within goes around them, as the end of a selection may bring some.
    fn style(self, out: &mut String, inlines: &[Inline], markers: [&str; 2]) {
        let in_word = [self.before, self.after].into_iter().flatten().any(char::is_alphanumeric);
        // Next to the same mark it would be one run with that; underlines do nothing in a word.
        let joins = self.before.is_some_and(|before| markers[0].starts_with(before));
        let marker = if joins && (!in_word || markers[1] == "~") { markers[1] } else { markers[0] };
        let mark = marker.chars().next();
        let text = Self { before: mark, after: mark, ..self }.inlines(inlines);
        let words = text.trim_start();
        let (start, words) = (&text[..text.len() - words.len()], words.trim_end());
        out.push_str(start);
        if !words.is_empty() {
            out.push_str(&format!("{marker}{words}{marker}"));
            out.push_str(&text[start.len() + words.len()..]);
        }
    }

    fn link(self, out: &mut String, href: &str, title: Option<&str>, inlines: &[Inline]) {
        if title.is_none()
            && let Some(shown) = address(href, inlines)
            && !shown.contains(['<', '>', ' ', '\n'])
        {
            let starts_here = self.first || self.before.is_none_or(|near| near.is_whitespace() || near == '(');
            let ends_here = self.after.is_none_or(char::is_whitespace);
            let ends = shown.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '/');
            let is_web = shown.starts_with("http") || shown.starts_with("www.");
            if is_web && ends && starts_here && ends_here {
                return out.push_str(shown);
            }
            if !shown.starts_with("www.") {
                return out.push_str(&format!("<{shown}>"));
            }
        }
        let text = Self { before: Some('['), after: Some(']'), in_link: true, ..self }.inlines(inlines);
        out.push_str(&format!("[{text}]({})", target(href, title)));
    }

    /// With dollars, which most programs read, where those cannot be taken for money, else with brackets.
    fn math(self, source: &str, display: bool) -> String {
        // A line of it might start a block; only a comment needs its end.
        let source = &if source.contains('%') { source.to_owned() } else { source.replace('\n', " ") };
        if display {
            return if source.contains("$$") || self.after == Some('$') {
                format!("\\[{source}\\]")
            } else {
                format!("$${source}$$")
            };
        }
        let parted = |neighbour: Option<char>| neighbour.is_none_or(|near| !near.is_alphanumeric() && near != '$');
        let sure = !source.contains(['$', '\n'])
            && source.len() < 1000
            && !source.starts_with(|first: char| first.is_whitespace() || first.is_ascii_digit())
            && !source.ends_with([' ', '\t', '\\'])
            && parted(self.before)
            && parted(self.after);
        let brackets = source.contains(char::is_alphanumeric) && !source.contains("\\)");
        if sure || !brackets { format!("${source}$") } else { format!("\\({source}\\)") }
    }
}

/// A text with those that follow it: long text comes in several.
fn with_neighbours(text: &str, rest: &mut Peekable<Iter<'_, Inline>>) -> String {
    let mut whole = text.to_owned();
    while let Some(Inline::Text { text }) = rest.peek() {
        whole.push_str(text);
        rest.next();
    }
    whole
}

/// Code between more backticks than it has in a row.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    let spaced = text.starts_with(' ') && text.ends_with(' ') && text.contains(|letter| letter != ' ');
    let room = if text.starts_with('`') || text.ends_with('`') || spaced { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// The length of the longest run of a mark in a text.
pub(super) fn longest_run(text: &str, mark: char) -> usize {
    text.split(|letter| letter != mark).map(str::len).max().unwrap_or(0)
}

/// The address of a link and its title, as they stand between its parentheses.
fn target(href: &str, title: Option<&str>) -> String {
    let plain = !href.is_empty() && !href.contains(|letter: char| letter.is_whitespace() || "()<>".contains(letter));
    let href = within(href, &['<', '>'], plain);
    let href = if plain { href } else { format!("<{href}>") };
    title.map_or(href.clone(), |title| format!("{href} \"{}\"", within(title, &['"'], false)))
}

/// Text of a target: marks that would end it, and what would be read as an escape, have a backslash.
fn within(text: &str, marks: &[char], plain: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        let rest = &text[at + letter.len_utf8()..];
        let is_read = match letter {
            '\\' => rest.chars().next().is_none_or(|after| after.is_ascii_punctuation()),
            '&' => may_be_entity(rest),
            letter => !plain && marks.contains(&letter),
        };
        if is_read {
            out.push('\\');
        }
        if letter == '\n' { out.push_str("&#10;") } else { out.push(letter) }
    }
    out
}
