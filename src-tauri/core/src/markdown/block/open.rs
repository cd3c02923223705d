//! Which block a line opens, and its opening.

use super::line::Line;
use super::start::{self, Marker};
use super::{Blocks, DEEPEST, Kind, NodeId, html, table};
use crate::markdown::Alignment;

/// A head of a table has at most this many bytes.
const LONGEST_HEAD: usize = 16 << 10;

/// The block that a line opens.
pub(super) enum Start {
    Quote,
    Heading(u8, String),
    Fence(u8, usize, String),
    Html(html::End),
    /// The paragraph above is a heading.
    Underline(u8),
    Rule,
    /// Text of math that is whole in this line, or what is there of it.
    Math(&'static str, String),
    MathFence(&'static str),
    Footnote(String, usize),
    Item(Marker),
    Indented,
    /// The last line above is the head of a table.
    Table(Vec<Alignment>),
}

impl Blocks {
    /// The block that the rest of the line opens, by the order of CommonMark and GFM. `lazy`: it may go on with a paragraph whose
    /// containers it does not continue.
    pub(super) fn start(&self, container: NodeId, line: &Line<'_>, lazy: bool, complete: bool) -> Option<Start> {
        let word = line.word();
        let in_paragraph = matches!(self.nodes[container].kind, Kind::Paragraph);
        let in_list = matches!(self.nodes[container].kind, Kind::List { .. });
        let deep = self.open.len() >= DEEPEST;
        if line.indent() > 3 {
            return (!in_paragraph && !lazy && !line.is_blank()).then_some(Start::Indented);
        }
        let first = *word.as_bytes().first()?;
        match first {
            b'>' if !deep => return Some(Start::Quote),
            b'#' => {
                if let Some((level, text)) = start::heading(word) {
                    return Some(Start::Heading(level, text.to_owned()));
                }
            }
            b'`' | b'~' => {
                if let Some((marker, length, info)) = start::fence(word) {
                    return Some(Start::Fence(marker, length, info.to_owned()));
                }
            }
            b'<' => {
                if let Some(end) = html::start(word, in_paragraph || lazy) {
                    return Some(Start::Html(end));
                }
            }
            b'$' | b'\\' => {
                if let Some(start) = math(word, complete) {
                    return Some(start);
                }
            }
            b'[' if !deep => {
                if let Some((label, length)) = start::footnote(word) {
                    return Some(Start::Footnote(label.to_owned(), length));
                }
            }
            _ => {}
        }
        if in_paragraph
            && let Some(level) = start::underline(word)
            && !self.is_defined_only(container)
        {
            return Some(Start::Underline(level));
        }
        if start::rule(word) {
            return Some(Start::Rule);
        }
        if (!deep || in_list)
            && let Some(marker) = start::marker(word)
        {
            let blank = word[marker.length..].trim_matches([' ', '\t']).is_empty();
            if !in_paragraph || (!blank && marker.start.is_none_or(|start| start == 1)) {
                return Some(Start::Item(marker));
            }
        }
        // After the lists: `- | -` is an item.
        if in_paragraph
            && matches!(first, b'|' | b':' | b'-')
            && let Some(alignments) = self.head(container).and_then(|head| table::alignments(head, word, complete))
        {
            return Some(Start::Table(alignments));
        }
        None
    }

    /// The line of a paragraph that would be the head of a table.
    fn head(&self, paragraph: NodeId) -> Option<&str> {
        let text = self.nodes[paragraph].shown_text();
        let from = text.len().saturating_sub(LONGEST_HEAD);
        let head = text.as_bytes()[from..].iter().rposition(|byte| *byte == b'\n').map(|at| &text[from + at + 1..]);
        head.or((from == 0).then_some(text))
    }

    /// Whether a paragraph is definitions and nothing else.
    fn is_defined_only(&self, paragraph: NodeId) -> bool {
        let text = self.nodes[paragraph].shown_text();
        text.starts_with('[') && {
            let end: usize = super::definitions(text, true).map(|(_, _, end)| end).sum();
            text[end..].trim_start().is_empty()
        }
    }
}

fn math(word: &str, complete: bool) -> Option<Start> {
    match start::math(word) {
        Some((end, None)) => Some(Start::MathFence(end)),
        Some((end, Some(source))) => Some(Start::Math(end, source.to_owned())),
        None if complete => None,
        None => start::open_math(word).map(|(end, source)| Start::Math(end, source.to_owned())),
    }
}

impl Start {
    /// Opens the block. `Some`: the rest of the line belongs to this one.
    pub(super) fn apply(
        self,
        blocks: &mut Blocks,
        line: &mut Line<'_>,
        container: NodeId,
        complete: bool,
    ) -> Option<NodeId> {
        match self {
            Self::Quote => {
                line.skip_word(1);
                line.skip_columns(1);
                let alert = start::alert(line.word());
                let quote = blocks.push(Kind::Quote { alert });
                alert.is_none().then_some(quote)
            }
            Self::Heading(level, text) => blocks.whole(Kind::Heading { level }, &text),
            Self::Fence(marker, length, info) => {
                blocks.push(Kind::Fence { marker, length, indent: line.indent(), info });
                None
            }
            Self::Html(end) => Some(blocks.push(Kind::Html { end })),
            Self::Underline(level) => {
                blocks.define(container, true);
                let node = &mut blocks.nodes[container];
                node.kind = Kind::Heading { level };
                blocks.close_last();
                None
            }
            Self::Rule => blocks.whole(Kind::Rule, ""),
            Self::Math(end, text) => blocks.whole(Kind::Math { end }, &text),
            Self::MathFence(end) => {
                blocks.push(Kind::Math { end });
                None
            }
            Self::Footnote(label, length) => {
                line.skip_word(length);
                line.skip_indent();
                if complete {
                    blocks.definitions.define_footnote(&label);
                }
                Some(blocks.push(Kind::Footnote { label }))
            }
            Self::Item(marker) => Some(blocks.item(line, &marker)),
            Self::Indented => {
                line.skip_columns(4);
                Some(blocks.push(Kind::Indented))
            }
            Self::Table(alignments) => {
                blocks.table(container, alignments);
                None
            }
        }
    }
}

impl Blocks {
    /// A block that is this line.
    fn whole(&mut self, kind: Kind, text: &str) -> Option<NodeId> {
        let id = self.push(kind);
        self.nodes[id].add_line(text, false);
        self.nodes[id].ended = true;
        self.close_last();
        None
    }

    fn item(&mut self, line: &mut Line<'_>, marker: &Marker) -> NodeId {
        let offset = line.indent();
        line.skip_word(marker.length);
        let space = line.indent();
        let blank = line.is_blank();
        let indent = if blank || !(1..=4).contains(&space) {
            line.skip_columns(1);
            offset + marker.length + 1
        } else {
            line.skip_columns(space);
            offset + marker.length + space
        };
        let tip = self.tip();
        let fits = matches!(self.nodes[tip].kind,
            Kind::List { start, marker: kind, .. } if kind == marker.kind && start.is_some() == marker.start.is_some());
        if !fits {
            if matches!(self.nodes[tip].kind, Kind::List { .. }) {
                self.close_last();
            }
            self.push(Kind::List { start: marker.start, marker: marker.kind, tight: true });
        }
        let task = if line.indent() == 0 { start::task(line.word()) } else { None };
        let item = self.push(Kind::Item { indent, checked: task.map(|(ticked, _)| ticked) });
        let Some((_, length)) = task else { return item };
        line.skip_word(length);
        self.push(Kind::Paragraph)
    }

    /// The last line of a paragraph becomes the head of a table; what is before it stays.
    fn table(&mut self, paragraph: NodeId, alignments: Vec<Alignment>) {
        let Some(head) = self.head(paragraph).map(str::to_owned) else { return };
        let node = &mut self.nodes[paragraph];
        let rest = node.content - head.len();
        if rest > node.skip {
            node.content = rest - 1;
            self.close_last();
        } else {
            let (parent, loosened) = (node.parent, node.loosened);
            node.content = node.skip;
            self.close_last();
            if self.nodes[parent].children.last() == Some(&paragraph) {
                self.nodes[parent].children.pop();
            }
            let table = self.push(Kind::Table { alignments, padding: 0 });
            self.nodes[table].loosened |= loosened;
            return self.head_row(&head);
        }
        self.push(Kind::Table { alignments, padding: 0 });
        self.head_row(&head);
    }

    fn head_row(&mut self, head: &str) {
        let row = self.push(Kind::Row);
        self.nodes[row].add_line(head, false);
        self.close_last();
    }
}
