//! The lexers for texts whose lines tell by their start what they are: diffs, ini files, HTTP messages,
//! makefiles, console sessions.

use super::code;
use super::languages;
use super::pieces::{COMMENT, KEYWORD, NAME, NUMBER, PLAIN, Pieces, STRING};
use super::rules::{count, split, words};
use super::shell;
use super::state::{LineState, Open};

/// Added lines are strings, removed ones keywords: the two classes that differ most in every theme.
pub(super) fn diff(line: &str, out: &mut Pieces<'_>) {
    let heads =
        ["diff ", "index ", "+++ ", "--- ", "Index: ", "rename ", "similarity ", "new file", "deleted file", "***"];
    let class = match line.as_bytes().first() {
        _ if heads.iter().any(|head| line.starts_with(head)) => NAME,
        Some(b'@') => NUMBER,
        Some(b'+' | b'>') => STRING,
        Some(b'-' | b'<') => KEYWORD,
        Some(b'\\' | b'#') => COMMENT,
        _ => PLAIN,
    };
    out.to(class, line.len());
}

const VALUES: &[&str] = words!("disabled enabled false no none null off on true yes");

pub(super) fn ini(line: &str, out: &mut Pieces<'_>) {
    let bytes = line.as_bytes();
    let start = bytes.len() - bytes.trim_ascii_start().len();
    match bytes.get(start) {
        Some(b'#' | b';' | b'!') => return out.token(COMMENT, start, bytes.len()),
        Some(b'[') => {
            let end = bytes.iter().position(|byte| *byte == b']').unwrap_or(bytes.len());
            return out.token(KEYWORD, start + 1, end);
        }
        _ => {}
    }
    let Some(mark) = bytes.iter().position(|byte| matches!(byte, b'=' | b':')) else { return };
    let exports = if bytes[start..].starts_with(b"export ") { 7 } else { 0 };
    out.token(KEYWORD, start, start + exports);
    out.token(NAME, start + exports, start + bytes[start..mark].trim_ascii_end().len());
    value(bytes, mark + 1, out);
}

/// A value on its own: a number, a constant, or a string where it has quotes.
fn value(bytes: &[u8], at: usize, out: &mut Pieces<'_>) {
    let start = at + bytes[at..].len() - bytes[at..].trim_ascii_start().len();
    let end = bytes.trim_ascii_end().len();
    let Some(text) = bytes.get(start..end) else { return };
    let class = match text.first() {
        Some(b'"' | b'\'' | b'`') => STRING,
        Some(b'0'..=b'9' | b'-') if text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) => {
            NUMBER
        }
        _ if code::contains(VALUES, text, true) => KEYWORD,
        _ => PLAIN,
    };
    out.token(class, start, end);
}

/// `LineState::mode`: the head, the headers, a body, a body that is JSON.
const HEADERS: u8 = 1;
const BODY: u8 = 2;
const JSON_BODY: u8 = 3;

pub(super) fn http(state: &mut LineState, line: &str, out: &mut Pieces<'_>) {
    let bytes = line.as_bytes();
    match state.mode {
        JSON_BODY => {
            // The lexer for JSON has no mode, so the body's can stay.
            return json_body(state, line, out);
        }
        BODY => {
            if matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
                json_body(state, line, out);
            }
            return;
        }
        HEADERS => {
            if bytes.trim_ascii().is_empty() {
                state.mode = BODY;
            } else if let Some(colon) = bytes.iter().position(|byte| *byte == b':') {
                out.token(NAME, 0, colon);
                value(bytes, colon + 1, out);
            }
            return;
        }
        _ => {}
    }
    if bytes.trim_ascii().is_empty() {
        return;
    }
    state.mode = HEADERS;
    let method = bytes.iter().take_while(|byte| **byte != b' ').count();
    out.token(KEYWORD, 0, method);
    if line.starts_with("HTTP/") {
        let status =
            bytes.get(method + 1..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
        out.token(NUMBER, method + 1, method + 1 + status);
    } else if let Some(version) = line.find(" HTTP/") {
        out.token(STRING, method + 1, version);
        out.token(KEYWORD, version + 1, line.len());
    } else {
        out.token(STRING, method + 1, line.len());
    }
}

fn json_body(state: &mut LineState, line: &str, out: &mut Pieces<'_>) {
    state.mode = 0;
    code::lex(&languages::JSON, state, line, 0, out);
    state.mode = JSON_BODY;
}

const DIRECTIVES: &[&str] = words!(
    "-include define else endef endif export ifdef ifeq ifndef ifneq include override sinclude undefine
        unexport vpath"
);

pub(super) fn make(state: &mut LineState, line: &str, out: &mut Pieces<'_>) {
    let bytes = line.as_bytes();
    if bytes.first() == Some(&b'\t') || state.open != Open::Nothing {
        return shell::lex(state, line, 0, out);
    }
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let body = &bytes[start..];
    let first = start + body.iter().take_while(|byte| !matches!(byte, b' ' | b':' | b'=' | b'\t')).count();
    let mut at = start;
    if code::contains(DIRECTIVES, &bytes[start..first], false) {
        out.token(KEYWORD, start, first);
        at = first;
    } else if let Some(mark) = bytes.iter().position(|byte| matches!(byte, b'=' | b':' | b'#'))
        && bytes[mark] != b'#'
        && !bytes[..mark].contains(&b'$')
    {
        // `name =`, `name +=`, `target other:`: all before the mark is named.
        let end = bytes[..mark].trim_ascii_end();
        let end = if matches!(end.last(), Some(b'+' | b'?' | b'!')) { &end[..end.len() - 1] } else { end };
        out.token(NAME, start, end.trim_ascii_end().len());
        at = mark;
    }
    while let Some(&byte) = bytes.get(at) {
        let from = at;
        at += 1;
        match byte {
            b'#' => {
                at = bytes.len();
                out.token(COMMENT, from, at);
            }
            b'$' => {
                let close = match bytes.get(at) {
                    Some(b'(') => b')',
                    Some(b'{') => b'}',
                    _ => 0,
                };
                let end = bytes[at..].iter().position(|byte| *byte == close || matches!(byte, b' ' | b'$'));
                at = match end {
                    Some(length) if close != 0 && bytes[at + length] == close => at + length + 1,
                    _ => at + 1,
                };
                out.token(NAME, from, at);
            }
            b'"' | b'\'' => {
                at += bytes[at..].iter().position(|other| *other == byte).map_or(0, |length| length + 1);
                out.token(STRING, from, at);
            }
            _ => {}
        }
    }
    out.to(PLAIN, bytes.len());
}

/// `LineState::mode` of a session: the lines that follow belong to Python.
const PYTHON: u8 = 1;

/// A prompt is a comment, the command behind it shell; what the command says is plain.
pub(super) fn console(state: &mut LineState, line: &str, out: &mut Pieces<'_>) {
    if line.starts_with(">>> ") || (state.mode == PYTHON && line.starts_with("... ")) {
        out.to(COMMENT, 4);
        state.mode = 0;
        code::lex(&languages::PYTHON, state, line, 4, out);
        state.mode = PYTHON;
        return;
    }
    let continued = state.open != Open::Nothing;
    let prompt = if continued { Some(0) } else { prompt(line) };
    if let Some(end) = prompt {
        state.mode = 0;
        out.to(COMMENT, end);
        shell::lex(state, line, end, out);
    }
}

/// Where the prompt at the start of the line ends.
pub(super) fn prompt(line: &str) -> Option<usize> {
    for sign in ["$ ", "# ", "> ", "% ", "\u{276f} ", "\u{279c} "] {
        if line.starts_with(sign) {
            return Some(sign.len());
        }
    }
    // `name@host:~/path$ ` and `PS C:\path> `: the first sign with a space behind it.
    let start = line.get(..line.len().min(80)).unwrap_or(line);
    let sign = start.bytes().zip(start.bytes().skip(1)).position(|pair| matches!(pair, (b'$' | b'#' | b'>', b' ')))?;
    let before = &line[..sign];
    let named = before.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !user.contains(' ') && host.contains(':') || user.starts_with('[') && before.ends_with(']')
    });
    let windows = before.strip_prefix("PS ").unwrap_or(before);
    let drive = windows.as_bytes().get(1..3) == Some(b":\\");
    (named || drive || before.starts_with("(venv)")).then_some(sign + 2)
}
