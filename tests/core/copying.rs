//! Copying: a whole message in both flavours, and Markdown that reads as the same document again.

use model_server::Reply;
use parlour_core::markdown::export::{Clipboard, markdown};
use parlour_core::markdown::{Block, BlockContent, Inline, Token, parse};

use crate::house::{House, new_chat, say};

/// Pieces that texts are put together from: marks of every construct, and what comes close to one.
const PIECES: [&str; 94] = [
    "a",
    "b c",
    "word ",
    " ",
    " ",
    "\n",
    "\n",
    "\n\n",
    "\n\n",
    "\n\n",
    "\n  ",
    "*",
    "**",
    "***",
    "_",
    "__",
    "~~",
    "~",
    "`",
    "``",
    "```\n",
    "```rust\n",
    "\n```\n",
    "~~~\n",
    "# ",
    "\n## ",
    "\n###### ",
    " #",
    "\n---\n",
    "\n===\n",
    "\n***\n",
    "- ",
    "\n- ",
    "\n  - ",
    "\n* ",
    "\n+ ",
    "\n1. ",
    "\n2. ",
    "\n7) ",
    "\n- [x] ",
    "\n- [ ] ",
    "> ",
    "\n> ",
    "\n> > ",
    "\n> [!NOTE]\n> ",
    "\n\n|a|b|\n|-|:-:|\n|c|d|\n",
    "|",
    "\\|",
    "| x | y |",
    "[a](http://b.c)",
    "[a](<http://b.c/(> \"t\\\"\")",
    "![a](http://b.c/i.png)",
    "[a](#a)",
    "[",
    "]",
    "](",
    "(",
    ")",
    "!",
    "[^1]",
    "\n\n[^1]: ",
    "[^n]",
    "\n\n[^n]: note\n\n",
    "[x]: http://y.z\n",
    "[x]",
    "<http://b.c>",
    "<d@e.f>",
    "http://b.c/d_e",
    "www.b.c",
    "d@e.f",
    "<b>",
    "\n\n<div>\n\n",
    "\n\n<!-- x -->\n\n",
    "<",
    ">",
    "&amp;",
    "&lt;",
    "&",
    ";",
    "\\",
    "\\*",
    "\\\n",
    "  \n",
    "$",
    "$x$",
    "$5",
    "$$",
    "$$y$$",
    "\n\n$$\nz\n$$\n\n",
    "\\(x\\)",
    "\\[y\\]",
    ".",
    ":",
    "é漢",
];

/// The document without what may differ: how long text is cut into pieces, where its lines end, whether a formula that
/// stands alone is in a paragraph, and the box of an item that has no text.
fn comparable(blocks: Vec<Block>) -> Vec<Block> {
    blocks.into_iter().map(|Block { id, content }| Block { id, content: comparable_content(content) }).collect()
}

fn comparable_content(content: BlockContent) -> BlockContent {
    use BlockContent::{Code, Footnote, Heading, Item, List, Math, Paragraph, Quote, Row, Table};
    match content {
        Paragraph { inlines } => match words(inlines).as_slice() {
            [Inline::Math { source, display: true, nodes }] => Math { source: source.clone(), nodes: nodes.clone() },
            inlines => Paragraph { inlines: inlines.to_vec() },
        },
        Heading { level, anchor, inlines } => Heading { level, anchor, inlines: words(inlines) },
        Row { cells } => Row { cells: cells.into_iter().map(words).collect() },
        Code { language, tokens } => {
            Code { language, tokens: vec![Token(0, tokens.into_iter().map(|Token(_, text)| text).collect())] }
        }
        Quote { alert, blocks } => Quote { alert, blocks: comparable(blocks) },
        List { start, tight, blocks } => List { start, tight, blocks: comparable(blocks) },
        Item { checked, blocks } => {
            let has_text = matches!(blocks.first(), Some(Block { content: Paragraph { .. }, .. }));
            Item { checked: checked.filter(|_| has_text), blocks: comparable(blocks) }
        }
        Table { alignments, blocks } => Table { alignments, blocks: comparable(blocks) },
        Footnote { label, number, blocks } => Footnote { label, number, blocks: comparable(blocks) },
        // What a formula looks like follows from its source, but for one that nothing closes.
        Math { source, .. } => Math { source: source.trim().to_owned(), nodes: Vec::new() },
        other => other,
    }
}

fn words(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut all: Vec<Inline> = Vec::new();
    for inline in inlines {
        let inline = match inline {
            Inline::Emphasis { inlines } => Inline::Emphasis { inlines: words(inlines) },
            Inline::Strong { inlines } => Inline::Strong { inlines: words(inlines) },
            Inline::Strike { inlines } => Inline::Strike { inlines: words(inlines) },
            Inline::Link { href, title, inlines } => Inline::Link { href, title, inlines: words(inlines) },
            Inline::Text { text } => Inline::Text { text: text.replace('\n', " ") },
            Inline::Math { source, display, .. } => {
                Inline::Math { source: source.replace('\n', " "), display, nodes: Vec::new() }
            }
            other => other,
        };
        match (all.last_mut(), inline) {
            (Some(Inline::Text { text }), Inline::Text { text: more }) => text.push_str(&more),
            (_, inline) => all.push(inline),
        }
    }
    all
}

/// Whether a link in it leads nowhere. Such a link is copied as its text.
fn has_dead_link(blocks: &[Block]) -> bool {
    serde_json::to_string(blocks).unwrap().contains("\"href\":null")
}

/// Numbers that look random and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % end
    }
}

/// What still reads as something else is rare: styles whose marks stand next to one another in a word, `- - -` as three
/// empty lists, display math that shares its paragraph with a line of its own.
#[test]
fn what_is_copied_reads_as_the_same_document() {
    const TEXTS: usize = 30_000;
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut others = Vec::new();
    for at in 0..TEXTS {
        let length = 1 + random.below([3, 6, 14, 40][at % 4]);
        let text: String = (0..length).map(|_| PIECES[random.below(PIECES.len())]).collect();
        let document = parse(&text);
        let copied = markdown(&document);
        if !has_dead_link(&document) && comparable(parse(&copied)) != comparable(document) {
            others.push((text, copied));
        }
    }
    assert!(others.len() <= TEXTS / 2000, "{} of {TEXTS}: {others:#?}", others.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_copied_as_it_was_written_and_as_html_a_question_as_its_text() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    house.server.reply(Reply::text("__Yes__, 1 < 2."));
    let (sent, _) = say(&parlour, &chat, "*Is it?*").await;
    assert_eq!(
        parlour.copied_message(&sent.reply_id).await.unwrap(),
        Clipboard {
            html: Some("<meta charset='utf-8'><strong>Yes</strong>, 1 &lt; 2.".into()),
            text: "__Yes__, 1 < 2.".into(),
        }
    );
    assert_eq!(parlour.copied_message(&sent.message_id).await.unwrap(), Clipboard::plain("*Is it?*".into()));
}
