//! A line that is read from left to right: tabs reach to the next column that four divides, and may be used up in part.

use std::borrow::Cow;

/// The place in a line.
pub(super) struct Line<'a> {
    text: &'a str,
    at: usize,
    column: usize,
    /// Columns that are left of a tab which is used up in part.
    tab: usize,
    /// The first place that is no space, and its column.
    word: (usize, usize),
}

impl<'a> Line<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut line = Self { text, at: 0, column: 0, tab: 0, word: (0, 0) };
        line.find_word();
        line
    }

    fn find_word(&mut self) {
        if self.word.0 > self.at {
            return;
        }
        let (mut at, mut column) = (self.at, self.column + self.tab);
        if self.tab > 0 {
            at += 1;
        }
        for byte in self.text.as_bytes()[at..].iter() {
            match byte {
                b' ' => column += 1,
                b'\t' => column += 4 - column % 4,
                _ => break,
            }
            at += 1;
        }
        self.word = (at, column);
    }

    /// Columns of white space before the next word.
    pub(super) fn indent(&self) -> usize {
        self.word.1 - self.column
    }

    pub(super) fn is_blank(&self) -> bool {
        self.word.0 == self.text.len()
    }

    /// The rest of the line without its indent.
    pub(super) fn word(&self) -> &'a str {
        &self.text[self.word.0..]
    }

    /// Goes to the next word.
    pub(super) fn skip_indent(&mut self) {
        (self.at, self.column) = self.word;
        self.tab = 0;
    }

    /// Goes over white space of this many columns, or as much as there is.
    pub(super) fn skip_columns(&mut self, mut columns: usize) {
        while columns > 0 {
            let width = match self.text.as_bytes().get(self.at) {
                Some(b' ') => 1,
                Some(b'\t') if self.tab > 0 => self.tab,
                Some(b'\t') => 4 - self.column % 4,
                _ => break,
            };
            let used = width.min(columns);
            self.column += used;
            columns -= used;
            if used < width {
                self.tab = width - used;
            } else {
                self.tab = 0;
                self.at += 1;
            }
        }
        self.find_word();
    }

    /// Goes over this many bytes of the next word, which are no white space.
    pub(super) fn skip_word(&mut self, bytes: usize) {
        self.skip_indent();
        self.at += bytes;
        self.column += bytes;
        self.find_word();
    }

    /// The rest of the line with its white space.
    pub(super) fn rest(&self) -> Cow<'a, str> {
        if self.tab > 0 {
            return Cow::Owned(" ".repeat(self.tab) + &self.text[self.at + 1..]);
        }
        Cow::Borrowed(&self.text[self.at..])
    }
}
