//! A phone's folder, held open: the session behind its lock, and who listens.
//!
//! The lock is never held over the network (but for an enrolment, see there) and never while somebody is told. A
//! panic under it is an error of that one call: SQLite rolls back what was being written, and the next call
//! finds everything as it was.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use core_sync::domain::personal::Secret;
use core_sync::wire::error_code::ErrorCode;
use courier_session::error::SessionError;
use courier_session::session::CourierSession;
use courier_session::store::StoreError;

use crate::listeners::Listeners;
use crate::runtime::{self, RuntimeError};
use crate::{AppError, News, SavedAct, TapCommand};

/// How long an enrolment may hold the phone, as the session can only enrol as a whole. Asking again with the
/// same code is safe.
const ENROLMENT_MAX: Duration = Duration::from_secs(20);

/// An open phone.
pub(crate) struct OpenPhone {
    folder: PathBuf,
    held: Mutex<Held>,
    pub(crate) listeners: Arc<Listeners>,
}

/// What the lock guards.
pub(crate) struct Held {
    pub(crate) session: CourierSession,
    /// Counts what makes a running sync pointless: the switch, an enrolment, a log-out.
    pub(crate) interruptions: u64,
}

impl OpenPhone {
    /// Opens the folder, making it if need be. Its path is absolute: where an app stands is an accident.
    pub(crate) fn open(folder: &str) -> Result<Self, AppError> {
        let folder = PathBuf::from(folder);
        if !folder.is_absolute() {
            return Err(
                unusable(&folder, io::Error::new(io::ErrorKind::InvalidInput, "no absolute path")).into()
            );
        }
        let session = CourierSession::open(&folder)?;
        let held = Mutex::new(Held { session, interruptions: 0 });
        Ok(Self { folder, held, listeners: Arc::default() })
    }

    /// Does something with the session, alone.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Held) -> Result<T, AppError>) -> Result<T, AppError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        self.check_folder()?;
        catch_unwind(AssertUnwindSafe(|| work(&mut held))).map_err(|_| RuntimeError::Panicked)?
    }

    /// SQLite goes on writing into a file that was deleted: nothing may be called saved there.
    fn check_folder(&self) -> Result<(), SessionError> {
        if self.folder.is_dir() {
            return Ok(());
        }
        Err(unusable(&self.folder, io::Error::from(io::ErrorKind::NotFound)))
    }

    /// Does something with the session, alone, and then tells everybody.
    pub(crate) fn with_news<T>(
        &self,
        work: impl FnOnce(&mut Held) -> Result<T, AppError>,
        news: impl FnOnce(&T) -> News,
    ) -> Result<T, AppError> {
        let done = self.with(work)?;
        self.listeners.tell(&news(&done));
        Ok(done)
    }
}

fn unusable(folder: &Path, source: io::Error) -> SessionError {
    SessionError::Store(StoreError::Folder { folder: folder.to_owned(), source })
}

impl Held {
    /// Enrols. On a thread that may block.
    pub(crate) fn enrol(&mut self, server: &str, code: &Secret<String>) -> Result<(), AppError> {
        let mut random = runtime::random()?;
        let enrolment = self.session.enrol(server, code, &mut random);
        let in_time = runtime::wait_for(async { tokio::time::timeout(ENROLMENT_MAX, enrolment).await })?;
        in_time.unwrap_or(Err(SessionError::Server { code: ErrorCode::TooSlow }))?;
        self.interrupt();
        Ok(())
    }

    /// Saves an act.
    pub(crate) fn tap(&mut self, round: &crate::RoundId, command: &TapCommand) -> Result<SavedAct, AppError> {
        let round = round.try_into()?;
        let command = command.read(&self.session, round)?;
        let saved = self.session.tap(round, &command, runtime::moment()?, &mut runtime::random()?)?;
        Ok(saved.into())
    }

    /// Sets the courier's own switch.
    pub(crate) fn set_link(&mut self, up: bool) -> Result<(), AppError> {
        self.session.set_link(up)?;
        self.interrupt();
        Ok(())
    }

    /// Logs out. Gives the file that holds what was not sent.
    pub(crate) fn log_out(&mut self, force: bool) -> Result<Option<String>, AppError> {
        let sealed = self.session.log_out(force, runtime::moment()?)?;
        self.interrupt();
        Ok(sealed.map(|path| path.to_string_lossy().into_owned()))
    }

    /// Takes the acts of a sealed queue back.
    pub(crate) fn unseal(&mut self, path: &str) -> Result<u32, AppError> {
        Ok(crate::count::count(self.session.unseal(Path::new(path))?))
    }

    /// Makes a sync that is under way pointless: its answer is for somebody else, or unwanted.
    fn interrupt(&mut self) {
        self.interruptions += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_of_that_call_and_the_next_one_finds_everything_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let phone = OpenPhone::open(folder.path().to_str().unwrap()).unwrap();
        phone.with(|held| held.set_link(false)).unwrap();
        let panicked = phone.with::<()>(|_| panic!("on purpose"));
        assert_eq!(panicked.unwrap_err().code(), "panic");
        let badge = phone.with(|held| Ok(held.session.badge()?)).unwrap();
        assert_eq!(badge.state.code(), "offline");
    }

    #[test]
    fn a_lock_that_was_poisoned_all_the_same_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let phone = Arc::new(OpenPhone::open(folder.path().to_str().unwrap()).unwrap());
        let poisoner = Arc::clone(&phone);
        let poisoned = std::thread::spawn(move || {
            let _held = poisoner.held.lock();
            panic!("on purpose")
        });
        assert!(poisoned.join().is_err() && phone.held.is_poisoned());
        phone.with(|held| held.set_link(true)).unwrap();
    }
}
