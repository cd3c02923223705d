//! What a line leaves open for the next one. Small and `Copy`: a delimiter is kept as a count or a hash.

/// What the next line starts in. The default is the start of a text.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(in super::super) struct LineState {
    pub(super) open: Open,
    holes: [Hole; HOLES],
    depth: u8,
    /// Of the lexer for the language: inside a tag, a block scalar, a body, ...
    pub(super) mode: u8,
    /// Of the lexer for the language: which embedded language, how far indented, ...
    pub(super) extra: u8,
}

/// Deeper interpolations than this are shown as the string they stand in.
const HOLES: usize = 4;

/// The comment or string that is open.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Open {
    #[default]
    Nothing,
    /// By its place in the language's block comments.
    Comment { kind: u8, depth: u16 },
    /// By its place in the language's quotes.
    Quote { kind: u8 },
    /// A string that ends with `"` and so many `#`.
    Hashes { count: u8 },
    /// A Lua long bracket with so many `=`.
    Bracket { count: u8, comment: bool },
    /// `R"tag(` or `$tag$`: ends with the tag whose hash this is.
    Tagged { hash: u32, dollar: bool },
    /// Ends with the line that is the tag whose hash this is.
    Heredoc { hash: u32, indented: bool },
}

/// An interpolation: the string to come back to and the brackets opened since.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Hole {
    /// The quote's place in the language's quotes, or `Hole::TAG`.
    pub(super) quote: u8,
    pub(super) brackets: u16,
    /// The byte that ends it.
    pub(super) close: u8,
}

impl Hole {
    /// Not in a string, but in a JSX tag.
    pub(super) const TAG: u8 = u8::MAX;
}

impl LineState {
    /// False where there is no room for one more.
    pub(super) fn push(&mut self, hole: Hole) -> bool {
        match self.holes.get_mut(usize::from(self.depth)) {
            Some(slot) => {
                *slot = hole;
                self.depth += 1;
                true
            }
            None => false,
        }
    }

    pub(super) fn pop(&mut self) -> Option<Hole> {
        self.depth = self.depth.checked_sub(1)?;
        // The slot is cleared so that equal states compare equal.
        self.holes.get_mut(usize::from(self.depth)).map(std::mem::take)
    }

    /// The innermost one.
    pub(super) fn hole(&mut self) -> Option<&mut Hole> {
        let last = usize::from(self.depth).checked_sub(1)?;
        self.holes.get_mut(last)
    }

    pub(super) fn innermost(&self) -> Option<Hole> {
        self.holes.get(usize::from(self.depth).checked_sub(1)?).copied()
    }

    /// Forgets what an embedded language left open.
    pub(super) fn close_all(&mut self) {
        self.open = Open::Nothing;
        self.holes = Default::default();
        self.depth = 0;
    }
}

/// FNV-1a: enough to tell the few delimiters of one text apart.
pub(super) fn hash(text: &[u8]) -> u32 {
    text.iter().fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
