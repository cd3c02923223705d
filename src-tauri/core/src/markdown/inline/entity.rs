//! Character references and backslashes.

use std::collections::HashMap;
use std::sync::LazyLock;

static NAMED: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let closed = entities::ENTITIES.iter().filter(|entity| entity.entity.ends_with(';'));
    closed.map(|entity| (&entity.entity[1..entity.entity.len() - 1], entity.characters)).collect()
});

/// Longest name of a character reference.
const LONGEST: usize = 32;

/// What the reference at the `&` at the start of a text stands for, and its length in bytes.
pub(super) fn entity(text: &str) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let end = bytes.iter().take(LONGEST + 2).position(|byte| *byte == b';')?;
    let name = &text[1..end];
    let Some(number) = name.strip_prefix('#') else {
        return NAMED.get(name).map(|characters| ((*characters).to_owned(), end + 1));
    };
    let (digits, radix, most) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 6),
        None => (number, 10, 7),
    };
    if digits.is_empty() || digits.len() > most || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    let character = char::from_u32(code).filter(|character| *character != '\0').unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((character.to_string(), end + 1))
}

/// Whether a text that ends is the start of a character reference.
pub(super) fn may_be_entity(text: &str) -> bool {
    text.len() <= LONGEST && text[1..].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
}

/// A text without its backslashes and with its character references replaced.
pub(in crate::markdown) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((characters, length)) = rest.starts_with('&').then(|| entity(rest)).flatten() {
            plain.push_str(&characters);
            rest = &rest[length..];
            continue;
        }
        if rest.starts_with('\\') && rest.as_bytes().get(1).is_some_and(u8::is_ascii_punctuation) {
            rest = &rest[1..];
        }
        let next = rest.chars().next().map_or(0, char::len_utf8);
        plain.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    plain.push_str(rest);
    plain
}
