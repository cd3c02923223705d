//! What of the backups in a folder must hold: after a death each is whole, and each brings back what was so when it was taken.

use std::path::Path;
use std::sync::Arc;

use parlour_core::Parlour;
use parlour_core::backup::BackupReason;

use crate::check::{Verdict, check_plainly, look, with_parlour};
use crate::expect::Expected;

/// The names of the backups that a process left in a folder, and why they were taken.
#[must_use]
pub fn left_behind(folder: &Path) -> Vec<(String, BackupReason)> {
    let Ok(entries) = std::fs::read_dir(folder.join("backups")) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.extension().is_some_and(|extension| extension == "json") {
            let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let reason = serde_json::from_value(manifest["reason"].clone()).unwrap();
            found.push((path.file_stem().unwrap().to_string_lossy().into_owned(), reason));
        }
    }
    found
}

/// Looks for every backup that was acknowledged, and proves each that is there, also one whose proof a death cut off: its
/// manifest was written last.
pub async fn prove_backups(parlour: &Arc<Parlour>, expected: &Expected, verdict: &mut Verdict) {
    let found = match parlour.backups().await {
        Ok(found) => found,
        Err(error) => return verdict.wrong.push(format!("the backups: {error}")),
    };
    for id in expected.backups.keys().filter(|id| !found.iter().any(|backup| backup.id == **id)) {
        verdict.lost.push(format!("the backup {id}"));
    }
    for backup in found {
        match parlour.verify_backup(&backup.id).await {
            Ok(proven) if proven.verified_at.is_some() => verdict.verified += 1,
            other => verdict.wrong.push(format!("the backup {}: {other:?}", backup.id)),
        }
    }
}

/// Brings back every backup in turn and compares it with what was so when it was taken. The folder changes by that.
#[must_use]
pub fn restore_all(folder: &Path, expected: &Expected) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for id in expected.backups.keys() {
        let mut verdict = with_parlour(folder, expected, async |parlour| match parlour.restore_backup(id).await {
            Ok(()) => look(parlour, expected, &expected.brought_back(id), None).await,
            Err(error) => Verdict { lost: vec![format!("it does not come back: {error}")], ..Verdict::default() },
        });
        check_plainly(folder, &[], &mut verdict.wrong);
        verdict.lost.iter_mut().chain(&mut verdict.wrong).for_each(|what| *what = format!("backup {id}: {what}"));
        verdicts.push(verdict);
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use model_server::ModelServer;
    use parlour_core::FILE_NAME;
    use tempfile::TempDir;

    use super::*;
    use crate::check::check;
    use crate::event::Event;
    use crate::house::{House, PATIENCE, answer, folder};
    use crate::scenario::Player;

    /// A folder in which a backup was taken, more was said, and its return was begun; and what was told.
    fn begun_return(happens: bool) -> (TempDir, Expected) {
        let (folder, events) = (folder(), Arc::<Mutex<Vec<Event>>>::default());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let server = ModelServer::start().await.unwrap();
            server.default_reply(Some(answer(Duration::ZERO)));
            let parlour = House::new(folder.path(), Some(server.url())).quick().open().unwrap();
            let telling = Arc::clone(&events);
            let tell = Arc::new(move |event| telling.lock().unwrap().push(event));
            let mut player = Player { parlour, tell, disk: None, name: "begun".into(), asked: 0 };
            let chat = player.new_chat().await;
            player.talk(&chat).await;
            let backup = player.back_up().await;
            player.talk(&chat).await;
            player.tell(Event::Restoring(backup.id.clone()));
            if happens {
                player.parlour.restore_backup(&backup.id).await.unwrap();
            }
            player.parlour.close();
        });
        runtime.shutdown_timeout(PATIENCE);
        let expected = Expected::after(events.lock().unwrap().iter());
        (folder, expected)
    }

    #[test]
    fn of_a_return_that_was_begun_both_states_are_good_and_one_between_them_is_found_out() {
        for happens in [false, true] {
            let (folder, expected) = begun_return(happens);
            let verdict = check(folder.path(), &expected, &[], None);
            assert!(verdict.is_good(), "{verdict:?}");
            assert_eq!(verdict.came, happens);
            let database = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
            // Of the last answer; its question is left.
            database
                .execute("UPDATE message SET deleted_by = 'half' WHERE seq = (SELECT max(seq) FROM message)", [])
                .unwrap();
            drop(database);
            assert!(!check(folder.path(), &expected, &[], None).is_good());
        }
    }

    #[test]
    fn a_backup_that_lost_a_chunk_is_found_out() {
        let (folder, expected) = begun_return(false);
        assert_eq!(check(folder.path(), &expected, &[], None).verified, 1);
        assert!(restore_all(folder.path(), &expected).iter().all(Verdict::is_good));
        let (folder, expected) = begun_return(false);
        let chunks = std::fs::read_dir(folder.path().join("backups/chunks")).unwrap();
        std::fs::remove_dir_all(chunks.map(Result::unwrap).next().unwrap().path()).unwrap();
        let verdict = check(folder.path(), &expected, &[], None);
        assert_eq!((verdict.verified, verdict.is_good()), (0, false));
        assert!(restore_all(folder.path(), &expected).iter().all(|verdict| !verdict.is_good()));
    }
}
