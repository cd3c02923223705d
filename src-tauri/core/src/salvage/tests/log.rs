//! Damage to the log: what SQLite would forget is told, and its rows are there.

use super::*;

const HEADER: usize = 32;
const FRAME: usize = 24 + PAGE;

/// A database with all of its rows in the log, and what of them came after the log was begun anew.
struct Logged {
    folder: TempDir,
    /// The rows after each transaction that the log holds, in order.
    after: Vec<Rows>,
    /// The number of frames after each.
    frames: Vec<usize>,
    log: Vec<u8>,
}

impl Logged {
    fn new() -> Self {
        let mut sound = Sound::new();
        sound.store.checkpoint().unwrap();
        let chat = sound.chats[1].clone();
        let (mut after, mut frames) = (Vec::new(), Vec::new());
        for n in 0..6 {
            let (question, now) = (MessageId::new(), sound.tick());
            let text = format!("After the checkpoint {n}. {}", "long ".repeat(n * 700));
            sound.write(|t| {
                let head = chat::find(t, &chat)?.head;
                let new = NewMessage {
                    id: &question,
                    chat: &chat,
                    parent: head.as_ref(),
                    role: Role::User,
                    state: MessageState::Complete,
                    model: None,
                    text: Some(&text),
                    now,
                };
                message::insert(t, &new)?;
                chat::set_head(t, &chat, Some(&question))
            });
            after.push(sound.store.read_now(|connection| Ok(rows(connection))).unwrap());
            let length = std::fs::metadata(sound.folder.path().join(format!("{FILE_NAME}-wal"))).unwrap().len();
            frames.push((usize::try_from(length).unwrap() - HEADER) / FRAME);
        }
        let folder = TempDir::new().unwrap();
        sound.copy(folder.path());
        let log = std::fs::read(folder.path().join(format!("{FILE_NAME}-wal"))).unwrap();
        Self { folder, after, frames, log }
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join(format!("{FILE_NAME}-wal"))
    }

    fn is_damaged_as(&self, log: &[u8]) -> bool {
        std::fs::write(self.log_path(), log).unwrap();
        log_is_damaged(&self.log_path()).unwrap()
    }

    fn rows_with(&self, log: &[u8]) -> Rows {
        std::fs::write(self.log_path(), log).unwrap();
        rows(&rebuilt(&self.folder.path().join(FILE_NAME)))
    }

    /// Where a frame begins, from 0.
    fn frame(number: usize) -> usize {
        HEADER + number * FRAME
    }

    /// The rows that a log holds all of which SQLite would forget or not.
    fn last(&self) -> &Rows {
        self.after.last().unwrap()
    }
}

#[test]
fn a_sound_log_is_not_damaged_and_its_rows_are_those_of_the_database() {
    let logged = Logged::new();
    assert!(logged.frames.len() > 4 && logged.frames.last() > Some(&20));
    assert!(!logged.is_damaged_as(&logged.log));
    assert_eq!(rows(&rebuilt(&logged.folder.path().join(FILE_NAME))), *logged.last());
}

#[test]
fn no_log_an_empty_one_and_one_that_is_only_begun_are_not_damaged() {
    let logged = Logged::new();
    assert_eq!(log_is_damaged(&logged.folder.path().join("missing")), Ok(false));
    for length in [0, 1, 31, 32, 33, HEADER + 24, HEADER + FRAME - 1] {
        assert!(!logged.is_damaged_as(&logged.log[..length]), "{length}");
    }
}

#[test]
fn a_tail_that_is_torn_or_was_never_finished_is_no_damage_and_leaves_what_was_committed_before() {
    let logged = Logged::new();
    for (transaction, pair) in logged.frames.windows(2).enumerate() {
        for frames in pair[0]..pair[1] {
            for odd in [0, 1, 24, 700] {
                let log = &logged.log[..Logged::frame(frames) + odd];
                assert!(!logged.is_damaged_as(log), "{frames} frames and {odd}");
                if frames + 1 == pair[1] {
                    assert_eq!(logged.rows_with(log), logged.after[transaction], "{frames} frames and {odd}");
                }
            }
        }
    }
    let mut torn = logged.log.clone();
    let last = Logged::frame(logged.frames[5] - 1);
    torn[last + 2000..].fill(0);
    assert!(!logged.is_damaged_as(&torn));
    assert_eq!(logged.rows_with(&torn), logged.after[4]);
}

#[test]
fn frames_of_before_the_log_was_begun_anew_are_no_damage_and_none_of_its_rows() {
    let mut sound = Sound::new();
    let chat = sound.chats[0].clone();
    // Without emptying the file: the next transaction begins at its front, before the old frames.
    let database = Connection::open(sound.path()).unwrap();
    database.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).unwrap();
    sound.turn(&chat, "After it was begun anew.", 10);
    let folder = TempDir::new().unwrap();
    let path = sound.copy(folder.path());
    assert!(std::fs::metadata(folder.path().join(format!("{FILE_NAME}-wal"))).unwrap().len() > 100 * FRAME as u64);
    assert_eq!(log_is_damaged(&folder.path().join(format!("{FILE_NAME}-wal"))), Ok(false));
    assert_eq!(rows(&rebuilt(&path)), sound.store.read_now(|connection| Ok(rows(connection))).unwrap());
}

#[test]
fn whatever_is_damaged_in_a_frame_what_was_committed_after_it_is_told_and_kept() {
    let logged = Logged::new();
    let last = logged.frames[5];
    // Of the last two transactions, what a loss of power leaves may look the same.
    for frame in (0..logged.frames[3]).step_by(3) {
        // Its page number, commit mark, salts, checksum, and a byte of its page.
        for (at, is_proven_otherwise) in [(3, false), (7, false), (10, true), (18, true), (24 + 50, false)] {
            let mut log = logged.log.clone();
            log[Logged::frame(frame) + at] ^= 0x40;
            assert!(logged.is_damaged_as(&log), "frame {frame} of {last}, byte {at}");
            if is_proven_otherwise {
                assert_eq!(logged.rows_with(&log), *logged.last(), "frame {frame}, byte {at}");
            }
        }
        let mut log = logged.log.clone();
        log[Logged::frame(frame)..Logged::frame(frame + 1)].fill(0);
        assert!(logged.is_damaged_as(&log));
    }
}

#[test]
fn the_messages_of_the_transactions_after_a_lost_frame_are_there() {
    let logged = Logged::new();
    for frame in (0..logged.frames[4]).step_by(3) {
        let mut log = logged.log.clone();
        log[Logged::frame(frame)..Logged::frame(frame + 1)].fill(0);
        let found = logged.rows_with(&log);
        let newest = logged.last()["message"].last().unwrap();
        assert_eq!(found["message"].last().unwrap(), newest, "frame {frame}");
        let part = logged.last()["part"].last().unwrap();
        assert_eq!(found["part"].last().unwrap(), part, "frame {frame}");
    }
}

#[test]
fn a_log_whose_header_is_lost_is_damaged_and_read_all_the_same() {
    let logged = Logged::new();
    for at in [0, 3, 9, 17, 21] {
        let mut log = logged.log.clone();
        log[at] ^= 0x10;
        assert!(logged.is_damaged_as(&log));
        assert_eq!(logged.rows_with(&log), *logged.last(), "byte {at}");
    }
    let mut log = logged.log.clone();
    log[..HEADER].fill(0);
    assert!(logged.is_damaged_as(&log));
    let found = logged.rows_with(&log);
    assert_eq!(found["message"], logged.last()["message"]);
    assert_eq!(found["part"], logged.last()["part"]);
}

#[test]
fn one_wrong_bit_costs_none_of_the_rows_that_it_is_not_in() {
    let logged = Logged::new();
    // Two transactions, and in the first one's frame with the new message a bit between the pointers and the cells.
    let mut log = logged.log[..Logged::frame(logged.frames[1])].to_vec();
    let Value::Text(id) = &logged.after[0]["message"].last().unwrap()[1] else { panic!("no id") };
    let place = log.windows(id.len()).position(|window| window == id).unwrap();
    let frame = (place - HEADER) / FRAME;
    assert!(frame + 1 < logged.frames[0]);
    let page = Logged::frame(frame) + 24;
    assert_eq!(log[page], 0x0d);
    let content = usize::from(log[page + 5]) << 8 | usize::from(log[page + 6]);
    log[page + content - 1] ^= 1;
    assert!(logged.is_damaged_as(&log));
    assert_eq!(logged.rows_with(&log), logged.after[1]);
    // The last one alone may be what a loss of power left.
    log.truncate(Logged::frame(logged.frames[0]));
    assert!(!logged.is_damaged_as(&log));
}

#[test]
fn bits_that_flip_anywhere_in_the_log_never_bring_it_down() {
    let logged = Logged::new();
    let mut chance = Chance(11);
    for _ in 0..30 {
        let mut log = logged.log.clone();
        for _ in 0..=chance.below(30) {
            let at = chance.below(log.len());
            log[at] ^= 1 << chance.below(8);
        }
        log.truncate(log.len() - chance.below(3) * chance.below(log.len() / 2));
        logged.rows_with(&log);
        logged.is_damaged_as(&log);
    }
}
