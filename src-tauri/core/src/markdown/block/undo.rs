//! What a line that has not ended is undone to: only blocks that were open can have changed.

use super::node::{Kind, Node, NodeId};

/// The state of the blocks before the line.
pub(super) struct Mark {
    /// How many blocks there were.
    pub(super) nodes: usize,
    open: Vec<Saved>,
}

struct Saved {
    id: NodeId,
    children: usize,
    last_child: Option<NodeId>,
    text: usize,
    content: usize,
    lines: usize,
    skip: usize,
    tried: usize,
    blank_after: bool,
    fresh: bool,
    /// Whether a list was tight.
    tight: bool,
    padding: usize,
    /// The line may turn it into a heading.
    paragraph: bool,
}

impl Mark {
    pub(super) fn new(nodes: &[Node], open: &[NodeId]) -> Self {
        let saved = open.iter().map(|&id| Saved::new(id, &nodes[id]));
        Self { nodes: nodes.len(), open: saved.collect() }
    }

    pub(super) fn is_closed(&self, id: NodeId) -> bool {
        id < self.nodes && !self.open.iter().any(|saved| saved.id == id)
    }

    /// Bytes of the text of a block that was open.
    pub(super) fn text(&self, id: NodeId) -> Option<usize> {
        self.open.iter().rev().find(|saved| saved.id == id).map(|saved| saved.content)
    }

    /// The blocks that were open, each with the bytes of its text that were definitions.
    pub(super) fn skipped(&self) -> impl Iterator<Item = (NodeId, usize)> {
        self.open.iter().map(|saved| (saved.id, saved.skip))
    }

    pub(super) fn text_taken(&mut self, id: NodeId, bytes: usize) {
        if let Some(saved) = self.open.iter_mut().rev().find(|saved| saved.id == id) {
            saved.text -= bytes;
            saved.content = saved.content.saturating_sub(bytes);
        }
    }

    pub(super) fn restore(self, nodes: &mut Vec<Node>, open: &mut Vec<NodeId>) {
        nodes.truncate(self.nodes);
        open.clear();
        for saved in self.open {
            open.push(saved.id);
            saved.restore(&mut nodes[saved.id]);
        }
    }
}

impl Saved {
    fn new(id: NodeId, node: &Node) -> Self {
        Self {
            id,
            children: node.children.len(),
            last_child: node.children.last().copied(),
            text: node.text.len(),
            content: node.content,
            lines: node.lines,
            skip: node.skip,
            tried: node.tried,
            blank_after: node.blank_after,
            fresh: node.fresh,
            tight: matches!(node.kind, Kind::List { tight: true, .. }),
            padding: if let Kind::Table { padding, .. } = node.kind { padding } else { 0 },
            paragraph: matches!(node.kind, Kind::Paragraph),
        }
    }

    fn restore(&self, node: &mut Node) {
        // The last child may have gone, or become another one.
        node.children.truncate(self.children.saturating_sub(1));
        node.children.extend(self.last_child);
        if self.paragraph {
            node.kind = Kind::Paragraph;
        }
        node.text.truncate(self.text);
        node.content = self.content;
        node.lines = self.lines;
        node.skip = self.skip;
        node.tried = self.tried;
        node.blank_after = self.blank_after;
        node.fresh = self.fresh;
        node.open = true;
        node.ended = false;
        match &mut node.kind {
            Kind::List { tight, .. } => *tight = self.tight,
            Kind::Table { padding, .. } => *padding = self.padding,
            _ => {}
        }
    }
}
