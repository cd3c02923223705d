//! How blocks start: one recogniser for each kind of block, for a line without its indent.

use super::super::Alert;

/// The level of an ATX heading and its text.
pub(super) fn heading(word: &str) -> Option<(u8, &str)> {
    let level = word.bytes().take_while(|byte| *byte == b'#').count();
    let rest = &word[level..];
    if !(1..=6).contains(&level) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let text = rest.trim_matches([' ', '\t']);
    let bare = text.trim_end_matches('#');
    let text = if bare.is_empty() || bare.ends_with([' ', '\t']) { bare.trim_end_matches([' ', '\t']) } else { text };
    Some((level as u8, text))
}

/// The mark, the length and the info of a fence.
pub(super) fn fence(word: &str) -> Option<(u8, usize, &str)> {
    let marker = *word.as_bytes().first().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = word.bytes().take_while(|byte| *byte == marker).count();
    let info = &word[length..];
    (length >= 3 && !(marker == b'`' && info.contains('`'))).then(|| (marker, length, info.trim_matches([' ', '\t'])))
}

/// Whether the line closes a fence.
pub(super) fn closes_fence(word: &str, marker: u8, length: usize) -> bool {
    let run = word.bytes().take_while(|byte| *byte == marker).count();
    run >= length && word[run..].trim_matches([' ', '\t']).is_empty()
}

/// Whether the line is a thematic break.
pub(super) fn rule(word: &str) -> bool {
    let Some(marker) = word.bytes().next().filter(|byte| matches!(byte, b'*' | b'-' | b'_')) else { return false };
    let mut count = 0;
    for byte in word.bytes() {
        match byte {
            b' ' | b'\t' => {}
            byte if byte == marker => count += 1,
            _ => return false,
        }
    }
    count >= 3
}

/// The level of the heading that the line underlines.
pub(super) fn underline(word: &str) -> Option<u8> {
    let word = word.trim_end_matches([' ', '\t']);
    let marker = word.bytes().next()?;
    let level = match marker {
        b'=' => 1,
        b'-' => 2,
        _ => return None,
    };
    word.bytes().all(|byte| byte == marker).then_some(level)
}

/// A marker of a list item.
pub(super) struct Marker {
    /// The bullet, or what follows the number.
    pub(super) kind: u8,
    /// The number.
    pub(super) start: Option<u64>,
    /// Its length in bytes.
    pub(super) length: usize,
}

pub(super) fn marker(word: &str) -> Option<Marker> {
    let bytes = word.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let kind = *bytes.get(digits)?;
    let fits =
        if digits == 0 { matches!(kind, b'-' | b'+' | b'*') } else { digits < 10 && matches!(kind, b'.' | b')') };
    let ended = matches!(bytes.get(digits + 1), None | Some(b' ' | b'\t'));
    (fits && ended).then(|| Marker { kind, start: word[..digits].parse().ok(), length: digits + 1 })
}

/// The tick of a task and the bytes of its box with the space behind it. A box without text is no task.
pub(super) fn task(rest: &str) -> Option<(bool, usize)> {
    let (ticked, text) = match rest.get(..3)? {
        "[ ]" => (false, &rest[3..]),
        "[x]" | "[X]" => (true, &rest[3..]),
        _ => return None,
    };
    let words = text.trim_start_matches([' ', '\t']);
    (words.len() < text.len() && !words.is_empty()).then(|| (ticked, rest.len() - words.len()))
}

/// The kind of alert that the first line of a quotation names.
pub(super) fn alert(word: &str) -> Option<Alert> {
    let name = word.trim_end_matches([' ', '\t']).strip_prefix("[!")?.strip_suffix(']')?;
    Some(match name.to_ascii_lowercase().as_str() {
        "note" => Alert::Note,
        "tip" => Alert::Tip,
        "important" => Alert::Important,
        "warning" => Alert::Warning,
        "caution" => Alert::Caution,
        _ => return None,
    })
}

/// The name of a footnote whose text starts here, and the bytes before that text.
pub(super) fn footnote(word: &str) -> Option<(&str, usize)> {
    let label = word.strip_prefix("[^")?;
    let end = label.bytes().take(LONGEST_NAME).position(|byte| matches!(byte, b']' | b'[' | b' ' | b'\t'))?;
    (end > 0 && label[end..].starts_with("]:")).then(|| (&label[..end], end + 4))
}

/// Longest name in bytes: what is longer is text. The part of a line that decides what it is must be short.
pub(super) const LONGEST_NAME: usize = 999;

/// How math that stands alone ends, and its text where that ends in the same line.
pub(super) fn math(word: &str) -> Option<(&'static str, Option<&str>)> {
    let word = word.trim_end_matches([' ', '\t']);
    let (end, text) =
        if let Some(text) = word.strip_prefix("$$") { ("$$", text) } else { ("\\]", word.strip_prefix("\\[")?) };
    if text.is_empty() {
        return Some((end, None));
    }
    let source = text.strip_suffix(end)?.trim_matches([' ', '\t']);
    (source.contains(char::is_alphanumeric) && !source.contains(end)).then_some((end, Some(source)))
}

/// The text of math whose end has not come yet in a line that has not ended.
pub(super) fn open_math(word: &str) -> Option<(&'static str, &str)> {
    let (end, text) =
        if let Some(text) = word.strip_prefix("$$") { ("$$", text) } else { ("\\]", word.strip_prefix("\\[")?) };
    let text = text.trim_matches([' ', '\t']);
    (text.contains(char::is_alphanumeric) && !text.contains(end)).then_some((end, text))
}
