//! The layer itself: SQLite's table of functions, each passed on to the system's own layer.
//!
//! A file of ours is followed in memory by the file of the layer below, in the place that SQLite gives for both.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::{Arc, Once, OnceLock};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs};

use crate::disk::Operation;
use crate::fault::{Call, Fault};
use crate::watch::{Inner, watch_over};

/// The system's own layer.
static BELOW: OnceLock<Below> = OnceLock::new();

struct Below(*mut sqlite3_vfs);

// SAFETY: SQLite's own layers are never freed and may be called from every thread.
unsafe impl Send for Below {}
// SAFETY: as above.
unsafe impl Sync for Below {}

/// A file of ours. The file of the layer below begins right after it.
#[repr(C)]
struct File {
    base: sqlite3_file,
    watched: *mut Watched,
}

struct Watched {
    inner: Arc<Inner>,
    name: String,
}

/// Makes the layer the default of this process. To be called before anything is opened that is to be watched; calling
/// it again changes nothing.
///
/// # Panics
/// If SQLite does not take it.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: a null name asks for the default; the table it points to is never freed.
        let below = unsafe { ffi::sqlite3_vfs_find(std::ptr::null()) };
        // SAFETY: as above; a table may be copied, and its functions ask nothing of it but what is copied.
        let copied = unsafe { *below };
        let ours = Box::new(sqlite3_vfs {
            szOsFile: copied.szOsFile + c_int::try_from(size_of::<File>()).unwrap(),
            pNext: std::ptr::null_mut(),
            zName: c"power-loss".as_ptr(),
            xOpen: Some(open),
            xDelete: Some(delete),
            ..copied
        });
        assert!(BELOW.set(Below(below)).is_ok());
        // SAFETY: the table is complete and lives as long as the process.
        let registered = unsafe { ffi::sqlite3_vfs_register(Box::leak(ours), 1) };
        assert_eq!(registered, ffi::SQLITE_OK);
    });
}

fn below() -> *mut sqlite3_vfs {
    BELOW.get().unwrap().0
}

/// The file of the layer below.
fn real(file: *mut sqlite3_file) -> *mut sqlite3_file {
    file.wrapping_byte_add(size_of::<File>())
}

/// A function of the layer below's file.
macro_rules! pass {
    ($file:ident . $function:ident ( $($argument:expr),* )) => {
        // SAFETY: SQLite calls this with a file that `open` has set up, whose methods stay as they are until it is
        // closed.
        unsafe { (*(*real($file)).pMethods).$function.unwrap()(real($file) $(, $argument)*) }
    };
}

fn watched<'a>(file: *mut sqlite3_file) -> Option<&'a Watched> {
    // SAFETY: set by `open`, freed by `close` alone, after which SQLite does not use the file.
    unsafe { (*file.cast::<File>()).watched.as_ref() }
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let path = (!name.is_null()).then(|| {
        // SAFETY: a name that is not null ends in a zero and lives longer than this call.
        let bytes = unsafe { CStr::from_ptr(name) }.to_bytes();
        Path::new(OsStr::from_bytes(bytes))
    });
    let is_new = path.is_some_and(|path| !path.exists());
    // SAFETY: the layer below has its own table and the place for its file that it asked for.
    let code = unsafe { (*below()).xOpen.unwrap()(below(), name, real(file), flags, out) };
    // SAFETY: `file` is a place of at least the size that the table names.
    let ours = unsafe { &mut *file.cast::<File>() };
    ours.watched = std::ptr::null_mut();
    // SAFETY: the layer below sets its methods, or null if there is nothing to close.
    ours.base.pMethods =
        if unsafe { (*real(file)).pMethods }.is_null() { std::ptr::null() } else { &METHODS };
    if code != ffi::SQLITE_OK {
        return code;
    }
    if let Some((inner, name)) = path.and_then(watch_over) {
        if is_new {
            inner.note(&name, Operation::Create);
        }
        ours.watched = Box::into_raw(Box::new(Watched { inner, name }));
    }
    code
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: passed on as it came.
    let code = unsafe { (*below()).xDelete.unwrap()(below(), name, sync_folder) };
    // SAFETY: the name ends in a zero and lives longer than this call.
    let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()));
    if code == ffi::SQLITE_OK
        && let Some((inner, name)) = watch_over(path)
    {
        inner.note(&name, Operation::Delete);
        if sync_folder != 0 {
            inner.note(&name, Operation::Sync);
        }
    }
    code
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 3,
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
    xFetch: Some(fetch),
    xUnfetch: Some(unfetch),
};

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let code = pass!(file.xClose());
    // SAFETY: the file is ours, and is closed once.
    let watched = unsafe { std::mem::replace(&mut (*file.cast::<File>()).watched, std::ptr::null_mut()) };
    if !watched.is_null() {
        // SAFETY: made by `open` and put away here, so nobody else frees it.
        drop(unsafe { Box::from_raw(watched) });
    }
    code
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    n: c_int,
    at: sqlite3_int64,
) -> c_int {
    let Some(Watched { inner, name }) = watched(file) else { return pass!(file.xWrite(bytes, n, at)) };
    let (length, from) = (usize::try_from(n).unwrap(), u64::try_from(at).unwrap());
    // SAFETY: SQLite gives so many bytes at this place for the time of the call.
    let copied = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), length) }.to_vec();
    inner.call(Call::Write, name, Operation::Write(from, copied), |fault| match fault {
        None => pass!(file.xWrite(bytes, n, at)),
        Some(Fault::Full) => ffi::SQLITE_FULL,
        Some(Fault::Io) => ffi::SQLITE_IOERR_WRITE,
        Some(Fault::Kill) => {
            let _half = pass!(file.xWrite(bytes, n / 2, at));
            kill()
        }
    })
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    let Some(Watched { inner, name }) = watched(file) else { return pass!(file.xTruncate(size)) };
    let operation = Operation::Truncate(u64::try_from(size).unwrap());
    inner.call(Call::Write, name, operation, |fault| match fault {
        None | Some(Fault::Full) => pass!(file.xTruncate(size)),
        Some(Fault::Io) => ffi::SQLITE_IOERR_TRUNCATE,
        Some(Fault::Kill) => kill(),
    })
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    let Some(Watched { inner, name }) = watched(file) else { return pass!(file.xSync(flags)) };
    inner.call(Call::Sync, name, Operation::Sync, |fault| match fault {
        None | Some(Fault::Full) => pass!(file.xSync(flags)),
        Some(Fault::Io) => ffi::SQLITE_IOERR_FSYNC,
        Some(Fault::Kill) => kill(),
    })
}

/// SIGKILL, to this process itself: nothing is closed, nothing is said.
fn kill() -> c_int {
    let _killed = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort()
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, operation: c_int, argument: *mut c_void) -> c_int {
    if let Some(Watched { inner, .. }) = watched(file)
        && inner.normal
        && operation == ffi::SQLITE_FCNTL_PRAGMA
    {
        // SAFETY: the argument of this operation is an array of texts: room for an answer, the pragma's name, and its
        // value if it has one.
        let (name, value) =
            unsafe { (*argument.cast::<*mut c_char>().add(1), *argument.cast::<*mut c_char>().add(2)) };
        // SAFETY: as above.
        if !value.is_null() && is(name, "synchronous") && is(value, "full") {
            // SAFETY: the value is SQLite's own copy, of this statement alone, and four bytes long: it is read again
            // once this call returns, and says 1 then, which is NORMAL.
            unsafe {
                value.write(c_char::try_from(b'1').unwrap());
                value.add(1).write(0);
            }
            inner.note_pragma();
        }
    }
    pass!(file.xFileControl(operation, argument))
}

fn is(text: *const c_char, wanted: &str) -> bool {
    // SAFETY: texts of SQLite end in a zero.
    unsafe { CStr::from_ptr(text) }.to_bytes().eq_ignore_ascii_case(wanted.as_bytes())
}

unsafe extern "C" fn read(file: *mut sqlite3_file, into: *mut c_void, n: c_int, at: sqlite3_int64) -> c_int {
    pass!(file.xRead(into, n, at))
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut sqlite3_int64) -> c_int {
    pass!(file.xFileSize(size))
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    pass!(file.xLock(level))
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    pass!(file.xUnlock(level))
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    pass!(file.xCheckReservedLock(out))
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    pass!(file.xSectorSize())
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    pass!(file.xDeviceCharacteristics())
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    pass!(file.xShmMap(region, size, extend, out))
}

unsafe extern "C" fn shm_lock(file: *mut sqlite3_file, offset: c_int, n: c_int, flags: c_int) -> c_int {
    pass!(file.xShmLock(offset, n, flags))
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    pass!(file.xShmBarrier());
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    pass!(file.xShmUnmap(delete))
}

unsafe extern "C" fn fetch(
    file: *mut sqlite3_file,
    at: sqlite3_int64,
    n: c_int,
    out: *mut *mut c_void,
) -> c_int {
    pass!(file.xFetch(at, n, out))
}

unsafe extern "C" fn unfetch(file: *mut sqlite3_file, at: sqlite3_int64, page: *mut c_void) -> c_int {
    pass!(file.xUnfetch(at, page))
}
