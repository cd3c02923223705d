//! Markdown as it streams, in multiples of one whole parse: a patch for every 400 and every 20 bytes, and the last tenth of
//! the text against the first.

use std::hint::black_box;
use std::time::Instant;

use parlour_core::markdown::{DocumentStream, parse};
use serde_json::{Map, Value, json};

/// Each figure is the median of so many.
const ROUNDS: usize = 5;

/// Bytes between two patches.
const STEPS: [usize; 2] = [400, 20];

/// What answers are made of.
const MIXED: &str = "# Title of a section\n\nSome *text* with `code`, a [link](https://example.org/path) and **strong words** \
    that go on for a while, so that the line is as long as lines of answers are. It has a second sentence, with snake_case \
    and 3.5 numbers.\n\n- one item with *emphasis*\n- two items\n  - an inner item with `code`\n- three\n\n1. first\n\
    2. second with a [reference][x]\n\n```rust\nfn main() {\n    let x = 1; // a comment\n    println!(\"{x}\");\n}\n```\n\n\
    | a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |\n| `x` | **y** | z |\n\n> A quotation that has two lines\n> of text in it.\n\n\
    A formula \\(x^2 + y^2\\) and $$a = b$$ in a line.\n\n";

/// For each text: bytes, milliseconds of a whole parse, and for each step the multiple of that and last to first tenth.
pub(crate) fn measure() -> Value {
    let texts = [
        ("mixed", MIXED.repeat((1 << 20) / MIXED.len())),
        ("code", format!("```rust\n{}", "    let x = compute(1, \"two\"); // a line of code\n".repeat(20_000))),
        ("list", "- an item with *some* text and `code` in it\n".repeat(5_000)),
        ("table", format!("| a | b | c |\n|---|---|---|\n{}", "| some text | 12.50 | `code` here |\n".repeat(5_000))),
        ("paragraph", "Words of a very long paragraph, with *emphasis* and `code`, and so on. ".repeat(1_400)),
    ];
    texts.iter().map(|(name, text)| ((*name).to_owned(), figures(text))).collect::<Map<_, _>>().into()
}

fn figures(text: &str) -> Value {
    let whole = median((0..ROUNDS).map(|_| {
        let start = Instant::now();
        black_box(parse(black_box(text)));
        start.elapsed().as_secs_f64()
    }));
    let mut figures = json!({ "bytes": text.len(), "whole": whole * 1e3 });
    for step in STEPS {
        let runs: Vec<Run> = (0..ROUNDS).map(|_| stream(text, step)).collect();
        figures[format!("by{step}")] = json!(median(runs.iter().map(|run| run.total)) / whole);
        figures[format!("tenths{step}")] = json!(median(runs.iter().map(|run| run.last / run.first)));
    }
    figures
}

/// Seconds for all of a text, for its first tenth and for its last.
struct Run {
    total: f64,
    first: f64,
    last: f64,
}

fn stream(text: &str, step: usize) -> Run {
    let mut document = DocumentStream::default();
    let (mut at, mut now) = (0, 0);
    let mut reach = |end: usize| {
        let start = Instant::now();
        while at < end {
            let to = text.ceil_char_boundary((at + step).min(text.len()));
            document.push(&text[at..to]);
            at = to;
            now += 1;
            black_box(document.changes(now - 1, now));
        }
        start.elapsed().as_secs_f64()
    };
    let tenth = text.len() / 10;
    let (first, middle, last) = (reach(tenth), reach(text.len() - tenth), reach(text.len()));
    Run { total: first + middle + last, first, last }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    crate::quantile(&mut values.collect::<Vec<_>>(), 0.5)
}
