//! A SQLite VFS around the platform's own: counts, fails and records what happens to the files of a watched folder.
//! Files of other folders get the platform's VFS itself. The only file of the project with `unsafe`.
#![allow(unsafe_code, reason = "a SQLite VFS is a table of C functions")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::size_of;
use std::path::Path;
use std::ptr::null_mut;
use std::sync::{Arc, Mutex, Once, PoisonError, Weak};

use rusqlite::ffi;

use crate::disk::{Act, Disk, Entry};

/// The folders that are watched. A `Disk` that nobody holds any more watches nothing.
static WATCHED: Mutex<Vec<Weak<Disk>>> = Mutex::new(Vec::new());

/// From now on the files of the disk's folder go through it, until it is dropped.
pub fn watch(disk: &Arc<Disk>) {
    static ONCE: Once = Once::new();
    ONCE.call_once(register);
    let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    watched.retain(|disk| disk.strong_count() > 0);
    watched.push(Arc::downgrade(disk));
}

fn find(path: &Path) -> Option<Arc<Disk>> {
    let watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    watched.iter().filter_map(Weak::upgrade).find(|disk| path.parent() == Some(disk.folder()))
}

/// An open file of a watched folder. The platform's own file lies behind it in the same piece of memory, which SQLite gives.
#[repr(C)]
struct Handle {
    base: ffi::sqlite3_file,
    file: *mut File,
}

struct File {
    disk: Arc<Disk>,
    name: String,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // 2: with shared memory, which WAL needs; not 3: without memory maps, which would go past us.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Puts our VFS before the platform's. All that is not about files of a folder is the platform's function as it is: those of
/// the unix VFS and the Windows VFS use of their first argument only what a copy of the table has too.
fn register() {
    // SAFETY: after sqlite3_initialize the default VFS exists for as long as the process. The copy of its table is leaked, as
    // a registered table must stay where it is; it differs in its name, its files' size and four functions of the same type.
    unsafe {
        assert_eq!(ffi::sqlite3_initialize(), ffi::SQLITE_OK);
        let real = ffi::sqlite3_vfs_find(std::ptr::null());
        assert!(!real.is_null(), "SQLite has a VFS");
        let mut ours = *real;
        ours.pNext = null_mut();
        ours.zName = c"parlour-faults".as_ptr();
        ours.szOsFile = c_int::try_from(size_of::<Handle>()).unwrap_or(c_int::MAX) + (*real).szOsFile;
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        ours.xAccess = Some(access);
        REAL.set(Real(real)).unwrap_or_else(|_| panic!("registered once"));
        assert_eq!(ffi::sqlite3_vfs_register(Box::leak(Box::new(ours)), 1), ffi::SQLITE_OK);
    }
}

/// The platform's VFS.
struct Real(*mut ffi::sqlite3_vfs);
// SAFETY: SQLite itself calls a VFS from every thread.
unsafe impl Send for Real {}
// SAFETY: as above.
unsafe impl Sync for Real {}
static REAL: std::sync::OnceLock<Real> = std::sync::OnceLock::new();

fn real() -> *mut ffi::sqlite3_vfs {
    REAL.get().map_or(null_mut(), |real| real.0)
}

/// The path that SQLite gives, and its file's name.
///
/// # Safety
/// `name` is null or a C string.
unsafe fn watched_file(name: *const c_char) -> Option<File> {
    if name.is_null() {
        return None;
    }
    // SAFETY: by the caller.
    let path = Path::new(unsafe { CStr::from_ptr(name) }.to_str().ok()?);
    let disk = find(path)?;
    Some(File { disk, name: path.file_name()?.to_str()?.to_owned() })
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives a C string or null, and szOsFile bytes at `file`: room for a Handle and the platform's file behind
    // it. A file that is not watched is the platform's from its first byte on. pMethods stays null where opening fails.
    unsafe {
        let Some(open) = (*real()).xOpen else { return ffi::SQLITE_CANTOPEN };
        let Some(watched) = watched_file(name) else { return open(real(), name, file, flags, out_flags) };
        (*file).pMethods = std::ptr::null();
        if let Err(code) = watched.disk.act(Act::Open) {
            return code;
        }
        let existed = watched.disk.folder().join(&watched.name).exists();
        let inner = inner(file);
        (*inner).pMethods = std::ptr::null();
        let code = open(real(), name, inner, flags, out_flags);
        if code != ffi::SQLITE_OK {
            if let Some(close) = (*inner).pMethods.as_ref().and_then(|methods| methods.xClose) {
                close(inner);
            }
            return code;
        }
        if !existed {
            watched.disk.record(Entry::Create { name: watched.name.clone() });
        }
        let handle = file.cast::<Handle>();
        (*handle).file = Box::into_raw(Box::new(watched));
        (*handle).base.pMethods = &raw const METHODS;
        code
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: SQLite gives a C string.
    unsafe {
        let Some(delete) = (*real()).xDelete else { return ffi::SQLITE_IOERR_DELETE };
        let Some(watched) = watched_file(name) else { return delete(real(), name, sync_folder) };
        if let Err(code) = watched.disk.act(Act::Delete) {
            return code;
        }
        let code = delete(real(), name, sync_folder);
        if code == ffi::SQLITE_OK {
            watched.disk.record(Entry::Delete { name: watched.name, synced: sync_folder != 0 });
        }
        code
    }
}

unsafe extern "C" fn access(_: *mut ffi::sqlite3_vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    // SAFETY: SQLite gives a C string and a place for the answer.
    unsafe {
        let Some(access) = (*real()).xAccess else { return ffi::SQLITE_IOERR_ACCESS };
        if let Some(Err(code)) = watched_file(name).map(|watched| watched.disk.act(Act::Access)) {
            return code;
        }
        access(real(), name, flags, out)
    }
}

/// The platform's file behind ours.
///
/// # Safety
/// `file` has room for both.
unsafe fn inner(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: by the caller; a Handle is two pointers, so that what lies behind it is aligned as SQLite's memory is.
    unsafe { file.cast::<u8>().add(size_of::<Handle>()).cast() }
}

/// Our part of an open file.
///
/// # Safety
/// `file` was opened by `open` above and is not closed.
unsafe fn outer<'a>(file: *mut ffi::sqlite3_file) -> &'a File {
    // SAFETY: by the caller; the box lives until `close`.
    unsafe { &*(*file.cast::<Handle>()).file }
}

/// Calls the platform's method of an open file with these arguments.
macro_rules! pass {
    ($file:ident, $method:ident, $missing:expr $(, $argument:expr)*) => {{
        // SAFETY: SQLite calls the methods of ours only for files that `open` made, so the platform's file lies behind it; the
        // arguments go on as they came.
        unsafe {
            let inner = inner($file);
            match (*(*inner).pMethods).$method {
                Some(method) => method(inner $(, $argument)*),
                None => $missing,
            }
        }
    }};
}

/// Lets the disk fail the call.
macro_rules! may_fail {
    ($file:ident, $act:expr) => {{
        // SAFETY: SQLite calls the methods of ours only for files that `open` made.
        let outer = unsafe { outer($file) };
        if let Err(code) = outer.disk.act($act) {
            return code;
        }
        outer
    }};
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    let code = pass!(file, xClose, ffi::SQLITE_OK);
    // SAFETY: the box was made by `open`, and SQLite closes a file once.
    drop(unsafe { Box::from_raw((*file.cast::<Handle>()).file) });
    code
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, amount: c_int, at: i64) -> c_int {
    may_fail!(file, Act::Read);
    pass!(file, xRead, ffi::SQLITE_IOERR_READ, to, amount, at)
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, amount: c_int, at: i64) -> c_int {
    // SAFETY: as everywhere here.
    let outer = unsafe { outer(file) };
    if let Err(code) = outer.disk.act(Act::Write) {
        // A write that fails has often written a part.
        let _ = pass!(file, xWrite, ffi::SQLITE_IOERR_WRITE, from, amount / 2, at);
        return code;
    }
    let code = pass!(file, xWrite, ffi::SQLITE_IOERR_WRITE, from, amount, at);
    if code == ffi::SQLITE_OK {
        let (length, at) = (usize::try_from(amount).unwrap_or(0), usize::try_from(at).unwrap_or(0));
        // SAFETY: SQLite gives `amount` bytes.
        let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), length) };
        outer.disk.record_with(|| Entry::Write { name: outer.name.clone(), at, bytes: bytes.to_vec() });
    }
    code
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    let outer = may_fail!(file, Act::Truncate);
    let code = pass!(file, xTruncate, ffi::SQLITE_IOERR_TRUNCATE, size);
    if code == ffi::SQLITE_OK {
        let size = usize::try_from(size).unwrap_or(0);
        outer.disk.record(Entry::Truncate { name: outer.name.clone(), size });
    }
    code
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    let outer = may_fail!(file, Act::Sync);
    let code = pass!(file, xSync, ffi::SQLITE_IOERR_FSYNC, flags);
    if code == ffi::SQLITE_OK {
        outer.disk.record(Entry::Sync { name: outer.name.clone() });
    }
    code
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    may_fail!(file, Act::Size);
    pass!(file, xFileSize, ffi::SQLITE_IOERR_FSTAT, out)
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    may_fail!(file, Act::Lock);
    pass!(file, xLock, ffi::SQLITE_IOERR_LOCK, level)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    pass!(file, xUnlock, ffi::SQLITE_IOERR_UNLOCK, level)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    pass!(file, xCheckReservedLock, ffi::SQLITE_IOERR_CHECKRESERVEDLOCK, out)
}

unsafe extern "C" fn file_control(file: *mut ffi::sqlite3_file, what: c_int, argument: *mut c_void) -> c_int {
    pass!(file, xFileControl, ffi::SQLITE_NOTFOUND, what, argument)
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    pass!(file, xSectorSize, 4096)
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    pass!(file, xDeviceCharacteristics, 0)
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    may_fail!(file, Act::Share);
    pass!(file, xShmMap, ffi::SQLITE_IOERR_SHMMAP, page, size, extend, out)
}

// Locks are taken and given back by the same call, and SQLite counts on the giving back: it never fails here.
unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, offset: c_int, count: c_int, flags: c_int) -> c_int {
    pass!(file, xShmLock, ffi::SQLITE_IOERR_SHMLOCK, offset, count, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    pass!(file, xShmBarrier, ());
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    pass!(file, xShmUnmap, ffi::SQLITE_OK, delete)
}
