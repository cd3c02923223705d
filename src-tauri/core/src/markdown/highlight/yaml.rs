//! The lexer for YAML: keys, scalars in their styles, anchors and tags.

use super::pieces::{COMMENT, KEYWORD, NAME, NUMBER, PLAIN, Pieces, STRING};
use super::rules::{count, split, words};
use super::state::{LineState, Open};

const WORDS: &[&str] =
    words!("FALSE False NO NULL No Null OFF ON Off On TRUE True YES Yes false no null off on true yes ~");

/// `LineState::mode`: in a block scalar of a key that is indented by `extra`.
const SCALAR: u8 = 1;

/// Kinds of `Open::Quote`.
const DOUBLE: u8 = 0;
const SINGLE: u8 = 1;

pub(super) fn lex(state: &mut LineState, line: &str, out: &mut Pieces<'_>) {
    let bytes = line.as_bytes();
    let indent = bytes.iter().take_while(|byte| **byte == b' ').count();
    let body = &bytes[indent..];
    if state.mode == SCALAR {
        if body.trim_ascii().is_empty() || indent > usize::from(state.extra) {
            return out.to(STRING, bytes.len());
        }
        (state.mode, state.extra) = (0, 0);
    }
    let mut at = indent;
    if let Open::Quote { kind } = std::mem::take(&mut state.open) {
        at = quoted(state, bytes, 0, 0, if kind == SINGLE { b'\'' } else { b'"' }, out);
    } else if body == b"---" || body == b"..." || body.starts_with(b"--- ") || (indent == 0 && body.starts_with(b"%")) {
        at = indent + body.iter().take_while(|byte| **byte != b' ').count();
        out.token(KEYWORD, indent, at);
    }
    // What stands before a value: only there a mark is one.
    let mut fresh = true;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let spaced = at == 0 || matches!(bytes[at - 1], b' ' | b'\t');
        match byte {
            b' ' | b'\t' => at += 1,
            b'#' if spaced => {
                out.token(COMMENT, at, bytes.len());
                at = bytes.len();
            }
            b'-' | b'?' if fresh && matches!(bytes.get(at + 1), None | Some(b' ')) => at += 1,
            b'{' | b'}' | b'[' | b']' | b',' => {
                at += 1;
                fresh = true;
            }
            b':' => {
                at += 1;
                fresh = matches!(bytes.get(at), None | Some(b' '));
            }
            mark @ (b'"' | b'\'') if fresh => {
                at = quoted(state, bytes, start, start + 1, mark, out);
                fresh = false;
            }
            b'|' | b'>' if fresh && is_block(&bytes[at + 1..]) => {
                at += bytes[at..].iter().take_while(|byte| **byte != b' ').count();
                out.token(KEYWORD, start, at);
                state.mode = SCALAR;
                state.extra = u8::try_from(indent).unwrap_or(u8::MAX);
                fresh = false;
            }
            b'&' | b'*' | b'!' if fresh => {
                at += bytes[at..].iter().take_while(|byte| !matches!(**byte, b' ' | b',' | b']' | b'}')).count();
                out.token(if byte == b'!' { KEYWORD } else { NAME }, start, at);
            }
            _ => {
                at = plain_end(bytes, at);
                let word = bytes[start..at].trim_ascii_end();
                let end = start + word.len();
                let class = match bytes.get(at) {
                    Some(b':') => NAME,
                    _ if !fresh => PLAIN,
                    _ if is_number(word) => NUMBER,
                    _ if super::code::contains(WORDS, word, false) => KEYWORD,
                    _ => PLAIN,
                };
                out.token(class, start, end);
                fresh = false;
            }
        }
    }
    out.to(PLAIN, bytes.len());
}

/// Where a plain scalar ends: before `: `, ` #` and the marks of a flow.
fn plain_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        let ends = match byte {
            b':' => matches!(next, None | Some(b' ' | b',' | b'}' | b']')),
            b'#' => bytes[at - 1] == b' ',
            b'{' | b'}' | b'[' | b']' | b',' => true,
            _ => false,
        };
        if ends {
            break;
        }
        at += 1;
    }
    at
}

fn is_block(after: &[u8]) -> bool {
    let marks = after.iter().take_while(|byte| matches!(byte, b'-' | b'+' | b'0'..=b'9')).count();
    let rest = after[marks..].trim_ascii_start();
    rest.is_empty() || rest.starts_with(b"#")
}

fn is_number(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").or(word.strip_prefix(b"+")).unwrap_or(word);
    let digits = digits.strip_prefix(b".").unwrap_or(digits);
    digits.first().is_some_and(u8::is_ascii_digit)
        && digits.iter().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b'x' | b'o' | b'_' | b'+' | b'-'))
        && (digits.starts_with(b"0x") || !digits.iter().any(|byte| matches!(byte, b'a'..=b'd' | b'A'..=b'D')))
}

fn quoted(state: &mut LineState, bytes: &[u8], start: usize, inside: usize, mark: u8, out: &mut Pieces<'_>) -> usize {
    let mut at = inside;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte == b'\\' && mark == b'"' {
            at += 1;
        } else if byte == mark {
            if mark == b'\'' && bytes.get(at) == Some(&mark) {
                at += 1;
                continue;
            }
            let key = bytes.get(at) == Some(&b':');
            out.token(if key { NAME } else { STRING }, start, at);
            return at;
        }
    }
    state.open = Open::Quote { kind: if mark == b'"' { DOUBLE } else { SINGLE } };
    out.token(STRING, start, bytes.len());
    bytes.len()
}
