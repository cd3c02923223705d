//! Reading long chats: the end first, any part on demand, and finding what was said anywhere in them.

use std::sync::Arc;

use model_server::{Reply, Step};
use parlour_core::Parlour;
use parlour_core::chat::{ChatId, MessageId, MessageState};
use parlour_core::error::ErrorKind;
use parlour_core::parlour::MESSAGES_SHOWN;
use parlour_core::patch::Found;

use crate::house::{House, finish, gate, new_chat, say, soon, text};
use crate::window::Window;

fn found(id: &MessageId, count: u32) -> Found {
    Found { id: id.clone(), count }
}

async fn find(parlour: &Arc<Parlour>, chat: &ChatId, query: &str) -> Vec<Found> {
    parlour.find_in_chat(chat, query.into()).await.unwrap()
}

/// One question with this answer: its ids.
async fn told(
    house: &House,
    parlour: &Arc<Parlour>,
    chat: &ChatId,
    question: &str,
    answer: &str,
) -> (MessageId, MessageId) {
    house.server.reply(Reply::text(answer));
    let (sent, _) = say(parlour, chat, question).await;
    (sent.message_id, sent.reply_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_chat_comes_from_its_end_and_any_of_its_messages_on_demand() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    for n in 0..40 {
        say(&parlour, &chat, &format!("question {n}")).await;
    }
    let window = Window::open(&parlour, &chat).await;
    assert_eq!((window.path.len(), window.messages().len()), (80, MESSAGES_SHOWN));
    let middle = window.path[20..24].to_vec();
    let messages = parlour.messages(&chat, middle.clone()).await.unwrap();
    assert_eq!(messages.iter().map(|message| message.id.clone()).collect::<Vec<_>>(), middle);
    assert_eq!(messages[0].text, "question 10");
    let backwards: Vec<_> = middle.iter().rev().cloned().collect();
    let messages = parlour.messages(&chat, backwards.clone()).await.unwrap();
    assert_eq!(messages.iter().map(|message| message.id.clone()).collect::<Vec<_>>(), backwards);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_are_gone_are_left_out() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (first, _) = say(&parlour, &chat, "one").await;
    let (second, _) = say(&parlour, &chat, "two").await;
    parlour.delete_message(&first.message_id).await.unwrap();
    let ids = vec![first.message_id, MessageId("nobody".into()), second.message_id.clone()];
    let messages = parlour.messages(&chat, ids).await.unwrap();
    assert_eq!(messages.iter().map(|message| &message.id).collect::<Vec<_>>(), [&second.message_id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_reply_is_given_with_the_text_it_has() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![Step::Role, text("so far"), gate("rest"), finish()]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Go".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&sent.reply_id, "so far").await;
    let messages = parlour.messages(&chat, vec![sent.reply_id.clone()]).await.unwrap();
    assert_eq!(messages, [window.message(&sent.reply_id).clone()]);
    house.server.open("rest");
    window.until_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_path_tells_sizes_and_questions_also_where_only_its_end_is_new() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    told(&house, &parlour, &chat, "four", "fifteen letters").await;
    let first = parlour.next_patch(&chat, 0).await.unwrap();
    let path = first.path.unwrap();
    assert_eq!((path.keep, path.sizes, path.questions), (0, vec![4, 15], vec![0]));
    house.server.reply(Reply::text("ü"));
    let sent = parlour.send_message(&chat, "naïve".into()).await.unwrap();
    let path = soon("the new end", parlour.next_patch(&chat, first.revision)).await.unwrap().path.unwrap();
    assert_eq!((path.keep, path.ids), (2, vec![sent.message_id.clone(), sent.reply_id.clone()]));
    assert_eq!((path.sizes[0], path.questions), (6, vec![2]));
    Window::open(&parlour, &chat).await.until_settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn find_counts_matches_in_the_order_of_the_path_and_on_it_alone() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, first) = told(&house, &parlour, &chat, "A zebra?", "Zebras: a ZEBRA, and azebrab.").await;
    let (_, second) = told(&house, &parlour, &chat, "More", "No such animal.").await;
    let (_, third) = told(&house, &parlour, &chat, "And?", "zebra").await;
    assert_eq!(find(&parlour, &chat, "zebra").await, [found(&one, 1), found(&first, 3), found(&third, 1)]);
    assert_eq!(find(&parlour, &chat, "animal").await, [found(&second, 1)]);
    assert_eq!(find(&parlour, &chat, "giraffe").await, []);
    assert_eq!(find(&parlour, &chat, "").await, []);
    assert_eq!(find(&parlour, &chat, &"z".repeat(100_000)).await, []);
    parlour.delete_message(&first).await.unwrap();
    assert_eq!(find(&parlour, &chat, "zebra").await, [found(&one, 1), found(&third, 1)]);
    let other = new_chat(&parlour).await;
    assert_eq!(find(&parlour, &other, "zebra").await, []);
    let nowhere = parlour.find_in_chat(&ChatId("nowhere".into()), "zebra".into()).await;
    assert_eq!(nowhere.unwrap_err().kind, ErrorKind::ChatNotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn find_sees_an_answer_as_it_is_shown_and_a_question_as_it_was_written() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let answer = "Some **bold text** and `code`.\nA [link](https://hidden.example) goes on.\n\n- item one\n- item two\n\n\
        | a | b |\n| - | - |\n| left | right |\n\n```rust\nlet fenced = 1;\n```\n";
    let (question, reply) = told(&house, &parlour, &chat, "Is **this** text?", answer).await;
    let table = [
        ("bold text", vec![found(&reply, 1)]),
        ("BOLD TEXT AND CODE. A LINK GOES", vec![found(&reply, 1)]),
        ("text", vec![found(&question, 1), found(&reply, 1)]),
        ("**", vec![found(&question, 2)]),
        ("hidden", vec![]),
        ("item", vec![found(&reply, 2)]),
        ("one item", vec![]),
        ("left", vec![found(&reply, 1)]),
        ("left right", vec![]),
        ("let fenced", vec![found(&reply, 1)]),
        ("rust", vec![]),
    ];
    for (query, expected) in table {
        assert_eq!(find(&parlour, &chat, query).await, expected, "{query:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn find_knows_the_letters_of_other_scripts() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (_, reply) = told(&house, &parlour, &chat, "?", "ÉTÉ été · ΣΟΦΟΣ σοφός σοφος · МИР мир · 数据库 · 🦀🦀").await;
    for (query, count) in [("été", 2), ("ete", 2), ("σοφος", 3), ("Мир", 2), ("据库", 1), ("🦀", 2)] {
        assert_eq!(find(&parlour, &chat, query).await, [found(&reply, count)], "{query:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn find_sees_what_a_running_reply_has_said() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![Step::Role, text("a zebra"), gate("rest"), text(" and a zebra"), finish()]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Go".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&sent.reply_id, "a zebra").await;
    assert_eq!(find(&parlour, &chat, "zebra").await, [found(&sent.reply_id, 1)]);
    house.server.open("rest");
    window.until_state(&sent.reply_id, MessageState::Complete).await;
    assert_eq!(find(&parlour, &chat, "zebra").await, [found(&sent.reply_id, 2)]);
}
