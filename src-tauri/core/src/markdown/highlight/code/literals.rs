//! What the code lexer looks for the end of: strings, comments, regular expressions, numbers.

use super::super::pieces::{COMMENT, Pieces, STRING};
use super::super::rules::{self, Place, Quote, Rules};
use super::super::state::{Hole, Open, hash};
use super::Code;
use super::contains;

/// More `#` or `=` than this are no delimiter: keeps the search for one short.
const MOST_MARKS: usize = 16;

impl Code<'_> {
    /// Goes on with what the line before left open.
    pub(super) fn resume(&mut self, out: &mut Pieces<'_>) {
        let from = self.at;
        match std::mem::take(&mut self.state.open) {
            Open::Nothing => {}
            Open::Comment { kind, depth } => self.comment(usize::from(kind), from, depth, out),
            Open::Quote { kind } => self.string(usize::from(kind), from, from, out),
            Open::Hashes { count } => self.hashes(count, from, out),
            Open::Bracket { count, comment } => self.bracket(count, comment, from, from, out),
            Open::Tagged { hash, dollar } => self.tagged(hash, dollar, from, from, out),
            Open::Heredoc { hash: tag, indented } => {
                let line = &self.bytes[from..];
                if ends_heredoc(line, tag, indented) {
                    let end = from + line.len() - line.trim_ascii_start().len();
                    let end = end + tag_length(&self.bytes[end..]);
                    out.token(STRING, from, end);
                    self.at = end;
                    self.operand = true;
                } else {
                    self.state.open = Open::Heredoc { hash: tag, indented };
                    out.to(STRING, self.bytes.len());
                    self.at = self.bytes.len();
                }
            }
        }
        self.untouched &= self.at == from;
    }

    /// A block comment whose inside starts at `inside`.
    pub(super) fn comment(&mut self, kind: usize, inside: usize, depth: u16, out: &mut Pieces<'_>) {
        let Some(block) = self.rules.block_comments.get(kind) else { return };
        let (open, close) = (block.open.as_bytes(), block.close.as_bytes());
        let start = self.at;
        let (mut at, mut depth) = (inside, depth);
        let margin = block.place == Place::Margin;
        while at < self.bytes.len() {
            let rest = &self.bytes[at..];
            // A comment that is opened in the margin is closed there too, and takes the whole line.
            if rest.starts_with(close) && (!margin || at == self.from) {
                depth -= 1;
                at = if margin { self.bytes.len() } else { at + close.len() };
                if depth == 0 {
                    break;
                }
            } else if block.nested && rest.starts_with(open) {
                depth = depth.saturating_add(1);
                at += open.len();
            } else {
                at += 1;
            }
        }
        if depth > 0 {
            self.state.open = Open::Comment { kind: small(kind), depth };
            at = self.bytes.len();
        }
        out.token(COMMENT, start, at);
        self.at = at;
    }

    /// Any of the language's quotes, here; `start` is where its prefix starts.
    pub(super) fn quote(&mut self, start: usize, out: &mut Pieces<'_>) -> bool {
        let rules: &Rules = self.rules;
        for (kind, quote) in rules.quotes.iter().enumerate() {
            if !self.rest().starts_with(quote.open.as_bytes())
                || (quote.apart && start == self.at && self.after_operand())
            {
                continue;
            }
            let inside = self.at + quote.open.len();
            if quote.character {
                let Some(end) = self.character_end(inside, quote) else { continue };
                out.token(quote.class, start, end);
                self.at = end;
                self.operand = true;
            } else {
                self.string(kind, start, inside, out);
            }
            return true;
        }
        false
    }

    /// The end of `'x'` or `'\u{1F600}'`.
    fn character_end(&self, inside: usize, quote: &Quote) -> Option<usize> {
        let close = quote.close.as_bytes();
        let longest = 12;
        let content = self.bytes.get(inside..)?;
        let length = match content.first()? {
            b'\\' if quote.escape == b'\\' => {
                2 + content.get(2..)?.iter().take(longest).position(|byte| Some(byte) == close.first())?
            }
            0x00..=0x7f => 1,
            0x80..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        content.get(length..)?.starts_with(close).then_some(inside + length + close.len())
    }

    /// A string whose inside starts at `inside`, up to its end, an interpolation or the end of the line.
    pub(super) fn string(&mut self, kind: usize, start: usize, inside: usize, out: &mut Pieces<'_>) {
        let Some(quote) = self.rules.quotes.get(kind) else { return };
        let (close, hole) = (quote.close.as_bytes(), quote.hole.as_bytes());
        let mut at = inside;
        self.operand = true;
        self.defines = false;
        while let Some(&byte) = self.bytes.get(at) {
            if byte == close[0] && self.bytes[at..].starts_with(close) {
                at += close.len();
                if quote.doubled && self.bytes[at..].starts_with(close) {
                    at += close.len();
                    continue;
                }
                self.at = at;
                let keys = (self.rules.has(rules::COLON_KEYS) && self.is_key(b':'))
                    || (self.rules.has(rules::EQUALS_KEYS) && self.is_key(b'='));
                let class = if keys { super::NAME } else { quote.class };
                out.token(class, start, at);
                return;
            } else if !hole.is_empty() && byte == hole[0] && self.bytes[at..].starts_with(hole) {
                at += hole.len();
                let closing = if hole.ends_with(b"(") { b')' } else { b'}' };
                if self.state.push(Hole { quote: small(kind), brackets: 0, close: closing }) {
                    out.token(quote.class, start, at);
                    self.at = at;
                    self.operand = false;
                    return;
                }
            } else if byte == quote.escape && byte != 0 {
                at += 2;
                // A backslash at the end of the line: the string goes on.
                if at > self.bytes.len() {
                    break;
                }
            } else {
                at += 1;
            }
        }
        let continued = at > self.bytes.len();
        out.token(quote.class, start, self.bytes.len());
        self.at = self.bytes.len();
        if quote.lines || continued {
            self.state.open = Open::Quote { kind: small(kind) };
        }
    }

    /// A word with a quote directly behind it: `r#"`, `f'`, `R"(`.
    pub(super) fn prefixed(&mut self, word: &[u8], start: usize, end: usize, out: &mut Pieces<'_>) -> bool {
        if self.rules.has(rules::RUST_RAW) && matches!(word, b"r" | b"br" | b"cr") {
            return self.hash_string(start, end, out);
        }
        if self.rules.has(rules::CPP_RAW) && word.ends_with(b"R") && word.len() <= 3 && self.cpp_raw(start, end, out) {
            return true;
        }
        if !contains(self.rules.prefixes, word, true) {
            return false;
        }
        self.at = end;
        let found = self.quote(start, out);
        if !found {
            self.at = start;
        }
        found
    }

    /// `#"..."#` with any number of `#`, the prefix from `start` on.
    pub(super) fn hash_string(&mut self, start: usize, marks: usize, out: &mut Pieces<'_>) -> bool {
        let count = self.bytes[marks..].iter().take(MOST_MARKS).take_while(|byte| **byte == b'#').count();
        if self.peek(marks + count) != b'"' {
            return false;
        }
        out.to(super::PLAIN, start);
        self.hashes(small(count), marks + count + 1, out);
        true
    }

    fn hashes(&mut self, count: u8, inside: usize, out: &mut Pieces<'_>) {
        let mut at = inside;
        while at < self.bytes.len() {
            at += 1;
            let after = &self.bytes[at..];
            let marks = after.iter().take(usize::from(count)).take_while(|byte| **byte == b'#').count();
            if self.bytes[at - 1] == b'"' && marks == usize::from(count) {
                self.at = at + marks;
                self.operand = true;
                out.to(STRING, self.at);
                return;
            }
        }
        self.at = at;
        self.state.open = Open::Hashes { count };
        out.to(STRING, at);
    }

    /// `[==[` and `--[==[`.
    pub(super) fn long_bracket(&mut self, out: &mut Pieces<'_>) -> bool {
        let comment = self.rest().starts_with(b"--[");
        let open = self.at + if comment { 2 } else { 0 };
        let count = self.bytes[open + 1..].iter().take(MOST_MARKS).take_while(|byte| **byte == b'=').count();
        if self.peek(open) != b'[' || self.peek(open + 1 + count) != b'[' {
            return false;
        }
        self.bracket(small(count), comment, self.at, open + count + 2, out);
        true
    }

    fn bracket(&mut self, count: u8, comment: bool, start: usize, inside: usize, out: &mut Pieces<'_>) {
        let class = if comment { COMMENT } else { STRING };
        let wanted = usize::from(count);
        let mut at = inside;
        while at < self.bytes.len() {
            at += 1;
            let marks = self.bytes[at..].iter().take(wanted).take_while(|byte| **byte == b'=').count();
            if self.bytes[at - 1] == b']' && marks == wanted && self.peek(at + marks) == b']' {
                self.at = at + marks + 1;
                self.operand = !comment;
                out.token(class, start, self.at);
                return;
            }
        }
        self.at = self.bytes.len();
        self.state.open = Open::Bracket { count, comment };
        out.token(class, start, self.at);
    }

    /// `R"tag(`
    fn cpp_raw(&mut self, start: usize, mark: usize, out: &mut Pieces<'_>) -> bool {
        let tag = self.bytes.get(mark + 1..).unwrap_or_default();
        let Some(length) = tag.iter().take(MOST_MARKS + 1).position(|byte| *byte == b'(') else { return false };
        self.tagged(hash(&tag[..length]), false, start, mark + length + 2, out);
        true
    }

    /// `$tag$`
    pub(super) fn dollar_tag(&mut self, out: &mut Pieces<'_>) -> bool {
        let tag = &self.bytes[self.at + 1..];
        let length = tag_length(tag);
        if tag.get(length) != Some(&b'$') {
            return false;
        }
        self.tagged(hash(&tag[..length]), true, self.at, self.at + length + 2, out);
        true
    }

    fn tagged(&mut self, tag: u32, dollar: bool, start: usize, inside: usize, out: &mut Pieces<'_>) {
        let (open, close) = if dollar { (b'$', b'$') } else { (b')', b'"') };
        let mut at = inside;
        while at < self.bytes.len() {
            at += 1;
            if self.bytes[at - 1] != open {
                continue;
            }
            let length = self.bytes[at..].iter().take_while(|byte| **byte != close && **byte != open).count();
            if self.peek(at + length) == close && hash(&self.bytes[at..at + length]) == tag {
                self.at = at + length + 1;
                self.operand = true;
                out.token(STRING, start, self.at);
                return;
            }
        }
        self.at = self.bytes.len();
        self.state.open = Open::Tagged { hash: tag, dollar };
        out.token(STRING, start, self.at);
    }

    /// `<<TAG`: the text starts with the next line.
    pub(super) fn heredoc(&mut self, out: &mut Pieces<'_>) -> bool {
        let Some((end, open)) = heredoc(self.bytes, self.at, self.operand) else { return false };
        out.token(STRING, self.at, end);
        self.at = end;
        self.operand = true;
        self.heredoc = Some(open);
        true
    }

    /// `/.../flags` on this line, where an operand is expected.
    pub(super) fn regex(&mut self, out: &mut Pieces<'_>) -> bool {
        if self.operand || self.regex_fails || self.state.mode != 0 || self.peek(self.at + 1) == b' ' {
            return false;
        }
        let (mut at, mut class) = (self.at + 1, false);
        loop {
            match self.peek(at) {
                0 if at >= self.bytes.len() => {
                    self.regex_fails = true;
                    return false;
                }
                b'\\' => at += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => break,
                _ => {}
            }
            at += 1;
        }
        at += 1;
        while self.peek(at).is_ascii_alphabetic() {
            at += 1;
        }
        out.token(STRING, self.at, at);
        self.at = at;
        self.operand = true;
        true
    }

    /// Ruby's `%w[...]`.
    pub(super) fn percent(&mut self, out: &mut Pieces<'_>) -> bool {
        let letter =
            usize::from(matches!(self.peek(self.at + 1), b'w' | b'W' | b'i' | b'I' | b'q' | b'Q' | b'r' | b's'));
        let mark = self.at + 1 + letter;
        // `puts %w[a b]`: a list, though a word stands before.
        let list = letter == 1 && self.placed(Place::Word);
        if (self.operand && !list) || !matches!(self.peek(mark), b'(' | b'[' | b'{' | b'<' | b'|') {
            return false;
        }
        self.delimited(self.at, mark, 1, out);
        true
    }

    /// Perl's `q(...)`, `qw/.../`, `m{...}`, `s/../../`.
    pub(super) fn q_like(&mut self, word: &[u8], start: usize, end: usize, out: &mut Pieces<'_>) -> bool {
        let parts = match word {
            b"q" | b"qq" | b"qw" | b"qr" | b"m" => 1,
            b"s" | b"tr" | b"y" => 2,
            _ => return false,
        };
        let mark = self.peek(end);
        let delimits = matches!(mark, b'(' | b'[' | b'{' | b'<' | b'/' | b'|' | b'!' | b'#' | b'~' | b'\'');
        // `$s{x}` is a hash, `->m(` a call.
        if !delimits || (start > self.from && matches!(self.peek(start - 1), b'$' | b'@' | b'%' | b'>' | b'{' | b'&')) {
            return false;
        }
        self.delimited(start, end, parts, out);
        true
    }

    /// From the opening mark on to the last closing one, or the end of the line.
    fn delimited(&mut self, start: usize, mark: usize, parts: usize, out: &mut Pieces<'_>) {
        let open = self.peek(mark);
        let close = match open {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            b'<' => b'>',
            other => other,
        };
        // With brackets the second part has an opening of its own.
        let (mut at, mut depth, mut parts) = (mark + 1, 1, parts);
        while parts > 0 && at < self.bytes.len() {
            match self.bytes[at] {
                b'\\' => at += 1,
                byte if byte == close => {
                    depth -= 1;
                    if depth == 0 {
                        parts -= 1;
                        depth = i32::from(open == close);
                    }
                }
                byte if byte == open => depth += 1,
                _ => {}
            }
            at += 1;
        }
        while self.peek(at).is_ascii_lowercase() && open != b'<' {
            at += 1;
        }
        self.at = at.min(self.bytes.len());
        out.token(STRING, start, self.at);
        self.operand = true;
    }

    pub(super) fn number_end(&self, start: usize) -> usize {
        let hex = self.peek(start) == b'0' && matches!(self.peek(start + 1), b'x' | b'X' | b'b' | b'B' | b'o' | b'O');
        let mut at = start + 1;
        while let Some(&byte) = self.bytes.get(at) {
            let goes_on = match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' => true,
                b'.' => self.digit_at(at + 1) && !hex,
                b'+' | b'-' => {
                    !hex && matches!(self.bytes[at - 1], b'e' | b'E') && at - 1 > start && self.digit_at(at + 1)
                }
                b'\'' => self.rules.has(rules::TICK_NUMBERS) && self.peek(at + 1).is_ascii_alphanumeric(),
                b'#' => self.rules.has(rules::HASH_NUMBERS),
                _ => false,
            };
            if !goes_on {
                break;
            }
            at += 1;
        }
        at
    }
}

/// Places in tables are small; one that is not finds nothing.
fn small(number: usize) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

fn tag_length(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

/// Reads `<<TAG`, `<<-TAG`, `<<~'TAG'`, `<<<TAG` at `at`: where it ends and what it opens.
/// After an operand only a tag in capitals counts: `1 << n` is a shift.
pub(in super::super) fn heredoc(bytes: &[u8], at: usize, operand: bool) -> Option<(usize, Open)> {
    let rest = bytes.get(at..)?.strip_prefix(b"<<")?;
    // PHP's third sign; there the closing tag may be indented.
    let php = rest.first() == Some(&b'<');
    let indented = php || matches!(rest.first(), Some(b'-' | b'~'));
    let rest = if indented { &rest[1..] } else { rest };
    let rest = if php { rest.trim_ascii_start() } else { rest };
    let quoted = matches!(rest.first(), Some(b'"' | b'\'' | b'`'));
    let tag = if quoted { &rest[1..] } else { rest };
    let length = tag_length(tag);
    let tag = tag.get(..length)?;
    let capital = tag.first()?.is_ascii_uppercase();
    if tag.first()?.is_ascii_digit() || (operand && !capital) || (operand && tag.len() < 2) {
        return None;
    }
    let end = bytes.len() - rest.len() + usize::from(quoted) + length;
    let closing = usize::from(quoted && bytes.get(end) == rest.first());
    Some((end + closing, Open::Heredoc { hash: hash(tag), indented }))
}

/// Whether this line is the closing tag, perhaps with the end of a statement behind it.
pub(in super::super) fn ends_heredoc(line: &[u8], tag: u32, indented: bool) -> bool {
    let line = if indented { line.trim_ascii_start() } else { line };
    let length = tag_length(line);
    length > 0 && hash(&line[..length]) == tag && matches!(line.get(length), None | Some(b';' | b',' | b')' | b'\r'))
}
