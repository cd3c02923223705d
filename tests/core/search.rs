//! Search: exact, whatever the letters are, with the match in its context.

use parlour_core::chat::SearchHit;

use crate::house::{House, new_chat, say};

async fn found(parlour: &parlour_core::Parlour, query: &str) -> Vec<SearchHit> {
    let result = parlour.search_chats(query.into()).await.unwrap();
    assert!(!result.more);
    result.hits
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_titles_questions_and_answers_newest_chat_first() {
    let (_house, parlour) = House::connected().await;
    let one = new_chat(&parlour).await;
    let (first, _) = say(&parlour, &one, "Colours. Tell me of the zebra and its stripes").await;
    let two = new_chat(&parlour).await;
    say(&parlour, &two, "Zebra").await;
    let hits = found(&parlour, " ZEBRA ").await;
    let strings = |parts: [&str; 3]| parts.map(str::to_owned);
    let expected = [
        SearchHit { chat_id: two, title: "Zebra".into(), message_id: None, context: strings(["", "Zebra", ""]) },
        SearchHit {
            chat_id: one.clone(),
            title: "Colours".into(),
            message_id: Some(first.reply_id.clone()),
            context: strings(["You said: Colours. Tell me of the ", "zebra", " and its stripes"]),
        },
    ];
    assert_eq!(hits, expected);
    parlour.delete_message(&first.reply_id).await.unwrap();
    assert_eq!(found(&parlour, "zebra").await[1].message_id, Some(first.message_id.clone()));
    parlour.delete_message(&first.message_id).await.unwrap();
    assert_eq!(found(&parlour, "zebra").await.len(), 1, "what is deleted is not found");
    assert_eq!(found(&parlour, "").await, []);
    assert_eq!(found(&parlour, "   ").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn percent_underscore_quotes_and_backslashes_are_letters() {
    let (_house, parlour) = House::connected().await;
    for text in ["growth of 100% today", "snake_case name", "it's \"quoted\"", r"C:\temp\new", "plain 100 snakeXcase"] {
        let chat = new_chat(&parlour).await;
        say(&parlour, &chat, text).await;
    }
    let table = [
        ("100%", 1),
        ("0% t", 1),
        ("snake_case", 1),
        ("%", 1),
        ("_", 1),
        ("it's", 1),
        ("\"quoted\"", 1),
        (r"C:\temp", 1),
        (r"\", 1),
        ("100", 2),
        ("'; DROP TABLE chat; --", 0),
        ("* OR 1", 0),
    ];
    for (query, hits) in table {
        assert_eq!(found(&parlour, query).await.len(), hits, "{query:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_scripts_are_found_and_the_context_is_cut_between_letters() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let far = "🦀".repeat(60);
    say(&parlour, &chat, &format!("x\n{far}数据库迁移{far}")).await;
    let hit = found(&parlour, "库迁").await.remove(0);
    assert_eq!(hit.context, [format!("{}数据", "🦀".repeat(38)), "库迁".into(), format!("移{}", "🦀".repeat(39))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_longer_than_any_pattern_finds_nothing_and_fails_nowhere() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "Hi").await;
    assert_eq!(found(&parlour, &"%x".repeat(100_000)).await, []);
    assert_eq!(found(&parlour, "H\0i").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_hundred_chats_are_told_as_more() {
    let (house, parlour) = House::connected().await;
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
