//! A day in which everything is done once, in the same order each time.

use crate::scenario::Player;

impl Player {
    /// The first half of a day: everything once.
    pub async fn everything(&mut self) {
        let chat = self.new_chat().await;
        self.draft(&chat, "half a thought").await;
        let (first, _) = self.talk(&chat).await;
        self.rename(&chat, "A title of my own").await;
        let (one, one_text) = self.ask(&chat).await;
        let (two, two_text) = self.ask(&chat).await;
        let (three, three_text) = self.ask(&chat).await;
        self.cancel_and_undo(&three).await;
        self.stop(&chat, &one.reply_id).await;
        self.answered(&chat, &one.reply_id, &one_text).await;
        self.answered(&chat, &two.reply_id, &two_text).await;
        self.answered(&chat, &three.reply_id, &three_text).await;
        let again = self.regenerate(&chat, &three.reply_id, &three_text).await;
        self.answered(&chat, &again, &three_text).await;
        let (edited, edited_text) = self.edit(&chat, &two.message_id).await;
        self.answered(&chat, &edited.reply_id, &edited_text).await;
        self.delete(&first.message_id, true).await;
        self.delete(&edited.message_id, false).await;
    }

    /// The second half, in a chat of its own; with a message of `long` bytes.
    pub async fn everything_else(&mut self, long: usize) {
        let chat = self.new_chat().await;
        self.talk(&chat).await;
        self.delete_chat_and_undo(&chat).await;
        if long > 0 {
            let text = format!("{} {}", "long ".repeat(long / 5), self.question());
            let sent = self.ask_this(&chat, text.clone()).await;
            self.answered(&chat, &sent.reply_id, &text).await;
        }
        self.talk(&chat).await;
        self.draft(&chat, "the other half").await;
    }
}
