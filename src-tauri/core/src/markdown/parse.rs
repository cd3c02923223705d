//! A whole text to its document, with pulldown-cmark for the grammar (CommonMark, tables, strikethrough, task lists).

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag};

use super::{Alignment, Block, BlockContent, Inline, ListItem, safe_href};

/// Containers nested deeper than this are flattened: nobody reads them, and the stack is finite.
const DEEPEST: usize = 48;

/// The document of a whole text. Ids count from 0 within each container.
#[must_use]
pub fn parse(text: &str) -> Vec<Block> {
    numbered(parse_ranges(text).into_iter().map(|(content, _)| content))
}

pub(super) fn numbered(contents: impl IntoIterator<Item = BlockContent>) -> Vec<Block> {
    contents.into_iter().zip(0..).map(|(content, id)| Block { id, content }).collect()
}

/// The top-level blocks with the bytes they were made of.
pub(super) fn parse_ranges(text: &str) -> Vec<(BlockContent, Range<usize>)> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut builder = Builder::default();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        builder.take(event, range);
    }
    builder.done
}

/// A container that is open while the events go by.
enum Open {
    Paragraph(Vec<Inline>),
    Heading(u8, Vec<Inline>),
    Code(String, String),
    Html(String),
    Quote(Vec<BlockContent>),
    List {
        start: Option<u64>,
        tight: bool,
        items: Vec<ListItem>,
    },
    Item {
        checked: Option<bool>,
        blocks: Vec<BlockContent>,
        tight: bool,
    },
    Table {
        alignments: Vec<Alignment>,
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Row {
        head: bool,
        cells: Vec<Vec<Inline>>,
    },
    Cell(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Strike(Vec<Inline>),
    Link(Option<String>, Vec<Inline>),
    Image(Option<String>, Vec<Inline>),
    /// A container beyond the depth, or one of an extension that is off: its content goes to what holds it.
    Nothing,
}

#[derive(Default)]
struct Builder {
    open: Vec<(Open, Range<usize>)>,
    done: Vec<(BlockContent, Range<usize>)>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                let open = if self.open.len() < DEEPEST { start(tag) } else { Open::Nothing };
                self.open.push((open, range));
            }
            Event::End(_) => {
                if let Some((open, range)) = self.open.pop() {
                    self.close(open, range);
                }
            }
            Event::Text(text) => self.text(&text, &range),
            Event::Code(text) => self.inline(Inline::Code { text: text.into_string() }, &range),
            Event::Html(html) => self.text(&html, &range),
            Event::InlineHtml(html) => self.text(&html, &range),
            Event::SoftBreak => self.text("\n", &range),
            Event::HardBreak => self.inline(Inline::Break, &range),
            Event::Rule => self.block(BlockContent::Rule, range),
            Event::TaskListMarker(ticked) => {
                for (open, _) in self.open.iter_mut().rev() {
                    if let Open::Item { checked, .. } = open {
                        *checked = Some(ticked);
                        break;
                    }
                }
            }
            // Extensions that are off.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(&text, &range)
            }
        }
    }

    fn text(&mut self, text: &str, range: &Range<usize>) {
        match self.open.last_mut() {
            Some((Open::Code(_, code) | Open::Html(code), _)) => code.push_str(text),
            _ => self.inline(Inline::Text { text: text.to_owned() }, range),
        }
    }

    fn inline(&mut self, inline: Inline, range: &Range<usize>) {
        for (open, _) in self.open.iter_mut().rev() {
            let inlines = match open {
                Open::Paragraph(inlines)
                | Open::Heading(_, inlines)
                | Open::Cell(inlines)
                | Open::Emphasis(inlines)
                | Open::Strong(inlines)
                | Open::Strike(inlines)
                | Open::Link(_, inlines)
                | Open::Image(_, inlines) => inlines,
                // The text of a tight item stands in it without a paragraph.
                Open::Item { blocks, .. } => return push_to_last_paragraph(blocks, inline),
                Open::Quote(blocks) => return push_to_last_paragraph(blocks, inline),
                Open::Nothing => continue,
                _ => return,
            };
            return push(inlines, inline);
        }
        self.done.push((BlockContent::Paragraph { inlines: vec![inline] }, range.clone()));
    }

    fn block(&mut self, block: BlockContent, range: Range<usize>) {
        for (open, _) in self.open.iter_mut().rev() {
            match open {
                Open::Quote(blocks) | Open::Item { blocks, .. } => return blocks.push(block),
                _ => {}
            }
        }
        self.done.push((block, range));
    }

    fn close(&mut self, open: Open, range: Range<usize>) {
        match open {
            Open::Paragraph(inlines) => {
                // A paragraph right inside an item says that the list is loose.
                if let Some((Open::Item { tight, .. }, _)) = self.open.last_mut() {
                    *tight = false;
                }
                self.block(BlockContent::Paragraph { inlines }, range);
            }
            Open::Heading(level, inlines) => self.block(BlockContent::Heading { level, inlines }, range),
            Open::Code(language, mut text) => {
                if text.ends_with('\n') {
                    text.pop();
                }
                self.block(BlockContent::Code { language, text }, range);
            }
            Open::Html(mut text) => {
                text.truncate(text.trim_end_matches('\n').len());
                self.block(BlockContent::Html { text }, range);
            }
            Open::Quote(blocks) => self.block(BlockContent::Quote { blocks: numbered(blocks) }, range),
            Open::List { start, tight, items } => self.block(BlockContent::List { start, tight, items }, range),
            Open::Item { checked, blocks, tight } => self.close_item(checked, blocks, tight),
            Open::Table { alignments, head, rows } => self.block(BlockContent::Table { alignments, head, rows }, range),
            Open::Row { head, cells } => {
                if let Some((Open::Table { head: heads, rows, .. }, _)) = self.open.last_mut() {
                    if head { *heads = cells } else { rows.push(cells) }
                }
            }
            Open::Cell(inlines) => {
                if let Some((Open::Row { cells, .. }, _)) = self.open.last_mut() {
                    cells.push(inlines);
                }
            }
            Open::Emphasis(inlines) => self.inline(Inline::Emphasis { inlines }, &range),
            Open::Strong(inlines) => self.inline(Inline::Strong { inlines }, &range),
            Open::Strike(inlines) => self.inline(Inline::Strike { inlines }, &range),
            Open::Link(href, inlines) => self.inline(Inline::Link { href, inlines }, &range),
            Open::Image(href, inlines) => self.inline(Inline::Image { href, text: plain(&inlines) }, &range),
            Open::Nothing => {}
        }
    }

    fn close_item(&mut self, checked: Option<bool>, blocks: Vec<BlockContent>, item_is_tight: bool) {
        for (open, _) in self.open.iter_mut().rev() {
            if let Open::List { tight, items, .. } = open {
                *tight &= item_is_tight;
                items.push(ListItem { checked, blocks: numbered(blocks) });
                return;
            }
        }
    }
}

fn start(tag: Tag<'_>) -> Open {
    match tag {
        Tag::Paragraph => Open::Paragraph(Vec::new()),
        Tag::Heading { level, .. } => Open::Heading(depth(level), Vec::new()),
        Tag::CodeBlock(kind) => Open::Code(language(&kind), String::new()),
        Tag::HtmlBlock => Open::Html(String::new()),
        Tag::BlockQuote(_) => Open::Quote(Vec::new()),
        Tag::List(start) => Open::List { start, tight: true, items: Vec::new() },
        Tag::Item => Open::Item { checked: None, blocks: Vec::new(), tight: true },
        Tag::Table(alignments) => {
            Open::Table { alignments: alignments.iter().map(alignment).collect(), head: Vec::new(), rows: Vec::new() }
        }
        Tag::TableHead => Open::Row { head: true, cells: Vec::new() },
        Tag::TableRow => Open::Row { head: false, cells: Vec::new() },
        Tag::TableCell => Open::Cell(Vec::new()),
        Tag::Emphasis => Open::Emphasis(Vec::new()),
        Tag::Strong => Open::Strong(Vec::new()),
        Tag::Strikethrough => Open::Strike(Vec::new()),
        Tag::Link { dest_url, .. } => Open::Link(safe_href(&dest_url), Vec::new()),
        Tag::Image { dest_url, .. } => Open::Image(safe_href(&dest_url), Vec::new()),
        _ => Open::Nothing,
    }
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn alignment(alignment: &pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None | pulldown_cmark::Alignment::Left => Alignment::Start,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::End,
    }
}

/// The first word of a fence's info.
fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Indented => String::new(),
        CodeBlockKind::Fenced(info) => info.split([' ', '\t', ',', '{']).next().unwrap_or_default().to_lowercase(),
    }
}

/// Neighbouring texts become one, so that a text node stays one while it grows.
fn push(inlines: &mut Vec<Inline>, inline: Inline) {
    if let (Some(Inline::Text { text: last }), Inline::Text { text }) = (inlines.last_mut(), &inline) {
        last.push_str(text);
    } else {
        inlines.push(inline);
    }
}

fn push_to_last_paragraph(blocks: &mut Vec<BlockContent>, inline: Inline) {
    if let Some(BlockContent::Paragraph { inlines }) = blocks.last_mut() {
        push(inlines, inline);
    } else {
        blocks.push(BlockContent::Paragraph { inlines: vec![inline] });
    }
}

/// The text without its marks.
fn plain(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text { text } | Inline::Code { text } | Inline::Image { text, .. } => text.clone(),
            Inline::Emphasis { inlines }
            | Inline::Strong { inlines }
            | Inline::Strike { inlines }
            | Inline::Link { inlines, .. } => plain(inlines),
            Inline::Break => "\n".into(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text { text: text.into() }
    }

    fn paragraph(words: &str) -> BlockContent {
        BlockContent::Paragraph { inlines: vec![text(words)] }
    }

    #[test]
    fn raw_html_is_text_and_never_a_node_of_its_own() {
        assert_eq!(
            parse("<script>alert(1)</script>\n\na <b onclick=x>b</b>"),
            numbered([
                BlockContent::Html { text: "<script>alert(1)</script>".into() },
                paragraph("a <b onclick=x>b</b>"),
            ])
        );
    }

    #[test]
    fn a_link_of_another_scheme_has_no_address() {
        for address in
            ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "smb://h/x", "//host/x", "x.html"]
        {
            let document = parse(&format!("[x]({address})"));
            let link = Inline::Link { href: None, inlines: vec![text("x")] };
            assert_eq!(document, numbered([BlockContent::Paragraph { inlines: vec![link] }]), "{address}");
        }
    }

    #[test]
    fn a_tight_list_keeps_its_text_and_a_task_its_tick() {
        let item = |checked, words| ListItem { checked, blocks: numbered([paragraph(words)]) };
        assert_eq!(
            parse("- [x] done\n- open"),
            numbered([BlockContent::List {
                start: None,
                tight: true,
                items: vec![item(Some(true), "done"), item(None, "open")]
            }])
        );
    }

    #[test]
    fn ten_thousand_nested_quotes_do_not_use_up_the_stack() {
        let document = parse(&format!("{}x", "> ".repeat(10_000)));
        assert!(serde_json::to_string(&document).is_ok_and(|json| json.contains('x')));
    }

    #[test]
    fn a_table_has_its_alignments_head_and_rows() {
        let cell = |words| vec![text(words)];
        assert_eq!(
            parse("|a|b|\n|:-|-:|\n|1|2|"),
            numbered([BlockContent::Table {
                alignments: vec![Alignment::Start, Alignment::End],
                head: vec![cell("a"), cell("b")],
                rows: vec![vec![cell("1"), cell("2")]],
            }])
        );
    }
}
