//! Temporary chats: like any other while Parlour runs, and afterwards nothing of them is anywhere but what they used.

use std::sync::Arc;

use model_server::{Reply, Step};
use parlour_core::backup::BackupReason;
use parlour_core::chat::{ChatId, ChatOptions, ChatRow, MessageState, Role};
use parlour_core::error::ErrorKind;
use parlour_core::patch::{OperationKind, Undone};
use parlour_core::{FILE_NAME, Move, Parlour};

use crate::house::{Answer, House, finish, gate, holding, messages, new_chat, say, settled, soon, text, thread, turns};
use crate::window::{Overview, Window};

/// In every text of a temporary chat; one word, so that it would be one in an index too.
const CANARY: &str = "kanarienvogel";

async fn temporary(parlour: &Parlour) -> ChatId {
    parlour.new_temporary_chat().await.unwrap().chat.head.unwrap().id
}

/// Nothing of it in the data folder, in its backups (their chunks are packed) or in the settings.
async fn assert_no_trace(house: &House, parlour: &Arc<Parlour>, ids: &[String]) {
    for words in std::iter::once(CANARY.to_owned()).chain(ids.iter().map(|id| id.to_ascii_lowercase())) {
        assert_eq!(holding(house.folder.path(), &words), [""; 0], "{words}");
    }
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let of_it = parlour.backup_chats(&backup.id).await.unwrap();
    assert!(of_it.iter().all(|row| !ids.contains(&row.id.0)), "{of_it:?}");
    let settings = serde_json::to_string(&house.settings_file.saved()).unwrap();
    assert!(!settings.contains(CANARY) && ids.iter().all(|id| !settings.contains(id.as_str())), "{settings}");
}

/// Does all that can be done in a chat, with the canary in every text. Gives the ids that there were.
async fn live_in(house: &House, parlour: &Arc<Parlour>, chat: &ChatId) -> Vec<String> {
    let options = ChatOptions {
        system_prompt: Some(format!("You like a {CANARY}.")),
        model: Some("small".into()),
        stop: vec![format!("{CANARY} end")],
        ..ChatOptions::default()
    };
    parlour.set_chat_options(chat, options).await.unwrap();
    parlour.save_draft(chat, format!("{CANARY} draft")).await.unwrap();
    let (first, _) = say(parlour, chat, &format!("{CANARY} question")).await;
    parlour.rename_chat(chat, &format!("{CANARY} title")).await.unwrap();
    let edited = parlour.edit_message(&first.message_id, format!("{CANARY} edited")).await.unwrap();
    settled(parlour, chat, &edited.reply_id).await;
    house.server.reply(Reply::stream(vec![text(&format!("{CANARY} streams")), gate("stop"), finish()]));
    let stopped = parlour.send_message(chat, format!("{CANARY} again")).await.unwrap();
    Window::open(parlour, chat).await.until_shown(&stopped.reply_id, &format!("{CANARY} streams")).await;
    let queued = parlour.send_message(chat, format!("{CANARY} queued")).await.unwrap();
    parlour.rewrite_queued(&queued.message_id, format!("{CANARY} rewritten")).await.unwrap();
    parlour.stop_reply(&stopped.reply_id).await.unwrap();
    settled(parlour, chat, &queued.reply_id).await;
    house.server.reply(Reply::error(400, "bad", &format!("{CANARY} is refused")));
    say(parlour, chat, &format!("{CANARY} refused")).await;
    parlour.delete_message(&stopped.reply_id).await.unwrap();
    parlour.save_draft(chat, format!("{CANARY} unsent")).await.unwrap();
    parlour.name_branch(&first.message_id, &format!("{CANARY} branch")).await.unwrap();
    parlour.fork_chat(&edited.message_id).await.unwrap();
    let sent = [first, edited, stopped, queued];
    let ids = sent.iter().flat_map(|sent| [sent.message_id.0.clone(), sent.reply_id.0.clone()]);
    ids.chain([chat.0.clone()]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_temporary_chat_is_left_but_what_it_used() {
    let (house, parlour) = House::connected().await;
    let chat = temporary(&parlour).await;
    let ids = live_in(&house, &parlour, &chat).await;
    // As it would be found after a death at any moment from here on.
    assert_no_trace(&house, &parlour, &ids).await;
    parlour.close();
    drop(parlour);
    let parlour = house.open();
    assert_no_trace(&house, &parlour, &ids).await;
    assert_eq!(parlour.next_patch(&chat, 0).await.map(|_| ()), Err(ErrorKind::ChatNotFound.into()));
    assert_eq!(parlour.overview().await.unwrap().chats, []);

    assert_eq!(house.sql::<i64>("SELECT count(*) FROM request"), house.asked() as i64);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM request WHERE result = 'complete'"), 3);
    assert_eq!(house.sql::<i64>("SELECT sum(input_tokens) FROM request"), 30);
    assert!(house.sql::<i64>("SELECT sum(output_tokens) FROM request") > 0);
    let bare = r#"message_id IS NULL AND part_ids = '[]' AND body_hash = x'' AND parameters = '{"model":"small"}'"#;
    assert_eq!(house.sql::<i64>(&format!("SELECT count(*) FROM request WHERE NOT ({bare})")), 0);
    for table in ["chat", "message", "part", "journal", "draft", "operation", "search_place", "search_model"] {
        // The empty chat of the start is none of it.
        let of = if table == "chat" { "chat WHERE title <> '' OR head_id IS NOT NULL" } else { table };
        assert_eq!(house.sql::<i64>(&format!("SELECT count(*) FROM {of}")), 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_life_in_an_ordinary_chat_is_found() {
    // What proves that the test above would find something.
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    live_in(&house, &parlour, &chat).await;
    assert_ne!(holding(house.folder.path(), CANARY), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_in_the_ledger_before_it_goes_out() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![gate("go"), text("yes"), finish()]));
    let chat = temporary(&parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    soon("the request", house.server.request(0)).await;
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM request WHERE result IS NULL"), 1);
    house.server.open("go");
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await.text, "yes");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_a_chat_like_any_other() {
    let (house, parlour) = House::connected().await;
    let chat = temporary(&parlour).await;
    assert_eq!(temporary(&parlour).await, chat, "an empty one is the same one");
    let mut window = Window::open(&parlour, &chat).await;
    assert!(window.head.temporary);

    // Sent, with the history; regenerated; another version chosen.
    say(&parlour, &chat, "one").await;
    let (two, _) = say(&parlour, &chat, "two").await;
    assert_eq!(house.server.request(1).await.messages(), messages(&["one", "You said: one", "two"]));
    house.server.reply(Reply::text("another"));
    parlour.regenerate_reply(&two.reply_id).await.unwrap();
    window.until("the new version", |window| window.messages().len() == 4).await;
    window.until_settled().await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "two", "another"]));
    let new = window.path.last().unwrap().clone();
    parlour.choose_version(&new, 1).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "two", "You said: two"]));
    parlour.show_message(&new).await.unwrap();
    assert_eq!(parlour.copied_message(&new).await.unwrap().text, "another");

    // A tree: mapped, compared, named, forked, shortened.
    parlour.name_branch(&new, "The other").await.unwrap();
    assert_eq!(parlour.chat_map(&chat).await.unwrap().stretches.len(), 3);
    let comparison = parlour.compare_versions(&two.reply_id, &new).await.unwrap();
    assert_eq!(comparison.hunks.len(), 1);
    let taken = parlour.take_over(&new, &two.reply_id, 0).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "two", "You said: two"]));
    parlour.undo(&taken.operation_id).await.unwrap().unwrap();
    let forked = parlour.fork_chat(&two.message_id).await.unwrap();
    assert!(Window::open(&parlour, &forked.chat).await.head.temporary);
    assert_eq!(thread(&parlour, &forked.chat).await, turns(&["one", "You said: one", "two"]));
    parlour.undo(&forked.operation_id).await.unwrap().unwrap();
    let shorter = parlour.delete_rest(&two.message_id).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one"]));
    parlour.undo(&shorter.operation_id).await.unwrap().unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "two", "another"]));

    // Stopped and continued.
    house.server.reply(Reply::stream(vec![text("Half of"), gate("never"), finish()]));
    let cut = parlour.send_message(&chat, "three".into()).await.unwrap();
    window.until_shown(&cut.reply_id, "Half of").await;
    assert_eq!(parlour.message_text(&cut.reply_id).await.unwrap(), "Half of");
    parlour.stop_reply(&cut.reply_id).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &cut.reply_id).await.state, MessageState::Stopped);
    house.server.reply(Reply::text(" the answer"));
    parlour.continue_reply(&cut.reply_id).await.unwrap();
    window.until("the rest", |window| window.message(&cut.reply_id).state == MessageState::Complete).await;
    assert_eq!(parlour.message_text(&cut.reply_id).await.unwrap(), "Half of the answer");

    // Queued, moved, taken back.
    house.server.reply(Reply::stream(vec![text("first"), gate("one"), finish()]));
    let running = parlour.send_message(&chat, "four".into()).await.unwrap();
    window.until_shown(&running.reply_id, "first").await;
    let [a, b, c] = ["a", "b", "c"].map(String::from);
    parlour.send_message(&chat, a).await.unwrap();
    let b = parlour.send_message(&chat, b).await.unwrap();
    let c = parlour.send_message(&chat, c).await.unwrap();
    parlour.move_queued(&b.message_id, Move::Earlier).await.unwrap();
    parlour.cancel_reply(&c.reply_id).await.unwrap().unwrap();
    house.server.open("one");
    window.until("the queue", |window| window.path.len() == 12).await;
    window.until_settled().await;
    let texts: Vec<String> = thread(&parlour, &chat).await.into_iter().map(|(_, _, text)| text).collect();
    assert_eq!(texts[6..], ["four", "first", "b", "You said: b", "a", "You said: a"]);

    // Found in it, and not from outside.
    let found = parlour.find_in_chat(&chat, "said".into()).await.unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(parlour.search_chats("said".into()).await.unwrap().hits, []);
    assert_eq!(parlour.search_chats("one".into()).await.unwrap().hits, []);
    assert!(window.head.usage.output > 0);
    let ids = window.path[..2].to_vec();
    assert_eq!(parlour.messages(&chat, ids).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stands_in_the_list_while_parlour_runs_and_is_opened_in_a_second_window() {
    let (_house, parlour) = House::connected().await;
    let kept = new_chat(&parlour).await;
    say(&parlour, &kept, "kept").await;
    let mut overview = Overview::open(&parlour).await;
    let chat = temporary(&parlour).await;
    say(&parlour, &chat, "secret").await;
    let marks = |rows: &[ChatRow]| rows.iter().map(|row| (row.title.clone(), row.temporary)).collect::<Vec<_>>();
    let expected = [("secret".to_owned(), true), ("kept".to_owned(), false)];
    overview.until("its row", |overview| marks(&overview.chats) == expected).await;
    let start = parlour.start(Some(chat.clone())).await.unwrap();
    assert_eq!(marks(&start.overview.chats), expected);
    assert_eq!(start.chat.head.unwrap().id, chat);
    // The next start is on the chat that will still be there.
    assert_eq!(parlour.settings().last_chat, Some(kept.clone()));
    assert_eq!(parlour.start(None).await.unwrap().chat.head.unwrap().id, kept);
    // Its draft stays with it while one is elsewhere.
    parlour.save_draft(&chat, "typing".into()).await.unwrap();
    parlour.open_chat(&kept).await.unwrap();
    assert_eq!(parlour.open_chat(&chat).await.unwrap().draft, "typing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_last_is_taken_back_wherever_that_was() {
    let (house, parlour) = House::connected().await;
    let kept = new_chat(&parlour).await;
    say(&parlour, &kept, "kept").await;
    let chat = temporary(&parlour).await;
    say(&parlour, &chat, "secret").await;
    parlour.rename_chat(&chat, "one").await.unwrap();
    parlour.rename_chat(&kept, "two").await.unwrap();
    let deleted = parlour.delete_chat(&chat).await.unwrap();
    assert_eq!(parlour.trash().await.unwrap(), [], "it is in no trash");
    assert_eq!(parlour.next_patch(&chat, 0).await.map(|_| ()), Err(ErrorKind::ChatNotFound.into()));
    let undone = |kind, chat: &ChatId| Some(Undone { kind, chat: Some(chat.clone()) });
    assert_eq!(parlour.undo(&deleted.operation_id).await.unwrap(), undone(OperationKind::DeleteChat, &chat));
    assert_eq!(Window::open(&parlour, &chat).await.head.title, "one");
    assert_eq!(parlour.undo_last().await.unwrap(), undone(OperationKind::RenameChat, &kept));
    assert_eq!(parlour.undo_last().await.unwrap(), undone(OperationKind::RenameChat, &chat));
    assert_eq!(Window::open(&parlour, &chat).await.head.title, "secret");
    assert_eq!(parlour.undo_last().await.unwrap(), None);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM operation WHERE kind = 'renameChat'"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_a_persona_of_the_library_and_has_no_place_in_the_order() {
    let (_house, parlour) = House::connected().await;
    let options = ChatOptions { temperature: Some(0.5), ..ChatOptions::default() };
    let editor = parlour.save_persona(None, "Editor", options.clone()).await.unwrap();
    let chat = temporary(&parlour).await;
    let mut window = Window::open(&parlour, &chat).await;
    let taken = parlour.set_persona(&chat, Some(editor.id.clone()), None).await.unwrap();
    window.until("the persona", |window| window.head.persona.is_some()).await;
    assert_eq!(window.head.options, options);
    let persona = window.head.persona.clone().unwrap();
    assert_eq!((persona.name.as_str(), persona.altered), ("Editor", false));
    parlour.save_persona(Some(editor.id.clone()), "Writer", options).await.unwrap();
    window.until("its name", |window| window.head.persona.as_ref().is_some_and(|it| it.name == "Writer")).await;
    parlour.undo(&taken.operation_id).await.unwrap().unwrap();
    window.until("no persona", |window| window.head.persona.is_none()).await;
    assert_eq!(window.head.options, ChatOptions::default());

    let none = Err(ErrorKind::ChatNotFound.into());
    assert_eq!(parlour.pin_chats(vec![chat.clone()], true).await, none);
    assert_eq!(parlour.tag_chats(vec![chat.clone()], "birds", true).await, none);
    assert_eq!(parlour.move_chats(vec![chat], None).await, none);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_is_waited_for_in_the_open() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::error(429, "rate_limit_exceeded", "slow down").header("retry-after", "30"));
    let chat = temporary(&parlour).await;
    let sent = parlour.send_message(&chat, format!("{CANARY} Hi")).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    let message = window.until_message(&sent.reply_id, "a pause", |message| message.wait.is_some()).await;
    assert_eq!(message.state, MessageState::Waiting);
    assert_eq!(holding(house.folder.path(), CANARY), [""; 0]);
    parlour.send_now(&sent.reply_id).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, Answer::whole(&format!("You said: {CANARY} Hi")));
    parlour.close();
    assert_eq!(house.sql::<i64>("SELECT attempts FROM request"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_takes_nothing_does_not_keep_it_from_going_on() {
    let (house, parlour) = House::connected().await;
    let chat = temporary(&parlour).await;
    // Every write is refused: what is written to a file that is elsewhere is seen by nobody.
    let elsewhere = house.folder.path().join("elsewhere.db");
    std::fs::rename(house.database(), &elsewhere).unwrap();
    let kept = parlour.new_chat().await;
    assert_eq!(kept.map(|_| ()).map_err(|error| error.kind), Err(ErrorKind::StorageFailed));
    let (sent, answer) = say(&parlour, &chat, "one").await;
    assert_eq!(answer, Answer::whole("You said: one"));
    let edited = parlour.edit_message(&sent.message_id, "two".into()).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &edited.reply_id).await, Answer::whole("You said: two"));
    parlour.save_draft(&chat, "typing".into()).await.unwrap();
    // What was used meanwhile is recorded as soon as it can be.
    std::fs::rename(&elsewhere, house.database()).unwrap();
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM request"), 0);
    say(&parlour, &chat, "three").await;
    parlour.close();
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM request WHERE result = 'complete'"), 3);
    assert_eq!(house.sql::<i64>("SELECT sum(input_tokens) FROM request"), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stays_when_another_database_takes_the_place_of_that_on_disk() {
    let (house, parlour) = House::connected().await;
    let kept = new_chat(&parlour).await;
    say(&parlour, &kept, "kept").await;
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let chat = temporary(&parlour).await;
    say(&parlour, &chat, "secret").await;
    house.server.reply(Reply::stream(vec![text("so far"), gate("never"), Step::Finish { reason: "stop".into() }]));
    let running = parlour.send_message(&chat, "more".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&running.reply_id, "so far").await;
    parlour.restore_backup(&backup.id).await.unwrap();
    window.until("the end", |window| window.message(&running.reply_id).state == MessageState::Stopped).await;
    let lines: Vec<(Role, String)> =
        thread(&parlour, &chat).await.into_iter().map(|(role, _, text)| (role, text)).collect();
    let texts = ["secret", "You said: secret", "more", "so far"].map(String::from);
    assert_eq!(lines, [Role::User, Role::Assistant].into_iter().cycle().zip(texts).collect::<Vec<_>>());
    say(&parlour, &chat, "and on").await;
    assert_eq!(house.folder.path().join(FILE_NAME), house.database());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_kept_becomes_an_ordinary_chat() {
    let (house, parlour) = House::connected().await;
    let chat = temporary(&parlour).await;
    let options = ChatOptions { system_prompt: Some("Be brief.".into()), ..ChatOptions::default() };
    parlour.set_chat_options(&chat, options.clone()).await.unwrap();
    let (one, _) = say(&parlour, &chat, "one").await;
    parlour.regenerate_reply(&one.reply_id).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_settled().await;
    parlour.name_branch(window.path.last().unwrap(), "Again").await.unwrap();
    drop(window);
    let editor = parlour.save_persona(None, "Editor", options.clone()).await.unwrap();
    parlour.set_persona(&chat, Some(editor.id), None).await.unwrap();
    house.server.reply(Reply::stream(vec![text("so far"), gate("never"), finish()]));
    let running = parlour.send_message(&chat, "two".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&running.reply_id, "so far").await;
    parlour.send_message(&chat, "three".into()).await.unwrap();
    parlour.save_draft(&chat, "typing".into()).await.unwrap();

    let kept = parlour.keep_chat(&chat).await.unwrap();
    assert_eq!(window.pull_error().await, ErrorKind::ChatNotFound);
    let opened = parlour.open_chat(&kept.chat).await.unwrap();
    let head = opened.chat.head.unwrap();
    assert_eq!((head.temporary, head.title.as_str(), &head.options), (false, "one", &options));
    assert_eq!(head.persona.unwrap().name, "Editor");
    let named = parlour.chat_map(&kept.chat).await.unwrap().stretches;
    assert_eq!(named.iter().filter_map(|stretch| stretch.name.as_deref()).collect::<Vec<_>>(), ["Again"]);
    assert_eq!(opened.draft, "typing");
    let mut expected = turns(&["one", "You said: one", "two", "so far", "three", ""]);
    expected[3].1 = MessageState::Stopped;
    expected[5].1 = MessageState::Stopped;
    assert_eq!(thread(&parlour, &kept.chat).await, expected);
    assert_eq!(house.asked(), 3);
    let rows = parlour.overview().await.unwrap().chats;
    assert_eq!(rows.iter().map(|row| (&row.id, row.temporary)).collect::<Vec<_>>(), [(&kept.chat, false)]);
    assert_eq!(parlour.search_chats("typing".into()).await.unwrap().hits.len(), 0);
    assert_eq!(parlour.search_chats("said".into()).await.unwrap().hits.len(), 2, "both versions");
    assert_eq!(parlour.keep_chat(&kept.chat).await, Err(ErrorKind::ChatNotFound.into()));
    assert_eq!(parlour.keep_chat(&chat).await, Err(ErrorKind::ChatNotFound.into()));
    drop((parlour, window));
    let parlour = house.open();
    assert_eq!(thread(&parlour, &kept.chat).await, expected);
    let undone = Undone { kind: OperationKind::KeepChat, chat: Some(kept.chat.clone()) };
    assert_eq!(parlour.undo(&kept.operation_id).await.unwrap(), Some(undone));
    assert_eq!(parlour.trash().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_the_disk_does_not_take_stays_temporary() {
    let (house, parlour) = House::connected().await;
    let chat = temporary(&parlour).await;
    say(&parlour, &chat, "one").await;
    let elsewhere = house.folder.path().join("elsewhere.db");
    std::fs::rename(house.database(), &elsewhere).unwrap();
    assert_eq!(parlour.keep_chat(&chat).await.map_err(|error| error.kind), Err(ErrorKind::StorageFailed));
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one"]));
    std::fs::rename(&elsewhere, house.database()).unwrap();
    assert_eq!(thread(&parlour, &parlour.keep_chat(&chat).await.unwrap().chat).await.len(), 2);
}
