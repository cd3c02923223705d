//! What is held back: the start of a line that has not ended, as long as it may still become one thing or another.

/// Where a line would start.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a list item without anything in it.
    Item,
    /// In a quotation without anything in it.
    Quote,
    Elsewhere,
}

/// Whether nothing of the line is shown yet. `word`: the line without its indent, as far as it has come.
pub(super) fn is_held(word: &str, place: Place) -> bool {
    let Some(first) = word.bytes().next() else { return true };
    let bare = word.trim_end_matches([' ', '\t']);
    let only = |set: &[u8]| word.bytes().all(|byte| set.contains(&byte));
    match first {
        b'-' | b'*' | b'_' | b'=' | b'+' | b'#' | b'>' | b'$' => only(&[first, b' ', b'\t']),
        b'|' | b':' => only(b"|: \t"),
        // The line of a fence shows nothing before its language is known.
        b'`' | b'~' => {
            let run = bare.bytes().take_while(|byte| *byte == first).count();
            run == bare.len() || (run >= 3 && !(first == b'`' && bare[run..].contains('`')))
        }
        b'0'..=b'9' => {
            let digits = word.bytes().take_while(u8::is_ascii_digit).count();
            digits < 10 && matches!(&bare[digits..], "" | "." | ")")
        }
        b'<' => {
            word.len() <= 32 && word[1..].bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/!?-[".contains(&byte))
        }
        b'\\' => matches!(bare, "\\" | "\\["),
        b'[' => is_held_bracket(bare, place),
        _ => false,
    }
}

fn is_held_bracket(bare: &str, place: Place) -> bool {
    let end = bare.find(']');
    if let Some(label) = bare.strip_prefix("[^") {
        // A footnote or a reference to one.
        return match end {
            None => label.len() < super::start::LONGEST_NAME && !label.contains([' ', '\t']),
            Some(end) => matches!(&bare[end + 1..], "" | ":"),
        };
    }
    match place {
        Place::Quote if bare.starts_with("[!") => end.is_none_or(|end| end + 1 == bare.len()),
        Place::Item => matches!(bare, "[" | "[x" | "[X" | "[ ]" | "[x]" | "[X]"),
        _ => bare == "[",
    }
}
