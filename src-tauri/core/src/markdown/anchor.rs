//! Anchors of headings, made of their text as GitHub makes them.

use std::collections::HashMap;

/// The anchors of a document.
#[derive(Default)]
pub(super) struct Anchors {
    /// How many numbers were tried behind each.
    taken: HashMap<String, usize>,
}

impl Anchors {
    /// An anchor for a heading of this text that no heading before it has.
    pub(super) fn make(&mut self, text: &str) -> String {
        let slug = slug(text);
        let mut anchor = slug.clone();
        let mut tried = self.taken.get(&slug).copied().unwrap_or(0);
        while self.taken.contains_key(&anchor) {
            tried += 1;
            anchor = format!("{slug}-{tried}");
        }
        self.taken.insert(slug, tried);
        self.taken.entry(anchor.clone()).or_insert(0);
        anchor
    }
}

/// Letters, digits, hyphens and underscores in lower case, with hyphens for spaces.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.trim().chars() {
        match letter {
            ' ' | '\n' => slug.push('-'),
            '-' | '_' => slug.push(letter),
            letter if letter.is_alphanumeric() => slug.extend(letter.to_lowercase()),
            _ => {}
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_unique_even_where_a_heading_looks_like_a_numbered_one() {
        let mut anchors = Anchors::default();
        let made = ["What's new?", "a", "a-1", "a", "Ünï cödé_x", "a"].map(|text| anchors.make(text));
        assert_eq!(made, ["whats-new", "a", "a-1", "a-2", "ünï-cödé_x", "a-3"]);
    }
}
