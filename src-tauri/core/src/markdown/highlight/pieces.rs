//! The pieces of one line on their way out: in order, without gaps, neighbours of one class joined.

/// The classes of a piece, as they go over the wire.
pub(super) const PLAIN: u8 = 0;
pub(super) const KEYWORD: u8 = 1;
pub(super) const STRING: u8 = 2;
pub(super) const NUMBER: u8 = 3;
pub(super) const COMMENT: u8 = 4;
pub(super) const NAME: u8 = 5;

/// Takes the ends of tokens and gives out whole pieces.
pub(super) struct Pieces<'a> {
    line: &'a str,
    start: usize,
    end: usize,
    class: u8,
    out: &'a mut dyn FnMut(u8, &str),
}

impl<'a> Pieces<'a> {
    pub(super) fn new(line: &'a str, out: &'a mut dyn FnMut(u8, &str)) -> Self {
        Pieces { line, start: 0, end: 0, class: PLAIN, out }
    }

    /// All from the last end up to `end` (a byte offset) is of this class.
    pub(super) fn to(&mut self, class: u8, end: usize) {
        // Lexers look at bytes: an end inside a character goes on to the end of that character.
        let mut end = end.min(self.line.len());
        while !self.line.is_char_boundary(end) {
            end += 1;
        }
        if end <= self.end {
            return;
        }
        if class != self.class {
            self.flush();
            self.class = class;
        }
        self.end = end;
    }

    /// A token from `start` to `end`; what lies before it is plain.
    pub(super) fn token(&mut self, class: u8, start: usize, end: usize) {
        self.to(PLAIN, start);
        self.to(class, end);
    }

    /// The rest is plain, and the last piece goes out.
    pub(super) fn finish(mut self) {
        self.to(PLAIN, self.line.len());
        self.flush();
    }

    fn flush(&mut self) {
        if self.end > self.start {
            (self.out)(self.class, &self.line[self.start..self.end]);
            self.start = self.end;
        }
    }
}
