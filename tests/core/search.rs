//! Search: whatever is typed is a query, whatever the script is; newest first, with the match in its context.

use std::sync::Arc;
use std::time::Duration;

use model_server::{Reply, Step};
use parlour_core::Parlour;
use parlour_core::backup::BackupReason;
use parlour_core::chat::SearchHit;

use crate::house::{House, finish, gate, new_chat, say, settled, soon, text};
use crate::window::Window;

async fn found(parlour: &Parlour, query: &str) -> Vec<SearchHit> {
    let result = parlour.search_chats(query.into()).await.unwrap();
    assert_eq!((result.more, result.indexed), (false, None), "{query:?}");
    result.hits
}

/// What the contexts of the hits are, as one would read them.
async fn marked(parlour: &Parlour, query: &str) -> Vec<String> {
    let hits = found(parlour, query).await;
    hits.into_iter()
        .map(|SearchHit { context: [before, mark, after], .. }| format!("{before}[{mark}]{after}"))
        .collect()
}

/// A chat for each text, without a title and with an answer that has none of its words.
async fn chats(house: &House, parlour: &Arc<Parlour>, texts: &[&str]) {
    for text in texts {
        let chat = new_chat(parlour).await;
        house.server.reply(Reply::text("…"));
        say(parlour, &chat, text).await;
        parlour.rename_chat(&chat, "").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_titles_questions_and_answers_newest_chat_first() {
    let (_house, parlour) = House::connected().await;
    let one = new_chat(&parlour).await;
    let (first, _) = say(&parlour, &one, "Colours. Tell me of the zebra and its stripes").await;
    let two = new_chat(&parlour).await;
    let (second, _) = say(&parlour, &two, "Zebra").await;
    let strings = |parts: [&str; 3]| parts.map(str::to_owned);
    let hit = |chat_id: &_, title: &str, message: Option<&_>, context| SearchHit {
        chat_id: Clone::clone(chat_id),
        title: title.into(),
        message_id: message.cloned(),
        context: strings(context),
    };
    let expected = [
        hit(&two, "Zebra", None, ["", "Zebra", ""]),
        hit(&two, "Zebra", Some(&second.reply_id), ["You said: ", "Zebra", ""]),
        hit(&two, "Zebra", Some(&second.message_id), ["", "Zebra", ""]),
        hit(
            &one,
            "Colours",
            Some(&first.reply_id),
            ["You said: Colours. Tell me of the ", "zebra", " and its stripes"],
        ),
        hit(&one, "Colours", Some(&first.message_id), ["Colours. Tell me of the ", "zebra", " and its stripes"]),
    ];
    assert_eq!(found(&parlour, " ZEBRA ").await, expected);
    let done = parlour.delete_message(&first.reply_id).await.unwrap();
    assert_eq!(found(&parlour, "zebra").await[3..], expected[4..]);
    parlour.delete_message(&first.message_id).await.unwrap();
    parlour.delete_chat(&two).await.unwrap();
    assert_eq!(found(&parlour, "zebra").await, [], "what is deleted is not found");
    for _ in 0..2 {
        parlour.undo_last().await.unwrap();
    }
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(found(&parlour, "zebra").await, expected);
    assert_eq!(found(&parlour, "").await, []);
    assert_eq!(found(&parlour, "   ").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_phrases_beginnings_and_what_must_not_be_there() {
    let (house, parlour) = House::connected().await;
    let (one, two) = ("the quick brown fox", "the brown quick foxes");
    chats(&house, &parlour, &[one, two]).await;
    let table: [(&str, &[&str]); 12] = [
        ("quick brown", &["the [brown] quick foxes", "the [quick] brown fox"]),
        ("\"quick brown\"", &["the [quick brown] fox"]),
        ("\"quick brown", &["the [quick brown] fox"]),
        ("\"quick bro", &["the [quick brown] fox"]),
        ("\"quick bro\"", &[]),
        ("fo", &["the brown quick [foxes]", "the quick brown [fox]"]),
        ("fox", &["the brown quick [foxes]", "the quick brown [fox]"]),
        ("fox ", &["the quick brown [fox]"]),
        ("fo* the", &["[the] brown quick foxes", "[the] quick brown fox"]),
        ("brown -foxes", &["the quick [brown] fox"]),
        ("the -\"brown quick\"", &["[the] quick brown fox"]),
        ("-fox -nothing", &["the brown quick foxes[]", "…[]", "…[]"]),
    ];
    for (query, expected) in table {
        let mut hits = marked(&parlour, query).await;
        if query.starts_with('-') {
            // The answers are found too.
            hits.sort_by_key(|hit| hit.starts_with('…'));
        }
        assert_eq!(hits, expected, "{query:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_filter_and_no_sign_is_text() {
    let (house, parlour) = House::connected().await;
    let texts = ["growth of 100% today", "it's \"quoted\" on:work", r"C:\temp\new", "https://a.example/x?before:lunch"];
    chats(&house, &parlour, &texts).await;
    let table = [
        ("100%", 1),
        ("0% t", 0),
        ("%", 0),
        ("_ \\ \" ' - *", 0),
        ("it's", 1),
        ("\"quoted\"", 1),
        ("on:work", 1),
        ("on:play", 0),
        (r"C:\temp", 1),
        ("before:lunch", 1),
        ("before:lun", 1),
        ("https://a.ex", 1),
        ("a.example/x?", 1),
        ("'; DROP TABLE chat; --", 0),
        ("* OR 1", 0),
        ("NEAR(a b) AND text:a ^b {", 0),
        ("H\0i", 0),
    ];
    for (query, hits) in table {
        assert_eq!(found(&parlour, query).await.len(), hits, "{query:?}");
    }
    assert_eq!(found(&parlour, &"%x".repeat(100_000)).await, []);
    assert_eq!(found(&parlour, &"数".repeat(100_000)).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_script_is_found_and_case_accents_and_sharp_s_do_not_matter() {
    let (house, parlour) = House::connected().await;
    let texts = [
        "Die Straße nach Ångström",
        "Ἡ ὁδὸς Ὀδυσσέως",
        "Съешь ещё этих булок",
        "数据库迁移失败了",
        "データベースの移行",
        "데이터베이스 마이그레이션",
        "ฐานข้อมูลล้มเหลว",
        "the crab 🦀 walks",
    ];
    chats(&house, &parlour, &texts).await;
    let table = [
        ("STRASSE", texts[0]),
        ("angstrom", texts[0]),
        ("οδος ", texts[1]),
        ("ОДУ", ""),
        ("ὀδυσσεωσ ", texts[1]),
        ("ЕЩЕ", texts[2]),
        ("迁", texts[3]),
        ("库迁", texts[3]),
        ("迁库", ""),
        ("ベース", texts[4]),
        ("移行", texts[4]),
        ("마이", texts[5]),
        ("베이스 마", texts[5]),
        ("ข้อมูล", texts[6]),
        ("ล้", texts[6]),
        ("🦀", texts[7]),
    ];
    for (query, text) in table {
        let texts: Vec<String> = found(&parlour, query).await.into_iter().map(|hit| hit.context.concat()).collect();
        assert_eq!(texts, Vec::from_iter((!text.is_empty()).then_some(text)), "{query:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn code_is_found_by_the_parts_of_its_names_and_by_their_beginnings() {
    let (house, parlour) = House::connected().await;
    chats(&house, &parlour, &["call snake_case_name() first", "then getUserName, not HTTPServer"]).await;
    let (snake, camel) = ("call [@]() first", "then [@], not HTTPServer");
    let table = [
        ("snake_case_name ", snake.replace('@', "snake_case_name")),
        ("case", "call snake_[case]_name() first".into()),
        ("snake_ca", snake.replace('@', "snake_case").replace("]()", "]_name()")),
        ("snakecase", snake.replace('@', "snake_case_name")),
        ("getUserName", camel.replace('@', "getUserName")),
        ("get_user_name ", camel.replace('@', "getUserName")),
        ("getuser", camel.replace('@', "getUserName")),
        ("user", "then get[User]Name, not HTTPServer".into()),
        ("server", "then getUserName, not HTTP[Server]".into()),
        ("httpserver ", "then getUserName, not [HTTPServer]".into()),
    ];
    for (query, expected) in table {
        assert_eq!(marked(&parlour, query).await, [expected], "{query:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_say_where_it_was_said_by_whom_and_when() {
    let (mut house, parlour) = House::connected().await;
    drop(parlour);
    // 2026-02-28, 12:00.
    house.clock = || 1_772_280_000_000;
    let parlour = house.open();
    let chat = new_chat(&parlour).await;
    let mut options = parlour_core::chat::ChatOptions { model: Some("Éclair-4.5-mini".into()), ..Default::default() };
    parlour.set_chat_options(&chat, options.clone()).await.unwrap();
    let (one, _) = say(&parlour, &chat, "apples").await;
    drop(parlour);
    // 2026-03-01, 00:00.
    house.clock = || 1_772_323_200_000;
    let parlour = house.open();
    options.model = Some("other".into());
    parlour.set_chat_options(&chat, options).await.unwrap();
    let (two, _) = say(&parlour, &chat, "apples and pears").await;
    parlour.rename_chat(&chat, "Fruit salad").await.unwrap();
    let (old, new) = ([one.reply_id, one.message_id], [two.reply_id, two.message_id]);
    let table = [
        ("apples role:you", vec![&new[1], &old[1]]),
        ("apples role:assistant", vec![&new[0], &old[0]]),
        ("role:user pears", vec![&new[1]]),
        ("model:eclair", vec![&old[0]]),
        ("model:4.5 apples", vec![&old[0]]),
        ("model:nobody apples", vec![]),
        ("apples before:2026-03", vec![&old[0], &old[1]]),
        ("before:2026-02-28", vec![]),
        ("apples after:2026-03-01", vec![&new[0], &new[1]]),
        ("after:2026 before:2026-03-01", vec![&old[0], &old[1]]),
        ("after:2027", vec![]),
        ("title:salad pears", vec![&new[0], &new[1]]),
        ("title:\"fruit salad\" pears role:user", vec![&new[1]]),
        ("title:pears apples", vec![]),
    ];
    for (query, expected) in table {
        let ids: Vec<_> = found(&parlour, query).await.into_iter().map(|hit| hit.message_id.unwrap()).collect();
        assert_eq!(ids.iter().collect::<Vec<_>>(), expected, "{query:?}");
    }
    assert_eq!(marked(&parlour, "title:sal").await, ["Fruit [salad]"]);
    assert_eq!(marked(&parlour, "salad fru").await, ["[Fruit] salad"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_context_is_cut_between_letters() {
    let (house, parlour) = House::connected().await;
    let far = "🙈".repeat(60);
    chats(&house, &parlour, &[&format!("x\n{far}数据库迁移{far}")]).await;
    let hit = found(&parlour, "库迁").await.remove(0);
    assert_eq!(hit.context, [format!("{}数据", "🙈".repeat(38)), "库迁".into(), format!("移{}", "🙈".repeat(39))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_streams_is_found_when_it_has_settled_and_a_continued_answer_as_a_whole() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    house.server.reply(Reply::stream(vec![
        text("Half of the walrus"),
        gate("end"),
        Step::Finish { reason: "length".into() },
    ]));
    let sent = parlour.send_message(&chat, "Go".into()).await.unwrap();
    Window::open(&parlour, &chat).await.until_shown(&sent.reply_id, "Half of the walrus").await;
    assert_eq!(found(&parlour, "walrus ").await, []);
    house.server.open("end");
    settled(&parlour, &chat, &sent.reply_id).await;
    assert_eq!(marked(&parlour, "walrus ").await, ["Half of the [walrus]"]);
    house.server.reply(Reply::stream(vec![text(" and the carpenter"), finish()]));
    parlour.continue_reply(&sent.reply_id).await.unwrap();
    settled(&parlour, &chat, &sent.reply_id).await;
    assert_eq!(marked(&parlour, "\"walrus and the carp").await, ["Half of the [walrus and the carpenter]"]);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM search WHERE search MATCH '\u{e000}walrus'"), 1);
    assert_eq!(house.sql::<String>("PRAGMA integrity_check"), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_title_an_edit_and_a_text_changed_in_the_queue_take_the_place_of_what_was_found() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    house.server.reply(Reply::stream(vec![text("…"), gate("end"), finish()]));
    let running = parlour.send_message(&chat, "Go".into()).await.unwrap();
    let queued = parlour.send_message(&chat, "a gryphon".into()).await.unwrap();
    let done = parlour.rewrite_queued(&queued.message_id, "a mock turtle".into()).await.unwrap();
    parlour.undo(&done.operation_id).await.unwrap();
    parlour.rewrite_queued(&queued.message_id, "a dormouse".into()).await.unwrap();
    house.server.open("end");
    settled(&parlour, &chat, &running.reply_id).await;
    settled(&parlour, &chat, &queued.reply_id).await;
    // A question can be found once it is answered.
    for (word, times) in [("gryphon ", 0), ("turtle ", 0), ("role:user dormouse ", 1)] {
        assert_eq!(found(&parlour, word).await.len(), times, "{word}");
    }
    parlour.rename_chat(&chat, "Lobster quadrille").await.unwrap();
    let done = parlour.rename_chat(&chat, "A caucus race").await.unwrap();
    assert_eq!((found(&parlour, "lobster").await.len(), found(&parlour, "caucus").await.len()), (0, 1));
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!((found(&parlour, "lobster").await.len(), found(&parlour, "caucus").await.len()), (1, 0));
    // Both versions of an edited message are there.
    let edited = parlour.edit_message(&running.message_id, "Gone".into()).await.unwrap();
    settled(&parlour, &chat, &edited.reply_id).await;
    assert_eq!(marked(&parlour, "role:user go").await, ["[Gone]", "[Go]"]);
    for table in ["search", "search_title"] {
        house.sql::<String>("PRAGMA integrity_check");
        let words = format!("SELECT count(*) FROM {table} WHERE {table} MATCH '\u{e000}turtle OR turtle OR caucus'");
        assert_eq!(house.sql::<i64>(&words), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_hundred_hits_and_more_than_three_of_a_chat_are_told_as_more() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    for _ in 0..2 {
        say(&parlour, &chat, "again").await;
    }
    let result = parlour.search_chats("again role:user".into()).await.unwrap();
    assert_eq!((result.hits.len(), result.more), (2, false));
    let result = parlour.search_chats("-title -no".into()).await.unwrap();
    assert_eq!((result.hits.len(), result.more), (3, true));
    drop(parlour);
    let database = rusqlite::Connection::open(house.database()).unwrap();
    let rows = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 101)
        INSERT INTO chat (id, title, created_at, updated_at) SELECT 'chat ' || n, 'found ' || n, n, n FROM n";
    database.execute(rows, []).unwrap();
    let parlour = house.open();
    let result = parlour.search_chats("found".into()).await.unwrap();
    assert_eq!((result.hits.len(), result.more), (100, true));
    assert_eq!(result.hits[0].title, "found 101");
}

/// Folders `Work` and `My Wörk items`, tags `c++`, `work` and `workshop`: one chat in each, by their numbers.
fn put_in_order(house: &House) {
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database
        .execute_batch(
            "INSERT INTO folder (id, name, created_at) VALUES ('f1', 'Work', 0), ('f2', 'My Wörk items', 0);
             INSERT INTO folder (id, name, created_at, deleted_by) VALUES ('f3', 'Gone', 0, 'an operation');
             INSERT INTO tag (id, name) VALUES ('t1', 'c++'), ('t2', 'work'), ('t3', 'workshop');
             UPDATE chat SET folder_id = 'f' || seq WHERE seq <= 3;
             INSERT INTO chat_tag (chat_id, tag_id) SELECT id, 't' || seq FROM chat WHERE seq <= 3",
        )
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_and_tags_are_filters_by_their_whole_names_else_by_what_is_in_them() {
    let (house, parlour) = House::connected().await;
    chats(&house, &parlour, &["one fox", "two fox", "three fox", "four fox"]).await;
    put_in_order(&house);
    let table: [(&str, &[&str]); 19] = [
        ("in:work fox ", &["one [fox]"]),
        ("in:WORK fox ", &["one [fox]"]),
        ("fox in:wor", &["two [fox]", "one [fox]"]),
        ("in:\"my work\" fox ", &["two [fox]"]),
        ("in:items fox ", &["two [fox]"]),
        ("in:item fox ", &[]),
        ("in:gone fox ", &[]),
        ("in:nowhere fox ", &[]),
        ("tag:c++ fox ", &["one [fox]"]),
        ("fox tag:work", &["two [fox]"]),
        ("fox tag:works", &["three [fox]"]),
        ("fox tag:wo", &["three [fox]", "two [fox]"]),
        ("tag:work tag:c++ fox ", &[]),
        ("fox -tag:work ", &["four [fox]", "three [fox]", "one [fox]"]),
        ("fox -in:work -tag:workshop ", &["four [fox]", "two [fox]"]),
        ("fox -in:nowhere -tag:work", &["four [fox]", "three [fox]", "one [fox]"]),
        ("tag:work role:you", &["two fox[]"]),
        ("tag:work ", &["…[]", "two fox[]"]),
        ("in:", &[]),
    ];
    for (query, expected) in table {
        assert_eq!(marked(&parlour, query).await, expected, "{query:?}");
    }
    let chat = parlour.search_chats("four".into()).await.unwrap().hits[0].chat_id.clone();
    parlour.rename_chat(&chat, "Foxes in tall grass").await.unwrap();
    assert_eq!(marked(&parlour, "title:fox tag:work").await, [""; 0], "a title counts where its chat has the tag");
}

#[tokio::test(flavor = "multi_thread")]
async fn best_first_puts_the_better_match_before_the_newer_one() {
    let (house, parlour) = House::connected().await;
    let texts = [
        "a zebra has stripes",
        "of a zebra one says a great many things, most of them not about the stripes that it has",
        "nothing of the kind",
    ];
    chats(&house, &parlour, &texts).await;
    let first = |result: parlour_core::patch::SearchResult| result.hits[0].context.concat();
    let newest = parlour.search_chats("zebra stripes ".into()).await.unwrap();
    let best = parlour.search_best("zebra stripes ".into()).await.unwrap();
    assert_eq!((newest.hits.len(), best.hits.len()), (2, 2));
    assert!(first(newest).starts_with("of a zebra"));
    assert_eq!((best.ranked, first(best).as_str()), (None, texts[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn best_first_ranks_the_newest_two_thousand_and_says_so() {
    let (mut house, parlour) = House::connected().await;
    drop(parlour);
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database
        .execute_batch(
            "INSERT INTO chat (id, created_at, updated_at)
                 WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2001) SELECT 'chat ' || n, n, n FROM n;
             INSERT INTO message (seq, id, chat_id, role, state, created_at)
                 SELECT created_at, 'message ' || created_at, id, 'user', 'complete', created_at FROM chat;
             INSERT INTO part (message_id, n, kind, text) SELECT id, 0, 'text', 'a zebra among others' FROM message;
             UPDATE part SET text = 'zebra zebra' WHERE message_id IN ('message 1', 'message 2');
             DELETE FROM search_progress",
        )
        .unwrap();
    house.timing.first_fill = Duration::ZERO;
    let parlour = house.open();
    until_indexed(&parlour).await;
    let best = parlour.search_best("zebra".into()).await.unwrap();
    let first: Vec<_> = best.hits.iter().take(2).map(|hit| hit.chat_id.0.as_str()).collect();
    assert_eq!((best.ranked, best.more, best.hits.len()), (Some(2_000), true, 100));
    assert_eq!(first, ["chat 2", "chat 2001"], "the oldest is not among those that were ranked");
}

/// Takes the index away, as if the archive were older than it.
fn make_old(house: &House) {
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database
        .execute_batch(
            "INSERT INTO search (search) VALUES ('delete-all'); INSERT INTO search_title (search_title) VALUES ('delete-all');
             DELETE FROM search_place; DELETE FROM search_model; DELETE FROM search_progress",
        )
        .unwrap();
}

async fn until_indexed(parlour: &Parlour) {
    soon("the index", async {
        while parlour.search_chats("nothing".into()).await.unwrap().indexed.is_some() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_archive_is_indexed_by_itself_goes_on_where_it_was_interrupted_and_is_searched_meanwhile() {
    let (mut house, parlour) = House::connected().await;
    let texts = ["an ancient dodo", "a lory", "an eaglet"];
    chats(&house, &parlour, &texts).await;
    let chat = new_chat(&parlour).await;
    drop(parlour);
    make_old(&house);
    // Large, so that they are indexed one by one; and too many for a look at the newest to reach the first.
    let database = rusqlite::Connection::open(house.database()).unwrap();
    let filler = "many other words ".repeat(5_000);
    let insert = |table: &str, rows: &str| {
        let numbers = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1100)";
        database.execute(&format!("{numbers} INSERT INTO {table} {rows} FROM n"), []).unwrap();
    };
    insert(
        "message (seq, id, chat_id, role, state, created_at)",
        &format!("SELECT 9000000000000 + n, 'm' || n, '{}', 'user', 'complete', 9000000000000 + n", chat.as_str()),
    );
    insert("part (message_id, n, kind, text)", "SELECT 'm' || n, 0, 'text', 'filler ' || n");
    database
        .execute("UPDATE part SET text = text || ' ' || ?1 WHERE message_id IN ('m1100', 'm1099')", [&filler])
        .unwrap();
    drop(database);
    let parlour = house.open();
    let result = parlour.search_chats("dodo ".into()).await.unwrap();
    assert_eq!((result.hits.len(), result.indexed), (0, Some(0.0)), "it is too old for now");
    assert_eq!(parlour.search_chats("filler 1050 ".into()).await.unwrap().hits.len(), 1, "the newest are looked at");
    drop(parlour);
    house.timing.first_fill = std::time::Duration::ZERO;
    let parlour = house.open();
    let share = async || parlour.search_chats("nothing".into()).await.unwrap().indexed;
    soon("a part of the index", async {
        while share().await == Some(0.0) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    drop(parlour);
    let parlour = house.open();
    until_indexed(&parlour).await;
    assert_eq!(marked(&parlour, "dodo ").await, ["an ancient [dodo]"]);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM search_place"), 6 + 1100);
    assert_eq!(house.sql::<i64>("SELECT done - total FROM search_progress"), 0);
    let order =
        "SELECT count(*) FROM search_place a JOIN search_place b ON a.place < b.place AND a.message > b.message";
    assert_eq!(house.sql::<i64>(order), 0, "the places are in the order of the messages");
    // And it is put away again as it was put in.
    let done = parlour.delete_chat(&found(&parlour, "dodo ").await[0].chat_id).await.unwrap();
    assert_eq!(found(&parlour, "dodo ").await, []);
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(marked(&parlour, "dodo ").await, ["an ancient [dodo]"]);
    assert_eq!(house.sql::<String>("PRAGMA integrity_check"), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_from_a_backup_is_found_whole_or_one_chat_and_also_one_without_an_index() {
    let (mut house, parlour) = House::connected().await;
    chats(&house, &parlour, &["an ancient dodo"]).await;
    let chat = found(&parlour, "dodo ").await.remove(0).chat_id;
    parlour.rename_chat(&chat, "Birds").await.unwrap();
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let restored = parlour.restore_chat(&backup.id, &chat).await.unwrap();
    let [birds, dodo] = ["birds", "dodo "].map(|query| found(&parlour, query));
    assert_eq!((birds.await.len(), dodo.await.len()), (2, 2));
    parlour.undo(&restored.operation_id).await.unwrap();
    chats(&house, &parlour, &["a lory"]).await;
    parlour.restore_backup(&backup.id).await.unwrap();
    let [lory, dodo] = ["lory ", "dodo "].map(|query| found(&parlour, query));
    assert_eq!((lory.await.len(), dodo.await.len()), (0, 1));
    drop(parlour);
    make_old(&house);
    house.timing.first_fill = std::time::Duration::from_millis(1);
    let parlour = house.open();
    let old = parlour.take_backup(BackupReason::Manual).await.unwrap();
    until_indexed(&parlour).await;
    chats(&house, &parlour, &["a lory"]).await;
    parlour.restore_backup(&old.id).await.unwrap();
    until_indexed(&parlour).await;
    let [lory, dodo] = ["lory ", "dodo "].map(|query| found(&parlour, query));
    assert_eq!((lory.await.len(), dodo.await.len()), (0, 1));
    assert_eq!(house.sql::<String>("PRAGMA integrity_check"), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_index_is_made_anew_and_no_chat_is_touched() {
    let (mut house, parlour) = House::connected().await;
    chats(&house, &parlour, &["curiouser and curiouser"]).await;
    drop(parlour);
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute("UPDATE search_data SET block = zeroblob(length(block)) WHERE id > 100", []).unwrap();
    drop(database);
    house.timing.first_fill = std::time::Duration::ZERO;
    let parlour = house.open();
    let check = parlour.check().await.unwrap();
    assert_eq!((check.chats, check.kept), (vec![], None));
    until_indexed(&parlour).await;
    assert_eq!(marked(&parlour, "curiouser ").await, ["[curiouser] and curiouser"]);
    assert_eq!(house.sql::<String>("PRAGMA integrity_check"), "ok");
}
