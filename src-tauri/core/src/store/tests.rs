//! Changes of the schema, with steps of the tests' own.

use std::cell::RefCell;

use tempfile::TempDir;

use super::*;

/// A folder with a database of the first schema that holds one chat.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let store =
        Store::open_with(&locked(&folder), &MIGRATIONS[..1], |_| panic!("a new database needs no backup")).unwrap();
    store.write_now(|t| chat::insert(t, &crate::chat::ChatId::new(), 1)).unwrap();
    folder
}

fn locked(folder: &TempDir) -> Arc<FolderLock> {
    Arc::new(FolderLock::take(folder.path()).unwrap())
}

fn version(folder: &TempDir) -> i64 {
    let connection = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn before_the_schema_changes_what_must_run_first_sees_the_old_one_and_without_a_change_it_does_not_run() {
    let folder = folder();
    let seen = RefCell::new(Vec::new());
    let steps = [MIGRATIONS[0].clone(), M::up("ALTER TABLE chat ADD COLUMN colour TEXT")];
    let open = || {
        Store::open_with(&locked(&folder), &steps, |path| {
            seen.borrow_mut().push((path.to_owned(), version(&folder)));
            Ok(())
        })
    };
    drop(open().unwrap());
    drop(open().unwrap());
    assert_eq!(seen.into_inner(), [(folder.path().join(FILE_NAME), 1)]);
    assert_eq!(version(&folder), 2);
}

#[test]
fn a_change_that_fails_leaves_the_old_schema_and_so_does_a_backup_that_fails_before_it() {
    let folder = folder();
    let steps = [MIGRATIONS[0].clone(), M::up("ALTER TABLE chat ADD COLUMN colour TEXT"), M::up("NONSENSE")];
    let failed = Store::open_with(&locked(&folder), &steps, |_| Ok(())).map(|_| ()).unwrap_err();
    let path = folder.path().join(FILE_NAME).display().to_string();
    assert_eq!(failed, Error::new(ErrorKind::StorageFailed).with(|d| d.path = Some(path)));
    let full = Store::open_with(&locked(&folder), &steps[..2], |_| Err(ErrorKind::StorageFull.into()));
    assert_eq!(full.map(|_| ()), Err(ErrorKind::StorageFull.into()));
    assert_eq!(version(&folder), 1);
    let store = Store::open_with(&locked(&folder), &MIGRATIONS[..1], |_| panic!("nothing changes")).unwrap();
    assert_eq!(store.read_now(|connection| Ok(chat::ids(connection)?.len())), Ok(1));
}
