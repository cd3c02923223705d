//! What is made in the place of what is lost: texts are on a path again, and what is missing is told.

use super::*;
use crate::chat::Damage;
use crate::store::digest;

/// Changes a copy of the sound database as damage would, and rebuilds it.
fn rebuilt_after(damage: impl FnOnce(&Connection, &[ChatId])) -> (Connection, Rows, Vec<ChatId>) {
    let sound = Sound::new();
    let before = sound.store.read_now(|connection| Ok(rows(connection))).unwrap();
    let folder = TempDir::new().unwrap();
    let path = sound.copy(folder.path());
    let database = Connection::open(&path).unwrap();
    database.pragma_update(None, "foreign_keys", false).unwrap();
    // As core deletes: else the rows are still on pages that are free.
    database.pragma_update(None, "secure_delete", true).unwrap();
    damage(&database, &sound.chats);
    drop(database);
    (rebuilt(&path), before, sound.chats.clone())
}

/// The ids of the path that a chat shows.
fn path_of(connection: &Connection, chat: &ChatId) -> Vec<MessageId> {
    message::path(connection, chat::find(connection, chat).unwrap().head.as_ref()).unwrap()
}

fn ids_of_path(rows: &Rows, connection: &Connection, chat: &ChatId) -> Vec<(String, bool)> {
    let known = |id: &MessageId| rows["message"].iter().any(|row| row[1] == Value::Text(id.0.clone().into_bytes()));
    path_of(connection, chat).into_iter().map(|id| (id.0.clone(), known(&id))).collect()
}

fn delete(database: &Connection, table: &str, ids: &[MessageId]) {
    for id in ids {
        let column = if table == "part" { "message_id" } else { "id" };
        database.execute(&format!("DELETE FROM {table} WHERE {column} = ?1"), [id]).unwrap();
    }
}

#[test]
fn texts_whose_messages_are_lost_are_on_the_path_of_their_chat_in_order() {
    let mut whole = Vec::new();
    let (new, before, chats) = rebuilt_after(|database, chats| {
        whole = path_of(database, &chats[2]);
        // In the middle, and the last two: named by a message, by the ledger and by the chat.
        delete(database, "message", &[whole[4].clone(), whole[5].clone(), whole[14].clone(), whole[15].clone()]);
    });
    assert_eq!(path_of(&new, &chats[2]), whole);
    assert!(ids_of_path(&before, &new, &chats[2]).iter().all(|(_, known)| *known));
    let roles: Vec<_> = [4, 5, 14, 15].map(|at| message::find(&new, &whole[at]).unwrap().role.unwrap()).into();
    assert_eq!(roles, [Role::User, Role::Assistant, Role::User, Role::Assistant]);
    assert_eq!(rows(&new)["part"], before["part"]);
    let count: i64 =
        new.query_row("SELECT message_count FROM chat WHERE id = ?1", [&chats[2]], |row| row.get(0)).unwrap();
    assert_eq!(count, 16);
}

#[test]
fn texts_that_nothing_names_are_in_one_chat_of_their_own_in_order() {
    let mut lost = Vec::new();
    let (new, before, _) = rebuilt_after(|database, chats| {
        lost = path_of(database, &chats[3]);
        delete(database, "message", &lost);
        database.execute("DELETE FROM chat WHERE id = ?1", [&chats[3]]).unwrap();
        database.execute("DELETE FROM draft WHERE chat_id = ?1", [&chats[3]]).unwrap();
    });
    let recovered: ChatId =
        new.query_row("SELECT id FROM chat WHERE title = 'Recovered'", [], |row| row.get(0)).unwrap();
    assert_eq!(path_of(&new, &recovered), lost);
    assert_eq!(rows(&new)["part"], before["part"]);
}

#[test]
fn a_message_of_which_nothing_is_left_is_shown_as_unreadable_in_its_place() {
    let mut whole = Vec::new();
    let (new, _, chats) = rebuilt_after(|database, chats| {
        whole = path_of(database, &chats[1]);
        for at in [0, 7, 15] {
            delete(database, "message", &[whole[at].clone()]);
            delete(database, "part", &[whole[at].clone()]);
        }
    });
    assert_eq!(path_of(&new, &chats[1]), whole);
    let unreadable = whole.iter().map(|id| message::view(&new, id).unwrap().damage);
    let missing = unreadable.enumerate().filter(|(_, damage)| *damage == Some(Damage::Missing));
    let places: Vec<usize> = missing.map(|(at, _)| at).collect();
    assert_eq!(places, [0, 7, 15]);
}

#[test]
fn messages_and_drafts_whose_chat_is_lost_are_in_a_blank_one_that_is_found_and_counts_them() {
    let mut before_it = None;
    let of_chat = "SELECT message_count, digest, head_id, created_at, input_tokens FROM chat WHERE id = ?1";
    let read = |connection: &Connection, chat: &ChatId| {
        connection
            .query_row(of_chat, [chat], |row| {
                (0..5).map(|at| Ok(Value::from(row.get_ref(at)?))).collect::<rusqlite::Result<Vec<_>>>()
            })
            .unwrap()
    };
    let (new, before, chats) = rebuilt_after(|database, chats| {
        database.execute("UPDATE chat SET created_at = (SELECT min(created_at) FROM message WHERE chat_id = chat.id) WHERE id = ?1", [&chats[1]]).unwrap();
        before_it = Some(read(database, &chats[1]));
        database.execute("DELETE FROM chat WHERE id = ?1", [&chats[1]]).unwrap();
    });
    assert_eq!(Some(read(&new, &chats[1])), before_it);
    assert_eq!(chat::find(&new, &chats[1]).unwrap().title, "");
    let found = rows(&new);
    assert_eq!((&found["message"], &found["draft"]), (&before["message"], &before["draft"]));
}

#[test]
fn the_journal_of_a_reply_that_is_lost_is_its_text() {
    let mut text = String::new();
    let (new, _, chats) = rebuilt_after(|database, chats| {
        let reply = path_of(database, &chats[6]).pop().unwrap();
        text = message::text(database, &reply).unwrap();
        delete(database, "message", &[reply]);
    });
    let reply = path_of(&new, &chats[6]).pop().unwrap();
    assert!(text.starts_with("0: streamed"));
    assert_eq!(message::text(&new, &reply).unwrap(), text);
    assert!(rows(&new)["journal"].is_empty());
}

#[test]
fn a_chat_in_the_trash_whose_operation_is_lost_is_in_the_trash_still_and_for_its_whole_time() {
    let (new, before, chats) = rebuilt_after(|database, _| {
        database.execute("DELETE FROM operation", []).unwrap();
    });
    let trashed = trash::list(&new).unwrap();
    assert_eq!(trashed.iter().map(|chat| &chat.id).collect::<Vec<_>>(), [&chats[4]]);
    let latest = before["message"].iter().map(|row| if let Value::Integer(at) = row[12] { at } else { 0 }).max();
    assert_eq!(Some(trashed[0].deleted_at), latest);
}

#[test]
fn an_old_row_of_a_chat_is_brought_up_to_date_by_its_messages() {
    let mut newest = None;
    let (new, before, chats) = rebuilt_after(|database, chats| {
        newest = chat::find(database, &chats[2]).unwrap().head;
        let old = "UPDATE chat SET head_id = (SELECT parent_id FROM message WHERE id = head_id), message_count = 3,
            digest = zeroblob(32) WHERE id = ?1";
        database.execute(old, [&chats[2]]).unwrap();
    });
    assert_eq!(chat::find(&new, &chats[2]).unwrap().head, newest);
    assert_eq!(digest::wrong(&new).unwrap(), []);
    assert_eq!(rows(&new)["message"], before["message"]);
}

#[test]
fn a_count_that_more_messages_are_behind_than_were_found_stays_and_so_does_a_digest_that_a_message_belies() {
    let (new, before, _) = rebuilt_after(|database, chats| {
        database
            .execute(
                "UPDATE part SET text = 'Altered.' WHERE message_id = (SELECT head_id FROM chat WHERE id = ?1)",
                [&chats[1]],
            )
            .unwrap();
        database.execute("DELETE FROM message WHERE parent_id IS NULL AND chat_id = ?1", [&chats[2]]).unwrap();
    });
    let facts = |rows: &Rows| rows["chat"].iter().map(|row| (row[7].clone(), row[8].clone())).collect::<Vec<_>>();
    assert_eq!(facts(&rows(&new)), facts(&before));
    assert_ne!(digest::wrong(&new).unwrap(), []);
}

#[test]
fn whichever_messages_of_a_page_are_lost_what_is_left_of_their_texts_is_on_a_path_or_a_version_there() {
    let (bytes, before) = Sound::closed();
    let shown_of = |new: &Connection| -> Vec<MessageId> {
        chat::ids(new).unwrap().iter().flat_map(|chat| path_of(new, chat)).collect()
    };
    let text = |value: &Value| {
        if let Value::Text(text) = value { String::from_utf8(text.clone()).unwrap() } else { String::new() }
    };
    let shown = shown_of(&rebuilt_from(&bytes));
    let mut lost = 0;
    for page in (0..bytes.len() / PAGE).filter(|page| bytes[page * PAGE] == 0x0d) {
        let mut damaged = bytes.clone();
        damaged[page * PAGE..(page + 1) * PAGE].fill(0);
        let new = rebuilt_from(&damaged);
        let (found, now) = (rows(&new), shown_of(&new));
        lost += usize::from(found["message"] != before["message"]);
        for id in found["part"].iter().map(|row| MessageId(text(&row[1]))).filter(|id| shown.contains(id)) {
            let is_version = message::siblings(&new, &message::find(&new, &id).unwrap()).unwrap().len() > 1;
            assert!(now.contains(&id) || is_version, "page {}: {id}", page + 1);
        }
    }
    assert!(lost > 2);
}

#[test]
fn a_message_in_which_the_id_of_the_chat_is_damaged_is_in_its_chat_all_the_same() {
    let (new, before, _) = rebuilt_after(|database, chats| {
        let path = path_of(database, &chats[1]);
        for id in [&path[0], &path[5], &path[15]] {
            let id_of_none = "UPDATE message SET chat_id = 'f' || substr(chat_id, 2) WHERE id = ?1";
            database.execute(id_of_none, [id]).unwrap();
        }
    });
    assert_eq!(rows(&new), before);
}
