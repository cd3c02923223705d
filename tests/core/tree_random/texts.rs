//! Answers in paragraphs, some of them with words of another one, so that a comparison has something to find.

use crate::random::Random;

const WORDS: &[&str] = &[
    "the",
    "a",
    "of",
    "tree",
    "branch",
    "leaf",
    "grows",
    "falls",
    "never",
    "`code()`",
    "**bold**",
    "日本語",
    "ไทย",
    "née",
    "42",
];

fn paragraph(random: &mut Random) -> String {
    let words: Vec<&str> = (0..1 + random.below(8)).map(|_| *random.one_of(WORDS)).collect();
    words.join(" ") + "."
}

/// A new answer, or another one written anew.
pub fn answer(random: &mut Random, number: usize, like: Option<&str>) -> String {
    let mut paragraphs: Vec<String> = match like.filter(|_| random.below(2) == 0) {
        Some(like) => like.split("\n\n").map(str::to_owned).collect(),
        None => (0..1 + random.below(4)).map(|_| paragraph(random)).collect(),
    };
    for _ in 0..random.below(3) {
        let at = random.below(paragraphs.len());
        match random.below(3) {
            0 => paragraphs.insert(at, paragraph(random)),
            1 if paragraphs.len() > 1 => drop(paragraphs.remove(at)),
            _ => paragraphs[at] = format!("{} {}", random.one_of(WORDS), paragraphs[at]),
        }
    }
    // No two are the same.
    let at = random.below(paragraphs.len());
    paragraphs[at].push_str(&format!(" ({number})"));
    paragraphs.join("\n\n")
}
