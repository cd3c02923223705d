//! A text that comes in pieces: the ways of cutting it, and what must hold however it was cut.

use parlour_core::markdown::{Block, DocumentStream, parse};

use crate::document::apply;

/// Pieces of so many characters each, from the first size on again when there are no more.
pub fn by_characters<'a>(text: &'a str, sizes: &'a [usize]) -> impl Iterator<Item = &'a str> {
    let mut rest = text;
    sizes.iter().cycle().map_while(move |size| {
        let end = rest.char_indices().nth(*size).map_or(rest.len(), |(at, _)| at);
        let (chunk, after) = rest.split_at(end);
        rest = after;
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Pieces of so many bytes each. What is cut inside a character waits for the rest of it, so that a piece may be empty.
pub fn by_bytes<'a>(text: &'a str, sizes: &'a [usize]) -> impl Iterator<Item = &'a str> {
    let (mut come, mut whole) = (0, 0);
    sizes.iter().cycle().map_while(move |size| {
        if come == text.len() {
            return None;
        }
        come = (come + size).min(text.len());
        let end = text.floor_char_boundary(come);
        let chunk = &text[whole..end];
        whole = end;
        Some(chunk)
    })
}

/// A window and what it has seen.
struct Window {
    document: Vec<Block>,
    since: u64,
    /// It pulls each time that so many chunks have come.
    every: usize,
}

impl Window {
    fn pull(&mut self, stream: &mut DocumentStream, now: u64) {
        stream.changes(self.since, now).into_iter().for_each(|patch| apply(&mut self.document, patch));
        self.since = now;
    }

    fn shows(&self, expected: &[Block], when: &str) -> Result<(), String> {
        if self.document == expected {
            return Ok(());
        }
        let every = self.every;
        Err(format!("a window that pulls each {every} shows {when} {:#?}\ninstead of {expected:#?}", self.document))
    }
}

/// Streams a text to three windows of which each pulls in its own time: each always shows what a snapshot shows, and at the
/// end what the whole text gives.
pub fn check<'a>(text: &str, chunks: impl Iterator<Item = &'a str>, every: [usize; 3]) -> Result<(), String> {
    let mut stream = DocumentStream::default();
    let mut windows = every.map(|every| Window { document: Vec::new(), since: 0, every });
    let mut now = 0;
    // A snapshot of a long text is dear, and a wrong patch still shows later.
    let compared = 1 + text.len() / 200;
    for (n, chunk) in chunks.enumerate() {
        stream.push(chunk);
        now += 1;
        windows.iter_mut().filter(|window| n % window.every == 0).for_each(|window| window.pull(&mut stream, now));
        if n % compared == 0 {
            let snapshot = stream.blocks(now);
            for window in windows.iter().filter(|window| window.since == now) {
                window.shows(&snapshot, &format!("after chunk {n} of {text:?}"))?;
            }
        }
    }
    assert_eq!(stream.text(), text, "the chunks are the text");
    stream.finish();
    let whole = parse(text);
    now += 1;
    let late = Window { document: Vec::new(), since: 0, every: usize::MAX };
    for mut window in windows.into_iter().chain([late]) {
        window.pull(&mut stream, now);
        window.shows(&whole, &format!("at the end of {text:?}"))?;
    }
    if stream.blocks(now) == whole { Ok(()) } else { Err(format!("the snapshot at the end of {text:?} is another")) }
}
