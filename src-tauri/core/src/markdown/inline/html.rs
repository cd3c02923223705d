//! Tags and the like in running text: found so that nothing in them is read as Markdown, and shown as the text they are.

use super::address::{Absent, Piece};

/// The end of an open or closing tag at the start of a text.
pub(in crate::markdown) fn tag(text: &str) -> Option<usize> {
    match scan_tag(text.as_bytes(), 0, &mut Absent::default()) {
        Piece::Is((), end) => Some(end),
        _ => None,
    }
}

/// Raw HTML at the `<` at this place.
pub(super) fn scan(text: &str, at: usize, absent: &mut Absent) -> Piece<()> {
    let rest = &text[at + 1..];
    if rest.starts_with("!-->") {
        return Piece::Is((), at + 5);
    }
    if rest.starts_with("!--->") {
        return Piece::Is((), at + 6);
    }
    for (start, end, mark) in [("!--", "-->", b'-'), ("?", "?>", b'?'), ("![CDATA[", "]]>", b']')] {
        if let Some(inner) = rest.strip_prefix(start) {
            let from = text.len() - inner.len();
            return until(text, from, end, mark, absent);
        }
        if !rest.is_empty() && rest.len() < start.len() && start.starts_with(rest) {
            return Piece::Open;
        }
    }
    match rest.as_bytes() {
        [] | [b'!'] => Piece::Open,
        [b'!', letter, ..] if letter.is_ascii_alphabetic() => until(text, at + 2, ">", b'>', absent),
        _ => scan_tag(text.as_bytes(), at, absent),
    }
}

fn until(text: &str, from: usize, end: &str, mark: u8, absent: &mut Absent) -> Piece<()> {
    if absent.is_absent(mark, from) {
        return Piece::Open;
    }
    match text[from..].find(end) {
        Some(found) => Piece::Is((), from + found + end.len()),
        None => {
            absent.note(mark, from);
            Piece::Open
        }
    }
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

fn skip(bytes: &[u8], at: usize, fits: impl Fn(&u8) -> bool) -> usize {
    at + bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|byte| fits(byte)).count())
}

fn scan_tag(bytes: &[u8], at: usize, absent: &mut Absent) -> Piece<()> {
    let closing = bytes.get(at + 1) == Some(&b'/');
    let name = at + 1 + usize::from(closing);
    match bytes.get(name) {
        None => return Piece::Open,
        Some(first) if !first.is_ascii_alphabetic() => return Piece::Not,
        Some(_) => {}
    }
    let mut at = skip(bytes, name, |byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    loop {
        let after = skip(bytes, at, is_space);
        match bytes.get(after) {
            None => return Piece::Open,
            Some(b'>') => return Piece::Is((), after + 1),
            Some(b'/') if !closing => {
                return match bytes.get(after + 1) {
                    None => Piece::Open,
                    Some(b'>') => Piece::Is((), after + 2),
                    _ => Piece::Not,
                };
            }
            Some(first) if !closing && after > at && (first.is_ascii_alphabetic() || matches!(first, b'_' | b':')) => {
                at = skip(bytes, after, |byte| byte.is_ascii_alphanumeric() || b"_.:-".contains(byte));
            }
            Some(_) => return Piece::Not,
        }
        let equals = skip(bytes, at, is_space);
        if bytes.get(equals) != Some(&b'=') {
            continue;
        }
        let value = skip(bytes, equals + 1, is_space);
        at = match bytes.get(value) {
            None => return Piece::Open,
            Some(quote @ (b'"' | b'\'')) => {
                // Titles of links share this memory: a quote that is absent is so for both.
                if absent.is_absent(*quote, value + 1) {
                    return Piece::Open;
                }
                let end = skip(bytes, value + 1, |byte| byte != quote);
                if end == bytes.len() {
                    absent.note(*quote, value + 1);
                    return Piece::Open;
                }
                end + 1
            }
            Some(_) => {
                let end = skip(bytes, value, |byte| !is_space(byte) && !b"\"'=<>`".contains(byte));
                if end == value {
                    return Piece::Not;
                }
                end
            }
        };
    }
}
