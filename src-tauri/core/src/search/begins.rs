//! Whether some words could follow each other in a text, the last of them only begun: that needs no splitting of it to say no,
//! which is many times as fast, and most texts that are looked at have not what is looked for.

use std::sync::atomic::{AtomicU32, Ordering};

use super::tokens::{LONGEST, extends, fold, is_as_it_is, is_of_word, is_single};

/// What a character is to this: in the low bits what it is folded to, where that is one character, else one of these.
const UNKNOWN: u32 = 0;
const NOTHING: u32 = 1;
const SEVERAL: u32 = 2;
const FOLDED: u32 = 0x1f_ffff;

/// It belongs to a word.
const IN_WORD: u32 = 1 << 24;

/// It may be where a piece of an identifier begins.
const OPENS: u32 = 1 << 25;

/// It is a token by itself.
const SINGLE: u32 = 1 << 26;

/// What is known of each character so far: folding one takes a hundred times as long as to look here.
static KNOWN: [AtomicU32; 0x1_0000] = [const { AtomicU32::new(UNKNOWN) }; 0x1_0000];

fn class(letter: char) -> u32 {
    let Some(known) = KNOWN.get(letter as usize) else { return classify(letter) };
    match known.load(Ordering::Relaxed) {
        UNKNOWN => {
            let class = classify(letter);
            known.store(class, Ordering::Relaxed);
            class
        }
        class => class,
    }
}

fn classify(letter: char) -> u32 {
    let folded = fold(letter.encode_utf8(&mut [0; 4]));
    let mut letters = folded.chars();
    let to = match (letters.next(), letters.next()) {
        (None, _) => NOTHING,
        (Some(one), None) => one as u32,
        _ => SEVERAL,
    };
    // After what stands for several, or for what is no letter, another word may begin.
    let of_word = to != SEVERAL && is_of_word(letter) && char::from_u32(to).is_some_and(is_of_word);
    let in_word = if of_word { IN_WORD } else { 0 };
    let opens = if letter.is_uppercase() || to == SEVERAL { OPENS } else { 0 };
    let single = if is_single(letter) || char::from_u32(to).is_some_and(is_single) { SINGLE } else { 0 };
    to | in_word | opens | single
}

/// Whether tokens could follow each other in a text, the last one as the beginning of a word or of a piece of an identifier.
pub(super) fn may_follow(text: &str, tokens: &[String]) -> bool {
    // What may be put together of several characters, or is cut, is not asked for here.
    if !tokens.iter().all(|token| is_plain(token)) {
        return tokens.iter().filter(|token| is_plain(token)).all(|token| may_be_in(text, std::slice::from_ref(token)));
    }
    may_be_in(text, tokens)
}

fn is_plain(token: &str) -> bool {
    let is_plain = |letter: char| {
        letter.is_ascii() || matches!(letter, '\u{a0}'..='\u{2ff}' | '\u{370}'..='\u{52f}') || is_as_it_is(letter)
    };
    token.chars().all(is_plain) && token.chars().count() < LONGEST
}

fn may_be_in(text: &str, tokens: &[String]) -> bool {
    let first = tokens.first().and_then(|token| token.chars().next()).map_or(0, u32::from);
    let mut in_word = false;
    for (at, letter) in text.char_indices() {
        let class = class_of(letter);
        let to = class & FOLDED;
        // What is folded away neither begins a word nor ends one.
        if to == NOTHING {
            continue;
        }
        let begins = !in_word || class & (OPENS | SINGLE) != 0;
        in_word = class & IN_WORD != 0;
        let is_first = to == first || to == SEVERAL || is_extended(letter, class, &text[at + letter.len_utf8()..]);
        if begins && is_first && may_be_at(&text[at..], tokens) {
            return true;
        }
    }
    false
}

fn class_of(letter: char) -> u32 {
    if letter.is_ascii() { ascii(letter) } else { class(letter) }
}

fn ascii(letter: char) -> u32 {
    let in_word = if letter.is_ascii_alphanumeric() { IN_WORD } else { 0 };
    let opens = if letter.is_ascii_uppercase() { OPENS } else { 0 };
    u32::from(letter.to_ascii_lowercase()) | in_word | opens
}

/// Whether a character is one token together with what follows it: another one than by itself.
fn is_extended(letter: char, class: u32, rest: &str) -> bool {
    class & SINGLE != 0 && rest.chars().next().is_some_and(|next| extends(next, letter))
}

/// Whether the letters of the tokens could stand here: within one with `_` between them, between two with whatever is no word.
fn may_be_at(text: &str, tokens: &[String]) -> bool {
    let mut text = text.chars();
    for (number, token) in tokens.iter().enumerate() {
        for (at, wanted) in token.chars().enumerate() {
            loop {
                let Some(letter) = text.next() else { return false };
                let class = class_of(letter);
                match class & FOLDED {
                    SEVERAL => return true,
                    to if to == u32::from(wanted) => break,
                    NOTHING => {}
                    _ if is_extended(letter, class, text.as_str()) => return true,
                    _ if letter == '_' || (number > 0 && at == 0 && class & (IN_WORD | SINGLE) == 0) => {}
                    _ => return false,
                }
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Words;
    use super::*;

    fn may_begin(text: &str, token: &str) -> bool {
        may_follow(text, &[token.to_owned()])
    }

    #[test]
    fn words_that_are_apart_do_not_follow_each_other() {
        let words = |of: &str| of.split(' ').map(ToOwned::to_owned).collect::<Vec<_>>();
        for (text, tokens) in [
            ("a wren and a crow", "a crow"),
            ("foo_bar, Baz", "foo bar baz"),
            ("ещё один", "еще о"),
            ("数据库、迁移", "库 迁"),
        ] {
            assert!(may_follow(text, &words(tokens)), "{tokens:?} in {text:?}");
        }
        for (text, tokens) in [
            ("a wren and a crow", "wren a crow"),
            ("foo_bar, Baz", "foo baz"),
            ("foobar", "oo bar"),
            ("数据库、迁移", "据 迁"),
        ] {
            assert!(!may_follow(text, &words(tokens)), "{tokens:?} in {text:?}");
        }
    }

    #[test]
    fn what_is_split_off_a_text_may_begin_in_it() {
        let letters = [
            "a",
            "B",
            "_",
            "1",
            " ",
            "é",
            "É",
            "e\u{301}",
            "ж",
            "Й",
            "и\u{306}",
            "ς",
            "Ά",
            "数",
            "か",
            "が",
            "か\u{3099}",
            "\u{1112}\u{1161}\u{11ab}",
            "하",
            "\u{11ab}",
            "ข",
            "า",
            "🦀",
            "。",
            "数\u{fe00}",
            "ﬁ",
            "ß",
            "ẞ",
            "½",
            "²",
            "°",
            "…",
            "-",
            "İ",
            "カ\u{3099}",
            "น้ำ",
            "\u{fe0f}",
            "ﾊﾞ",
            "한",
            "ǅ",
            "ŉ",
            "№",
            "𝒜",
            "ａ",
            "ا",
            "\u{653}",
            "ü",
            "ł",
        ];
        let mut state = 5_u32;
        let mut next = |end: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % end
        };
        for _ in 0..60_000 {
            let text: String = (0..1 + next(9)).map(|_| letters[next(letters.len())]).collect();
            let words = Words::of(&text);
            for word in words.pieces.iter().chain(&words.wholes) {
                let token = words.folded(word);
                for (end, _) in token.char_indices().skip(1).chain([(token.len(), ' ')]) {
                    assert!(may_begin(&text, &token[..end]), "{:?} in {text:?}", &token[..end]);
                }
            }
            let pieces: Vec<String> = words.pieces.iter().map(|word| words.folded(word).to_owned()).collect();
            for few in (1..=pieces.len()).flat_map(|length| pieces.windows(length)) {
                assert!(may_follow(&text, few), "{few:?} in {text:?}");
            }
        }
    }

    #[test]
    fn every_letter_may_begin_with_what_it_is_folded_to() {
        for letter in '\0'..='\u{ffff}' {
            let text = format!("-{letter}x");
            let words = Words::of(&text);
            for word in words.pieces.iter().chain(&words.wholes) {
                assert!(may_begin(&text, words.folded(word)), "{letter:?}: {:?}", words.folded(word));
            }
        }
    }

    #[test]
    fn within_a_word_nothing_begins() {
        for (text, token) in
            [("A wren, a crow", "ro"), ("Съезд друзей", "езд"), ("prêt à être", "tre"), ("ἄνδρα", "ρα")]
        {
            assert!(!may_begin(text, token), "{token:?} in {text:?}");
        }
        for (text, token) in [("camelRow", "ro"), ("a_row", "ro"), ("Éros", "ero"), ("съ_ездЕзд", "езд")] {
            assert!(may_begin(text, token), "{token:?} in {text:?}");
        }
    }
}
