//! Whether a text is what a query asks for, where in it, and some text around that.

use std::ops::Range;

use crate::find::matching::apart;

use super::begins::may_follow;
use super::query::{Query, Term};
use super::tokens::{Word, Words};

/// Characters of context on either side of a match.
const CONTEXT: usize = 40;

/// Bytes of a text that are read first: a frequent word stands near its beginning.
const FIRST_READ: usize = 512;

impl Term {
    /// The bytes of the text where this stands first.
    pub(super) fn first_in(&self, words: &Words) -> Option<Range<usize>> {
        let pieces = self.first_pieces(words);
        let whole = self.whole.as_deref().and_then(|whole| {
            let written = |of: &[Word]| self.first_word(whole, words, of);
            earlier(written(&words.pieces), written(&words.wholes))
        });
        let beginning = match &self.pieces[..] {
            [piece] => self.first_word(piece, words, &words.wholes),
            _ => None,
        };
        earlier(earlier(pieces, whole), beginning)
    }

    /// Every place in the text where this stands, in order, without overlaps.
    pub(crate) fn all_in(&self, words: &Words) -> Vec<Range<usize>> {
        let last = self.pieces.len() - 1;
        let source = |at: usize| words.pieces[at].source.start..words.pieces[at + last].source.end;
        let mut places: Vec<_> = (0..words.pieces.len()).filter(|at| self.is_at(words, *at)).map(source).collect();
        let mut wholly = |token: &str, of: &[Word]| {
            let found = of.iter().filter(|word| self.is(token, words.folded(word)));
            places.extend(found.map(|word| word.source.clone()));
        };
        if let Some(whole) = &self.whole {
            wholly(whole, &words.pieces);
            wholly(whole, &words.wholes);
        }
        if let [piece] = &self.pieces[..] {
            wholly(piece, &words.wholes);
        }
        apart(places)
    }

    fn first_pieces(&self, words: &Words) -> Option<Range<usize>> {
        let at = (0..words.pieces.len()).find(|at| self.is_at(words, *at))?;
        let last = at + self.pieces.len() - 1;
        Some(words.pieces[at].source.start..words.pieces[last].source.end)
    }

    /// Whether the pieces stand from this word on.
    pub(super) fn is_at(&self, words: &Words, at: usize) -> bool {
        let Some((last, before)) = self.pieces.split_last() else { return false };
        let Some(window) = words.pieces.get(at..at + self.pieces.len()) else { return false };
        let Some((end, start)) = window.split_last() else { return false };
        self.is(last, words.folded(end)) && start.iter().zip(before).all(|(word, piece)| words.folded(word) == piece)
    }

    fn first_word(&self, token: &str, words: &Words, of: &[Word]) -> Option<Range<usize>> {
        of.iter().find(|word| self.is(token, words.folded(word))).map(|word| word.source.clone())
    }

    fn is(&self, token: &str, word: &str) -> bool {
        if self.prefix { word.starts_with(token) } else { word == token }
    }
}

fn earlier(one: Option<Range<usize>>, other: Option<Range<usize>>) -> Option<Range<usize>> {
    [one, other].into_iter().flatten().min_by_key(|range| range.start)
}

/// Where the first of the terms stands, if all of them do: nowhere in particular where there is none.
pub(crate) fn all_in(terms: &[Term], words: &Words) -> Option<Range<usize>> {
    let mut first: Option<Range<usize>> = None;
    for term in terms {
        first = earlier(first, Some(term.first_in(words)?));
    }
    Some(first.unwrap_or(0..0))
}

impl Query {
    /// Where a text has what this asks for; `None` where it has not.
    pub(crate) fn mark(&self, text: &str) -> Option<Range<usize>> {
        if self.terms.is_empty() && self.without.is_empty() {
            return Some(0..0);
        }
        if !self.may_be_in(text) {
            return None;
        }
        let (mut words, mut at, mut to) = (Words::default(), 0, FIRST_READ);
        loop {
            at = words.read(text, at, to.min(text.len()));
            let mark = all_in(&self.terms, &words);
            // What must not be there may still come.
            if at == text.len() || (mark.is_some() && self.without.is_empty()) {
                let is_without = || self.without.iter().all(|term| term.first_in(&words).is_none());
                return mark.filter(|_| is_without());
            }
            // Each step reads as much as all before it, so that looking again at those costs as much once more at most.
            to = 2 * at;
        }
    }

    /// Whether a text could have all the terms: it need not be split to say no, which is many times as fast.
    fn may_be_in(&self, text: &str) -> bool {
        let may_have = |term: &Term| {
            may_follow(text, &term.pieces)
                || term.whole.as_ref().is_some_and(|whole| may_follow(text, std::slice::from_ref(whole)))
        };
        self.terms.iter().all(may_have)
    }
}

/// Text before a mark, the mark, text after it.
pub(crate) fn context(text: &str, mark: Range<usize>) -> [String; 3] {
    if mark.is_empty() {
        return [text.chars().take(2 * CONTEXT).collect(), String::new(), String::new()];
    }
    let (before, after) = (&text[..mark.start], &text[mark.end..]);
    let from = before.char_indices().rev().take(CONTEXT).last().map_or(before.len(), |(at, _)| at);
    [before[from..].to_owned(), text[mark].to_owned(), after.chars().take(CONTEXT).collect()]
}
