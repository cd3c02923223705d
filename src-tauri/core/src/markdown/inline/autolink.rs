//! Addresses that stand in the text as they are, by the rules of GFM.

/// An address in a text.
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    /// What it leads to.
    pub(super) address: String,
}

/// The address that the `.`, `:` or `@` at this place belongs to. `from`: where it may start. `bracketed`: it ends
/// before a bracket that closes. `failed`: up to where a domain was found to be none.
pub(super) fn find(text: &str, at: usize, from: usize, bracketed: bool, failed: &mut usize) -> Option<Found> {
    match text.as_bytes()[at] {
        b'.' => www(text, at, from, bracketed, failed),
        b':' => scheme(text, at, from, bracketed, failed),
        _ => email(text, at, from),
    }
}

/// Whether an address may start behind what is before it.
fn starts(text: &str, at: usize) -> bool {
    at == 0
        || matches!(text.as_bytes()[at - 1], b' ' | b'\t' | b'\n' | b'*' | b'_' | b'~' | b'(' | b'[' | b'"' | b'\'')
        || !text.as_bytes()[at - 1].is_ascii()
}

fn www(text: &str, at: usize, from: usize, bracketed: bool, failed: &mut usize) -> Option<Found> {
    let start = at.checked_sub(3).filter(|start| *start >= from)?;
    if !text.as_bytes()[start..at].eq_ignore_ascii_case(b"www") || !starts(text, start) || start < *failed {
        return None;
    }
    let end = end(text, start, start, bracketed, true, failed)?;
    Some(Found { start, end, address: format!("http://{}", &text[start..end]) })
}

fn scheme(text: &str, at: usize, from: usize, bracketed: bool, failed: &mut usize) -> Option<Found> {
    let rest = text[at..].strip_prefix("://")?;
    let before = &text.as_bytes()[from..at];
    let name = ["https", "http"].into_iter().find(|name| {
        before.len() >= name.len() && before[before.len() - name.len()..].eq_ignore_ascii_case(name.as_bytes())
    })?;
    let start = at - name.len();
    if start < *failed || (start > 0 && text.as_bytes()[start - 1].is_ascii_alphanumeric()) {
        return None;
    }
    if !rest.starts_with(|first: char| first.is_alphanumeric()) {
        return None;
    }
    let end = end(text, start, at + 3, bracketed, false, failed)?;
    Some(Found { start, end, address: text[start..end].to_owned() })
}

/// The end of an address whose domain starts at this place.
fn end(text: &str, start: usize, domain: usize, bracketed: bool, dotted: bool, failed: &mut usize) -> Option<usize> {
    let rest = &text[domain..];
    let host = rest.find(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_')));
    let host = &rest[..host.unwrap_or(rest.len())];
    // No underscore in the last two parts.
    let mut parts = host.trim_end_matches('.').rsplit('.');
    let clean = [parts.next(), parts.next()].into_iter().flatten().all(|part| !part.contains('_'));
    if !clean || (dotted && !host.contains('.')) {
        *failed = domain + host.len();
        return None;
    }
    let whole = rest.find(|letter: char| letter.is_whitespace() || letter == '<' || (bracketed && letter == ']'));
    let end = domain + trimmed(&rest[..whole.unwrap_or(rest.len())]);
    (end > domain.max(start)).then_some(end)
}

/// The length of an address without the punctuation of the sentence around it.
fn trimmed(address: &str) -> usize {
    let bytes = address.as_bytes();
    let mut end = bytes.len();
    let mut open = None;
    while let Some(last) = end.checked_sub(1).map(|last| bytes[last]) {
        match last {
            b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' | b'"' => end -= 1,
            b')' => {
                let balance = open.get_or_insert_with(|| balance(&bytes[..end]));
                if *balance >= 0 {
                    break;
                }
                *balance += 1;
                end -= 1;
            }
            b';' => {
                let name = bytes[..end - 1].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                match (end - 1).checked_sub(name + 1) {
                    Some(start) if name > 0 && bytes[start] == b'&' => end = start,
                    _ => end -= 1,
                }
            }
            _ => break,
        }
    }
    end
}

/// How many more parentheses open than close.
fn balance(bytes: &[u8]) -> isize {
    bytes.iter().fold(0, |balance, byte| match byte {
        b'(' => balance + 1,
        b')' => balance - 1,
        _ => balance,
    })
}

fn email(text: &str, at: usize, from: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let local =
        bytes[from..at].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(byte)).count();
    let mut start = at - local;
    let domain =
        bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(byte)).count();
    let mut end = at + 1 + domain;
    while bytes[end - 1] == b'.' {
        end -= 1;
    }
    let last = bytes[end - 1];
    if local == 0 || !text[at + 1..end].contains('.') || !last.is_ascii_alphanumeric() {
        return None;
    }
    let address = format!("mailto:{}", &text[start..end]);
    match scheme_before(&text[from..start]) {
        Some("mailto") => start -= "mailto:".len(),
        // The address of a chat, which is no mail.
        Some(_) => return None,
        None => {}
    }
    Some(Found { start, end, address })
}

/// The scheme before a mail address that GFM counts as part of it.
fn scheme_before(text: &str) -> Option<&'static str> {
    let before = text.strip_suffix(':')?;
    ["mailto", "xmpp"].into_iter().find(|scheme| {
        let name = before.strip_suffix(scheme);
        name.is_some_and(|name| !name.ends_with(|last: char| last.is_ascii_alphanumeric()))
    })
}
