//! Numbers of footnotes, by their first references.

use std::collections::HashMap;

use super::definition::{Definitions, normal};

/// The names that were referred to, numbered in that order, also those whose text has not come.
#[derive(Default)]
pub(super) struct Footnotes {
    numbers: HashMap<String, u32>,
    /// Names that are new since they were asked for.
    fresh: Vec<String>,
}

impl Footnotes {
    /// The number of a footnote that is referred to; `None` where it has no text.
    pub(super) fn refer(&mut self, label: &str, definitions: &Definitions) -> Option<u32> {
        let number = self.number_of(label);
        definitions.has_footnote(label).then_some(number)
    }

    /// The number of a name, which is the next one where it has none.
    pub(super) fn number_of(&mut self, label: &str) -> u32 {
        if let Some(number) = self.numbers.get(label) {
            return *number;
        }
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.numbers.insert(label.to_owned(), next);
        self.fresh.push(label.to_owned());
        next
    }

    pub(super) fn take_fresh(&mut self) -> Vec<String> {
        std::mem::take(&mut self.fresh)
    }

    /// The number of the footnote of this name; 0 where nothing refers to it.
    pub(super) fn number(&self, label: &str) -> u32 {
        normal(label).and_then(|label| self.numbers.get(&label).copied()).unwrap_or(0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
}
