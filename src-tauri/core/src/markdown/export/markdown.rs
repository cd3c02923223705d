//! Blocks as Markdown, in the one form of each construct that nothing beside it can change.

use std::fmt::Write;

use super::inline::{longest_run, one_line, paragraph};
use super::{DEEPEST, code};
use crate::markdown::{Alert, Alignment, Block, BlockContent, Inline};

/// The document as Markdown that reads as the same document. A link or an image whose address leads nowhere is its text.
#[must_use]
pub fn markdown(blocks: &[Block]) -> String {
    Holder { tight: false, in_item: false, depth: 0 }.blocks(blocks)
}

/// What holds blocks.
#[derive(Clone, Copy)]
struct Holder {
    tight: bool,
    /// Whether it is an item of a list, however far in.
    in_item: bool,
    depth: usize,
}

impl Holder {
    fn blocks(self, blocks: &[Block]) -> String {
        let mut out = String::new();
        if self.depth > DEEPEST {
            return out;
        }
        let mut before: Option<&BlockContent> = None;
        // Two lists in a row are kept apart by their markers.
        let mut other = false;
        for Block { content, .. } in blocks {
            other = !other && before.is_some_and(|before| are_one_list(before, content));
            let text = self.block(content, other);
            if text.is_empty() {
                continue;
            }
            if let Some(before) = before {
                out.push_str(if self.tight && !swallows(before, content) { "\n" } else { "\n\n" });
            }
            out.push_str(&text);
            before = Some(content);
        }
        out
    }

    fn block(self, content: &BlockContent, other: bool) -> String {
        let inner = Self { tight: false, depth: self.depth + 1, ..self };
        match content {
            BlockContent::Paragraph { inlines } => paragraph(inlines),
            BlockContent::Heading { level, inlines, .. } => heading(*level, inlines),
            BlockContent::Code { language, tokens } => fenced(language, &code(tokens)),
            BlockContent::Math { source, .. } => math(source),
            BlockContent::Quote { alert, blocks } => quote(*alert, &inner.blocks(blocks)),
            BlockContent::List { start, tight, blocks } => {
                Self { tight: *tight, in_item: true, ..inner }.list(*start, blocks, other)
            }
            BlockContent::Item { blocks, .. } => inner.blocks(blocks),
            BlockContent::Table { alignments, blocks } => table(alignments, blocks),
            BlockContent::Row { cells } => row(cells.iter().map(|cell| cell_text(cell))),
            // Dashes would make a heading of the text before, or a rule of the item that they begin.
            BlockContent::Rule => if self.in_item { "___" } else { "---" }.to_owned(),
            BlockContent::Html { tokens } => code(tokens),
            BlockContent::Footnote { label, blocks, .. } => {
                indented(&inner.blocks(blocks), &format!("[^{label}]: "), "    ")
            }
        }
    }

    fn list(self, start: Option<u64>, items: &[Block], other: bool) -> String {
        let mut out = String::new();
        for (item, at) in items.iter().zip(0..) {
            let BlockContent::Item { checked, blocks } = &item.content else { continue };
            let marker = match start {
                // A number has at most nine digits.
                Some(start) => {
                    format!("{}{} ", (start.saturating_add(at)).min(999_999_999), if other { ')' } else { '.' })
                }
                None => if other { "* " } else { "- " }.to_owned(),
            };
            let task = match (checked, blocks.first().map(|block| &block.content)) {
                (Some(ticked), Some(BlockContent::Paragraph { .. })) => {
                    if *ticked {
                        "[x] "
                    } else {
                        "[ ] "
                    }
                }
                _ => "",
            };
            let text = Self { depth: self.depth + 1, ..self }.blocks(blocks);
            if !out.is_empty() {
                out.push_str(if self.tight { "\n" } else { "\n\n" });
            }
            out.push_str(&indented(&text, &format!("{marker}{task}"), &" ".repeat(marker.len())));
        }
        out
    }
}

/// Whether the marker alone tells two lists apart.
fn are_one_list(before: &BlockContent, after: &BlockContent) -> bool {
    match (before, after) {
        (BlockContent::List { start: before, .. }, BlockContent::List { start: after, .. }) => {
            before.is_some() == after.is_some()
        }
        _ => false,
    }
}

/// Whether a block would become part of the one before it if no blank line stood between them.
fn swallows(before: &BlockContent, after: &BlockContent) -> bool {
    match last_leaf(before) {
        BlockContent::Html { .. } => true,
        BlockContent::Table { .. } | BlockContent::Row { .. } => matches!(after, BlockContent::Paragraph { .. }),
        BlockContent::Paragraph { .. } => match after {
            BlockContent::Paragraph { .. } | BlockContent::Table { .. } | BlockContent::Html { .. } => true,
            BlockContent::Heading { inlines, .. } => paragraph(inlines).contains('\n'),
            BlockContent::List { start, blocks, .. } => {
                let empty =
                    |item: &Block| matches!(&item.content, BlockContent::Item { blocks, .. } if blocks.is_empty());
                start.is_some_and(|start| start != 1) || blocks.first().is_none_or(empty)
            }
            _ => false,
        },
        _ => false,
    }
}

fn last_leaf(mut content: &BlockContent) -> &BlockContent {
    while let BlockContent::Quote { blocks, .. }
    | BlockContent::List { blocks, .. }
    | BlockContent::Item { blocks, .. }
    | BlockContent::Footnote { blocks, .. } = content
    {
        match blocks.last() {
            Some(last) => content = &last.content,
            None => break,
        }
    }
    content
}

/// Puts `first` before the first line, and `rest` before the others that are not empty.
fn indented(text: &str, first: &str, rest: &str) -> String {
    let mut out = String::with_capacity(text.len() + first.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let prefix = if at == 0 { first } else { rest };
        out.push_str(if line.is_empty() { prefix.trim_end() } else { prefix });
        out.push_str(line);
    }
    out
}

pub(super) fn quote(alert: Option<Alert>, text: &str) -> String {
    let name = match alert {
        None => return indented(text, "> ", "> "),
        Some(Alert::Note) => "NOTE",
        Some(Alert::Tip) => "TIP",
        Some(Alert::Important) => "IMPORTANT",
        Some(Alert::Warning) => "WARNING",
        Some(Alert::Caution) => "CAUTION",
    };
    let head = format!("> [!{name}]");
    if text.is_empty() { head } else { format!("{head}\n{}", indented(text, "> ", "> ")) }
}

fn heading(level: u8, inlines: &[Inline]) -> String {
    let level = usize::from(level.clamp(1, 6));
    let text = paragraph(inlines);
    // Only a heading that is underlined has several lines.
    if level <= 2 && text.contains('\n') {
        return format!("{text}\n{}", if level == 1 { "===" } else { "---" });
    }
    let mut line = one_line(inlines);
    // Hashes at the end would be left out.
    if line.ends_with('#') {
        line.insert(line.len() - 1, '\\');
    }
    format!("{} {line}", "#".repeat(level)).trim_end().to_owned()
}

fn fenced(language: &str, text: &str) -> String {
    let mark = if language.contains('`') { '~' } else { '`' };
    let fence = mark.to_string().repeat((longest_run(text, mark) + 1).max(3));
    let language: String = language
        .chars()
        .flat_map(|letter| ['\\', letter].into_iter().skip(usize::from(!"\\&".contains(letter))))
        .collect();
    format!("{fence}{language}\n{text}{}{fence}", if text.is_empty() { "" } else { "\n" })
}

fn math(source: &str) -> String {
    let dollars = source.lines().all(|line| line.trim() != "$$");
    let (start, end) = if dollars { ("$$", "$$") } else { ("\\[", "\\]") };
    format!("{start}\n{source}{}{end}", if source.is_empty() { "" } else { "\n" })
}

/// The first row is the head. Where that was not copied, it is empty.
fn table(alignments: &[Alignment], rows: &[Block]) -> String {
    let dashes = alignments.iter().map(|alignment| match alignment {
        Alignment::Start => "---",
        Alignment::Center => ":-:",
        Alignment::End => "--:",
    });
    let rows = rows.iter().filter_map(|block| match &block.content {
        BlockContent::Row { cells } => Some((block.id, row(cells.iter().map(|cell| cell_text(cell))))),
        _ => None,
    });
    let mut rows = rows.peekable();
    let head = match rows.next_if(|(id, _)| *id == 0) {
        Some((_, head)) => head,
        None => row(alignments.iter().map(|_| String::new())),
    };
    let mut out = format!("{head}\n{}", row(dashes.map(str::to_owned)));
    for (_, row) in rows {
        let _ = write!(out, "\n{row}");
    }
    out
}

fn row(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// A bar parts cells wherever it stands, in code too.
fn cell_text(inlines: &[Inline]) -> String {
    one_line(inlines).replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::parse;

    /// What reads as `text` is written like that.
    fn is_canonical(text: &str) {
        assert_eq!(markdown(&parse(text)), text);
    }

    #[test]
    fn every_construct_has_one_form() {
        for text in [
            "# One\n\nSome *text* in **two**\nlines, ~~not~~ `so` much.\\\nA break.",
            "Two\nlines\n===",
            "- a\n- b\n  - c\n  - d\n- e",
            "1. a\n\n   b\n\n2. c",
            "9. a\n10. b\n    - c",
            "- [x] done\n- [ ] open",
            "- a\n- b\n\n* c\n\n1. d\n\n1) e",
            "> a\n>\n> - b\n>   - c",
            "> [!WARNING]\n> a",
            "```rust\nfn main() {}\n```",
            "````md\n```\na\n```\n````",
            "- ```sh\n  a\n\n  b\n  ```",
            "| a | b |\n| --- | --: |\n| `x\\|y` |  |",
            "a[^1] and [^n]\n\n[^1]: b\n\n    c\n\n[^n]: d",
            "$x^2$ and \\(2\\) and $$y$$ inside\n\n$$\nz\n$$",
            "[a *b*](https://c.d/e \"f \\\" g\") ![h](https://i.j/k.png) https://l.m/n <o@p.q>!",
            "<div>\n<b>x</b>\n</div>\n\n---\n\na",
        ] {
            is_canonical(text);
        }
    }

    #[test]
    fn marks_that_are_text_stay_text() {
        for text in ["5 \\*3\\* 2", "1\\. a", "\\# a", "a\n\\---", "\\<script>", "- \\- a", "\\$x\\$"] {
            is_canonical(text);
        }
    }

    #[test]
    fn a_link_or_an_image_that_leads_nowhere_is_its_text() {
        assert_eq!(markdown(&parse("[a*b](javascript:x) ![c](data:y)")), "a\\*b c");
    }

    #[test]
    fn a_style_that_was_cut_at_white_space_ends_before_it() {
        let text = |text: &str| Inline::Text { text: text.into() };
        let inlines = vec![Inline::Strong { inlines: vec![text(" a ")] }, text("b")];
        assert_eq!(paragraph(&inlines), "**a** b");
    }

    #[test]
    fn a_table_without_its_head_has_an_empty_one() {
        let cells = ["a", "b"].map(|text| vec![Inline::Text { text: text.into() }]).to_vec();
        let row = Block { id: 2, content: BlockContent::Row { cells } };
        assert_eq!(table(&[Alignment::Start, Alignment::Center], &[row]), "|  |  |\n| --- | :-: |\n| a | b |");
    }
}
