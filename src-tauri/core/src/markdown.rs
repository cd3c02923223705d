//! Text to a typed document tree, whole or as it streams. No HTML is made here or anywhere: raw HTML is text.
//!
//! The tree is the wire form: blocks with ids that stay the same from the first chunk to the settled answer, so that a
//! window keeps the nodes it has.

mod parse;
mod stream;

use serde::{Deserialize, Serialize};

pub use parse::parse;
pub use stream::DocumentStream;

/// A block of the document. `id` is unique within one document and never changes its block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Block {
    /// Its place among the top-level blocks, or among the blocks of what holds it.
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
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// A code block.
    Code {
        /// The word behind the fence, lower case; empty where there is none.
        language: String,
        /// The code, without the last line break.
        text: String,
    },
    /// A quotation.
    Quote {
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
        items: Vec<ListItem>,
    },
    /// A table.
    Table {
        /// One for each column.
        alignments: Vec<Alignment>,
        /// The cells of the head.
        head: Vec<Vec<Inline>>,
        /// The cells of each row.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A line across.
    Rule,
    /// Raw HTML, shown as the text it is.
    Html {
        /// The source.
        text: String,
    },
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ListItem {
    /// Whether the box of a task is ticked; `None` where it is no task.
    pub checked: Option<bool>,
    /// What it holds.
    pub blocks: Vec<Block>,
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
    /// Plain text.
    Text {
        /// The text.
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
        /// The whole address; `None` where its scheme is not http, https or mailto: then it is no link on screen.
        href: Option<String>,
        /// What is shown.
        inlines: Vec<Inline>,
    },
    /// An image, which is never fetched.
    Image {
        /// The whole address, under the same rule as a link's.
        href: Option<String>,
        /// Its description.
        text: String,
    },
    /// A line break.
    Break,
}

/// What changed in a document since a window last asked. Applied in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BlockPatch {
    /// The top-level block at `block.id` is this one; it is new where there was none.
    Put {
        /// The block.
        block: Block,
    },
    /// Text was appended to the code block with this id.
    Append {
        /// The block.
        id: u32,
        /// The text.
        text: String,
    },
    /// Only the first `length` top-level blocks are left.
    Truncate {
        /// How many.
        length: u32,
    },
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
