//! Finding text in one chat, as its messages are read: an answer's Markdown is matched as it is shown, not as it is written.
//! A plain scan in slices, so that other questions to the database are not kept waiting behind it.

use crate::chat::{ChatId, MessageId, Role};
use crate::error::Result;
use crate::markdown::{self, Block, BlockContent, Inline, Token};
use crate::parlour::Parlour;
use crate::patch::Found;
use crate::store::{self, blocking};

/// Messages that are read at once.
const SLICE: usize = 250;

/// A longer query finds nothing; nobody types one.
const LONGEST_QUERY: usize = 1_000;

impl Parlour {
    /// The messages of the path that contain the text, in order, and how often; upper and lower case are the same, and so
    /// are all kinds of space. The text that a running reply has so far counts.
    ///
    /// # Errors
    /// `chatNotFound`, `storageFailed`.
    pub async fn find_in_chat(&self, chat: &ChatId, query: String) -> Result<Vec<Found>> {
        let query = fold(&query);
        if query.is_empty() || query.chars().count() > LONGEST_QUERY {
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

fn matching(query: &str, texts: Vec<(MessageId, Option<Role>, String)>) -> Vec<Found> {
    let words: Vec<String> = query.split(|c: char| !c.is_alphanumeric()).map(ToOwned::to_owned).collect();
    let mut found = Vec::new();
    for (id, role, text) in texts {
        let count = match role {
            Some(Role::Assistant) if !may_show(&words, &text) => 0,
            Some(Role::Assistant) => occurrences(query, &fold_shown(&markdown::parse(&text))),
            _ => occurrences(query, &fold(&text)),
        };
        if count > 0 {
            found.push(Found { id, count: u32::try_from(count).unwrap_or(u32::MAX) });
        }
    }
    found
}

fn occurrences(query: &str, text: &str) -> usize {
    text.matches(query).count()
}

/// Whether Markdown may show all the words: where it cannot, it need not be parsed. What stands within words in the source
/// and not on screen are the signs of emphasis and code, escapes, links and entities.
fn may_show(words: &[String], source: &str) -> bool {
    let folded = fold(source);
    let all_in = |text: &str| words.iter().all(|word| text.contains(word.as_str()));
    let sign = |c: char| matches!(c, '*' | '_' | '~' | '`' | '\\');
    all_in(&folded)
        || folded.contains("](")
        || folded.contains("][")
        || has_entity(&folded)
        || (folded.contains(sign) && all_in(&folded.replace(sign, "")))
}

/// Whether there is something like `&eacute;`.
fn has_entity(text: &str) -> bool {
    text.split('&').skip(1).any(|rest| {
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
        name.len() < rest.len() && name.starts_with(';')
    })
}

/// Letters without case, spaces without kind. The window folds what it marks by the same rule.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_onto(&mut folded, text);
    folded
}

fn fold_onto(folded: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            // At the end of a word it is the same letter.
            'ς' => folded.push('σ'),
            letter if letter.is_ascii_uppercase() => folded.push(letter.to_ascii_lowercase()),
            letter if letter.is_whitespace() => folded.push(' '),
            letter if letter.is_ascii() => folded.push(letter),
            letter => folded.extend(letter.to_lowercase().map(|lower| if lower == 'ς' { 'σ' } else { lower })),
        }
    }
}

/// The folded text of a document as it is shown, with a line break (which no folded query has) between its blocks.
fn fold_shown(blocks: &[Block]) -> String {
    let mut text = String::new();
    add_blocks(&mut text, blocks);
    text
}

fn add_blocks(text: &mut String, blocks: &[Block]) {
    for block in blocks {
        match &block.content {
            BlockContent::Paragraph { inlines } | BlockContent::Heading { inlines, .. } => add_inlines(text, inlines),
            BlockContent::Code { tokens, .. } | BlockContent::Html { tokens } => {
                tokens.iter().for_each(|Token(_, piece)| fold_onto(text, piece));
            }
            BlockContent::Quote { blocks, .. }
            | BlockContent::List { blocks, .. }
            | BlockContent::Item { blocks, .. }
            | BlockContent::Table { blocks, .. }
            | BlockContent::Footnote { blocks, .. } => add_blocks(text, blocks),
            BlockContent::Row { cells } => {
                for cell in cells {
                    add_inlines(text, cell);
                    text.push('\n');
                }
            }
            // A formula shows signs, not the letters of its source.
            BlockContent::Math { .. } | BlockContent::Rule => {}
        }
        text.push('\n');
    }
}

fn add_inlines(text: &mut String, inlines: &[Inline]) {
    for inline in inlines {
        match inline {
            Inline::Text { text: own } | Inline::Code { text: own } | Inline::Image { text: own, .. } => {
                fold_onto(text, own);
            }
            Inline::Emphasis { inlines }
            | Inline::Strong { inlines }
            | Inline::Strike { inlines }
            | Inline::Link { inlines, .. } => add_inlines(text, inlines),
            Inline::Break => text.push('\n'),
            Inline::Math { .. } | Inline::FootnoteRef { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_all_scripts_match_in_either_case() {
        let table = [("STRASSE", "strasse"), ("ÉTÉ", "été"), ("ΟΔΟΣ ὁδός", "οδοσ ὁδόσ"), ("Я\u{a0}ТУТ\n", "я тут ")];
        for (text, folded) in table {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn an_answer_is_passed_by_only_where_it_cannot_show_the_words() {
        let words = |query: &str| query.split(' ').map(ToOwned::to_owned).collect::<Vec<_>>();
        let table = [
            ("bold text", "some **bold** text", true),
            ("unbelievable", "**un**believable", true),
            ("unbelievable", "[un](https://a.example)believable", true),
            ("été", "&eacute;t&eacute;", true),
            ("zebra", "no such *animal* here", false),
            ("zebra", "nothing at all", false),
        ];
        for (query, source, expected) in table {
            assert_eq!(may_show(&words(query), source), expected, "{query:?} in {source:?}");
        }
    }
}
