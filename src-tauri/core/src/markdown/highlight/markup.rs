//! The lexer for HTML, XML and what is like them: tags, attributes, comments, with scripts and styles inside.

use super::code;
use super::css;
use super::languages;
use super::pieces::{COMMENT, KEYWORD, NAME, NUMBER, PLAIN, Pieces, STRING};
use super::state::LineState;

/// `LineState::mode`: where in the markup a line starts.
const TEXT: u8 = 0;
const TAG: u8 = 1;
const DOUBLE: u8 = 2;
const SINGLE: u8 = 3;
const IN_COMMENT: u8 = 4;
const CDATA: u8 = 5;
const EMBEDDED: u8 = 6;

/// `LineState::extra`: which language the tag that is being read embeds. 0 is none.
const SCRIPT: u8 = 1;
const TYPED: u8 = 2;
const OBJECT: u8 = 3;
const STYLE: u8 = 4;

/// Reads a line of markup; `html` says that scripts and styles are code.
pub(super) fn lex(html: bool, state: &mut LineState, line: &str, out: &mut Pieces<'_>) {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        at = match state.mode {
            TAG => in_tag(state, bytes, at, out),
            DOUBLE => value(state, bytes, at, at, b'"', out),
            SINGLE => value(state, bytes, at, at, b'\'', out),
            IN_COMMENT => until(state, bytes, at, b"-->", COMMENT, out),
            CDATA => until(state, bytes, at, b"]]>", STRING, out),
            EMBEDDED => embedded(state, line, at, out),
            _ => in_text(html, state, bytes, at, out),
        };
    }
}

fn until(state: &mut LineState, bytes: &[u8], at: usize, close: &[u8], class: u8, out: &mut Pieces<'_>) -> usize {
    let found = bytes[at..].windows(close.len()).position(|window| window == close);
    let end = found.map_or(bytes.len(), |length| at + length + close.len());
    if found.is_some() {
        state.mode = TEXT;
    }
    out.token(class, at, end);
    end
}

fn in_text(html: bool, state: &mut LineState, bytes: &[u8], at: usize, out: &mut Pieces<'_>) -> usize {
    let rest = &bytes[at..];
    if rest.starts_with(b"<!--") {
        state.mode = IN_COMMENT;
        out.token(COMMENT, at, at + 4);
        return at + 4;
    }
    if rest.starts_with(b"<![CDATA[") {
        state.mode = CDATA;
        out.token(STRING, at, at + 9);
        return at + 9;
    }
    match rest[0] {
        b'<' => {
            let marks = rest.iter().skip(1).take(1).filter(|byte| matches!(byte, b'/' | b'!' | b'?')).count();
            let start = at + 1 + marks;
            let length = bytes[start..].iter().take_while(|byte| is_name(**byte)).count();
            if length == 0 || bytes[start].is_ascii_digit() {
                return at + 1;
            }
            let name = &bytes[start..start + length];
            let opens = html && marks == 0;
            state.extra = if opens && name.eq_ignore_ascii_case(b"script") {
                SCRIPT
            } else if opens && name.eq_ignore_ascii_case(b"style") {
                STYLE
            } else {
                0
            };
            state.mode = TAG;
            // `<!doctype` and `<?xml` are no tags of the document.
            let declares = marks == 1 && bytes[at + 1] != b'/';
            out.token(if declares { KEYWORD } else { NAME }, start, start + length);
            start + length
        }
        b'&' => {
            let length = rest.iter().skip(1).take(32).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#');
            let end = at + 1 + length.count();
            if bytes.get(end) != Some(&b';') {
                return at + 1;
            }
            out.token(NUMBER, at, end + 1);
            end + 1
        }
        _ => at + rest.iter().skip(1).take_while(|byte| !matches!(byte, b'<' | b'&')).count() + 1,
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.') || byte >= 0x80
}

fn in_tag(state: &mut LineState, bytes: &[u8], at: usize, out: &mut Pieces<'_>) -> usize {
    match bytes[at] {
        b'>' => {
            let closed = at > 0 && bytes[at - 1] == b'/';
            state.mode = if state.extra != 0 && !closed { EMBEDDED } else { TEXT };
            at + 1
        }
        mark @ (b'"' | b'\'') => {
            state.mode = if mark == b'"' { DOUBLE } else { SINGLE };
            value(state, bytes, at, at + 1, mark, out)
        }
        b'=' => {
            // A value without quotes.
            let length = bytes[at + 1..].iter().take_while(|byte| !matches!(byte, b' ' | b'\t' | b'>' | b'"' | b'\''));
            let end = at + 1 + length.count();
            out.token(STRING, at + 1, end);
            end
        }
        byte if is_name(byte) || matches!(byte, b'@' | b'#') => {
            let length = bytes[at..].iter().take_while(|byte| is_name(**byte) || matches!(byte, b'@' | b'#' | b'|'));
            let end = at + length.count();
            out.token(NAME, at, end);
            end
        }
        _ => at + 1,
    }
}

/// An attribute's value from `start`, its inside from `inside`.
fn value(state: &mut LineState, bytes: &[u8], start: usize, inside: usize, mark: u8, out: &mut Pieces<'_>) -> usize {
    let found = bytes[inside..].iter().position(|byte| *byte == mark);
    let end = found.map_or(bytes.len(), |length| inside + length + 1);
    if let Some(length) = found {
        state.mode = TAG;
        let value = &bytes[inside..inside + length];
        if state.extra == SCRIPT {
            state.extra = match value {
                b"ts" | b"tsx" | b"typescript" | b"text/typescript" => TYPED,
                b"importmap" => OBJECT,
                _ if value.ends_with(b"json") => OBJECT,
                _ => SCRIPT,
            };
        }
    }
    out.token(STRING, start, end);
    end
}

/// Script or style up to its closing tag, or the whole line.
fn embedded(state: &mut LineState, line: &str, at: usize, out: &mut Pieces<'_>) -> usize {
    let close: &[u8] = if state.extra == STYLE { b"</style" } else { b"</script" };
    let found = line.as_bytes()[at..].windows(close.len()).position(|window| window.eq_ignore_ascii_case(close));
    let end = found.map_or(line.len(), |length| at + length);
    let code = &line[..end];
    // The embedded language has a mode of its own.
    let (mode, extra) = (state.mode, state.extra);
    state.mode = 0;
    match extra {
        TYPED => code::lex(&languages::TYPESCRIPT, state, code, at, out),
        OBJECT => code::lex(&languages::JSON, state, code, at, out),
        STYLE => css::lex(state, code, at, out),
        _ => code::lex(&languages::JAVASCRIPT, state, code, at, out),
    }
    out.to(PLAIN, end);
    (state.mode, state.extra) = (mode, extra);
    if found.is_some() {
        state.close_all();
        state.mode = TEXT;
        state.extra = 0;
    }
    end
}
