//! The pages of a damaged database: for each number its newest image that is proven, from the log or the file, read as asked.
//! Where a newer image is there that is damaged, what it says is another candidate.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::Result;

use super::log_of;
use super::wal::{Log, USUAL_PAGE_SIZE, is_page_size};

const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Where an image of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Image {
    Database,
    /// At this place of the log.
    Log(u64),
}

/// What the log knows of a page.
#[derive(Debug, Clone, Copy, Default)]
struct Logged {
    proven: Option<u64>,
    /// A damaged image that is newer.
    doubtful: Option<u64>,
}

/// The pages of a database, none of them in memory.
pub(super) struct Pages {
    database: Option<File>,
    log: Option<File>,
    logged: BTreeMap<u32, Logged>,
    size: usize,
    count: u32,
}

impl Pages {
    /// Looks at a database and its log, both of which may be missing.
    ///
    /// # Errors
    /// `storageFailed` where a file is there and cannot be opened.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let database = open(path)?;
        let log = open(&log_of(path))?;
        let said = database.as_ref().and_then(page_size);
        // A log that cannot be read to its end is none: the file of the database still is one.
        let frames = log.as_ref().and_then(|log| Log::read(log, said).ok());
        let size = said.or(frames.as_ref().map(|log| log.page_size)).unwrap_or(USUAL_PAGE_SIZE);
        let length = database.as_ref().and_then(|file| file.metadata().ok()).map_or(0, |facts| facts.len());
        let mut count = u32::try_from(length.div_ceil(size as u64)).unwrap_or(u32::MAX);
        let mut logged: BTreeMap<u32, Logged> = BTreeMap::new();
        if let Some(frames) = frames.filter(|log| log.page_size == size) {
            let committed = frames.committed();
            let proven = committed.iter().filter(|frame| frame.is_proven()).map(|frame| frame.page);
            count = count.max(proven.max().unwrap_or(0));
            // The frame behind a lost one is not proven, and may be all there is of a new page. A log adds no more pages than
            // it has frames: what says more is damaged itself.
            let most = count.saturating_add(u32::try_from(committed.len()).unwrap_or(u32::MAX));
            let new = committed.iter().map(|frame| frame.page).filter(|page| *page <= most);
            count = count.max(new.max().unwrap_or(0));
            for frame in committed.iter().filter(|frame| (1..=count).contains(&frame.page)) {
                let page = logged.entry(frame.page).or_default();
                if frame.is_proven() {
                    *page = Logged { proven: Some(frame.at), doubtful: None };
                } else {
                    page.doubtful = Some(frame.at);
                }
            }
        }
        Ok(Self { database, log, logged, size, count })
    }

    /// Bytes of a page, all of which SQLite uses.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The highest number of a page.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// The most images that a page has: 1 where the log is sound.
    pub(super) fn most_images(&self) -> usize {
        self.logged.keys().map(|number| self.images(*number)).max().unwrap_or(1)
    }

    /// How many images of a page there are, at least one.
    pub(super) fn images(&self, number: u32) -> usize {
        self.all(number).len()
    }

    /// Reads an image of a page: the first is the proven one; beyond the last it is the last. `false` where it cannot be read.
    pub(super) fn read(&self, number: u32, image: usize, into: &mut Vec<u8>) -> bool {
        if !(1..=self.count).contains(&number) {
            return false;
        }
        into.clear();
        into.resize(self.size, 0);
        let all = self.all(number);
        let (file, at) = match all.get(image).or(all.last()) {
            Some(Image::Log(at)) => (&self.log, *at),
            _ => (&self.database, (u64::from(number) - 1) * self.size as u64),
        };
        file.as_ref().is_some_and(|file| read_at(file, at, into))
    }

    fn all(&self, number: u32) -> Vec<Image> {
        match self.logged.get(&number) {
            None => vec![Image::Database],
            Some(Logged { proven: Some(at), doubtful: None }) => vec![Image::Log(*at)],
            Some(Logged { proven: None, doubtful: None }) => vec![Image::Database],
            Some(Logged { proven: None, doubtful: Some(at) }) => vec![Image::Database, Image::Log(*at)],
            Some(Logged { proven: Some(old), doubtful: Some(new) }) => {
                // The database may have been given the newer one before it was damaged.
                vec![Image::Log(*old), Image::Log(*new), Image::Database]
            }
        }
    }
}

fn open(path: &Path) -> Result<Option<File>> {
    match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        file => Ok(Some(file?)),
    }
}

/// What the first page says, where it can be believed.
fn page_size(file: &File) -> Option<usize> {
    let mut start = [0; 18];
    if !read_at(file, 0, &mut start) || !start.starts_with(MAGIC) {
        return None;
    }
    let said = match u16::from_be_bytes([start[16], start[17]]) {
        1 => 65536,
        size => usize::from(size),
    };
    is_page_size(said).then_some(said)
}

/// Fills what it can; the rest of a torn page stays zero. `false` where there is nothing.
fn read_at(mut file: &File, at: u64, into: &mut [u8]) -> bool {
    if file.seek(SeekFrom::Start(at)).is_err() {
        return false;
    }
    let mut done = 0;
    while done < into.len() {
        match file.read(&mut into[done..]) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // A sector that the disk cannot read takes its page with it, or what of it came after.
            Err(_) => break,
        }
    }
    done > 0
}
