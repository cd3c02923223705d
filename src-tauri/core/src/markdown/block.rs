//! Blocks, line by line, by the algorithm of CommonMark: which containers a line continues, which it opens, whose text it is.
//!
//! Only complete lines count. The last one, as far as it has come, is read on top of them and undone when more of it comes.

mod continues;
mod hold;
mod html;
mod line;
mod node;
mod open;
mod start;
pub(super) mod table;
mod undo;

use continues::Continues;
use hold::{Place, is_held};
use line::Line;
pub(super) use node::{Kind, Node, NodeId, ROOT};
use undo::Mark;

use super::definition::{Definitions, definitions};

/// Containers nested deeper than this are text: nobody reads them, and the stack is finite.
const DEEPEST: usize = 48;

/// A line that is longer than this and is text is settled as far as it has come: nothing behind can change that.
const LONG: usize = 2048;

/// Cells that are added to short rows of one table; a row beyond them is text.
const MOST_PADDING: usize = 20_000;

/// What became of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It is held back.
    Held,
    /// Text at the end of a paragraph or a code block.
    Text,
    Other,
}

/// The blocks of a text that grows.
pub(super) struct Blocks {
    nodes: Vec<Node>,
    /// The blocks that are open, from the document down.
    open: Vec<NodeId>,
    /// Bytes of the text up to the end of the last complete line, or of the part of it that is settled.
    at: usize,
    /// Bytes in which no end of a line was found.
    seen: usize,
    /// What the part of the last line is undone to.
    mark: Option<Mark>,
    /// How long that part was.
    read: usize,
    /// The part before `at` is text, and so is what follows up to the end of the line.
    in_text: bool,
    finished: bool,
    /// Grows with each change.
    pub(super) version: u64,
    /// Definitions of link references, of complete lines only.
    pub(super) definitions: Definitions,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            nodes: vec![Node::new(Kind::Document)],
            open: vec![ROOT],
            at: 0,
            seen: 0,
            mark: None,
            read: 0,
            in_text: false,
            finished: false,
            version: 0,
            definitions: Definitions::default(),
        }
    }
}

impl Blocks {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id]
    }

    /// Whether all of the block is there for good.
    pub(super) fn is_settled(&self, id: NodeId) -> bool {
        match &self.mark {
            Some(mark) => mark.is_closed(id),
            None => !self.nodes[id].open,
        }
    }

    /// Whether the block was opened by complete lines.
    pub(super) fn is_there(&self, id: NodeId) -> bool {
        self.mark.as_ref().is_none_or(|mark| id < mark.nodes)
    }

    /// Bytes of the block's text that are there for good.
    pub(super) fn settled_text(&self, id: NodeId) -> usize {
        let content = self.nodes[id].content;
        match &self.mark {
            Some(mark) => mark.text(id).unwrap_or(if mark.is_closed(id) { content } else { 0 }),
            None => content,
        }
    }

    /// The text of a code block that is there for good, which from now on is the caller's to keep.
    pub(super) fn take_settled_text(&mut self, id: NodeId) -> String {
        let end = self.settled_text(id);
        let node = &mut self.nodes[id];
        let settled: String = node.text.drain(..end).collect();
        node.content -= end;
        if let Some(mark) = &mut self.mark {
            mark.text_taken(id, end);
        }
        settled
    }

    /// Reads what is new of the text.
    pub(super) fn read(&mut self, text: &str) {
        loop {
            let from = self.seen.max(self.at);
            let Some(end) = text.as_bytes()[from..].iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                self.seen = text.len();
                return self.read_part(&text[self.at..]);
            };
            let end = from + end;
            let next = match text.as_bytes()[end..] {
                // It may be the first half of the end of a line.
                [b'\r'] => {
                    self.seen = end;
                    return self.read_part(&text[self.at..end]);
                }
                [b'\r', b'\n', ..] => end + 2,
                _ => end + 1,
            };
            self.read_line(&text[self.at..end]);
            self.at = next;
        }
    }

    /// The text is complete.
    pub(super) fn finish(&mut self, text: &str) {
        if self.finished {
            return;
        }
        self.read(text);
        let rest = text[self.at..].trim_end_matches('\r');
        if !rest.is_empty() {
            self.read_line(rest);
        }
        self.undo();
        self.in_text = false;
        self.at = text.len();
        while self.open.len() > 1 {
            self.close_last();
        }
        self.finished = true;
    }

    fn read_line(&mut self, line: &str) {
        self.version += 1;
        if self.in_text {
            self.append(line);
            self.in_text = false;
        } else {
            self.undo();
            self.line(line, true);
        }
        self.read = 0;
    }

    fn read_part(&mut self, part: &str) {
        if self.in_text {
            self.append(part);
            self.version += 1;
            self.at += part.len();
            return;
        }
        // A long line that is no text is read again when it has grown by an eighth: in total that is linear.
        if part.is_empty() || (self.read > LONG && part.len() < self.read + self.read / 8) {
            return;
        }
        self.version += 1;
        self.undo();
        self.read = part.len();
        self.mark = Some(Mark::new(&self.nodes, &self.open));
        match self.line(part, false) {
            Outcome::Held => self.undo(),
            Outcome::Text if part.len() > LONG => {
                self.settle();
                self.in_text = true;
                self.at += part.len();
                self.read = 0;
            }
            _ => {}
        }
    }

    /// What the part of a line made stays.
    fn settle(&mut self) {
        let Some(mark) = self.mark.take() else { return };
        for node in &self.nodes[mark.nodes..] {
            if let Kind::Footnote { label } = &node.kind {
                self.definitions.define_footnote(label);
            }
        }
        for (id, skipped) in mark.skipped() {
            let node = &self.nodes[id];
            for (label, definition, _) in definitions(&node.text[skipped..node.skip], true) {
                self.definitions.define(label, definition);
            }
        }
    }

    fn append(&mut self, text: &str) {
        let tip = self.tip();
        let node = &mut self.nodes[tip];
        push_text(&mut node.text, text);
        node.content = node.text.len();
    }

    fn undo(&mut self) {
        if let Some(mark) = self.mark.take() {
            mark.restore(&mut self.nodes, &mut self.open);
        }
    }

    fn tip(&self) -> NodeId {
        self.open.last().copied().unwrap_or(ROOT)
    }

    /// One line. `complete`: its end has come.
    fn line(&mut self, text: &str, complete: bool) -> Outcome {
        let mut line = Line::new(text);
        let mut matched = 1;
        while let Some(&id) = self.open.get(matched) {
            match self.continues(id, &mut line, complete) {
                Continues::Yes => matched += 1,
                Continues::No => break,
                Continues::Ended => {
                    self.note_blank(matched, false);
                    self.nodes[id].ended = true;
                    self.close_to(matched);
                    return Outcome::Other;
                }
                Continues::Held => return Outcome::Held,
            }
        }
        let mut all_matched = matched == self.open.len();
        let lazy = !all_matched && matches!(self.nodes[self.tip()].kind, Kind::Paragraph);
        let mut container = self.open[matched - 1];
        while !self.nodes[container].kind.is_verbatim() {
            if !complete && is_held(line.word(), self.place(container)) {
                return Outcome::Held;
            }
            let Some(start) = self.start(container, &line, lazy && !all_matched, complete) else { break };
            // What the line does not continue ends here, and no later than here.
            self.close_to(matched);
            match start.apply(self, &mut line, container, complete) {
                Some(inner) => container = inner,
                None => {
                    self.note_blank(self.open.len(), false);
                    return Outcome::Other;
                }
            }
            matched = self.open.len();
            all_matched = true;
            if matches!(self.nodes[container].kind, Kind::Paragraph) {
                self.note_blank(matched, false);
                return self.add_text(container, &line, complete);
            }
        }
        self.note_blank(matched, line.is_blank());
        if !all_matched && lazy && !line.is_blank() {
            return self.add_text(self.tip(), &line, complete);
        }
        self.close_to(matched);
        self.add_line(container, &mut line, complete)
    }

    /// Where a line of this container would start.
    fn place(&self, container: NodeId) -> Place {
        let node = &self.nodes[container];
        match node.kind {
            Kind::Quote { .. } if node.children.is_empty() => Place::Quote,
            Kind::Item { .. } if node.children.is_empty() => Place::Item,
            _ => Place::Elsewhere,
        }
    }

    /// Adds the rest of the line to what takes it.
    fn add_line(&mut self, container: NodeId, line: &mut Line<'_>, complete: bool) -> Outcome {
        let row = !line.is_blank() && self.adds_row(container, line.word());
        match self.nodes[container].kind {
            Kind::Fence { .. } | Kind::Indented | Kind::Math { .. } | Kind::Html { .. } => {
                let rest = line.rest();
                let blank = line.is_blank();
                self.nodes[container].add_line(&rest, blank);
                match self.nodes[container].kind {
                    Kind::Html { end } if end.is_in(&rest) => self.close_last(),
                    Kind::Fence { .. } | Kind::Indented if !blank => return Outcome::Text,
                    _ => {}
                }
                Outcome::Other
            }
            _ if line.is_blank() => Outcome::Other,
            Kind::Table { .. } if row => {
                let row = self.push(Kind::Row);
                self.nodes[row].add_line(line.word(), false);
                self.close_last();
                Outcome::Other
            }
            Kind::Paragraph => self.add_text(container, line, complete),
            _ => {
                let paragraph = self.push(Kind::Paragraph);
                self.add_text(paragraph, line, complete)
            }
        }
    }

    /// Counts the cells that a row lacks; beyond the limit it is no row, nor is one without any.
    fn adds_row(&mut self, table: NodeId, row: &str) -> bool {
        let Kind::Table { alignments, padding } = &mut self.nodes[table].kind else { return false };
        let cells = table::cells(row).count();
        *padding += alignments.len().saturating_sub(cells);
        cells > 0 && *padding <= MOST_PADDING
    }

    fn add_text(&mut self, paragraph: NodeId, line: &Line<'_>, complete: bool) -> Outcome {
        self.nodes[paragraph].add_line(line.word(), false);
        if complete {
            self.define(paragraph, false);
        }
        Outcome::Text
    }

    /// Takes the definitions off the start of a paragraph: those that another line shows to be whole, or all at its end.
    fn define(&mut self, id: NodeId, closing: bool) {
        let settled = self.mark.is_none();
        let node = &mut self.nodes[id];
        let text = &node.text[node.skip..node.content];
        // An attempt that fails is not repeated before the text has grown by a quarter: in total that is linear.
        if !text.starts_with('[') || (!closing && text.len() < node.tried + node.tried / 4) {
            return;
        }
        node.tried = text.len();
        for (label, definition, end) in definitions(text, closing) {
            node.skip += end;
            if settled {
                self.definitions.define(label, definition);
            }
        }
        if node.skip > 0 {
            node.tried = 0;
        }
    }

    /// Blank lines make lists loose, by what they stand behind: the last of the `matched` blocks that the line continues.
    fn note_blank(&mut self, matched: usize, blank: bool) {
        let Some(&container) = self.open[..matched].last() else { return };
        if blank && let Some(&last) = self.nodes[container].children.last() {
            self.nodes[last].blank_after = true;
        }
        let node = &self.nodes[container];
        let counts = match node.kind {
            Kind::Quote { .. } | Kind::Fence { .. } | Kind::Math { .. } => false,
            Kind::Item { .. } => !(node.children.is_empty() && node.fresh),
            _ => true,
        };
        for &id in &self.open[..matched] {
            self.nodes[id].blank_after = false;
            self.nodes[id].fresh = false;
        }
        self.nodes[container].blank_after = blank && counts;
    }

    /// Opens a block in the innermost one that can hold it.
    fn push(&mut self, kind: Kind) -> NodeId {
        while !self.nodes[self.tip()].kind.can_hold(&kind) {
            self.close_last();
        }
        let parent = self.tip();
        let id = self.nodes.len();
        let mut node = Node::new(kind);
        node.parent = parent;
        node.loosened = self.loosen(parent);
        self.nodes.push(node);
        self.nodes[parent].children.push(id);
        self.open.push(id);
        id
    }

    /// A blank line between two items, or between two blocks of an item, makes the list loose. Whether this one does.
    fn loosen(&mut self, parent: NodeId) -> bool {
        let Some(&before) = self.nodes[parent].children.last() else { return false };
        let list = match self.nodes[parent].kind {
            Kind::Item { .. } => self.nodes[parent].parent,
            Kind::List { .. } => parent,
            _ => return false,
        };
        if !self.ends_blank(before) {
            return false;
        }
        match &mut self.nodes[list].kind {
            Kind::List { tight, .. } => std::mem::replace(tight, false),
            _ => false,
        }
    }

    fn ends_blank(&self, mut id: NodeId) -> bool {
        loop {
            let node = &self.nodes[id];
            if node.blank_after {
                return true;
            }
            match (&node.kind, node.children.last()) {
                (Kind::List { .. } | Kind::Item { .. }, Some(&last)) => id = last,
                _ => return false,
            }
        }
    }

    fn close_to(&mut self, length: usize) {
        while self.open.len() > length {
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        let Some(id) = self.open.pop() else { return };
        self.nodes[id].open = false;
        if !matches!(self.nodes[id].kind, Kind::Paragraph) {
            return;
        }
        self.define(id, true);
        let node = &self.nodes[id];
        if node.skip > 0 && node.shown_text().trim_start().is_empty() {
            // Nothing but definitions: as if it had never been.
            let (parent, loosened) = (node.parent, node.loosened);
            self.nodes[parent].children.pop();
            let list = self.nodes[parent].parent;
            if loosened && let Kind::List { tight, .. } = &mut self.nodes[list].kind {
                *tight = true;
            }
        }
    }
}

/// No text has a zero character: it is replaced, as CommonMark demands.
fn push_text(text: &mut String, more: &str) {
    if more.contains('\0') { text.push_str(&more.replace('\0', "\u{FFFD}")) } else { text.push_str(more) }
}
