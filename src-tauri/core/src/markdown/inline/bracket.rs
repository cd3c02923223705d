//! Brackets: links, images and references, by what follows the bracket that closes.

use super::address::{self, Piece};
use super::{Item, Parser};
use crate::markdown::definition::{names_footnote, normal};

/// A bracket that is open.
pub(super) struct Bracket {
    /// Its piece.
    piece: usize,
    image: bool,
    /// Where its text starts.
    text: usize,
    /// How many delimiters were open before it.
    pub(super) delimiters: usize,
    /// A link holds no link: within one that is closed the brackets before it open none.
    active: bool,
    /// Whether there are brackets in its text, which then is no label.
    nested: bool,
}

/// What a closing bracket makes.
enum Made {
    Link(Option<String>, Option<String>, usize),
    Nothing,
}

impl Parser<'_, '_, '_> {
    pub(super) fn open_bracket(&mut self, image: bool) {
        let length = if image { 2 } else { 1 };
        let at = self.at;
        self.flush(at);
        if let Some(outer) = self.brackets.last_mut() {
            outer.nested = true;
        }
        self.inactive = self.inactive.min(self.brackets.len());
        self.brackets.push(Bracket {
            piece: self.pieces.len(),
            image,
            text: at + length,
            delimiters: self.delimiters.len(),
            active: true,
            nested: false,
        });
        self.piece(Item::Bracket { image }, at, at + length);
    }

    pub(super) fn close_bracket(&mut self) {
        let (text, at) = (self.text, self.at);
        let Some(bracket) = self.brackets.last() else {
            self.at += 1;
            return;
        };
        let (start, piece, image, nested) = (bracket.text, bracket.piece, bracket.image, bracket.nested);
        let active = bracket.active;
        self.flush(at);
        self.run = at;
        if !active {
            return self.no_link();
        }
        if !image && !nested && text[start..at].starts_with('^') && self.footnote(piece, &text[start + 1..at]) {
            return;
        }
        match self.link(start, nested) {
            Made::Link(address, title, end) => self.make_link(image, piece, address, title, end),
            Made::Nothing if self.open && at + 1 == text.len() && is_link_text(&text[start..at]) => {
                // It is most likely the text of a link whose address comes next.
                self.pieces[piece] = Item::Hidden;
                self.drop_bracket();
                self.piece(Item::Hidden, at, at + 1);
            }
            Made::Nothing => self.no_link(),
        }
    }

    fn link(&mut self, start: usize, nested: bool) -> Made {
        let (text, at) = (self.text, self.at);
        let next = at + 1;
        match text.as_bytes().get(next) {
            // What follows decides, and it has not come.
            None => self.doubt_bracket(),
            Some(b'(') => match address::target(text, next, &mut self.absent) {
                Piece::Is((address, title), end) => {
                    return Made::Link((self.context.rules.address)(&address), title, end);
                }
                Piece::Open => {
                    self.doubt_bracket();
                    if self.open {
                        let open = self.brackets.last().map_or(0, |bracket| bracket.delimiters);
                        self.delimiters.close_open(open);
                        return Made::Link(None, None, text.len());
                    }
                }
                Piece::Not => {}
            },
            Some(_) => {}
        }
        let (label, end) = match address::label(text, next) {
            Piece::Is(label, end) if !label.trim().is_empty() && !names_footnote(label) => (label, end),
            Piece::Is("", end) if !nested => (&text[start..at], end),
            Piece::Is("", _) => return Made::Nothing,
            Piece::Open => {
                self.doubt_bracket();
                if nested {
                    return Made::Nothing;
                }
                (&text[start..at], next)
            }
            _ if nested => return Made::Nothing,
            _ => (&text[start..at], next),
        };
        let short = label.len() <= 999 && !names_footnote(label);
        let Some(label) = short.then(|| normal(label)).flatten() else { return Made::Nothing };
        if let Some(definition) = self.context.definitions.get(&label) {
            let address = (self.context.rules.address)(&definition.address);
            return Made::Link(address, definition.title.clone(), end);
        }
        self.missing.push(label);
        Made::Nothing
    }

    fn doubt_bracket(&mut self) {
        if self.open {
            self.safe = false;
        }
    }

    fn make_link(&mut self, image: bool, piece: usize, address: Option<String>, title: Option<String>, end: usize) {
        let Some(bracket) = self.brackets.pop() else { return };
        self.delimiters.close_link(bracket.delimiters);
        self.pieces[piece] = Item::Link { image, address, title };
        if !image {
            // Those before were done when the last link was made.
            let from = self.inactive.min(self.brackets.len());
            for outer in self.brackets[from..].iter_mut().filter(|outer| !outer.image) {
                outer.active = false;
            }
            self.inactive = self.brackets.len();
        }
        self.piece(Item::LinkEnd, self.at, end);
    }

    /// The bracket that closes is text, and so is the one that opened.
    fn no_link(&mut self) {
        self.drop_bracket();
        self.run = self.at;
        self.at += 1;
    }

    fn drop_bracket(&mut self) {
        if let Some(bracket) = self.brackets.pop()
            && self.brackets.is_empty()
        {
            self.delimiters.close_pending(bracket.delimiters);
        }
    }

    /// A reference to a footnote, where there is one of that name.
    fn footnote(&mut self, piece: usize, name: &str) -> bool {
        let named = !name.is_empty() && name.len() <= 999 && !name.contains([' ', '\t', '\n', '[']);
        let Some(label) = named.then(|| normal(name)).flatten() else { return false };
        let Some(number) = self.context.footnotes.refer(&label, self.context.definitions) else {
            self.missing.push(format!("[^{label}"));
            return false;
        };
        self.refers = true;
        if let Some(bracket) = self.brackets.pop() {
            self.delimiters.close_link(bracket.delimiters);
        }
        self.pieces.truncate(piece);
        self.piece(Item::Footnote { label: name.to_owned(), number }, self.at, self.at + 1);
        true
    }

    /// The last bracket that nothing closed: most likely the text of a link or of an image, or the name of a footnote.
    pub(super) fn show_open_bracket(&mut self) {
        let Some(bracket) = self.brackets.last().filter(|bracket| bracket.active) else { return };
        let text = &self.text[bracket.text..];
        if bracket.image {
            if !text.contains('\n') {
                self.delimiters.close_link(bracket.delimiters);
                self.pieces[bracket.piece] = Item::Link { image: true, address: None, title: None };
            }
        } else if text.starts_with('^') && !text.contains([' ', '\n']) {
            self.delimiters.close_link(bracket.delimiters);
            self.pieces.truncate(bracket.piece);
        } else if text.is_empty() || is_link_text(text) {
            self.pieces[bracket.piece] = Item::Hidden;
        }
    }
}

/// Whether a text in brackets is rather the text of a link than a citation, a task or a remark.
fn is_link_text(text: &str) -> bool {
    text.len() <= 200
        && !text.contains('\n')
        && text.starts_with(|first: char| first.is_alphabetic() || matches!(first, '*' | '`' | '_'))
}
