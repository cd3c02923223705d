//! Running text by the rules of CommonMark and GFM, from a place on at which nothing is open.
//!
//! One pass makes a flat list of pieces; delimiters and brackets are matched on stacks as they come, so that it is known at
//! each place whether something before it may still change. Where nothing may, the text is read on from there next time.

pub(super) mod address;
mod autolink;
mod bracket;
mod build;
mod delimiter;
pub(super) mod entity;
mod formula;
pub(super) mod html;

use address::{Absent, Piece};
use bracket::Bracket;
use build::Piecework;
pub(super) use build::{Check, plain};
use delimiter::Delimiters;

use super::definition::Definitions;
use super::footnote::Footnotes;
use super::{Inline, Rules};

/// What a text is read with.
pub(super) struct Context<'a> {
    pub(super) rules: Rules,
    pub(super) definitions: &'a Definitions,
    pub(super) footnotes: &'a mut Footnotes,
}

/// A text that was read from a place on.
#[derive(Default)]
pub(super) struct Parsed {
    pub(super) inlines: Vec<Inline>,
    /// Places at which nothing is open.
    pub(super) checks: Vec<Check>,
    /// Labels that nothing defines; those of footnotes start with `[^`.
    pub(super) missing: Vec<String>,
    /// Whether it refers to footnotes.
    pub(super) refers: bool,
}

/// Bytes between two places that are kept as places to read on from.
const STEP: usize = 32;

/// Reads a text from a place on; `last` is the text inline that ends there. `open`: more may come, and what is unfinished is
/// shown as what it will most likely become.
pub(super) fn parse(text: &str, from: &Check, last: String, open: bool, context: &mut Context<'_>) -> Parsed {
    let text = text.trim_end_matches([' ', '\t', '\n']);
    let from_at = from.at.min(text.len());
    let mut parser = Parser {
        text,
        open,
        context,
        at: from_at,
        run: from_at,
        floor: from_at,
        safe: true,
        last_check: from_at,
        pieces: Vec::new(),
        delimiters: Delimiters::default(),
        brackets: Vec::new(),
        inactive: 0,
        absent: Absent::default(),
        ticks: Vec::new(),
        ticks_known: false,
        failed: 0,
        space: 0,
        missing: Vec::new(),
        refers: false,
    };
    parser.read();
    parser.finish();
    let Parser { pieces, delimiters, missing, refers, context, .. } = parser;
    let (inlines, checks) = Piecework { text, rules: context.rules, delimiters: &delimiters }.build(pieces, from, last);
    Parsed { inlines, checks, missing, refers }
}

/// A piece of the flat list.
enum Item {
    /// Text from here to there.
    Text(usize, usize),
    Characters(String),
    Code(String),
    Html(usize, usize),
    Math {
        from: usize,
        to: usize,
        display: bool,
        closed: bool,
    },
    Footnote {
        label: String,
        number: u32,
    },
    /// An address that stands in the text as it is; in a link it is text.
    Bare {
        from: usize,
        to: usize,
        address: String,
    },
    Auto {
        text: String,
        address: String,
    },
    /// A run of delimiters: its place in their list.
    Run(usize),
    /// A bracket that opened nothing, so far.
    Bracket {
        image: bool,
    },
    /// A bracket that is not shown.
    Hidden,
    Link {
        image: bool,
        address: Option<String>,
        title: Option<String>,
    },
    LinkEnd,
    Break,
    /// Nothing is open here.
    Check(usize),
}

struct Parser<'t, 'b, 'a> {
    text: &'t str,
    open: bool,
    context: &'b mut Context<'a>,
    at: usize,
    /// Where the text starts that is in no piece yet.
    run: usize,
    /// An address may not start before this.
    floor: usize,
    /// Whether nothing before is left to be decided by what follows the end of the text.
    safe: bool,
    last_check: usize,
    pieces: Vec<Item>,
    delimiters: Delimiters,
    brackets: Vec<Bracket>,
    /// How many of them, from the first on, open no link.
    inactive: usize,
    absent: Absent,
    /// Where the last run of backticks of each length is, once all were looked at.
    ticks: Vec<usize>,
    ticks_known: bool,
    /// Up to where a domain was found to be none.
    failed: usize,
    /// The first white space that is not before this place.
    space: usize,
    missing: Vec<String>,
    refers: bool,
}

/// Bytes at which something may start or end.
static SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let bytes = b"\n\\`*_~[]!<&$.:@";
    let mut n = 0;
    while n < bytes.len() {
        special[bytes[n] as usize] = true;
        n += 1;
    }
    special
};

impl Parser<'_, '_, '_> {
    fn read(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(step) = bytes[self.at..].iter().position(|byte| SPECIAL[*byte as usize]) {
            self.at += step;
            match bytes[self.at] {
                b'\n' => self.line_end(),
                b'\\' => self.backslash(),
                b'`' => self.backticks(),
                marker @ (b'*' | b'_' | b'~') => self.delimiter(marker),
                b'[' => self.open_bracket(false),
                b'!' if bytes.get(self.at + 1) == Some(&b'[') => self.open_bracket(true),
                b']' => self.close_bracket(),
                b'<' => self.angle(),
                b'&' => self.ampersand(),
                b'$' => self.dollar(),
                b'.' | b':' | b'@' => self.address(),
                _ => self.at += 1,
            }
        }
        self.at = self.text.len();
        self.flush(self.at);
    }

    /// Whether what was read so far stays as it is, whatever follows.
    fn is_idle(&self) -> bool {
        self.safe && self.brackets.is_empty() && self.delimiters.is_empty()
    }

    /// Something here is decided by what follows the end of the text.
    fn doubt(&mut self) {
        if self.open && self.safe {
            self.flush(self.at);
            self.safe = false;
        }
    }

    /// The text up to a place is a piece.
    fn flush(&mut self, to: usize) {
        if self.run < to {
            let from = self.run;
            if self.open
                && self.is_idle()
                && to >= self.last_check + STEP
                && let Some(check) = self.check_in(from, to)
            {
                if from < check {
                    self.pieces.push(Item::Text(from, check));
                }
                self.pieces.push(Item::Check(check));
                self.pieces.push(Item::Text(check, to));
                self.last_check = check;
                self.floor = check;
            } else {
                self.pieces.push(Item::Text(from, to));
            }
        }
        self.run = to;
    }

    /// The last place in a text at which it may be read on: before a word, or between two letters that are not ASCII.
    fn check_in(&self, from: usize, to: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let least = from.max(self.last_check + 1);
        let word =
            (least..to).rev().take(STEP * 8).find(|at| matches!(bytes[at - 1], b' ' | b'\n') && bytes[*at] > b' ');
        word.or_else(|| {
            let mut places = (least..to).rev().take(STEP * 8);
            places.find(|at| self.text.is_char_boundary(*at) && !bytes[*at].is_ascii() && !bytes[at - 1].is_ascii())
        })
    }

    /// A piece that ends here; the text before it ends there.
    fn piece(&mut self, item: Item, from: usize, to: usize) {
        self.flush(from);
        self.pieces.push(item);
        self.at = to;
        self.run = to;
        self.floor = to;
    }

    fn line_end(&mut self) {
        let end = self.at;
        let words = self.text[self.run..end].trim_end_matches([' ', '\t']).len() + self.run;
        let spaces = self.text[words..end].bytes().rev().take_while(|byte| *byte == b' ').count();
        if spaces >= 2 {
            self.piece(Item::Break, words, end + 1);
        } else {
            self.flush(words);
            self.run = end;
            self.at = end + 1;
        }
    }

    fn backslash(&mut self) {
        let (text, at) = (self.text, self.at);
        match text.as_bytes().get(at + 1) {
            None => {
                self.doubt();
                if self.open { self.piece(Item::Hidden, at, at + 1) } else { self.at += 1 }
            }
            Some(b'\n') => self.piece(Item::Break, at, at + 2),
            Some(b'(' | b'[') if self.formula() => {}
            Some(byte) if byte.is_ascii_punctuation() => {
                self.flush(at);
                self.run = at + 1;
                self.at = at + 2;
                self.floor = self.at;
            }
            Some(_) => self.at += 1,
        }
    }

    fn dollar(&mut self) {
        let run = self.text[self.at..].bytes().take_while(|byte| *byte == b'$').count();
        if self.open && self.at + run == self.text.len() {
            self.doubt();
            self.piece(Item::Hidden, self.at, self.at + run);
        } else if !self.formula() {
            // A dollar may still open one behind another.
            self.at += if run == 2 { 2 } else { run.max(1) };
        }
    }

    /// The formula that starts here, if one does.
    fn formula(&mut self) -> bool {
        let (text, at) = (self.text, self.at);
        match formula::find(text, at, self.open, &mut self.absent) {
            Piece::Is((source, display), end) => {
                let from = source.as_ptr() as usize - text.as_ptr() as usize;
                self.piece(Item::Math { from, to: from + source.len(), display, closed: true }, at, end);
                true
            }
            Piece::Open => {
                self.doubt();
                // A single dollar stays text until its end is there.
                let long = text[at + 1..].starts_with(['$', '(', '[']);
                if self.open && long {
                    let display = !text[at..].starts_with("\\(");
                    let from = address::skip_space(text, at + 2);
                    let to = if text.ends_with(['\\', '$']) { text.len() - 1 } else { text.len() };
                    let item = if from < to { Item::Math { from, to, display, closed: false } } else { Item::Hidden };
                    self.piece(item, at, text.len());
                }
                self.open && long
            }
            Piece::Not => false,
        }
    }

    fn backticks(&mut self) {
        let (text, at) = (self.text, self.at);
        let run = text[at..].bytes().take_while(|byte| *byte == b'`').count();
        let from = at + run;
        if let Some(end) = self.find_ticks(from, run) {
            // A run at the end of the text may still grow.
            if end + run == text.len() {
                self.doubt();
            }
            let code = text[from..end].replace('\n', " ");
            let padded =
                code.len() > 2 && code.starts_with(' ') && code.ends_with(' ') && !code.trim_matches(' ').is_empty();
            let code = if padded { code[1..code.len() - 1].to_owned() } else { code };
            return self.piece(Item::Code(code), at, end + run);
        }
        self.doubt();
        if self.open {
            let code = text[from..].trim_end_matches('`').replace('\n', " ");
            let code = code.trim_start_matches(' ');
            let item = if code.is_empty() { Item::Hidden } else { Item::Code(code.to_owned()) };
            self.piece(item, at, text.len());
        } else {
            self.at = from;
        }
    }

    /// The next run of backticks of this length.
    fn find_ticks(&mut self, mut from: usize, length: usize) -> Option<usize> {
        if self.ticks_known && self.ticks.get(length).is_none_or(|last| *last < from) {
            return None;
        }
        let bytes = self.text.as_bytes();
        while let Some(step) = self.text[from..].find('`') {
            let start = from + step;
            let run = bytes[start..].iter().take_while(|byte| **byte == b'`').count();
            if !self.ticks_known {
                if self.ticks.len() <= run {
                    self.ticks.resize(run + 1, 0);
                }
                self.ticks[run] = start;
            }
            if run == length {
                return Some(start);
            }
            from = start + run;
        }
        self.ticks_known = true;
        None
    }

    fn angle(&mut self) {
        let (text, at) = (self.text, self.at);
        let link = address::angle(text, at);
        if let Piece::Is(address, end) = link {
            let shown = text[at + 1..end - 1].to_owned();
            return self.piece(Item::Auto { text: shown, address }, at, end);
        }
        match html::scan(text, at, &mut self.absent) {
            Piece::Is((), end) => self.piece(Item::Html(at, end), at, end),
            tag => {
                if link == Piece::Open || tag == Piece::Open {
                    self.doubt();
                }
                self.at += 1;
            }
        }
    }

    fn ampersand(&mut self) {
        let rest = &self.text[self.at..];
        if let Some((characters, length)) = entity::entity(rest) {
            return self.piece(Item::Characters(characters), self.at, self.at + length);
        }
        if entity::may_be_entity(rest) {
            self.doubt();
        }
        self.at += 1;
    }

    fn address(&mut self) {
        let (text, at) = (self.text, self.at);
        let from = self.floor.max(self.run).min(at);
        let found = autolink::find(text, at, from, !self.brackets.is_empty(), &mut self.failed);
        // As long as the word has not ended, what follows may make it an address or another one.
        if self.open && self.safe {
            let rest = found.as_ref().map_or(at, |found| found.end);
            if self.space < rest {
                let space = text[rest..].find([' ', '\n']);
                self.space = space.map_or(text.len(), |space| rest + space);
            }
            if self.space == text.len() {
                let word = text[..at].rfind([' ', '\n']).map_or(0, |space| space + 1);
                self.at = found.as_ref().map_or(word, |found| found.start).max(self.run);
                self.doubt();
                self.at = at;
            }
        }
        match found {
            Some(found) => {
                let bare = Item::Bare { from: found.start, to: found.end, address: found.address };
                self.piece(bare, found.start, found.end);
            }
            None => self.at += 1,
        }
    }

    fn finish(&mut self) {
        if self.open {
            self.show_open_bracket();
        }
        if let Some(first) = self.brackets.first().map(|bracket| bracket.delimiters) {
            self.delimiters.close_pending(first);
        }
        if self.open {
            self.delimiters.close_open(0);
        }
    }
}
