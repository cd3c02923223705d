//! A document, or a selected part of one, as other programs take it from the clipboard: HTML for those that show styles,
//! and text for all others.
//!
//! The HTML brings its look inline, since Word, Outlook, Teams and Google Docs drop style sheets, and holds nothing that
//! runs, is fetched or names anything: images are links. The text is what one expects to paste: the code where only code
//! was copied, lines with tabs where only a table was, the words where only words of one kind were, else Markdown.

mod escape;
mod html;
mod inline;
mod markdown;
mod mathml;

use super::inline::plain;
use super::{Block, BlockContent, Inline, Token, safe_href};
pub use markdown::markdown;

/// Blocks and styles nested deeper than this are left out: the parser makes none, and the stack is finite.
const DEEPEST: usize = 64;

/// What goes to the clipboard, all of it at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clipboard {
    /// For programs that show styles; `None` where there are none.
    pub html: Option<String>,
    /// For all others.
    pub text: String,
}

impl Clipboard {
    /// A text that is only that.
    #[must_use]
    pub fn plain(text: String) -> Self {
        Self { html: None, text }
    }
}

/// Blocks for the clipboard. A row of a table whose id is not 0 is no head, wherever it stands: of a table that is copied
/// in part the head may be missing.
#[must_use]
pub fn clipboard(blocks: &[Block]) -> Clipboard {
    Clipboard { html: Some(html::html(blocks)), text: text(blocks) }
}

/// Blocks as a quotation in Markdown, for a message that answers to them. What is code stays code.
#[must_use]
pub fn quotation(blocks: &[Block]) -> String {
    let text = markdown(blocks);
    if text.is_empty() { text } else { markdown::quote(None, &text) }
}

/// No text of code or words ends with a line break: in a terminal that would run it.
fn text(blocks: &[Block]) -> String {
    let [Block { content, .. }] = blocks else { return markdown(blocks) };
    match content {
        BlockContent::Code { tokens, .. } => code(tokens).trim_end_matches('\n').to_owned(),
        BlockContent::Table { blocks: rows, .. } => tsv(rows),
        BlockContent::Paragraph { inlines } if is_words(inlines) => plain(inlines).trim_end_matches('\n').to_owned(),
        _ => markdown(blocks),
    }
}

/// Whether text is all that there is, perhaps in one style as a whole: then its marks would be in the way.
fn is_words(inlines: &[Inline]) -> bool {
    match inlines {
        [Inline::Code { .. }] => true,
        [
            Inline::Emphasis { inlines }
            | Inline::Strong { inlines }
            | Inline::Strike { inlines }
            | Inline::Link { inlines, .. },
        ] => is_words(inlines),
        _ => inlines.iter().all(|inline| match inline {
            Inline::Text { .. } | Inline::Break => true,
            Inline::Link { href: Some(href), inlines, .. } => address(href, inlines).is_some(),
            _ => false,
        }),
    }
}

/// The text of a link that is its address, perhaps as one writes it in a letter.
fn address<'a>(href: &str, inlines: &'a [Inline]) -> Option<&'a str> {
    let [Inline::Text { text }] = inlines else { return None };
    let whole = if text.starts_with("www.") {
        format!("http://{text}")
    } else if is_mailbox(text) {
        format!("mailto:{text}")
    } else {
        text.clone()
    };
    (safe_href(&whole).as_deref() == Some(href)).then_some(text)
}

fn is_mailbox(text: &str) -> bool {
    let is_word = |part: &str, signs: &[u8]| {
        part.starts_with(|first: char| first.is_ascii_alphanumeric())
            && part.ends_with(|last: char| last.is_ascii_alphanumeric())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || signs.contains(&byte))
    };
    text.split_once('@').is_some_and(|(name, host)| is_word(name, b"._+-") && is_word(host, b".-"))
}

fn code(tokens: &[Token]) -> String {
    tokens.iter().map(|Token(_, text)| text.as_str()).collect()
}

/// Rows as spreadsheets take them. The format has no quotes: what parts cells and rows is a space inside one.
fn tsv(rows: &[Block]) -> String {
    let rows = rows.iter().filter_map(|row| match &row.content {
        BlockContent::Row { cells } => {
            let cells = cells.iter().map(|cell| plain(cell).replace(['\t', '\n', '\r'], " "));
            Some(cells.collect::<Vec<_>>().join("\t"))
        }
        _ => None,
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::parse;

    fn copied(text: &str) -> String {
        clipboard(&parse(text)).text
    }

    #[test]
    fn code_alone_is_the_code_without_a_fence_or_a_line_break_at_its_end() {
        assert_eq!(copied("```sh\necho `a` > \"b\"\n\n\tcd *\n\n```"), "echo `a` > \"b\"\n\n\tcd *");
    }

    #[test]
    fn a_table_alone_is_lines_with_tabs() {
        assert_eq!(copied("|a|b|\n|-|-|\n|`x\\|y`|*1* $z$|\n|tab\there||"), "a\tb\nx|y\t1 z\ntab here\t");
    }

    #[test]
    fn words_of_one_kind_have_no_marks() {
        for (text, words) in [
            ("5 \\* 3 = a_b\\_c", "5 * 3 = a_b_c"),
            ("`npm install *`", "npm install *"),
            ("**Yes, [do](http://a.b)**", "**Yes, [do](http://a.b/)**"),
            ("***Yes***", "Yes"),
            ("[docs](https://example.com)", "docs"),
            ("see https://example.com/a_b or www.b.c or d@e.f", "see https://example.com/a_b or www.b.c or d@e.f"),
            ("one\\\ntwo", "one\ntwo"),
            ("an *important* word", "an *important* word"),
        ] {
            assert_eq!(copied(text), words, "{text}");
        }
    }

    #[test]
    fn anything_else_is_markdown() {
        assert_eq!(copied("# a\n\n```\nb\n```"), "# a\n\n```\nb\n```");
        assert_eq!(copied("- `a`"), "- `a`");
    }

    #[test]
    fn a_quotation_has_its_mark_before_every_line_and_code_stays_code_in_it() {
        let quoted = |text: &str| quotation(&parse(text));
        assert_eq!(quoted("one\n\n**two**\nthree"), "> one\n>\n> **two**\n> three");
        assert_eq!(quoted("```sh\na\n\nb\n```"), "> ```sh\n> a\n>\n> b\n> ```");
        assert_eq!(quoted("> a"), "> > a");
        assert_eq!(parse(&quoted("- a\n- b")), parse("> - a\n> - b"));
        assert_eq!(quotation(&[]), "");
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(clipboard(&[]), Clipboard { html: Some("<meta charset='utf-8'>".into()), text: String::new() });
    }
}
