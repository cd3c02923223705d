//! What a folder may be after the power went: all that was synced, and of the rest anything: kept, dropped or torn.
//!
//! The model: a write that is not synced reaches the platter whole, not at all, or in some of its 512-byte sectors, each
//! write by itself and in any order. Names follow the journal of a file system: of the files made and deleted since the
//! folder's last sync, the first few have happened. The sync of a file carries its own name with it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::chance::Chance;
use crate::disk::Entry;

const SECTOR: usize = 512;

/// How much of what was not synced is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Nothing.
    Nothing,
    /// All of it: the process died, the machine did not.
    Everything,
    /// Some of it.
    Some,
}

enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

#[derive(Default)]
struct File {
    synced: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Clone)]
enum Name {
    Made(String, usize),
    Deleted(String),
}

/// The disk while the changes go over it.
#[derive(Default)]
pub struct Platter {
    files: Vec<File>,
    /// The names as the running system sees them.
    names: BTreeMap<String, usize>,
    synced_names: BTreeMap<String, usize>,
    pending_names: Vec<Name>,
}

impl Platter {
    /// Takes the next change. Whether it was one.
    pub fn take(&mut self, entry: &Entry) -> bool {
        match entry {
            Entry::Create { name } => {
                self.files.push(File::default());
                self.names.insert(name.clone(), self.files.len() - 1);
                self.pending_names.push(Name::Made(name.clone(), self.files.len() - 1));
            }
            Entry::Write { name, at, bytes } => self.change(name, Change::Write { at: *at, bytes: bytes.clone() }),
            Entry::Truncate { name, size } => self.change(name, Change::Truncate(*size)),
            Entry::Sync { name } => self.sync(name),
            Entry::Delete { name, synced } => {
                self.names.remove(name);
                self.pending_names.push(Name::Deleted(name.clone()));
                if *synced {
                    self.sync_names(self.pending_names.len());
                }
            }
            Entry::Happened(_) | Entry::Requested(_) => return false,
        }
        true
    }

    fn change(&mut self, name: &str, change: Change) {
        let file = *self.names.get(name).unwrap_or_else(|| panic!("{name} is written to and was never made"));
        self.files[file].pending.push(change);
    }

    fn sync(&mut self, name: &str) {
        let id = self.names[name];
        let file = &mut self.files[id];
        for change in std::mem::take(&mut file.pending) {
            apply(&mut file.synced, &change, |_| true);
        }
        let made = self.pending_names.iter().position(|change| matches!(change, Name::Made(_, made) if *made == id));
        if let Some(made) = made {
            self.sync_names(made + 1);
        }
    }

    fn sync_names(&mut self, count: usize) {
        for change in self.pending_names.drain(..count) {
            rename(&mut self.synced_names, change);
        }
    }

    /// Writes the folder as it may be after the power went now.
    pub fn image(&self, folder: &Path, kept: Kept, chance: &mut Chance) {
        let happened = match kept {
            Kept::Nothing => 0,
            Kept::Everything => self.pending_names.len(),
            Kept::Some => chance.below(self.pending_names.len() + 1),
        };
        let mut names = self.synced_names.clone();
        self.pending_names[..happened].iter().for_each(|change| rename(&mut names, change.clone()));
        for (name, file) in names {
            let file = &self.files[file];
            let mut bytes = file.synced.clone();
            for change in &file.pending {
                let fate = match kept {
                    Kept::Nothing => 0,
                    Kept::Everything => 1,
                    Kept::Some => chance.below(3),
                };
                match fate {
                    0 => {}
                    1 => apply(&mut bytes, change, |_| true),
                    _ => {
                        let torn = chance.number();
                        apply(&mut bytes, change, |sector| torn.rotate_right(sector as u32 % 64) & 1 == 1);
                    }
                }
            }
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
}

fn rename(names: &mut BTreeMap<String, usize>, change: Name) {
    match change {
        Name::Made(name, file) => names.insert(name, file),
        Name::Deleted(name) => names.remove(&name),
    };
}

/// Does a change, in those of its sectors that are kept, which are counted from its first.
fn apply(file: &mut Vec<u8>, change: &Change, keeps: impl Fn(usize) -> bool) {
    match change {
        Change::Truncate(size) => {
            if keeps(0) {
                file.resize(*size, 0);
            }
        }
        Change::Write { at, bytes } => {
            let first = at / SECTOR;
            let mut done = 0;
            while done < bytes.len() {
                let sector = (at + done) / SECTOR;
                let end = ((sector + 1) * SECTOR - at).min(bytes.len());
                if keeps(sector - first) {
                    if file.len() < at + end {
                        file.resize(at + end, 0);
                    }
                    file[at + done..at + end].copy_from_slice(&bytes[done..end]);
                }
                done = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(name: &str, at: usize, text: &str) -> Entry {
        Entry::Write { name: name.into(), at, bytes: text.as_bytes().to_vec() }
    }

    fn image(platter: &Platter, kept: Kept) -> BTreeMap<String, String> {
        let folder = crate::house::folder();
        platter.image(folder.path(), kept, &mut Chance::new(1));
        let entries = std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
        let read = |path| std::fs::read_to_string(path).unwrap();
        entries.map(|entry| (entry.file_name().into_string().unwrap(), read(entry.path()))).collect()
    }

    #[test]
    fn what_is_synced_stays_and_what_is_not_may_go() {
        let mut platter = Platter::default();
        for entry in [
            Entry::Create { name: "a".into() },
            write("a", 0, "one"),
            Entry::Sync { name: "a".into() },
            write("a", 3, "two"),
            Entry::Create { name: "b".into() },
            write("b", 0, "three"),
        ] {
            assert!(platter.take(&entry));
        }
        let a = |text: &str| ("a".to_owned(), text.to_owned());
        assert_eq!(image(&platter, Kept::Nothing), BTreeMap::from([a("one")]));
        assert_eq!(image(&platter, Kept::Everything), BTreeMap::from([a("onetwo"), ("b".into(), "three".into())]));
        platter.take(&Entry::Delete { name: "a".into(), synced: false });
        assert_eq!(image(&platter, Kept::Nothing), BTreeMap::from([a("one")]));
        platter.take(&Entry::Delete { name: "b".into(), synced: true });
        assert_eq!(image(&platter, Kept::Nothing), BTreeMap::new());
    }

    #[test]
    fn a_torn_write_is_there_in_some_of_its_sectors() {
        let mut file = vec![b'.'; 3 * SECTOR];
        apply(&mut file, &Change::Write { at: 100, bytes: vec![b'x'; 2 * SECTOR] }, |sector| sector == 1);
        let expected = [vec![b'.'; SECTOR], vec![b'x'; SECTOR], vec![b'.'; SECTOR]].concat();
        assert_eq!(file, expected);
    }
}
