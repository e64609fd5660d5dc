//! One sync: the engine's effects, carried out one at a time, with the phone locked only between two exchanges.
//!
//! `CourierSession::sync` would hold the session while the network is slow, and a tap would wait in the cellar.
//! So the request is posted here. Only weak hands hold the phone meanwhile: closing it lets go of the folder
//! at once. Everything here blocks and runs on a thread that may.

use std::sync::{Arc, Weak};

use core_sync::domain::time::Milliseconds;
use core_sync::sync::engine::{Effect, Input};
use courier_session::client::{Client, ClientError, Said};

use crate::open_phone::{Held, OpenPhone};
use crate::{AppError, News, SyncEnd, SyncReport, runtime};

/// Where a sync stands when it lets go of the phone.
enum Step {
    /// These bytes want an answer.
    Post(Client, Vec<u8>),
    /// It is over; what the engine said about the next one.
    End(SyncEnd, Option<Milliseconds>),
}

/// Syncs once: as many exchanges as there is news, bounded by the engine. `asked`: a person did, so a wait
/// after a failure is skipped. Tells the listeners how it ended.
pub(crate) fn run(phone: &Weak<OpenPhone>, asked: bool) -> Result<SyncReport, AppError> {
    let Some(open) = phone.upgrade() else { return Ok(report(SyncEnd::Interrupted, None)) };
    let (interruptions, mut step) = open.with(|held| Ok((held.interruptions, held.begin_sync(asked)?)))?;
    drop(open);
    loop {
        let (client, request) = match step {
            Step::End(end, again) => return Ok(ended(phone, report(end, again))),
            Step::Post(client, request) => (client, request),
        };
        let said = runtime::wait_for(client.sync(request))?;
        let next =
            phone.upgrade().map(|open| open.with(|held| held.go_on_unless_interrupted(interruptions, said)));
        step = next.unwrap_or(Ok(Step::End(SyncEnd::Interrupted, None)))?;
    }
}

fn report(end: SyncEnd, again: Option<Milliseconds>) -> SyncReport {
    SyncReport { end, again_in_ms: again.map(|wait| wait.0) }
}

fn ended(phone: &Weak<OpenPhone>, report: SyncReport) -> SyncReport {
    if let Some(listeners) = phone.upgrade().map(|open| Arc::clone(&open.listeners)) {
        listeners.tell(&News::Synced { report: report.clone() });
    }
    report
}

impl Held {
    fn begin_sync(&mut self, asked: bool) -> Result<Step, AppError> {
        self.session.enrolled()?;
        // Brings the engine to rest, wherever the last sync broke off (an interruption, a full disk, a panic):
        // the store knows how far it came. At rest this changes nothing.
        self.session.next_effect(Input::Faulted, runtime::moment()?, &mut runtime::random()?);
        self.go_on(Input::Wanted { now: asked })
    }

    fn go_on_unless_interrupted(
        &mut self,
        interruptions: u64,
        said: Result<Said<Vec<u8>>, ClientError>,
    ) -> Result<Step, AppError> {
        if self.interruptions != interruptions {
            return Ok(Step::End(SyncEnd::Interrupted, None));
        }
        let input = self.session.posted(said)?;
        self.go_on(input)
    }

    /// Carries out effects until one wants the network or the sync is over.
    fn go_on(&mut self, mut input: Input) -> Result<Step, AppError> {
        let mut random = runtime::random()?;
        loop {
            let end = end_after(&input);
            match self.session.next_effect(input, runtime::moment()?, &mut random) {
                Effect::Rest => return Ok(Step::End(SyncEnd::LinkDown, None)),
                Effect::Wait(wait) => return Ok(Step::End(end, Some(wait))),
                Effect::Post(request) => return Ok(Step::Post(self.session.client()?, request)),
                effect @ (Effect::ReadOutbox | Effect::Save(_) | Effect::Confirm(_)) => {
                    input = runtime::wait_for(self.session.carry_out(effect))??;
                }
            }
        }
    }
}

/// What it means if the engine wants nothing more after this input.
fn end_after(input: &Input) -> SyncEnd {
    match input {
        Input::Confirmed => SyncEnd::Synced,
        Input::Wanted { .. } | Input::Link(_) => SyncEnd::TooSoon,
        Input::Outbox(_)
        | Input::Saved
        | Input::Answer(_)
        | Input::DeviceUnknown
        | Input::Unanswered
        | Input::Faulted => SyncEnd::NoAnswer,
    }
}
