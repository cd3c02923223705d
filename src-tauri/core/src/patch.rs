//! What windows pull: the answer to "what is new since revision N?", for one chat and for the app around it.
//! A window has one such call in flight, applies the answer in an animation frame and asks again.

use serde::{Deserialize, Serialize};

use crate::chat::{ChatHead, ChatId, ChatRow, Message, MessageId, MessageState, OperationId, SearchHit};
use crate::connection::Connection;
use crate::error::Error;
use crate::markdown::BlockPatch;
use crate::order::{Folder, Tag};
use crate::settings::Settings;

/// A point in the life of this process; grows with every change. 0 is "nothing yet" and answers with a snapshot.
pub type Revision = u64;

/// Everything that happened to a chat since the revision asked about, merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ChatPatch {
    /// Ask for what is new since this one next.
    #[cfg_attr(test, ts(type = "number"))]
    pub revision: Revision,
    /// Whether this is the whole state: what the window holds of the chat is dropped first.
    pub snapshot: bool,
    /// The head, where it changed.
    pub head: Option<ChatHead>,
    /// The path, where it changed.
    pub path: Option<PathPatch>,
    /// The messages that changed; in a snapshot the last ones of the path.
    pub messages: Vec<MessagePatch>,
}

/// A change of the path: the ids from `keep` on are replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PathPatch {
    /// How many ids from the start stay.
    pub keep: u32,
    /// The ids after them.
    pub ids: Vec<MessageId>,
    /// For each of `ids`, the bytes of its text: what a window guesses heights from before it has the message.
    pub sizes: Vec<u32>,
    /// Places on the path, from `keep` on, of what the person said, in order.
    pub questions: Vec<u32>,
}

/// A change of one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MessagePatch {
    /// The message is this one. Blocks that are the same as before keep their nodes.
    Put {
        /// The message.
        message: Box<Message>,
    },
    /// More of a streaming reply.
    Stream {
        /// The message.
        id: MessageId,
        /// Where it stands now.
        state: MessageState,
        /// What is new in its document.
        blocks: Vec<BlockPatch>,
    },
    /// A reply that streamed into the window has ended.
    Settle {
        /// What it is now, without its document.
        message: Box<Message>,
        /// What brings the document that the window has to its end.
        blocks: Vec<BlockPatch>,
    },
}

/// Everything that happened around the chats since the revision asked about, merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OverviewPatch {
    /// Ask for what is new since this one next.
    #[cfg_attr(test, ts(type = "number"))]
    pub revision: Revision,
    /// Whether this is the whole state.
    pub snapshot: bool,
    /// Rows that are new or changed; in a snapshot all that are pinned and then the newest, newest first.
    pub chats: Vec<ChatRow>,
    /// Chats that are gone from the list.
    pub removed: Vec<ChatId>,
    /// The settings, where they changed.
    pub settings: Option<Settings>,
    /// The connection, where it changed.
    pub connection: Option<Connection>,
    /// The notices that stand, where they changed.
    pub notices: Option<Vec<Notice>>,
    /// All folders, where they changed.
    pub folders: Option<Vec<Folder>>,
    /// All tags that a chat has, where they changed.
    pub tags: Option<Vec<Tag>>,
    /// In a snapshot: how many rows are still to be asked for.
    pub rest: u32,
}

/// Something that the person is told outside any message, until it is dismissed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// For `dismiss_notice`.
    pub id: u32,
    /// What it says.
    #[serde(flatten)]
    pub content: NoticeContent,
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum NoticeContent {
    /// The settings file was broken; it lies at `path` now, and the backup or the defaults are in use.
    SettingsSetAside {
        /// Where the broken file is.
        path: String,
        /// Whether a backup of the settings took its place.
        from_backup: bool,
    },
    /// The key is in memory only, since the keychain does not take it.
    KeyInMemory,
    /// The Base URL's origin changed: the saved key belongs to `origin` and is not sent to the new one.
    KeyDetached {
        /// Where the key belongs.
        origin: String,
    },
    /// No backup could be taken. The next try is made by itself.
    BackupFailed {
        /// Why, with the path.
        error: Error,
    },
    /// The database was damaged. What could be read of it is in a new one.
    Repaired {
        /// Where the damaged files are kept.
        kept: String,
        /// Messages that there are now.
        found: u32,
        /// Messages of them that could not be read, and came back from the newest backup.
        from_backup: u32,
        /// Chats in which something is missing or not what it was.
        chats: u32,
        /// Messages of them that are missing or not what they were.
        messages: u32,
    },
    /// The last run ended badly, and its log (or the whole database) is gone: what was said last may be gone with it.
    LogMissing,
    /// The disk is nearly full.
    LowDisk {
        /// Bytes that are free.
        #[cfg_attr(test, ts(type = "number"))]
        free: u64,
    },
    /// Something failed that belongs to no message.
    Failure {
        /// What.
        error: Error,
    },
}

/// What a window needs to show its first picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Start {
    /// The app around the chats.
    pub overview: OverviewPatch,
    /// The chat that was open last, or the one this window was made for, or an empty one.
    pub chat: ChatPatch,
    /// What the person had typed there.
    pub draft: String,
    /// Version of the app.
    pub version: String,
}

/// A chat as it is opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OpenedChat {
    /// A snapshot.
    pub chat: ChatPatch,
    /// What the person had typed there.
    pub draft: String,
}

/// A message that is stored: the acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    /// The stored user message.
    pub message_id: MessageId,
    /// The reply row: queued, or already on its way.
    pub reply_id: MessageId,
}

/// Something that was done, with its Undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// For `undo`.
    pub operation_id: OperationId,
}

/// A chat that was brought back from a backup, or out of memory, as a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RestoredChat {
    /// The new chat.
    pub chat: ChatId,
    /// For `undo`.
    pub operation_id: OperationId,
}

/// What was done to chats and can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum OperationKind {
    /// A chat went into the trash.
    DeleteChat,
    /// A message left its chat.
    DeleteMessage,
    /// A queued message was taken back.
    CancelMessage,
    /// A chat got another title.
    RenameChat,
    /// A message got a new version.
    EditMessage,
    /// A chat was brought back from a backup.
    RestoreChat,
    /// A persona was deleted.
    DeletePersona,
    /// A prompt was deleted.
    DeletePrompt,
    /// A chat took over a persona's values.
    SetPersona,
    /// A file was read into the library.
    ImportLibrary,
    /// A folder was made.
    CreateFolder,
    /// A folder got another name.
    RenameFolder,
    /// A folder was deleted.
    DeleteFolder,
    /// A folder got other defaults for its chats.
    SetFolderOptions,
    /// Chats went into a folder, or out of one.
    MoveChats,
    /// Chats were pinned, or no longer.
    PinChats,
    /// Chats went into the archive, or out of it.
    ArchiveChats,
    /// Chats went into the trash together.
    DeleteChats,
    /// A chat was taken out of the trash.
    TakeFromTrash,
    /// Chats got a tag, or lost it.
    TagChats,
    /// A tag got another name.
    RenameTag,
    /// A tag was deleted.
    DeleteTag,
    /// A temporary chat became an ordinary one.
    KeepChat,
    /// A chat got other options.
    ChangeOptions,
    /// An operation was taken back.
    Undo,
    /// Another branch of a chat was shown.
    ShowVersion,
    /// A branch got another name.
    NameBranch,
    /// A part of one version was put into another.
    TakeOver,
    /// A chat was made of the path of another.
    ForkChat,
    /// A message left its chat with all that followed it.
    DeleteRest,
}

/// An operation that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Undone {
    /// What it was.
    pub kind: OperationKind,
    /// Where; `None` where that is in no chat.
    pub chat: Option<ChatId>,
}

/// A chat in the trash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TrashedChat {
    /// Its id.
    pub id: ChatId,
    /// Its title.
    pub title: String,
    /// Messages in it, all versions counted.
    pub message_count: u32,
    /// The deletion, for `undo`.
    pub operation_id: OperationId,
    /// When it was deleted, in Unix milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub deleted_at: i64,
    /// When it goes for good, in Unix milliseconds; later where the app is not used for a long time.
    #[cfg_attr(test, ts(type = "number"))]
    pub goes_at: i64,
}

/// A message in which something was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The message.
    pub id: MessageId,
    /// How often, without overlaps.
    pub count: u32,
}

/// Something that a search looks for: tokens as the search splits and folds texts. The window marks it by the same rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchTerm {
    /// Tokens that follow each other.
    pub pieces: Vec<String>,
    /// An identifier of several pieces, whole: it is found written in one word too.
    pub whole: Option<String>,
    /// Whether the last token is only the beginning of one.
    pub prefix: bool,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchResult {
    /// Those of a chat together, the title first; the chat with the newest first.
    pub hits: Vec<SearchHit>,
    /// Whether there are more than these.
    pub more: bool,
    /// Best first: how many of the newest matches were ranked, where there are more than these; else `None`.
    pub ranked: Option<u32>,
    /// What is to be marked in a message that was found.
    pub terms: Vec<SearchTerm>,
    /// How much of an old archive can be searched so far, 0 to 1; `None` where all of it can.
    pub indexed: Option<f32>,
}
