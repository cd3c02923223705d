//! Two versions word by word, and a paragraph of one in the other.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use similar::{Algorithm, ChangeTag, DiffTag, TextDiff, capture_diff_slices_deadline};

use crate::chat::{ChatId, MessageId, MessageState, OperationId, Role};
use crate::error::{ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::{Done, OperationKind};
use crate::reply::check_size;
use crate::store::message::{NewMessage, Settled, StoredMessage};
use crate::store::operation::Inverse;
use crate::store::{chat, message, operation};

/// How long the words of two versions are compared. What is left then counts as changed.
const PATIENCE: Duration = Duration::from_millis(500);

/// Where a version got a part of another: what `finish_reason` says then.
const EDITED: &str = "edited";

/// What two versions have in common, and what not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// In order.
    pub hunks: Vec<Hunk>,
}

/// A run of paragraphs, Markdown as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Hunk {
    /// The same in both.
    Same {
        /// The text.
        text: String,
    },
    /// Not the same.
    Changed {
        /// For `take_over`; from 0 among those that changed.
        number: u32,
        /// Word by word.
        pieces: Vec<Piece>,
    },
}

/// A run of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Piece {
    /// Where it stands.
    #[cfg_attr(test, ts(inline))]
    pub kind: PieceKind,
    /// The text.
    pub text: String,
}

/// In which of two versions something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum PieceKind {
    /// In both.
    Same,
    /// In the first only.
    Removed,
    /// In the second only.
    Added,
}

impl Parlour {
    /// What two messages of a chat have in common, and what not.
    ///
    /// # Errors
    /// `messageNotFound`, also where they are not of one chat; `storageFailed`.
    pub async fn compare_versions(&self, from: &MessageId, to: &MessageId) -> Result<Comparison> {
        let (one, other) = (from.clone(), to.clone());
        self.store
            .read(move |connection| of_one_chat(message::find(connection, &one)?, message::find(connection, &other)?))
            .await?;
        let (old, new) = (self.message_text(from).await?, self.message_text(to).await?);
        let compared = tokio::task::spawn_blocking(move || compare(&old, &new)).await;
        compared.map_err(|_| crate::error::Error::internal("a comparison failed"))
    }

    /// A new version of an answer, with one hunk (of their comparison) as it is in another version; it is shown, and an undo
    /// shows the one before. Nothing is asked for.
    ///
    /// # Errors
    /// `messageNotFound`, also for what is no answer, for one that runs, and where there is no such hunk;
    /// `messageTooLarge`, `chatNotFound`, `storageFailed`, `storageFull`.
    pub async fn take_over(self: &Arc<Self>, into: &MessageId, from: &MessageId, hunk: usize) -> Result<Done> {
        let (into, from, now, operation_id) = (into.clone(), from.clone(), self.now(), OperationId::new());
        let by = operation_id.clone();
        let chat_id = self.store.write(move |t| take_over(t, &into, &from, hunk, &by, now)).await?;
        self.live.all_changed(&chat_id);
        self.live.row_changed(&chat_id);
        Ok(Done { operation_id })
    }
}

fn of_one_chat(one: StoredMessage, other: StoredMessage) -> Result<(StoredMessage, StoredMessage)> {
    if one.chat == other.chat { Ok((one, other)) } else { Err(ErrorKind::MessageNotFound.into()) }
}

fn take_over(
    t: &Transaction<'_>,
    into: &MessageId,
    from: &MessageId,
    hunk: usize,
    by: &OperationId,
    now: i64,
) -> Result<ChatId> {
    let (into, from) = of_one_chat(message::find(t, into)?, message::find(t, from)?)?;
    let is_answer = |message: &StoredMessage| {
        message.role == Some(Role::Assistant) && message.state.is_some_and(MessageState::is_settled)
    };
    if !is_answer(&into) || !is_answer(&from) {
        return Err(ErrorKind::MessageNotFound.into());
    }
    let text =
        mixed(&message::text(t, &into.id)?, &message::text(t, &from.id)?, hunk).ok_or(ErrorKind::MessageNotFound)?;
    check_size(&text)?;
    let before = chat::find(t, &into.chat)?.head;
    let id = MessageId::new();
    message::insert(
        t,
        &NewMessage {
            id: &id,
            chat: &into.chat,
            parent: into.parent.as_ref(),
            role: Role::Assistant,
            // Until it has its text.
            state: MessageState::Queued,
            model: into.model.as_deref(),
            text: Some(&text),
            now,
        },
    )?;
    let end = Settled { finish_reason: Some(EDITED), ..Settled::without_text(MessageState::Complete, now) };
    message::settle(t, &into.chat, &id, &end)?;
    super::move_to(t, &into.chat, before.as_ref(), Some(&id))?;
    chat::touch(t, &into.chat, now)?;
    let inverse = Inverse::ShowEnd { chat: into.chat.clone(), head: before };
    operation::insert(t, by, OperationKind::TakeOver, &inverse, now)?;
    Ok(into.chat)
}

/// The paragraphs of a text, each with the empty lines after it.
fn paragraphs(text: &str) -> Vec<&str> {
    let (mut paragraphs, mut start, mut at, mut empty) = (Vec::new(), 0, 0, false);
    for line in text.split_inclusive('\n') {
        let is_empty = line.trim().is_empty();
        if empty && !is_empty && text.get(start..at).is_some_and(|so_far| !so_far.trim().is_empty()) {
            paragraphs.extend(text.get(start..at));
            start = at;
        }
        empty = is_empty;
        at += line.len();
    }
    paragraphs.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    paragraphs
}

/// Whether paragraphs are the same, and where they stand in both.
type Run = (bool, Range<usize>, Range<usize>);

/// Runs of paragraphs that are the same or not, in turn. Empty lines between them make no difference.
fn runs(old: &[&str], new: &[&str], deadline: Instant) -> Vec<Run> {
    let bare = |paragraphs: &[&str]| paragraphs.iter().map(|text| text.trim_end().to_owned()).collect::<Vec<_>>();
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &bare(old), &bare(new), Some(deadline));
    let mut runs: Vec<Run> = Vec::new();
    for op in ops {
        let same = op.tag() == DiffTag::Equal;
        let (in_old, in_new) = (op.old_range(), op.new_range());
        match runs.last_mut() {
            Some((last, old, new)) if *last == same => {
                old.end = in_old.end.max(old.end);
                new.end = in_new.end.max(new.end);
            }
            _ => runs.push((same, in_old, in_new)),
        }
    }
    runs
}

fn compare(old: &str, new: &str) -> Comparison {
    let deadline = Instant::now() + PATIENCE;
    let (old, new) = (paragraphs(old), paragraphs(new));
    let mut number = 0;
    let hunk = |(same, in_old, in_new): Run| {
        let (old, new) = (old[in_old].concat(), new[in_new].concat());
        if same {
            return Hunk::Same { text: new };
        }
        number += 1;
        Hunk::Changed { number: number - 1, pieces: pieces(&old, &new, deadline) }
    };
    Comparison { hunks: runs(&old, &new, deadline).into_iter().map(hunk).collect() }
}

fn pieces(old: &str, new: &str, deadline: Instant) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let diff = TextDiff::configure().deadline(deadline).diff_unicode_words(old, new);
    for change in diff.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => PieceKind::Same,
            ChangeTag::Delete => PieceKind::Removed,
            ChangeTag::Insert => PieceKind::Added,
        };
        match pieces.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(change.value()),
            _ => pieces.push(Piece { kind, text: change.value().to_owned() }),
        }
    }
    pieces
}

/// A text with one hunk as it is in another; `None` where there is no such hunk.
fn mixed(text: &str, other: &str, hunk: usize) -> Option<String> {
    let (old, new) = (paragraphs(text), paragraphs(other));
    let runs = runs(&old, &new, Instant::now() + PATIENCE);
    let (wanted, _) = runs.iter().enumerate().filter(|(_, (same, ..))| !same).nth(hunk)?;
    let mut mixed = String::new();
    for (at, (_, in_old, in_new)) in runs.into_iter().enumerate() {
        for paragraph in if at == wanted { &new[in_new] } else { &old[in_old] } {
            if !mixed.is_empty() && !mixed.ends_with("\n\n") {
                // The last one of a text has no empty line after it.
                mixed.truncate(mixed.trim_end().len());
                mixed.push_str("\n\n");
            }
            mixed.push_str(paragraph);
        }
    }
    mixed.truncate(mixed.trim_end().len());
    Some(mixed)
}
