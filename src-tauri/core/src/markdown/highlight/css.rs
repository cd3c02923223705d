//! The lexer for CSS, SCSS, Less and Sass: selectors, properties, values.

use super::pieces::{COMMENT, KEYWORD, NAME, NUMBER, PLAIN, Pieces, STRING};
use super::state::{LineState, Open};

/// Reads `text` from byte `from` on.
pub(super) fn lex(state: &mut LineState, text: &str, from: usize, out: &mut Pieces<'_>) {
    let bytes = text.as_bytes();
    let mut at = from;
    if state.open != Open::Nothing {
        state.open = Open::Nothing;
        at = comment(state, bytes, at, at, out);
    }
    // A statement is a declaration or a selector: what ends it tells.
    let mut part = part(bytes, at);
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let start = at;
        match byte {
            b'/' if rest.starts_with(b"/*") => at = comment(state, bytes, at, at + 2, out),
            b'/' if rest.starts_with(b"//") && (at == 0 || bytes[at - 1] != b':') => {
                at = bytes.len();
                out.token(COMMENT, start, at);
            }
            b'"' | b'\'' => {
                at = string_end(bytes, at + 1, byte);
                out.token(STRING, start, at);
            }
            b';' | b'{' | b'}' => {
                at += 1;
                part = self::part(bytes, at);
            }
            b':' if part == Part::Property => {
                at += 1;
                part = Part::Value;
            }
            b'@' | b'$' => {
                at = word_end(bytes, at + 1);
                // `@name:` is a variable of Less, all other `@` are rules.
                let variable = byte == b'$' || bytes.get(at) == Some(&b':');
                out.token(if variable { NAME } else { KEYWORD }, start, at);
                if !variable {
                    part = Part::Value;
                }
            }
            b'!' => {
                at = word_end(bytes, at + 1);
                out.token(KEYWORD, start, at);
            }
            b'#' if part == Part::Value && bytes.get(at + 1).is_some_and(u8::is_ascii_hexdigit) => {
                at = word_end(bytes, at + 1);
                out.token(NUMBER, start, at);
            }
            b'.' | b'#' | b'&' | b'%' if part == Part::Selector && is_word(bytes.get(at + 1)) => {
                at = word_end(bytes, at + 1);
                out.token(NAME, start, at);
            }
            b'0'..=b'9' => {
                at = number_end(bytes, at);
                out.token(NUMBER, start, at);
            }
            b'.' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                at = number_end(bytes, at + 1);
                out.token(NUMBER, start, at);
            }
            _ if is_word(Some(&byte)) => {
                at = word_end(bytes, at + 1);
                let called = bytes.get(at) == Some(&b'(');
                let named = part != Part::Value || called || rest.starts_with(b"--");
                out.token(if named { NAME } else { PLAIN }, start, at);
            }
            _ => at += 1,
        }
    }
    out.to(PLAIN, bytes.len());
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Selector,
    Property,
    Value,
}

/// What the statement from `at` on starts with. Looks as far as its end on this line.
fn part(bytes: &[u8], at: usize) -> Part {
    let rest = &bytes[at..];
    let Some(colon) = rest.iter().position(|byte| matches!(byte, b':' | b';' | b'{' | b'}')) else {
        return Part::Selector;
    };
    if rest[colon] != b':' {
        return Part::Selector;
    }
    let after = &rest[colon + 1..];
    match after.iter().find(|byte| matches!(byte, b';' | b'{' | b'}')) {
        // `a:hover {`, but `a: { b: c }` in SCSS.
        Some(b'{') if after.first() != Some(&b' ') => Part::Selector,
        Some(_) => Part::Property,
        None if rest.trim_ascii_end().ends_with(b",") && after.first() != Some(&b' ') => Part::Selector,
        None => Part::Property,
    }
}

fn comment(state: &mut LineState, bytes: &[u8], start: usize, inside: usize, out: &mut Pieces<'_>) -> usize {
    let found = bytes[inside..].windows(2).position(|pair| pair == b"*/");
    if found.is_none() {
        state.open = Open::Comment { kind: 0, depth: 1 };
    }
    let end = found.map_or(bytes.len(), |length| inside + length + 2);
    out.token(COMMENT, start, end);
    end
}

fn string_end(bytes: &[u8], mut at: usize, mark: u8) -> usize {
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte == mark {
            break;
        }
        at += usize::from(byte == b'\\');
    }
    at.min(bytes.len())
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || *byte >= 0x80)
}

fn word_end(bytes: &[u8], mut at: usize) -> usize {
    while is_word(bytes.get(at)) {
        at += 1;
    }
    at
}

fn number_end(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'%')) {
        at += 1;
    }
    at
}
