//! Which backups are kept: the newest of each of the last seven days, four weeks and twelve months that have one, what was
//! asked for or stands before a change for thirty days, and all of it within a size.

use std::collections::{HashMap, HashSet};

use super::BackupReason;
use super::manifest::{DAY, Manifest, Verified, civil};

const DAYS: usize = 7;
const WEEKS: usize = 4;
const MONTHS: usize = 12;

/// How long a backup is kept that somebody may want to go back to, in milliseconds.
const GOING_BACK: i64 = 30 * DAY;

/// How far a backup is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    No,
    /// As long as there is room.
    WhileRoom,
    Always,
}

/// For each backup (newest first), whether it is kept. `limit` is what their chunks may take, in bytes.
pub(super) fn kept(backups: &[&Manifest], now: i64, limit: u64) -> Vec<bool> {
    let mut kept = by_rule(backups, now);
    let mut users: HashMap<&str, (u64, usize)> = HashMap::new();
    for (backup, kept) in backups.iter().zip(&kept) {
        if *kept != Kept::No {
            for chunk in distinct(backup) {
                let (size, users) = users.entry(chunk).or_default();
                *size = (*size).max(backup.chunk_size());
                *users += 1;
            }
        }
    }
    let mut total: u64 = users.values().map(|(size, _)| size).sum();
    for (backup, kept) in backups.iter().zip(&mut kept).rev() {
        if total <= limit {
            break;
        }
        if *kept == Kept::WhileRoom {
            *kept = Kept::No;
            for chunk in distinct(backup) {
                if let Some((size, users)) = users.get_mut(chunk) {
                    *users -= 1;
                    if *users == 0 {
                        total -= *size;
                    }
                }
            }
        }
    }
    kept.into_iter().map(|kept| kept != Kept::No).collect()
}

/// When a backup (at `place` among all, newest first) goes at the latest, where one is taken every day from now on.
pub(super) fn goes_at(backups: &[&Manifest], place: usize, now: i64) -> i64 {
    /// Longer than any rule keeps anything but the newest.
    const LONGEST: i64 = 400;
    let Some(backup) = backups.get(place) else { return now };
    // Of what they hold, the rule asks nothing.
    let bare = |backup: &Manifest| Manifest { chunks: Vec::new(), ..backup.clone() };
    let mut all: Vec<Manifest> = backups.iter().map(|backup| bare(backup)).collect();
    for ahead in 1..=LONGEST {
        let at = now.saturating_add(ahead * DAY);
        let verified = Some(Verified { at, chats: 0, messages: 0 });
        let daily = Manifest { reason: BackupReason::Daily, taken_at: at, verified, ..bare(backup) };
        all.insert(0, daily);
        let those: Vec<&Manifest> = all.iter().collect();
        let from_the_end = backups.len() - place;
        if by_rule(&those, at).iter().rev().nth(from_the_end - 1) == Some(&Kept::No) {
            return at;
        }
    }
    now.saturating_add(LONGEST * DAY)
}

fn distinct(backup: &Manifest) -> HashSet<&str> {
    backup.chunks.iter().map(String::as_str).collect()
}

/// Numbers the periods of one kind, so that two backups of the same one have the same number. In UTC.
type Period = fn(&Manifest) -> i64;

fn day(backup: &Manifest) -> i64 {
    backup.taken_at.div_euclid(DAY)
}

fn week(backup: &Manifest) -> i64 {
    // 1 January 1970 was a Thursday; weeks begin on Mondays.
    (day(backup) + 3).div_euclid(7)
}

fn month(backup: &Manifest) -> i64 {
    let (year, month, _) = civil(day(backup));
    year * 12 + month
}

fn by_rule(backups: &[&Manifest], now: i64) -> Vec<Kept> {
    let mut kept = vec![Kept::No; backups.len()];
    let mut raise = |place: Option<usize>, to: Kept| {
        if let Some(kept) = place.and_then(|place| kept.get_mut(place)) {
            *kept = to.max(*kept);
        }
    };
    let verified = |place: &usize| backups.get(*place).is_some_and(|backup| backup.verified.is_some());
    let places = || (0..backups.len()).filter(verified);

    // The newest stays also where it could not be verified: when the database itself is damaged, there is no better one.
    raise((!backups.is_empty()).then_some(0), Kept::WhileRoom);
    raise(places().next(), Kept::Always);
    raise(backups.iter().position(|backup| backup.reason == BackupReason::Update), Kept::Always);
    for (place, backup) in backups.iter().enumerate() {
        // A time that lies ahead is that of a clock that was wrong: not old, in any case.
        if backup.reason != BackupReason::Daily && now.saturating_sub(backup.taken_at) < GOING_BACK {
            raise(Some(place), Kept::Always);
        }
    }
    let periods: [(usize, Period); 3] = [(DAYS, day), (WEEKS, week), (MONTHS, month)];
    for (most, period) in periods {
        let mut seen = HashSet::new();
        for place in places() {
            if seen.len() < most && backups.get(place).is_some_and(|backup| seen.insert(period(backup))) {
                raise(Some(place), Kept::WhileRoom);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::manifest::{FORMAT, Facts};
    use super::*;

    const NOON: i64 = DAY / 2;

    fn backup(number: u64, reason: BackupReason, taken_at: i64, chunks: &[&str]) -> Manifest {
        Manifest {
            format: FORMAT,
            number,
            reason,
            taken_at,
            app_version: String::new(),
            facts: Facts { schema: 1, chats: 1, messages: 2, digest: String::new() },
            page_size: 1,
            page_count: 0,
            pages_per_chunk: 1,
            chunks: chunks.iter().map(|chunk| (*chunk).to_owned()).collect(),
            verified: Some(Verified { at: taken_at, chats: 1, messages: 2 }),
        }
    }

    /// The numbers of those that are kept, newest first, of backups given oldest first.
    fn left(backups: &[Manifest], now: i64, limit: u64) -> Vec<u64> {
        let newest_first: Vec<&Manifest> = backups.iter().rev().collect();
        let kept = kept(&newest_first, now, limit);
        newest_first.iter().zip(kept).filter(|(_, kept)| *kept).map(|(backup, _)| backup.number).collect()
    }

    fn daily(days: std::ops::Range<i64>) -> Vec<Manifest> {
        let one = |(day, number): (i64, u64)| {
            backup(number, BackupReason::Daily, day * DAY + NOON, &[number.to_string().as_str()])
        };
        days.zip(1..).map(one).collect()
    }

    #[test]
    fn of_two_years_seven_days_four_weeks_and_twelve_months_are_kept() {
        // From Thursday, 1 January 1970, to Saturday, 1 January 1972; each is numbered by its day, from 1.
        let all = daily(0..731);
        let kept = left(&all, 731 * DAY, u64::MAX);
        assert_eq!(kept[..7], [731, 730, 729, 728, 727, 726, 725]);
        // The Sundays before 725, which is one; then the last days of the months.
        assert_eq!(kept[7..9], [718, 711]);
        assert_eq!(kept[9..], [699, 669, 638, 608, 577, 546, 516, 485, 455, 424]);
    }

    #[test]
    fn one_from_before_a_change_stays_thirty_days_and_the_newest_before_an_update_for_ever() {
        let mut all: Vec<Manifest> = daily(0..800);
        all[3].reason = BackupReason::Update;
        all[5].reason = BackupReason::Update;
        all[768].reason = BackupReason::Restore;
        all[771].reason = BackupReason::Manual;
        let now = 800 * DAY;
        let kept = left(&all, now, u64::MAX);
        let of_interest: Vec<u64> = [4, 6, 769, 772].into_iter().filter(|number| kept.contains(number)).collect();
        assert_eq!(of_interest, [6, 772]);
        // Whatever the room.
        assert_eq!(left(&all, now, 0), [800, 772, 6]);
    }

    #[test]
    fn the_oldest_go_first_until_the_rest_fits_and_shared_chunks_count_once() {
        let all = [
            backup(1, BackupReason::Daily, 0, &["a", "b", "old"]),
            backup(2, BackupReason::Daily, DAY, &["a", "b", "c"]),
            backup(3, BackupReason::Daily, 2 * DAY, &["a", "b", "d"]),
        ];
        assert_eq!(left(&all, 3 * DAY, 5), [3, 2, 1]);
        assert_eq!(left(&all, 3 * DAY, 4), [3, 2]);
        assert_eq!(left(&all, 3 * DAY, 3), [3]);
        assert_eq!(left(&all, 3 * DAY, 0), [3]);
    }

    #[test]
    fn one_that_was_not_verified_stays_only_while_it_is_the_newest_and_never_instead_of_one_that_was() {
        let mut all = daily(0..3);
        all[2].verified = None;
        assert_eq!(left(&all, 3 * DAY, u64::MAX), [3, 2, 1]);
        assert_eq!(left(&all, 3 * DAY, 0), [2]);
        all[1].verified = None;
        assert_eq!(left(&all, 3 * DAY, u64::MAX), [3, 1]);
    }

    #[test]
    fn when_a_backup_goes_is_known_ahead_and_is_when_it_goes() {
        let all = [daily(0..10), vec![backup(11, BackupReason::Manual, 10 * DAY + NOON, &["11"])]].concat();
        let newest_first: Vec<&Manifest> = all.iter().rev().collect();
        let there = left(&all, 10 * DAY + NOON, u64::MAX);
        for (place, left_out) in newest_first.iter().enumerate().filter(|(_, backup)| there.contains(&backup.number)) {
            let goes_at = goes_at(&newest_first, place, 10 * DAY + NOON);
            let day = goes_at.div_euclid(DAY);
            for (last, is_there) in [(day - 1, true), (day, false)] {
                let mut later = all.clone();
                for n in 11..=last {
                    later.push(backup(100 + n as u64, BackupReason::Daily, n * DAY + NOON, &[]));
                }
                let found = left(&later, last * DAY + NOON, u64::MAX).contains(&left_out.number);
                assert_eq!(found, is_there, "backup {} on day {last}", left_out.number);
            }
        }
    }

    #[test]
    fn a_clock_that_jumped_back_does_not_make_the_newest_the_oldest() {
        let mut all = daily(4_000..4_010);
        all.push(backup(11, BackupReason::Daily, 300 * DAY, &["11"]));
        assert_eq!(left(&all, 300 * DAY, 0), [11]);
        assert_eq!(left(&all, 300 * DAY, u64::MAX)[..3], [11, 10, 9]);
    }
}
