//! Documents as the HTML that specifications of Markdown give, to compare with them.

use std::borrow::Cow;
use std::fmt::Write;

use parlour_core::markdown::{Alignment, Block, BlockContent, Inline, Rules, Token};

/// What is between two of these is not escaped.
const RAW: char = '\u{E000}';

/// Raw destinations, and tags between marks that the HTML is made of without escapes.
pub fn as_specified() -> Rules {
    Rules { address: |address| Some(address.to_owned()), html: |tag| Cow::Owned(format!("{RAW}{tag}{RAW}")) }
}

/// The HTML of a document.
pub fn html(blocks: &[Block]) -> String {
    let mut html = String::new();
    add_blocks(blocks, false, &mut html);
    html
}

fn add_blocks(blocks: &[Block], tight: bool, html: &mut String) {
    for block in blocks {
        // Paragraphs of a tight list have no tags of their own, and no line either.
        let bare = tight && matches!(block.content, BlockContent::Paragraph { .. });
        if !bare && !html.is_empty() && !html.ends_with('\n') {
            html.push('\n');
        }
        add_block(&block.content, bare, html);
        if !bare {
            html.push('\n');
        }
    }
}

fn add_block(content: &BlockContent, bare: bool, html: &mut String) {
    match content {
        BlockContent::Paragraph { inlines } if bare => add_inlines(inlines, html),
        BlockContent::Paragraph { inlines } => tagged("p", inlines, html),
        BlockContent::Heading { level, inlines, .. } => tagged(&format!("h{level}"), inlines, html),
        BlockContent::Code { language, tokens } => {
            html.push_str("<pre><code");
            if !language.is_empty() {
                write!(html, " class=\"language-{}\"", escaped(language)).unwrap();
            }
            let code = joined(tokens);
            let end = if code.is_empty() { "" } else { "\n" };
            write!(html, ">{}{end}</code></pre>", escaped(&code)).unwrap();
        }
        BlockContent::Math { source, .. } => write!(html, "<p>$${}$$</p>", escaped(source)).unwrap(),
        BlockContent::Quote { alert, blocks } => {
            match alert {
                Some(alert) => {
                    let name = format!("{alert:?}").to_lowercase();
                    writeln!(html, "<blockquote class=\"markdown-alert-{name}\">").unwrap();
                }
                None => html.push_str("<blockquote>\n"),
            }
            add_blocks(blocks, false, html);
            html.push_str("</blockquote>");
        }
        BlockContent::List { start, tight, blocks } => {
            let tag = if start.is_some() { "ol" } else { "ul" };
            match start {
                Some(start) if *start != 1 => writeln!(html, "<ol start=\"{start}\">").unwrap(),
                _ => writeln!(html, "<{tag}>").unwrap(),
            }
            blocks.iter().for_each(|item| add_item(&item.content, *tight, html));
            write!(html, "</{tag}>").unwrap();
        }
        BlockContent::Item { .. } | BlockContent::Row { .. } => panic!("a part without its whole"),
        BlockContent::Table { alignments, blocks } => add_table(alignments, blocks, html),
        BlockContent::Rule => html.push_str("<hr />"),
        BlockContent::Html { tokens } => html.push_str(&joined(tokens)),
        BlockContent::Footnote { label, number, blocks } => {
            let label = escaped(label);
            write!(html, "<div class=\"footnote-definition\" id=\"{label}\">").unwrap();
            writeln!(html, "<sup class=\"footnote-definition-label\">{number}</sup>").unwrap();
            add_blocks(blocks, false, html);
            html.push_str("</div>");
        }
    }
}

fn add_item(content: &BlockContent, tight: bool, html: &mut String) {
    let BlockContent::Item { checked, blocks } = content else { panic!("no item: {content:?}") };
    html.push_str("<li>");
    if let Some(checked) = checked {
        let ticked = if *checked { " checked=\"\"" } else { "" };
        write!(html, "<input disabled=\"\" type=\"checkbox\"{ticked}/>").unwrap();
    }
    add_blocks(blocks, tight, html);
    html.push_str("</li>\n");
}

fn add_table(alignments: &[Alignment], rows: &[Block], html: &mut String) {
    html.push_str("<table>\n");
    for (at, row) in rows.iter().enumerate() {
        let BlockContent::Row { cells } = &row.content else { panic!("no row: {row:?}") };
        let tag = if at == 0 { "th" } else { "td" };
        html.push_str(["<thead>\n<tr>\n", "<tbody>\n<tr>\n", "<tr>\n"][at.min(2)]);
        for (cell, alignment) in cells.iter().zip(alignments) {
            let align = match alignment {
                Alignment::Start => "",
                Alignment::Center => " style=\"text-align: center\"",
                Alignment::End => " style=\"text-align: right\"",
            };
            write!(html, "<{tag}{align}>").unwrap();
            add_inlines(cell, html);
            writeln!(html, "</{tag}>").unwrap();
        }
        html.push_str(if at == 0 { "</tr>\n</thead>\n" } else { "</tr>\n" });
    }
    html.push_str(if rows.len() > 1 { "</tbody>\n</table>" } else { "</table>" });
}

fn joined(tokens: &[Token]) -> String {
    tokens.iter().map(|Token(_, text)| text.as_str()).collect()
}

fn tagged(tag: &str, inlines: &[Inline], html: &mut String) {
    write!(html, "<{tag}>").unwrap();
    add_inlines(inlines, html);
    write!(html, "</{tag}>").unwrap();
}

fn add_inlines(inlines: &[Inline], html: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text { text } => {
                for (at, part) in text.split(RAW).enumerate() {
                    html.push_str(&if at % 2 == 0 { escaped(part) } else { part.to_owned() });
                }
            }
            Inline::Emphasis { inlines } => tagged("em", inlines, html),
            Inline::Strong { inlines } => tagged("strong", inlines, html),
            Inline::Strike { inlines } => tagged("del", inlines, html),
            Inline::Code { text } => write!(html, "<code>{}</code>", escaped(text)).unwrap(),
            Inline::Link { href, title, inlines } => {
                let href = href.as_deref().map_or_else(String::new, |href| format!(" href=\"{}\"", address(href)));
                write!(html, "<a{href}{}>", titled(title)).unwrap();
                add_inlines(inlines, html);
                html.push_str("</a>");
            }
            Inline::Image { href, title, text } => {
                let src = address(href.as_deref().unwrap_or_default());
                write!(html, "<img src=\"{src}\" alt=\"{}\"{} />", escaped(&text.replace(RAW, "")), titled(title))
                    .unwrap();
            }
            Inline::Math { source, display, .. } => {
                let mark = if *display { "$$" } else { "$" };
                write!(html, "{mark}{}{mark}", escaped(source)).unwrap();
            }
            Inline::FootnoteRef { label, number } => {
                let label = escaped(label);
                write!(html, "<sup class=\"footnote-reference\"><a href=\"#{label}\">{number}</a></sup>").unwrap();
            }
            Inline::Break => html.push_str("<br />\n"),
        }
    }
}

fn titled(title: &Option<String>) -> String {
    title.as_ref().map_or_else(String::new, |title| format!(" title=\"{}\"", escaped(title)))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An address with its other bytes as percent signs and digits.
fn address(address: &str) -> String {
    let mut encoded = String::new();
    for byte in address.bytes() {
        match byte {
            b'&' => encoded.push_str("&amp;"),
            byte if byte.is_ascii_alphanumeric() || b"-_.+!*(),%#@?=;:/$~'".contains(&byte) => {
                encoded.push(char::from(byte))
            }
            byte => write!(encoded, "%{byte:02X}").unwrap(),
        }
    }
    encoded
}
