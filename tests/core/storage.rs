//! The data folder: one process at a time, private, never overwritten by an older version, whole.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

use model_server::{Reply, Step};
use parlour_core::chat::{Damage, MessageState, Role};
use parlour_core::error::{Error, ErrorKind};
use parlour_core::{FILE_NAME, FolderLock};
use sha2::{Digest, Sha256};

use crate::house::{Answer, House, KEY, finish, gate, new_chat, say, settled, text, thread};
use crate::window::Window;

fn with_path(kind: ErrorKind, path: &Path) -> Error {
    Error::new(kind).with(|d| d.path = Some(path.display().to_string()))
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> HashMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_used_by_one_at_a_time_and_another_folder_beside_it() {
    let house = House::bare().await;
    let parlour = house.open();
    let in_use = with_path(ErrorKind::StorageInUse, house.folder.path());
    assert_eq!(FolderLock::take(house.folder.path()).map(|_| ()), Err(in_use));
    let other = tempfile::TempDir::new().unwrap();
    let beside = house.open_at(other.path()).unwrap();
    assert_ne!(beside.connection().await.unwrap().id, parlour.connection().await.unwrap().id);
    drop(parlour);
    house.open();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_refused_and_not_a_byte_of_it_changes() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "Hi").await;
    drop(parlour);
    drop(house.open());
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute_batch("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(database);
    let before = files(house.folder.path());
    let opened = house.open_at(house.folder.path()).map(|_| ());
    assert_eq!(opened, Err(with_path(ErrorKind::StorageTooNew, &house.database())));
    let after = files(house.folder.path());
    assert_eq!(after[FILE_NAME], before[FILE_NAME]);
    assert!(after.get(&format!("{FILE_NAME}-wal")).is_none_or(Vec::is_empty));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_database_is_kept_and_told_of() {
    let house = House::bare().await;
    let garbage = b"this is no database ".repeat(500);
    std::fs::write(house.database(), &garbage).unwrap();
    let parlour = house.open();
    let kept = parlour.health().await.unwrap().kept;
    assert_eq!(kept.iter().map(|kept| kept.size).collect::<Vec<_>>(), [garbage.len() as u64]);
    assert_eq!(std::fs::read(Path::new(&kept[0].path).join(FILE_NAME)).unwrap(), garbage);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_died_in_its_very_first_transaction_is_made_good() {
    let house = House::bare().await;
    let dying = tempfile::TempDir::new().unwrap();
    let database = rusqlite::Connection::open(dying.path().join(FILE_NAME)).unwrap();
    database.execute_batch("CREATE TABLE before (x); BEGIN; CREATE TABLE half (x)").unwrap();
    // On disk, with the journal that would take it back: there is no WAL yet.
    database.cache_flush().unwrap();
    for (name, bytes) in files(dying.path()) {
        std::fs::write(house.folder.path().join(name), bytes).unwrap();
    }
    assert!(house.folder.path().join(format!("{FILE_NAME}-journal")).exists());
    house.open();
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM sqlite_schema WHERE name IN ('before', 'half', 'chat')"), 2);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_went_away_takes_no_message_until_it_is_back() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let away = house.folder.path().with_extension("away");
    std::fs::rename(house.folder.path(), &away).unwrap();
    let refused = Err(with_path(ErrorKind::StorageFailed, &house.database()));
    assert_eq!(parlour.send_message(&chat, "Hi".into()).await, refused);
    std::fs::rename(&away, house.folder.path()).unwrap();
    assert_eq!(say(&parlour, &chat, "Hi").await.1, Answer::whole("You said: Hi"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_folder_and_its_files_are_the_persons_alone() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::bare().await;
    let folder = house.folder.path().join("deep/data");
    let parlour = house.open_at(&folder).unwrap();
    parlour.save_draft(&new_chat(&parlour).await, "secret".into()).await.unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for name in files(&folder).keys() {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_is_shown_as_unreadable_and_the_chat_lives_on() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    let (two, _) = say(&parlour, &chat, "two").await;
    drop(parlour);
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute("UPDATE message SET role = 'oracle' WHERE id = ?1", [&one.reply_id.0]).unwrap();
    database
        .execute("UPDATE part SET text = CAST(x'fffe' AS TEXT) WHERE message_id = ?1", [&two.message_id.0])
        .unwrap();
    database.execute("UPDATE chat SET options = 'broken'", []).unwrap();
    drop(database);
    let parlour = house.open();
    let window = Window::open(&parlour, &chat).await;
    let unreadable: Vec<_> = window.messages().iter().map(|message| message.damage).collect();
    assert_eq!(unreadable, [None, Some(Damage::Unreadable), Some(Damage::Unreadable), None]);
    assert_eq!(parlour.overview().await.unwrap().chats.len(), 1);
    // It goes out with nothing, and can be taken away.
    parlour.delete_message(&two.message_id).await.unwrap();
    let (_, answer) = say(&parlour, &chat, "three").await;
    assert_eq!(answer.state, MessageState::Complete);
}

/// Collects what is logged, of all tests of this process.
struct Log(Mutex<String>);

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().push_str(&format!("{} {}\n", record.target(), record.args()));
    }
    fn flush(&self) {}
}

static LOG: Log = Log(Mutex::new(String::new()));

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_in_no_file_and_in_no_log() {
    let _ = log::set_logger(&LOG);
    log::set_max_level(log::LevelFilter::Trace);
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "Hi").await;
    let echo = format!("Incorrect API key provided: {KEY}");
    house.server.reply(Reply::error(401, "invalid_api_key", &echo));
    let (failed, _) = say(&parlour, &chat, "again").await;
    let error = serde_json::json!({ "error": { "message": echo, "code": KEY, "param": "temperature" } });
    house.server.reply(Reply::json(400, error));
    parlour.retry_reply(&failed.reply_id).await.unwrap();
    settled(&parlour, &chat, &failed.reply_id).await;
    parlour.save_key(KEY).await.unwrap();
    parlour.propose_base_url(&house.server.url()).await.unwrap();
    house.server.reply(Reply::stream(vec![text("Hello"), gate("end"), finish()]));
    let sent = parlour.send_message(&chat, "more".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&sent.reply_id, "Hello").await;
    let holds = |bytes: &[u8]| bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
    assert!(house.keychain.secrets().iter().any(|secret| holds(secret.as_bytes())), "the canary can be found");
    for (name, bytes) in files(house.folder.path()) {
        assert!(!holds(&bytes), "{name} while it runs");
    }
    house.server.open("end");
    window.until_settled().await;
    parlour.close();
    drop((window, parlour));
    drop(house.open());
    for (name, bytes) in files(house.folder.path()) {
        assert!(!holds(&bytes), "{name} at the end");
    }
    assert!(!holds(LOG.0.lock().unwrap().as_bytes()), "the log");
    let saved = serde_json::to_string(&house.settings_file.saved()).unwrap();
    assert!(!holds(saved.as_bytes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_count_and_the_digest_of_a_chat_are_those_of_its_messages() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    check_digests(&house);
    parlour.regenerate_reply(&one.reply_id).await.unwrap();
    Window::open(&parlour, &chat).await.until_settled().await;
    check_digests(&house);
    house.server.reply(Reply::stream(vec![Step::Reasoning { text: "Hm".into() }, text("half"), gate("half")]));
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    let three = parlour.send_message(&chat, "three".into()).await.unwrap();
    check_digests(&house);
    house.server.open("half");
    assert_eq!(settled(&parlour, &chat, &two.reply_id).await.state, MessageState::Failed);
    check_digests(&house);
    // The question that waits behind it moves to the new version.
    parlour.regenerate_reply(&two.reply_id).await.unwrap();
    settled(&parlour, &chat, &three.reply_id).await;
    check_digests(&house);
    let version = Window::open(&parlour, &chat).await.path[3].clone();
    parlour.continue_reply(&version).await.unwrap();
    assert!(settled(&parlour, &chat, &version).await.text.starts_with("You said: twoYou said: "));
    check_digests(&house);
    parlour.edit_message(&three.message_id, "trois".into()).await.unwrap();
    Window::open(&parlour, &chat).await.until_settled().await;
    let deleted = parlour.delete_message(&one.message_id).await.unwrap();
    check_digests(&house);
    parlour.undo(&deleted.operation_id).await.unwrap();
    house.server.reply(Reply::error(400, "x", "no"));
    let (failed, _) = say(&parlour, &chat, "four").await;
    parlour.retry_reply(&failed.reply_id).await.unwrap();
    settled(&parlour, &chat, &failed.reply_id).await;
    check_digests(&house);
    assert_eq!(house.sql::<i64>("SELECT message_count FROM chat"), house.sql::<i64>("SELECT count(*) FROM message"));
    assert!(thread(&parlour, &chat).await.iter().all(|(role, ..)| *role != Role::System));
}

/// Counts and hashes once more, by the description of the tables alone.
pub fn check_digests(house: &House) {
    let database = rusqlite::Connection::open(house.database()).unwrap();
    let snapshot = database.unchecked_transaction().unwrap();
    let mut rows = snapshot.prepare("SELECT id, chat_id, parent_id, role, state, hash FROM message").unwrap();
    let mut rows = rows.query([]).unwrap();
    let mut chats: HashMap<String, (i64, [u8; 32])> = HashMap::new();
    while let Some(row) = rows.next().unwrap() {
        let (id, chat, role, state): (String, String, String, String) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(3).unwrap(), row.get(4).unwrap());
        let (parent, stored): (Option<String>, Option<Vec<u8>>) = (row.get(2).unwrap(), row.get(5).unwrap());
        let runs = ["queued", "waiting", "streaming"].contains(&state.as_str());
        assert_eq!(stored.is_none(), runs, "a hash, and only once settled: {state}");
        let Some(stored) = stored else { continue };
        let mut fields = vec![id.clone(), parent.unwrap_or_default(), role];
        let mut parts = snapshot.prepare("SELECT kind, text FROM part WHERE message_id = ?1 ORDER BY n").unwrap();
        let mut parts = parts.query([&id]).unwrap();
        while let Some(part) = parts.next().unwrap() {
            fields.extend([part.get(0).unwrap(), part.get(1).unwrap(), String::new()]);
        }
        let mut bytes = Vec::new();
        for field in fields {
            bytes.extend((field.len() as u64).to_le_bytes());
            bytes.extend(field.as_bytes());
        }
        let hash: [u8; 32] = Sha256::digest(&bytes).into();
        assert_eq!(stored, hash, "the hash of a {state} message");
        let (count, digest) = chats.entry(chat).or_default();
        *count += 1;
        digest.iter_mut().zip(hash).for_each(|(byte, other)| *byte ^= other);
    }
    for (chat, (count, digest)) in chats {
        let stored: (i64, Vec<u8>) = snapshot
            .query_row("SELECT message_count, digest FROM chat WHERE id = ?1", [&chat], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(stored, (count, digest.to_vec()));
    }
}
