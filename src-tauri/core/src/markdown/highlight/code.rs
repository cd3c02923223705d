//! The code lexer: reads one line by the table of its language. Words and marks are here, what has
//! an end to look for is in `code/literals.rs`.

mod literals;

pub(super) use literals::{ends_heredoc, heredoc};

use super::pieces::{COMMENT, KEYWORD, NAME, NUMBER, PLAIN, Pieces, STRING};
use super::rules::{self, Place, Rules, count, split, words};
use super::state::{Hole, LineState, Open};

/// `LineState::mode` of the code lexer: between the `<` and the `>` of a JSX tag.
const IN_TAG: u8 = 1;

/// Keywords in one place, names in another: before `(` they are called.
const SOFT: &[&str] = words!(
    "add any data field file format get init left match object open out print record remove replace right set
        string type"
);

/// Reads `text` (the line, or its start up to where another language begins) from byte `from` on.
pub(super) fn lex(rules: &Rules, state: &mut LineState, text: &str, from: usize, out: &mut Pieces<'_>) {
    let start = Code {
        rules,
        bytes: text.as_bytes(),
        at: from,
        from,
        state,
        operand: false,
        defines: false,
        untouched: true,
        labelled: false,
        heredoc: None,
        regex_fails: false,
    };
    start.run(out);
}

struct Code<'a> {
    rules: &'a Rules,
    bytes: &'a [u8],
    at: usize,
    from: usize,
    state: &'a mut LineState,
    /// The last token ended an operand: what follows is an operator.
    operand: bool,
    /// The last word announces the name of something new.
    defines: bool,
    /// Nothing but white space so far.
    untouched: bool,
    /// A label was read: what follows is as good as the start of the line.
    labelled: bool,
    /// Opened on this line; starts with the next.
    heredoc: Option<Open>,
    /// No end of a regular expression in the rest of the line: looked for once, so that lines stay linear.
    regex_fails: bool,
}

impl Code<'_> {
    fn run(mut self, out: &mut Pieces<'_>) {
        self.resume(out);
        while let Some(&byte) = self.bytes.get(self.at) {
            let kind = self.rules.byte(byte);
            if kind & rules::SPACE != 0 {
                self.at += 1;
                continue;
            }
            if kind & rules::OPENS != 0 && self.opens(byte, out) {
                self.untouched = false;
                continue;
            }
            if kind & rules::START != 0 {
                self.word(out);
            } else if kind & rules::DIGIT != 0 || (byte == b'.' && self.starts_fraction()) {
                self.number(self.at, out);
            } else {
                self.mark(byte, out);
            }
            self.untouched = std::mem::take(&mut self.labelled);
        }
        out.to(PLAIN, self.bytes.len());
        if let Some(heredoc) = self.heredoc {
            self.state.open = heredoc;
        }
        // An interpolation of a one-line string ends with the line, whatever is missing.
        while self.state.open == Open::Nothing && self.state.innermost().is_some_and(|hole| self.ends_with_line(hole)) {
            self.state.pop();
        }
    }

    fn ends_with_line(&self, hole: Hole) -> bool {
        self.rules.quotes.get(usize::from(hole.quote)).is_some_and(|quote| !quote.lines)
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn peek(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn digit_at(&self, at: usize) -> bool {
        self.peek(at).is_ascii_digit()
    }

    fn part_at(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(|&byte| self.rules.byte(byte) & rules::PART != 0)
    }

    fn start_at(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(|&byte| self.rules.byte(byte) & rules::START != 0)
    }

    /// `.5`, but not the end of `0..5`.
    fn starts_fraction(&self) -> bool {
        self.digit_at(self.at + 1) && !self.operand && (self.at == self.from || self.peek(self.at - 1) != b'.')
    }

    fn after_word(&self) -> bool {
        self.at > self.from && self.part_at(self.at - 1)
    }

    /// Directly, without a space.
    fn after_operand(&self) -> bool {
        self.after_word()
            || (self.at > self.from && matches!(self.peek(self.at - 1), b')' | b']' | b'}' | b'.' | b'\''))
    }

    fn placed(&self, place: Place) -> bool {
        match place {
            Place::Anywhere => true,
            Place::Word => self.at == self.from || matches!(self.peek(self.at - 1), b' ' | b'\t' | b';' | b'('),
            Place::First => self.untouched,
            Place::Margin => self.at == self.from,
        }
    }

    /// Comments, strings and whatever else the byte may open. False where it opens nothing.
    fn opens(&mut self, byte: u8, out: &mut Pieces<'_>) -> bool {
        let rules = self.rules;
        if rules.has(rules::LONG_BRACKETS) && self.long_bracket(out) {
            return true;
        }
        for (kind, block) in rules.block_comments.iter().enumerate() {
            if self.rest().starts_with(block.open.as_bytes()) && self.placed(block.place) {
                self.comment(kind, self.at + block.open.len(), 1, out);
                return true;
            }
        }
        for comment in rules.line_comments {
            if self.rest().starts_with(comment.open.as_bytes()) && self.placed(comment.place) {
                out.token(COMMENT, self.at, self.bytes.len());
                self.at = self.bytes.len();
                return true;
            }
        }
        if rules.has(rules::HASH_RAW) && byte == b'#' && self.hash_string(self.at, self.at, out) {
            return true;
        }
        if self.quote(self.at, out) {
            return true;
        }
        match byte {
            b'<' if rules.has(rules::JSX) && self.tag(out) => return true,
            b'<' if rules.has(rules::HEREDOCS) && self.heredoc(out) => return true,
            b'/' if rules.has(rules::REGEX) && self.regex(out) => return true,
            b'#' if rules.has(rules::PREPROCESSOR) && self.untouched && self.directive(out) => return true,
            b'$' if rules.has(rules::DOLLAR_TAGS) && self.dollar_tag(out) => return true,
            b'%' if rules.has(rules::PERCENT) && self.percent(out) => return true,
            b'[' if rules.has(rules::SECTIONS) && self.untouched && self.section(out) => return true,
            b'$' if rules.has(rules::DOLLAR_NUMBERS) && self.peek(self.at + 1).is_ascii_hexdigit() => {
                self.number(self.at, out);
                return true;
            }
            b'&' if rules.has(rules::AND_NUMBERS) && matches!(self.peek(self.at + 1), b'H' | b'h' | b'O' | b'o') => {
                self.number(self.at, out);
                return true;
            }
            _ => {}
        }
        self.sigil(byte, out)
    }

    /// `@word`, `$word`, `:word`.
    fn sigil(&mut self, byte: u8, out: &mut Pieces<'_>) -> bool {
        let Some(&(_, class)) = self.rules.sigils.iter().find(|(sigil, _)| *sigil == byte) else { return false };
        let mut start = self.at + 1;
        if self.peek(start) == byte && byte != b':' {
            start += 1;
        }
        let joined = match byte {
            b'.' | b'$' => false,
            // A minus between operands is one.
            b'-' => self.operand,
            // A colon in or after a word is a path, a ternary or a key, no symbol.
            b':' => self.after_word() || self.peek(self.at.wrapping_sub(1)) == b':',
            _ => self.after_word(),
        };
        if joined || !self.start_at(start) {
            return false;
        }
        let end = self.word_end(start);
        out.token(class, self.at, end);
        self.at = end;
        self.operand = true;
        self.defines = false;
        true
    }

    fn word_end(&self, mut at: usize) -> usize {
        while self.part_at(at) {
            at += 1;
        }
        at
    }

    fn word(&mut self, out: &mut Pieces<'_>) {
        let start = self.at;
        let end = self.word_end(start + 1);
        let word = &self.bytes[start..end];
        let next = self.peek(end);
        if matches!(next, b'"' | b'\'' | b'`' | b'#') && self.prefixed(word, start, end, out) {
            return;
        }
        if self.rules.has(rules::Q_LIKE) && self.q_like(word, start, end, out) {
            return;
        }
        self.at = end;
        let head = self.untouched;
        if self.state.mode == IN_TAG {
            out.token(NAME, start, end);
            return;
        }
        // `x.type` is a member, `1..end` is not.
        let member = match start.checked_sub(1).map(|before| (before, self.peek(before))) {
            Some((before, b'.')) => before == 0 || self.peek(before - 1) != b'.',
            Some((before, b'>')) => before > 0 && self.peek(before - 1) == b'-' && self.operand,
            _ => false,
        };
        let listed = !member
            && (head || !self.rules.has(rules::FIRST_KEYWORDS))
            && contains(self.rules.keywords, word, self.rules.ignore_case);
        let listed = listed && !(next == b'(' && self.rules.has(rules::CALLS) && contains(SOFT, word, true));
        let class = if head && self.rules.has(rules::LABELS) && next == b':' {
            self.at += 1;
            out.token(NAME, start, end);
            self.labelled = true;
            return;
        } else if (self.rules.has(rules::COLON_KEYS) && self.is_key(b':'))
            || (self.rules.has(rules::EQUALS_KEYS) && self.is_key(b'='))
        {
            NAME
        } else if listed || (head && self.rules.has(rules::HEADS)) {
            let defines = contains(self.rules.definers, word, self.rules.ignore_case);
            out.token(KEYWORD, start, end);
            self.operand = matches!(word, b"this" | b"self" | b"super" | b"null" | b"nil" | b"true" | b"false");
            self.defines = defines || (self.defines && self.operand);
            return;
        } else if self.names_something(word, start, member) {
            NAME
        } else {
            PLAIN
        };
        if class == NAME && self.rules.has(rules::MACROS) && next == b'!' && self.peek(end + 1) != b'=' {
            self.at += 1;
        }
        out.token(class, start, self.at);
        self.operand = true;
        self.defines = false;
    }

    /// Called, defined, a type, or known by the language.
    fn names_something(&self, word: &[u8], start: usize, member: bool) -> bool {
        let rules = self.rules;
        let next = self.peek(self.at);
        self.defines
            || (rules.has(rules::CALLS) && next == b'(')
            || (rules.has(rules::MACROS) && next == b'!' && matches!(self.peek(self.at + 1), b'(' | b'[' | b'{' | b' '))
            || (rules.has(rules::LISP) && start > self.from && self.peek(start - 1) == b'(')
            || (rules.has(rules::CAPITALS) && is_type(word))
            || (!member && contains(rules.names, word, rules.ignore_case))
    }

    /// Whether the next mark after this place is this one, alone.
    fn is_key(&self, mark: u8) -> bool {
        let mut at = self.at;
        while matches!(self.peek(at), b' ' | b'\t') {
            at += 1;
        }
        self.peek(at) == mark && !matches!(self.peek(at + 1), b':' | b'=' | b'>' | b'~')
    }

    fn mark(&mut self, byte: u8, out: &mut Pieces<'_>) {
        self.at += 1;
        self.operand = matches!(byte, b')' | b']' | b'}');
        if byte != b'.' {
            self.defines = false;
        }
        if self.state.mode == IN_TAG {
            match byte {
                b'>' => self.state.mode = 0,
                b'{' if self.state.push(Hole { quote: Hole::TAG, brackets: 0, close: b'}' }) => self.state.mode = 0,
                _ => {}
            }
            return;
        }
        let Some(hole) = self.state.hole() else { return };
        if byte == hole.close {
            if hole.brackets > 0 {
                hole.brackets -= 1;
            } else if let Some(hole) = self.state.pop() {
                if hole.quote == Hole::TAG {
                    self.state.mode = IN_TAG;
                } else {
                    self.string(usize::from(hole.quote), self.at - 1, self.at, out);
                }
            }
        } else if (hole.close == b'}' && byte == b'{') || (hole.close == b')' && byte == b'(') {
            hole.brackets = hole.brackets.saturating_add(1);
        }
    }

    /// `<Name`, `</Name`, `<>` where no operator can stand.
    fn tag(&mut self, out: &mut Pieces<'_>) -> bool {
        // `</` is no operator anywhere.
        let closes = self.peek(self.at + 1) == b'/';
        if (self.operand && !closes) || self.state.mode == IN_TAG {
            return false;
        }
        let start = self.at + 1 + usize::from(closes);
        if self.peek(start) == b'>' {
            self.at = start + 1;
            return true;
        }
        if !self.peek(start).is_ascii_alphabetic() {
            return false;
        }
        let mut end = start;
        while self.part_at(end) || matches!(self.peek(end), b'.' | b'-' | b':') {
            end += 1;
        }
        out.token(NAME, start, end);
        self.at = end;
        self.state.mode = IN_TAG;
        true
    }

    /// `#include <path>` and its like.
    fn directive(&mut self, out: &mut Pieces<'_>) -> bool {
        let mut start = self.at + 1;
        while self.peek(start) == b' ' {
            start += 1;
        }
        if !self.start_at(start) {
            return false;
        }
        let end = self.word_end(start);
        out.token(KEYWORD, self.at, end);
        self.at = end;
        if matches!(&self.bytes[start..end], b"include" | b"import") {
            let open = end + self.rest().iter().take_while(|byte| **byte == b' ').count();
            if let Some(length) = self.bytes[open..].iter().position(|byte| *byte == b'>')
                && self.peek(open) == b'<'
            {
                out.token(STRING, open, open + length + 1);
                self.at = open + length + 1;
            }
        }
        self.defines = &self.bytes[start..end] == b"define";
        true
    }

    /// `[name]`, `[[name]]` first on a line.
    fn section(&mut self, out: &mut Pieces<'_>) -> bool {
        let start = self.at + self.rest().iter().take_while(|byte| **byte == b'[').count();
        let Some(length) = self.bytes[start..].iter().position(|byte| *byte == b']') else { return false };
        out.token(NAME, start, start + length);
        self.at = start + length;
        true
    }

    fn number(&mut self, start: usize, out: &mut Pieces<'_>) {
        let end = self.number_end(start);
        out.token(NUMBER, start, end);
        self.at = end;
        self.operand = true;
        self.defines = false;
    }
}

/// Whether the word is in the sorted list.
pub(super) fn contains(list: &[&str], word: &[u8], ignore_case: bool) -> bool {
    if !ignore_case {
        return list.binary_search_by(|listed| listed.as_bytes().cmp(word)).is_ok();
    }
    let mut buffer = [0; 32];
    let Some(lower) = buffer.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    list.binary_search_by(|listed| listed.as_bytes().cmp(lower)).is_ok()
}

/// `String`, `T`, but not `MAX`.
fn is_type(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_uppercase) && (word.len() == 1 || word.iter().any(u8::is_ascii_lowercase))
}
