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
