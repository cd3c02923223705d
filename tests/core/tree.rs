//! A chat as a tree: which way is shown, the map, names of branches, forks, versions compared and mixed.

use std::sync::Arc;

use model_server::Reply;
use parlour_core::Parlour;
use parlour_core::chat::{ChatId, MessageId, MessageState, Usage};
use parlour_core::error::ErrorKind;
use parlour_core::patch::{OperationKind, Sent};
use parlour_core::tree::{Hunk, Piece, PieceKind};

use crate::house::{House, finish, gate, messages, new_chat, say, settled, text, thread, turns};
use crate::window::Window;

async fn edit(parlour: &Arc<Parlour>, chat: &ChatId, id: &MessageId, text: &str) -> Sent {
    let sent = parlour.edit_message(id, text.into()).await.unwrap();
    settled(parlour, chat, &sent.reply_id).await;
    sent
}

async fn regenerate(parlour: &Arc<Parlour>, chat: &ChatId, id: &MessageId) -> MessageId {
    parlour.regenerate_reply(id).await.unwrap();
    let mut window = Window::open(parlour, chat).await;
    window.until_settled().await;
    window.path.last().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_comes_back_to_the_way_that_was_taken_at_each_fork() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    let (two, _) = say(&parlour, &chat, "two").await;
    edit(&parlour, &chat, &two.message_id, "zwei").await;
    parlour.choose_version(&two.message_id, 1).await.unwrap();
    let older = turns(&["one", "You said: one", "two", "You said: two"]);
    assert_eq!(thread(&parlour, &chat).await, older);
    // Not the newest one, "zwei", is shown after going away and back, but the one that was there.
    let other = edit(&parlour, &chat, &one.message_id, "other").await;
    parlour.choose_version(&other.message_id, 1).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, older);
    // A way that is gone is not gone again.
    parlour.delete_rest(&two.message_id).await.unwrap();
    parlour.choose_version(&one.message_id, 2).await.unwrap();
    parlour.choose_version(&one.message_id, 1).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "zwei", "You said: zwei"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_can_be_undone_and_what_runs_in_the_other_branch_goes_on() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    house.server.reply(Reply::stream(vec![text("Hel"), gate("end"), text("lo"), finish()]));
    let edited = parlour.edit_message(&one.message_id, "other".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&edited.reply_id, "Hel").await;
    let done = parlour.choose_version(&one.message_id, 1).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one"]));
    let undone = parlour.undo(&done.operation_id).await.unwrap().unwrap();
    assert_eq!(undone.kind, OperationKind::ShowVersion);
    let done = parlour.show_message(&one.message_id).await.unwrap().unwrap();
    assert_eq!(parlour.show_message(&one.message_id).await, Ok(None), "it is there already");
    parlour.undo(&done.operation_id).await.unwrap();
    house.server.open("end");
    settled(&parlour, &chat, &edited.reply_id).await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["other", "Hello"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_shows_every_branch_with_its_name_and_which_one_is_shown() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    assert_eq!(parlour.chat_map(&chat).await.unwrap().stretches, []);
    let (one, _) = say(&parlour, &chat, "one").await;
    let (two, _) = say(&parlour, &chat, "two\n\n two").await;
    let (three, _) = say(&parlour, &chat, "three").await;
    let edited = edit(&parlour, &chat, &two.message_id, "zwei").await;
    let done = parlour.name_branch(&edited.message_id, "  In   German ").await.unwrap();
    let map = parlour.chat_map(&chat).await.unwrap().stretches;
    let lines: Vec<_> = map
        .iter()
        .map(|each| (each.excerpt.as_str(), each.depth, each.messages, each.number, each.count, each.shown))
        .collect();
    assert_eq!(lines, [("one", 0, 2, 1, 1, true), ("two two", 1, 4, 1, 2, false), ("zwei", 1, 2, 2, 2, true)]);
    assert_eq!((&map[1].first, &map[1].last), (&two.message_id, &three.reply_id));
    assert_eq!((&map[1].parent, &map[2].parent), (&Some(one.reply_id.clone()), &Some(one.reply_id.clone())));
    assert_eq!((map[1].name.as_deref(), map[2].name.as_deref()), (None, Some("In German")));
    assert!(map[0].model.is_some() && map[0].last_at <= map[2].last_at);
    let window = Window::open(&parlour, &chat).await;
    assert_eq!(window.message(&edited.message_id).branch.as_deref(), Some("In German"));
    parlour.undo(&done.operation_id).await.unwrap();
    let window = Window::open(&parlour, &chat).await;
    assert_eq!(window.message(&edited.message_id).branch, None);
    // What is deleted is no branch.
    parlour.delete_rest(&edited.message_id).await.unwrap();
    assert_eq!(parlour.chat_map(&chat).await.unwrap().stretches.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_ends_where_parents_go_in_a_circle() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    let (two, _) = say(&parlour, &chat, "two").await;
    let database = rusqlite::Connection::open(house.database()).unwrap();
    let update = "UPDATE message SET parent_id = ?2 WHERE id = ?1";
    database.execute(update, (one.message_id.as_str(), two.reply_id.as_str())).unwrap();
    let map = parlour.chat_map(&chat).await.unwrap().stretches;
    assert_eq!(map.iter().map(|each| each.messages).sum::<u32>(), 4);
    parlour.choose_version(&one.reply_id, 1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_is_a_chat_of_its_own_with_the_path_up_to_a_message() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    say(&parlour, &chat, "two").await;
    parlour.rename_chat(&chat, "Numbers").await.unwrap();
    let forked = parlour.fork_chat(&one.reply_id).await.unwrap();
    let fork = Window::open(&parlour, &forked.chat).await;
    assert_eq!(thread(&parlour, &forked.chat).await, turns(&["one", "You said: one"]));
    assert_eq!((fork.head.title.as_str(), fork.head.usage), ("Numbers", Usage::default()));
    assert!(fork.path.iter().all(|id| *id != one.message_id && *id != one.reply_id));
    say(&parlour, &forked.chat, "three").await;
    assert_eq!(house.server.request(2).await.messages(), messages(&["one", "You said: one", "three"]));
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "two", "You said: two"]));
    assert_eq!(parlour.search_chats("three".into()).await.unwrap().hits[0].chat_id, forked.chat);
    parlour.undo(&forked.operation_id).await.unwrap();
    assert_eq!(parlour.trash().await.unwrap()[0].id, forked.chat);
    assert!(parlour.health().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_of_a_chat_is_deleted_with_what_runs_in_it_and_comes_back() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "one").await;
    house.server.reply(Reply::stream(vec![text("Hel"), gate("end"), text("lo"), finish()]));
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    let three = parlour.send_message(&chat, "three".into()).await.unwrap();
    Window::open(&parlour, &chat).await.until_shown(&two.reply_id, "Hel").await;
    let done = parlour.delete_rest(&two.message_id).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one"]));
    assert_eq!(house.asked(), 2, "what was queued did not go out");
    parlour.undo(&done.operation_id).await.unwrap();
    let window = Window::open(&parlour, &chat).await;
    let states: Vec<_> = window.messages().iter().map(|message| message.state).collect();
    let (complete, stopped) = (MessageState::Complete, MessageState::Stopped);
    assert_eq!(states, [complete, complete, complete, stopped, complete, stopped]);
    assert_eq!(window.path.last(), Some(&three.reply_id));
    assert_eq!(parlour.message_text(&two.reply_id).await.unwrap(), "Hel");
    // Only what the path holds.
    parlour.delete_rest(&two.message_id).await.unwrap();
    assert_eq!(parlour.delete_rest(&two.reply_id).await, Err(ErrorKind::MessageNotFound.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_compared_by_words_and_a_paragraph_is_taken_over() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::text("The first.\n\nA red fox ran.\n\n我喜欢猫。"));
    house.server.reply(Reply::text("The first.\n\nA blue fox ran.\n\nNew.\n\n我喜欢猫。"));
    let chat = new_chat(&parlour).await;
    let (sent, _) = say(&parlour, &chat, "Hi").await;
    let other = regenerate(&parlour, &chat, &sent.reply_id).await;
    let compared = parlour.compare_versions(&sent.reply_id, &other).await.unwrap();
    let piece = |kind, text: &str| Piece { kind, text: text.into() };
    let [Hunk::Same { text: begin }, Hunk::Changed { number: 0, pieces }, Hunk::Same { text: end }] =
        &compared.hunks[..]
    else {
        panic!("{compared:?}")
    };
    assert_eq!((begin.as_str(), end.as_str()), ("The first.", "我喜欢猫。"));
    assert_eq!(
        pieces[..3],
        [piece(PieceKind::Same, "A "), piece(PieceKind::Removed, "red"), piece(PieceKind::Added, "blue")]
    );
    let back: String =
        pieces.iter().filter(|each| each.kind != PieceKind::Added).map(|each| each.text.as_str()).collect();
    assert_eq!(back, "A red fox ran.");

    let asked = house.asked();
    let done = parlour.take_over(&sent.reply_id, &other, 0).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    let made = window.path[1].clone();
    let made = window.until_state(&made, MessageState::Complete).await;
    assert_eq!((made.version.number, made.version.count, made.finish_reason.as_deref()), (3, 3, Some("edited")));
    assert_eq!(parlour.message_text(&made.id).await, parlour.message_text(&other).await);
    assert_eq!(parlour.message_text(&sent.reply_id).await.unwrap(), "The first.\n\nA red fox ran.\n\n我喜欢猫。");
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(Window::open(&parlour, &chat).await.path[1], other);
    let refused = Err(ErrorKind::MessageNotFound.into());
    assert_eq!(parlour.take_over(&sent.reply_id, &other, 1).await, refused, "there is no such hunk");
    assert_eq!(parlour.take_over(&sent.message_id, &sent.message_id, 0).await, refused, "it is no answer");
    assert_eq!(house.asked(), asked, "nobody was asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_of_a_language_without_spaces_is_told_apart() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::text("我喜欢猫。"));
    house.server.reply(Reply::text("我喜欢狗。"));
    let chat = new_chat(&parlour).await;
    let (sent, _) = say(&parlour, &chat, "Hi").await;
    let other = regenerate(&parlour, &chat, &sent.reply_id).await;
    let hunks = parlour.compare_versions(&sent.reply_id, &other).await.unwrap().hunks;
    let [Hunk::Changed { pieces, .. }] = &hunks[..] else { panic!("{hunks:?}") };
    assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["我喜欢", "猫", "狗", "。"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_tree_of_a_chat_stays_when_it_is_purged() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    edit(&parlour, &chat, &one.message_id, "other").await;
    parlour.name_branch(&one.message_id, "Secret").await.unwrap();
    assert_eq!(house.sql::<i64>("SELECT (SELECT count(*) FROM fork) + (SELECT count(*) FROM branch)"), 2);
    parlour.delete_chat(&chat).await.unwrap();
    parlour.purge_chat(&chat).await.unwrap();
    assert_eq!(house.sql::<i64>("SELECT (SELECT count(*) FROM fork) + (SELECT count(*) FROM branch)"), 0);
}
