//! Which names have the letters of a query, how well they fit, and where the letters stand. Case, accents and the forms that
//! only print differs in are folded as the search folds them.

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str, Utf32String};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::search::tokens::fold;

/// A longer query finds nothing; nobody types one.
const LONGEST_QUERY: usize = 200;

/// Of a longer name only the beginning is looked at, in characters.
const LONGEST_NAME: usize = 500;

/// What a word has to reach for each of its letters. Letters that are strewn over a whole title have less: a letter counts 16,
/// and each gap costs as much as it is wide.
const LEAST: u32 = 12;

/// A name that is looked for.
pub(crate) struct Name {
    text: String,
    /// As it is compared; `None` where that is the text itself but for its case.
    folded: Option<Utf32String>,
    /// Which letters it has.
    letters: u64,
}

impl Name {
    pub(crate) fn new(text: String) -> Self {
        let folded = (!text.is_ascii()).then(|| {
            let letters = letters(&text);
            if letters.iter().all(|(letter, _)| letter.is_ascii()) {
                Utf32String::Ascii(letters.into_iter().map(|(letter, _)| letter).collect::<String>().into())
            } else {
                Utf32String::Unicode(letters.into_iter().map(|(letter, _)| letter).collect())
            }
        });
        let mut name = Self { text, folded, letters: 0 };
        name.letters = letters_of(name.compared().chars());
        name
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn compared(&self) -> Utf32Str<'_> {
        match &self.folded {
            Some(folded) => folded.slice(..),
            None => Utf32Str::Ascii(&self.text.as_bytes()[..self.text.len().min(LONGEST_NAME)]),
        }
    }
}

/// A bit for each letter and digit, and for what of the others shares it: most names are told to lack a letter by this alone.
fn letters_of(text: impl Iterator<Item = char>) -> u64 {
    text.fold(0, |letters, letter| {
        let bit = match letter.to_ascii_lowercase() {
            letter @ 'a'..='z' => u32::from(letter) - u32::from('a'),
            digit @ '0'..='9' => 26 + u32::from(digit) - u32::from('0'),
            other => 36 + u32::from(other) % 28,
        };
        letters | 1 << bit
    })
}

/// A text as it is compared, each letter with the place in the text that it comes from, in UTF-16 units.
fn letters(text: &str) -> Vec<(char, u32)> {
    let mut letters = Vec::with_capacity(text.len());
    let (mut rest, mut place) = (text, 0);
    while let Some(first) = rest.chars().next() {
        if letters.len() >= LONGEST_NAME {
            break;
        }
        let behind = &rest[first.len_utf8()..];
        let length = first.len_utf8() + behind.find(|next| !extends(next)).unwrap_or(behind.len());
        let (cluster, after) = rest.split_at(length);
        if cluster.is_ascii() {
            letters.push((first.to_ascii_lowercase(), place));
        } else {
            letters.extend(fold(cluster).chars().map(|letter| (letter, place)));
        }
        place += u32::try_from(cluster.encode_utf16().count()).unwrap_or(u32::MAX);
        rest = after;
    }
    letters
}

/// Whether a character belongs to the one before it: an accent, a vowel sign, the rest of a syllable in jamo.
fn extends(letter: char) -> bool {
    !letter.is_ascii()
        && (letter.general_category_group() == GeneralCategoryGroup::Mark || matches!(letter, '\u{1160}'..='\u{11ff}'))
}

/// What is looked for: words, each of whose letters stand in a name in this order.
pub(crate) struct Query {
    words: Vec<Atom>,
    letters: u64,
    /// Of all of it, in letters.
    length: usize,
    matcher: Matcher,
}

impl Query {
    /// `None` where it is longer than anything that could be found.
    pub(crate) fn new(query: &str) -> Option<Self> {
        if query.chars().count() > LONGEST_QUERY {
            return None;
        }
        // No sign has a meaning: what is typed is what is looked for.
        let word = |word: &str| Atom::new(word, CaseMatching::Ignore, Normalization::Never, AtomKind::Fuzzy, false);
        let query = fold(query.trim());
        let words = query.split_whitespace().map(word).collect();
        let letters = letters_of(query.chars().filter(|letter| !letter.is_whitespace()));
        Some(Self { words, letters, length: query.chars().count(), matcher: Matcher::new(Config::DEFAULT) })
    }

    /// The same for another thread.
    pub(crate) fn again(&self) -> Self {
        let matcher = Matcher::new(Config::DEFAULT);
        Self { words: self.words.clone(), letters: self.letters, length: self.length, matcher }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well a name fits; `None` where it does not. An empty query fits all.
    pub(crate) fn score(&mut self, name: &Name) -> Option<u32> {
        if self.letters & !name.letters != 0 {
            return None;
        }
        let mut sum = 0;
        for word in &self.words {
            let score = u32::from(word.score(name.compared(), &mut self.matcher)?);
            if score < LEAST * u32::try_from(word.needle_text().len()).unwrap_or(u32::MAX) {
                return None;
            }
            sum += score;
        }
        // Of names that begin the same, the one that is nothing else.
        Some(sum + u32::from(name.compared().len() == self.length))
    }

    /// Where its letters stand in a name, in UTF-16 units, in order; `None` where they are strewn over it.
    pub(crate) fn positions(&mut self, name: &Name) -> Option<Vec<u32>> {
        let (mut found, text) = (Vec::new(), name.compared());
        for word in &self.words {
            let from = found.len();
            word.indices(text, &mut self.matcher, &mut found);
            if !found[from..].windows(2).all(|pair| follows(text, pair[0], pair[1])) {
                return None;
            }
        }
        if name.folded.is_some() {
            let letters = letters(&name.text);
            found = found.into_iter().filter_map(|at| Some(letters.get(at as usize)?.1)).collect();
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }
}

/// Whether a letter goes on from the one before it as people shorten words: right behind it, in the same word, or at the
/// beginning of another.
fn follows(text: Utf32Str<'_>, before: u32, at: u32) -> bool {
    let is_letter = |at: u32| text.get(at).is_alphanumeric();
    at == before + 1 || !is_letter(at) || !is_letter(at - 1) || (before..at).all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str, name: &str) -> Option<Vec<u32>> {
        let name = Name::new(name.into());
        let mut query = Query::new(query)?;
        query.score(&name)?;
        query.positions(&name)
    }

    #[test]
    fn letters_are_found_in_order_without_case_and_accents() {
        let table: &[(&str, &str, &[u32])] = &[
            ("gtc", "Go to chat", &[0, 3, 6]),
            ("CAFE", "Un café", &[3, 4, 5, 6]),
            ("café", "CAFE\u{301}", &[0, 1, 2, 3]),
            ("strasse", "Die Straße", &[4, 5, 6, 7, 8, 9]),
            ("еж", "Ёжик", &[0, 1]),
            ("σοφος", "Σοφός", &[0, 1, 2, 3, 4]),
            ("full", "ＦＵＬＬ", &[0, 1, 2, 3]),
            ("数移", "数据库迁移", &[0, 4]),
            ("한글", "\u{1112}\u{1161}\u{11ab}글", &[0, 3]),
            ("crab", "🦀 crab", &[3, 4, 5, 6]),
            ("שלום", "שלום עולם", &[0, 1, 2, 3]),
        ];
        for (query, name, positions) in table {
            assert_eq!(found(query, name).as_deref(), Some(*positions), "{query} in {name}");
        }
    }

    #[test]
    fn words_are_looked_for_each_by_itself_and_signs_mean_nothing() {
        assert_eq!(found("plan trip", "Trip plan"), Some((0..4).chain(5..9).collect()));
        assert_eq!(found("trip nowhere", "Trip plan"), None);
        assert_eq!(found("!a $b ^c 'd \\ x", "abcd"), None);
        assert_eq!(found("c++ \\d", "c++ and \\d"), Some(vec![0, 1, 2, 8, 9]));
        assert_eq!(found("  ", "anything"), Some(Vec::new()));
    }

    #[test]
    fn a_letter_stands_behind_the_last_one_in_its_word_or_begins_another() {
        assert_eq!(found("the", "This chat: Rename"), None);
        assert_eq!(found("thr", "This chat: Rename"), Some(vec![0, 1, 11]));
        assert_eq!(found("tcr", "This chat: Rename"), Some(vec![0, 5, 11]));
        assert_eq!(found("renm", "This chat: Rename"), Some(vec![11, 12, 13, 15]));
        assert_eq!(found("库移", "数据库迁移"), Some(vec![2, 4]));
    }

    #[test]
    fn letters_that_are_strewn_over_a_whole_title_are_not_found() {
        assert_eq!(found("moonlight", "armband elbow stool fernery apple fabric magnet aches east"), None);
        assert!(found("mnlight", "By moonlight").is_some());
        assert!(found("light", "By moonlight").is_some());
    }

    #[test]
    fn hostile_names_and_queries_are_only_text() {
        assert_eq!(Query::new(&"a".repeat(201)).map(|_| ()), None);
        assert_eq!(found("a", &format!("{}a", "\u{301}".repeat(100_000))), Some(vec![100_000]));
        assert_eq!(found("b", &format!("{}b", "é".repeat(600))), None);
        assert_eq!(found("b", &format!("{}b", "a".repeat(600))), None);
        assert_eq!(found("\u{301}", "abc"), Some(Vec::new()));
    }
}
