//! Emphasis, strong emphasis and strikethrough: runs of delimiters, matched as they come.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::{Item, Parser};

/// What a pair of delimiters makes of the text between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    Emphasis,
    Strong,
    Strike,
}

/// A run of delimiters in the text.
pub(super) struct Run {
    pub(super) marker: u8,
    /// Where it starts.
    pub(super) at: usize,
    /// How many delimiters are left: they are text.
    pub(super) left: usize,
    /// How many styles end before those.
    pub(super) ends: usize,
    /// The styles that start behind them: the last one, in the list of all.
    opens: Option<usize>,
}

/// A run that may still be matched.
struct Delimiter {
    run: usize,
    /// Its length at first.
    length: usize,
    opens: bool,
    closes: bool,
}

/// Below which place of the stack nothing matches a closing run of some kind.
struct Bottoms([usize; 18]);

impl Bottoms {
    fn new(bottom: usize) -> Self {
        Self([bottom; 18])
    }

    fn cut(&mut self, length: usize) {
        for bottom in &mut self.0 {
            *bottom = (*bottom).min(length);
        }
    }
}

/// The runs of a text.
pub(super) struct Delimiters {
    runs: Vec<Run>,
    stack: Vec<Delimiter>,
    bottoms: Bottoms,
    /// The styles that start, each with the one inside it that starts at the same run.
    opens: Vec<(Style, Option<usize>)>,
}

impl Default for Delimiters {
    fn default() -> Self {
        Self { runs: Vec::new(), stack: Vec::new(), bottoms: Bottoms::new(0), opens: Vec::new() }
    }
}

impl Delimiters {
    pub(super) fn run(&self, run: usize) -> &Run {
        &self.runs[run]
    }

    /// The styles that start at a run, from the outermost in.
    pub(super) fn opens(&self, run: usize) -> impl Iterator<Item = Style> + '_ {
        let mut next = self.runs[run].opens;
        std::iter::from_fn(move || {
            let (style, inner) = self.opens[next?];
            next = inner;
            Some(style)
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.stack.len()
    }

    /// Matches what closes from this place of the stack on: its brackets are gone.
    pub(super) fn close_pending(&mut self, from: usize) {
        let mut bottoms = std::mem::replace(&mut self.bottoms, Bottoms::new(0));
        self.close_from(from, &mut bottoms, 0);
        self.bottoms = bottoms;
    }

    /// Matches the last run: no bracket is open.
    fn close_top(&mut self) {
        let mut bottoms = std::mem::replace(&mut self.bottoms, Bottoms::new(0));
        self.close_last(&mut bottoms, 0);
        self.bottoms = bottoms;
    }

    /// Matches what is in a link and forgets what is left.
    pub(super) fn close_link(&mut self, from: usize) {
        self.close_from(from, &mut Bottoms::new(from), from);
        self.stack.truncate(from);
        self.bottoms.cut(from);
    }

    fn close_from(&mut self, from: usize, bottoms: &mut Bottoms, bottom: usize) {
        let pending = self.stack.split_off(from.min(self.stack.len()));
        for delimiter in pending {
            self.stack.push(delimiter);
            self.close_last(bottoms, bottom);
        }
    }

    /// Matches the last run of the stack with those before it.
    fn close_last(&mut self, bottoms: &mut Bottoms, bottom: usize) {
        while let Some(closer) = self.stack.last().filter(|closer| closer.closes) {
            let top = self.stack.len() - 1;
            let marker = self.runs[closer.run].marker;
            let kind = match marker {
                b'*' => 0,
                b'_' => 6,
                _ => 12,
            } + usize::from(closer.opens) * 3
                + closer.length % 3;
            let found = (bottoms.0[kind].max(bottom)..top).rev().find(|at| self.matches(*at, marker));
            let Some(at) = found else {
                bottoms.0[kind] = top;
                if !closer.opens {
                    self.stack.pop();
                }
                return;
            };
            let (opener, closing) = (self.stack[at].run, closer.run);
            let (style, used) = if marker == b'~' {
                (Style::Strike, self.runs[opener].left)
            } else if self.runs[opener].left >= 2 && self.runs[closing].left >= 2 {
                (Style::Strong, 2)
            } else {
                (Style::Emphasis, 1)
            };
            self.start(opener, style, used);
            self.runs[closing].left -= used;
            self.runs[closing].ends += 1;
            self.stack.drain(at + 1..top);
            if self.runs[opener].left == 0 {
                self.stack.remove(at);
            }
            if self.runs[closing].left == 0 {
                self.stack.pop();
                bottoms.cut(self.stack.len());
                return;
            }
            bottoms.cut(self.stack.len() - 1);
        }
    }

    fn matches(&self, at: usize, marker: u8) -> bool {
        let (Some(opener), Some(closer)) = (self.stack.get(at), self.stack.last()) else { return false };
        if !opener.opens || self.runs[opener.run].marker != marker {
            return false;
        }
        if marker == b'~' {
            return opener.length == closer.length;
        }
        let both = opener.closes || closer.opens;
        !(both && closer.length % 3 != 0 && (opener.length + closer.length).is_multiple_of(3))
    }

    /// A style starts at a run, around those that start there already.
    fn start(&mut self, run: usize, style: Style, used: usize) {
        self.opens.push((style, self.runs[run].opens));
        self.runs[run].opens = Some(self.opens.len() - 1);
        self.runs[run].left -= used;
    }

    /// What is open from this place of the stack on goes on to the end of the text.
    pub(super) fn close_open(&mut self, from: usize) {
        self.close_from(from, &mut Bottoms::new(from), from);
        for delimiter in self.stack.split_off(from.min(self.stack.len())) {
            let run = delimiter.run;
            if !delimiter.opens {
                continue;
            }
            match (self.runs[run].marker, self.runs[run].left) {
                (b'~', left) => self.start(run, Style::Strike, left),
                (_, 1) => self.start(run, Style::Emphasis, 1),
                (_, 2) => self.start(run, Style::Strong, 2),
                _ => {
                    self.start(run, Style::Strong, 2);
                    self.start(run, Style::Emphasis, 1);
                }
            }
        }
    }
}

impl Parser<'_, '_, '_> {
    pub(super) fn delimiter(&mut self, marker: u8) {
        let (text, at) = (self.text, self.at);
        let length = text[at..].bytes().take_while(|byte| *byte == marker).count();
        let end = at + length;
        if self.open && end == text.len() {
            // It may open, close, or be text: it is not shown before that is clear.
            self.doubt();
            return self.piece(Item::Hidden, at, end);
        }
        let before = Side::of(text[..at].chars().next_back());
        let after = Side::of(text[end..].chars().next());
        let left = after != Side::Space && (after == Side::Letter || before != Side::Letter);
        let right = before != Side::Space && (before == Side::Letter || after != Side::Letter);
        let (opens, closes) = match marker {
            // A single tilde between letters is a range.
            b'~' if length > 2 => (false, false),
            b'_' | b'~' if marker == b'_' || length == 1 => {
                (left && (!right || before == Side::Sign), right && (!left || after == Side::Sign))
            }
            _ => (left, right),
        };
        if !opens && !closes {
            self.at = end;
            return;
        }
        self.flush(at);
        let run = self.delimiters.runs.len();
        self.delimiters.runs.push(Run { marker, at, left: length, ends: 0, opens: None });
        self.delimiters.stack.push(Delimiter { run, length, opens, closes });
        self.piece(Item::Run(run), at, end);
        if self.brackets.is_empty() {
            self.delimiters.close_top();
        }
    }
}

/// What stands beside a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Space,
    /// Punctuation or a symbol.
    Sign,
    Letter,
}

impl Side {
    fn of(letter: Option<char>) -> Self {
        match letter {
            None => Self::Space,
            Some(letter) if letter.is_whitespace() => Self::Space,
            Some(letter) if letter.is_ascii() => {
                if letter.is_ascii_punctuation() {
                    Self::Sign
                } else {
                    Self::Letter
                }
            }
            Some(letter) => match letter.general_category_group() {
                GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Symbol => Self::Sign,
                _ => Self::Letter,
            },
        }
    }
}
