//! How text is split for the search: into folded words, the pieces of identifiers, and single characters of the scripts that
//! are written without spaces. The index, the queries and the marks all read text through this one splitting.

use std::ops::Range;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Another number makes every index be built anew: for a change in what is split or folded how.
pub(crate) const VERSION: i64 = 3;

/// The first of the characters that stand for pairs of tokens, in the planes of private use, and how many there are.
const PAIRS: u32 = 0xf_0000;
const PAIR_COUNT: u32 = 0x2_0000;

/// Characters of a token; what is longer is cut. Nobody types more of a hash or a key.
pub(super) const LONGEST: usize = 64;

/// A word of the text, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    folded: Range<usize>,
    /// Its bytes in the text.
    pub source: Range<usize>,
}

/// A text, split.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    folded: String,
    /// In order: words, pieces of identifiers, single characters.
    pub pieces: Vec<Word>,
    /// Identifiers of several pieces, whole.
    pub wholes: Vec<Word>,
}

#[derive(PartialEq, Eq)]
enum Kind {
    /// A letter, a digit or a mark of a script with words.
    Word,
    /// A character that is a token by itself.
    Single,
    Other,
}

fn kind(letter: char) -> Kind {
    if letter.is_ascii() {
        return if letter.is_ascii_alphanumeric() { Kind::Word } else { Kind::Other };
    }
    let is_mark = || letter.general_category_group() == GeneralCategoryGroup::Mark;
    match letter {
        // Most of what is written without spaces: no table is asked.
        '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => Kind::Single,
        // Signs of weather, games and so on, then emoji.
        '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' => Kind::Single,
        _ if !letter.is_alphanumeric() && !is_mark() => Kind::Other,
        _ if is_of_a_script_without_spaces(letter) => Kind::Single,
        _ => Kind::Word,
    }
}

/// Whether a character is a token by itself.
pub(crate) fn is_single(letter: char) -> bool {
    kind(letter) == Kind::Single
}

/// Whether a character belongs to a word of several.
pub(crate) fn is_of_word(letter: char) -> bool {
    kind(letter) == Kind::Word
}

/// Whether the search passes a character by.
pub(crate) fn is_sign(letter: char) -> bool {
    kind(letter) == Kind::Other
}

/// Thai, Lao, Myanmar, Khmer, Han, Kana, Bopomofo; and Hangul, whose words are found by any syllable.
fn is_of_a_script_without_spaces(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}'
        | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}' | '\u{1aff0}'..='\u{1b16f}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Whether folding a single character leaves it as it is: Han, Hangul, Kana and Thai, but for those that stand for others.
pub(super) fn is_as_it_is(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}' | '\u{e01}'..='\u{e32}' | '\u{e34}'..='\u{e4e}')
}

/// Whether a character belongs to the single one before it: an accent, the voicing of a kana, the variant of a sign, the
/// vowel and the end of a syllable that is written in jamo.
pub(super) fn extends(letter: char, first: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | '\u{ff9e}' | '\u{ff9f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}')
        || (matches!(letter, '\u{1160}'..='\u{11ff}') && matches!(first, '\u{1100}'..='\u{115f}'))
}

impl Words {
    /// Splits a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut words = Self { folded: String::with_capacity(text.len()), ..Self::default() };
        words.read(text, 0, text.len());
        words
    }

    /// Splits a text from a place between two tokens on, to the first such place that is not before `to`. Gives it.
    pub(crate) fn read(&mut self, text: &str, from: usize, to: usize) -> usize {
        let bytes = text.as_bytes();
        let mut at = from;
        while at < to {
            let start = at;
            let byte = bytes[at];
            if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
                at += 1;
                continue;
            }
            let Some(letter) = text[at..].chars().next() else { break };
            at += letter.len_utf8();
            match kind(letter) {
                Kind::Other => {}
                Kind::Single => {
                    at += length_while(&text[at..], |next| extends(next, letter));
                    if at - start == letter.len_utf8() && is_as_it_is(letter) {
                        let folded = self.folded.len()..self.folded.len() + letter.len_utf8();
                        self.folded.push(letter);
                        self.pieces.push(Word { folded, source: start..at });
                    } else {
                        self.add(text, start..at);
                    }
                }
                Kind::Word => {
                    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                    at += bytes[at..].iter().take_while(|byte| is_plain(byte)).count();
                    if bytes.get(at).is_some_and(|byte| !byte.is_ascii()) {
                        at += length_while(&text[at..], |next| next == '_' || kind(next) == Kind::Word);
                    }
                    self.add_identifier(text, start..at);
                }
            }
        }
        at
    }

    /// A word as it is compared.
    pub(crate) fn folded(&self, word: &Word) -> &str {
        &self.folded[word.folded.clone()]
    }

    /// Words as the index gets them, joined by spaces.
    pub(crate) fn joined(&self, words: &[Word]) -> String {
        let mut joined = String::with_capacity(self.folded.len() + words.len());
        for word in words {
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(self.folded(word));
        }
        joined
    }

    /// All that the index gets of a text, joined by spaces: the pieces, the identifiers, and what follows what.
    pub(crate) fn indexed(&self) -> String {
        let mut tokens = self.joined(&self.pieces);
        if !self.wholes.is_empty() {
            tokens.push(' ');
            tokens.push_str(&self.joined(&self.wholes));
        }
        tokens.reserve(5 * self.pieces.len());
        for two in self.pieces.windows(2) {
            tokens.push(' ');
            tokens.push(pair(self.folded(&two[0]), self.folded(&two[1])));
        }
        tokens
    }

    /// A run of word characters and `_`: its pieces, and where it has several, the whole of it.
    fn add_identifier(&mut self, text: &str, run: Range<usize>) {
        let first = self.pieces.len();
        let mut at = run.start;
        for segment in text[run.clone()].split('_') {
            if segment.bytes().all(|byte| byte.is_ascii_lowercase()) {
                if !segment.is_empty() {
                    self.add(text, at..at + segment.len());
                }
            } else {
                let cuts = humps(segment);
                let mut from = 0;
                for cut in cuts.into_iter().chain([segment.len()]) {
                    self.add(text, at + from..at + cut);
                    from = cut;
                }
            }
            at += segment.len() + 1;
        }
        let pieces = &self.pieces[first..];
        if let [start, .., end] = pieces
            && start.source != end.source
        {
            let source = start.source.start..end.source.end;
            let from = self.folded.len();
            let mut room = LONGEST;
            for piece in pieces {
                let letters = self.folded[piece.folded.clone()].chars().take(room).collect::<String>();
                room -= letters.chars().count();
                self.folded.push_str(&letters);
            }
            self.wholes.push(Word { folded: from..self.folded.len(), source });
        }
    }

    /// Folds a piece of the text. What one sign stands for may be several words, or none.
    fn add(&mut self, text: &str, source: Range<usize>) {
        let piece = &text[source.clone()];
        let from = self.folded.len();
        if piece.is_ascii() {
            let cut = piece.len().min(LONGEST);
            self.folded.extend(piece[..cut].chars().map(|letter| letter.to_ascii_lowercase()));
            self.pieces.push(Word { folded: from..self.folded.len(), source });
            return;
        }
        let folded = fold(piece);
        let mut rest = folded.as_str();
        while let Some(letter) = rest.chars().next() {
            let length = match kind(letter) {
                Kind::Word => length_while(rest, |next| kind(next) == Kind::Word),
                Kind::Single | Kind::Other => letter.len_utf8(),
            };
            let (token, after) = rest.split_at(length);
            rest = after;
            if kind(letter) != Kind::Other {
                let from = self.folded.len();
                self.folded.extend(token.chars().take(LONGEST));
                self.pieces.push(Word { folded: from..self.folded.len(), source: source.clone() });
            }
        }
    }
}

/// Letters of the second token of a pair that count: so the beginning of a word has its pair too.
pub(crate) const PAIRED: usize = 3;

/// The token that says that one follows another, or one that begins like it, somewhere in a text. Some pairs share it: the
/// text itself has to be read.
pub(crate) fn pair(one: &str, next: &str) -> char {
    let end = next.char_indices().nth(PAIRED).map_or(next.len(), |(at, _)| at);
    // FNV-1a. No text has the byte between them.
    let bytes = one.bytes().chain([0xff]).chain(next[..end].bytes());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    char::from_u32(PAIRS + ((hash ^ (hash >> 16)) % PAIR_COUNT)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn length_while(text: &str, goes_on: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !goes_on(letter)).unwrap_or(text.len())
}

/// Where `camelCase` and `HTTPServer` are cut. Never between letters and the digits after them; and not at all where that
/// would leave crumbs, as in base64.
fn humps(segment: &str) -> Vec<usize> {
    let mut cuts = Vec::new();
    let mut before: Option<char> = None;
    let mut letters = segment.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if letter.is_uppercase()
            && let Some(before) = before
        {
            let opens_a_word = letters.peek().is_some_and(|(_, next)| next.is_lowercase());
            if before.is_lowercase() || (opens_a_word && (before.is_uppercase() || before.is_numeric())) {
                cuts.push(at);
            }
        }
        before = Some(letter);
    }
    if cuts.len() > 3 && segment.len() < 3 * (cuts.len() + 1) { Vec::new() } else { cuts }
}

/// Letters without case, accents and the forms that only print differs in.
pub(crate) fn fold(text: &str) -> String {
    const DECOMPOSED: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();
    const COMPOSED: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
    let lower = text.chars().flat_map(char::to_lowercase);
    // Lower case once more: the forms of a letter are taken for it only now.
    let plain = DECOMPOSED.normalize_iter(lower).flat_map(char::to_lowercase).filter(
        |letter| !matches!(letter, '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'),
    );
    let mut folded = String::with_capacity(text.len());
    for letter in COMPOSED.normalize_iter(plain) {
        match letter {
            'ß' => folded.push_str("ss"),
            'ς' => folded.push('σ'),
            _ => folded.push(letter),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> (String, String) {
        let words = Words::of(text);
        (words.joined(&words.pieces), words.joined(&words.wholes))
    }

    #[test]
    fn text_is_split_into_folded_words_pieces_and_single_characters() {
        let table = [
            ("Hello, World!", "hello world", ""),
            ("Straße STRASSE ẞ", "strasse strasse ss", ""),
            ("Café naïve Ångström e\u{301}te\u{301}", "cafe naive angstrom ete", ""),
            ("Ὀδυσσεύς ΟΔΥΣΣΕΥΣ", "οδυσσευσ οδυσσευσ", ""),
            ("Ещё МОСКВЫ Йод", "еще москвы иод", ""),
            ("İstanbul ﬁne ＡＢＣ x²", "istanbul fine abc x2", ""),
            ("½ litre", "1 2 litre", ""),
            ("snake_case_name", "snake case name", "snakecasename"),
            ("__init__ _x x_", "init x x", ""),
            ("getUserName HTTPServer2 iPhone", "get user name http server2 i phone", "getusername httpserver2 iphone"),
            ("utf8 Utf8Error H2O base64Decode", "utf8 utf8 error h2o base64 decode", "utf8error base64decode"),
            ("foo.bar(don't)", "foo bar don t", ""),
            ("aGVsbG8gV29ybGQhCg", "agvsbg8gv29ybgqhcg", ""),
            ("数据库迁移GPT模型", "数 据 库 迁 移 gpt 模 型", ""),
            ("カ\u{3099}ギ ｶﾞ", "ガ ギ ガ", ""),
            ("\u{1112}\u{1161}\u{11ab}글", "한 글", ""),
            ("น้ำ", "น \u{e49} \u{e4d} า", ""),
            ("I ❤️ 🦀s", "i ❤ 🦀 s", ""),
            ("नमस्ते दुनिया", "नमस्ते दुनिया", ""),
            ("% _ \\ \"' --", "", ""),
        ];
        for (text, pieces, wholes) in table {
            assert_eq!(split(text), (pieces.to_owned(), wholes.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_folded_would_be_the_same_folded() {
        for letter in (0..=0xffff).filter_map(char::from_u32).filter(|letter| is_as_it_is(*letter)) {
            assert_eq!(fold(&letter.to_string()), letter.to_string());
        }
    }

    #[test]
    fn a_text_that_is_read_in_steps_is_split_the_same() {
        let text = "One getUserName, ещё数据 e\u{301}te\u{301} カ\u{3099}x_y_z ".repeat(3);
        for step in 1..40 {
            let (mut words, mut at) = (Words::default(), 0);
            while at < text.len() {
                at = words.read(&text, at, (at + step).min(text.len()));
            }
            assert_eq!(words, Words::of(&text), "{step}");
        }
    }

    #[test]
    fn a_long_token_is_cut_between_characters() {
        let long = "é".repeat(100);
        assert_eq!(split(&long).0, "e".repeat(64));
        let (pieces, whole) = split(&format!("{}_{}", "a".repeat(100), "b".repeat(9)));
        assert_eq!((pieces.len(), whole), (74, "a".repeat(64)));
    }

    #[test]
    fn tokens_hold_nothing_that_the_tokenizer_of_the_index_would_split() {
        for letter in (0..=0x10_ffff).filter_map(char::from_u32).filter(|letter| kind(*letter) != Kind::Other) {
            let (pieces, wholes) = split(&format!("a{letter}B_{letter}"));
            for token in pieces.split(' ').chain(wholes.split(' ')) {
                assert!(token.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric()), "{letter:?}: {token:?}");
            }
        }
    }
}
