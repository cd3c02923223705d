//! A life that goes on until it is ended: anything a person does, in any order, with backups, returns of them and the trash.

use parlour_core::backup::{Backup, BackupReason};
use parlour_core::chat::ChatId;

use crate::chance::Chance;
use crate::event::{Event, Fact, Value};
use crate::scenario::Player;

/// What a life begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Whatever comes.
    Anything,
    /// A backup.
    Backup,
    /// The return of a backup.
    Restore,
}

impl Wish {
    /// Its name for another process.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Anything => "anything",
            Self::Backup => "backup",
            Self::Restore => "restore",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::Anything, Self::Backup, Self::Restore].into_iter().find(|wish| wish.word() == word)
    }
}

impl Player {
    /// Anything, for as long as one lives.
    pub async fn forever(&mut self, wish: Wish, chance: &mut Chance) {
        let mut chats = self.chats().await;
        let mut act = match wish {
            Wish::Anything => chance.below(16),
            Wish::Backup => 0,
            Wish::Restore => 2,
        };
        loop {
            if chats.is_empty() || chance.below(6) == 0 {
                chats.push(self.new_chat().await);
            }
            let Some(chat) = chance.pick(&chats).cloned() else { continue };
            match act {
                0 | 1 => self.back_up_while_it_answers(&chat).await,
                2 => {
                    self.restore_while_it_answers(&chat, chance).await;
                    chats = self.chats().await;
                }
                3 => chats.extend(self.restore_chat(chance).await),
                4 => {
                    chats.retain(|other| *other != chat);
                    chats.extend(self.use_the_trash(&chat, chance).await);
                }
                _ => self.anything(&chat, chance).await,
            }
            act = chance.below(16);
        }
    }

    async fn chats(&self) -> Vec<ChatId> {
        let overview = self.read("overview", |parlour| async move { parlour.overview().await }).await;
        overview.chats.into_iter().map(|row| row.id).collect()
    }

    async fn backups(&self) -> Vec<Backup> {
        self.read("backups", |parlour| async move { parlour.backups().await }).await
    }

    /// Takes a backup.
    pub(crate) async fn back_up(&self) -> Backup {
        let taken = self.call("take_backup", |parlour| async move { parlour.take_backup(BackupReason::Manual).await });
        let taken = taken.await;
        self.tell(Event::BackedUp(taken.id.clone()));
        taken
    }

    /// Takes a backup in the middle of an answer.
    async fn back_up_while_it_answers(&mut self, chat: &ChatId) {
        let (sent, text) = self.ask(chat).await;
        self.until(chat, &sent.reply_id, |message, bytes| bytes > 0 || message.state.is_settled()).await;
        self.back_up().await;
        self.answered(chat, &sent.reply_id, &text).await;
    }

    /// Brings some backup back in the middle of an answer, which ends by that.
    async fn restore_while_it_answers(&mut self, chat: &ChatId, chance: &mut Chance) {
        if self.backups().await.is_empty() {
            self.back_up().await;
        }
        let (sent, _) = self.ask(chat).await;
        self.until(chat, &sent.reply_id, |message, bytes| bytes > 0 || message.state.is_settled()).await;
        let backups = self.backups().await;
        let Some(chosen) = chance.pick(&backups) else { return };
        self.tell(Event::Restoring(chosen.id.clone()));
        self.call("restore_backup", |parlour| async move { parlour.restore_backup(&chosen.id).await }).await;
        self.tell(Event::Restored);
        let kept = self.backups().await.into_iter().find(|backup| backup.reason == BackupReason::Restore);
        self.tell(Event::Kept(kept.unwrap().id));
    }

    /// Brings a chat of some backup back beside the others, and takes that back now and then; gives it where it stays.
    async fn restore_chat(&self, chance: &mut Chance) -> Option<ChatId> {
        let before = self.chats().await;
        let backups = self.backups().await;
        let backup = chance.pick(&backups)?;
        let rows = self.read("backup_chats", |parlour| async move { parlour.backup_chats(&backup.id).await }).await;
        let row = chance.pick(&rows)?;
        let done =
            self.call("restore_chat", |parlour| async move { parlour.restore_chat(&backup.id, &row.id).await }).await;
        // One that had nothing but a draft is not in the list.
        let chat = self.chats().await.into_iter().find(|chat| !before.contains(chat))?;
        self.tell(Event::Changed(Fact::Chat(chat.clone()), Value::There));
        let opened = self
            .read("open_chat", |parlour| {
                let chat = chat.clone();
                async move { parlour.open_chat(&chat).await }
            })
            .await;
        for message in opened.chat.path.map(|path| path.ids).unwrap_or_default() {
            let text = self.text(&message).await;
            self.tell(Event::Copied { chat: chat.clone(), message, text });
        }
        if chance.below(2) == 0 {
            return Some(chat);
        }
        self.undo(&[(Fact::Chat(chat), Value::Gone)], &done.operation_id).await;
        None
    }

    /// Deletes a chat, in the middle of an answer now and then; some chat of the trash goes for good or comes back.
    async fn use_the_trash(&mut self, chat: &ChatId, chance: &mut Chance) -> Option<ChatId> {
        if chance.below(2) == 0 {
            let (sent, _) = self.ask(chat).await;
            self.until(chat, &sent.reply_id, |message, bytes| bytes > 0 || message.state.is_settled()).await;
        }
        self.delete_chat(chat).await;
        let trash = self.read("trash", |parlour| async move { parlour.trash().await }).await;
        let chosen = chance.pick(&trash)?;
        let id = chosen.id.clone();
        if chance.below(2) == 0 {
            self.tell(Event::Purging(id.clone()));
            self.call("purge_chat", |parlour| async move { parlour.purge_chat(&chosen.id).await }).await;
            self.tell(Event::Purged(id));
            return None;
        }
        self.undo(&[(Fact::Chat(id.clone()), Value::There)], &chosen.operation_id).await;
        Some(id)
    }

    async fn anything(&mut self, chat: &ChatId, chance: &mut Chance) {
        let (sent, text) = match chance.below(3) {
            0 => {
                let (sent, text) = self.ask(chat).await;
                self.stop(chat, &sent.reply_id).await;
                self.answered(chat, &sent.reply_id, &text).await;
                (sent, text)
            }
            _ => self.talk(chat).await,
        };
        match chance.below(7) {
            0 => self.delete(&sent.message_id, true).await,
            1 => self.delete(&sent.message_id, false).await,
            2 => self.delete_chat_and_undo(chat).await,
            3 => self.rename(chat, &format!("Title {}-{}", self.name, self.asked)).await,
            4 => self.draft(chat, &format!("draft {}-{}", self.name, self.asked)).await,
            5 => {
                let again = self.regenerate(chat, &sent.reply_id, &text).await;
                self.answered(chat, &again, &text).await;
            }
            _ => {
                let (edited, text) = self.edit(chat, &sent.message_id).await;
                let (queued, queued_text) = self.ask(chat).await;
                self.cancel_and_undo(&queued).await;
                self.answered(chat, &edited.reply_id, &text).await;
                self.delete(&edited.reply_id, true).await;
                self.answered(chat, &queued.reply_id, &queued_text).await;
            }
        }
    }
}
