//! Formulas in running text: where they end. A single dollar is one only where it is surely not money.

use super::address::{Absent, Piece};

/// Longest formula between single dollars, in bytes.
const LONGEST: usize = 1000;

/// A formula: its source, and whether it stands on a line of its own.
pub(super) type Found<'a> = (&'a str, bool);

/// The formula that starts with the dollar or the backslash at this place. `open`: more text may come.
pub(super) fn find<'a>(text: &'a str, at: usize, open: bool, absent: &mut Absent) -> Piece<Found<'a>> {
    let rest = &text[at..];
    if rest.starts_with("$$") {
        return if rest.starts_with("$$$") { Piece::Not } else { long(text, at, "$$", b'$', true, absent) };
    }
    if rest.starts_with("\\(") {
        return long(text, at, "\\)", b')', false, absent);
    }
    if rest.starts_with("\\[") {
        return long(text, at, "\\]", b']' | 0x80, true, absent);
    }
    single(text, at, open)
}

fn long<'a>(text: &'a str, at: usize, end: &str, mark: u8, display: bool, absent: &mut Absent) -> Piece<Found<'a>> {
    let from = at + 2;
    if absent.is_absent(mark, from) {
        return Piece::Open;
    }
    if absent.is_vain(mark, from) {
        return Piece::Not;
    }
    match text[from..].find(end) {
        Some(length) if text[from..from + length].contains(char::is_alphanumeric) => {
            Piece::Is((text[from..from + length].trim(), display), from + length + 2)
        }
        Some(length) => {
            absent.note_vain(mark, from + length);
            Piece::Not
        }
        None => {
            absent.note(mark, from);
            Piece::Open
        }
    }
}

fn single(text: &str, at: usize, open: bool) -> Piece<Found<'_>> {
    let before = text[..at].chars().next_back();
    if before.is_some_and(|before| before.is_alphanumeric() || before == '$') {
        return Piece::Not;
    }
    let bytes = text.as_bytes();
    match bytes.get(at + 1) {
        None => return Piece::Open,
        Some(b' ' | b'\t' | b'\n' | b'$') => return Piece::Not,
        Some(_) => {}
    }
    let mut end = at + 1;
    loop {
        match bytes.get(end) {
            _ if end - at > LONGEST => return Piece::Not,
            None => return Piece::Open,
            Some(b'\\') => end += 2,
            Some(b'$') => break,
            Some(_) => end += 1,
        }
    }
    let source = &text[at + 1..end];
    let spaced = source.ends_with([' ', '\t', '\n']);
    match bytes.get(end + 1) {
        _ if spaced || looks_like_money(source) => Piece::Not,
        Some(next) if next.is_ascii_digit() || *next == b'$' => Piece::Not,
        // A digit may follow.
        None if open => Piece::Open,
        _ => Piece::Is((source, false), end + 1),
    }
}

/// A number with words behind it is an amount, unless something in it is only ever written in a formula.
fn looks_like_money(source: &str) -> bool {
    source.starts_with(|first: char| first.is_ascii_digit())
        && source.contains([' ', '\n', ',', '/', '-'])
        && !source.contains(['\\', '^', '_', '=', '{', '<', '>'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Option<&str> {
        let at = text.find(['$', '\\'])?;
        match find(text, at, false, &mut Absent::default()) {
            Piece::Is((source, _), _) => Some(source),
            _ => None,
        }
    }

    #[test]
    fn a_single_dollar_is_math_only_where_it_is_surely_no_money() {
        for text in
            ["$5 and $10", "$5-$10", "$5/$10", "US$5 to US$6", "$ x $", "$x $", "a$x$", "$1,000 or $", "$20 to $30."]
        {
            assert_eq!(sources(text), None, "{text}");
        }
        for (text, source) in
            [("$x$", "x"), ("$x^2 + 1$.", "x^2 + 1"), ("($a_1$)", "a_1"), ("$2^n$", "2^n"), ("$2n$", "2n")]
        {
            assert_eq!(sources(text), Some(source), "{text}");
        }
    }

    #[test]
    fn brackets_with_a_backslash_are_math_if_something_is_in_them() {
        assert_eq!(["\\(x\\)", "\\[ y \\]", "\\(\\)", "\\(x"].map(sources), [Some("x"), Some("y"), None, None]);
    }
}
