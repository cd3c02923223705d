//! What the index is asked for: all that a query says, or a little more. It knows which words are in a text and which two
//! follow each other somewhere; the rest is seen in the text itself.

use super::query::Term;
use super::tokens::{PAIRED, pair};

/// The most pairs of a long phrase that are asked for.
const MOST_PAIRS: usize = 6;

/// A beginning of fewer letters is that of so many words that joining their lists is work.
const SHORT: usize = 5;

/// `None` where the terms and the filters say nothing.
pub(super) fn expression(terms: &[Term], without: &[Term], filters: &[Vec<String>]) -> Option<String> {
    let any_of = |tokens: &Vec<String>| {
        let quoted = tokens.iter().map(|token| format!("\"{token}\"")).collect::<Vec<_>>();
        format!("({})", quoted.join(" OR "))
    };
    // Filters first: where they are rare, the others are not even begun.
    let all =
        filters.iter().map(any_of).chain(terms.iter().map(|term| format!("({})", term.asked()))).collect::<Vec<_>>();
    if all.is_empty() {
        return None;
    }
    // Only of single words is the index sure.
    let not = without.iter().filter(|term| term.pieces.len() == 1).map(|term| format!(" NOT {}", term.asked()));
    Some(format!("({}){}", all.join(" AND "), not.collect::<String>()))
}

impl Term {
    fn asked(&self) -> String {
        let star = if self.prefix { " *" } else { "" };
        let (last, before) = match self.pieces.split_last() {
            Some((last, before)) => (last.as_str(), before),
            None => ("", &[][..]),
        };
        let has_pair = |next: &str| !self.prefix || next != last || next.chars().count() >= PAIRED;
        let pairs: Vec<String> = self
            .pieces
            .windows(2)
            .filter(|two| has_pair(&two[1]))
            .map(|two| format!("\"{}\"", pair(&two[0], &two[1])))
            .collect();
        let mut asked: Vec<String> = Vec::new();
        // One pair is shared with others, two of them hardly ever are.
        if pairs.len() < 2 {
            asked.extend(before.iter().map(|word| format!("\"{word}\"")));
        }
        // The pair says more than the list of a beginning.
        if !self.prefix || pairs.len() < before.len() || before.is_empty() {
            asked.push(format!("\"{last}\"{star}"));
        }
        asked.extend(pairs.into_iter().take(MOST_PAIRS));
        let asked = asked.join(" AND ");
        match &self.whole {
            Some(whole) => format!("({asked}) OR \"{whole}\"{star}"),
            None => asked,
        }
    }

    /// Whether the index has to join many lists before the first row of this is known.
    pub(super) fn is_wide(&self) -> bool {
        let last = self.pieces.last().map_or(0, |last| last.chars().count());
        self.prefix && if self.pieces.len() == 1 { last < SHORT } else { last < PAIRED }
    }
}
