//! Text to a typed document tree, whole or as it streams. No HTML is made here or anywhere: raw HTML is text.
//!
//! # Why a reader of our own
//!
//! An answer must stream at constant cost, also inside one long paragraph, list, table or code block. Weighed were:
//! `pulldown-cmark` (fast, sound, but an iterator over a whole text: the open block is read again with each chunk, and so
//! is the rest of a list), `comrak` (the same with a tree, about twice the time), `mdstream` (splits off finished blocks,
//! but its repair of the open one costs 8 to 18 ms a chunk in a 16 KB list, table or paragraph, and reference definitions
//! do not reach back), `mdtext` (truly incremental, but without reference links and with every list loose). None gives
//! running text that can be read on from a place inside a paragraph, nor revisions of what it made. CommonMark's own way
//! of reading blocks is line by line, which is what a stream needs, so this module is that algorithm, once, for both:
//! `parse` is a stream that gets everything at once. For code, `syntect` with `two-face` (2.9 MB, patterns that read a line
//! many times), `giallo` (C), and `tree-sitter-highlight` (C, a crate a language) cost more than classes of tokens are
//! worth; `highlight` reads lines itself. For formulas `pulldown-latex` reads, and `math` makes known nodes of its events.
//!
//! # How it streams
//!
//! - `block` reads complete lines for good. The last line, as far as it has come, is read on top and undone when more
//!   comes; only blocks that were open can have changed, so that the undoing is short. A line of more than 2 KB that is
//!   text is settled as it comes.
//! - `inline` reads a paragraph on from the last place at which nothing was open. Where there is none (a `*` or `[` that
//!   nothing closes), what follows is shown as plain text until the undecided part has grown by a quarter.
//! - `update` brings what windows see in line: it starts at the first block that is not settled. `shown` keeps a revision
//!   with each part. `late` reads closed text again whose labels are defined later, on a credit that new text earns.
//!   `settle` numbers footnotes and names anchors in the order of the text once that is complete.
//! - Ids are places, and a block that is closed is never replaced, but for the anchor of a heading and the number of a
//!   footnote that come late.
//!
//! # What is shown of what is unfinished
//!
//! - An open fence is code, open `$$`, `\[` and `\(` are math with their source, styles and code reach to the end. A run of
//!   `*`, `_`, `~`, `` ` ``, `$` or a backslash at the very end is not shown.
//! - `[text](http://exa` is a link without address. `[text` and `[text]` show the text if it starts with a letter;
//!   citations (`[1]`) keep their brackets; `[^name` waits. `![text` is an image.
//! - A head and the start of the row of dashes below it are a table; the head alone is a paragraph.
//! - The start of a line waits as long as it is only marks that may become one thing or another: `-`, `1.`, `#`, `=`, `>`,
//!   `|`, backticks, the line of a fence, `[^name]`, `[!NOTE`, `[ ]`, the name of a tag. So no paragraph is a heading for
//!   the moment in which a list starts below it.
//! - Definitions at the start of a paragraph are not shown while they come.
//! - A single `$` is math only when its end has come, and neither looks like money.

mod anchor;
mod block;
mod definition;
pub mod export;
mod footnote;
mod highlight;
mod inline;
mod late;
mod math;
mod settle;
mod shown;
mod stream;
mod tree;
mod update;

use std::borrow::Cow;

pub use stream::DocumentStream;
pub use tree::{Alert, Alignment, Block, BlockContent, BlockPatch, Inline, MathNode, Token};

/// What a reader of Markdown may do otherwise than Parlour does: for tests that compare with other readers.
#[derive(Clone, Copy)]
pub struct Rules {
    /// What an address in the text leads to; `None` where it leads nowhere.
    pub address: fn(&str) -> Option<String>,
    /// The text that a tag in running text is shown as.
    pub html: fn(&str) -> Cow<'_, str>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { address, html: |html| Cow::Borrowed(html) }
    }
}

/// The document of a whole text. Ids count from 0 within each container.
#[must_use]
pub fn parse(text: &str) -> Vec<Block> {
    parse_with(text, Rules::default())
}

/// The same by other rules.
#[must_use]
pub fn parse_with(text: &str, rules: Rules) -> Vec<Block> {
    DocumentStream::with_rules(text.to_owned(), rules).into_blocks()
}

/// An address that may leave the app, or `None`. The one rule for links: http, https, mailto.
#[must_use]
pub fn safe_href(address: &str) -> Option<String> {
    let url = reqwest::Url::parse(address.trim()).ok()?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some() => Some(url.into()),
        "mailto" => Some(url.into()),
        _ => None,
    }
}

/// What a link in a document leads to: out of the app, or to a heading of the document.
fn address(address: &str) -> Option<String> {
    match address.strip_prefix('#') {
        Some("") => None,
        Some(_) => Some(address.to_owned()),
        None => safe_href(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text { text: text.into() }
    }

    fn blocks(contents: impl IntoIterator<Item = BlockContent>) -> Vec<Block> {
        contents.into_iter().zip(0..).map(|(content, id)| Block { id, content }).collect()
    }

    fn paragraph(inlines: impl Into<Vec<Inline>>) -> BlockContent {
        BlockContent::Paragraph { inlines: inlines.into() }
    }

    #[test]
    fn raw_html_is_text_and_never_a_node_of_its_own() {
        assert_eq!(
            parse("<script>alert(1)</script>\n\na <b onclick=*x*>b</b>"),
            blocks([
                BlockContent::Html { tokens: vec![Token(0, "<script>alert(1)</script>".into())] },
                paragraph([text("a <b onclick=*x*>b</b>")]),
            ])
        );
    }

    #[test]
    fn a_link_of_another_scheme_has_no_address() {
        for address in
            ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "smb://h/x", "//host/x", "x.html", "#"]
        {
            let link = Inline::Link { href: None, title: None, inlines: vec![text("x")] };
            assert_eq!(parse(&format!("[x]({address})")), blocks([paragraph([link])]), "{address}");
            let image = Inline::Image { href: None, title: None, text: "x".into() };
            assert_eq!(parse(&format!("![x]({address})")), blocks([paragraph([image])]), "{address}");
        }
    }

    #[test]
    fn a_link_may_lead_to_a_heading_of_the_document_but_not_out_of_it_that_way() {
        let link = Inline::Link { href: Some("#a-b".into()), title: None, inlines: vec![text("x")] };
        let heading = BlockContent::Heading { level: 1, anchor: "a-b".into(), inlines: vec![text("A b")] };
        assert_eq!(parse("[x](#a-b)\n\n# A b"), blocks([paragraph([link]), heading]));
        assert_eq!(safe_href("#a-b"), None);
    }

    #[test]
    fn a_tight_list_keeps_its_text_and_a_task_its_tick() {
        let item = |checked, words| BlockContent::Item { checked, blocks: blocks([paragraph([text(words)])]) };
        let items = blocks([item(Some(true), "done"), item(None, "open")]);
        assert_eq!(
            parse("- [x] done\n- open"),
            blocks([BlockContent::List { start: None, tight: true, blocks: items }])
        );
    }

    #[test]
    fn a_table_has_its_alignments_and_in_each_row_as_many_cells() {
        let row = |cells: [&[Inline]; 2]| BlockContent::Row { cells: cells.map(<[Inline]>::to_vec).to_vec() };
        let rows = [row([&[text("a")], &[text("b")]]), row([&[text("1|2")], &[]]), row([&[text("3")], &[text("4")]])];
        let alignments = vec![Alignment::Start, Alignment::End];
        assert_eq!(
            parse("|a|b|\n|:-|-:|\n|1\\|2|\n|3|4|5|"),
            blocks([BlockContent::Table { alignments, blocks: blocks(rows) }])
        );
    }

    #[test]
    fn long_text_is_several_neighbours_that_end_behind_white_space() {
        let words = "word ".repeat(300);
        let lengths: Vec<usize> = match &parse(&words).remove(0).content {
            BlockContent::Paragraph { inlines } => {
                inlines.iter().map(|inline| inline::plain(std::slice::from_ref(inline)).len()).collect()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(lengths, [515, 515, 469]);
    }

    #[test]
    fn ten_thousand_nested_quotes_do_not_use_up_the_stack() {
        let document = parse(&format!("{}x", "> ".repeat(10_000)));
        assert!(serde_json::to_string(&document).is_ok_and(|json| json.contains('x')));
    }
}
