//! The manifest of a backup: which chunks make up the database, and what must be found in it once it is put together.
//! One JSON file for each backup, written last: without it the chunks are nothing.

use serde::{Deserialize, Serialize};

use super::{Backup, BackupReason};

/// Grows when an older Parlour could no longer read a manifest.
pub(super) const FORMAT: u32 = 1;

/// What was found when the backup was put together and read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Verified {
    /// Unix milliseconds.
    pub at: i64,
    pub chats: u32,
    pub messages: u32,
}

/// What a snapshot of the database holds, as it says itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Facts {
    /// `user_version` of the database.
    pub schema: i64,
    /// Chats with messages that are not deleted.
    pub chats: u32,
    /// Messages of them that are not deleted.
    pub messages: u32,
    /// Over ids, counts and digests of all chats, in hexadecimal.
    pub digest: String,
}

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    pub format: u32,
    /// Counts the backups of a folder: their order, whatever the clock did.
    pub number: u64,
    pub reason: BackupReason,
    /// Unix milliseconds.
    pub taken_at: i64,
    pub app_version: String,
    #[serde(flatten)]
    pub facts: Facts,
    /// In bytes.
    pub page_size: u32,
    pub page_count: u32,
    pub pages_per_chunk: u32,
    /// SHA-256 of each chunk in hexadecimal, in the order of their pages.
    pub chunks: Vec<String>,
    pub verified: Option<Verified>,
}

impl Manifest {
    /// The bytes of one chunk; the last of a database may have fewer.
    pub fn chunk_size(&self) -> u64 {
        u64::from(self.page_size).saturating_mul(u64::from(self.pages_per_chunk))
    }

    /// The bytes of the database.
    pub fn size(&self) -> u64 {
        u64::from(self.page_size).saturating_mul(u64::from(self.page_count))
    }

    /// The backup as the person sees it.
    pub fn backup(&self, id: &str) -> Backup {
        Backup {
            id: id.to_owned(),
            reason: self.reason,
            taken_at: self.taken_at,
            app_version: self.app_version.clone(),
            chats: self.facts.chats,
            messages: self.facts.messages,
            size: self.size(),
            verified_at: self.verified.as_ref().map(|verified| verified.at),
        }
    }
}

/// Year, month and day of a day counted from 1 January 1970, in UTC.
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    // Counted from 1 March of the year 0, so that the leap day is the last of its year: 400 years have 146,097 days.
    let day = day + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

/// The name of a backup without its ending: its time and its reason.
pub(super) fn name(at: i64, reason: BackupReason) -> String {
    format!("{}-{}", name_of_time(at), reason.word())
}

/// A time as a name of a file that sorts, in UTC, to the millisecond.
pub(crate) fn name_of_time(at: i64) -> String {
    let (year, month, day) = civil(at.div_euclid(DAY));
    let of_day = at.rem_euclid(DAY);
    let (hour, minute, second, milli) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60, of_day % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}-{minute:02}-{second:02}-{milli:03}Z")
}

/// A day in milliseconds.
pub(crate) const DAY: i64 = 86_400_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_named_after_its_time_in_utc() {
        let names =
            [0, 951_782_399_999, 951_782_400_000, 1_709_164_800_001, -1].map(|at| name(at, BackupReason::Daily));
        assert_eq!(
            names,
            [
                "1970-01-01T00-00-00-000Z-daily",
                "2000-02-28T23-59-59-999Z-daily",
                "2000-02-29T00-00-00-000Z-daily",
                "2024-02-29T00-00-00-001Z-daily",
                "1969-12-31T23-59-59-999Z-daily",
            ]
        );
    }
}
