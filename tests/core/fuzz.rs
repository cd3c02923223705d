//! Random Markdown without end: texts of others and hard ones, cut up, repeated and nested, streamed in random pieces.
//! `PARLOUR_FUZZ_SECONDS=600 cargo test --release -p core-tests fuzz` goes on for so long, from another place each time.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parlour_core::markdown::{DocumentStream, parse};

use crate::random::Random;
use crate::streamed::{by_bytes, check};
use crate::{chunking, gfm, hard, streaming};

/// Bytes of a text; only what is repeated for its cost is longer.
const MOST: usize = 3000;

/// Texts of a run that no time is given for.
const TEXTS: usize = 250;

/// So many texts are tried for each whose cost is taken.
const COST_EVERY: usize = 25;

/// What texts are made of.
fn corpus() -> Vec<String> {
    let mut corpus = chunking::texts();
    let files = ["regression.rs", "gfm_table.rs", "table.rs", "footnotes.rs", "blockquotes_tags.rs", "math.rs"];
    corpus.extend(gfm::examples(&files).into_iter().map(|example| example.markdown));
    let pieces = streaming::PIECES.iter().chain(&hard::PIECES);
    corpus.extend(pieces.map(|piece| (*piece).to_owned()));
    corpus
}

/// A place in a text, between two characters.
fn place(text: &str, random: &mut Random) -> usize {
    text.floor_char_boundary(random.below(text.len() + 1))
}

/// A part of a text, mostly a short one.
fn part<'a>(text: &'a str, random: &mut Random) -> &'a str {
    let from = place(text, random);
    let most = *random.one_of(&[4, 30, 200]);
    &text[from..text.ceil_char_boundary((from + 1 + random.below(most)).min(text.len()))]
}

/// Each line behind a mark, or all between two.
fn nested(text: &str, random: &mut Random) -> String {
    let marks = ["> ", "- ", "  ", "    ", "1. ", "\t", "| ", "# ", "[^1]: ", ">", "> [!NOTE]\n> "];
    let pairs =
        [("**", "**"), ("*", "*"), ("_", "_"), ("~~", "~~"), ("[", "](x)"), ("![", "][x]"), ("`", "`"), ("$$", "$$")];
    let fences = [("```\n", "\n```\n"), ("<div>\n", "\n</div>"), ("$$\n", "\n$$\n"), ("\\[", "\\]"), ("<!--", "-->")];
    match random.below(3) {
        0 => {
            let mark = random.one_of(&marks);
            text.split_inclusive('\n').map(|line| format!("{mark}{line}")).collect()
        }
        1 => {
            let (open, close) = random.one_of(&pairs);
            format!("{open}{text}{close}")
        }
        _ => {
            let (open, close) = random.one_of(&fences);
            format!("{open}{text}{close}")
        }
    }
}

/// A text that differs in one thing.
fn mutated(text: &str, corpus: &[String], random: &mut Random) -> String {
    let (before, after) = text.split_at(place(text, random));
    let there = part(after, random);
    let behind = &text[before.len() + after.find(there).unwrap_or(0) + there.len()..];
    match random.below(6) {
        0 => {
            let other: &String = random.one_of(corpus);
            format!("{before}{}{after}", part(other, random))
        }
        1 => format!("{before}{}{after}", random.one_of(corpus)),
        2 => format!("{before}{}{behind}", there.repeat(2 + random.below(30))),
        3 => format!("{before}{behind}"),
        4 => format!("{before}{}{behind}", nested(there, random)),
        _ => nested(text, random),
    }
}

fn text(corpus: &[String], random: &mut Random) -> String {
    let mut text = random.one_of(corpus).clone();
    for _ in 0..1 + random.below(8) {
        text = mutated(&text, corpus, random);
        text.truncate(text.floor_char_boundary(MOST));
    }
    text
}

/// What is wrong with a text that is cut so.
fn wrong(text: &str, sizes: &[usize], every: [usize; 3]) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(|| check(text, by_bytes(text, sizes), every))) {
        Ok(checked) => checked.err(),
        Err(_) => Some("it panics".into()),
    }
}

/// The shortest text that is wrong, as far as leaving out parts leads.
fn shortest(mut text: String, is_wrong: impl Fn(&str) -> bool) -> String {
    let mut length = text.len();
    while length > 0 {
        let mut at = 0;
        while at < text.len() {
            let (from, to) = (text.floor_char_boundary(at), text.ceil_char_boundary((at + length).min(text.len())));
            let without = format!("{}{}", &text[..from], &text[to..]);
            if is_wrong(&without) { text = without } else { at = to }
        }
        length /= 2;
    }
    text
}

/// A text that can be made longer: two of its parts are repeated.
struct Endless {
    parts: [String; 4],
}

impl Endless {
    fn new(text: &str, random: &mut Random) -> Self {
        let mut some = |often| if random.below(often) == 0 { part(text, random).to_owned() } else { String::new() };
        Self { parts: [some(3), some(1), some(3), some(3)] }
    }

    /// About so many bytes of it.
    fn text(&self, length: usize) -> String {
        let [start, first, second, end] = &self.parts;
        let times = 1 + length / (first.len() + second.len()).max(1);
        format!("{start}{}{}{end}", first.repeat(times), second.repeat(times))
    }

    /// How many times as much a byte of it costs when it is 128 times as long, or what is wrong with that: 30 is too much,
    /// and still far less than the square. It must be so three times, for a machine may be busy. Without `timed`, only what
    /// a window gets counts.
    fn factor(&self, timed: bool) -> Result<f64, String> {
        const MOST: f64 = 30.0;
        const SENT: usize = 2;
        let (short, long) = (self.text(512), self.text(64 << 10));
        let (mut few, mut many) = ([f64::MAX; 3], [f64::MAX; 3]);
        let mut factors = [f64::MAX; 3];
        for _ in 0..3 {
            // What is short is over before another thread has its turn; what is long is not.
            few = (0..10).fold(few, |few, _| least(few, cost(&short, passed)));
            many = least(many, cost(&long, processor));
            factors = std::array::from_fn(|at| if timed || at == SENT { many[at] / few[at] } else { 0.0 });
            if factors.iter().all(|factor| *factor < MOST) {
                return Ok(factors.into_iter().fold(0.0, f64::max));
            }
        }
        Err(format!("it costs {few:?} a byte, and {many:?} when it is long ({factors:.1?} times as much)"))
    }

    /// The same with shorter parts.
    fn shortest(mut self, timed: bool) -> Self {
        for at in 0..self.parts.len() {
            let part = std::mem::take(&mut self.parts[at]);
            self.parts[at] = shortest(part, |part| {
                let mut parts = self.parts.clone();
                part.clone_into(&mut parts[at]);
                Self { parts }.factor(timed).is_err()
            });
        }
        self
    }
}

/// What a byte of a text costs: seconds to stream it in pieces of 64 bytes, seconds to read it whole, bytes that a window
/// gets. What is too little to be measured counts as something.
fn cost(text: &str, clock: fn() -> f64) -> [f64; 3] {
    let began = clock();
    let mut stream = DocumentStream::default();
    let mut sent = 0;
    for (chunk, now) in by_bytes(text, &[64]).zip(1..) {
        stream.push(chunk);
        sent += serde_json::to_vec(&stream.changes(now - 1, now)).unwrap().len();
    }
    let streamed = clock() - began;
    black_box(parse(text));
    let read = clock() - began - streamed;
    let length = text.len().max(1);
    [streamed.max(2e-5), read.max(2e-5), sent.max(length) as f64].map(|cost| cost / length as f64)
}

/// Seconds that have passed.
fn passed() -> f64 {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed().as_secs_f64()
}

/// Seconds of processor time that this thread has used, to some milliseconds: a busy machine stretches any other. Linux
/// tells it; elsewhere it is the time that has passed.
fn processor() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|line| line.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(passed, |used| used * 1e-9)
}

fn least(one: [f64; 3], other: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|at| one[at].min(other[at]))
}

#[test]
fn what_was_dear_once_is_so_no_more() {
    let once = [["", "[\\", "", "]"], ["", "\n\n[^]:", "ang", ""]];
    for parts in once {
        let endless = Endless { parts: parts.map(str::to_owned) };
        assert_eq!(endless.factor(true).err(), None, "{parts:?}");
    }
}

#[test]
fn random_markdown_streams_to_the_same_end_at_a_cost_that_grows_with_its_length() {
    let seconds =
        std::env::var("PARLOUR_FUZZ_SECONDS").ok().map(|seconds| seconds.parse().expect("a number of seconds"));
    let seed = seconds.map_or(1, |_: u64| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs());
    // A test does not fail on a time, but for those who look for one.
    let timed = seconds.is_some();
    let (corpus, mut random, began) = (corpus(), Random(seed), Instant::now());
    let (mut tried, mut dearest) = (0, (0.0, Default::default()));
    let goes_on = |tried| seconds.map_or(tried < TEXTS, |seconds| began.elapsed() < Duration::from_secs(seconds));
    while goes_on(tried) {
        let text = text(&corpus, &mut random);
        let (sizes, every) = (random.sizes(), [1, 1 + random.below(5), 1 + random.below(40)]);
        if let Some(reason) = wrong(&text, &sizes, every) {
            let text = shortest(text, |text| wrong(text, &sizes, every).is_some());
            let reason = wrong(&text, &sizes, every).unwrap_or(reason);
            panic!("{text:?} in pieces of {sizes:?} bytes, pulled each {every:?}: {reason}");
        }
        if tried % COST_EVERY == 0 {
            let endless = Endless::new(&text, &mut random);
            match endless.factor(timed) {
                Ok(factor) if factor > dearest.0 => dearest = (factor, endless.parts),
                Ok(_) => {}
                Err(reason) => {
                    let parts = endless.shortest(timed).parts;
                    panic!("{parts:?}, the second and the third without end: {reason}");
                }
            }
        }
        tried += 1;
    }
    let elapsed = began.elapsed();
    println!(
        "{tried} texts in {elapsed:?}; a byte of the dearest cost {:.1} times as much: {:?}",
        dearest.0, dearest.1
    );
}
