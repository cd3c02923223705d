//! The types of the document tree, which are its wire form: blocks, running text, formulas, and the patches that windows
//! apply in order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A block of the document. `id` is its place among the blocks of what holds it, and never becomes another block's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Block {
    /// Its place (from 0) among the blocks of what holds it.
    pub id: u32,
    /// What it is.
    #[serde(flatten)]
    pub content: BlockContent,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BlockContent {
    /// A paragraph.
    Paragraph {
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// What a link to it names: made of its text, unique in the document; empty until the heading is finished.
        anchor: String,
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// A code block.
    Code {
        /// The first word behind the fence in lower case, or else the guessed language, or else empty.
        language: String,
        /// The code without its last line break. A line break starts the first token of the line it leads to.
        tokens: Vec<Token>,
    },
    /// Display math that stands alone.
    Math {
        /// The formula as it was written.
        source: String,
        /// The formula as MathML; empty where it is not finished or cannot be read.
        nodes: Vec<MathNode>,
    },
    /// A quotation.
    Quote {
        /// What kind of alert it is, if any.
        alert: Option<Alert>,
        /// What is quoted.
        blocks: Vec<Block>,
    },
    /// A list.
    List {
        /// The first number; `None` for bullets.
        #[cfg_attr(test, ts(type = "number | null"))]
        start: Option<u64>,
        /// Whether its items stand close together.
        tight: bool,
        /// Its items.
        blocks: Vec<Block>,
    },
    /// One item of a list.
    Item {
        /// Whether the box of a task is ticked; `None` where it is no task.
        checked: Option<bool>,
        /// What it holds.
        blocks: Vec<Block>,
    },
    /// A table.
    Table {
        /// One for each column.
        alignments: Vec<Alignment>,
        /// Its rows; the first is the head.
        blocks: Vec<Block>,
    },
    /// A row of a table.
    Row {
        /// As many as the table has columns.
        cells: Vec<Vec<Inline>>,
    },
    /// A line across.
    Rule,
    /// Raw HTML, shown as the text it is.
    Html {
        /// The source, as plain tokens.
        tokens: Vec<Token>,
    },
    /// The text of a footnote, at its place in the text.
    Footnote {
        /// Its name.
        label: String,
        /// Its place among the footnotes in the order of their first references; 0 where nothing refers to it.
        number: u32,
        /// What it says.
        blocks: Vec<Block>,
    },
}

/// A piece of code: its class and its text. Classes: 0 plain, 1 keyword, 2 string, 3 number, 4 comment, 5 name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Token(pub u8, pub String);

/// The kind of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Alert {
    /// Useful to know.
    Note,
    /// Advice.
    Tip,
    /// Needed to succeed.
    Important,
    /// Needs attention at once.
    Warning,
    /// Something may go wrong.
    Caution,
}

/// Alignment of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Alignment {
    /// As the language reads.
    Start,
    /// Centred.
    Center,
    /// At the end of the line.
    End,
}

/// A piece of running text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Inline {
    /// Plain text; a long one comes as several neighbours.
    Text {
        /// The text; `\n` is a line break of the source.
        text: String,
    },
    /// Emphasis.
    Emphasis {
        /// What is emphasised.
        inlines: Vec<Inline>,
    },
    /// Strong emphasis.
    Strong {
        /// What is emphasised.
        inlines: Vec<Inline>,
    },
    /// Struck out.
    Strike {
        /// What is struck out.
        inlines: Vec<Inline>,
    },
    /// Code.
    Code {
        /// The code.
        text: String,
    },
    /// A link.
    Link {
        /// The whole address (http, https, mailto) or `#anchor`; `None` for any other, which is no link on screen.
        href: Option<String>,
        /// Its title.
        title: Option<String>,
        /// What is shown.
        inlines: Vec<Inline>,
    },
    /// An image, which is never fetched.
    Image {
        /// The whole address, under the same rule as a link's.
        href: Option<String>,
        /// Its title.
        title: Option<String>,
        /// Its description.
        text: String,
    },
    /// A formula.
    Math {
        /// The formula as it was written.
        source: String,
        /// Whether it stands on a line of its own.
        display: bool,
        /// The formula as MathML; empty where it is not finished or cannot be read.
        nodes: Vec<MathNode>,
    },
    /// A reference to a footnote.
    FootnoteRef {
        /// Its name.
        label: String,
        /// Its number.
        number: u32,
    },
    /// A line break.
    Break,
}

/// A node of MathML, of a few known tags and attributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MathNode {
    /// An element.
    Element {
        /// Its tag.
        tag: String,
        /// Its attributes.
        #[cfg_attr(test, ts(type = "Record<string, string>"))]
        attributes: BTreeMap<String, String>,
        /// What it holds.
        children: Vec<MathNode>,
    },
    /// Text.
    Text {
        /// The text.
        text: String,
    },
}

/// What changed in a document since a window last asked. Applied in order. A path is places from the document down:
/// `[3]` is the fourth block, `[3, 0]` its first child, `[]` the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BlockPatch {
    /// The block at the path is this one; where there was none it is new at the end of what holds it.
    Put {
        /// Where.
        path: Vec<u32>,
        /// The block.
        block: Block,
    },
    /// Only the first `length` children of the container at the path are left.
    Truncate {
        /// The container.
        path: Vec<u32>,
        /// How many.
        length: u32,
    },
    /// The text of the paragraph or heading at the path is these from `keep` on.
    Inlines {
        /// The paragraph or heading.
        path: Vec<u32>,
        /// How many stay.
        keep: u32,
        /// What follows them.
        inlines: Vec<Inline>,
    },
    /// The tokens of the code or HTML at the path are these from `keep` on.
    Tokens {
        /// The block.
        path: Vec<u32>,
        /// How many stay.
        keep: u32,
        /// What follows them.
        tokens: Vec<Token>,
    },
    /// The items of the list at the path stand close together, or no longer do.
    Tight {
        /// The list.
        path: Vec<u32>,
        /// Whether they do.
        tight: bool,
    },
}
