//! The shell lexer (sh, bash, zsh, fish), also used for recipes in makefiles and for console sessions.

use super::code::{contains, ends_heredoc, heredoc};
use super::pieces::{COMMENT, KEYWORD, NAME, NUMBER, PLAIN, Pieces, STRING};
use super::rules::{count, split, words};
use super::state::{LineState, Open};

pub(super) const KEYWORDS: &[&str] = words!(
    "! [[ alias and begin break builtin case cd command continue declare do done echo elif else end esac eval
        exec exit export fi for foreach function if in let local not or printf read readonly repeat return
        select set shift source switch test then time trap typeset umask unalias unset until while"
);

/// Words after which a command stands.
const LEADING: &[&str] =
    words!("! and begin builtin command do elif else eval exec function if not or repeat then time until while");

/// A `${...}` that is longer is none: keeps lines without an end for it linear.
const LONGEST: usize = 200;

/// Kinds of `Open::Quote`.
const DOUBLE: u8 = 0;
const SINGLE: u8 = 1;

/// Reads `text` from byte `from` on as commands.
pub(super) fn lex(state: &mut LineState, text: &str, from: usize, out: &mut Pieces<'_>) {
    let bytes = text.as_bytes();
    Shell { bytes, at: from, from, state, command: true, assigned: false, heredoc: None }.run(out);
}

struct Shell<'a> {
    bytes: &'a [u8],
    at: usize,
    from: usize,
    state: &'a mut LineState,
    /// The next word is a command.
    command: bool,
    /// After `NAME=`, in the value.
    assigned: bool,
    heredoc: Option<Open>,
}

impl Shell<'_> {
    fn run(mut self, out: &mut Pieces<'_>) {
        match std::mem::take(&mut self.state.open) {
            Open::Quote { kind: SINGLE } => self.single(self.at, out),
            Open::Quote { .. } => self.double(out),
            Open::Heredoc { hash, indented } => {
                if !ends_heredoc(&self.bytes[self.at..], hash, indented) {
                    self.state.open = Open::Heredoc { hash, indented };
                }
                out.to(STRING, self.bytes.len());
                return;
            }
            _ => {}
        }
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' => {
                    self.at += 1;
                    // A command may follow its variables.
                    self.command |= std::mem::take(&mut self.assigned);
                }
                b'#' if self.word_starts() => {
                    out.token(COMMENT, self.at, self.bytes.len());
                    self.at = self.bytes.len();
                }
                b'"' => {
                    self.at += 1;
                    out.to(PLAIN, self.at - 1);
                    self.double(out);
                }
                b'\'' => self.single(self.at + 1, out),
                b'$' => self.variable(out),
                b'\\' => self.at += 2,
                b'<' if self.peek(1) == b'<' && self.here(out) => {}
                b'|' | b'&' | b';' | b'(' | b')' | b'{' | b'`' => {
                    self.at += 1;
                    self.command = true;
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' | b'-' | b'.' | b'/' | b'!' | b'[' | b'~' | 0x80.. => {
                    self.word(out);
                }
                _ => {
                    self.at += 1;
                    self.command = false;
                }
            }
        }
        out.to(PLAIN, self.bytes.len());
        if let Some(heredoc) = self.heredoc {
            self.state.open = heredoc;
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn word_starts(&self) -> bool {
        self.at == self.from || matches!(self.bytes[self.at - 1], b' ' | b'\t' | b';' | b'(' | b'|' | b'&')
    }

    fn here(&mut self, out: &mut Pieces<'_>) -> bool {
        let Some((end, open)) = heredoc(self.bytes, self.at, false) else { return false };
        // `<<<` is a string on this line.
        if self.peek(2) == b'<' {
            return false;
        }
        out.token(STRING, self.at, end);
        self.at = end;
        self.heredoc = Some(open);
        true
    }

    fn word(&mut self, out: &mut Pieces<'_>) {
        let start = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            if !byte.is_ascii_alphanumeric() && !byte.is_ascii_punctuation() && byte < 0x80 {
                break;
            }
            if matches!(
                byte,
                b'"' | b'\'' | b'$' | b'`' | b'=' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>' | b'\\'
            ) {
                break;
            }
            self.at += 1;
        }
        if self.at == start {
            self.at += 1;
            return;
        }
        let word = &self.bytes[start..self.at];
        let assigned = self.peek(0) == b'=' || (self.peek(0) == b'+' && self.peek(1) == b'=');
        let class = if self.command && assigned && word[0] != b'-' {
            // `NAME=value command`: still before the command.
            self.at += 1;
            (self.command, self.assigned) = (false, true);
            out.token(NAME, start, self.at - 1);
            return;
        } else if (self.command || word == b"in" || word == b"do") && contains(KEYWORDS, word, false) {
            self.command = contains(LEADING, word, false);
            out.token(KEYWORD, start, self.at);
            return;
        } else if self.command {
            NAME
        } else if word.iter().all(u8::is_ascii_digit) {
            NUMBER
        } else {
            PLAIN
        };
        out.token(class, start, self.at);
        self.command &= matches!(word, b"sudo" | b"env" | b"nohup" | b"xargs");
    }

    /// The end of a `$name`, `${...}` or `$1` at `at`; `at` itself where it is none.
    fn variable_end(&self, at: usize) -> usize {
        let next = |place: usize| self.bytes.get(place).copied().unwrap_or(0);
        let mut end = at + 1;
        match next(end) {
            b'{' => match self.bytes[end..].iter().take(LONGEST).position(|byte| matches!(byte, b'}' | b'"' | b' ')) {
                Some(length) if next(end + length) == b'}' => end + length + 1,
                _ => end,
            },
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                while next(end).is_ascii_alphanumeric() || next(end) == b'_' {
                    end += 1;
                }
                end
            }
            b'0'..=b'9' | b'?' | b'@' | b'#' | b'*' | b'!' | b'$' | b'-' | b'<' | b'^' => end + 1,
            _ => at,
        }
    }

    fn variable(&mut self, out: &mut Pieces<'_>) {
        match self.peek(1) {
            b'(' => {
                // `$(NAME)` of a makefile.
                let name =
                    self.bytes[self.at + 2..].iter().take_while(|byte| byte.is_ascii_uppercase() || **byte == b'_');
                let end = self.at + 2 + name.count();
                if end > self.at + 2 && self.bytes.get(end) == Some(&b')') {
                    out.token(NAME, self.at, end + 1);
                    self.at = end + 1;
                    self.command = false;
                    return;
                }
                self.at += 2;
                self.command = true;
            }
            b'\'' => self.single(self.at + 2, out),
            _ => {
                let end = self.variable_end(self.at);
                out.token(NAME, self.at, end);
                self.at = end.max(self.at + 1);
                self.command = false;
            }
        }
    }

    fn single(&mut self, inside: usize, out: &mut Pieces<'_>) {
        let end = self.bytes[inside..].iter().position(|byte| *byte == b'\'');
        if end.is_none() {
            self.state.open = Open::Quote { kind: SINGLE };
        }
        let end = end.map_or(self.bytes.len(), |length| inside + length + 1);
        out.token(STRING, self.at, end);
        self.at = end;
        self.command = false;
    }

    /// The inside of a double quoted string, its variables as names.
    fn double(&mut self, out: &mut Pieces<'_>) {
        self.command = false;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                b'"' => {
                    self.at += 1;
                    out.to(STRING, self.at);
                    return;
                }
                b'$' => {
                    let end = self.variable_end(self.at);
                    out.to(STRING, self.at);
                    out.to(NAME, end);
                    self.at = end.max(self.at + 1);
                }
                _ => self.at += 1,
            }
        }
        out.to(STRING, self.bytes.len());
        self.state.open = Open::Quote { kind: DOUBLE };
    }
}
