//! The write-ahead log of a damaged database: which of its frames are proven by their checksums, also beyond a damaged one.
//! SQLite stops at the first frame that is not right, and forgets what was committed after it.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::Result;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The magic number of a log whose checksums read their input as little-endian words; that for big-endian is one more.
const MAGIC: u32 = 0x377f_0682;

/// What every database of ours has, where nothing says otherwise.
pub(super) const USUAL_PAGE_SIZE: usize = 4096;

/// Whether commits are in the log that SQLite would forget: a proven one after the transaction whose frame it stops at, or,
/// where the header itself cannot be read, any frame. The last transaction alone is no damage: a loss of power leaves it so,
/// and then nobody was told that it was done. What stands after it was written when it had been synced.
///
/// # Errors
/// `storageFailed` where the file is there and cannot be read.
pub(crate) fn log_is_damaged(log: &Path) -> Result<bool> {
    let file = match File::open(log) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        file => file?,
    };
    let log = Log::read(&file, None)?;
    if !log.header_is_right {
        return Ok(!log.frames.is_empty());
    }
    let stop = log.frames.iter().position(|frame| frame.place != Place::InOrder).unwrap_or(log.frames.len());
    let mut beyond = log.frames.iter().skip(stop).skip_while(|frame| !frame.commits).skip(1);
    Ok(beyond.any(|frame| frame.is_proven() && frame.commits))
}

/// How far a frame can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// SQLite would take it too, where all before it are right.
    InOrder,
    /// Its checksum proves right, but its salts, or its own stored checksum, do not.
    Proven,
    /// It belongs to this run of the log, but is not what was written.
    Doubtful,
    /// Left over from before the log was begun anew.
    Foreign,
}

/// One page in the log.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// The page's number, from 1.
    pub page: u32,
    /// Where the page's bytes are in the file.
    pub at: u64,
    /// Whether a transaction ends with it.
    pub commits: bool,
    pub place: Place,
}

impl Frame {
    pub(super) fn is_proven(&self) -> bool {
        matches!(self.place, Place::InOrder | Place::Proven)
    }
}

/// All whole frames of a log.
pub(super) struct Log {
    pub frames: Vec<Frame>,
    /// Bytes; what the header says, else what was told.
    pub page_size: usize,
    pub header_is_right: bool,
}

impl Log {
    /// Reads a log once from end to end. `page_size` is that of the database, where it is known.
    pub(super) fn read(file: &File, page_size: Option<usize>) -> Result<Self> {
        let length = file.metadata()?.len();
        let mut reader = BufReader::with_capacity(1 << 16, file);
        reader.seek(SeekFrom::Start(0))?;
        let mut header = [0; HEADER];
        if length < HEADER as u64 {
            return Ok(Self { frames: Vec::new(), page_size: USUAL_PAGE_SIZE, header_is_right: true });
        }
        reader.read_exact(&mut header)?;
        let magic = word(&header, 0);
        // Without the magic number it is tried as what all processors of today write.
        let big = magic == MAGIC + 1;
        let said = word(&header, 8) as usize;
        let stored = (word(&header, 24), word(&header, 28));
        let header_is_right =
            (magic == MAGIC || big) && is_page_size(said) && Sum { big }.over((0, 0), &header[..24]) == stored;
        let page_size = if header_is_right { said } else { page_size.unwrap_or(USUAL_PAGE_SIZE) };
        let count = (length - HEADER as u64) / (FRAME_HEADER + page_size) as u64;
        let salts = if header_is_right { salts(&header, 16) } else { guess_salts(file, page_size, count)? };
        reader.seek(SeekFrom::Start(HEADER as u64))?;
        let mut chain = Chain { sum: Sum { big }, salts, stored, right: header_is_right.then_some(stored) };
        let mut frames: Vec<Frame> = Vec::new();
        let mut buffer = vec![0; FRAME_HEADER + page_size];
        for number in 0..count {
            reader.read_exact(&mut buffer)?;
            let (place, proves_last) = chain.next(&buffer);
            if proves_last && let Some(last) = frames.last_mut() {
                last.place = Place::Proven;
            }
            let at = HEADER as u64 + number * buffer.len() as u64 + FRAME_HEADER as u64;
            frames.push(Frame { page: word(&buffer, 0), at, commits: word(&buffer, 4) != 0, place });
        }
        Ok(Self { frames, page_size, header_is_right })
    }

    /// The frames up to the last commit that is proven, with all of its transaction. All before it were committed too: a
    /// transaction that is taken back is written over by the next.
    pub(super) fn committed(&self) -> &[Frame] {
        let Some(last) = self.frames.iter().rposition(|frame| frame.commits && frame.is_proven()) else { return &[] };
        let begin = self.frames[..last].iter().rposition(|frame| frame.commits).map_or(0, |before| before + 1);
        let is_whole = self.frames[begin..=last].iter().all(Frame::is_proven);
        &self.frames[..if is_whole { last + 1 } else { begin }]
    }
}

/// Follows the running checksum, with the stored one of each frame as another way on where one is damaged.
struct Chain {
    sum: Sum,
    salts: (u32, u32),
    /// What the last frame says of itself.
    stored: (u32, u32),
    /// What it should say, as long as that is known.
    right: Option<(u32, u32)>,
}

impl Chain {
    /// The place of the next frame, and whether it proves that the one before it, whose stored checksum is wrong, is right.
    fn next(&mut self, frame: &[u8]) -> (Place, bool) {
        let salts_fit = salts(frame, 8) == self.salts;
        let stored = (word(frame, 16), word(frame, 20));
        let over = |seed| self.sum.over(self.sum.over(seed, &frame[..8]), &frame[FRAME_HEADER..]);
        let follows_stored = over(self.stored) == stored;
        let expected = match self.right {
            Some(right) if right == self.stored && follows_stored => Some(stored),
            right => right.map(over),
        };
        let follows_right = expected == Some(stored);
        let proves_last = follows_right && self.right != Some(self.stored);
        // The salts are in the checksum of the header that the chain begins with: who follows it needs none.
        let place = match (follows_right, follows_stored && salts_fit, salts_fit) {
            (true, _, true) => Place::InOrder,
            (true, _, false) | (false, true, _) => Place::Proven,
            (false, false, true) => Place::Doubtful,
            (false, false, false) => Place::Foreign,
        };
        self.stored = stored;
        self.right = if place == Place::Proven { Some(stored) } else { expected };
        (place, proves_last)
    }
}

/// SQLite's checksum: two running sums over pairs of words.
struct Sum {
    big: bool,
}

impl Sum {
    fn over(&self, seed: (u32, u32), bytes: &[u8]) -> (u32, u32) {
        let (mut first, mut second) = seed;
        for pair in bytes.chunks_exact(8) {
            let word = |at: usize| {
                let bytes = [pair[at], pair[at + 1], pair[at + 2], pair[at + 3]];
                if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
            };
            first = first.wrapping_add(word(0)).wrapping_add(second);
            second = second.wrapping_add(word(4)).wrapping_add(first);
        }
        (first, second)
    }
}

/// The salts of the newest run of a log whose header is lost: it begins at the first frame, so the first two frames that
/// agree are of it.
fn guess_salts(mut file: &File, page_size: usize, count: u64) -> Result<(u32, u32)> {
    let mut seen: Vec<(u32, u32)> = Vec::new();
    let mut header = [0; FRAME_HEADER];
    for number in 0..count {
        file.seek(SeekFrom::Start(HEADER as u64 + number * (FRAME_HEADER + page_size) as u64))?;
        file.read_exact(&mut header)?;
        let found = salts(&header, 8);
        if seen.last() == Some(&found) && found != (0, 0) {
            return Ok(found);
        }
        seen.push(found);
    }
    Ok(seen.first().copied().unwrap_or_default())
}

fn salts(bytes: &[u8], at: usize) -> (u32, u32) {
    (word(bytes, at), word(bytes, at + 4))
}

/// The big-endian word at a place that is known to be there.
fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Whether SQLite has pages of so many bytes.
pub(super) fn is_page_size(size: usize) -> bool {
    size.is_power_of_two() && (512..=65536).contains(&size)
}
