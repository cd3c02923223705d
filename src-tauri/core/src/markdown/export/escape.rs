//! Text as Markdown that reads as that text, with as few backslashes as that takes. Brackets are written as entities where
//! they would be read: a bracket with a backslash is a formula.

use crate::markdown::Inline;

/// What all the text of a paragraph, a heading or a cell has in common.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// A dollar may be read as the start or the end of a formula.
    dollars: bool,
    /// A tilde may strike something out.
    tildes: bool,
}

impl Marks {
    /// A mark that stands alone is none, and dollars that all stand before digits are money.
    pub(super) fn of(inlines: &[Inline]) -> Self {
        let mut seen = Seen::default();
        seen.inlines(inlines, 0);
        Self {
            dollars: seen.math || (seen.dollars > 1 && seen.money < seen.dollars),
            tildes: seen.struck || seen.tildes > 1,
        }
    }
}

#[derive(Default)]
struct Seen {
    dollars: usize,
    /// Dollars before a digit.
    money: usize,
    tildes: usize,
    math: bool,
    struck: bool,
}

impl Seen {
    fn inlines(&mut self, inlines: &[Inline], depth: usize) {
        if depth > super::DEEPEST {
            return;
        }
        for inline in inlines {
            // What an address holds counts as well: it is looked at before links are.
            if let Inline::Link { href: Some(href), .. } | Inline::Image { href: Some(href), .. } = inline {
                self.text(href);
            }
            match inline {
                Inline::Text { text } | Inline::Image { text, .. } => self.text(text),
                Inline::Strike { inlines } => {
                    self.struck = true;
                    self.inlines(inlines, depth + 1);
                }
                Inline::Emphasis { inlines } | Inline::Strong { inlines } | Inline::Link { inlines, .. } => {
                    self.inlines(inlines, depth + 1);
                }
                Inline::Math { .. } => self.math = true,
                Inline::Code { .. } | Inline::FootnoteRef { .. } | Inline::Break => {}
            }
        }
    }

    fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'~' => self.tildes += 1,
                b'$' => {
                    self.dollars += 1;
                    self.money += usize::from(bytes.get(at + 1).is_some_and(u8::is_ascii_digit));
                }
                _ => {}
            }
        }
    }
}

/// Where a text stands.
pub(super) struct Around {
    /// The character before it; `None` at the start.
    pub(super) before: Option<char>,
    /// The character after it; `None` at the end.
    pub(super) after: Option<char>,
    /// Whether it is the text of a link, in which no other link can start.
    pub(super) in_link: bool,
}

/// Appends a text, which has no neighbour that is text as well.
pub(super) fn push_text(out: &mut String, text: &str, marks: Marks, around: &Around) {
    let from = out.len();
    push_escaped(out, text, marks, around, !around.in_link);
    // An address in the text of a link is text, but a backslash in it would be seen.
    if around.in_link && out[from..] != *text {
        out.truncate(from);
        push_escaped(out, text, marks, around, true);
    }
}

/// `addresses`: those in the text are kept from being read as such.
fn push_escaped(out: &mut String, text: &str, marks: Marks, around: &Around, addresses: bool) {
    let mut before = around.before;
    for (at, character) in text.char_indices() {
        let rest = &text[at + character.len_utf8()..];
        let after = rest.chars().next().or(around.after);
        if let Some(entity) = entity(character, after, around.in_link) {
            out.push_str(entity);
        } else {
            let near = Near { before, after, text: &text[..at], rest };
            if near.makes_mark(character, marks) || (addresses && near.makes_address(character)) {
                out.push('\\');
            }
            out.push(character);
        }
        before = Some(character);
    }
}

/// What is around a character.
struct Near<'a> {
    before: Option<char>,
    after: Option<char>,
    /// The text before it.
    text: &'a str,
    /// The text after it.
    rest: &'a str,
}

impl Near<'_> {
    /// Whether the character would be read as a mark.
    fn makes_mark(&self, character: char, marks: Marks) -> bool {
        let is_space = |near: Option<char>| near.is_none_or(char::is_whitespace);
        let is_word = |near: Option<char>| near.is_some_and(char::is_alphanumeric);
        let (before, after) = (self.before, self.after);
        let spaced = is_space(before) && is_space(after);
        match character {
            '`' => true,
            '\\' => after.is_none_or(|after| after.is_ascii_punctuation() || after == '\n'),
            '*' => !spaced,
            '_' => !(spaced || (is_word(before) && is_word(after))),
            '~' => marks.tildes && !spaced,
            '$' => marks.dollars,
            '<' => after.is_some_and(|after| after.is_ascii_alphabetic() || matches!(after, '/' | '!' | '?')),
            '&' => may_be_entity(self.rest),
            '!' => after == Some('['),
            _ => false,
        }
    }

    /// Whether the character would be read as part of an address.
    fn makes_address(&self, character: char) -> bool {
        let is_word = |near: Option<char>| near.is_some_and(char::is_alphanumeric);
        match character {
            ':' => self.rest.starts_with("//") && ends_with_word(self.text, &["http", "https"]),
            '.' => ends_with_word(self.text, &["www"]),
            '@' => {
                is_word(self.after) && self.before.is_some_and(|near| near.is_alphanumeric() || "._+-".contains(near))
            }
            _ => false,
        }
    }
}

fn entity(character: char, after: Option<char>, in_link: bool) -> Option<&'static str> {
    match character {
        '[' if in_link || after == Some('^') => Some("&#91;"),
        ']' if in_link || after == Some('(') => Some("&#93;"),
        '\0' => Some("\u{FFFD}"),
        _ => None,
    }
}

/// Whether the text behind an ampersand goes on as the name or the number of a character does.
pub(super) fn may_be_entity(rest: &str) -> bool {
    let name = rest.bytes().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    name > 0 && rest[name..].starts_with(';')
}

fn ends_with_word(text: &str, words: &[&str]) -> bool {
    let letters = text.bytes().rev().take(6).take_while(u8::is_ascii_alphabetic).count();
    words.iter().any(|word| text[text.len() - letters..].eq_ignore_ascii_case(word))
}

/// The lines of a paragraph, none of which starts another block or ends this one.
pub(super) fn lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    for line in text.split('\n') {
        let line = line.trim_matches([' ', '\t']);
        if line.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            // In a line of its own it would be a block.
            let stands_alone = line.starts_with("$$") && line.ends_with("$$") && !lines.ends_with('\\');
            lines.push(if stands_alone { ' ' } else { '\n' });
        }
        push_line(&mut lines, line);
    }
    // A definition may stand at the start of a paragraph only.
    if lines.starts_with('[')
        && !lines.starts_with("[^")
        && let Some((_, rest)) = lines.split_once(']')
        && rest.starts_with(':')
    {
        lines.replace_range(..1, "&#91;");
    }
    // A break at the end is none.
    if let Some(before) = lines.strip_suffix('\\')
        && (before.len() - before.trim_end_matches('\\').len()).is_multiple_of(2)
    {
        lines.truncate(before.trim_end_matches([' ', '\t', '\n']).len());
    }
    lines
}

fn push_line(lines: &mut String, line: &str) {
    let bytes = line.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let ends_marker = |at: usize| matches!(bytes.get(at), None | Some(b' ' | b'\t'));
    let hashes = bytes.iter().take_while(|byte| **byte == b'#').count();
    match bytes[0] {
        b'#' if hashes <= 6 && ends_marker(hashes) => lines.push('\\'),
        b'>' => lines.push('\\'),
        b'-' | b'+' | b'*' if ends_marker(1) => lines.push('\\'),
        b'-' | b'=' | b'_' | b'|' | b':' if is_ruling(line) => lines.push('\\'),
        b'[' => return push_bracketed(lines, line),
        b'0'..=b'9' if digits < 10 && matches!(bytes.get(digits), Some(b'.' | b')')) && ends_marker(digits + 1) => {
            lines.push_str(&line[..digits]);
            lines.push('\\');
            return lines.push_str(&line[digits..]);
        }
        _ => {}
    }
    lines.push_str(line);
}

/// Whether the line may be a rule, underline the one before, or be the row of dashes of a table.
fn is_ruling(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b'|' | b':' | b'-' | b' ' | b'\t'))
        || line.trim_end_matches([' ', '\t']).bytes().all(|byte| byte == b'=')
        || line.bytes().all(|byte| matches!(byte, b'_' | b' ' | b'\t'))
}

/// A line that starts with a bracket: it is no footnote, box or name of an alert.
fn push_bracketed(lines: &mut String, line: &str) {
    let (inside, rest) = line[1..].split_once(']').unwrap_or((line, ""));
    // Any other such start of a text has an entity: here the reference to a footnote stands before a colon.
    if inside.starts_with('^') && rest.starts_with(':') {
        let end = line.len() - rest.len();
        lines.push_str(&line[..end]);
        lines.push('\\');
        return lines.push_str(&line[end..]);
    }
    let is_box = matches!(inside, " " | "x" | "X") && rest.starts_with([' ', '\t']);
    let is_name = inside.starts_with('!') && rest.is_empty();
    lines.push_str(if is_box || is_name { "&#91;" } else { "[" });
    lines.push_str(&line[1..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(words: &str) -> String {
        let inlines = [Inline::Text { text: words.into() }];
        let mut out = String::new();
        let around = Around { before: None, after: None, in_link: false };
        push_text(&mut out, words, Marks::of(&inlines), &around);
        lines(&out)
    }

    #[test]
    fn what_is_no_mark_has_no_backslash() {
        for words in [
            "snake_case and 2 * 3 * 4, a ~5 and $5 to $10",
            "C:\\Users\\me, a < b, R&D, x && y",
            "[1] says (so) [2][3], 1.5, -1, #tag, a-b, costs 20 $",
            "http: //x, me @ home, 50% + 3!",
        ] {
            assert_eq!(escaped(words), words);
        }
    }

    #[test]
    fn what_would_be_read_as_a_mark_has_one() {
        for (words, markdown) in [
            ("*a* _b_ `c` ~~d~~", "\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~"),
            ("$x$ $$y$$", "\\$x\\$ \\$\\$y\\$\\$"),
            ("<b> &amp; &#35; \\* \\(x\\)", "\\<b> \\&amp; \\&#35; \\\\\\* \\\\(x\\\\)"),
            ("[a](b) [^c] ![d]", "[a&#93;(b) &#91;^c] \\![d]"),
            ("http://a www.b.c d@e.f", "http\\://a www\\.b.c d\\@e.f"),
        ] {
            assert_eq!(escaped(words), markdown);
        }
    }

    #[test]
    fn no_line_starts_another_block() {
        for (words, markdown) in [
            ("# a", "\\# a"),
            ("> a", "\\> a"),
            ("- a\n+ b\n* c\n-", "\\- a\n\\+ b\n\\* c\n\\-"),
            ("1. a\n2) b\n1.", "1\\. a\n2\\) b\n1\\."),
            ("a\n---\n===\n= =\n_ _ _\n|-|:-:|", "a\n\\---\n\\===\n= =\n\\_ _ _\n\\|-|:-:|"),
            ("[a]: b", "&#91;a]: b"),
            ("[a\nb]: c", "&#91;a\nb]: c"),
            ("[ ] a\n[!NOTE]", "&#91; ] a\n&#91;!NOTE]"),
            ("  a  \n\n \tb ", "a\nb"),
            ("~~~\n```", "\\~\\~\\~\n\\`\\`\\`"),
        ] {
            assert_eq!(escaped(words), markdown);
        }
    }
}
