//! Blocks as HTML for other programs. Each element brings its look in a `style` of its own; no element runs, fetches or
//! names anything.

use std::borrow::Cow;

use super::mathml::math;
use super::{DEEPEST, code};
use crate::markdown::{Alert, Alignment, Block, BlockContent, Inline, MathNode, Token, safe_href};

const BLOCK: &str = "margin:0 0 0.8em";
const FONT: &str = "font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace";
const TINT: &str = "background-color:#f1f1ee";
const EDGE: &str = "border:1px solid #cfcfc8;padding:4px 8px;vertical-align:top";

/// Colours of code on the light page, by the class of a token: keyword, string, number, comment, name.
const COLOURS: [&str; 5] = ["#8b2f97", "#1f6f43", "#a2540a", "#6e6e66", "#1f55b5"];

/// The whole flavour of the clipboard. A single paragraph is running text: it goes into the line that it is pasted in.
pub(super) fn html(blocks: &[Block]) -> String {
    let mut out = "<meta charset='utf-8'>".to_owned();
    match blocks {
        [Block { content: BlockContent::Paragraph { inlines }, .. }] => push_inlines(&mut out, inlines, 0),
        _ => push_blocks(&mut out, blocks, false, 0),
    }
    out
}

/// Text as it stands in an element or an attribute.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'', '\0']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0' => out.push('\u{FFFD}'),
            letter => out.push(letter),
        }
    }
    Cow::Owned(out)
}

/// Appends an element around what `inside` appends.
fn wrap(out: &mut String, tag: &str, attributes: &str, inside: impl FnOnce(&mut String)) {
    out.push('<');
    out.push_str(tag);
    if !attributes.is_empty() {
        out.push(' ');
        out.push_str(attributes);
    }
    out.push('>');
    inside(out);
    out.push_str("</");
    out.push_str(tag);
    out.push('>');
}

fn style(style: &str) -> String {
    format!("style=\"{style}\"")
}

/// `tight`: paragraphs are the bare text of an item.
fn push_blocks(out: &mut String, blocks: &[Block], tight: bool, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    for (at, Block { content, .. }) in blocks.iter().enumerate() {
        match content {
            BlockContent::Paragraph { inlines } if tight => {
                out.push_str(if at > 0 { "<br>" } else { "" });
                push_inlines(out, inlines, 0);
            }
            _ => push_block(out, content, depth),
        }
    }
}

fn push_block(out: &mut String, content: &BlockContent, depth: usize) {
    match content {
        BlockContent::Paragraph { inlines } => wrap(out, "p", &style(BLOCK), |out| push_inlines(out, inlines, 0)),
        BlockContent::Heading { level, inlines, .. } => {
            let tag = format!("h{}", level.clamp(&1, &6));
            wrap(out, &tag, &style("margin:1.2em 0 0.5em"), |out| push_inlines(out, inlines, 0));
        }
        BlockContent::Code { tokens, .. } => push_code(out, tokens),
        BlockContent::Html { tokens } => push_code(out, &[Token(0, code(tokens))]),
        BlockContent::Math { source, nodes } => {
            wrap(out, "p", &style(BLOCK), |out| push_math(out, source, nodes, true));
        }
        BlockContent::Quote { alert, blocks } => {
            let look = format!("{BLOCK};padding:0 0 0 1em;border-left:3px solid #cfcfc8;color:#5d5d57");
            wrap(out, "blockquote", &style(&look), |out| {
                if let Some(alert) = alert {
                    wrap(out, "p", &style(BLOCK), |out| wrap(out, "strong", "", |out| out.push_str(word(*alert))));
                }
                push_blocks(out, blocks, false, depth + 1);
            });
        }
        BlockContent::List { start, tight, blocks } => push_list(out, *start, *tight, blocks, depth),
        BlockContent::Item { blocks, .. } => push_blocks(out, blocks, false, depth + 1),
        BlockContent::Table { alignments, blocks } => push_table(out, alignments, blocks),
        BlockContent::Row { .. } => {}
        BlockContent::Rule => out.push_str("<hr>"),
        BlockContent::Footnote { label, number, blocks } => {
            wrap(out, "div", &style("font-size:0.87em"), |out| {
                let name = if *number == 0 { escaped(label) } else { Cow::Owned(number.to_string()) };
                wrap(out, "sup", "", |out| out.push_str(&name));
                push_blocks(out, blocks, false, depth + 1);
            });
        }
    }
}

fn word(alert: Alert) -> &'static str {
    match alert {
        Alert::Note => "Note",
        Alert::Tip => "Tip",
        Alert::Important => "Important",
        Alert::Warning => "Warning",
        Alert::Caution => "Caution",
    }
}

fn push_code(out: &mut String, tokens: &[Token]) {
    let look = format!("{BLOCK};padding:8px 12px;{TINT};color:#1c1c1a;{FONT};font-size:0.87em;white-space:pre");
    wrap(out, "pre", &style(&look), |out| {
        wrap(out, "code", &style(FONT), |out| {
            for Token(class, text) in tokens {
                let colour = class.checked_sub(1).and_then(|class| COLOURS.get(usize::from(class)));
                match colour {
                    Some(colour) => {
                        wrap(out, "span", &style(&format!("color:{colour}")), |out| out.push_str(&escaped(text)));
                    }
                    None => out.push_str(&escaped(text)),
                }
            }
        });
    });
}

fn push_list(out: &mut String, start: Option<u64>, tight: bool, items: &[Block], depth: usize) {
    let (tag, number) = match start {
        None => ("ul", String::new()),
        Some(1) => ("ol", String::new()),
        Some(start) => ("ol", format!("start=\"{start}\" ")),
    };
    wrap(out, tag, &format!("{number}{}", style(BLOCK)), |out| {
        for item in items {
            let BlockContent::Item { checked, blocks } = &item.content else { continue };
            wrap(out, "li", "", |out| {
                out.push_str(match checked {
                    Some(true) => "☑ ",
                    Some(false) => "☐ ",
                    None => "",
                });
                push_blocks(out, blocks, tight || checked.is_some(), depth + 1);
            });
        }
    });
}

fn push_table(out: &mut String, alignments: &[Alignment], rows: &[Block]) {
    wrap(out, "table", &style(&format!("{BLOCK};border-collapse:collapse")), |out| {
        for row in rows {
            let BlockContent::Row { cells } = &row.content else { continue };
            let tag = if row.id == 0 { "th" } else { "td" };
            wrap(out, "tr", "", |out| {
                for (cell, alignment) in cells.iter().zip(alignments) {
                    let side = match alignment {
                        Alignment::Start if row.id == 0 => ";text-align:start",
                        Alignment::Start => "",
                        Alignment::Center => ";text-align:center",
                        Alignment::End => ";text-align:right",
                    };
                    wrap(out, tag, &style(&format!("{EDGE}{side}")), |out| push_inlines(out, cell, 0));
                }
            });
        }
    });
}

fn push_inlines(out: &mut String, inlines: &[Inline], depth: usize) {
    if depth > DEEPEST {
        return;
    }
    for inline in inlines {
        match inline {
            Inline::Text { text } => out.push_str(&escaped(text)),
            Inline::Emphasis { inlines } => wrap(out, "em", "", |out| push_inlines(out, inlines, depth + 1)),
            Inline::Strong { inlines } => wrap(out, "strong", "", |out| push_inlines(out, inlines, depth + 1)),
            Inline::Strike { inlines } => wrap(out, "s", "", |out| push_inlines(out, inlines, depth + 1)),
            Inline::Code { text } => push_source(out, text),
            Inline::Link { href, title, inlines } => {
                push_link(out, href.as_deref(), title.as_deref(), |out| push_inlines(out, inlines, depth + 1));
            }
            // Whoever pastes it does not ask for it to be fetched.
            Inline::Image { href, title, text } => {
                let shown = if text.is_empty() { href.as_deref().unwrap_or_default() } else { text };
                push_link(out, href.as_deref(), title.as_deref(), |out| out.push_str(&escaped(shown)));
            }
            Inline::Math { source, display, nodes } => push_math(out, source, nodes, *display),
            Inline::FootnoteRef { number, .. } => wrap(out, "sup", "", |out| out.push_str(&number.to_string())),
            Inline::Break => out.push_str("<br>"),
        }
    }
}

/// A place in the document is none in what it is pasted into: there such a link is its text.
fn push_link(out: &mut String, href: Option<&str>, title: Option<&str>, inside: impl FnOnce(&mut String)) {
    let Some(href) = href.and_then(safe_href) else { return inside(out) };
    let title = title.map_or(String::new(), |title| format!(" title=\"{}\"", escaped(title)));
    wrap(out, "a", &format!("href=\"{}\"{title} style=\"color:#2f5fd0\"", escaped(&href)), inside);
}

fn push_source(out: &mut String, text: &str) {
    let look = format!("{FONT};font-size:0.87em;{TINT};white-space:pre-wrap");
    wrap(out, "code", &style(&look), |out| out.push_str(&escaped(text)));
}

/// A formula that could not be read is its source.
fn push_math(out: &mut String, source: &str, nodes: &[MathNode], display: bool) {
    match math(nodes, display) {
        Some(math) => out.push_str(&math),
        None => push_source(out, source),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::markdown::parse;

    const P: &str = "<p style=\"margin:0 0 0.8em\">";
    const A: &str = "style=\"color:#2f5fd0\"";
    const CODE: &str = "<code style=\"font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace;font-size:0.87em;\
                        background-color:#f1f1ee;white-space:pre-wrap\">";
    const PRE: &str = "<pre style=\"margin:0 0 0.8em;padding:8px 12px;background-color:#f1f1ee;color:#1c1c1a;\
                       font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace;font-size:0.87em;white-space:pre\">\
                       <code style=\"font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace\">";
    const EDGE: &str = "border:1px solid #cfcfc8;padding:4px 8px;vertical-align:top";

    fn copied(blocks: &[Block]) -> String {
        html(blocks).strip_prefix("<meta charset='utf-8'>").expect("the encoding").to_owned()
    }

    fn block(content: BlockContent) -> Block {
        Block { id: 0, content }
    }

    #[test]
    fn a_single_paragraph_goes_into_the_line_that_it_is_pasted_in() {
        assert_eq!(
            copied(&parse("*a* **b** ~~c~~ `d  <e>`\\\nf")),
            format!("<em>a</em> <strong>b</strong> <s>c</s> {CODE}d  &lt;e&gt;</code><br>f")
        );
    }

    #[test]
    fn blocks_bring_their_look_along() {
        assert_eq!(
            copied(&parse("## a\n\nb\n\n> c\n\n---\n\n> [!TIP]\n> d")),
            format!(
                "<h2 style=\"margin:1.2em 0 0.5em\">a</h2>{P}b</p>\
                 <blockquote style=\"margin:0 0 0.8em;padding:0 0 0 1em;border-left:3px solid #cfcfc8;color:#5d5d57\">\
                 {P}c</p></blockquote><hr>\
                 <blockquote style=\"margin:0 0 0.8em;padding:0 0 0 1em;border-left:3px solid #cfcfc8;color:#5d5d57\">\
                 {P}<strong>Tip</strong></p>{P}d</p></blockquote>"
            )
        );
    }

    #[test]
    fn lists_keep_their_numbers_their_boxes_and_what_is_nested_in_them() {
        assert_eq!(
            copied(&parse("3. a\n   - [x] b\n   - [ ] c\n4. d")),
            "<ol start=\"3\" style=\"margin:0 0 0.8em\"><li>a<ul style=\"margin:0 0 0.8em\"><li>☑ b</li><li>☐ c</li></ul></li>\
             <li>d</li></ol>"
        );
    }

    #[test]
    fn tables_have_borders_and_only_their_own_head() {
        let rows = |ids: [u32; 2]| {
            let row = |id, words: [&str; 2]| {
                let cells = words.map(|text| vec![Inline::Text { text: text.into() }]).to_vec();
                Block { id, content: BlockContent::Row { cells } }
            };
            let blocks = vec![row(ids[0], ["a", "b"]), row(ids[1], ["c", "d"])];
            let alignments = vec![Alignment::Start, Alignment::End];
            copied(&[block(BlockContent::Table { alignments, blocks })])
        };
        let body = format!("<tr><td style=\"{EDGE}\">c</td><td style=\"{EDGE};text-align:right\">d</td></tr></table>");
        let table = "<table style=\"margin:0 0 0.8em;border-collapse:collapse\"><tr>";
        assert_eq!(
            rows([0, 1]),
            format!(
                "{table}<th style=\"{EDGE};text-align:start\">a</th><th style=\"{EDGE};text-align:right\">b</th></tr>{body}"
            )
        );
        assert_eq!(
            rows([3, 4]),
            format!("{table}<td style=\"{EDGE}\">a</td><td style=\"{EDGE};text-align:right\">b</td></tr>{body}")
        );
    }

    #[test]
    fn code_keeps_its_colours_and_its_lines() {
        let tokens = [(1, "let"), (0, " x ="), (0, "\n "), (2, "\"<>\""), (9, "?")];
        let tokens = tokens.map(|(class, text)| Token(class, text.into())).to_vec();
        assert_eq!(
            copied(&[block(BlockContent::Code { language: "rust".into(), tokens })]),
            format!(
                "{PRE}<span style=\"color:#8b2f97\">let</span> x =\n \
                 <span style=\"color:#1f6f43\">&quot;&lt;&gt;&quot;</span>?</code></pre>"
            )
        );
    }

    #[test]
    fn hostile_text_is_text() {
        assert_eq!(
            copied(&parse("<script>alert(1)</script>\n\nx <img src=x onerror='y'>\n\n`</code><script>`")),
            format!(
                "{PRE}&lt;script&gt;alert(1)&lt;/script&gt;</code></pre>{P}x &lt;img src=x onerror=&#39;y&#39;&gt;</p>\
                 {P}{CODE}&lt;/code&gt;&lt;script&gt;</code></p>"
            )
        );
    }

    #[test]
    fn links_are_of_the_schemes_that_leave_the_app_whoever_says_so() {
        let link = |href: &str, title: Option<&str>| {
            let inlines = vec![Inline::Text { text: "x".into() }];
            copied(&[block(BlockContent::Paragraph {
                inlines: vec![Inline::Link { href: Some(href.into()), title: title.map(Into::into), inlines }],
            })])
        };
        for href in ["javascript:alert(1)", "data:text/html,<script>", "file:///etc/passwd", "#a", "", "//a.b"] {
            assert_eq!(link(href, None), "x", "{href}");
        }
        assert_eq!(
            link("https://a.b/?q=\"'><script>&c", Some("\" onclick=\"y")),
            format!(
                "<a href=\"https://a.b/?q=%22%27%3E%3Cscript%3E&amp;c\" title=\"&quot; onclick=&quot;y\" {A}>x</a>"
            )
        );
    }

    #[test]
    fn an_image_is_a_link_that_nothing_fetches() {
        assert_eq!(
            copied(&parse("![a<b](http://c.d/e.png) ![](http://c.d/f.png)")),
            format!(
                "<a href=\"http://c.d/e.png\" {A}>a&lt;b</a> <a href=\"http://c.d/f.png\" {A}>http://c.d/f.png</a>"
            )
        );
    }

    #[test]
    fn a_formula_is_mathml_of_presentation_only_else_its_source() {
        let element = |tag: &str, attributes: &[(&str, &str)], children: Vec<MathNode>| MathNode::Element {
            tag: tag.into(),
            attributes: attributes
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect::<BTreeMap<_, _>>(),
            children,
        };
        let math = |node| {
            copied(&[block(BlockContent::Paragraph {
                inlines: vec![Inline::Math { source: "x<y".into(), display: false, nodes: vec![node] }],
            })])
        };
        let x = || vec![MathNode::Text { text: "x<".into() }];
        assert_eq!(
            math(element("mi", &[("mathvariant", "bold\""), ("class", "a"), ("onclick", "b"), ("style", "c")], x())),
            "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi mathvariant=\"bold&quot;\">x&lt;</mi></math>"
        );
        for tag in ["script", "a", "annotation-xml", "mi onclick=x", "mglyph"] {
            assert_eq!(
                math(element("mrow", &[], vec![element(tag, &[], x())])),
                format!("{CODE}x&lt;y</code>"),
                "{tag}"
            );
        }
    }

    #[test]
    fn blocks_and_styles_without_end_do_not_use_up_the_stack() {
        let mut inlines = vec![Inline::Text { text: "x".into() }];
        let mut blocks = vec![block(BlockContent::Rule)];
        for _ in 0..2000 {
            inlines = vec![Inline::Emphasis { inlines }];
            blocks = vec![block(BlockContent::Quote { alert: None, blocks })];
        }
        blocks.push(block(BlockContent::Paragraph { inlines }));
        assert!(copied(&blocks).ends_with("</p>"));
        assert!(super::super::markdown(&blocks).starts_with("> > >"));
    }
}
