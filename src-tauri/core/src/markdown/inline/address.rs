//! The pieces of links: labels, destinations, titles, and addresses between angle brackets.

use super::entity::unescaped;

/// What a text has at a place.
#[derive(Debug, PartialEq)]
pub(in crate::markdown) enum Piece<T> {
    /// This, up to there.
    Is(T, usize),
    /// The text ends before that is clear.
    Open,
    Not,
}

/// Longest label in bytes.
const LONGEST_LABEL: usize = 999;

/// Parentheses that a destination may hold one in another.
const MOST_PARENTHESES: usize = 32;

/// Behind white space, with at most one end of a line.
pub(in crate::markdown) fn skip_space(text: &str, mut at: usize) -> usize {
    let mut ended = false;
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b' ' | b'\t' => {}
            b'\n' if !ended => ended = true,
            _ => break,
        }
        at += 1;
    }
    at
}

/// A label between brackets; it may be empty.
pub(in crate::markdown) fn label(text: &str, at: usize) -> Piece<&str> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'[') {
        return Piece::Not;
    }
    let mut end = at + 1;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b']' => return Piece::Is(&text[at + 1..end], end + 1),
            b'[' => return Piece::Not,
            b'\\' => end += 1,
            _ => {}
        }
        end += 1;
        if end - at > LONGEST_LABEL + 1 {
            return Piece::Not;
        }
    }
    Piece::Open
}

/// A destination; an empty one has no length.
pub(in crate::markdown) fn destination(text: &str, at: usize) -> Piece<String> {
    let bytes = text.as_bytes();
    if bytes.get(at) == Some(&b'<') {
        let mut end = at + 1;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'>' => return Piece::Is(unescaped(&text[at + 1..end]), end + 1),
                b'<' | b'\n' => return Piece::Not,
                b'\\' => end += 1,
                _ => {}
            }
            end += 1;
        }
        return Piece::Open;
    }
    let (mut end, mut depth) = (at, 0);
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'\\' if bytes.get(end + 1).is_some_and(u8::is_ascii_punctuation) => end += 1,
            b'(' => {
                depth += 1;
                if depth > MOST_PARENTHESES {
                    return Piece::Not;
                }
            }
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            b' ' | b'\n' | b'\t' => break,
            byte if byte.is_ascii_control() => return Piece::Not,
            _ => {}
        }
        end += 1;
    }
    if depth > 0 {
        return if end == text.len() { Piece::Open } else { Piece::Not };
    }
    Piece::Is(unescaped(&text[at..end]), end)
}

/// A title between quotes or parentheses.
pub(in crate::markdown) fn title(text: &str, at: usize) -> Piece<String> {
    let bytes = text.as_bytes();
    let close = match bytes.get(at) {
        Some(b'(') => b')',
        Some(quote @ (b'"' | b'\'')) => *quote,
        None => return Piece::Open,
        _ => return Piece::Not,
    };
    let mut end = at + 1;
    while let Some(byte) = bytes.get(end) {
        match *byte {
            byte if byte == close => return Piece::Is(unescaped(&text[at + 1..end]), end + 1),
            b'(' if close == b')' => return Piece::Not,
            b'\\' => end += 1,
            b'\n' if text[end + 1..].trim_start_matches([' ', '\t']).starts_with('\n') => return Piece::Not,
            _ => {}
        }
        end += 1;
    }
    Piece::Open
}

/// What follows the text of a link between parentheses: its destination and its title.
pub(super) fn target(text: &str, at: usize, titles: &mut Absent) -> Piece<(String, Option<String>)> {
    let bytes = text.as_bytes();
    let start = skip_space(text, at + 1);
    let (address, end) = match destination(text, start) {
        Piece::Is(address, end) => (address, end),
        Piece::Open => return Piece::Open,
        Piece::Not => return Piece::Not,
    };
    let after = skip_space(text, end);
    match bytes.get(after) {
        Some(b')') => return Piece::Is((address, None), after + 1),
        None => return Piece::Open,
        _ if after == end => return Piece::Not,
        Some(quote @ (b'"' | b'\'')) if titles.is_absent(*quote, after + 1) => return Piece::Open,
        Some(_) => {}
    }
    match title(text, after) {
        Piece::Is(title, end) => match bytes.get(skip_space(text, end)) {
            Some(b')') => Piece::Is((address, Some(title)), skip_space(text, end) + 1),
            None => Piece::Open,
            _ => Piece::Not,
        },
        Piece::Open => {
            if let Some(quote) = bytes.get(after) {
                titles.note(*quote, after + 1);
            }
            Piece::Open
        }
        Piece::Not => Piece::Not,
    }
}

/// Marks that need not be looked for again.
#[derive(Default)]
pub(super) struct Absent {
    /// None comes from a place on.
    none: Vec<(u8, usize)>,
    /// One at a place closes nothing that opens before it.
    vain: Vec<(u8, usize)>,
}

impl Absent {
    pub(super) fn is_absent(&self, mark: u8, from: usize) -> bool {
        self.none.iter().any(|(absent, at)| *absent == mark && *at <= from)
    }

    pub(super) fn note(&mut self, mark: u8, from: usize) {
        if !self.is_absent(mark, from) {
            self.none.push((mark, from));
        }
    }

    /// Whether the next such mark was found to close nothing.
    pub(super) fn is_vain(&self, mark: u8, from: usize) -> bool {
        self.vain.iter().any(|(vain, at)| *vain == mark && from <= *at)
    }

    /// The next such mark, at this place, closes nothing.
    pub(super) fn note_vain(&mut self, mark: u8, at: usize) {
        self.vain.retain(|(vain, _)| *vain != mark);
        self.vain.push((mark, at));
    }
}

/// An address between angle brackets.
pub(super) fn angle(text: &str, at: usize) -> Piece<String> {
    let rest = &text.as_bytes()[at + 1..];
    let scheme = rest.iter().take(33).take_while(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(byte)).count();
    if scheme == rest.len() {
        return Piece::Open;
    }
    if (2..=32).contains(&scheme) && rest[0].is_ascii_alphabetic() && rest[scheme] == b':' {
        let end = rest.iter().position(|byte| matches!(byte, b'<' | b'>' | b' ' | b'\n') || byte.is_ascii_control());
        return match end {
            Some(end) if rest[end] == b'>' => Piece::Is(text[at + 1..=at + end].to_owned(), at + end + 2),
            Some(_) => Piece::Not,
            None => Piece::Open,
        };
    }
    let local = rest.iter().take_while(|byte| is_local(**byte)).count();
    match rest.get(local) {
        None => Piece::Open,
        Some(b'@') if local > 0 => {
            let end = local
                + 1
                + rest[local + 1..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte))
                    .count();
            match rest.get(end) {
                None => Piece::Open,
                Some(b'>') if is_domain(&text[at + local + 2..=at + end]) => {
                    Piece::Is(format!("mailto:{}", &text[at + 1..=at + end]), at + end + 2)
                }
                _ => Piece::Not,
            }
        }
        _ => Piece::Not,
    }
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_domain(domain: &str) -> bool {
    domain.split('.').all(|part| (1..=63).contains(&part.len()) && !part.starts_with('-') && !part.ends_with('-'))
}
