//! Streamed Markdown: for any text and any way of cutting it, the end is what the whole text gives, and every window's copy
//! is what a snapshot shows, however slow it is.
//!
//! `PARLOUR_CASES` sets how many random cases are tried.

use parlour_core::markdown::{Block, DocumentStream};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use serde_json::Value;

use crate::streamed::{by_characters, check};

/// What texts are made of; each may follow each.
pub const PIECES: &[&str] = &[
    "# Title\n",
    "## a `b`",
    "#",
    "some ",
    "*text* ",
    "word",
    "`code`",
    "``",
    "`",
    "\n\n",
    "\n",
    "\n",
    " ",
    "  ",
    "    ",
    "\t",
    "- one\n",
    "- ",
    "* ",
    "+ x\n",
    "  - inner\n",
    "1. a\n",
    "2) b\n\n",
    "7.",
    "- [ ] task\n",
    "- [x] ",
    "```rust\n",
    "```\n",
    "~~~\n",
    "fn main() {\n",
    "    let x = 1;\n",
    "}\n```\n",
    "| a | b |\n|---|:-:|\n",
    "| 1 | 2 |\n",
    "|",
    "|-|",
    "a|b\n",
    "-|-\n",
    "\\|",
    "> ",
    "> quote\n",
    ">",
    "> [!NOTE]\n",
    "漢字🦀",
    "é",
    "**",
    "*",
    "***bold",
    "_",
    "__",
    "~~",
    "~",
    "snake_case ",
    "---\n",
    "===\n",
    "-",
    "=",
    "***\n",
    "<div>\n",
    "<b>",
    "</b>",
    "<!-- ",
    "-->",
    "<a href=\"",
    "<https://a.example>",
    "<",
    ">",
    "\\",
    "  \n",
    "\r\n",
    "\r",
    "&amp; ",
    "&",
    ";",
    "[x](https://a.example) ",
    "[",
    "]",
    "(",
    ")",
    "](",
    "![",
    "[ref]",
    "[ref][]",
    "[ref]: https://b.example\n",
    "[ref]: <x> 'title'\n",
    "\"",
    "'",
    "[^1]",
    "[^2]",
    "[^1]: note\n",
    "[^2]: more\n\n    of it\n",
    "[^",
    "]: ",
    "https://c.example/a_b",
    "www.d.example",
    "me@e.example",
    "mailto:",
    "xmpp:",
    "http://",
    ".",
    ":",
    "@",
    "$",
    "$x^2$ ",
    "$5 ",
    "$$",
    "$$\n",
    "$$x$$\n",
    "\\(",
    "\\)",
    "\\[\n",
    "\\]\n",
    "\\[y\\]",
    "\u{0}",
    "!",
    "a very long line of words that goes on and on ",
    "longwordwithoutanyspace",
    "{",
    "def f():\n",
    "<?php\n",
    "::",
    "1",
    "+",
    "x y\n",
];

fn text() -> impl Strategy<Value = String> {
    let piece = select(PIECES);
    let repeated = (select(PIECES), 1..60usize).prop_map(|(piece, times)| piece.repeat(times));
    let part = prop_oneof![12 => piece.prop_map(str::to_owned), 1 => repeated];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

/// A text with long lines, long paragraphs and long blocks.
fn long_text() -> impl Strategy<Value = String> {
    let part = (prop::collection::vec(select(PIECES), 1..5), 1..300usize)
        .prop_map(|(parts, times)| parts.concat().repeat(times));
    prop::collection::vec(part, 1..6).prop_map(|parts| parts.concat())
}

/// Sizes of the chunks in characters.
fn cuts() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![3 => 1..4usize, 2 => 1..30usize, 1 => 1..400usize], 1..30)
}

/// A document without anchors and numbers of footnotes, which are settled at the end.
fn unnumbered(document: &[Block]) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(strip),
            Value::Object(fields) => {
                fields.retain(|name, _| name != "anchor" && name != "number");
                fields.values_mut().for_each(strip);
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(document).unwrap();
    strip(&mut value);
    value
}

/// Other cases each time where somebody asks for a number of them, the same ones otherwise.
fn config(cases: Option<u32>, share: u32) -> ProptestConfig {
    let rng_seed = cases.map_or(RngSeed::Fixed(1), |_| RngSeed::Random);
    let cases = cases.unwrap_or(400).div_ceil(share);
    ProptestConfig { cases, rng_seed, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() }
}

fn cases() -> Option<u32> {
    std::env::var("PARLOUR_CASES").ok().map(|cases| cases.parse().expect("a number of cases"))
}

proptest! {
    #![proptest_config(config(cases(), 1))]

    #[test]
    fn the_end_is_what_the_whole_text_gives_and_every_window_shows_a_snapshot(
        text in text(), sizes in cuts(), slow in 2..9usize, slower in 9..40usize
    ) {
        check(&text, by_characters(&text, &sizes), [1, slow, slower]).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn what_is_shown_of_a_short_text_does_not_depend_on_how_it_came(text in text(), sizes in cuts()) {
        let text: String = text.chars().take(400).collect();
        let mut stream = DocumentStream::default();
        for (chunk, now) in by_characters(&text, &sizes).zip(1..) {
            stream.push(chunk);
            stream.changes(now - 1, now);
        }
        let (streamed, whole) = (stream.blocks(1000), DocumentStream::new(text.clone()).blocks(1));
        prop_assert_eq!(unnumbered(&streamed), unnumbered(&whole), "{:?}", text);
    }
}

proptest! {
    // Each is as long as dozens of the others.
    #![proptest_config(config(cases(), 8))]

    #[test]
    fn what_is_long_streams_to_the_same_end(text in long_text(), size in 5..900usize, slow in 2..9usize) {
        check(&text, by_characters(&text, &[size, 1 + size / 7]), [1, slow, 50]).map_err(TestCaseError::fail)?;
    }
}
