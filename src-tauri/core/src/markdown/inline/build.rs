//! From the flat list of pieces to the tree of inlines. Long text becomes several neighbours, at the same places however the
//! text came.

use super::Item;
use super::delimiter::{Delimiters, Style};
use crate::markdown::math::math;
use crate::markdown::{Inline, Rules};

/// A text inline ends at the next place after white space when it is this long.
const LONG: usize = 512;

/// No text inline is longer.
const LONGEST: usize = 2048;

/// Styles and links nested deeper than this are left out: nobody sees them, and the stack is finite.
const DEEPEST: usize = 40;

/// A place in the text at which nothing is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::markdown) struct Check {
    /// The place.
    pub(in crate::markdown) at: usize,
    /// How many inlines there are before it.
    pub(in crate::markdown) inlines: usize,
    /// Bytes of the last one, where that is text which may go on.
    pub(in crate::markdown) text: usize,
}

/// What pieces are put together with.
pub(super) struct Piecework<'a> {
    pub(super) text: &'a str,
    pub(super) rules: Rules,
    pub(super) delimiters: &'a Delimiters,
}

/// Inlines, the last of which may be text that goes on.
#[derive(Default)]
struct Sink {
    done: Vec<Inline>,
    text: String,
}

impl Sink {
    fn text(&mut self, mut more: &str) {
        while self.text.len() + more.len() >= LONG {
            let least = LONG.saturating_sub(self.text.len()).max(1);
            let hard = more.floor_char_boundary(LONGEST - self.text.len());
            let places = more.as_bytes()[..hard].get(least - 1..).unwrap_or_default();
            let space = places.iter().position(u8::is_ascii_whitespace).map(|at| least + at);
            let end = match space {
                Some(end) => end,
                _ if hard < more.len() || self.text.len() + more.len() == LONGEST => hard,
                _ => break,
            };
            self.text.push_str(&more[..end]);
            self.end_text();
            more = &more[end..];
        }
        self.text.push_str(more);
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Inline::Text { text: std::mem::take(&mut self.text) });
        }
    }

    fn push(&mut self, inline: Inline) {
        self.end_text();
        self.done.push(inline);
    }

    fn finish(mut self) -> Vec<Inline> {
        self.end_text();
        self.done
    }
}

/// What the pieces are in.
enum Frame {
    Style(Style),
    Link { address: Option<String>, title: Option<String> },
    Image { address: Option<String>, title: Option<String> },
}

struct Frames {
    open: Vec<(Frame, Sink)>,
    /// How many are open beyond the deepest.
    deeper: usize,
    links: usize,
    sink: Sink,
}

impl Frames {
    fn open(&mut self, frame: Frame) {
        if self.open.len() >= DEEPEST {
            self.deeper += 1;
            return;
        }
        if !matches!(frame, Frame::Style(_)) {
            self.links += 1;
        }
        self.open.push((frame, std::mem::take(&mut self.sink)));
    }

    fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some((frame, outer)) = self.open.pop() else { return };
        let inlines = std::mem::replace(&mut self.sink, outer).finish();
        if !matches!(frame, Frame::Style(_)) {
            self.links -= 1;
        }
        self.sink.push(match frame {
            Frame::Style(Style::Emphasis) => Inline::Emphasis { inlines },
            Frame::Style(Style::Strong) => Inline::Strong { inlines },
            Frame::Style(Style::Strike) => Inline::Strike { inlines },
            Frame::Link { address, title } => Inline::Link { href: address, title, inlines },
            Frame::Image { address, title } => Inline::Image { href: address, title, text: plain(&inlines) },
        });
    }
}

impl Piecework<'_> {
    /// The inlines from a place on, the first of which goes on with the text `last`, and the places to read on from.
    pub(super) fn build(&self, pieces: Vec<Item>, from: &Check, last: String) -> (Vec<Inline>, Vec<Check>) {
        let before = from.inlines - usize::from(!last.is_empty());
        let sink = Sink { done: Vec::new(), text: last };
        let mut frames = Frames { open: Vec::new(), deeper: 0, links: 0, sink };
        let mut checks = Vec::new();
        for piece in pieces {
            if let Item::Check(at) = piece {
                let text = frames.sink.text.len();
                let inlines = before + frames.sink.done.len() + usize::from(text > 0);
                checks.push(Check { at, inlines, text });
                continue;
            }
            self.piece(piece, &mut frames);
        }
        while !frames.open.is_empty() {
            frames.deeper = 0;
            frames.close();
        }
        (frames.sink.finish(), checks)
    }

    fn piece(&self, piece: Item, frames: &mut Frames) {
        let text = self.text;
        let sink = &mut frames.sink;
        match piece {
            Item::Text(from, to) => sink.text(&text[from..to]),
            Item::Characters(characters) => sink.text(&characters),
            Item::Code(text) => sink.push(Inline::Code { text }),
            Item::Html(from, to) => sink.text(&(self.rules.html)(&text[from..to])),
            Item::Math { from, to, display, closed } => {
                let source = &text[from..to];
                let nodes = if closed { math(source, display) } else { Vec::new() };
                sink.push(Inline::Math { source: source.to_owned(), display, nodes });
            }
            Item::Footnote { label, number } => sink.push(Inline::FootnoteRef { label, number }),
            Item::Bare { from, to, .. } if frames.links > 0 => sink.text(&text[from..to]),
            Item::Bare { from, to, address } => self.address(&address, &text[from..to], frames),
            Item::Auto { text, address } => self.address(&address, &text, frames),
            Item::Run(run) => {
                for _ in 0..self.delimiters.run(run).ends {
                    frames.close();
                }
                let left = self.delimiters.run(run);
                frames.sink.text(&text[left.at..left.at + left.left]);
                for style in self.delimiters.opens(run) {
                    frames.open(Frame::Style(style));
                }
            }
            Item::Bracket { image } => sink.text(if image { "![" } else { "[" }),
            Item::Link { image: false, address, title } => frames.open(Frame::Link { address, title }),
            Item::Link { image: true, address, title } => frames.open(Frame::Image { address, title }),
            Item::LinkEnd => frames.close(),
            Item::Break => sink.push(Inline::Break),
            Item::Hidden | Item::Check(_) => {}
        }
    }

    fn address(&self, address: &str, shown: &str, frames: &mut Frames) {
        frames.open(Frame::Link { address: (self.rules.address)(address), title: None });
        frames.sink.text(shown);
        frames.close();
    }
}

/// The text without its marks.
pub(in crate::markdown) fn plain(inlines: &[Inline]) -> String {
    let mut text = String::new();
    add_plain(inlines, &mut text);
    text
}

/// Inlines are never nested deeper than `DEEPEST`.
fn add_plain(inlines: &[Inline], plain: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text { text } | Inline::Code { text } | Inline::Image { text, .. } => plain.push_str(text),
            Inline::Math { source, .. } => plain.push_str(source),
            Inline::Emphasis { inlines }
            | Inline::Strong { inlines }
            | Inline::Strike { inlines }
            | Inline::Link { inlines, .. } => add_plain(inlines, plain),
            Inline::Break => plain.push('\n'),
            Inline::FootnoteRef { .. } => {}
        }
    }
}
