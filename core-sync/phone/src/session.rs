//! A courier's session: what the app, the terminal and the simulator drive.
//!
//! Reading and tapping touch the store only. Syncing is the engine's effects, carried out one at a time;
//! the process may die between any two of them.

mod known;

use std::path::{Path, PathBuf};

use core_sync::domain::courier_command::{CourierCommand, fact};
use core_sync::domain::ids::{ActId, RecordId, RoundId, StopId};
use core_sync::domain::personal::Secret;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stamp::Moment;
use core_sync::sync::engine::{Effect, Engine, Input};
use core_sync::view::plan_diff::SeenPlan;
use core_sync::view::stop_card::StopCard;
use core_sync::view::sync_badge::{SyncBadge, SyncFacts, sync_badge};
use core_sync::view::today::{RoundProgress, RoundToday, round_today};
use core_sync::wire::enrol::EnrolAnswer;
use core_sync::wire::error_code::ErrorCode;
use rand_core::Rng;

use self::known::Known;
use crate::client::{Client, ClientError, Said};
use crate::enrolment::{self, Enrolment};
use crate::error::SessionError;
use crate::sealed::{self, Unsealed};
use crate::store::{Enrolled, QueuedAct, SavedAct, Store, StoredRound};

/// A session on one phone folder.
#[derive(Debug)]
pub struct CourierSession {
    store: Store,
    engine: Engine,
    client: Option<Client>,
    known: Known,
}

/// How a sync ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncEnd {
    /// The server was asked and everything it said is on disk.
    Synced,
    /// The same, but what it said of this round (and maybe of others) is not believed; the log names each and why.
    NotBelieved(RoundId),
    /// There was no answer that counts; the engine tries again by itself.
    NoAnswer,
    /// The link is down, by the courier's own switch.
    LinkDown,
}

impl CourierSession {
    /// Opens the phone's folder, making it if need be.
    pub fn open(folder: &Path) -> Result<Self, SessionError> {
        let store = Store::open(folder)?;
        let engine = Engine::new(store.phone_state()?.link_up);
        Ok(Self { store, engine, client: None, known: Known::default() })
    }

    /// Enrols with a one-time code; safe to repeat.
    pub async fn enrol(
        &mut self,
        server: &str,
        code: &Secret<String>,
        random: &mut impl Rng,
    ) -> Result<(), SessionError> {
        enrolment::enrol(&mut self.store, server, code, random).await?;
        self.start_over();
        Ok(())
    }

    /// Begins to enrol, for a shell that posts by itself; safe to repeat.
    pub fn begin_enrolment(
        &mut self,
        code: &Secret<String>,
        random: &mut impl Rng,
    ) -> Result<Enrolment, SessionError> {
        enrolment::begin(&mut self.store, code, random)
    }

    /// Ends an enrolment with what the server at this address answered.
    pub fn finish_enrolment(
        &mut self,
        server: &str,
        enrolment: &Enrolment,
        answer: &EnrolAnswer,
    ) -> Result<(), SessionError> {
        enrolment::finish(&mut self.store, server, enrolment, answer)?;
        self.start_over();
        Ok(())
    }

    /// Who the phone is.
    pub fn enrolled(&self) -> Result<Enrolled, SessionError> {
        self.store.enrolled()?.ok_or(SessionError::NotEnrolled)
    }

    /// Every round on the phone, as shown today.
    pub fn today(&self) -> Result<Vec<RoundToday>, SessionError> {
        let cards = self.store.cards()?;
        let today: Result<Vec<RoundToday>, SessionError> = self
            .store
            .documents()?
            .into_iter()
            .map(|document| {
                let known = self.known.round(&self.store, document.round)?;
                let mut today = round_today(document.round, &known.state, &cards, known.seen.as_ref());
                today.unread += known.unreadable;
                Ok(today)
            })
            .collect();
        let mut today = today?;
        // What is left to ride comes first, and the same round in the same place each time.
        today.sort_by_key(|round| (round.progress == RoundProgress::Finished, round.round));
        Ok(today)
    }

    /// One stop.
    pub fn stop_card(&self, round: RoundId, stop: StopId) -> Result<StopCard, SessionError> {
        let today =
            self.today()?.into_iter().find(|today| today.round == round).ok_or(SessionError::NoSuchRound)?;
        let card = today.stops.into_iter().find(|card| card.stop == stop);
        card.ok_or(SessionError::Rule(core_sync::domain::courier_command::RuleViolation::NoSuchStop))
    }

    /// The state of a round: confirmed log and queue.
    pub fn round(&self, round: RoundId) -> Result<RoundState, SessionError> {
        Ok(self.known.round(&self.store, round)?.state.clone())
    }

    /// The records of a round: confirmed log and queue.
    pub fn records(&self, round: RoundId) -> Result<StoredRound, SessionError> {
        self.store.round(round)?.ok_or(SessionError::NoSuchRound)
    }

    /// A tap: one commit of a record. What it returns may be shown as saved.
    pub fn tap(
        &mut self,
        round: RoundId,
        command: &CourierCommand,
        moment: Moment,
        random: &mut impl Rng,
    ) -> Result<SavedAct, SessionError> {
        let (member, device) = self.store.who_taps()?.ok_or(SessionError::NotEnrolled)?;
        let known = self.known.round(&self.store, round)?;
        let fact = fact(command, &known.state)?;
        let record = RecordId::new(ActId::random(random), device);
        let saved = self.store.save_act(round, record, moment, known.greatest_count, |stamp| {
            let record = Record::Act { member, stamp, body: ActBody::Fact(fact) };
            record.to_bytes().ok_or(SessionError::Answer)
        })?;
        // The act is on disk: nothing that follows may turn "saved" into an error.
        if matches!(command, CourierCommand::SeePlan | CourierCommand::Start | CourierCommand::Reorder(_))
            && let Err(error) = self.note_seen(round)
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "what was seen could not be noted");
        }
        Ok(saved)
    }

    fn note_seen(&mut self, round: RoundId) -> Result<(), SessionError> {
        let seen = SeenPlan::of(&self.known.round(&self.store, round)?.state);
        Ok(self.store.note_seen(round, &seen)?)
    }

    /// Acts that are only on this phone.
    pub fn queue(&self) -> Result<Vec<QueuedAct>, SessionError> {
        Ok(self.store.queue()?)
    }

    /// The line that says whether the app can be closed.
    pub fn badge(&self) -> Result<SyncBadge, SessionError> {
        let phone = self.store.phone_state()?;
        let (unsent, set_aside) = self.store.queue_counts()?;
        let unread = self.today()?.iter().any(|today| today.unread > 0);
        Ok(sync_badge(SyncFacts {
            unsent,
            set_aside,
            to_give_back: self.store.to_give_back()?,
            link_up: phone.link_up,
            failing: phone.failing,
            synced_once: phone.last_answer.is_some(),
            unknown_device: phone.unknown_device,
            revoked: phone.revoked,
            cloned: phone.cloned,
            unread,
        }))
    }

    /// Sets the courier's own switch: with the link down nothing is sent and nothing is tried.
    pub fn set_link(&mut self, up: bool) -> Result<(), SessionError> {
        self.store.set_link(up)?;
        self.engine = Engine::new(up);
        Ok(())
    }

    /// Syncs once, now: as many round trips as there is news. Holds the session while the network answers; a
    /// shell that must tap meanwhile carries effects out by itself.
    pub async fn sync(&mut self, moment: Moment, random: &mut impl Rng) -> Result<SyncEnd, SessionError> {
        self.enrolled()?;
        // A sync whose future was dropped left its wake unfinished; the store knows how far it came.
        self.engine.abandon();
        let mut effect = self.next_effect(Input::Wanted { now: true }, moment, random);
        loop {
            match effect {
                Effect::Rest => return Ok(SyncEnd::LinkDown),
                Effect::Wait(_) if self.engine.failures() == 0 => {
                    let unbelieved = self.engine.unbelieved.first();
                    return Ok(unbelieved.map_or(SyncEnd::Synced, |(round, _)| SyncEnd::NotBelieved(*round)));
                }
                Effect::Wait(_) => return Ok(SyncEnd::NoAnswer),
                Effect::ReadOutbox | Effect::Save(_) | Effect::Post(_) | Effect::Confirm(_) => {
                    let input = self.carry_out(effect).await?;
                    effect = self.next_effect(input, moment, random);
                }
            }
        }
    }

    /// Asks the engine what to do next. For shells that carry effects out one at a time.
    pub fn next_effect(&mut self, input: Input, moment: Moment, random: &mut impl Rng) -> Effect {
        let unknown = matches!(input, Input::DeviceUnknown);
        let effect = self.engine.handle(input, moment.monotonic_ms, random);
        if matches!(effect, Effect::Wait(_)) && self.engine.failures() > 0 {
            self.note_failure(unknown);
        }
        if matches!(effect, Effect::Confirm(_)) {
            for (round, error) in &self.engine.unbelieved {
                let error = error as &dyn std::error::Error;
                tracing::warn!(%round, error, "what an answer says of a round is not believed");
            }
        }
        effect
    }

    /// Carries out one effect and reports. `Wait` and `Rest` are the shell's own and report `Wanted`.
    pub async fn carry_out(&mut self, effect: Effect) -> Result<Input, SessionError> {
        match effect {
            Effect::ReadOutbox => {
                let outbox = self.store.outbox()?.ok_or(SessionError::NotEnrolled)?;
                Ok(Input::Outbox(Box::new(outbox)))
            }
            Effect::Save(prepared) => {
                self.store.save_prepared(&prepared)?;
                Ok(Input::Saved)
            }
            Effect::Post(request) => {
                let said = self.client()?.sync(request).await;
                self.posted(said)
            }
            Effect::Confirm(confirmation) => {
                self.store.confirm(&confirmation)?;
                Ok(Input::Confirmed)
            }
            Effect::Wait(_) | Effect::Rest => Ok(Input::Wanted { now: false }),
        }
    }

    /// The client of this phone's server, for a shell that posts without holding the session.
    pub fn client(&mut self) -> Result<Client, SessionError> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let client = Client::new(&self.enrolled()?.server)?;
        Ok(self.client.insert(client).clone())
    }

    /// What the server said to a posted request, as the engine takes it.
    pub fn posted(&mut self, said: Result<Said<Vec<u8>>, ClientError>) -> Result<Input, SessionError> {
        match said {
            Ok(Said::Answer(bytes)) => Ok(Input::Answer(bytes)),
            Ok(Said::Error(ErrorCode::DeviceUnknown)) => {
                tracing::warn!("the server does not know this device");
                Ok(Input::DeviceUnknown)
            }
            Ok(Said::Error(code)) => {
                tracing::warn!(code = code.code(), "the server said no to a sync");
                self.store.note_no_answer()?;
                Ok(Input::Unanswered)
            }
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "no answer to a sync");
                self.store.note_no_answer()?;
                Ok(Input::Unanswered)
            }
        }
    }

    /// Notes for the badge that a wake failed; `unknown`: because the server does not know this device, not even by
    /// the co-op's word. The wake's own outcome is not changed by a note that fails.
    fn note_failure(&mut self, unknown: bool) {
        if let Some(error) = &self.engine.last_error {
            tracing::warn!(error = error as &dyn std::error::Error, "an answer is not believed");
        }
        let noted = self
            .store
            .phone_state()
            .and_then(|phone| self.store.note_attempt(true, unknown || phone.unknown_device));
        if let Err(error) = noted {
            tracing::warn!(error = &error as &dyn std::error::Error, "a failed attempt could not be noted");
        }
    }

    /// Forgets the wake under way and the connection: whoever the phone is now, they were another's.
    fn start_over(&mut self) {
        self.engine = Engine::new(self.engine.link_up());
        self.client = None;
    }

    /// Logs out. Refused while acts are not sent, or while this phone holds what a server lost; forced, the acts are
    /// sealed in a file, which is given back. A seal holds acts only.
    pub fn log_out(&mut self, forced: bool, moment: Moment) -> Result<Option<PathBuf>, SessionError> {
        let identity = self.enrolled()?.identity;
        let acts = self.store.queue()?;
        let unsent = acts.len() + self.store.words()?.len();
        if unsent > 0 && !forced {
            return Err(SessionError::Unsent { count: unsent });
        }
        // What the server did not want is counted too: nobody else may have it, and wiping ends it.
        let only_here = self.store.only_here()?;
        if only_here > 0 && !forced {
            return Err(SessionError::OnlyHere { count: only_here });
        }
        let sealed = if acts.is_empty() {
            None
        } else {
            let sealed = sealed::seal(self.store.folder(), &identity, &acts, moment.time);
            Some(sealed.map_err(|(path, source)| SessionError::Sealed { path, source })?)
        };
        self.store.wipe()?;
        self.start_over();
        Ok(sealed)
    }

    /// Takes the acts of a sealed queue of the same member back into the queue. Gives how many were new.
    pub fn unseal(&mut self, path: &Path) -> Result<usize, SessionError> {
        let identity = self.enrolled()?.identity;
        let Unsealed { acts, delegation } = sealed::unseal(path, &identity)
            .map_err(|source| SessionError::Sealed { path: path.to_owned(), source })?;
        // Their ids name the device that sealed them: should the server not know it, it is shown this.
        self.store.keep_delegation(&delegation)?;
        Ok(self.store.requeue(&acts)?)
    }
}

#[cfg(test)]
mod tests;
