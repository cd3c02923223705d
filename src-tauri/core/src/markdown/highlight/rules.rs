//! The shape of a language table: words, comments, quotes and habits, read by the code lexer.
//! Everything is made at compile time; `words!` keeps the tables readable.

use super::pieces::{NAME, STRING};

/// One language, as the code lexer wants to know it. Word lists are sorted by bytes.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) keywords: &'static [&'static str],
    /// Types and functions that come with the language.
    pub(super) names: &'static [&'static str],
    /// Keywords whose next word is the name of something new.
    pub(super) definers: &'static [&'static str],
    /// Keywords and names are listed in lower case and found in any.
    pub(super) ignore_case: bool,
    pub(super) line_comments: &'static [LineComment],
    pub(super) block_comments: &'static [BlockComment],
    /// Longer openings first.
    pub(super) quotes: &'static [Quote],
    /// Words that belong to the string when a quote follows at once.
    pub(super) prefixes: &'static [&'static str],
    /// Bytes beside letters and `_` that start a word.
    pub(super) word_start: &'static str,
    /// Bytes beside letters, digits and `_` that go on with one.
    pub(super) word_part: &'static str,
    /// Bytes that, with the word after them, make a token of this class.
    pub(super) sigils: &'static [(u8, u8)],
    /// Habits, of the constants below.
    pub(super) habits: u32,
    /// What each ASCII byte can be; made by `compiled`.
    pub(super) bytes: [u8; 128],
}

/// A word directly before `(` is called.
pub(super) const CALLS: u32 = 1;
/// A word with a capital first and a small letter in it (or one capital alone) is a type.
pub(super) const CAPITALS: u32 = 1 << 1;
/// `/.../` where an operand is expected.
pub(super) const REGEX: u32 = 1 << 2;
/// `#word` first on a line.
pub(super) const PREPROCESSOR: u32 = 1 << 3;
/// `name!(`
pub(super) const MACROS: u32 = 1 << 4;
/// `<Tag attribute={...}>` where an operand is expected.
pub(super) const JSX: u32 = 1 << 5;
/// A word or string before `:` is a key.
pub(super) const COLON_KEYS: u32 = 1 << 6;
/// A word or string before `=` is a key.
pub(super) const EQUALS_KEYS: u32 = 1 << 7;
/// The first word of a line is an instruction.
pub(super) const HEADS: u32 = 1 << 8;
/// The word after `(` is called.
pub(super) const LISP: u32 = 1 << 9;
/// A first word with `:` behind it is a label.
pub(super) const LABELS: u32 = 1 << 10;
/// `<<TAG`
pub(super) const HEREDOCS: u32 = 1 << 11;
/// `r#"..."#`
pub(super) const RUST_RAW: u32 = 1 << 12;
/// `#"..."#`
pub(super) const HASH_RAW: u32 = 1 << 13;
/// `[==[...]==]`
pub(super) const LONG_BRACKETS: u32 = 1 << 14;
/// `R"tag(...)tag"`
pub(super) const CPP_RAW: u32 = 1 << 15;
/// `$tag$...$tag$`
pub(super) const DOLLAR_TAGS: u32 = 1 << 16;
/// `%w[...]`
pub(super) const PERCENT: u32 = 1 << 17;
/// `q{...}`, `s/../../`
pub(super) const Q_LIKE: u32 = 1 << 18;
/// `1'000`, `8'hFF`
pub(super) const TICK_NUMBERS: u32 = 1 << 19;
/// `16#FF#`
pub(super) const HASH_NUMBERS: u32 = 1 << 20;
/// `$FF`
pub(super) const DOLLAR_NUMBERS: u32 = 1 << 21;
/// `&HFF`
pub(super) const AND_NUMBERS: u32 = 1 << 22;
/// `[key]` alone on a line is a section.
pub(super) const SECTIONS: u32 = 1 << 23;

/// Keywords count only as the first word of a line.
pub(super) const FIRST_KEYWORDS: u32 = 1 << 24;

/// A comment to the end of the line.
#[derive(Clone, Copy)]
pub(super) struct LineComment {
    pub(super) open: &'static str,
    pub(super) place: Place,
}

/// Where an opening counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    /// First on the line or after white space.
    Word,
    /// First on the line, white space aside.
    First,
    /// In the first column.
    Margin,
}

/// A comment with an end of its own.
#[derive(Clone, Copy)]
pub(super) struct BlockComment {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    pub(super) nested: bool,
    pub(super) place: Place,
}

/// A string or character syntax.
#[derive(Clone, Copy)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// The byte that takes the meaning from the next one; 0 for none.
    pub(super) escape: u8,
    /// The closing mark twice is itself.
    pub(super) doubled: bool,
    /// Goes on over line ends.
    pub(super) lines: bool,
    /// What opens an interpolation; empty for none.
    pub(super) hole: &'static str,
    /// Only with exactly one character (or escape) inside.
    pub(super) character: bool,
    /// Not directly after a word: there the mark means something else.
    pub(super) apart: bool,
    pub(super) class: u8,
}

/// The usual string: one line, backslash escapes.
pub(super) const fn quote(mark: &'static str) -> Quote {
    between(mark, mark)
}

/// A string whose ends differ.
pub(super) const fn between(open: &'static str, close: &'static str) -> Quote {
    Quote {
        open,
        close,
        escape: b'\\',
        doubled: false,
        lines: false,
        hole: "",
        character: false,
        apart: false,
        class: STRING,
    }
}

impl Quote {
    pub(super) const fn raw(self) -> Quote {
        Quote { escape: 0, ..self }
    }
    pub(super) const fn escape(self, escape: u8) -> Quote {
        Quote { escape, ..self }
    }
    pub(super) const fn doubled(self) -> Quote {
        Quote { escape: 0, doubled: true, ..self }
    }
    pub(super) const fn lines(self) -> Quote {
        Quote { lines: true, ..self }
    }
    pub(super) const fn hole(self, hole: &'static str) -> Quote {
        Quote { hole, ..self }
    }
    pub(super) const fn character(self) -> Quote {
        Quote { character: true, apart: true, ..self }
    }
    pub(super) const fn apart(self) -> Quote {
        Quote { apart: true, ..self }
    }
    pub(super) const fn name(self) -> Quote {
        Quote { class: NAME, ..self }
    }
}

pub(super) const DOUBLE: Quote = quote("\"");
pub(super) const SINGLE: Quote = quote("'");
pub(super) const CHARACTER: Quote = quote("'").character();

pub(super) const fn line(open: &'static str) -> LineComment {
    LineComment { open, place: Place::Anywhere }
}

pub(super) const fn line_at(open: &'static str, place: Place) -> LineComment {
    LineComment { open, place }
}

pub(super) const fn block(open: &'static str, close: &'static str) -> BlockComment {
    BlockComment { open, close, nested: false, place: Place::Anywhere }
}

pub(super) const fn nested(open: &'static str, close: &'static str) -> BlockComment {
    BlockComment { open, close, nested: true, place: Place::Anywhere }
}

pub(super) const fn margin(open: &'static str, close: &'static str) -> BlockComment {
    BlockComment { open, close, nested: false, place: Place::Margin }
}

/// The comments of most languages.
pub(super) const SLASHES: &[LineComment] = &[line("//")];
pub(super) const SLASH_STAR: &[BlockComment] = &[block("/*", "*/")];
pub(super) const NESTED_SLASH_STAR: &[BlockComment] = &[nested("/*", "*/")];
pub(super) const HASH: &[LineComment] = &[line("#")];

/// Bits of `Rules::byte`.
pub(super) const SPACE: u8 = 1;
pub(super) const START: u8 = 2;
pub(super) const PART: u8 = 4;
pub(super) const DIGIT: u8 = 8;
pub(super) const OPENS: u8 = 16;

/// A language without anything, for the tables to start from.
pub(super) const BARE: Rules = Rules {
    keywords: &[],
    names: &[],
    definers: &[],
    ignore_case: false,
    line_comments: &[],
    block_comments: &[],
    quotes: &[],
    prefixes: &[],
    word_start: "",
    word_part: "",
    sigils: &[],
    habits: 0,
    bytes: [0; 128],
};

/// What the bytes mean that a habit looks at.
const HABIT_BYTES: [(u32, u8); 11] = [
    (REGEX, b'/'),
    (PREPROCESSOR, b'#'),
    (JSX, b'<'),
    (HEREDOCS, b'<'),
    (HASH_RAW, b'#'),
    (LONG_BRACKETS, b'['),
    (DOLLAR_TAGS, b'$'),
    (PERCENT, b'%'),
    (DOLLAR_NUMBERS, b'$'),
    (AND_NUMBERS, b'&'),
    (SECTIONS, b'['),
];

impl Rules {
    pub(super) const fn has(&self, habit: u32) -> bool {
        self.habits & habit != 0
    }

    /// What this byte can be the start or part of. All that is not ASCII is a letter.
    pub(super) fn byte(&self, byte: u8) -> u8 {
        self.bytes.get(usize::from(byte)).copied().unwrap_or(START | PART)
    }

    /// The table with its byte index: the last step of each.
    pub(super) const fn compiled(self) -> Rules {
        let mut bytes = [0; 128];
        let mut byte = 0u8;
        while byte < 128 {
            bytes[byte as usize] = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => SPACE,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => START | PART,
                b'0'..=b'9' => DIGIT | PART,
                _ => 0,
            };
            byte += 1;
        }
        mark(&mut bytes, self.word_start, START | PART);
        mark(&mut bytes, self.word_part, PART);
        let mut i = 0;
        while i < self.line_comments.len() {
            first(&mut bytes, self.line_comments[i].open);
            i += 1;
        }
        i = 0;
        while i < self.block_comments.len() {
            first(&mut bytes, self.block_comments[i].open);
            i += 1;
        }
        i = 0;
        while i < self.quotes.len() {
            first(&mut bytes, self.quotes[i].open);
            i += 1;
        }
        i = 0;
        while i < self.sigils.len() {
            bytes[self.sigils[i].0 as usize] |= OPENS;
            i += 1;
        }
        i = 0;
        while i < HABIT_BYTES.len() {
            if self.has(HABIT_BYTES[i].0) {
                bytes[HABIT_BYTES[i].1 as usize] |= OPENS;
            }
            i += 1;
        }
        Rules { bytes, ..self }
    }
}

const fn mark(bytes: &mut [u8; 128], which: &str, bits: u8) {
    let which = which.as_bytes();
    let mut i = 0;
    while i < which.len() {
        bytes[which[i] as usize] |= bits;
        i += 1;
    }
}

const fn first(bytes: &mut [u8; 128], open: &str) {
    bytes[open.as_bytes()[0] as usize] |= OPENS;
}

/// `words!("a b c")`: the words of a text as a list, split at compile time.
macro_rules! words {
    ($text:literal) => {{
        const LIST: [&str; count($text)] = split($text);
        &LIST
    }};
}
pub(super) use words;

const fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == b'\n'
}

pub(super) const fn count(text: &str) -> usize {
    let text = text.as_bytes();
    let (mut count, mut i) = (0, 0);
    while i < text.len() {
        if !is_space(text[i]) && (i == 0 || is_space(text[i - 1])) {
            count += 1;
        }
        i += 1;
    }
    count
}

pub(super) const fn split<const N: usize>(text: &str) -> [&str; N] {
    let bytes = text.as_bytes();
    let mut list = [""; N];
    let (mut found, mut i) = (0, 0);
    while i < bytes.len() {
        if is_space(bytes[i]) {
            i += 1;
            continue;
        }
        let start = i;
        while i < bytes.len() && !is_space(bytes[i]) {
            i += 1;
        }
        list[found] = text.split_at(i).0.split_at(start).1;
        found += 1;
    }
    list
}
