//! Patches: however often a window pulls, and whenever it comes, it shows what a snapshot shows.

use std::sync::Arc;

use model_server::{Reply, Step};
use parlour_core::Parlour;
use parlour_core::chat::{ChatId, Message, MessageId, MessageState};
use parlour_core::markdown::{Block, BlockContent, DocumentStream, Token, parse};

use crate::house::{House, finish, gate, new_chat, say, soon, text};
use crate::window::Window;

/// Numbers that look random and are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// What answers are made of; each may follow each.
const PIECES: [&str; 34] = [
    "# Title\n\n",
    "Some *text* ",
    "with `code`.\n",
    "\n\n",
    "\n",
    "- one\n",
    "- two\n",
    "  - inner\n",
    "1. a\n",
    "2. b\n\n",
    "```rust\n",
    "fn main() {\n",
    "    let x = 1;\n",
    "}\n```\n",
    "```\n",
    "~~~\n",
    "| a | b |\n|---|---|\n",
    "| 1 | 2 |\n",
    "> quote\n",
    "    indented\n",
    "漢字🦀 ",
    "**bold",
    "** ",
    "---\n",
    "===\n",
    "<div>\n",
    "\t",
    "\\",
    "  \n",
    "[x](https://a.example) ",
    "\r\n",
    "&amp; ",
    "- [ ] task\n",
    "word ",
];

fn random_text(dice: &mut Dice) -> String {
    (0..10 + dice.below(60)).map(|_| PIECES[dice.below(PIECES.len())]).collect()
}

/// The text in rounds of random pieces, with a gate behind each round; and the text after each round.
fn random_rounds(dice: &mut Dice, whole: &str, rounds: usize) -> (Vec<Step>, Vec<String>) {
    let letters: Vec<char> = whole.chars().collect();
    let (mut steps, mut after, mut at) = (vec![Step::Role], Vec::new(), 0);
    for round in 0..rounds {
        let end = if round + 1 == rounds { letters.len() } else { at + dice.below(letters.len() - at + 1) };
        while at < end {
            let next = end.min(at + 1 + dice.below(9));
            steps.push(text(&letters[at..next].iter().collect::<String>()));
            at = next;
        }
        after.push(letters[..at].iter().collect());
        steps.push(gate(&format!("round {round}")));
    }
    steps.push(finish());
    (steps, after)
}

async fn snapshot(parlour: &Arc<Parlour>, chat: &ChatId, reply: &MessageId) -> Vec<Block> {
    Window::open(parlour, chat).await.message(reply).document.clone()
}

/// Pulls until core has received exactly this text, and the window what core has.
async fn follow(parlour: &Arc<Parlour>, window: &mut Window, reply: &MessageId, expected: &str) -> Vec<Block> {
    soon("a round", async {
        while parlour.message_text(reply).await.unwrap() != expected {
            window.pull().await;
        }
    })
    .await;
    let document = snapshot(parlour, &window.chat, reply).await;
    window.until("the same as a snapshot", |window| window.message(reply).document == document).await;
    document
}

#[tokio::test(flavor = "multi_thread")]
async fn fast_slow_and_late_windows_all_show_what_a_snapshot_shows() {
    const ROUNDS: usize = 8;
    let (house, parlour) = House::connected().await;
    for seed in 0..40 {
        let mut dice = Dice(seed);
        house.server.reset();
        let whole = random_text(&mut dice);
        let (steps, after) = random_rounds(&mut dice, &whole, ROUNDS);
        house.server.reply(Reply::stream(steps));
        let chat = new_chat(&parlour).await;
        let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
        let (mut fast, mut slow) = (Window::open(&parlour, &chat).await, Window::open(&parlour, &chat).await);
        let joins = dice.below(ROUNDS);
        let mut late = None;
        for (round, expected) in after.iter().enumerate() {
            let document = follow(&parlour, &mut fast, &sent.reply_id, expected).await;
            let shown = DocumentStream::new(expected.clone()).blocks(1);
            assert_eq!(document, shown, "seed {seed}, round {round}: {expected:?}");
            if round % 3 == 2 {
                let shown = slow.message(&sent.reply_id).document.clone();
                if shown != document {
                    slow.pull().await;
                }
                assert_eq!(slow.message(&sent.reply_id).document, document, "seed {seed}, round {round}: in one patch");
            }
            if round == joins {
                late = Some(Window::open(&parlour, &chat).await);
            }
            house.server.open(&format!("round {round}"));
        }
        let mut late = late.unwrap();
        for window in [&mut fast, &mut slow, &mut late] {
            window
                .until_state(
                    &sent.reply_id,
                    if whole.is_empty() { MessageState::Failed } else { MessageState::Complete },
                )
                .await;
            assert_eq!(window.messages(), Window::open(&parlour, &chat).await.messages(), "seed {seed}");
        }
        assert_eq!(fast.message(&sent.reply_id).document, parse(&whole), "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_window_catches_up_with_one_patch() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let mut hidden = Window::open(&parlour, &chat).await;
    for n in 0..3 {
        say(&parlour, &chat, &format!("question {n}")).await;
    }
    house.server.reply(Reply::stream(vec![text("```rust\nlet a"), text(" = 1;\n"), gate("end"), finish()]));
    let sent = parlour.send_message(&chat, "code".into()).await.unwrap();
    let mut watched = Window::open(&parlour, &chat).await;
    follow(&parlour, &mut watched, &sent.reply_id, "```rust\nlet a = 1;\n").await;
    // One that begins where all of that is stored: what is written down of a running answer is told to nobody.
    let mut other = soon("the text on disk", async {
        loop {
            let window = Window::open(&parlour, &chat).await;
            if window.message(&sent.reply_id).text_length == 19 {
                break window;
            }
        }
    })
    .await;
    let before = hidden.pulled;
    hidden.pull().await;
    assert_eq!(hidden.pulled, before + 1);
    assert_eq!((hidden.messages(), &hidden.path, &hidden.head), (other.messages(), &other.path, &other.head));
    house.server.open("end");
    hidden.until_settled().await;
    other.until_settled().await;
    assert_eq!(hidden.messages(), other.messages());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_growing_code_block_travels_by_what_is_new() {
    use parlour_core::markdown::BlockPatch;
    use parlour_core::patch::MessagePatch;
    let (house, parlour) = House::connected().await;
    let line = "let x = 1; // a line of code\n";
    house.server.reply(Reply::stream(vec![
        text("```rust\n"),
        text(&line.repeat(500)),
        gate("more"),
        text(line),
        gate("end"),
        finish(),
    ]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "code".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    follow(&parlour, &mut window, &sent.reply_id, &format!("```rust\n{}", line.repeat(500))).await;
    let since = parlour.next_patch(&chat, 0).await.unwrap().revision;
    house.server.open("more");
    let patch = soon("the line", parlour.next_patch(&chat, since)).await.unwrap();
    let code = |lines| match parse(&format!("```rust\n{}", line.repeat(lines))).remove(0).content {
        BlockContent::Code { tokens, .. } => tokens,
        other => panic!("no code: {other:?}"),
    };
    let (code, longer): (Vec<Token>, Vec<Token>) = (code(500), code(501));
    let tokens = longer[code.len()..].to_vec();
    let appended = BlockPatch::Tokens { path: vec![0], keep: code.len().try_into().unwrap(), tokens };
    let stream =
        MessagePatch::Stream { id: sent.reply_id.clone(), state: MessageState::Streaming, blocks: vec![appended] };
    assert_eq!((patch.messages, patch.path, patch.head), (vec![stream], None, None));
    house.server.open("end");
    window.until_settled().await;
    assert_eq!(window.message(&sent.reply_id).document, parse(&format!("```rust\n{}", line.repeat(501))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_an_answer_does_not_bring_it_once_more() {
    use parlour_core::patch::MessagePatch;
    let (house, parlour) = House::connected().await;
    let long = "Some *text*.\n\n".repeat(2000);
    house.server.reply(Reply::stream(vec![text(&long), text("The [end]"), gate("end"), finish()]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "long".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    follow(&parlour, &mut window, &sent.reply_id, &format!("{long}The [end]")).await;
    let since = parlour.next_patch(&chat, 0).await.unwrap().revision;
    house.server.open("end");
    window.until_settled().await;
    let whole = window.message(&sent.reply_id).clone();
    assert_eq!(whole.document, parse(&format!("{long}The [end]")));
    // A window that is a little behind gets the same; one that knows nothing gets all of it.
    let patch = parlour.next_patch(&chat, since).await.unwrap();
    let bare = Message { document: Vec::new(), ..whole.clone() };
    assert!(
        matches!(&patch.messages[..], [MessagePatch::Settle { message, blocks }] if **message == bare && blocks.len() <= 1),
        "{:?}",
        patch.messages
    );
    let put = MessagePatch::Put { message: Box::new(whole) };
    assert_eq!(parlour.next_patch(&chat, 0).await.unwrap().messages.last(), Some(&put));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_agree_on_everything_that_is_done_in_either() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (mut one, mut two) = (Window::open(&parlour, &chat).await, Window::open(&parlour, &chat).await);
    let (first, _) = say(&parlour, &chat, "one").await;
    let (second, _) = say(&parlour, &chat, "two").await;
    house.server.reply(Reply::error(400, "x", "no"));
    let (failed, _) = say(&parlour, &chat, "three").await;
    let mut deleted = None;
    for step in 0..8 {
        match step {
            0 => parlour.retry_reply(&failed.reply_id).await.unwrap(),
            1 => parlour.regenerate_reply(&first.reply_id).await.unwrap(),
            2 => drop(parlour.choose_version(&first.reply_id, 1).await.unwrap()),
            3 => drop(parlour.edit_message(&second.message_id, "deux".into()).await.unwrap()),
            4 => drop(parlour.choose_version(&second.message_id, 1).await.unwrap()),
            5 => deleted = Some(parlour.delete_message(&second.reply_id).await.unwrap()),
            6 => drop(parlour.undo(&deleted.take().unwrap().operation_id).await.unwrap()),
            _ => drop(parlour.rename_chat(&chat, "Agreed").await.unwrap()),
        }
        // One follows every step, the other looks at the end only.
        let truth = settled_truth(&parlour, &chat).await;
        one.until("agreement", |window| same(window, &truth)).await;
    }
    let truth = settled_truth(&parlour, &chat).await;
    two.until("agreement", |window| same(window, &truth)).await;
    assert_eq!(two.head.title, "Agreed");
}

async fn settled_truth(parlour: &Arc<Parlour>, chat: &ChatId) -> Window {
    let mut truth = Window::open(parlour, chat).await;
    truth.until_settled().await;
    Window::open(parlour, chat).await
}

fn same(window: &Window, truth: &Window) -> bool {
    (&window.path, &window.head, window.messages()) == (&truth.path, &truth.head, truth.messages())
}
