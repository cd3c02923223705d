//! A block as it is read: its kind, what it holds, and its text.

use super::super::{Alert, Alignment};
use super::html::End;
use super::push_text;

/// A place among the nodes.
pub(in crate::markdown) type NodeId = usize;

/// The document.
pub(in crate::markdown) const ROOT: NodeId = 0;

/// What a block is.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::markdown) enum Kind {
    Document,
    Quote {
        alert: Option<Alert>,
    },
    /// `marker`: the bullet, or what follows the numbers.
    List {
        start: Option<u64>,
        marker: u8,
        tight: bool,
    },
    /// `indent`: columns that its lines are indented by.
    Item {
        indent: usize,
        checked: Option<bool>,
    },
    Footnote {
        label: String,
    },
    Paragraph,
    Heading {
        level: u8,
    },
    /// A code block with a fence; `indent`: columns that its lines lose.
    Fence {
        marker: u8,
        length: usize,
        indent: usize,
        info: String,
    },
    Indented,
    Html {
        end: End,
    },
    Math {
        end: &'static str,
    },
    /// `padding`: cells that its rows lack.
    Table {
        alignments: Vec<Alignment>,
        padding: usize,
    },
    Row,
    Rule,
}

impl Kind {
    pub(super) fn can_hold(&self, child: &Self) -> bool {
        match self {
            Self::Document | Self::Quote { .. } | Self::Item { .. } => !matches!(child, Self::Item { .. } | Self::Row),
            Self::Footnote { .. } => !matches!(child, Self::Item { .. } | Self::Row | Self::Footnote { .. }),
            Self::List { .. } => matches!(child, Self::Item { .. }),
            Self::Table { .. } => matches!(child, Self::Row),
            _ => false,
        }
    }

    /// Whether its lines are taken as they are.
    pub(super) fn is_verbatim(&self) -> bool {
        matches!(self, Self::Fence { .. } | Self::Indented | Self::Html { .. } | Self::Math { .. })
    }
}

/// A block as it is read.
pub(in crate::markdown) struct Node {
    pub(in crate::markdown) kind: Kind,
    pub(in crate::markdown) parent: NodeId,
    pub(in crate::markdown) children: Vec<NodeId>,
    /// The text of a block that holds no blocks; lines are separated by `\n`.
    pub(in crate::markdown) text: String,
    /// Bytes of the text that are definitions, at its start.
    pub(in crate::markdown) skip: usize,
    /// How many children are shown as they will stay.
    pub(in crate::markdown) shown: usize,
    pub(super) lines: usize,
    /// Bytes of the text that count: not the blank lines at the end of indented code, nor a last line that became the
    /// head of a table.
    pub(super) content: usize,
    /// Bytes at the last attempt to read definitions.
    pub(super) tried: usize,
    pub(super) open: bool,
    /// Whether its own end came, and not only that of what holds it.
    pub(in crate::markdown) ended: bool,
    /// Whether a blank line came last.
    pub(super) blank_after: bool,
    /// Whether its first line is being read.
    pub(super) fresh: bool,
    /// Whether it made its list loose.
    pub(super) loosened: bool,
}

impl Node {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            parent: ROOT,
            children: Vec::new(),
            text: String::new(),
            skip: 0,
            shown: 0,
            lines: 0,
            content: 0,
            tried: 0,
            open: true,
            ended: false,
            blank_after: false,
            fresh: true,
            loosened: false,
        }
    }

    pub(super) fn add_line(&mut self, line: &str, blank: bool) {
        if self.lines > 0 {
            self.text.push('\n');
        }
        self.lines += 1;
        push_text(&mut self.text, line);
        if !blank || !matches!(self.kind, Kind::Indented) {
            self.content = self.text.len();
        }
    }

    /// The lines that count, without the definitions.
    pub(in crate::markdown) fn shown_text(&self) -> &str {
        &self.text[self.skip..self.content.max(self.skip)]
    }
}
