//! The root object: what an app opens once and calls from then on.
//!
//! Calls that are not async read or write the phone's own database: milliseconds, but off the main thread. None of
//! them waits for a network, but while an enrolment runs (20 seconds at most). Async calls run to their end even
//! if the caller stops waiting for them.

use std::sync::Arc;

use core_sync::domain::personal::Secret;

use crate::open_phone::OpenPhone;
use crate::sync_turns::SyncTurns;
use crate::{
    AppError, News, RoundId, SavedAct, SessionListener, StopCard, StopId, Subscription, SyncBadge,
    SyncReport, TapCommand, Today, Who, runtime,
};

/// One courier's phone, in one folder. Safe to call from any thread.
#[derive(uniffi::Object)]
pub struct CourierPhone {
    phone: Arc<OpenPhone>,
    turns: Arc<SyncTurns>,
}

#[uniffi::export]
impl CourierPhone {
    /// Opens the phone's folder (an absolute path), making it if need be. One program has it open at a time, once; the folder
    /// is free again when this object and the calls under way on it are gone.
    #[uniffi::constructor]
    pub fn open(folder: String) -> Result<Self, AppError> {
        Ok(Self { phone: Arc::new(OpenPhone::open(&folder)?), turns: Arc::default() })
    }

    /// Enrols the phone with the one-time code of a coordinator, at a server such as `https://courses.example.org`.
    /// Safe to repeat after a lost answer. A phone that the server no longer knows enrols again and keeps its acts.
    pub async fn enrol(&self, server: String, code: String) -> Result<(), AppError> {
        let (phone, code) = (Arc::clone(&self.phone), Secret::new(code));
        let enrol = move || phone.with_news(|held| held.enrol(&server, &code), |()| News::Enrolled);
        runtime::to_its_end(runtime::blocking(enrol)).await
    }

    /// Says whose phone this is.
    pub fn who(&self) -> Result<Who, AppError> {
        self.phone.with(|held| Ok(held.session.enrolled()?.into()))
    }

    /// Reads every round on the phone, as shown today: confirmed and queued acts together.
    pub fn today(&self) -> Result<Today, AppError> {
        self.phone.with(|held| Today::read(&held.session))
    }

    /// Reads one stop.
    pub fn stop_card(&self, round: RoundId, stop: StopId) -> Result<StopCard, AppError> {
        self.phone.with(|held| StopCard::read(&held.session, &round, &stop))
    }

    /// Saves an act. What it gives back is on disk and may be shown as saved.
    pub fn tap(&self, round: RoundId, command: TapCommand) -> Result<SavedAct, AppError> {
        let news = |_: &SavedAct| News::Tapped { round: round.clone() };
        self.phone.with_news(|held| held.tap(&round, &command), news)
    }

    /// Reads the line that says whether the app can be closed.
    pub fn badge(&self) -> Result<SyncBadge, AppError> {
        self.phone.with(|held| Ok(held.session.badge()?.into()))
    }

    /// Sets the courier's own switch, kept across restarts: with the link down nothing is sent and nothing tried.
    pub fn set_link(&self, up: bool) -> Result<(), AppError> {
        self.phone.with_news(|held| held.set_link(up), |()| News::LinkSet { up })
    }

    /// Syncs: call it after a tap, when the network comes back, when the report's wait is over, and with
    /// `asked` when a person wants it now. Without a network that is no error, but an end of the report.
    pub async fn sync(&self, asked: bool) -> Result<SyncReport, AppError> {
        let (phone, turns) = (Arc::downgrade(&self.phone), Arc::clone(&self.turns));
        let ticket = turns.ticket();
        runtime::to_its_end(async move { turns.take(ticket, phone, asked).await }).await
    }

    /// Tells the listener after every tap, sync, set of the switch, enrolment and log-out, until the
    /// subscription is cancelled or dropped, or the listener threw three times in a row.
    pub fn observe(&self, listener: Arc<dyn SessionListener>) -> Result<Subscription, AppError> {
        Subscription::new(&self.phone.listeners, listener)
    }

    /// Logs out and forgets the person. Refused with `SendFirst` while acts are not sent; forced, they are sealed
    /// in a file of the phone's folder, whose path this gives.
    pub fn log_out(&self, force: bool) -> Result<Option<String>, AppError> {
        self.phone.with_news(|held| held.log_out(force), |_| News::LoggedOut)
    }

    /// Takes the acts of a sealed file of the same courier back. Gives how many were not here already.
    pub fn unseal(&self, path: String) -> Result<u32, AppError> {
        self.phone.with_news(|held| held.unseal(&path), |acts| News::Unsealed { acts: *acts })
    }
}
