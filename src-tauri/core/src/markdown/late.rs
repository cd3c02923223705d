//! What changes blocks that are closed: labels and footnotes that are defined later than they are used.

use std::collections::{HashMap, HashSet, VecDeque};

use super::BlockPatch;
use super::shown::{Children, Shown};
use crate::patch::Revision;

/// Bytes that may be read again before more text pays for more.
const FIRST_CREDIT: usize = 64 << 10;

/// Bytes that each byte of text pays for.
const CREDIT: usize = 4;

/// Where a block is.
pub(super) type Path = Vec<u32>;

/// What is known of late changes.
pub(super) struct Late {
    /// The blocks that use a label which nothing defines.
    pending: HashMap<String, Vec<Path>>,
    /// Blocks that must be read again.
    queue: VecDeque<Path>,
    queued: HashSet<Path>,
    /// Bytes that may be read again.
    credit: usize,
    /// Where the text of each footnote is, by its name.
    pub(super) footnotes: HashMap<String, Path>,
    /// Closed blocks that changed, in the order of the revisions.
    changes: Vec<(Revision, Path)>,
    /// When there are as many, only the last change of each is kept.
    most: usize,
    /// Whether the text of a heading changed.
    pub(super) headings: bool,
}

impl Default for Late {
    fn default() -> Self {
        Self {
            pending: HashMap::new(),
            queue: VecDeque::new(),
            queued: HashSet::new(),
            credit: FIRST_CREDIT,
            footnotes: HashMap::new(),
            changes: Vec::new(),
            most: 1024,
            headings: false,
        }
    }
}

impl Late {
    /// Text came, which pays for reading older text again.
    pub(super) fn earn(&mut self, bytes: usize) {
        self.credit = self.credit.saturating_add(bytes.saturating_mul(CREDIT));
    }

    /// Whether something is left to read again.
    pub(super) fn is_waiting(&self) -> bool {
        !self.queue.is_empty()
    }

    /// The block at this path uses a label that nothing defines.
    pub(super) fn misses(&mut self, label: String, path: &[u32]) {
        self.pending.entry(label).or_default().push(path.to_vec());
    }

    /// A label is defined now.
    pub(super) fn defined(&mut self, label: &str) {
        for path in self.pending.remove(label).unwrap_or_default() {
            if self.queued.insert(path.clone()) {
                self.queue.push_back(path);
            }
        }
    }

    /// The next block to read again, if there is credit for so many bytes.
    pub(super) fn next(&mut self, cost: impl FnOnce(&[u32]) -> usize) -> Option<Path> {
        let cost = cost(self.queue.front()?);
        self.credit = self.credit.checked_sub(cost)?;
        let path = self.queue.pop_front()?;
        self.queued.remove(&path);
        Some(path)
    }

    /// A closed block changed.
    pub(super) fn changed(&mut self, now: Revision, path: &[u32]) {
        self.changes.push((now, path.to_vec()));
        if self.changes.len() > self.most {
            let mut seen = HashSet::new();
            let mut kept: Vec<_> = self.changes.drain(..).rev().filter(|(_, path)| seen.insert(path.clone())).collect();
            kept.reverse();
            self.changes = kept;
            self.most = self.changes.len() * 2 + 1024;
        }
    }

    /// The patches for the blocks that are not at the end of what holds them, where nobody else looks.
    pub(super) fn patches(&self, root: &Children, since: Revision, patches: &mut Vec<BlockPatch>) {
        let mut seen = HashSet::new();
        let mut ends = HashMap::new();
        for (_, path) in self.changes.iter().rev().take_while(|(revision, _)| *revision > since) {
            if seen.insert(path)
                && let Some(shown) = find(root, path, since, &mut ends)
            {
                shown.patches(since, &mut path.clone(), patches);
            }
        }
    }
}

/// The block at a path, unless the walk over the ends of all containers comes to it.
fn find<'a>(root: &'a Children, path: &[u32], since: Revision, ends: &mut HashMap<Path, usize>) -> Option<&'a Shown> {
    let (mut children, mut covered) = (root, true);
    for depth in 0..path.len() {
        let at = path[depth] as usize;
        if covered {
            let end = match ends.get(&path[..depth]) {
                Some(end) => *end,
                None => {
                    let end = children.changed_from(since);
                    ends.insert(path[..depth].to_vec(), end);
                    end
                }
            };
            covered = at >= end;
        }
        let shown = children.list.get(at)?;
        if depth + 1 == path.len() {
            return (!covered).then_some(shown);
        }
        if shown.put > since {
            return None;
        }
        children = shown.content.children()?;
    }
    None
}
