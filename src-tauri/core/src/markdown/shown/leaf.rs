//! Running text as windows see it. As long as it grows it is read on from the last place at which nothing was open.

use std::collections::HashSet;

use super::super::Inline;
use super::super::block::{NodeId, table};
use super::super::inline::{Check, Context, Parsed, parse};
use super::Stamps;
use crate::patch::Revision;

/// Where that much of the text is undecided, it is read again only when it has grown by a quarter: in total that is linear.
const LONG: usize = 2048;

/// The text of a paragraph or a heading.
#[derive(Default, Debug)]
pub(in crate::markdown) struct Leaf {
    pub(in crate::markdown) inlines: Vec<Inline>,
    pub(in crate::markdown) stamps: Stamps,
    /// What is needed as long as it may change; `None` before it is first read, too.
    growth: Option<Box<Growth>>,
    /// Whether it refers to footnotes.
    pub(in crate::markdown) refers: bool,
}

/// What is known of a text that may change.
#[derive(Default, Debug)]
struct Growth {
    /// The block it was read from, and the bytes at the start of that block's text which are not its own.
    source: (NodeId, usize),
    /// What was read.
    text: String,
    /// Bytes of it that cannot change.
    stable: usize,
    /// Places to read on from.
    checks: Vec<Check>,
    /// Bytes that were read in earnest; what follows them is shown as it is.
    read: usize,
    open: bool,
    /// Whether anything was read at all.
    begun: bool,
    /// Whether a label in it was defined after it was read.
    stale: bool,
    /// Labels in it that nothing defines, and those of them that nobody has asked for yet.
    missing: HashSet<String>,
    fresh: Vec<String>,
}

/// The text of a leaf as it is now.
pub(in crate::markdown) struct Source<'a> {
    pub(in crate::markdown) node: NodeId,
    /// Bytes at the start of the block's text that are left out.
    pub(in crate::markdown) skip: usize,
    pub(in crate::markdown) text: &'a str,
    /// Bytes of `text` that are there for good.
    pub(in crate::markdown) stable: usize,
    /// Whether more may come.
    pub(in crate::markdown) open: bool,
}

impl Leaf {
    /// Shows the text as it is now; whether that changed anything.
    pub(in crate::markdown) fn update(
        &mut self,
        source: &Source<'_>,
        now: Revision,
        context: &mut Context<'_>,
    ) -> bool {
        let text = source.text;
        let growth = self.growth.get_or_insert_default();
        if growth.source != (source.node, source.skip) {
            if growth.source.1 != source.skip {
                growth.checks.clear();
            }
            growth.source = (source.node, source.skip);
            growth.stable = 0;
        }
        let same = growth.stable.min(text.len()).min(growth.text.len());
        let same = same + common(&growth.text.as_bytes()[same..], &text.as_bytes()[same..]);
        let same = text.floor_char_boundary(same);
        let appended = same == growth.text.len();
        growth.stable = source.stable;
        if growth.begun && !growth.stale && appended && same == text.len() && growth.open == source.open {
            return false;
        }
        let decided = growth.checks.iter().rev().map(|check| check.at).find(|at| *at < same).unwrap_or(0);
        let undecided = growth.read.saturating_sub(decided);
        if source.open && !growth.stale && undecided > LONG && text.len().abs_diff(growth.read) < undecided / 4 {
            // What came is shown as it is; what changed waits.
            if !appended {
                growth.stable = growth.stable.min(same);
                return false;
            }
            growth.open = true;
            growth.text.push_str(&text[same..]);
            self.append(&text[same..], now);
            return same < text.len();
        }
        while growth.checks.last().is_some_and(|check| check.at >= same) {
            growth.checks.pop();
        }
        growth.text.truncate(same);
        growth.text.push_str(&text[same..]);
        self.read_on(source.open, now, context)
    }

    /// Reads all of it again, for a label that is defined now. What is open is read with the rest of what is new.
    pub(in crate::markdown) fn resolve(&mut self, now: Revision, context: &mut Context<'_>) -> bool {
        let Some(growth) = &mut self.growth else { return false };
        growth.stale = true;
        growth.checks.clear();
        !growth.open && self.read_on(false, now, context)
    }

    /// Bytes that reading it again costs.
    pub(in crate::markdown) fn len(&self) -> usize {
        self.growth.as_ref().map_or(0, |growth| growth.text.len())
    }

    /// No more text comes: only what a late definition needs is kept.
    pub(in crate::markdown) fn settle(&mut self) {
        match &mut self.growth {
            Some(growth) if !growth.missing.is_empty() => growth.checks = Vec::new(),
            growth => *growth = None,
        }
    }

    /// Labels that nothing defines, each once.
    pub(in crate::markdown) fn take_missing(&mut self) -> Vec<String> {
        self.growth.as_mut().map_or_else(Vec::new, |growth| std::mem::take(&mut growth.fresh))
    }

    fn read_on(&mut self, open: bool, now: Revision, context: &mut Context<'_>) -> bool {
        let Some(growth) = &mut self.growth else { return false };
        let from = growth.checks.last().cloned().unwrap_or_default();
        let last = match self.inlines.get(from.inlines.wrapping_sub(1)) {
            Some(Inline::Text { text }) if from.text > 0 => text[..from.text].to_owned(),
            _ => String::new(),
        };
        let first = from.inlines - usize::from(!last.is_empty());
        let Parsed { inlines, checks, missing, refers } = parse(&growth.text, &from, last, open, context);
        for label in missing {
            if growth.missing.insert(label.clone()) {
                growth.fresh.push(label);
            }
        }
        growth.checks.extend(checks);
        growth.read = growth.text.len();
        growth.open = open;
        growth.stale = false;
        growth.begun = true;
        self.refers |= refers;
        let old = &self.inlines[first..];
        let same = old.iter().zip(&inlines).take_while(|(old, new)| old == new).count();
        if same == old.len() && same == inlines.len() {
            return false;
        }
        self.inlines.truncate(first + same);
        if self.inlines.is_empty() {
            self.inlines = inlines
        } else {
            self.inlines.extend(inlines.into_iter().skip(same))
        }
        self.stamps.set(first + same, now);
        true
    }

    /// Shows text as it is.
    fn append(&mut self, more: &str, now: Revision) {
        if more.is_empty() {
            return;
        }
        match self.inlines.last_mut() {
            Some(Inline::Text { text }) if text.len() < 512 => text.push_str(more),
            _ => self.inlines.push(Inline::Text { text: more.to_owned() }),
        }
        self.stamps.set(self.inlines.len() - 1, now);
    }
}

/// Bytes that two texts start with alike.
pub(super) fn common(one: &[u8], other: &[u8]) -> usize {
    let length = one.len().min(other.len());
    if one[..length] == other[..length] {
        return length;
    }
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

/// The cells of a row.
#[derive(Default, Debug)]
pub(in crate::markdown) struct Row {
    cells: Vec<Leaf>,
}

impl Row {
    /// Shows the row as it is now, with so many cells; whether that changed anything.
    pub(in crate::markdown) fn update(
        &mut self,
        source: &Source<'_>,
        columns: usize,
        now: Revision,
        context: &mut Context<'_>,
    ) -> bool {
        let mut changed = self.cells.len() != columns;
        self.cells.resize_with(columns, Leaf::default);
        let mut texts = table::cells(source.text).peekable();
        for cell in &mut self.cells {
            let text = texts.next().unwrap_or_default();
            let text = table::unescaped(text);
            let open = source.open && texts.peek().is_none();
            let source = Source { node: source.node, skip: 0, text: &text, stable: 0, open };
            changed |= cell.update(&source, now, context);
        }
        changed
    }

    pub(in crate::markdown) fn resolve(&mut self, now: Revision, context: &mut Context<'_>) -> bool {
        self.cells.iter_mut().fold(false, |changed, cell| changed | cell.resolve(now, context))
    }

    pub(in crate::markdown) fn settle(&mut self) {
        self.cells.iter_mut().for_each(Leaf::settle);
    }

    pub(in crate::markdown) fn leaves_mut(&mut self) -> &mut [Leaf] {
        &mut self.cells
    }

    pub(super) fn cells(&self) -> Vec<Vec<Inline>> {
        self.cells.iter().map(|cell| cell.inlines.clone()).collect()
    }

    pub(super) fn into_cells(self) -> Vec<Vec<Inline>> {
        self.cells.into_iter().map(|cell| cell.inlines).collect()
    }
}
