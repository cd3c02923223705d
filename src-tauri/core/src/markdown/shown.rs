//! Blocks as windows see them. Each part carries the revision of its last change, so that any number of windows, however
//! slow, get the merged difference without a log of changes.

pub(super) mod code;
pub(super) mod leaf;

use code::Lines;
use leaf::{Leaf, Row};

use super::{Alert, Alignment, Block, BlockContent, BlockPatch, MathNode};
use crate::patch::Revision;

/// From which place on the parts of a sequence changed at which revision: both grow.
#[derive(Default, Debug)]
pub(super) struct Stamps(Vec<(usize, Revision)>);

impl Stamps {
    /// All from this place on changed.
    pub(super) fn set(&mut self, from: usize, now: Revision) {
        while self.0.last().is_some_and(|(at, _)| *at >= from) {
            self.0.pop();
        }
        if self.0.last().is_none_or(|(_, revision)| *revision < now) {
            self.0.push((from, now));
        }
    }

    /// The first place that changed after a revision.
    fn after(&self, since: Revision) -> Option<usize> {
        self.0.get(self.0.partition_point(|(_, revision)| *revision <= since)).map(|(at, _)| *at)
    }
}

/// A block as windows see it.
#[derive(Debug)]
pub(super) struct Shown {
    /// When it last became another block.
    pub(super) put: Revision,
    /// When anything in it last changed, or in a block before it that was open then.
    pub(super) changed: Revision,
    pub(super) content: Content,
}

/// The blocks in a block.
#[derive(Default, Debug)]
pub(super) struct Children {
    pub(super) list: Vec<Shown>,
    /// When they last became fewer.
    pub(super) cut: Revision,
}

#[derive(Debug)]
pub(super) enum Content {
    Paragraph(Leaf),
    Heading {
        level: u8,
        anchor: String,
        leaf: Leaf,
    },
    Code {
        language: String,
        lines: Box<Lines>,
    },
    Math {
        source: String,
        nodes: Vec<MathNode>,
    },
    Quote {
        alert: Option<Alert>,
        children: Children,
    },
    /// `turned`: when it last became loose, or tight again.
    List {
        start: Option<u64>,
        tight: bool,
        turned: Revision,
        children: Children,
    },
    Item {
        checked: Option<bool>,
        children: Children,
    },
    Table {
        alignments: Vec<Alignment>,
        children: Children,
    },
    Row(Row),
    Rule,
    Html(Box<Lines>),
    Footnote {
        label: String,
        number: u32,
        children: Children,
    },
}

impl Content {
    pub(super) fn children_mut(&mut self) -> Option<&mut Children> {
        match self {
            Self::Quote { children, .. }
            | Self::List { children, .. }
            | Self::Item { children, .. }
            | Self::Table { children, .. }
            | Self::Footnote { children, .. } => Some(children),
            _ => None,
        }
    }

    pub(super) fn children(&self) -> Option<&Children> {
        match self {
            Self::Quote { children, .. }
            | Self::List { children, .. }
            | Self::Item { children, .. }
            | Self::Table { children, .. }
            | Self::Footnote { children, .. } => Some(children),
            _ => None,
        }
    }
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The blocks on the wire. They are never nested deeper than the parser lets them.
pub(super) fn blocks(shown: &[Shown]) -> Vec<Block> {
    shown.iter().zip(0..).map(|(shown, id)| shown.block(id)).collect()
}

/// The same, of blocks that nobody needs any more.
pub(super) fn into_blocks(shown: Vec<Shown>) -> Vec<Block> {
    shown.into_iter().zip(0..).map(|(shown, id)| Block { id, content: shown.content.into_wire() }).collect()
}

impl Content {
    fn into_wire(self) -> BlockContent {
        match self {
            Self::Paragraph(leaf) => BlockContent::Paragraph { inlines: leaf.inlines },
            Self::Heading { level, anchor, leaf } => BlockContent::Heading { level, anchor, inlines: leaf.inlines },
            Self::Code { language, lines } => BlockContent::Code { language, tokens: lines.tokens_from(0) },
            Self::Math { source, nodes } => BlockContent::Math { source, nodes },
            Self::Quote { alert, children } => BlockContent::Quote { alert, blocks: into_blocks(children.list) },
            Self::List { start, tight, children, .. } => {
                BlockContent::List { start, tight, blocks: into_blocks(children.list) }
            }
            Self::Item { checked, children } => BlockContent::Item { checked, blocks: into_blocks(children.list) },
            Self::Table { alignments, children } => {
                BlockContent::Table { alignments, blocks: into_blocks(children.list) }
            }
            Self::Row(row) => BlockContent::Row { cells: row.into_cells() },
            Self::Rule => BlockContent::Rule,
            Self::Html(lines) => BlockContent::Html { tokens: lines.tokens_from(0) },
            Self::Footnote { label, number, children } => {
                BlockContent::Footnote { label, number, blocks: into_blocks(children.list) }
            }
        }
    }
}

impl Shown {
    fn block(&self, id: u32) -> Block {
        let content = match &self.content {
            Content::Paragraph(leaf) => BlockContent::Paragraph { inlines: leaf.inlines.clone() },
            Content::Heading { level, anchor, leaf } => {
                BlockContent::Heading { level: *level, anchor: anchor.clone(), inlines: leaf.inlines.clone() }
            }
            Content::Code { language, lines } => {
                BlockContent::Code { language: language.clone(), tokens: lines.tokens_from(0) }
            }
            Content::Math { source, nodes } => BlockContent::Math { source: source.clone(), nodes: nodes.clone() },
            Content::Quote { alert, children } => BlockContent::Quote { alert: *alert, blocks: blocks(&children.list) },
            Content::List { start, tight, children, .. } => {
                BlockContent::List { start: *start, tight: *tight, blocks: blocks(&children.list) }
            }
            Content::Item { checked, children } => {
                BlockContent::Item { checked: *checked, blocks: blocks(&children.list) }
            }
            Content::Table { alignments, children } => {
                BlockContent::Table { alignments: alignments.clone(), blocks: blocks(&children.list) }
            }
            Content::Row(row) => BlockContent::Row { cells: row.cells() },
            Content::Rule => BlockContent::Rule,
            Content::Html(lines) => BlockContent::Html { tokens: lines.tokens_from(0) },
            Content::Footnote { label, number, children } => {
                BlockContent::Footnote { label: label.clone(), number: *number, blocks: blocks(&children.list) }
            }
        };
        Block { id, content }
    }

    /// The patches for what changed in it after `since`; `path` is its own.
    pub(super) fn patches(&self, since: Revision, path: &mut Vec<u32>, patches: &mut Vec<BlockPatch>) {
        if self.put > since {
            let block = self.block(path.last().copied().unwrap_or(0));
            patches.push(BlockPatch::Put { path: path.clone(), block });
            return;
        }
        match &self.content {
            Content::Paragraph(leaf) | Content::Heading { leaf, .. } => {
                if let Some(keep) = leaf.stamps.after(since) {
                    let inlines = leaf.inlines[keep..].to_vec();
                    patches.push(BlockPatch::Inlines { path: path.clone(), keep: number(keep), inlines });
                }
            }
            Content::Code { lines, .. } | Content::Html(lines) => {
                if let Some(keep) = lines.stamps.after(since) {
                    let tokens = lines.tokens_from(keep);
                    patches.push(BlockPatch::Tokens { path: path.clone(), keep: number(keep), tokens });
                }
            }
            Content::List { tight, turned, .. } if *turned > since => {
                patches.push(BlockPatch::Tight { path: path.clone(), tight: *tight });
            }
            _ => {}
        }
        if let Some(children) = self.content.children() {
            children.patches(since, path, patches);
        }
    }
}

impl Children {
    /// The patches for what changed in them after `since`. What changed last is at the end: the rest is not looked at.
    pub(super) fn patches(&self, since: Revision, path: &mut Vec<u32>, patches: &mut Vec<BlockPatch>) {
        if self.cut > since {
            patches.push(BlockPatch::Truncate { path: path.clone(), length: number(self.list.len()) });
        }
        for (at, child) in self.list.iter().enumerate().skip(self.changed_from(since)) {
            path.push(number(at));
            child.patches(since, path, patches);
            path.pop();
        }
    }

    /// From which place on they changed after `since`, but for late changes.
    pub(super) fn changed_from(&self, since: Revision) -> usize {
        self.list.iter().rposition(|child| child.changed <= since).map_or(0, |at| at + 1)
    }

    pub(super) fn at_mut(&mut self, path: &[u32]) -> Option<&mut Shown> {
        let (first, rest) = path.split_first()?;
        let child = self.list.get_mut(*first as usize)?;
        if rest.is_empty() { Some(child) } else { child.content.children_mut()?.at_mut(rest) }
    }

    /// Visits all blocks in the order of the text.
    pub(super) fn visit(&mut self, path: &mut Vec<u32>, visit: &mut dyn FnMut(&mut Shown, &[u32])) {
        for (child, at) in self.list.iter_mut().zip(0..) {
            path.push(at);
            visit(child, path);
            if let Some(children) = child.content.children_mut() {
                children.visit(path, visit);
            }
            path.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_give_the_first_place_that_changed_after_a_revision() {
        let mut stamps = Stamps::default();
        for (from, now) in [(0, 1), (5, 2), (9, 3), (7, 4), (8, 4)] {
            stamps.set(from, now);
        }
        assert_eq!([0, 1, 2, 3, 4].map(|since| stamps.after(since)), [Some(0), Some(5), Some(7), Some(7), None]);
    }
}
