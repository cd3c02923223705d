//! A document that grows. Only the open end is parsed again; what was closed keeps its block for good.
//!
//! Windows ask for what changed since a revision. Each block carries the revision of its last change, so that any number
//! of windows, however slow, get the merged difference without a log of changes.

use super::parse::{numbered, parse_ranges};
use super::{Block, BlockContent, BlockPatch};
use crate::patch::Revision;

/// A growing text and its document.
#[derive(Debug, Default)]
pub struct DocumentStream {
    text: String,
    /// Where the open end starts, in bytes.
    open_at: usize,
    /// How many blocks are closed.
    closed: usize,
    /// Bytes that the blocks were made of.
    parsed: usize,
    blocks: Vec<Tracked>,
    /// When the number of blocks last shrank.
    shrunk: Revision,
}

#[derive(Debug)]
struct Tracked {
    content: BlockContent,
    /// When it last became something that is not its former text plus more.
    put: Revision,
    /// Lengths in bytes of a growing code block: from each revision on.
    grown: Vec<(Revision, usize)>,
}

impl Tracked {
    fn changed(&self) -> Revision {
        self.grown.last().map_or(self.put, |(revision, _)| (*revision).max(self.put))
    }
}

impl DocumentStream {
    /// A document that starts with a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Appends text. It is parsed when somebody asks.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The whole document; what is new in it belongs to `now`.
    pub fn blocks(&mut self, now: Revision) -> Vec<Block> {
        self.parse_end(now);
        numbered(self.blocks.iter().map(|tracked| tracked.content.clone()))
    }

    /// What changed after `since`; what is new belongs to `now`.
    pub fn changes(&mut self, since: Revision, now: Revision) -> Vec<BlockPatch> {
        self.parse_end(now);
        let mut patches = Vec::new();
        if self.shrunk > since {
            patches.push(BlockPatch::Truncate { length: u32::try_from(self.blocks.len()).unwrap_or(u32::MAX) });
        }
        for (tracked, id) in self.blocks.iter().zip(0..) {
            if tracked.changed() <= since {
                continue;
            }
            patches.push(match (&tracked.content, tracked.seen(since)) {
                (BlockContent::Code { text, .. }, Some(length)) => {
                    BlockPatch::Append { id, text: text[length..].to_owned() }
                }
                (content, _) => BlockPatch::Put { block: Block { id, content: content.clone() } },
            });
        }
        patches
    }

    fn parse_end(&mut self, now: Revision) {
        if self.parsed == self.text.len() {
            return;
        }
        self.parsed = self.text.len();
        let end = &self.text[self.open_at..];
        let fresh = parse_ranges(end);
        // A block is closed once a later one has a complete first line: until then "2" may still become "2." and join
        // the list before it.
        let last_line = end.rfind('\n').map_or(0, |at| at + 1);
        let keep_open = fresh
            .iter()
            .rposition(|(_, range)| end[range.start..].find('\n').is_some_and(|at| range.start + at < last_line))
            .unwrap_or(0);
        let next_open_at = fresh.get(keep_open).map_or(0, |(_, range)| line_start(end, range.start));
        let length = self.closed + fresh.len();
        if length < self.blocks.len() {
            self.blocks.truncate(length);
            self.shrunk = now;
        }
        for ((content, _), at) in fresh.into_iter().zip(self.closed..) {
            match self.blocks.get_mut(at) {
                Some(tracked) => tracked.become_content(content, now),
                None => self.blocks.push(Tracked { content, put: now, grown: Vec::new() }),
            }
        }
        self.closed += keep_open;
        self.open_at += next_open_at;
    }
}

impl Tracked {
    fn become_content(&mut self, new: BlockContent, now: Revision) {
        if self.content == new {
            return;
        }
        match (&self.content, &new) {
            (BlockContent::Code { language: old_language, text: old }, BlockContent::Code { language, text })
                if language == old_language && text.starts_with(old.as_str()) =>
            {
                if self.grown.is_empty() {
                    self.grown.push((self.put, old.len()));
                }
                self.grown.push((now, text.len()));
                // Windows are a few frames behind, not hundreds; one that is gets the whole block.
                if self.grown.len() > 256 {
                    self.grown.drain(..128);
                    self.put = self.grown.first().map_or(now, |(revision, _)| *revision);
                }
            }
            _ => {
                self.put = now;
                self.grown.clear();
            }
        }
        self.content = new;
    }

    /// How much of a growing code block a window has that has seen `since`; `None` where it needs the whole block.
    fn seen(&self, since: Revision) -> Option<usize> {
        if self.put > since {
            return None;
        }
        self.grown.iter().rev().find(|(revision, _)| *revision <= since).map(|(_, length)| *length)
    }
}

/// The start of the line that holds `at`: the indent of a block belongs to it.
fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    const MIXED: &str = "# Title\n\nSome *text* with `code`.\n\n- one\n- two\n\n1. a\n\n2. b\n\n```rust\nfn main() {\n\n}\n```\n\n\
        | a | b |\n|---|---|\n| 1 | 2 |\n\n> quote\n> more\n\nHead\n===\n\ntail **bold\n";

    /// A window that applies every patch.
    fn apply(window: &mut Vec<Block>, patches: Vec<BlockPatch>) {
        for patch in patches {
            match patch {
                BlockPatch::Truncate { length } => window.truncate(length as usize),
                BlockPatch::Put { block } => {
                    let at = block.id as usize;
                    if at < window.len() { window[at] = block } else { window.push(block) }
                }
                BlockPatch::Append { id, text } => match &mut window[id as usize].content {
                    BlockContent::Code { text: code, .. } => code.push_str(&text),
                    other => panic!("append to {other:?}"),
                },
            }
        }
    }

    #[test]
    fn the_streamed_document_equals_the_whole_parse_however_it_is_cut() {
        for size in [1, 2, 3, 7, 20, 1000] {
            let mut stream = DocumentStream::default();
            let (mut fast, mut slow) = (Vec::new(), Vec::new());
            let (mut now, mut slow_since) = (0, 0);
            let chunks: Vec<char> = MIXED.chars().collect();
            for (n, chunk) in chunks.chunks(size).enumerate() {
                stream.push(&chunk.iter().collect::<String>());
                let since = now;
                now += 1;
                apply(&mut fast, stream.changes(since, now));
                if n % 5 == 0 {
                    apply(&mut slow, stream.changes(slow_since, now));
                    slow_since = now;
                }
            }
            apply(&mut slow, stream.changes(slow_since, now + 1));
            assert_eq!(fast, parse(MIXED), "cut at every {size}");
            assert_eq!(slow, parse(MIXED), "a slow window, cut at every {size}");
        }
    }

    #[test]
    fn a_number_that_becomes_an_item_joins_the_list_before_it() {
        let mut stream = DocumentStream::default();
        for (now, piece) in (1..).zip(["1. a\n\n", "2", ". b\n\n", "3", ".", " c\n"]) {
            stream.push(piece);
            stream.changes(now - 1, now);
        }
        assert_eq!(stream.blocks(9), parse("1. a\n\n2. b\n\n3. c\n"));
    }

    #[test]
    fn an_open_code_block_sends_only_what_is_new() {
        let mut stream = DocumentStream::default();
        stream.push("```\nfirst\n");
        stream.changes(0, 1);
        stream.push("second\n");
        assert_eq!(stream.changes(1, 2), [BlockPatch::Append { id: 0, text: "\nsecond".into() }]);
    }
}
