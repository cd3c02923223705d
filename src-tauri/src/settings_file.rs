//! The settings on disk, through tauri-plugin-store, made safe: the plugin rewrites its file in place and takes a broken
//! one for an empty one. Here a broken file is set aside and told, and every save is a new file that replaces the old one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parlour_core::error::{Error, ErrorKind, Result};
use parlour_core::parlour::{SettingsFile, system_clock};
use parlour_core::patch::NoticeContent;
use parlour_core::settings::Settings;
use serde_json::{Map, Value};
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt};

const FILE_NAME: &str = "settings.json";

/// What was found on disk.
pub(crate) struct Read {
    pub settings: Settings,
    pub file: StoredSettings,
    /// What the person must be told.
    pub notice: Option<NoticeContent>,
}

/// The open file.
pub(crate) struct StoredSettings {
    store: Arc<Store<Wry>>,
    path: PathBuf,
}

/// Reads the settings; the backup takes the place of a broken file, the defaults that of a broken backup.
///
/// # Errors
/// `storageFailed`, `storageFull`.
pub(crate) fn open(app: &AppHandle, folder: &Path) -> Result<Read> {
    let path = folder.join(FILE_NAME);
    let notice = mend(&path)?;
    let store = app
        .store_builder(&path)
        .disable_auto_save()
        .build()
        .map_err(|_| Error::new(ErrorKind::StorageFailed).with(|d| d.path = Some(path.display().to_string())))?;
    let map: Map<String, Value> = store.entries().into_iter().collect();
    let settings = serde_json::from_value(Value::Object(map)).unwrap_or_default();
    Ok(Read { settings, file: StoredSettings { store, path }, notice })
}

/// Sees to it that the file is there and whole, or not there at all.
fn mend(path: &Path) -> Result<Option<NoticeContent>> {
    let backup = backup_of(path);
    match std::fs::read(path) {
        Ok(bytes) if readable(&bytes) => Ok(None),
        Ok(_) => {
            let aside = path.with_file_name(format!("{FILE_NAME}.corrupt-{}", system_clock()));
            std::fs::rename(path, &aside)?;
            let from_backup = restore(&backup, path)?;
            Ok(Some(NoticeContent::SettingsSetAside { path: aside.display().to_string(), from_backup }))
        }
        // Killed between two renames: the backup is the newest there is.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => restore(&backup, path).map(|_| None),
        Err(error) => Err(error.into()),
    }
}

fn readable(bytes: &[u8]) -> bool {
    // By way of a map: serde would take a list for settings as well.
    let map = serde_json::from_slice::<Map<String, Value>>(bytes).map(Value::Object);
    map.and_then(serde_json::from_value::<Settings>).is_ok()
}

/// Whether the backup could take the place of the file.
fn restore(backup: &Path, path: &Path) -> Result<bool> {
    match std::fs::read(backup) {
        Ok(bytes) if readable(&bytes) => replace(path, &bytes).map(|()| true),
        _ => Ok(false),
    }
}

fn backup_of(path: &Path) -> PathBuf {
    path.with_extension("json.bak")
}

/// Writes a new file beside the old one and puts it in its place: whole or not at all, also when the power goes.
fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().ok_or(ErrorKind::StorageFailed)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

impl SettingsFile for StoredSettings {
    fn save(&self, settings: &Settings) -> Result<()> {
        let value = serde_json::to_value(settings).map_err(|_| Error::internal("settings that are no JSON"))?;
        let Value::Object(map) = &value else { return Err(Error::internal("settings that are no object")) };
        let bytes = serde_json::to_vec_pretty(&value).map_err(|_| Error::internal("settings that are no JSON"))?;
        if let Ok(old) = std::fs::read(&self.path)
            && readable(&old)
        {
            replace(&backup_of(&self.path), &old)?;
        }
        replace(&self.path, &bytes)?;
        // The plugin writes what it holds once more at the end of the run: it must hold the same.
        for (key, value) in map {
            self.store.set(key, value.clone());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_set_aside_and_the_backup_takes_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE_NAME);
        let backup = serde_json::to_vec(&Settings { model: "kept".into(), ..Settings::default() }).expect("json");
        std::fs::write(&path, "{ \"model\": ").expect("written");
        std::fs::write(backup_of(&path), &backup).expect("written");

        let notice = mend(&path).expect("mended");

        let Some(NoticeContent::SettingsSetAside { path: aside, from_backup: true }) = notice else {
            panic!("no notice: {notice:?}")
        };
        assert_eq!(std::fs::read_to_string(aside).expect("kept"), "{ \"model\": ");
        assert_eq!(std::fs::read(&path).expect("restored"), backup);
    }

    #[test]
    fn a_broken_file_without_a_backup_leaves_no_file_but_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, "[]").expect("written");
        let notice = mend(&path).expect("mended");
        assert!(matches!(notice, Some(NoticeContent::SettingsSetAside { from_backup: false, .. })));
        assert!(!path.exists());
    }
}
