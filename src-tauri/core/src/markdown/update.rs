//! Brings the blocks as windows see them in line with the blocks as they were read, from the first that is not settled on.

use super::Rules;
use super::anchor::Anchors;
use super::block::{Blocks, Kind, Node, NodeId};
use super::definition::{definitions, may_define, normal};
use super::footnote::Footnotes;
use super::highlight::language;
use super::inline::entity::unescaped;
use super::inline::{Context, plain};
use super::late::Late;
use super::math::math;
use super::shown::code::Lines;
use super::shown::leaf::{Leaf, Row, Source};
use super::shown::{Children, Content, Shown};
use crate::patch::Revision;

/// A paragraph that is longer is shown with the definitions at its start until it ends.
const LONGEST_DEFINITIONS: usize = 8 << 10;

/// Math that is longer is shown again only when it has grown by a quarter.
const LONG_MATH: usize = 2048;

/// One round.
pub(super) struct Update<'a> {
    pub(super) blocks: &'a mut Blocks,
    pub(super) late: &'a mut Late,
    pub(super) footnotes: &'a mut Footnotes,
    pub(super) anchors: &'a mut Anchors,
    pub(super) rules: Rules,
    pub(super) now: Revision,
}

impl Update<'_> {
    /// Whether anything in the children of a block changed.
    pub(super) fn children(&mut self, id: NodeId, children: &mut Children, path: &mut Vec<u32>) -> bool {
        let (first, count) = (self.blocks.node(id).shown, self.blocks.node(id).children.len());
        let (mut changed, mut latest) = (false, 0);
        for (at, place) in (first..count).zip(u32::try_from(first).unwrap_or(u32::MAX)..) {
            let child = self.blocks.node(id).children[at];
            path.push(place);
            changed |= self.child(child, at, children, path);
            path.pop();
            // A walk from the end stops at the first block that did not change: none before it may be newer.
            latest = children.list[at].changed.max(latest);
            children.list[at].changed = latest;
            if self.blocks.is_settled(child) && self.blocks.node(id).shown == at {
                self.blocks.node_mut(id).shown += 1;
            }
        }
        if children.list.len() > count {
            children.list.truncate(count);
            children.cut = self.now;
            changed = true;
        }
        changed
    }

    fn child(&mut self, id: NodeId, at: usize, children: &mut Children, path: &mut Vec<u32>) -> bool {
        let fresh = match children.list.get(at) {
            Some(shown) => !fits(&self.blocks.node(id).kind, &shown.content),
            None => true,
        };
        if fresh {
            let content = content(self.blocks.node(id));
            let shown = Shown { put: self.now, changed: self.now, content };
            if at < children.list.len() { children.list[at] = shown } else { children.list.push(shown) }
        }
        let shown = &mut children.list[at];
        let (put, inner) = self.content(id, &mut shown.content, path);
        if put {
            shown.put = self.now;
        }
        if fresh || put || inner {
            shown.changed = self.now;
        }
        fresh || put || inner
    }

    /// Whether the block became another one, and whether anything in it changed.
    fn content(&mut self, id: NodeId, content: &mut Content, path: &mut Vec<u32>) -> (bool, bool) {
        match content {
            Content::Paragraph(_) | Content::Heading { .. } => self.text(id, content, path),
            Content::Code { language, lines } => {
                let changed = self.lines(id, lines);
                let guessed = lines.language().map_or("", |language| language.name());
                let put = language.is_empty() && !guessed.is_empty();
                if put {
                    guessed.clone_into(language);
                }
                (put, changed)
            }
            Content::Html(lines) => (false, self.lines(id, lines)),
            Content::Math { source, nodes } => (self.math(id, source, nodes), false),
            Content::Row(row) => (self.row(id, row, path), false),
            Content::Rule => (false, false),
            Content::Quote { alert, children } => {
                let Kind::Quote { alert: new } = self.blocks.node(id).kind else { return (false, false) };
                let put = std::mem::replace(alert, new) != new;
                (put, self.children(id, children, path))
            }
            Content::List { start, tight, turned, children } => {
                let Kind::List { start: first, tight: close, .. } = self.blocks.node(id).kind else {
                    return (false, false);
                };
                let put = std::mem::replace(start, first) != first;
                let turns = std::mem::replace(tight, close) != close;
                if turns {
                    *turned = self.now;
                }
                (put, self.children(id, children, path) | turns)
            }
            Content::Item { checked, children } => {
                let Kind::Item { checked: new, .. } = self.blocks.node(id).kind else { return (false, false) };
                let put = std::mem::replace(checked, new) != new;
                (put, self.children(id, children, path))
            }
            Content::Table { alignments, children } => {
                let Kind::Table { alignments: new, .. } = &self.blocks.node(id).kind else { return (false, false) };
                let put = alignments != new;
                if put {
                    alignments.clone_from(new);
                }
                (put, self.children(id, children, path))
            }
            Content::Footnote { label, number, children } => {
                let Kind::Footnote { label: new } = &self.blocks.node(id).kind else { return (false, false) };
                let mut put = label != new;
                if put {
                    label.clone_from(new);
                }
                let own = self.number(id, label, path);
                put |= std::mem::replace(number, own) != own;
                (put, self.children(id, children, path))
            }
        }
    }

    /// The number of a footnote; only the first text of a name has one.
    fn number(&mut self, id: NodeId, label: &str, path: &[u32]) -> u32 {
        let Some(name) = normal(label) else { return 0 };
        match self.late.footnotes.get(&name) {
            Some(first) if first != path => return 0,
            None if self.blocks.is_there(id) => {
                self.late.footnotes.insert(name, path.to_vec());
            }
            _ => {}
        }
        self.footnotes.number(label)
    }

    fn text(&mut self, id: NodeId, content: &mut Content, path: &[u32]) -> (bool, bool) {
        let kind = self.blocks.node(id).kind.clone();
        let put = become_kind(content, &kind);
        let (Content::Paragraph(leaf) | Content::Heading { leaf, .. }) = content else { return (put, false) };
        let source = source(self.blocks, id);
        let mut context =
            Context { rules: self.rules, definitions: &self.blocks.definitions, footnotes: self.footnotes };
        let changed = leaf.update(&source, self.now, &mut context);
        for label in leaf.take_missing() {
            self.late.misses(label, path);
        }
        if !self.blocks.is_settled(id) {
            return (put, changed);
        }
        leaf.settle();
        self.blocks.node_mut(id).text = String::new();
        self.blocks.node_mut(id).skip = 0;
        if let Content::Heading { anchor, leaf, .. } = content {
            *anchor = self.anchors.make(&plain(&leaf.inlines));
            return (true, changed);
        }
        (put, changed)
    }

    fn lines(&mut self, id: NodeId, lines: &mut Lines) -> bool {
        let end = self.blocks.settled_text(id);
        let ended = self.blocks.is_settled(id);
        let settled = if end > 0 { self.blocks.take_settled_text(id) } else { String::new() };
        let part = self.blocks.node(id).shown_text();
        lines.update(&settled, part, ended, self.now)
    }

    fn math(&mut self, id: NodeId, source: &mut String, nodes: &mut Vec<super::MathNode>) -> bool {
        let settled = self.blocks.is_settled(id);
        let text = self.blocks.node(id).shown_text().trim();
        let grown = settled || text.len() < LONG_MATH || text.len() > source.len() + source.len() / 4;
        let changed = grown && source != text;
        if changed {
            text.clone_into(source);
            nodes.clear();
        }
        let ended = settled && self.blocks.node(id).ended;
        if !ended {
            return changed;
        }
        let new = math(source, true);
        changed | (std::mem::replace(nodes, new) != *nodes)
    }

    fn row(&mut self, id: NodeId, row: &mut Row, path: &[u32]) -> bool {
        let node = self.blocks.node(id);
        let Kind::Table { alignments, .. } = &self.blocks.node(node.parent).kind else { return false };
        let source =
            Source { node: id, skip: 0, text: node.shown_text(), stable: 0, open: !self.blocks.is_settled(id) };
        let mut context =
            Context { rules: self.rules, definitions: &self.blocks.definitions, footnotes: self.footnotes };
        let changed = row.update(&source, alignments.len(), self.now, &mut context);
        for leaf in row.leaves_mut() {
            for label in leaf.take_missing() {
                self.late.misses(label, path);
            }
        }
        if self.blocks.is_settled(id) {
            row.settle();
            self.blocks.node_mut(id).text = String::new();
        }
        changed
    }

    /// Reads closed blocks again whose labels are defined now, as far as the credit goes.
    pub(super) fn resolve(&mut self, root: &mut Children) {
        for label in self.blocks.definitions.take_fresh() {
            self.late.defined(&label);
        }
        while let Some(path) = self.late.next(|path| cost(root, path)) {
            let Some(shown) = root.at_mut(&path) else { continue };
            let mut context =
                Context { rules: self.rules, definitions: &self.blocks.definitions, footnotes: self.footnotes };
            let changed = match &mut shown.content {
                Content::Paragraph(leaf) => leaf.resolve(self.now, &mut context),
                Content::Heading { leaf, .. } => {
                    self.late.headings = true;
                    leaf.resolve(self.now, &mut context)
                }
                Content::Row(row) => {
                    let changed = row.resolve(self.now, &mut context);
                    if changed {
                        shown.put = self.now;
                    }
                    changed
                }
                _ => false,
            };
            if changed {
                self.late.changed(self.now, &path);
            }
        }
    }

    /// Numbers footnotes that were referred to for the first time after their text.
    pub(super) fn number_footnotes(&mut self, root: &mut Children) {
        for name in self.footnotes.take_fresh() {
            let Some(path) = self.late.footnotes.get(&name).cloned() else { continue };
            let Some(shown) = root.at_mut(&path) else { continue };
            let Content::Footnote { label, number, .. } = &mut shown.content else { continue };
            let own = self.footnotes.number(label);
            if *number != own {
                *number = own;
                shown.put = self.now;
                self.late.changed(self.now, &path);
            }
        }
    }
}

/// Bytes that reading a block again costs.
fn cost(root: &mut Children, path: &[u32]) -> usize {
    match root.at_mut(path).map(|shown| &mut shown.content) {
        Some(Content::Paragraph(leaf) | Content::Heading { leaf, .. }) => leaf.len(),
        Some(Content::Row(row)) => row.leaves_mut().iter().map(|leaf| leaf.len()).sum(),
        _ => 0,
    }
}

/// The text of a paragraph or a heading; the definitions at the start of one that is open are not shown.
fn source(blocks: &Blocks, id: NodeId) -> Source<'_> {
    let node = blocks.node(id);
    let (text, open) = (node.shown_text(), !blocks.is_settled(id));
    let stable = blocks.settled_text(id).saturating_sub(node.skip);
    let mut source = Source { node: id, skip: node.skip, text, stable, open };
    if open && matches!(node.kind, Kind::Paragraph) && text.starts_with('[') && text.len() <= LONGEST_DEFINITIONS {
        let end: usize = definitions(text, true).map(|(_, _, end)| end).sum();
        source.skip += end;
        source.stable = source.stable.saturating_sub(end);
        source.text = &text[end..];
        if may_define(source.text) {
            source.text = "";
        }
    }
    source
}

/// Whether a block that is shown may go on as one of this kind.
fn fits(kind: &Kind, content: &Content) -> bool {
    match (kind, content) {
        (Kind::Paragraph | Kind::Heading { .. }, Content::Paragraph(_) | Content::Heading { .. })
        | (Kind::Indented, Content::Code { .. })
        | (Kind::Html { .. }, Content::Html(_))
        | (Kind::Math { .. }, Content::Math { .. })
        | (Kind::Quote { .. }, Content::Quote { .. })
        | (Kind::List { .. }, Content::List { .. })
        | (Kind::Item { .. }, Content::Item { .. })
        | (Kind::Table { .. }, Content::Table { .. })
        | (Kind::Row, Content::Row(_))
        | (Kind::Rule, Content::Rule)
        | (Kind::Footnote { .. }, Content::Footnote { .. }) => true,
        (Kind::Fence { info, .. }, Content::Code { language, .. }) => {
            // The info is whole as soon as the fence is shown.
            let named = first_word(info);
            named.is_empty() || named == *language
        }
        _ => false,
    }
}

/// A block of this kind without anything in it.
fn content(node: &Node) -> Content {
    let children = Children::default();
    match &node.kind {
        Kind::Document | Kind::Rule => Content::Rule,
        Kind::Paragraph => Content::Paragraph(Leaf::default()),
        Kind::Heading { level } => Content::Heading { level: *level, anchor: String::new(), leaf: Leaf::default() },
        Kind::Fence { info, .. } => {
            let name = first_word(info);
            let lines = Lines::new(language(&name), name.is_empty());
            Content::Code { language: name, lines: Box::new(lines) }
        }
        Kind::Indented => Content::Code { language: String::new(), lines: Box::new(Lines::new(None, true)) },
        Kind::Html { .. } => Content::Html(Box::new(Lines::new(None, false))),
        Kind::Math { .. } => Content::Math { source: String::new(), nodes: Vec::new() },
        Kind::Quote { alert } => Content::Quote { alert: *alert, children },
        Kind::List { start, tight, .. } => Content::List { start: *start, tight: *tight, turned: 0, children },
        Kind::Item { checked, .. } => Content::Item { checked: *checked, children },
        Kind::Table { alignments, .. } => Content::Table { alignments: alignments.clone(), children },
        Kind::Row => Content::Row(Row::default()),
        Kind::Footnote { label } => Content::Footnote { label: label.clone(), number: 0, children },
    }
}

/// Makes a paragraph a heading or the other way round, as the block is now; whether that changed it.
fn become_kind(content: &mut Content, kind: &Kind) -> bool {
    let wanted = if let Kind::Heading { level } = kind { *level } else { 0 };
    let (leaf, current) = match content {
        Content::Paragraph(leaf) => (leaf, 0),
        Content::Heading { level, leaf, .. } => (leaf, *level),
        _ => return false,
    };
    if wanted == current {
        return false;
    }
    let leaf = std::mem::take(leaf);
    *content = match wanted {
        0 => Content::Paragraph(leaf),
        level => Content::Heading { level, anchor: String::new(), leaf },
    };
    true
}

/// The first word of a fence's info in lower case.
fn first_word(info: &str) -> String {
    unescaped(info.split([' ', '\t', ',', '{']).next().unwrap_or_default()).to_lowercase()
}
