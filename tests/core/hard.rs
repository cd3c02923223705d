//! Hard Markdown: what once broke or slowed other readers, and what is nested or repeated without end. It is read whole and
//! streamed without a panic, with a finite stack, and to the same end.

use parlour_core::markdown::{DocumentStream, parse};

use crate::gfm::examples;
use crate::streamed::{by_characters, check as check_cut};

/// What a text may be made of without end.
pub const PIECES: [&str; 48] = [
    "*a_ ",
    "a**b",
    "*a **a ",
    "[",
    "]",
    "[a](b",
    "[a](<b",
    "[a](b \"",
    "![[]()",
    "[a]",
    "[a][",
    "**x [a*b**c*](d)",
    "`a ``b ",
    "e`",
    "<",
    "</",
    "<a b=\"",
    "<a b='\" c=\"' ",
    "x <!--",
    "x <?",
    "x <![CDATA[",
    "<a@b.",
    "\\( ",
    "x \\[ ",
    "$",
    "$a ",
    "$$a",
    "&",
    "&amp;",
    "> ",
    "- ",
    "1. ",
    "* a\n  ",
    "[foo]: /url\n",
    "[^a]: b\n",
    "|a\n|-x\n",
    "a|b\n-|-\n",
    "# a\n",
    "a\n-\n",
    "    x\n\n",
    "a@",
    "a.",
    "www._",
    "http://a_b_",
    "~~a _b ",
    "\0",
    "a\r",
    "- [ ] a\n",
];

/// Streams a text in pieces of some bytes and compares the end with the whole.
fn check(name: &str, text: &str, step: usize) {
    let whole = parse(text);
    assert!(serde_json::to_string(&whole).is_ok(), "{name}");
    let mut stream = DocumentStream::default();
    let (mut at, mut now) = (0, 0);
    while at < text.len() {
        let end = text.ceil_char_boundary((at + step).min(text.len()));
        stream.push(&text[at..end]);
        at = end;
        now += 1;
        stream.changes(now - 1, now);
    }
    stream.finish();
    assert!(stream.blocks(now + 1) == whole, "{name} streams to another end");
}

#[test]
fn what_broke_another_reader_once_is_read() {
    let examples = examples(&["regression.rs"]);
    assert!(examples.len() >= 200, "only {} examples", examples.len());
    for example in &examples {
        for step in [1, 3, 20] {
            check(&example.name, &example.markdown, step);
        }
    }
}

#[test]
fn what_is_nested_or_repeated_without_end_is_read() {
    for piece in PIECES {
        check(piece, &piece.repeat(20_000 / piece.len()), 20);
    }
    let nested = [
        ("quotes", format!("{}x", "> ".repeat(10_000))),
        ("styles", format!("{}{}", "*a **a ".repeat(1_000), "b** b*".repeat(1_000))),
        ("brackets", format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))),
        ("links", format!("{}a{}", "[".repeat(5_000), "](b)".repeat(5_000))),
        ("indent", (0..200).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect()),
        ("ticks", (1..200).map(|length| format!("e{}", "`".repeat(length))).collect()),
        ("columns", format!("{}\n{}\n{}", "|a".repeat(250), "|-".repeat(250), "x\n".repeat(5_000))),
        ("too many columns", format!("{}\n{}\n", "|a".repeat(20_000), "|-".repeat(20_000))),
        ("a long row", format!("|a|\n|-|\n|{}", "word *x* ".repeat(5_000))),
        ("a long fence", format!("```{}", "x".repeat(50_000))),
        ("a long underline", format!("a\n{}", "-".repeat(50_000))),
        ("a long title", format!("[a]: b \"{}", "x\n[y\n".repeat(5_000))),
        ("late labels", {
            let uses: String = (0..1_000).map(|n| format!("[r{n}] ")).collect();
            let labels: String = (0..1_000).map(|n| format!("[r{n}]: https://a.example/{n}\n\n")).collect();
            format!("{uses}\n\n{labels}")
        }),
        ("late footnotes", {
            let uses: String = (0..1_000).map(|n| format!("[^{n}] ")).collect();
            let notes: String = (0..1_000).rev().map(|n| format!("[^{n}]: note\n")).collect();
            format!("{uses}\n\n{notes}")
        }),
    ];
    for (name, text) in nested {
        check(name, &text, 20);
    }
}

#[test]
fn what_stays_undecided_for_long_is_what_its_end_makes_it() {
    // With marks that count only outside of it.
    let words = "word and *word* ".repeat(8);
    for (start, end) in [
        ("<a href=\"", "\">"),
        ("<!-- ", "-->"),
        ("<?", "?>"),
        ("<![CDATA[", "]]>"),
        ("`", "`"),
        ("**", "**"),
        ("_", "_"),
        ("~~", "~~"),
        ("[", "](b)"),
        ("[", "][r]"),
        ("![", "](b)"),
        ("[a](b \"", "\")"),
        ("[a](<b", ">)"),
        ("[^", "]"),
        ("$", "$"),
        ("$$", "$$"),
        ("\\(", "\\)"),
        ("\\[", "\\]"),
    ] {
        for end in [end, "\n\n", ""] {
            let text = format!("before {start}{words}{end} behind\n\n[r]: https://a.example\n");
            for sizes in [1, 7, 40] {
                assert_eq!(check_cut(&text, by_characters(&text, &[sizes]), [1, 2, 5]), Ok(()));
            }
        }
    }
}

#[test]
fn a_definition_too_long_to_be_repeated_is_text() {
    for (length, links) in [(900, 2), (1100, 0)] {
        let text = format!("[a] and [a]\n\n[a]: https://a.example/{} 'title'\n", "x".repeat(length));
        let document = serde_json::to_string(&parse(&text)).unwrap();
        assert_eq!(document.matches("\"title\":\"title\"").count(), links);
        assert_eq!(check_cut(&text, by_characters(&text, &[7]), [1, 2, 5]), Ok(()));
    }
}
