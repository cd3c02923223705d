//! The lexer for Markdown shown as source: headings, marks, code, links.

use super::pieces::{COMMENT, KEYWORD, NAME, PLAIN, Pieces, STRING};
use super::state::LineState;

/// `LineState::mode`: inside a fence of backticks, of tildes, inside a comment. `extra` is the fence's length.
const TICKS: u8 = 1;
const TILDES: u8 = 2;
const IN_COMMENT: u8 = 3;

pub(super) fn lex(state: &mut LineState, line: &str, out: &mut Pieces<'_>) {
    let bytes = line.as_bytes();
    let indent = bytes.len() - bytes.trim_ascii_start().len();
    let body = &bytes[indent..];
    let mark = body.first().copied().unwrap_or(0);
    let run = body.iter().take_while(|byte| **byte == mark).count();
    let (mode, length) = (if mark == b'`' { TICKS } else { TILDES }, u8::try_from(run).unwrap_or(u8::MAX));
    let fence = matches!(mark, b'`' | b'~') && run >= 3;
    match state.mode {
        TICKS | TILDES => {
            if fence && mode == state.mode && length >= state.extra && body[run..].trim_ascii().is_empty() {
                (state.mode, state.extra) = (0, 0);
            }
            return out.to(STRING, bytes.len());
        }
        IN_COMMENT => {
            let end = comment(state, bytes, 0);
            out.to(COMMENT, end);
            return inline(state, bytes, end, out);
        }
        _ => {}
    }
    match mark {
        b'`' | b'~' if fence && !(mark == b'`' && body[run..].contains(&b'`')) => {
            (state.mode, state.extra) = (mode, length);
            out.token(STRING, indent, indent + run);
            out.to(NAME, bytes.len());
        }
        b'#' if run <= 6 && matches!(body.get(run), None | Some(b' ')) => out.token(KEYWORD, indent, bytes.len()),
        b'>' => {
            out.token(COMMENT, indent, indent + 1);
            inline(state, bytes, indent + 1, out);
        }
        b'-' | b'*' | b'+' if body.get(1) == Some(&b' ') => {
            out.token(KEYWORD, indent, indent + 1);
            inline(state, bytes, indent + 1, out);
        }
        b'-' | b'=' | b'*' if run >= 3 && body[run..].trim_ascii().is_empty() => {
            out.token(KEYWORD, indent, bytes.len());
        }
        b'0'..=b'9' => {
            let digits = body.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let listed = matches!(body.get(digits), Some(b'.' | b')')) && body.get(digits + 1) == Some(&b' ');
            let end = if listed { indent + digits + 1 } else { indent };
            out.token(KEYWORD, indent, end);
            inline(state, bytes, end, out);
        }
        _ => inline(state, bytes, indent, out),
    }
}

fn inline(state: &mut LineState, bytes: &[u8], mut at: usize, out: &mut Pieces<'_>) {
    // Each is looked for once more only while it was found: a line stays linear.
    let (mut ticks, mut links) = (true, true);
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        match byte {
            b'\\' => at += 2,
            b'`' if ticks => {
                let run = rest.iter().take_while(|byte| **byte == b'`').count();
                let inside = at + run;
                let found = bytes[inside..].windows(run).position(|window| window.iter().all(|byte| *byte == b'`'));
                let Some(length) = found else {
                    ticks = false;
                    at = inside;
                    continue;
                };
                out.token(STRING, at, inside + length + run);
                at = inside + length + run;
            }
            b'<' if rest.starts_with(b"<!--") => {
                let end = comment(state, bytes, at + 4);
                out.token(COMMENT, at, end);
                at = end;
            }
            b']' if links && rest.starts_with(b"](") => {
                let Some(length) = rest.iter().position(|byte| *byte == b')') else {
                    links = false;
                    at += 1;
                    continue;
                };
                out.token(STRING, at + 2, at + length);
                at += length + 1;
            }
            b'*' | b'_' if rest.get(1) == Some(&byte) => {
                out.token(KEYWORD, at, at + 2);
                at += 2;
            }
            _ => at += 1,
        }
    }
    out.to(PLAIN, bytes.len());
}

fn comment(state: &mut LineState, bytes: &[u8], inside: usize) -> usize {
    let found = bytes[inside..].windows(3).position(|window| window == b"-->");
    state.mode = if found.is_some() { 0 } else { IN_COMMENT };
    found.map_or(bytes.len(), |length| inside + length + 3)
}
