//! Lines of code as windows see them: the text once, and beside it the end and the class of each token.

use super::super::Token;
use super::super::highlight::{Language, LineState, guess, line};
use super::Stamps;
use super::leaf::common;
use crate::patch::Revision;

/// A line with more bytes is not highlighted.
const LONGEST_LINE: usize = 2000;

/// A token has at most this many bytes.
const LONGEST_TOKEN: usize = 512;

/// The language is guessed from this many lines, or from all where there are fewer.
const GUESSED_LINES: usize = 8;

/// Of those lines this many bytes count.
const GUESSED_BYTES: usize = 4096;

/// A block of code or HTML.
#[derive(Default, Debug)]
pub(in crate::markdown) struct Lines {
    text: String,
    tokens: Vec<Mark>,
    pub(in crate::markdown) stamps: Stamps,
    /// Bytes and tokens of the lines that are complete.
    settled: (usize, usize),
    /// What those lines leave open.
    state: LineState,
    language: Option<Language>,
    /// Whether the language is still to be guessed, and how many line breaks there are to do it from.
    guesses: bool,
    breaks: usize,
}

/// The end of a token in the text, and its class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Mark {
    end: u32,
    class: u8,
}

impl Lines {
    /// `guesses`: the language is found out from the code.
    pub(in crate::markdown) fn new(language: Option<Language>, guesses: bool) -> Self {
        Self { language, guesses, ..Self::default() }
    }

    /// The language that was guessed or named.
    pub(in crate::markdown) fn language(&self) -> Option<Language> {
        self.language
    }

    /// Adds complete lines and shows the part of a line after them. `ended`: no more lines come. Whether anything changed.
    pub(in crate::markdown) fn update(&mut self, settled: &str, part: &str, ended: bool, now: Revision) -> bool {
        let (text_at, token_at) = self.settled;
        if self.guesses {
            self.breaks += settled.matches('\n').count();
        }
        let guesses = self.guesses && (self.breaks >= GUESSED_LINES || ended);
        // A long line may come in parts; its last token goes on.
        let goes_on = text_at > 0 && !settled.is_empty() && !settled.starts_with('\n');
        let first = if guesses { 0 } else { token_at - usize::from(goes_on) };
        let old_tokens = self.tokens.split_off(first);
        let old_text = self.text.split_off(text_at);
        self.text.push_str(settled);
        if guesses {
            self.guess();
            self.state = LineState::default();
        }
        let from = self.tokens.last().map_or(0, |token| token.end as usize);
        self.state = self.add_lines(from, goes_on && !guesses);
        self.settled = (self.text.len(), self.tokens.len());
        self.text.push_str(part);
        self.add_lines(self.settled.0, false);
        let same_text = text_at + common(old_text.as_bytes(), &self.text.as_bytes()[text_at..]);
        let fresh = &self.tokens[first..];
        let same = old_tokens.iter().zip(fresh).take_while(|(old, new)| old == new && old.end as usize <= same_text);
        let same = same.count();
        if same == old_tokens.len() && same == fresh.len() {
            return false;
        }
        self.stamps.set(first + same, now);
        true
    }

    fn guess(&mut self) {
        self.guesses = false;
        let mut ends = self.text.match_indices('\n').map(|(at, _)| at);
        let end = ends.nth(GUESSED_LINES - 1).unwrap_or(self.text.len());
        self.language = guess(&self.text[..self.text.floor_char_boundary(end.min(GUESSED_BYTES))]);
    }

    /// Adds the tokens of the text from a place on, where a line starts or, if it `goes_on`, a part of a long one. What the
    /// last line leaves open.
    fn add_lines(&mut self, mut from: usize, mut goes_on: bool) -> LineState {
        let mut state = self.state;
        let text = std::mem::take(&mut self.text);
        while from < text.len() {
            let rest = &text[from..];
            let body = usize::from(rest.starts_with('\n'));
            let end = rest[body..].find('\n').map_or(rest.len(), |end| body + end);
            let first = self.tokens.len();
            let mut at = from + body;
            match self.language {
                Some(language) if !goes_on && end - body <= LONGEST_LINE => {
                    self.add(first, 0, from, at);
                    state = line(language, state, &rest[body..end], &mut |class, piece| {
                        let to = (at + piece.len()).min(from + end);
                        self.add_cut(&text, first, class, at, to);
                        at = to;
                    });
                    self.add_cut(&text, first, 0, at, from + end);
                }
                _ => self.add_cut(&text, first, 0, from, from + end),
            }
            from += end;
            goes_on = false;
        }
        self.text = text;
        state
    }

    /// Adds a piece of the text to a line whose first token is `first`.
    fn add_cut(&mut self, text: &str, first: usize, class: u8, mut from: usize, to: usize) {
        while from < to {
            let start = match self.tokens[first..].last() {
                Some(last) if last.class == class => self.start(self.tokens.len() - 1),
                _ => from,
            };
            let mut end = text.floor_char_boundary(to.min(start + LONGEST_TOKEN));
            if end <= from {
                end = text.floor_char_boundary(to.min(from + LONGEST_TOKEN));
                self.tokens.push(mark(end, class));
            } else {
                self.add(first, class, from, end);
            }
            from = end;
        }
    }

    /// Adds a token, or makes the last one of the line longer.
    fn add(&mut self, first: usize, class: u8, from: usize, to: usize) {
        if from == to {
            return;
        }
        match self.tokens[first..].last_mut() {
            Some(last) if last.class == class => *last = mark(to, class),
            _ => self.tokens.push(mark(to, class)),
        }
    }

    /// Where a token starts.
    fn start(&self, token: usize) -> usize {
        token.checked_sub(1).map_or(0, |before| self.tokens[before].end as usize)
    }

    /// The tokens from one on, as they are on the wire.
    pub(super) fn tokens_from(&self, from: usize) -> Vec<Token> {
        let mut start = self.start(from);
        let tokens = self.tokens[from..].iter().map(|token| {
            let end = token.end as usize;
            let text = self.text[start..end].to_owned();
            start = end;
            Token(token.class, text)
        });
        tokens.collect()
    }
}

fn mark(end: usize, class: u8) -> Mark {
    Mark { end: u32::try_from(end).unwrap_or(u32::MAX), class }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &Lines) -> Vec<String> {
        lines.tokens_from(0).into_iter().map(|Token(_, text)| text).collect()
    }

    #[test]
    fn a_line_break_starts_the_first_token_of_the_next_line() {
        let mut lines = Lines::new(None, false);
        assert!(lines.update("a\n\nb", "\nc", false, 1));
        assert_eq!(texts(&lines), ["a", "\n", "\nb", "\nc"]);
        assert!(lines.update("\ncd", "", false, 2));
        assert_eq!(
            (texts(&lines), lines.stamps.after(1)),
            (["a", "\n", "\nb", "\ncd"].map(str::to_owned).to_vec(), Some(3))
        );
        assert!(!lines.update("", "", true, 3));
    }

    #[test]
    fn a_long_line_is_cut_at_the_same_places_however_it_comes() {
        let line = "é".repeat(2000);
        let mut whole = Lines::new(None, false);
        whole.update(&line, "", true, 1);
        let mut parts = Lines::new(None, false);
        for part in [&line[..2100], &line[2100..2102], &line[2102..3500], &line[3500..]] {
            parts.update(part, "", false, 1);
        }
        assert_eq!(texts(&parts), texts(&whole));
        assert!(texts(&whole).iter().all(|token| token.len() <= LONGEST_TOKEN));
    }
}
