//! How good a text is as an answer to a query, for "best first": how often the words are there for the length of the text, how
//! near to each other, whether the chat's title has them, and how new it is.

use super::query::{Query, Term};
use super::tokens::Words;

/// Bytes of a text that are looked at: what a long text is about is said in the beginning.
const READ: usize = 2048;

/// Words of a text that is neither short nor long.
const USUAL: f32 = 200.0;

/// After so many milliseconds, being new counts for half.
const HALF: f32 = 180.0 * 24.0 * 3_600.0 * 1_000.0;

/// What each of the others counts beside the words themselves.
const TITLE: f32 = 0.5;
const NEAR: f32 = 0.5;
const NEW: f32 = 0.25;

/// How good a message is, with the share of the words that its chat's title has; more is better. `age` is in milliseconds, counted from the newest one found.
pub(super) fn score(query: &Query, text: &str, in_title: f32, age: i64) -> f32 {
    let mut words = Words::default();
    words.read(text, 0, text.len().min(READ));
    let length = words.pieces.len() as f32 / USUAL;
    let places: Vec<Vec<usize>> = query.terms.iter().map(|term| term.places(&words)).collect();
    let often: f32 = places
        .iter()
        .map(|places| {
            let count = places.len() as f32;
            count / (count + 0.4 + 1.1 * length)
        })
        .sum();
    let count = query.terms.len().max(1) as f32;
    often / count + NEAR * nearness(&places) + TITLE * in_title + NEW * 0.5_f32.powf(age as f32 / HALF)
}

/// How good a title is: one that has little else is better.
pub(super) fn score_of_title(query: &Query, title: &str, age: i64) -> f32 {
    let words = Words::of(title).pieces.len().max(1) as f32;
    let wanted: usize = query.terms.iter().map(|term| term.pieces.len()).sum();
    1.0 + TITLE + (wanted as f32 / words).min(1.0) + NEW * 0.5_f32.powf(age as f32 / HALF)
}

/// Which share of the terms the title has.
pub(super) fn in_title(query: &Query, title: &str) -> f32 {
    let words = Words::of(title);
    let has = query.terms.iter().filter(|term| !term.places(&words).is_empty()).count();
    has as f32 / query.terms.len().max(1) as f32
}

/// 1 where the terms stand side by side somewhere, less the farther apart they are; 0 where there is but one.
fn nearness(places: &[Vec<usize>]) -> f32 {
    if places.len() < 2 || places.iter().any(Vec::is_empty) {
        return 0.0;
    }
    let mut next = vec![0; places.len()];
    let mut nearest = usize::MAX;
    loop {
        let at = |of: usize| places[of][next[of]];
        let (first, last) = (0..places.len()).fold((0, 0), |(first, last), of| {
            (if at(of) < at(first) { of } else { first }, if at(of) > at(last) { of } else { last })
        });
        nearest = nearest.min(at(last) - at(first));
        next[first] += 1;
        if next[first] == places[first].len() {
            break;
        }
    }
    let apart = (nearest + 1).saturating_sub(places.len());
    1.0 / (1.0 + apart as f32 / 4.0)
}

impl Term {
    /// Where it stands, as numbers of words.
    fn places(&self, words: &Words) -> Vec<usize> {
        let mut places: Vec<usize> = (0..words.pieces.len()).filter(|at| self.is_at(words, *at)).collect();
        if places.is_empty() && self.first_in(words).is_some() {
            // As one word, or at the beginning of an identifier.
            places.push(0);
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearer_more_frequent_in_the_title_or_newer_is_better() {
        let query = Query::of("zebra stripe ");
        let far = "a zebra that one has never seen is said to have one more stripe";
        let of = |text, title, days: i64| score(&query, text, in_title(&query, title), days * 86_400_000);
        let order = [
            of(far, "", 400),
            of(far, "", 0),
            of("the zebra has a stripe, and one would not think of anything else here", "", 0),
            of("a zebra stripe, and nothing that one would think of but that here now", "", 0),
            of("a zebra stripe, then a zebra stripe, and a zebra stripe it is", "", 0),
            of("a zebra stripe, then a zebra stripe, and a zebra stripe it is", "Zebra", 0),
        ];
        assert!(order.is_sorted() && order.windows(2).all(|two| two[0] < two[1]), "{order:?}");
    }
}
