//! What waits in the queue: written anew, moved, and held where it has waited for long when the app starts.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use model_server::Reply;
use parlour_core::chat::{ChatId, MessageState};
use parlour_core::error::ErrorKind;
use parlour_core::parlour::system_clock;
use parlour_core::patch::Sent;
use parlour_core::{Move, Parlour};

use crate::house::{Answer, House, finish, gate, messages, new_chat, settled, text, thread, turns};
use crate::window::Window;

/// A chat in which "one" is being answered, with "two", "three" and "four" behind it.
async fn queue(house: &House, parlour: &Arc<Parlour>) -> (ChatId, [Sent; 4]) {
    house.server.reply(Reply::stream(vec![text("first"), gate("one"), finish()]));
    let chat = new_chat(parlour).await;
    let one = parlour.send_message(&chat, "one".into()).await.unwrap();
    Window::open(parlour, &chat).await.until_shown(&one.reply_id, "first").await;
    let mut behind = Vec::new();
    for words in ["two", "three", "four"] {
        behind.push(parlour.send_message(&chat, words.into()).await.unwrap());
    }
    let [two, three, four] = behind.try_into().unwrap();
    (chat, [one, two, three, four])
}

/// The questions of the path, in order, once all is answered.
async fn asked(parlour: &Arc<Parlour>, chat: &ChatId) -> Vec<String> {
    Window::open(parlour, chat).await.until_settled().await;
    thread(parlour, chat).await.into_iter().step_by(2).map(|(_, _, text)| text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_message_is_written_anew_in_its_place_and_that_can_be_undone() {
    let (house, parlour) = House::connected().await;
    let (chat, [_, two, three, _]) = queue(&house, &parlour).await;
    parlour.rewrite_queued(&two.message_id, "zwei".into()).await.unwrap();
    parlour.rewrite_queued(&three.message_id, "drei".into()).await.unwrap();
    parlour.undo_last().await.unwrap();
    house.server.open("one");
    assert_eq!(asked(&parlour, &chat).await, ["one", "zwei", "three", "four"]);
    assert_eq!(house.server.request(1).await.messages(), messages(&["one", "first", "zwei"]));
    // Once it has gone out it stays, and what was done before that is undone.
    assert_eq!(parlour.rewrite_queued(&two.message_id, "deux".into()).await, Err(ErrorKind::MessageNotFound.into()));
    assert_eq!(parlour.undo_last().await.unwrap(), None);
    assert_eq!(asked(&parlour, &chat).await, ["one", "zwei", "three", "four"]);
    assert_eq!(parlour.rewrite_queued(&two.message_id, "  ".into()).await, Err(ErrorKind::EmptyMessage.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn queued_messages_change_places_and_go_out_in_the_new_order() {
    let (house, parlour) = House::connected().await;
    let (chat, [one, two, three, four]) = queue(&house, &parlour).await;
    parlour.move_queued(&four.message_id, Move::Earlier).await.unwrap();
    parlour.move_queued(&four.message_id, Move::Earlier).await.unwrap();
    // At either end there is nothing to change places with.
    parlour.move_queued(&four.message_id, Move::Earlier).await.unwrap();
    parlour.move_queued(&two.message_id, Move::Later).await.unwrap();
    parlour.move_queued(&two.message_id, Move::Later).await.unwrap();
    assert_eq!(parlour.move_queued(&one.message_id, Move::Later).await, Err(ErrorKind::MessageNotFound.into()));
    let later = parlour.send_message(&chat, "five".into()).await.unwrap();
    house.server.open("one");
    assert_eq!(asked(&parlour, &chat).await, ["one", "four", "three", "two", "five"]);
    assert_eq!(
        house.server.request(2).await.messages(),
        messages(&["one", "first", "four", "You said: four", "three"])
    );
    assert_eq!(settled(&parlour, &chat, &later.reply_id).await.state, MessageState::Complete);
    assert_eq!(settled(&parlour, &chat, &three.reply_id).await, Answer::whole("You said: three"));
    crate::storage::check_digests(&house);
}

static NOW: AtomicI64 = AtomicI64::new(0);

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_for_an_hour_does_not_go_out_by_itself_and_holds_what_is_behind_it() {
    const MINUTE: i64 = 60_000;
    let mut house = House::bare().await;
    NOW.store(system_clock(), Ordering::Relaxed);
    house.clock = || NOW.load(Ordering::Relaxed);
    let parlour = house.connect().await;
    let (chat, [one, two, three, four]) = queue(&house, &parlour).await;
    let short = crate::restart::dead(&house);
    NOW.fetch_add(59 * MINUTE, Ordering::Relaxed);
    let reborn = house.open_at(short.path()).unwrap();
    assert_eq!(asked(&reborn, &chat).await, ["one", "two", "three", "four"]);
    let sent = house.asked();
    let long = crate::restart::dead(&house);
    NOW.fetch_add(2 * MINUTE, Ordering::Relaxed);
    let reborn = house.open_at(long.path()).unwrap();
    let held = Answer::failed(ErrorKind::HeldBack.into(), "");
    assert_eq!(settled(&reborn, &chat, &two.reply_id).await, held);
    assert_eq!(settled(&reborn, &chat, &four.reply_id).await, held);
    assert_eq!(settled(&reborn, &chat, &one.reply_id).await.state, MessageState::Interrupted);
    assert_eq!(house.asked(), sent, "nothing went out");
    reborn.retry_reply(&two.reply_id).await.unwrap();
    assert_eq!(settled(&reborn, &chat, &two.reply_id).await, Answer::whole("You said: two"));
    assert_eq!(settled(&reborn, &chat, &three.reply_id).await, held);
    assert_eq!(house.asked(), sent + 1);
    let there = turns(&["two", "You said: two"]);
    assert_eq!(thread(&reborn, &chat).await[2..4], there[..]);
}
