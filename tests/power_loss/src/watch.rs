//! A folder that is watched: its operations in their sequence, and the orders that it stands under.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::{Disk, Operation, chance};
use crate::fault::{Call, Fault, Orders};

/// The end of the name of the memory that connections share: it is lost with the power, and made anew.
const SHARED_MEMORY: &str = "-shm";

static WATCHED: Mutex<Vec<(PathBuf, Arc<Inner>)>> = Mutex::new(Vec::new());

/// A watched folder. Connections that are opened before it is watched are not seen; those opened meanwhile are until
/// they are closed.
#[derive(Debug)]
pub struct Watch(Arc<Inner>, PathBuf);

#[derive(Debug)]
pub(crate) struct Inner {
    /// Whether a connection that wants to sync at every commit is made to sync at checkpoints only.
    pub(crate) normal: bool,
    begin: Disk,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    operations: Vec<(String, Operation)>,
    orders: Orders,
    calls: u64,
    syncs: u64,
    pragmas: u64,
}

impl Watch {
    /// Watches a folder. With `normal`, `PRAGMA synchronous=FULL` means `NORMAL` there.
    ///
    /// # Panics
    /// If the folder cannot be read.
    #[must_use]
    pub fn begin(folder: &Path, normal: bool) -> Self {
        let folder = folder.canonicalize().unwrap();
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if name.contains("sqlite3") && !name.ends_with(SHARED_MEMORY) {
                files.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
        let inner = Arc::new(Inner { normal, begin: Disk::of(files), state: Mutex::default() });
        registry().push((folder.clone(), Arc::clone(&inner)));
        Self(inner, folder)
    }

    /// How many operations there were. Whatever was made sure of before this was asked is among them.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.0.state().operations.len()
    }

    /// The numbers of operations, ascending, after each of which the power can go with another effect.
    #[must_use]
    pub fn syncs(&self) -> Vec<usize> {
        let state = self.0.state();
        let numbered = state.operations.iter().enumerate();
        numbered.filter(|(_, (_, op))| matches!(op, Operation::Sync)).map(|(index, _)| index + 1).collect()
    }

    /// Calls that were seen since the last orders.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.0.state().calls
    }

    /// Syncs that were seen since the last orders.
    #[must_use]
    pub fn sync_calls(&self) -> u64 {
        self.0.state().syncs
    }

    /// How often a connection was made to sync less than it wanted.
    #[must_use]
    pub fn pragmas_changed(&self) -> u64 {
        self.0.state().pragmas
    }

    /// Gives orders; calls are counted from here.
    pub fn order(&self, orders: Orders) {
        let mut state = self.0.state();
        (state.orders, state.calls, state.syncs) = (orders, 0, 0);
    }

    /// What the disk holds if the power goes after so many operations. The same seed loses the same.
    #[must_use]
    pub fn cut(&self, operations: usize, seed: u64) -> Disk {
        let mut disk = self.0.begin.clone();
        let mut random = chance(seed);
        for (name, operation) in &self.0.state().operations[..operations] {
            disk.follow(name, operation, &mut random);
        }
        disk.lose(&mut random);
        disk
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        registry().retain(|(folder, _)| *folder != self.1);
    }
}

fn registry() -> MutexGuard<'static, Vec<(PathBuf, Arc<Inner>)>> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The watch over the folder that a file lies in, and the file's name there.
pub(crate) fn watch_over(path: &Path) -> Option<(Arc<Inner>, String)> {
    let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
    let watched = registry();
    let (_, inner) = watched.iter().find(|(watched, _)| watched == folder)?;
    Some((Arc::clone(inner), name.to_owned()))
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note_pragma(&self) {
        self.state().pragmas += 1;
    }

    /// Does a call unless the orders say otherwise, and writes it down. Nothing else happens in the folder meanwhile.
    /// `work` is told how the call fails, and gives SQLite's code; what is 0 was done.
    pub(crate) fn call(
        &self,
        call: Call,
        name: &str,
        operation: Operation,
        work: impl FnOnce(Option<Fault>) -> i32,
    ) -> i32 {
        let mut state = self.state();
        state.calls += 1;
        if call == Call::Sync {
            state.syncs += 1;
        }
        let fault = state.orders.of(call, state.calls, state.syncs);
        let code = work(fault);
        if code == 0 {
            state.operations.push((name.to_owned(), operation));
        } else if call == Call::Sync {
            state.operations.push((name.to_owned(), Operation::SyncFailed));
        }
        code
    }

    /// Writes down what is no call that can be told to fail.
    pub(crate) fn note(&self, name: &str, operation: Operation) {
        self.state().operations.push((name.to_owned(), operation));
    }
}
