//! Versions: regenerate, edit, continue, retry and delete never overwrite what was there.

use model_server::{Reply, Step};
use parlour_core::chat::{MessageState, Usage, Version};
use parlour_core::error::ErrorKind;

use crate::house::{Answer, House, finish, gate, messages, new_chat, say, settled, text, thread, turns};
use crate::window::Window;

fn version(number: u32, count: u32) -> Version {
    Version { number, count }
}

#[tokio::test(flavor = "multi_thread")]
async fn regenerate_keeps_the_old_answer_as_a_version_and_one_can_go_back_and_forth() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::text("old"));
    house.server.reply(Reply::text("new"));
    let chat = new_chat(&parlour).await;
    let (sent, _) = say(&parlour, &chat, "Hi").await;
    let mut window = Window::open(&parlour, &chat).await;
    assert_eq!(window.message(&sent.reply_id).version, version(1, 1));
    parlour.regenerate_reply(&sent.reply_id).await.unwrap();
    window.until("the new version", |window| window.path[1] != sent.reply_id).await;
    window.until_settled().await;
    let new = window.path[1].clone();
    assert_eq!(window.message(&new).version, version(2, 2));
    assert_eq!(thread(&parlour, &chat).await, turns(&["Hi", "new"]));
    assert_eq!(house.server.request(1).await.messages(), messages(&["Hi"]), "the old answer is not sent");
    for (number, text, id) in [(1, "old", &sent.reply_id), (2, "new", &new), (1, "old", &sent.reply_id)] {
        parlour.choose_version(&new, number).await.unwrap();
        window.until("the chosen version", |window| window.path[1] == *id).await;
        assert_eq!(window.message(id).version, version(number as u32, 2));
        assert_eq!(thread(&parlour, &chat).await, turns(&["Hi", text]));
    }
    for number in [0, 3] {
        assert_eq!(parlour.choose_version(&new, number).await, Err(ErrorKind::MessageNotFound.into()));
    }
    // Both count: they were paid.
    assert_eq!(window.head.usage, Usage { input: 20, output: 2 });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_comes_back_with_all_that_was_said_after_it() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    let (two, _) = say(&parlour, &chat, "two").await;
    house.server.reply(Reply::text("another"));
    parlour.regenerate_reply(&one.reply_id).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_settled().await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "another"]));
    parlour.choose_version(&one.reply_id, 1).await.unwrap();
    let whole = turns(&["one", "You said: one", "two", "You said: two"]);
    assert_eq!(thread(&parlour, &chat).await, whole);
    // Also where something between was deleted.
    let edited = parlour.edit_message(&one.message_id, "other".into()).await.unwrap();
    settled(&parlour, &chat, &edited.reply_id).await;
    parlour.choose_version(&edited.message_id, 1).await.unwrap();
    parlour.choose_version(&one.reply_id, 1).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, whole);
    parlour.delete_message(&two.message_id).await.unwrap();
    parlour.choose_version(&one.message_id, 2).await.unwrap();
    parlour.choose_version(&edited.message_id, 1).await.unwrap();
    parlour.choose_version(&one.reply_id, 1).await.unwrap();
    let texts: Vec<_> = thread(&parlour, &chat).await.into_iter().map(|(_, _, text)| text).collect();
    assert_eq!(texts, ["one", "You said: one", "You said: two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_question_makes_a_branch_and_the_old_one_stays() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "one").await;
    let (two, _) = say(&parlour, &chat, "two").await;
    let edited = parlour.edit_message(&two.message_id, "deux".into()).await.unwrap();
    settled(&parlour, &chat, &edited.reply_id).await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "deux", "You said: deux"]));
    assert_eq!(house.server.request(2).await.messages(), messages(&["one", "You said: one", "deux"]));
    let window = Window::open(&parlour, &chat).await;
    assert_eq!(window.message(&edited.message_id).version, version(2, 2));
    parlour.choose_version(&edited.message_id, 1).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "two", "You said: two"]));
    assert_eq!(parlour.edit_message(&two.reply_id, "no".into()).await, Err(ErrorKind::MessageNotFound.into()));
    assert_eq!(parlour.edit_message(&two.message_id, " ".into()).await, Err(ErrorKind::EmptyMessage.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn continue_asks_for_the_rest_and_makes_one_message_of_it() {
    let (house, parlour) = House::connected().await;
    let usage = |output| Step::Usage { input: 5, output };
    house.server.reply(Reply::stream(vec![text("The quick brown fox jumps over"), usage(6)]));
    let rest = vec![text("brown fox "), text("jumps over"), text(" the lazy dog."), finish(), usage(4)];
    house.server.reply(Reply::stream(rest));
    let chat = new_chat(&parlour).await;
    let (sent, cut) = say(&parlour, &chat, "Hi").await;
    assert_eq!(cut.error.unwrap().kind, ErrorKind::ReplyCutShort);
    parlour.continue_reply(&sent.reply_id).await.unwrap();
    let whole = Answer {
        usage: Some(Usage { input: 10, output: 10 }),
        ..Answer::whole("The quick brown fox jumps over the lazy dog.")
    };
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, whole);
    let instruction = "Your last message was cut off. Go on exactly where it ends. \
        Repeat nothing of it and do not comment on the interruption.";
    let sent_messages = house.server.request(1).await.messages();
    assert_eq!(sent_messages, messages(&["Hi", "The quick brown fox jumps over", instruction]));
    // The instruction is no message of the chat, and the answer is one.
    assert_eq!(thread(&parlour, &chat).await, turns(&["Hi", &whole.text]));
    let parts = "SELECT group_concat(text, '|') FROM part WHERE request_id IS NOT NULL ORDER BY seq";
    assert_eq!(house.sql::<String>(parts), "The quick brown fox jumps over| the lazy dog.");
    assert_eq!(house.sql::<String>("SELECT group_concat(purpose) FROM request"), "reply,continue");
    let (_, next) = say(&parlour, &chat, "And?").await;
    assert_eq!(next.state, MessageState::Complete);
    assert_eq!(house.server.request(2).await.messages(), messages(&["Hi", &whole.text, "And?"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_continuation_that_fails_keeps_what_there_was() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![text("half of it")]));
    house.server.reply(Reply::empty(400));
    house.server.reply(Reply::stream(vec![
        Step::Role,
        text("half "),
        Step::Event { value: serde_json::json!({"error": {"code": 503}}) },
    ]));
    house.server.reply(Reply::stream(vec![text(", then the rest"), finish()]));
    let chat = new_chat(&parlour).await;
    let (sent, _) = say(&parlour, &chat, "Hi").await;
    parlour.continue_reply(&sent.reply_id).await.unwrap();
    let refused = Answer::failed(house.error(ErrorKind::RequestRejected, Some(400)), "half of it");
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, refused);
    parlour.continue_reply(&sent.reply_id).await.unwrap();
    let busy = settled(&parlour, &chat, &sent.reply_id).await;
    assert_eq!((busy.state, busy.error.map(|error| error.kind)), (MessageState::Failed, Some(ErrorKind::ServerBusy)));
    assert_eq!(house.asked(), 3);
    parlour.continue_reply(&sent.reply_id).await.unwrap();
    let whole = settled(&parlour, &chat, &sent.reply_id).await;
    assert_eq!((whole.state, whole.text.as_str()), (MessageState::Complete, "half of ithalf , then the rest"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_retry_of_an_answer_with_text_makes_a_new_version() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![text("half")]));
    let chat = new_chat(&parlour).await;
    let (sent, _) = say(&parlour, &chat, "Hi").await;
    parlour.retry_reply(&sent.reply_id).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_settled().await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["Hi", "You said: Hi"]));
    assert_eq!(window.messages()[1].version, version(2, 2));
    assert_eq!(parlour.message_text(&sent.reply_id).await.unwrap(), "half");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_runs_is_neither_regenerated_nor_continued_nor_deleted() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![text("Hello"), gate("end"), finish()]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&sent.reply_id, "Hello").await;
    let refused = || Err(ErrorKind::MessageNotFound.into());
    assert_eq!(parlour.regenerate_reply(&sent.reply_id).await, refused());
    assert_eq!(parlour.continue_reply(&sent.reply_id).await, refused());
    assert_eq!(parlour.retry_reply(&sent.reply_id).await, refused());
    assert_eq!(parlour.delete_message(&sent.reply_id).await.map(|_| ()), refused());
    assert_eq!(parlour.regenerate_reply(&sent.message_id).await, refused());
    house.server.open("end");
    window.until_settled().await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["Hi", "Hello"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regenerated_answer_keeps_what_is_queued_behind_it() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply { steps: vec![text("half"), gate("one")], ..Reply::default() });
    let chat = new_chat(&parlour).await;
    let one = parlour.send_message(&chat, "one".into()).await.unwrap();
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    house.server.open("one");
    assert_eq!(settled(&parlour, &chat, &one.reply_id).await.state, MessageState::Failed);
    parlour.regenerate_reply(&one.reply_id).await.unwrap();
    settled(&parlour, &chat, &two.reply_id).await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "two", "You said: two"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_message_is_neither_shown_nor_sent_and_undo_brings_it_back() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    say(&parlour, &chat, "two").await;
    let done = parlour.delete_message(&one.reply_id).await.unwrap();
    say(&parlour, &chat, "three").await;
    let (role, text) = house.server.request(2).await.messages()[1].clone();
    assert_eq!((role.as_str(), text.as_str()), ("user", "one\n\ntwo"));
    assert_eq!(Window::open(&parlour, &chat).await.path.len(), 5);
    parlour.undo(&done.operation_id).await.unwrap();
    let whole = turns(&["one", "You said: one", "two", "You said: two", "three", "You said: three"]);
    assert_eq!(thread(&parlour, &chat).await, whole);
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, whole, "twice is once");
    assert_eq!(parlour.delete_message(&one.reply_id).await.map(|_| ()), Ok(()));
    assert_eq!(parlour.delete_message(&one.reply_id).await.map(|_| ()), Err(ErrorKind::MessageNotFound.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_version_is_deleted_the_other_one_is_shown_and_undo_brings_it_back() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::text("old"));
    house.server.reply(Reply::text("new"));
    let chat = new_chat(&parlour).await;
    let (sent, _) = say(&parlour, &chat, "Hi").await;
    parlour.regenerate_reply(&sent.reply_id).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_settled().await;
    let done = parlour.delete_message(&window.path[1]).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["Hi", "old"]));
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["Hi", "new"]));
    // The same for a question that was edited, once nothing of its branch is left.
    let edited = parlour.edit_message(&sent.message_id, "Hello".into()).await.unwrap();
    settled(&parlour, &chat, &edited.reply_id).await;
    let question = parlour.delete_message(&edited.message_id).await.unwrap();
    let answer = parlour.delete_message(&edited.reply_id).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["Hi", "new"]));
    parlour.undo(&answer.operation_id).await.unwrap();
    parlour.undo(&question.operation_id).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["Hello", "You said: Hello"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_waits_is_cancelled_back_to_what_was_there() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![text("Hello"), gate("end"), finish()]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&sent.reply_id, "Hello").await;
    let edited = parlour.edit_message(&sent.message_id, "Hey".into()).await.unwrap();
    window.until("the edit", |window| window.path == [edited.message_id.clone(), edited.reply_id.clone()]).await;
    parlour.cancel_reply(&edited.reply_id).await.unwrap();
    window.until("what was there", |window| window.path == [sent.message_id.clone(), sent.reply_id.clone()]).await;
    house.server.open("end");
    window.until_settled().await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["Hi", "Hello"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_another_branch_is_shown_with_what_followed_it() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    let (two, _) = say(&parlour, &chat, "two").await;
    let old = turns(&["one", "You said: one", "two", "You said: two"]);
    let edited = parlour.edit_message(&one.message_id, "other".into()).await.unwrap();
    settled(&parlour, &chat, &edited.reply_id).await;
    let new = turns(&["other", "You said: other"]);

    let mut window = Window::open(&parlour, &chat).await;
    parlour.show_message(&one.reply_id).await.unwrap();
    window.until("the old branch", |window| window.path.contains(&two.reply_id)).await;
    assert_eq!(thread(&parlour, &chat).await, old);
    // What is on the path is there already: nothing changes, also where there is something newer elsewhere.
    parlour.show_message(&one.message_id).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, old);
    parlour.show_message(&edited.message_id).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, new);

    // What is sent next is the branch that is shown.
    parlour.show_message(&two.message_id).await.unwrap();
    say(&parlour, &chat, "three").await;
    let sent = house.server.request(3).await.messages();
    assert_eq!(sent, messages(&["one", "You said: one", "two", "You said: two", "three"]));

    parlour.delete_message(&two.message_id).await.unwrap();
    assert_eq!(parlour.show_message(&two.message_id).await, Err(ErrorKind::MessageNotFound.into()));
    parlour.delete_chat(&chat).await.unwrap();
    assert_eq!(parlour.show_message(&edited.message_id).await, Err(ErrorKind::ChatNotFound.into()));
}
