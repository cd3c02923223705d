//! The end of a text: numbers of footnotes and anchors of headings in the order of the text, now that all is known.

use std::collections::HashMap;

use super::Inline;
use super::anchor::Anchors;
use super::definition::normal;
use super::inline::plain;
use super::late::Late;
use super::shown::leaf::Leaf;
use super::shown::{Children, Content};
use crate::patch::Revision;

/// Numbers and names what came too late for its place in the text.
pub(super) fn settle(root: &mut Children, late: &mut Late, footnotes: bool, now: Revision) {
    let mut changed = Vec::new();
    if footnotes {
        let mut numbers = Numbers::default();
        root.visit(&mut Vec::new(), &mut |shown, path| {
            let (inlines, put) = match &mut shown.content {
                Content::Paragraph(leaf) | Content::Heading { leaf, .. } => (numbers.leaf(leaf, now), false),
                Content::Row(row) => {
                    let changed = row.leaves_mut().iter_mut().fold(false, |any, leaf| numbers.leaf(leaf, now) | any);
                    (changed, changed)
                }
                _ => (false, false),
            };
            if put {
                shown.put = now;
            }
            if inlines {
                changed.push(path.to_vec());
            }
        });
        root.visit(&mut Vec::new(), &mut |shown, path| {
            let Content::Footnote { label, number, .. } = &mut shown.content else { return };
            let Some(name) = normal(label) else { return };
            let first = late.footnotes.get(&name).is_some_and(|first| first == path);
            let own = if first { numbers.0.get(&name).copied().unwrap_or(0) } else { 0 };
            if std::mem::replace(number, own) != own {
                shown.put = now;
                changed.push(path.to_vec());
            }
        });
    }
    if late.headings {
        let mut anchors = Anchors::default();
        root.visit(&mut Vec::new(), &mut |shown, path| {
            let Content::Heading { anchor, leaf, .. } = &mut shown.content else { return };
            let own = anchors.make(&plain(&leaf.inlines));
            if *anchor != own {
                *anchor = own;
                shown.put = now;
                changed.push(path.to_vec());
            }
        });
    }
    for path in changed {
        late.changed(now, &path);
    }
}

/// Numbers by the first reference.
#[derive(Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn leaf(&mut self, leaf: &mut Leaf, now: Revision) -> bool {
        if !leaf.refers {
            return false;
        }
        let mut first = None;
        for (at, inline) in leaf.inlines.iter_mut().enumerate() {
            if self.inline(inline) && first.is_none() {
                first = Some(at);
            }
        }
        if let Some(first) = first {
            leaf.stamps.set(first, now);
        }
        first.is_some()
    }

    /// Whether a number in it is another one now. Inlines are never nested deep.
    fn inline(&mut self, inline: &mut Inline) -> bool {
        match inline {
            Inline::FootnoteRef { label, number } => {
                let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX).saturating_add(1);
                let own = *self.0.entry(normal(label).unwrap_or_default()).or_insert(next);
                std::mem::replace(number, own) != own
            }
            Inline::Emphasis { inlines }
            | Inline::Strong { inlines }
            | Inline::Strike { inlines }
            | Inline::Link { inlines, .. } => inlines.iter_mut().fold(false, |any, inline| self.inline(inline) | any),
            _ => false,
        }
    }
}
