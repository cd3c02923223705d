//! What the index is asked for: all that a query says, or a little more. It knows which words are in a text and which two
//! follow each other somewhere; the rest is seen in the text itself.

use super::query::Term;
use super::tokens::{PAIRED, pair};

/// The most pairs of a long phrase that are asked for, and how many are enough without the words.
const MOST_PAIRS: usize = 8;
const SURE: usize = 4;

/// `None` where the terms and the filters say nothing.
pub(super) fn expression(terms: &[Term], without: &[Term], filters: &[Vec<String>]) -> Option<String> {
    let any_of = |tokens: &Vec<String>| {
        let quoted = tokens.iter().map(|token| format!("\"{token}\"")).collect::<Vec<_>>();
        format!("({})", quoted.join(" OR "))
    };
    // Filters first: where they are rare, the others are not even begun.
    let mut all: Vec<String> = filters.iter().map(any_of).collect();
    all.extend(terms.iter().filter_map(Term::asked).map(|asked| format!("({asked})")));
    if all.is_empty() {
        // A short beginning alone.
        all.extend(terms.iter().filter_map(|term| Some(format!("\"{}\" *", term.pieces.last()?))));
    }
    if all.is_empty() {
        return None;
    }
    // Only of single words is the index sure, and the lists of a short beginning are long.
    let is_long = |term: &Term| !term.prefix || term.pieces[0].chars().count() >= PAIRED;
    let not = without
        .iter()
        .filter(|term| term.pieces.len() == 1 && is_long(term))
        .map(|term| format!(" NOT \"{}\"{}", term.pieces[0], if term.prefix { " *" } else { "" }));
    Some(format!("({}){}", all.join(" AND "), not.collect::<String>()))
}

impl Term {
    /// What the index is asked for; `None` where that would be the lists of thousands of words.
    fn asked(&self) -> Option<String> {
        let (last, before) = self.pieces.split_last()?;
        let quoted = |word: &String| format!("\"{word}\"");
        let beginning = if self.prefix { last.chars().count() } else { usize::MAX };
        let has_pair = beginning >= PAIRED && !before.is_empty();
        let mut words: Vec<String> = before.iter().map(quoted).collect();
        match self.prefix {
            false => words.push(quoted(last)),
            // The pair says more, and costs less, than the lists of all words with this beginning.
            true if !has_pair && beginning >= PAIRED => words.push(format!("{} *", quoted(last))),
            true => {}
        }
        let pairs: Vec<String> = self
            .pieces
            .windows(2)
            .enumerate()
            .filter(|(at, _)| at + 1 < before.len() || has_pair)
            .map(|(_, two)| format!("\"{}\"", pair(&two[0], &two[1])))
            .collect();
        // Many pairs are hardly ever together by chance. Of fewer some may be shared with what is frequent.
        if pairs.len() >= SURE {
            words.clear();
        }
        words.extend(pairs.into_iter().take(MOST_PAIRS));
        words.dedup();
        let asked = words.join(" AND ");
        match &self.whole {
            Some(whole) if !asked.is_empty() => {
                Some(format!("({asked}) OR \"{whole}\"{}", if self.prefix { " *" } else { "" }))
            }
            _ => Some(asked).filter(|asked| !asked.is_empty()),
        }
    }
}
