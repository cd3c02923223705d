//! Streamed Markdown: for any text and any way of cutting it, the end is what the whole text gives, and every window's copy
//! is what a snapshot shows, however slow it is.
//!
//! `PARLOUR_CASES` sets how many random cases are tried.

use parlour_core::markdown::{Block, DocumentStream, parse};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use crate::document::apply;

/// What texts are made of; each may follow each.
const PIECES: &[&str] = &[
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

fn chunks<'a>(text: &'a str, sizes: &'a [usize]) -> impl Iterator<Item = &'a str> {
    let mut rest = text;
    sizes.iter().cycle().map_while(move |size| {
        let end = rest.char_indices().nth(*size).map_or(rest.len(), |(at, _)| at);
        let (chunk, after) = rest.split_at(end);
        rest = after;
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// A window and what it has seen.
struct Window {
    document: Vec<Block>,
    since: u64,
    /// It pulls each time that so many chunks have come.
    every: usize,
}

fn check(text: &str, sizes: &[usize], every: [usize; 3]) {
    let mut stream = DocumentStream::default();
    let mut windows = every.map(|every| Window { document: Vec::new(), since: 0, every });
    let mut now = 0;
    for (n, chunk) in chunks(text, sizes).enumerate() {
        stream.push(chunk);
        now += 1;
        let due = windows.iter_mut().filter(|window| n % window.every == 0);
        for window in due {
            for patch in stream.changes(window.since, now) {
                apply(&mut window.document, patch);
            }
            window.since = now;
            assert_eq!(window.document, stream.blocks(now), "after chunk {n} of {text:?}, each {}", window.every);
        }
    }
    stream.finish();
    let whole = parse(text);
    now += 1;
    for window in &mut windows {
        for patch in stream.changes(window.since, now) {
            apply(&mut window.document, patch);
        }
        assert_eq!(window.document, whole, "at the end of {text:?}, each {}", window.every);
    }
    assert_eq!(stream.blocks(now), whole);
    let mut late = Vec::new();
    stream.changes(0, now).into_iter().for_each(|patch| apply(&mut late, patch));
    assert_eq!(late, whole, "a window that comes late");
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

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() }
}

fn cases() -> u32 {
    std::env::var("PARLOUR_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400)
}

proptest! {
    #![proptest_config(config(cases()))]

    #[test]
    fn the_end_is_what_the_whole_text_gives_and_every_window_shows_a_snapshot(
        text in text(), sizes in cuts(), slow in 2..9usize, slower in 9..40usize
    ) {
        check(&text, &sizes, [1, slow, slower]);
    }

    #[test]
    fn what_is_shown_of_a_short_text_does_not_depend_on_how_it_came(text in text(), sizes in cuts()) {
        let text: String = text.chars().take(400).collect();
        let mut stream = DocumentStream::default();
        for (chunk, now) in chunks(&text, &sizes).zip(1..) {
            stream.push(chunk);
            stream.changes(now - 1, now);
        }
        let (streamed, whole) = (stream.blocks(1000), DocumentStream::new(text.clone()).blocks(1));
        prop_assert_eq!(unnumbered(&streamed), unnumbered(&whole), "{:?}", text);
    }
}

proptest! {
    // Each is as long as dozens of the others.
    #![proptest_config(config(cases().div_ceil(8)))]

    #[test]
    fn what_is_long_streams_to_the_same_end(text in long_text(), size in 5..900usize, slow in 2..9usize) {
        check(&text, &[size, 1 + size / 7], [1, slow, 50]);
    }
}
