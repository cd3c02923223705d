//! Order among many chats: folders with defaults, pins, tags, the archive, many chats at once; and the undo of each.

use std::sync::Arc;

use model_server::{Reply, Step};
use parlour_core::Parlour;
use parlour_core::chat::{ChatId, ChatOptions, ChatRow, FolderId, MessageState, OperationId, TagId};
use parlour_core::error::{Error, ErrorKind};
use parlour_core::order::{Folder, Place};
use parlour_core::patch::{OperationKind, OverviewPatch, Undone};

use crate::house::{House, gate, new_chat, say, settled, soon, text, thread, turns};
use crate::window::{Overview, Window};

/// Chats in which something was said, the oldest first.
async fn chats<const N: usize>(parlour: &Arc<Parlour>) -> [ChatId; N] {
    let mut made = Vec::new();
    for n in 0..N {
        let chat = new_chat(parlour).await;
        say(parlour, &chat, &format!("Chat {n}")).await;
        made.push(chat);
    }
    made.try_into().unwrap()
}

async fn row(parlour: &Parlour, chat: &ChatId) -> ChatRow {
    let overview = parlour.overview().await.unwrap();
    overview.chats.into_iter().find(|row| row.id == *chat).expect("the chat is in the list")
}

async fn folders(parlour: &Parlour) -> Vec<String> {
    parlour.overview().await.unwrap().folders.unwrap().into_iter().map(|folder| folder.name).collect()
}

async fn tags(parlour: &Parlour) -> Vec<String> {
    parlour.overview().await.unwrap().tags.unwrap().into_iter().map(|tag| tag.name).collect()
}

/// The names of a chat's tags.
async fn tags_of(parlour: &Parlour, chat: &ChatId) -> Vec<String> {
    let all = parlour.overview().await.unwrap().tags.unwrap();
    let row = row(parlour, chat).await;
    let mut names: Vec<String> = row
        .tags
        .iter()
        .map(|id| all.iter().find(|tag| tag.id == *id).expect("a tag in the list").name.clone())
        .collect();
    names.sort();
    names
}

fn model(name: &str) -> ChatOptions {
    ChatOptions { model: Some(name.into()), ..ChatOptions::default() }
}

fn invalid(parameter: &str) -> Error {
    Error::new(ErrorKind::InvalidSettings).with(|d| d.parameter = Some(parameter.into()))
}

/// What the overview says of the order of chats; nothing that is but a revision.
async fn order_of(parlour: &Parlour) -> (Vec<ChatRow>, Option<Vec<Folder>>, Vec<String>) {
    let OverviewPatch { mut chats, folders, .. } = parlour.overview().await.unwrap();
    chats.iter_mut().for_each(|row| row.tags.sort());
    (chats, folders, tags(parlour).await)
}

async fn undo(parlour: &Arc<Parlour>, id: &OperationId) -> Option<OperationKind> {
    parlour.undo(id).await.unwrap().map(|undone| undone.kind)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_action_is_seen_by_windows_taken_back_in_one_step_and_only_once_also_after_a_restart() {
    let (house, mut parlour) = House::connected().await;
    let [one, two, three] = chats(&parlour).await;
    let folder = parlour.create_folder("Work").await.unwrap().id;
    let filled = parlour.create_folder("Home").await.unwrap().id;
    parlour.move_chats(vec![three.clone()], Some(filled.clone())).await.unwrap();
    parlour.set_folder_options(&filled, model("home")).await.unwrap();
    parlour.tag_chats(vec![one.clone(), three.clone()], "blue", true).await.unwrap();
    let blue = parlour.overview().await.unwrap().tags.unwrap()[0].id.clone();
    let both = vec![one.clone(), two.clone()];

    for step in 0..12 {
        let before = order_of(&parlour).await;
        let mut overview = Overview::open(&parlour).await;
        let (kind, done) = match step {
            0 => (OperationKind::RenameFolder, parlour.rename_folder(&filled, "House").await),
            1 => (OperationKind::SetFolderOptions, parlour.set_folder_options(&filled, model("other")).await),
            2 => (OperationKind::DeleteFolder, parlour.delete_folder(&filled).await),
            3 => (OperationKind::MoveChats, parlour.move_chats(both.clone(), Some(folder.clone())).await),
            4 => (OperationKind::MoveChats, parlour.move_chats(vec![three.clone()], None).await),
            5 => (OperationKind::PinChats, parlour.pin_chats(both.clone(), true).await),
            6 => (OperationKind::ArchiveChats, parlour.archive_chats(both.clone(), true).await),
            7 => (OperationKind::DeleteChats, parlour.delete_chats(both.clone()).await),
            8 => (OperationKind::TagChats, parlour.tag_chats(both.clone(), "red", true).await),
            9 => (OperationKind::TagChats, parlour.tag_chats(both.clone(), "Blue", false).await),
            10 => (OperationKind::RenameTag, parlour.rename_tag(&blue, "green").await),
            _ => (OperationKind::DeleteTag, parlour.delete_tag(&blue).await),
        };
        let id = done.unwrap().operation_id;
        let after = order_of(&parlour).await;
        assert_ne!(after, before, "{kind:?} changes something");
        // What a window pulls is what a new one is told.
        let fresh = parlour.overview().await.unwrap();
        overview
            .until("the change", |overview| {
                let mut chats = overview.chats.clone();
                let mut wanted = fresh.chats.clone();
                for rows in [&mut chats, &mut wanted] {
                    rows.sort_by(|a, b| a.id.cmp(&b.id));
                }
                chats == wanted && overview.folders == fresh.folders && overview.tags == fresh.tags
            })
            .await;
        if step % 2 == 0 {
            drop((overview, parlour));
            parlour = house.open();
            assert_eq!(order_of(&parlour).await, after, "{kind:?} outlives a restart");
        }
        let undone = if step % 3 == 0 {
            parlour.undo_last().await.unwrap().map(|undone| undone.kind)
        } else {
            undo(&parlour, &id).await
        };
        assert_eq!(undone, Some(kind));
        assert_eq!(order_of(&parlour).await, before, "{kind:?} is taken back");
        assert_eq!(undo(&parlour, &id).await, None, "once");
        assert_eq!(order_of(&parlour).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_folder_is_taken_back_by_the_undo_of_the_last_operation() {
    let (_house, parlour) = House::connected().await;
    let [chat] = chats(&parlour).await;
    let mut overview = Overview::open(&parlour).await;
    let made = parlour.create_folder("  My \n work ").await.unwrap();
    assert_eq!((made.name.as_str(), &made.options), ("My work", &ChatOptions::default()));
    overview.until("the folder", |overview| overview.folders == Some(vec![made.clone()])).await;
    parlour.move_chats(vec![chat.clone()], Some(made.id.clone())).await.unwrap();
    let undone = |kind| Some(Undone { kind, chat: None });
    assert_eq!(parlour.undo_last().await.unwrap(), undone(OperationKind::MoveChats));
    assert_eq!(parlour.undo_last().await.unwrap(), undone(OperationKind::CreateFolder));
    assert_eq!(folders(&parlour).await, Vec::<String>::new());
    assert_eq!(parlour.undo_last().await.unwrap(), None);
    assert_eq!(parlour.rename_folder(&made.id, "x").await, Err(ErrorKind::FolderNotFound.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_is_nothing_to_take_back() {
    let (_house, parlour) = House::connected().await;
    let [chat] = chats(&parlour).await;
    let folder = parlour.create_folder("Work").await.unwrap().id;
    parlour.rename_chat(&chat, "Named").await.unwrap();
    let one = || vec![chat.clone()];
    for done in [
        parlour.rename_folder(&folder, "Work").await,
        parlour.set_folder_options(&folder, ChatOptions::default()).await,
        parlour.move_chats(one(), None).await,
        parlour.pin_chats(one(), false).await,
        parlour.archive_chats(one(), false).await,
    ] {
        assert_eq!(undo(&parlour, &done.unwrap().operation_id).await, None);
    }
    // The last thing that was done is the name.
    assert_eq!(parlour.undo_last().await.unwrap().unwrap().kind, OperationKind::RenameChat);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folders_model_and_prompt_go_to_the_server_unless_the_chat_has_its_own() {
    let (house, parlour) = House::connected().await;
    let [chat] = chats(&parlour).await;
    let mut window = Window::open(&parlour, &chat).await;
    let folder = parlour.create_folder("Work").await.unwrap().id;
    let options = ChatOptions {
        model: Some("folder-model".into()),
        system_prompt: Some("Be a folder.".into()),
        temperature: Some(0.5),
        max_tokens: Some(77),
        ..ChatOptions::default()
    };
    parlour.set_folder_options(&folder, options.clone()).await.unwrap();
    parlour.move_chats(vec![chat.clone()], Some(folder.clone())).await.unwrap();
    window.until("what it inherits", |window| window.head.inherited == options).await;
    assert_eq!(window.head.options, ChatOptions::default());

    // (model, system prompt, temperature, limit) of the last request, and the model that its row and the ledger name.
    let sent = || {
        let body = house.server.requests().last().unwrap().body.clone();
        let ledger: String = house.sql("SELECT parameters FROM request ORDER BY seq DESC LIMIT 1");
        let row: String = house.sql("SELECT model FROM message WHERE role = 'assistant' ORDER BY seq DESC LIMIT 1");
        let ledger: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&ledger).unwrap();
        assert!(ledger.contains_key("temperature") && ledger.contains_key("max_tokens"));
        for (name, value) in &ledger {
            assert_eq!(body[name], *value, "what is recorded is what was sent");
        }
        (body["model"].as_str().unwrap().to_owned(), body["messages"][0]["content"].clone(), row)
    };
    let (one, _) = say(&parlour, &chat, "one").await;
    assert_eq!(sent(), ("folder-model".into(), "Be a folder.".into(), "folder-model".into()));

    // Its own wins; what it has not comes from the folder.
    parlour.set_chat_options(&chat, model("own")).await.unwrap();
    parlour.regenerate_reply(&one.reply_id).await.unwrap();
    Window::open(&parlour, &chat).await.until_settled().await;
    assert_eq!(sent(), ("own".into(), "Be a folder.".into(), "own".into()));
    let edited = parlour.edit_message(&one.message_id, "uno".into()).await.unwrap();
    settled(&parlour, &chat, &edited.reply_id).await;
    assert_eq!(sent(), ("own".into(), "Be a folder.".into(), "own".into()));
    parlour.set_chat_options(&chat, ChatOptions::default()).await.unwrap();

    // The rest of an answer is asked for with what is in force then.
    parlour.set_folder_options(&folder, ChatOptions { model: Some("second".into()), ..options.clone() }).await.unwrap();
    parlour.continue_reply(&edited.reply_id).await.unwrap();
    settled(&parlour, &chat, &edited.reply_id).await;
    assert_eq!(sent().0, "second");

    // Without the folder the settings are in force, and an undo brings it back.
    let deleted = parlour.delete_folder(&folder).await.unwrap();
    window.until("nothing inherited", |window| window.head.inherited == ChatOptions::default()).await;
    say(&parlour, &chat, "two").await;
    let body = house.server.requests().last().unwrap().body.clone();
    assert_eq!((&body["model"], body.get("temperature")), (&"gpt-4o-mini".into(), None));
    parlour.undo(&deleted.operation_id).await.unwrap();
    window.until("what it inherits", |window| window.head.inherited.model.as_deref() == Some("second")).await;
    say(&parlour, &chat, "three").await;
    assert_eq!(sent().0, "second");
}

#[tokio::test(flavor = "multi_thread")]
async fn defaults_that_make_no_sense_are_refused_and_damaged_ones_are_none() {
    let (house, parlour) = House::connected().await;
    let [chat] = chats(&parlour).await;
    let folder = parlour.create_folder("Work").await.unwrap().id;
    let hot = ChatOptions { temperature: Some(2.1), ..ChatOptions::default() };
    assert_eq!(parlour.set_folder_options(&folder, hot).await, Err(invalid("temperature")));
    let none = ChatOptions { max_tokens: Some(0), ..ChatOptions::default() };
    assert_eq!(parlour.set_folder_options(&folder, none).await, Err(invalid("maxTokens")));
    parlour.set_folder_options(&folder, model("  folder-model ")).await.unwrap();
    parlour.move_chats(vec![chat.clone()], Some(folder.clone())).await.unwrap();
    assert_eq!(Window::open(&parlour, &chat).await.head.inherited, model("folder-model"));
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute("UPDATE folder SET options = '{\"model\": 5'", []).unwrap();
    assert_eq!(Window::open(&parlour, &chat).await.head.inherited, ChatOptions::default());
    let (_, answer) = say(&parlour, &chat, "one").await;
    assert_eq!(answer.state, MessageState::Complete);
    assert_eq!(house.server.requests().last().unwrap().body.clone()["model"], "gpt-4o-mini");
    let folders = parlour.overview().await.unwrap().folders.unwrap();
    assert_eq!(folders, [Folder { id: folder, name: "Work".into(), options: ChatOptions::default() }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_trimmed_and_cut_and_there_is_none_of_nothing() {
    let (_house, parlour) = House::connected().await;
    let [chat] = chats(&parlour).await;
    let folder = parlour.create_folder("Work").await.unwrap().id;
    parlour.tag_chats(vec![chat.clone()], "blue", true).await.unwrap();
    let tag = parlour.overview().await.unwrap().tags.unwrap()[0].id.clone();
    for nothing in ["", " \n\t "] {
        assert_eq!(parlour.create_folder(nothing).await, Err(invalid("name")));
        assert_eq!(parlour.rename_folder(&folder, nothing).await, Err(invalid("name")));
        assert_eq!(parlour.tag_chats(vec![chat.clone()], nothing, true).await, Err(invalid("name")));
        assert_eq!(parlour.rename_tag(&tag, nothing).await, Err(invalid("name")));
    }
    let long = "ä".repeat(500);
    let cut = "ä".repeat(200);
    parlour.rename_folder(&folder, &long).await.unwrap();
    parlour.rename_tag(&tag, &format!("  {long}")).await.unwrap();
    assert_eq!((folders(&parlour).await, tags(&parlour).await), (vec![cut.clone()], vec![cut]));
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_are_put_into_a_part_of_the_list_in_one_step() {
    let (_house, parlour) = House::connected().await;
    let [one, two] = chats(&parlour).await;
    let (work, home) =
        (parlour.create_folder("Work").await.unwrap().id, parlour.create_folder("Home").await.unwrap().id);
    parlour.move_chats(vec![one.clone()], Some(home.clone())).await.unwrap();
    parlour.pin_chats(vec![one.clone()], true).await.unwrap();
    parlour.archive_chats(vec![two.clone()], true).await.unwrap();
    let places = async || {
        let [one, two] = [row(&parlour, &one).await, row(&parlour, &two).await];
        [one, two].map(|row| (row.folder_id, row.pinned, row.archived))
    };
    let before = places().await;
    assert_eq!(before, [(Some(home.clone()), true, false), (None, false, true)]);
    let at = |folder: Option<&FolderId>, pinned, archived| (folder.cloned(), pinned, archived);
    for (place, expected) in [
        (Place::Folder { id: work.clone() }, [at(Some(&work), false, false), at(Some(&work), false, false)]),
        (Place::Dated, [at(None, false, false), at(None, false, false)]),
        (Place::Pinned, [at(Some(&home), true, false), at(None, true, false)]),
        (Place::Archive, [at(Some(&home), true, true), at(None, false, true)]),
    ] {
        let done = parlour.place_chats(vec![one.clone(), two.clone()], place.clone()).await.unwrap();
        assert_eq!(places().await, expected, "{place:?}");
        parlour.undo(&done.operation_id).await.unwrap().unwrap();
        assert_eq!(places().await, before, "{place:?}");
    }
    let gone = Place::Folder { id: FolderId("gone".into()) };
    assert_eq!(parlour.place_chats(vec![one.clone()], gone).await, Err(ErrorKind::FolderNotFound.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_folder_leaves_its_chats_and_comes_back_with_those_that_went_nowhere_else() {
    let (_house, parlour) = House::connected().await;
    let [one, two, three] = chats(&parlour).await;
    let work = parlour.create_folder("Work").await.unwrap().id;
    let home = parlour.create_folder("Home").await.unwrap().id;
    parlour.move_chats(vec![one.clone(), two.clone(), three.clone()], Some(work.clone())).await.unwrap();
    let done = parlour.delete_folder(&work).await.unwrap();
    assert_eq!(folders(&parlour).await, ["Home"]);
    assert_eq!(parlour.overview().await.unwrap().chats.len(), 3);
    let gone = ErrorKind::FolderNotFound;
    assert_eq!(parlour.move_chats(vec![one.clone()], Some(work.clone())).await, Err(gone.into()));
    assert_eq!(parlour.delete_folder(&work).await, Err(gone.into()));
    assert_eq!(parlour.set_folder_options(&work, model("m")).await, Err(gone.into()));
    parlour.move_chats(vec![two.clone()], Some(home.clone())).await.unwrap();
    parlour.move_chats(vec![three.clone()], None).await.unwrap();
    parlour.undo(&done.operation_id).await.unwrap();
    let folder = async |chat| row(&parlour, chat).await.folder_id;
    assert_eq!((folder(&one).await, folder(&two).await, folder(&three).await), (Some(work), Some(home), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_chat_is_in_no_folder_and_never_one_that_was_put_somewhere() {
    let (_house, parlour) = House::connected().await;
    let folder = parlour.create_folder("Work").await.unwrap().id;
    let first = new_chat(&parlour).await;
    parlour.move_chats(vec![first.clone()], Some(folder)).await.unwrap();
    let second = new_chat(&parlour).await;
    assert_ne!(second, first);
    parlour.pin_chats(vec![second.clone()], true).await.unwrap();
    let third = new_chat(&parlour).await;
    parlour.tag_chats(vec![third.clone()], "blue", true).await.unwrap();
    let fourth = new_chat(&parlour).await;
    assert!(![first, second, third].contains(&fourth));
    parlour.save_draft(&fourth, "typing".into()).await.unwrap();
    assert_eq!(row(&parlour, &fourth).await.folder_id, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_the_same_in_any_case_and_in_the_list_as_long_as_a_chat_has_it() {
    let (_house, parlour) = House::connected().await;
    let [one, two] = chats(&parlour).await;
    let tag = async |chat: &ChatId, name: &str, on| parlour.tag_chats(vec![chat.clone()], name, on).await;
    tag(&one, "Café", true).await.unwrap();
    // In another case, and with the accent as a character of its own.
    tag(&two, "CAFE\u{301}", true).await.unwrap();
    tag(&two, "cafe", true).await.unwrap();
    assert_eq!(tags(&parlour).await, ["Café", "cafe"], "an accent is another letter");
    assert_eq!(tags_of(&parlour, &two).await, ["Café", "cafe"]);
    assert_eq!(tag(&one, "none", false).await, Err(ErrorKind::TagNotFound.into()));
    tag(&two, "cafe", false).await.unwrap();
    assert_eq!(tags(&parlour).await, ["Café"]);
    let gone = parlour.delete_chats(vec![one.clone(), two.clone()]).await.unwrap();
    assert_eq!(tags(&parlour).await, Vec::<String>::new(), "what is in the trash has no part in the list");
    let mut overview = Overview::open(&parlour).await;
    parlour.undo(&gone.operation_id).await.unwrap();
    overview.until("the tag", |overview| overview.tags.iter().flatten().any(|tag| tag.name == "Café")).await;
    assert_eq!(
        (tags_of(&parlour, &one).await, tags_of(&parlour, &two).await),
        (vec!["Café".into()], vec!["Café".into()])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_gets_the_name_of_another_becomes_one_with_it_and_both_come_back() {
    let (_house, parlour) = House::connected().await;
    let [one, two, three] = chats(&parlour).await;
    let tag = async |chats: &[&ChatId], name: &str| {
        let chats = chats.iter().map(|chat| (*chat).clone()).collect();
        parlour.tag_chats(chats, name, true).await.unwrap()
    };
    tag(&[&one, &two], "blue").await;
    tag(&[&two, &three], "azure").await;
    let before = order_of(&parlour).await;
    let azure = parlour.overview().await.unwrap().tags.unwrap()[1].id.clone();
    let done = parlour.rename_tag(&azure, "BLUE").await.unwrap();
    assert_eq!(tags(&parlour).await, ["blue"]);
    for chat in [&one, &two, &three] {
        assert_eq!(tags_of(&parlour, chat).await, ["blue"]);
    }
    assert_eq!(parlour.rename_tag(&azure, "x").await, Err(ErrorKind::TagNotFound.into()));
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(order_of(&parlour).await, before);
    // Only the case is other: it is the tag's own name.
    let blue = parlour.overview().await.unwrap().tags.unwrap()[0].id.clone();
    parlour.rename_tag(&blue, "Blue").await.unwrap();
    assert_eq!(tags(&parlour).await, ["Blue", "azure"]);
    // A deleted one comes back as the one that was made in its place.
    let done = parlour.delete_tag(&blue).await.unwrap();
    tag(&[&three], "blue").await;
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(tags(&parlour).await, ["azure", "blue"]);
    assert_eq!(tags_of(&parlour, &one).await, ["blue"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_that_are_not_there_are_passed_over_unless_there_is_no_other() {
    let (_house, parlour) = House::connected().await;
    let [one, two] = chats(&parlour).await;
    parlour.delete_chat(&two).await.unwrap();
    let nowhere = || ChatId("nowhere".into());
    let folder = parlour.create_folder("Work").await.unwrap().id;
    let none = || vec![two.clone(), nowhere()];
    let gone: Error = ErrorKind::ChatNotFound.into();
    assert_eq!(parlour.move_chats(none(), Some(folder)).await, Err(gone.clone()));
    assert_eq!(parlour.pin_chats(none(), true).await, Err(gone.clone()));
    assert_eq!(parlour.archive_chats(Vec::new(), true).await, Err(gone.clone()));
    assert_eq!(parlour.tag_chats(none(), "blue", true).await, Err(gone.clone()));
    assert_eq!(parlour.delete_chats(none()).await, Err(gone));
    assert_eq!(tags(&parlour).await, Vec::<String>::new());
    parlour.pin_chats(vec![two.clone(), one.clone(), nowhere(), one.clone()], true).await.unwrap();
    assert!(row(&parlour, &one).await.pinned);
    assert_eq!(parlour.rename_tag(&TagId("nowhere".into()), "x").await, Err(ErrorKind::TagNotFound.into()));
    assert_eq!(parlour.delete_tag(&TagId("nowhere".into())).await, Err(ErrorKind::TagNotFound.into()));
    assert_eq!(parlour.delete_folder(&FolderId("nowhere".into())).await, Err(ErrorKind::FolderNotFound.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_chat_is_found_and_talked_to_as_before() {
    let (_house, parlour) = House::connected().await;
    let [one, _] = chats(&parlour).await;
    parlour.archive_chats(vec![one.clone()], true).await.unwrap();
    assert!(row(&parlour, &one).await.archived);
    assert_eq!(parlour.search_chats("\"chat 0\"".into()).await.unwrap().hits.len(), 3, "title, question, answer");
    say(&parlour, &one, "again").await;
    assert!(row(&parlour, &one).await.archived);
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_in_chats_that_are_deleted_together_stop_and_what_was_queued_goes_on_after_an_undo() {
    let (house, parlour) = House::connected().await;
    let (one, two) = (new_chat(&parlour).await, {
        house.server.reply(Reply::stream(vec![text("Hello"), Step::Hang]));
        let first = new_chat(&parlour).await;
        parlour.send_message(&first, "one".into()).await.unwrap();
        first
    });
    assert_eq!(one, two, "an empty chat is used again");
    let running = Window::open(&parlour, &one).await.path[1].clone();
    Window::open(&parlour, &one).await.until_shown(&running, "Hello").await;
    let queued = parlour.send_message(&one, "two".into()).await.unwrap();
    house.server.reply(Reply::stream(vec![text("Half"), gate("never")]));
    let other = new_chat(&parlour).await;
    let half = parlour.send_message(&other, "three".into()).await.unwrap();
    Window::open(&parlour, &other).await.until_shown(&half.reply_id, "Half").await;
    let mut window = Window::open(&parlour, &one).await;
    let done = parlour.delete_chats(vec![one.clone(), other.clone()]).await.unwrap();
    assert_eq!(window.pull_error().await, ErrorKind::ChatNotFound);
    soon("the end of the connections", async {
        house.server.closed(0).await;
        house.server.closed(1).await;
    })
    .await;
    assert_eq!(parlour.trash().await.unwrap().len(), 2);
    assert_eq!(undo(&parlour, &done.operation_id).await, Some(OperationKind::DeleteChats));
    let mut window = Window::open(&parlour, &one).await;
    window.until_settled().await;
    assert_eq!(window.message(&running).state, MessageState::Stopped);
    assert_eq!(window.message(&queued.reply_id).state, MessageState::Complete);
    assert_eq!(settled(&parlour, &other, &half.reply_id).await.state, MessageState::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_leaves_the_trash_alone_and_the_undo_of_the_rest_leaves_it_be() {
    let (house, parlour) = House::connected().await;
    let [one, two, three] = chats(&parlour).await;
    let all = vec![one.clone(), two.clone(), three.clone()];
    let done = parlour.delete_chats(all).await.unwrap();
    let trash = parlour.trash().await.unwrap();
    assert_eq!(trash.len(), 3);
    assert!(trash.iter().all(|chat| chat.operation_id == done.operation_id));
    let taken = parlour.take_from_trash(&one).await.unwrap();
    assert_eq!(thread(&parlour, &one).await, turns(&["Chat 0", "You said: Chat 0"]));
    assert_eq!(parlour.trash().await.unwrap().len(), 2);
    assert_eq!(parlour.take_from_trash(&one).await, Err(ErrorKind::ChatNotFound.into()));
    let undone = parlour.undo(&taken.operation_id).await.unwrap();
    assert_eq!(undone, Some(Undone { kind: OperationKind::TakeFromTrash, chat: None }));
    assert_eq!(parlour.trash().await.unwrap().len(), 3);
    // Another one goes for good; the undo of all brings back those that are left of it.
    parlour.purge_chat(&two).await.unwrap();
    drop(parlour);
    let parlour = house.open();
    let undone = parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(undone, Some(Undone { kind: OperationKind::DeleteChats, chat: Some(three.clone()) }));
    let left: Vec<_> = parlour.trash().await.unwrap().into_iter().map(|chat| chat.id).collect();
    assert_eq!(left, std::slice::from_ref(&one), "it went there again by another way");
    assert_eq!(thread(&parlour, &three).await, turns(&["Chat 2", "You said: Chat 2"]));
    assert_eq!(parlour.take_from_trash(&two).await, Err(ErrorKind::ChatNotFound.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_to_many_can_be_taken_back_for_those_that_are_left_when_one_is_gone_for_good() {
    let (house, parlour) = House::connected().await;
    let [one, two] = chats(&parlour).await;
    let both = || vec![one.clone(), two.clone()];
    let folder = parlour.create_folder("Work").await.unwrap().id;
    let moved = parlour.move_chats(both(), Some(folder)).await.unwrap();
    let pinned = parlour.pin_chats(both(), true).await.unwrap();
    let archived = parlour.archive_chats(both(), true).await.unwrap();
    let tagged = parlour.tag_chats(both(), "shared", true).await.unwrap();
    parlour.tag_chats(vec![two.clone()], "its-alone", true).await.unwrap();
    let alone = parlour.overview().await.unwrap().tags.unwrap()[1].id.clone();
    parlour.rename_tag(&alone, "its-secret").await.unwrap();
    parlour.pin_chats(vec![two.clone()], false).await.unwrap();
    parlour.delete_chat(&two).await.unwrap();
    parlour.purge_chat(&two).await.unwrap();
    // Nothing names it any more, but its blank row.
    let columns = [("operation", "inverse"), ("chat_tag", "chat_id"), ("tag", "name"), ("draft", "chat_id")];
    for needle in [two.as_str(), "its-alone", "its-secret"] {
        for (table, column) in columns {
            let found: i64 = house.sql(&format!("SELECT count(*) FROM {table} WHERE instr({column}, '{needle}')"));
            assert_eq!(found, 0, "{needle} in {table}");
        }
    }
    let blank = "SELECT count(*) FROM chat WHERE purged_at IS NOT NULL
        AND coalesce(folder_id, pinned_at, archived_at) IS NULL";
    assert_eq!(house.sql::<i64>(blank), 1);
    for done in [tagged, archived, pinned, moved] {
        assert!(undo(&parlour, &done.operation_id).await.is_some());
    }
    let left = row(&parlour, &one).await;
    assert_eq!((left.folder_id, left.tags, left.pinned, left.archived), (None, Vec::new(), false, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_of_a_backup_comes_back_where_it_was() {
    use parlour_core::backup::BackupReason;
    let (_house, parlour) = House::connected().await;
    let [one, two] = chats(&parlour).await;
    let work = parlour.create_folder("Work").await.unwrap().id;
    let home = parlour.create_folder("Home").await.unwrap().id;
    parlour.move_chats(vec![one.clone()], Some(work.clone())).await.unwrap();
    parlour.move_chats(vec![two.clone()], Some(home.clone())).await.unwrap();
    parlour.tag_chats(vec![one.clone(), two.clone()], "blue", true).await.unwrap();
    parlour.pin_chats(vec![one.clone()], true).await.unwrap();
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let held = parlour.backup_chats(&backup.id).await.unwrap();
    let of_one = held.iter().find(|row| row.id == one).unwrap();
    assert_eq!((&of_one.folder_id, of_one.pinned), (&Some(work.clone()), true));
    let blue = parlour.overview().await.unwrap().tags.unwrap()[0].id.clone();
    parlour.delete_tag(&blue).await.unwrap();
    parlour.delete_folder(&home).await.unwrap();
    let mut overview = Overview::open(&parlour).await;
    let back = parlour.restore_chat(&backup.id, &one).await.unwrap().chat;
    overview.until("the tag", |overview| overview.tags.as_ref().is_some_and(|tags| tags.len() == 1)).await;
    assert_eq!(row(&parlour, &back).await.folder_id, Some(work.clone()));
    assert_eq!(tags_of(&parlour, &back).await, ["blue"]);
    let back = parlour.restore_chat(&backup.id, &two).await.unwrap().chat;
    assert_eq!(row(&parlour, &back).await.folder_id, None, "its folder is gone");
    // The whole backup brings the whole order back, and windows see it.
    let mut overview = Overview::open(&parlour).await;
    parlour.restore_backup(&backup.id).await.unwrap();
    overview.until("both folders", |overview| overview.folders.as_ref().is_some_and(|all| all.len() == 2)).await;
    assert_eq!(tags_of(&parlour, &two).await, ["blue"]);
    assert!(row(&parlour, &one).await.pinned);
}
