//! Tables: the row of dashes under the head, and the cells of a row.

use std::borrow::Cow;

use super::super::Alignment;

/// A table has at most this many columns; a head with more is text.
const MOST_COLUMNS: usize = 256;

/// The pieces of a row between the bars that are not escaped.
pub(in crate::markdown) fn cells(row: &str) -> impl Iterator<Item = &str> {
    let row = row.trim_matches([' ', '\t']);
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut rest = Some(row).filter(|row| !row.is_empty());
    std::iter::from_fn(move || {
        let row = rest?;
        let end = bar(row);
        // A bar at the very end closes the last cell.
        rest = end.map(|end| &row[end + 1..]).filter(|rest| !rest.is_empty());
        Some(row[..end.unwrap_or(row.len())].trim_matches([' ', '\t']))
    })
}

/// The first bar that has no backslash before it, however many there are.
fn bar(row: &str) -> Option<usize> {
    row.match_indices('|').map(|(at, _)| at).find(|at| *at == 0 || row.as_bytes()[at - 1] != b'\\')
}

/// The text of a cell: an escaped bar is a bar, even in code.
pub(in crate::markdown) fn unescaped(cell: &str) -> Cow<'_, str> {
    if cell.contains("\\|") { Cow::Owned(cell.replace("\\|", "|")) } else { Cow::Borrowed(cell) }
}

/// The alignments of the columns, where the line under the head is a row of dashes with as many cells as the head. A line
/// that has not ended may have fewer, and a dash that has not come.
pub(super) fn alignments(head: &str, dashes: &str, complete: bool) -> Option<Vec<Alignment>> {
    let piped = |row: &str| bar(row).is_some();
    if !dashes.contains('-') || !dashes.bytes().all(|byte| matches!(byte, b'|' | b':' | b'-' | b' ' | b'\t')) {
        return None;
    }
    if !(piped(dashes) || (piped(head) && (complete || dashes.starts_with(':')))) {
        return None;
    }
    let columns = cells(head).take(MOST_COLUMNS + 1).count();
    let mut alignments = Vec::new();
    for cell in cells(dashes) {
        alignments.push(alignment(cell, complete)?);
        if alignments.len() > columns {
            return None;
        }
    }
    if !complete {
        alignments.resize(columns, Alignment::Start);
    }
    (columns == alignments.len() && (1..=MOST_COLUMNS).contains(&columns)).then_some(alignments)
}

fn alignment(cell: &str, complete: bool) -> Option<Alignment> {
    let bare = cell.strip_prefix(':').unwrap_or(cell);
    let dashes = bare.strip_suffix(':').unwrap_or(bare);
    if !dashes.bytes().all(|byte| byte == b'-') || (complete && dashes.is_empty()) {
        return None;
    }
    Some(match (bare.len() < cell.len(), dashes.len() < bare.len()) {
        (true, true) => Alignment::Center,
        (false, true) => Alignment::End,
        _ => Alignment::Start,
    })
}
