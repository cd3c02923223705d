//! The folder of the backups: manifests, and chunks that lie there once, named by their hash.
//! Everything is written beside its place, synced and renamed, so that a death leaves leftovers but nothing half.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind, Result};
use crate::folder::{FolderLock, create_private, make_private_folder, sync_folder};

use super::manifest::{FORMAT, Manifest};

/// Where the chunks lie.
pub(super) const CHUNKS: &str = "chunks";

/// What is being written, and databases put together for reading. Emptied before each use of the folder.
const SCRATCH: &str = "scratch";

/// Which folder the backups are in.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub path: PathBuf,
    /// Whether a person named it. Such a folder is not made where it is missing: it may be that of a disk that is not there.
    pub chosen: bool,
}

/// The open folder. One process and one work at a time.
pub(super) struct Folder {
    path: PathBuf,
    _lock: FolderLock,
}

/// The error of something in the file system, with its path.
pub(crate) fn at<T>(path: &Path, done: io::Result<T>) -> Result<T> {
    done.map_err(|error| with_path(path, error.into()))
}

/// An error with a path.
pub(super) fn with_path(path: &Path, error: Error) -> Error {
    error.with(|d| d.path = Some(path.display().to_string()))
}

/// An error with a path, where it has none of its own.
pub(super) fn at_least_path(path: &Path, error: Error) -> Error {
    if error.detail.path.is_none() { with_path(path, error) } else { error }
}

/// SHA-256 in hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Place {
    fn check(&self) -> Result<()> {
        match at(&self.path, fs::metadata(&self.path)) {
            Err(error) if self.chosen => Err(error),
            _ => Ok(()),
        }
    }

    /// The manifests, newest first. One that cannot be read is none.
    ///
    /// # Errors
    /// `storageFailed` with the path, also where a folder that a person named is not there.
    pub(super) fn manifests(&self) -> Result<Vec<(String, Manifest)>> {
        self.check()?;
        if !self.path.is_dir() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for entry in at(&self.path, fs::read_dir(&self.path))? {
            let path = at(&self.path, entry)?.path();
            let Some(id) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json")) else { continue };
            // A folder of the person's choice may hold files of others.
            let read = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
            match read {
                Some(manifest) if manifest.format <= FORMAT => found.push((id.to_owned(), manifest)),
                _ => log::warn!("a file in the folder of the backups is no manifest"),
            }
        }
        found.sort_by_key(|(_, manifest)| std::cmp::Reverse(manifest.number));
        Ok(found)
    }
}

impl Folder {
    /// Opens the folder for work and clears away what a death left in it.
    ///
    /// # Errors
    /// `storageInUse`, `storageFailed`, `storageFull`, with the path.
    pub fn open(place: &Place) -> Result<Self> {
        place.check()?;
        let lock = FolderLock::take(&place.path)?;
        let folder = Self { path: place.path.clone(), _lock: lock };
        let scratch = folder.path.join(SCRATCH);
        if scratch.is_dir() {
            at(&scratch, fs::remove_dir_all(&scratch))?;
        }
        for path in [scratch, folder.path.join(CHUNKS)] {
            at(&path, make_private_folder(&path))?;
        }
        Ok(folder)
    }

    /// The manifests, newest first.
    ///
    /// # Errors
    /// `storageFailed`.
    pub fn manifests(&self) -> Result<Vec<(String, Manifest)>> {
        Place { path: self.path.clone(), chosen: true }.manifests()
    }

    /// The manifest with this name.
    ///
    /// # Errors
    /// `storageFailed` with its path where there is none.
    pub fn manifest(&self, id: &str) -> Result<Manifest> {
        // Looked for in the list: a name from outside never becomes a path that is opened.
        let found = self.manifests()?.into_iter().find(|(name, _)| name == id);
        let missing = || with_path(&self.manifest_path(id), ErrorKind::StorageFailed.into());
        found.map(|(_, manifest)| manifest).ok_or_else(missing)
    }

    pub fn manifest_path(&self, id: &str) -> PathBuf {
        self.path.join(format!("{id}.json"))
    }

    /// A path for what is removed again.
    pub fn scratch_path(&self, name: &str) -> PathBuf {
        self.path.join(SCRATCH).join(name)
    }

    /// Writes a manifest, all or nothing. What it names is on disk before.
    pub fn write_manifest(&self, id: &str, manifest: &Manifest) -> Result<()> {
        let bytes = serde_json::to_vec_pretty(manifest).map_err(|_| Error::internal("a manifest that is no JSON"))?;
        let path = self.manifest_path(id);
        self.write(&path, &bytes)?;
        at(&self.path, sync_folder(&self.path))
    }

    pub fn remove_manifest(&self, id: &str) -> Result<()> {
        let path = self.manifest_path(id);
        at(&path, fs::remove_file(&path))
    }

    pub fn chunk_path(&self, hash: &str) -> PathBuf {
        self.path.join(CHUNKS).join(hash.get(..2).unwrap_or_default()).join(hash)
    }

    /// Keeps a chunk; one that is there is left as it is. Whether it was written.
    ///
    /// `doubt` reads the one that is there, instead of believing in its name and size.
    pub fn keep_chunk(&self, hash_of_it: &str, bytes: &[u8], doubt: bool) -> Result<bool> {
        let path = self.chunk_path(hash_of_it);
        let there = match fs::metadata(&path) {
            Ok(found) if found.len() == bytes.len() as u64 => {
                !doubt || fs::read(&path).is_ok_and(|found| hash(&found) == hash_of_it)
            }
            _ => false,
        };
        if there {
            return Ok(false);
        }
        if let Some(parent) = path.parent() {
            at(parent, make_private_folder(parent))?;
        }
        self.write(&path, bytes)?;
        Ok(true)
    }

    /// The bytes of a chunk, whatever they are.
    pub fn chunk(&self, hash: &str) -> Result<Vec<u8>> {
        let path = self.chunk_path(hash);
        at(&path, fs::read(&path))
    }

    /// Makes the names of new chunks last.
    pub fn sync_chunks<'a>(&self, hashes: impl Iterator<Item = &'a str>) -> Result<()> {
        let folders: HashSet<PathBuf> =
            hashes.filter_map(|hash| self.chunk_path(hash).parent().map(Path::to_owned)).collect();
        let chunks = self.path.join(CHUNKS);
        for folder in folders.iter().chain([&chunks]) {
            at(folder, sync_folder(folder))?;
        }
        Ok(())
    }

    /// Removes every chunk that no manifest names.
    pub fn sweep(&self) -> Result<()> {
        let chunks = self.path.join(CHUNKS);
        let manifests = self.manifests()?;
        let named: HashSet<&str> =
            manifests.iter().flat_map(|(_, manifest)| manifest.chunks.iter().map(String::as_str)).collect();
        for folder in at(&chunks, fs::read_dir(&chunks))? {
            let folder = at(&chunks, folder)?.path();
            if !folder.is_dir() {
                continue;
            }
            for chunk in at(&folder, fs::read_dir(&folder))? {
                let chunk = at(&folder, chunk)?;
                let is_chunk = |name: &str| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
                if chunk.file_name().to_str().is_some_and(|name| is_chunk(name) && !named.contains(name)) {
                    at(&chunk.path(), fs::remove_file(chunk.path()))?;
                }
            }
        }
        Ok(())
    }

    /// New file, synced, renamed.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let new = self.scratch_path("new");
        let written = create_private(&new).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        at(path, written.and_then(|()| fs::rename(&new, path)))
    }
}
