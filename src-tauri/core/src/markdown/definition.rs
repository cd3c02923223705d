//! Definitions of link references: reading them off the start of a paragraph, and finding them by their label.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::inline::address::{self, Piece};

/// Longest address with its title in bytes: each of three letters that refer to it repeats it.
const LONGEST: usize = 1000;

/// Where a reference leads.
#[derive(Debug, PartialEq)]
pub(super) struct Definition {
    pub(super) address: String,
    pub(super) title: Option<String>,
}

impl Definition {
    fn fits(&self) -> bool {
        self.address.len() + self.title.as_ref().map_or(0, String::len) <= LONGEST
    }
}

/// The definitions so far; the first of each label counts.
#[derive(Default)]
pub(super) struct Definitions {
    by_label: HashMap<String, Arc<Definition>>,
    footnotes: HashSet<String>,
    /// Labels that are new since they were asked for.
    fresh: Vec<String>,
}

impl Definitions {
    pub(super) fn define(&mut self, label: String, definition: Definition) {
        if !self.by_label.contains_key(&label) {
            self.fresh.push(label.clone());
            self.by_label.insert(label, Arc::new(definition));
        }
    }

    pub(super) fn get(&self, label: &str) -> Option<&Arc<Definition>> {
        self.by_label.get(label)
    }

    /// A footnote of this name has its text.
    pub(super) fn define_footnote(&mut self, label: &str) {
        if let Some(label) = normal(label)
            && self.footnotes.insert(label.clone())
        {
            self.fresh.push(format!("[^{label}"));
        }
    }

    pub(super) fn has_footnote(&self, label: &str) -> bool {
        self.footnotes.contains(label)
    }

    /// Those of footnotes start with `[^`, as no label does.
    pub(super) fn take_fresh(&mut self) -> Vec<String> {
        std::mem::take(&mut self.fresh)
    }
}

/// A label as it is compared: white space is one space, and case does not count. `None` where nothing is left.
pub(super) fn normal(label: &str) -> Option<String> {
    let mut normal = String::with_capacity(label.len());
    for word in label.split_ascii_whitespace() {
        if !normal.is_empty() {
            normal.push(' ');
        }
        if word.is_ascii() {
            normal.extend(word.chars().map(|letter| letter.to_ascii_uppercase()));
        } else {
            // Down and up again: the one way of case folding that the standard library has.
            normal.push_str(&word.to_lowercase().to_uppercase());
        }
    }
    (!normal.is_empty()).then_some(normal)
}

/// Whether a label is the name of a footnote, and so none of a link.
pub(super) fn names_footnote(label: &str) -> bool {
    label.strip_prefix('^').is_some_and(|name| !name.is_empty() && !name.contains([' ', '\t', '\n']))
}

/// The definitions that a paragraph starts with, each with the bytes up to its end from the end of the one before.
/// Unless it is `whole`, the last one counts only if the next line starts another: it may still get a title.
pub(super) fn definitions(text: &str, whole: bool) -> impl Iterator<Item = (String, Definition, usize)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (label, definition, end) = definition(rest)?;
        if !whole && !rest[end..].starts_with('[') {
            return None;
        }
        rest = &rest[end..];
        Some((label, definition, end))
    })
}

/// One definition and its length in bytes, with the end of its line.
fn definition(text: &str) -> Option<(String, Definition, usize)> {
    let Piece::Is(label, mut at) = address::label(text, 0) else { return None };
    let label = Some(label).filter(|label| !names_footnote(label)).and_then(normal)?;
    if text.as_bytes().get(at) != Some(&b':') {
        return None;
    }
    at = address::skip_space(text, at + 1);
    let Piece::Is(address, end) = address::destination(text, at) else { return None };
    if end == at {
        return None;
    }
    let after = address::skip_space(text, end);
    if after > end
        && let Piece::Is(title, end) = address::title(text, after)
        && let Some(end) = line_end(text, end)
    {
        let definition = Definition { address, title: Some(title) };
        return definition.fits().then_some((label, definition, end));
    }
    let end = line_end(text, end)?;
    let definition = Definition { address, title: None };
    definition.fits().then_some((label, definition, end))
}

/// Behind the end of the line, where only white space is left of it.
fn line_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let line = rest.find('\n').map_or(rest.len(), |end| end + 1);
    rest[..line].trim_matches([' ', '\t', '\n']).is_empty().then_some(at + line)
}

/// Whether the end of the paragraph is the start of a definition that is not finished, or one that may still grow.
pub(super) fn may_define(text: &str) -> bool {
    match address::label(text, 0) {
        Piece::Is(_, at) => match text.as_bytes().get(at) {
            Some(b':') => {
                let at = address::skip_space(text, at + 1);
                match address::destination(text, at) {
                    Piece::Is(_, end) if end > at => {
                        let after = address::skip_space(text, end);
                        after == text.len()
                            || matches!(address::title(text, after), Piece::Open)
                            || line_end(text, end).is_some_and(|end| end == text.len())
                            || matches!(address::title(text, after), Piece::Is(_, end) if line_end(text, end) == Some(text.len()))
                    }
                    Piece::Open | Piece::Is(..) => at == text.len(),
                    Piece::Not => false,
                }
            }
            _ => false,
        },
        _ => false,
    }
}
