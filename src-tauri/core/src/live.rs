//! What windows pull from: which things changed at which revision, and the documents of running replies.
//!
//! It holds no log of changes. Each thing carries the revision of its last change, and the answer to "since N" is put
//! together when it is asked for, so that nothing is lost or comes twice, and a slow window gets fewer, larger patches.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use tokio::sync::watch;

use crate::chat::{ChatId, MessageId, MessageState, Wait};
use crate::markdown::{Block, BlockPatch, DocumentStream};
use crate::order::change::Seen;
use crate::patch::{Notice, NoticeContent, Revision};
use crate::store::lock;

/// A chat whose changes are followed.
#[derive(Default)]
struct LiveChat {
    /// Last change of anything in it.
    revision: Revision,
    /// Windows that know less than this get a snapshot.
    floor: Revision,
    /// Last change of the head.
    head: Revision,
    /// Changes of the path: the first id of it that changed.
    path: Vec<(Revision, MessageId)>,
    /// Messages that changed as a whole.
    messages: HashMap<MessageId, Revision>,
    replies: HashMap<MessageId, LiveReply>,
    deleted: bool,
}

impl LiveChat {
    fn running(&mut self, now: Revision, wanted: impl Fn(&MessageId) -> bool) -> HashMap<MessageId, Running> {
        let wanted = self.replies.iter_mut().filter(|(id, _)| wanted(id));
        wanted
            .map(|(id, reply)| {
                let document = reply.document.blocks(now);
                (id.clone(), Running { state: reply.state, wait: reply.wait.clone(), document })
            })
            .collect()
    }
}

/// A running reply.
struct LiveReply {
    state: MessageState,
    wait: Option<Wait>,
    document: DocumentStream,
    /// Last change of its state or text.
    revision: Revision,
}

/// The reply that ended last. Its document is kept until a window has seen the end of it: those that saw it grow need only
/// what is new, not all of a long answer once more.
struct Ended {
    chat: ChatId,
    id: MessageId,
    document: DocumentStream,
    /// When windows last got all of it.
    put: Revision,
    at: Revision,
}

#[derive(Default)]
struct Around {
    chats: HashMap<ChatId, Revision>,
    settings: Revision,
    connection: Revision,
    folders: Revision,
    tags: Revision,
    notices_changed: Revision,
    notices: Vec<Notice>,
    last_notice: u32,
}

#[derive(Default)]
struct State {
    revision: Revision,
    chats: HashMap<ChatId, LiveChat>,
    ended: Option<Ended>,
    around: Around,
    /// Last change of something that the heads of all chats may show.
    heads: Revision,
}

impl State {
    /// A chat of which something changes now.
    fn chat(&mut self, chat: &ChatId, now: Revision) -> &mut LiveChat {
        let live = self.chats.entry(chat.clone()).or_insert_with(|| LiveChat { floor: now, ..LiveChat::default() });
        live.revision = now;
        live
    }
}

/// The state that windows follow.
pub(crate) struct Live {
    state: Mutex<State>,
    changed: watch::Sender<Revision>,
}

/// What of a chat changed since a revision.
pub(crate) enum ChatChanges {
    /// Nothing yet.
    None,
    /// The chat is gone.
    Deleted,
    /// Everything must be shown anew.
    All { running: HashMap<MessageId, Running> },
    /// These things.
    Some(ChatChange),
}

/// Things of a chat that changed.
#[derive(Default)]
pub(crate) struct ChatChange {
    pub head: bool,
    /// The first ids that changed.
    pub path_from: Vec<MessageId>,
    pub messages: Vec<MessageId>,
    pub streams: Vec<(MessageId, MessageState, Vec<BlockPatch>)>,
    /// Those of `messages` that run.
    pub running: HashMap<MessageId, Running>,
    /// The one of `messages` that has just ended.
    pub ended: Option<Settled>,
}

/// A reply that the window saw grow and that has ended.
pub(crate) struct Settled {
    pub id: MessageId,
    pub text: String,
    /// What brings the window's document to that of the text.
    pub blocks: Vec<BlockPatch>,
}

/// A running reply as it is at the revision of the answer. Read under the same lock: the next answer appends to it.
pub(crate) struct Running {
    pub state: MessageState,
    pub wait: Option<Wait>,
    pub document: Vec<Block>,
}

/// What around the chats changed since a revision.
pub(crate) struct AroundChanges {
    pub chats: Vec<ChatId>,
    pub settings: bool,
    pub connection: bool,
    pub notices: bool,
    pub folders: bool,
    pub tags: bool,
}

impl Live {
    pub(crate) fn new() -> Self {
        // 0 is "nothing yet" for windows, so life starts at 1.
        let state = State { revision: 1, ..State::default() };
        Self { state: Mutex::new(state), changed: watch::Sender::new(1) }
    }

    /// The current revision, and a receiver that wakes on each later one.
    pub(crate) fn follow(&self) -> watch::Receiver<Revision> {
        self.changed.subscribe()
    }

    pub(crate) fn revision(&self) -> Revision {
        lock(&self.state).revision
    }

    fn change<T>(&self, change: impl FnOnce(&mut State, Revision) -> T) -> T {
        let mut state = lock(&self.state);
        state.revision += 1;
        let now = state.revision;
        let value = change(&mut state, now);
        drop(state);
        self.changed.send_replace(now);
        value
    }

    fn change_chat(&self, chat: &ChatId, change: impl FnOnce(&mut LiveChat, Revision)) {
        self.change(|state, now| change(state.chat(chat, now), now));
    }

    /// Title, options or tokens changed.
    pub(crate) fn head_changed(&self, chat: &ChatId) {
        self.change_chat(chat, |live, now| live.head = now);
    }

    /// The path changed from this message on; the head (its count) with it. The messages from there are new to windows.
    pub(crate) fn path_changed(&self, chat: &ChatId, ids: &[MessageId]) {
        self.change_chat(chat, |live, now| {
            live.head = now;
            live.messages.extend(ids.iter().map(|id| (id.clone(), now)));
            if let Some(first) = ids.first() {
                live.path.push((now, first.clone()));
            }
            if live.path.len() > 64 {
                // A window that far behind gets a snapshot.
                live.floor = live.path.drain(..32).next_back().map_or(live.floor, |(revision, _)| revision);
            }
        });
    }

    /// Messages changed as a whole.
    pub(crate) fn messages_changed(&self, chat: &ChatId, ids: impl IntoIterator<Item = MessageId>) {
        self.change_chat(chat, |live, now| {
            for id in ids {
                live.messages.insert(id, now);
            }
            if live.messages.len() > 512 {
                live.floor = now;
                live.messages.retain(|_, revision| *revision == now);
            }
        });
    }

    /// Windows that show the chat get everything anew.
    pub(crate) fn all_changed(&self, chat: &ChatId) {
        self.change_chat(chat, |live, now| {
            live.floor = now;
            live.path.clear();
            live.messages.clear();
        });
    }

    /// The chat was deleted, or came back.
    pub(crate) fn set_deleted(&self, chat: &ChatId, deleted: bool) {
        let chats = vec![chat.clone()];
        let seen =
            if deleted { Seen { gone: chats, ..Seen::default() } } else { Seen { back: chats, ..Seen::default() } };
        self.arranged(&seen);
    }

    /// The order of chats changed. One step, however many they are.
    pub(crate) fn arranged(&self, seen: &Seen) {
        self.change(|state, now| {
            for (chats, deleted) in [(&seen.gone, true), (&seen.back, false)] {
                for chat in chats {
                    let live = state.chat(chat, now);
                    live.deleted = deleted;
                    live.floor = now;
                }
            }
            let rows = seen.rows.iter().chain(&seen.gone).chain(&seen.back);
            state.around.chats.extend(rows.map(|chat| (chat.clone(), now)));
            if seen.folders {
                state.around.folders = now;
            }
            // A tag is in the list as long as a chat has it that is not deleted.
            if seen.tags || !seen.gone.is_empty() || !seen.back.is_empty() {
                state.around.tags = now;
            }
            if seen.heads {
                state.heads = now;
            }
        });
    }

    /// Another database took the place of the one there was: every chat of either is shown anew or gone.
    pub(crate) fn replaced(&self, before: &[ChatId], after: &[ChatId]) {
        let there: HashSet<&ChatId> = after.iter().collect();
        self.change(|state, now| {
            for chat in before.iter().chain(after) {
                state.around.chats.insert(chat.clone(), now);
                // With an entry of its own: a window may wait for a chat in which nothing had changed so far.
                state.chat(chat, now);
            }
            for (chat, live) in &mut state.chats {
                *live = LiveChat { revision: now, floor: now, deleted: !there.contains(chat), ..LiveChat::default() };
            }
            state.ended = None;
            state.around.connection = now;
            state.around.folders = now;
            state.around.tags = now;
        });
    }

    /// A reply starts to run, with the text it has already (Continue).
    pub(crate) fn begin(&self, chat: &ChatId, id: &MessageId, state: MessageState, text: String) {
        self.change_chat(chat, |live, now| {
            live.messages.insert(id.clone(), now);
            let document = DocumentStream::new(text);
            live.replies.insert(id.clone(), LiveReply { state, wait: None, document, revision: now });
        });
    }

    /// A running reply changes its state.
    pub(crate) fn set_state(&self, chat: &ChatId, id: &MessageId, state: MessageState, wait: Option<Wait>) {
        self.change_chat(chat, |live, now| {
            if let Some(reply) = live.replies.get_mut(id) {
                // A pause comes and goes with the whole message; the step to streaming travels with the text.
                if reply.wait != wait {
                    live.messages.insert(id.clone(), now);
                }
                reply.state = state;
                reply.wait = wait;
                reply.revision = now;
            }
        });
    }

    /// Text arrived.
    pub(crate) fn push(&self, chat: &ChatId, id: &MessageId, text: &str) {
        self.change_chat(chat, |live, now| {
            if let Some(reply) = live.replies.get_mut(id) {
                reply.document.push(text);
                reply.revision = now;
            }
        });
    }

    /// A reply has settled in the store.
    pub(crate) fn end(&self, chat: &ChatId, id: &MessageId) {
        self.change(|state, now| {
            let live = state.chat(chat, now);
            live.head = now;
            let put = live.messages.insert(id.clone(), now).unwrap_or(live.floor);
            if let Some(mut reply) = live.replies.remove(id) {
                reply.document.finish();
                let (chat, id, document) = (chat.clone(), id.clone(), reply.document);
                state.ended = Some(Ended { chat, id, document, put, at: now });
            }
        });
    }

    /// The text of a running reply.
    pub(crate) fn text(&self, chat: &ChatId, id: &MessageId) -> Option<String> {
        let state = lock(&self.state);
        Some(state.chats.get(chat)?.replies.get(id)?.document.text().to_owned())
    }

    /// Those of the messages that are running replies, as they are now.
    pub(crate) fn running(&self, chat: &ChatId, ids: &[MessageId]) -> HashMap<MessageId, Running> {
        let mut state = lock(&self.state);
        let now = state.revision;
        state.chats.get_mut(chat).map(|live| live.running(now, |id| ids.contains(id))).unwrap_or_default()
    }

    /// What changed in a chat after `since`, and the revision that the answer belongs to.
    pub(crate) fn chat_changes(&self, chat: &ChatId, since: Revision) -> (Revision, ChatChanges) {
        let mut state = lock(&self.state);
        let now = state.revision;
        let State { chats, ended, heads, .. } = &mut *state;
        let Some(live) = chats.get_mut(chat) else {
            let changes = match since {
                0 => ChatChanges::All { running: HashMap::new() },
                since if since < *heads => ChatChanges::Some(ChatChange { head: true, ..ChatChange::default() }),
                _ => ChatChanges::None,
            };
            return (now, changes);
        };
        let changes = if live.deleted {
            ChatChanges::Deleted
        } else if since < live.floor {
            ChatChanges::All { running: live.running(now, |_| true) }
        } else if live.revision.max(*heads) <= since {
            ChatChanges::None
        } else {
            let path_from =
                live.path.iter().filter(|(revision, _)| *revision > since).map(|(_, id)| id.clone()).collect();
            let messages: Vec<MessageId> =
                live.messages.iter().filter(|(_, revision)| **revision > since).map(|(id, _)| id.clone()).collect();
            let mut streams = Vec::new();
            for (id, reply) in &mut live.replies {
                if reply.revision > since && !messages.contains(id) {
                    streams.push((id.clone(), reply.state, reply.document.changes(since, now)));
                }
            }
            let running = live.running(now, |id| messages.contains(id));
            let seen = |reply: &&mut Ended| {
                reply.chat == *chat && (reply.put..reply.at).contains(&since) && !running.contains_key(&reply.id)
            };
            let ended = ended.as_mut().filter(seen).map(|reply| {
                let blocks = reply.document.changes(since, now);
                Settled { id: reply.id.clone(), text: reply.document.text().to_owned(), blocks }
            });
            let head = live.head.max(*heads) > since;
            ChatChanges::Some(ChatChange { head, path_from, messages, streams, running, ended })
        };
        if ended.as_ref().is_some_and(|reply| reply.chat == *chat && since >= reply.at) {
            *ended = None;
        }
        (now, changes)
    }

    /// The row of a chat in the list changed.
    pub(crate) fn row_changed(&self, chat: &ChatId) {
        self.change(|state, now| state.around.chats.insert(chat.clone(), now));
    }

    pub(crate) fn settings_changed(&self) {
        self.change(|state, now| state.around.settings = now);
    }

    pub(crate) fn connection_changed(&self) {
        self.change(|state, now| state.around.connection = now);
    }

    /// Tells the person something until it is dismissed; the same thing only once.
    pub(crate) fn notify(&self, content: NoticeContent) {
        self.change(|state, now| {
            if state.around.notices.iter().any(|notice| notice.content == content) {
                return;
            }
            state.around.last_notice += 1;
            state.around.notices.push(Notice { id: state.around.last_notice, content });
            state.around.notices_changed = now;
        });
    }

    /// Takes away the notices for which `gone` holds.
    pub(crate) fn withdraw(&self, gone: impl Fn(&Notice) -> bool) {
        self.change(|state, now| {
            let before = state.around.notices.len();
            state.around.notices.retain(|notice| !gone(notice));
            if state.around.notices.len() != before {
                state.around.notices_changed = now;
            }
        });
    }

    /// The notices that stand.
    pub(crate) fn notices(&self) -> Vec<Notice> {
        lock(&self.state).around.notices.clone()
    }

    /// What changed around the chats after `since`, and the revision that the answer belongs to; `None` where nothing did.
    pub(crate) fn around_changes(&self, since: Revision) -> Option<(Revision, AroundChanges)> {
        let state = lock(&self.state);
        let around = &state.around;
        let changes = AroundChanges {
            chats: around.chats.iter().filter(|(_, revision)| **revision > since).map(|(id, _)| id.clone()).collect(),
            settings: around.settings > since,
            connection: around.connection > since,
            notices: around.notices_changed > since,
            folders: around.folders > since,
            tags: around.tags > since,
        };
        let AroundChanges { chats, settings, connection, notices, folders, tags } = &changes;
        let something = !chats.is_empty() || *settings || *connection || *notices || *folders || *tags;
        something.then_some((state.revision, changes))
    }
}
