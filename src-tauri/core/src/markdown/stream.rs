//! A document that grows. Complete lines are read once; what the last line is, as far as it has come, is read on top.
//! Windows ask for what changed since a revision.

use super::anchor::Anchors;
use super::block::{Blocks, ROOT};
use super::footnote::Footnotes;
use super::late::Late;
use super::settle::settle;
use super::shown::{Children, blocks, into_blocks};
use super::update::Update;
use super::{Block, BlockPatch, Rules};
use crate::patch::Revision;

/// A growing text and its document.
#[derive(Default)]
pub struct DocumentStream {
    text: String,
    rules: Rules,
    blocks: Blocks,
    shown: Children,
    late: Late,
    footnotes: Footnotes,
    anchors: Anchors,
    /// Bytes of the text that are shown.
    read: usize,
    finished: bool,
    /// Whether the end is shown.
    settled: bool,
}

impl DocumentStream {
    /// A document that starts with a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// The same, read by other rules.
    pub(super) fn with_rules(text: String, rules: Rules) -> Self {
        Self { text, rules, ..Self::default() }
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Appends text. It is read when somebody asks. Behind the end nothing is taken.
    pub fn push(&mut self, text: &str) {
        if !self.finished {
            self.text.push_str(text);
        }
    }

    /// The text is complete: from now on the document is what `parse` makes of it.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// The whole document; what is new in it belongs to `now`.
    pub fn blocks(&mut self, now: Revision) -> Vec<Block> {
        self.read(now);
        blocks(&self.shown.list)
    }

    /// What changed after `since`; what is new belongs to `now`.
    pub fn changes(&mut self, since: Revision, now: Revision) -> Vec<BlockPatch> {
        self.read(now);
        let mut patches = Vec::new();
        self.late.patches(&self.shown, since, &mut patches);
        self.shown.patches(since, &mut Vec::new(), &mut patches);
        patches
    }

    /// The document of the complete text.
    pub(super) fn into_blocks(mut self) -> Vec<Block> {
        self.finish();
        self.read(1);
        into_blocks(self.shown.list)
    }

    fn read(&mut self, now: Revision) {
        if self.settled || (!self.finished && self.read == self.text.len() && !self.late.is_waiting()) {
            return;
        }
        self.late.earn(if self.finished { usize::MAX } else { self.text.len() - self.read });
        self.read = self.text.len();
        let version = self.blocks.version;
        if self.finished {
            self.blocks.finish(&self.text)
        } else {
            self.blocks.read(&self.text)
        }
        if self.blocks.version == version && !self.finished && !self.late.is_waiting() {
            return;
        }
        let mut update = Update {
            blocks: &mut self.blocks,
            late: &mut self.late,
            footnotes: &mut self.footnotes,
            anchors: &mut self.anchors,
            rules: self.rules,
            now,
        };
        update.resolve(&mut self.shown);
        update.children(ROOT, &mut self.shown, &mut Vec::new());
        update.number_footnotes(&mut self.shown);
        if self.finished {
            settle(&mut self.shown, &mut self.late, !self.footnotes.is_empty(), now);
            self.settled = true;
        }
    }
}
