//! Finding text in one chat, as its messages are read: an answer's Markdown is matched as it is shown, not as it is written.
//! A plain scan in slices, so that other questions to the database are not kept waiting behind it.

pub(crate) mod matching;

use crate::chat::{ChatId, MessageId, Role};
use crate::error::Result;
use crate::markdown::{self, Block, BlockContent, Inline, Token};
use crate::parlour::Parlour;
use crate::patch::Found;
use crate::search::tokens::fold;
use crate::store::{self, blocking};

use matching::Wanted;

/// Messages that are read at once.
const SLICE: usize = 250;

/// A longer query finds nothing; nobody types one.
const LONGEST_QUERY: usize = 1_000;

impl Parlour {
    /// The messages of the path that contain the text, as it was typed or as words of the search, in order, and how often. The
    /// text that a running reply has so far counts.
    ///
    /// # Errors
    /// `chatNotFound`, `storageFailed`.
    pub async fn find_in_chat(&self, chat: &ChatId, query: String) -> Result<Vec<Found>> {
        if query.chars().count() > LONGEST_QUERY {
            return Ok(Vec::new());
        }
        let query = Wanted::of(&query);
        if query.is_nothing() {
            return Ok(Vec::new());
        }
        let (wanted, store) = (chat.clone(), self.store_of(chat).await?);
        let path = store
            .read(move |connection| {
                let stored = store::chat::find(connection, &wanted)?;
                Ok(store::message::places(connection, &wanted, stored.head.as_ref())?.places)
            })
            .await?;
        let mut found = Vec::new();
        for slice in path.chunks(SLICE) {
            let slice = slice.to_vec();
            let texts: Vec<(MessageId, Option<Role>, String)> = store
                .read(move |connection| {
                    slice
                        .into_iter()
                        .map(|place| {
                            let text = store::message::text(connection, &place.id)?;
                            Ok((place.id, place.role, text))
                        })
                        .collect()
                })
                .await?;
            let texts: Vec<_> = texts
                .into_iter()
                .map(|(id, role, text)| {
                    let text = self.live.text(chat, &id).unwrap_or(text);
                    (id, role, text)
                })
                .collect();
            let query = query.clone();
            found.extend(blocking(move || Ok(matching(&query, texts))).await?);
        }
        Ok(found)
    }
}

fn matching(query: &Wanted, texts: Vec<(MessageId, Option<Role>, String)>) -> Vec<Found> {
    let mut found = Vec::new();
    for (id, role, text) in texts {
        if !may_show(query, &text, role == Some(Role::Assistant)) {
            continue;
        }
        let count = match role {
            Some(Role::Assistant) => shown(&markdown::parse(&text)).iter().map(|text| query.places(text).len()).sum(),
            _ => query.places(&text).len(),
        };
        if count > 0 {
            found.push(Found { id, count: u32::try_from(count).unwrap_or(u32::MAX) });
        }
    }
    found
}

/// Whether Markdown may show all the words: where it cannot, it need not be parsed. What stands within words in the source
/// and not on screen are the signs of emphasis and code, escapes, links and entities.
fn may_show(query: &Wanted, source: &str, is_markdown: bool) -> bool {
    let folded = if source.is_ascii() { source.to_ascii_lowercase() } else { fold(source) };
    let sign = |c: char| matches!(c, '*' | '_' | '~' | '`' | '\\');
    query.is_in_parts_of(&folded)
        || (is_markdown && (folded.contains("](") || folded.contains("][") || has_entity(&folded)))
        // A name is found without its `_` too.
        || (folded.contains(sign) && query.is_in_parts_of(&folded.replace(sign, "")))
}

/// Whether there is something like `&eacute;`.
fn has_entity(text: &str) -> bool {
    text.split('&').skip(1).any(|rest| {
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
        name.len() < rest.len() && name.starts_with(';')
    })
}

/// The texts of a document as it is shown, one for each stretch between two ends of blocks.
fn shown(blocks: &[Block]) -> Vec<String> {
    let mut texts = vec![String::new()];
    add_blocks(&mut texts, blocks);
    texts
}

fn add(texts: &mut [String], own: &str) {
    if let Some(last) = texts.last_mut() {
        last.push_str(own);
    }
}

/// What follows stands by itself.
fn end(texts: &mut Vec<String>) {
    if texts.last().is_some_and(|last| !last.is_empty()) {
        texts.push(String::new());
    }
}

fn add_blocks(texts: &mut Vec<String>, blocks: &[Block]) {
    for block in blocks {
        match &block.content {
            BlockContent::Paragraph { inlines } | BlockContent::Heading { inlines, .. } => add_inlines(texts, inlines),
            BlockContent::Code { tokens, .. } | BlockContent::Html { tokens } => {
                tokens.iter().for_each(|Token(_, piece)| add(texts, piece));
            }
            BlockContent::Quote { blocks, .. }
            | BlockContent::List { blocks, .. }
            | BlockContent::Item { blocks, .. }
            | BlockContent::Table { blocks, .. }
            | BlockContent::Footnote { blocks, .. } => add_blocks(texts, blocks),
            BlockContent::Row { cells } => {
                for cell in cells {
                    add_inlines(texts, cell);
                    end(texts);
                }
            }
            // A formula shows signs, not the letters of its source.
            BlockContent::Math { .. } | BlockContent::Rule => {}
        }
        end(texts);
    }
}

fn add_inlines(texts: &mut Vec<String>, inlines: &[Inline]) {
    for inline in inlines {
        match inline {
            Inline::Text { text: own } | Inline::Code { text: own } | Inline::Image { text: own, .. } => {
                add(texts, own);
            }
            Inline::Emphasis { inlines }
            | Inline::Strong { inlines }
            | Inline::Strike { inlines }
            | Inline::Link { inlines, .. } => add_inlines(texts, inlines),
            Inline::Break => end(texts),
            Inline::Math { .. } | Inline::FootnoteRef { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_passed_by_only_where_it_cannot_show_the_words() {
        let table = [
            ("bold text", "some **bold** text", true),
            ("unbelievable", "**un**believable", true),
            ("unbelievable", "[un](https://a.example)believable", true),
            ("été", "&eacute;t&eacute;", true),
            ("ete", "un été", true),
            ("username", "the user_name", true),
            ("zebra", "no such *animal* here", false),
            ("zebra", "nothing at all", false),
        ];
        for (query, source, expected) in table {
            assert_eq!(may_show(&Wanted::of(query), source, true), expected, "{query:?} in {source:?}");
        }
    }
}
