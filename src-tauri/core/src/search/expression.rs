//! What the index is asked for: all that a query says, or a little more. It knows which words are in a text and which two
//! follow each other somewhere; the rest is seen in the text itself.

use super::query::Term;
use super::tokens::pair;

/// A beginning of fewer letters than this is not asked for beside something else: its list is longer than it helps.
const WORTH: usize = 3;

/// The most pairs of a long phrase that are asked for.
const MOST_PAIRS: usize = 6;

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
        let whole_words = self.pieces.len() - usize::from(self.prefix);
        let words = &self.pieces[..whole_words];
        let pairs: Vec<String> = words.windows(2).map(|two| format!("\"{}\"", pair(&two[0], &two[1]))).collect();
        let mut asked: Vec<String> = match pairs.len() {
            // One pair is shared with others, two of them hardly ever are.
            0 | 1 => words.iter().map(|word| format!("\"{word}\"")).collect(),
            _ => Vec::new(),
        };
        asked.extend(pairs.into_iter().take(MOST_PAIRS));
        if self.prefix
            && let Some(last) = self.pieces.last()
            && (asked.is_empty() || last.chars().count() >= WORTH)
        {
            asked.push(format!("\"{last}\" *"));
        }
        let asked = asked.join(" AND ");
        match &self.whole {
            Some(whole) => format!("({asked}) OR \"{whole}\"{star}"),
            None => asked,
        }
    }
}
