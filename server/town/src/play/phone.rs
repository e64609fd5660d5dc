//! A phone in the town: a real session on a real folder, behind a link, with the town's clock and chance.
//!
//! It writes down what the session says is saved, and keeps what the phone shows so that pages and scenes need
//! not ask again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{BootId, RecordId, RoundId};
use core_sync::domain::personal::Secret;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stamp::Moment;
use core_sync::view::today::RoundToday;
use courier_session::error::SessionError;
use courier_session::session::{CourierSession, SyncEnd};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;

use super::day_clock::{DayClock, Minute};
use super::error::PlayError;
use super::link::Link;
use super::witness::Witness;

/// An act that a session said was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tapped {
    /// Its record.
    pub(crate) record: RecordId,
    /// When.
    pub(crate) at: Minute,
    /// What was tapped: the end of its key in `texts/`.
    pub(crate) what: &'static str,
}

/// The clock of a phone, which may be wrong.
#[derive(Debug, Clone, Copy)]
struct PhoneClock {
    offset_ms: i64,
    boots: u64,
    booted: Minute,
    taps: u64,
}

/// A phone.
#[derive(Debug)]
pub(crate) struct Phone {
    /// Its name in the town: the name of its folder and of its witness.
    pub(crate) name: String,
    pub(crate) link: Link,
    /// Every act it said was saved.
    pub(crate) saved: Vec<Tapped>,
    /// What it shows, since [`Phone::look`].
    pub(crate) today: Vec<RoundToday>,
    /// Acts that are only on it, since [`Phone::look`].
    pub(crate) unsent: BTreeSet<RecordId>,
    who: &'static str,
    folder: PathBuf,
    /// `None` while it is off.
    session: Option<CourierSession>,
    random: ChaCha8Rng,
    day: DayClock,
    clock: PhoneClock,
    witness: Witness,
}

/// What a new phone needs.
pub(crate) struct NewPhone<'a> {
    pub(crate) name: String,
    pub(crate) who: &'static str,
    pub(crate) folders: &'a Path,
    pub(crate) seed: u64,
    pub(crate) day: DayClock,
    pub(crate) offset_ms: i64,
    pub(crate) link: Link,
    pub(crate) witness: Witness,
}

impl Phone {
    /// A phone out of its box.
    pub(crate) fn new(new: NewPhone<'_>) -> Result<Self, PlayError> {
        let NewPhone { name, who, folders, seed, day, offset_ms, link, witness } = new;
        let folder = folders.join(&name);
        let session = Some(CourierSession::open(&folder).map_err(PlayError::phone(who))?);
        let clock = PhoneClock { offset_ms, boots: 1, booted: Minute(0), taps: 0 };
        let random = ChaCha8Rng::seed_from_u64(seed);
        let (saved, today, unsent) = (Vec::new(), Vec::new(), BTreeSet::new());
        Ok(Self { name, link, saved, today, unsent, who, folder, session, random, day, clock, witness })
    }

    /// Enrols it with a one-time code.
    pub(crate) async fn enrol(&mut self, code: &Secret<String>) -> Result<(), PlayError> {
        let (address, who) = (self.link.address.clone(), self.who);
        let Some(session) = &mut self.session else { return Ok(()) };
        session.enrol(&address, code, &mut self.random).await.map_err(PlayError::phone(who))
    }

    /// Whether it is on.
    pub(crate) const fn is_on(&self) -> bool {
        self.session.is_some()
    }

    /// The battery is flat: the process is gone, and with it all that was not on the disk.
    pub(crate) fn die(&mut self) {
        self.session = None;
    }

    /// It is charged and comes back with what stands on its disk.
    pub(crate) fn come_back(&mut self, now: Minute) -> Result<(), PlayError> {
        self.session = Some(CourierSession::open(&self.folder).map_err(PlayError::phone(self.who))?);
        self.clock.boots += 1;
        self.clock.booted = now;
        self.look()
    }

    /// The device that it is enrolled as.
    pub(crate) fn device(&self) -> Result<Option<core_sync::domain::ids::DeviceId>, PlayError> {
        let Some(session) = &self.session else { return Ok(None) };
        let enrolled = session.enrolled().map_err(PlayError::phone(self.who))?;
        Ok(Some(enrolled.identity.device))
    }

    /// A tap. What the session says is saved is written down at once. Nothing is tapped on a phone that is off.
    pub(crate) fn tap(
        &mut self,
        round: RoundId,
        command: &CourierCommand,
        now: Minute,
    ) -> Result<Option<RecordId>, PlayError> {
        let moment = self.moment(now);
        let Some(session) = &mut self.session else { return Ok(None) };
        let saved = session.tap(round, command, moment, &mut self.random);
        let saved = saved.map_err(PlayError::phone(self.who))?;
        let what = what(command);
        self.witness.saw(&saved, self.who, what, now)?;
        self.saved.push(Tapped { record: saved.record, at: now, what });
        Ok(Some(saved.record))
    }

    /// Syncs and looks at what came. Says whether the server was asked and all it said is on the disk.
    pub(crate) async fn sync(&mut self, now: Minute) -> Result<bool, PlayError> {
        let moment = self.moment(now);
        let Some(session) = &mut self.session else { return Ok(false) };
        let end = session.sync(moment, &mut self.random).await.map_err(PlayError::phone(self.who))?;
        self.look()?;
        Ok(end == SyncEnd::Synced)
    }

    /// Looks at the phone: what it shows, and what is only on it.
    pub(crate) fn look(&mut self) -> Result<(), PlayError> {
        let Some(session) = &self.session else { return Ok(()) };
        let failed = |error: SessionError| PlayError::phone(self.who)(error);
        self.today = session.today().map_err(failed)?;
        self.unsent = session.queue().map_err(failed)?.into_iter().map(|act| act.record).collect();
        Ok(())
    }

    /// The state of a round: what the phone knows of it. `None` while the phone is off.
    pub(crate) fn round(&self, round: RoundId) -> Result<Option<RoundState>, PlayError> {
        let Some(session) = &self.session else { return Ok(None) };
        session.round(round).map(Some).map_err(PlayError::phone(self.who))
    }

    /// Every record that it holds, with its bytes.
    pub(crate) fn records(&self) -> Result<Vec<(RoundId, RecordId, Vec<u8>)>, PlayError> {
        let Some(session) = &self.session else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for today in &self.today {
            let stored = session.records(today.round).map_err(PlayError::phone(self.who))?;
            for (id, _) in stored.records.iter() {
                all.extend(stored.records.bytes_of(id).map(|bytes| (today.round, id, bytes.to_vec())));
            }
        }
        Ok(all)
    }

    fn moment(&mut self, now: Minute) -> Moment {
        self.clock.taps += 1;
        let PhoneClock { offset_ms, boots, booted, taps } = self.clock;
        // A minute has room for sixty taps; more would run into the next one, and nothing would break.
        let within_ms = i64::try_from(taps % 60).unwrap_or(0) * 1_000;
        let time = self.day.time(now).0 + within_ms;
        let since_boot = u64::from(now.0.saturating_sub(booted.0)) * 60_000 + taps;
        let boot = BootId(boots.to_be_bytes());
        Moment { time: core_sync::domain::time::Timestamp(time + offset_ms), boot, monotonic_ms: since_boot }
    }
}

/// The code of the kind of record that a command becomes.
const fn what(command: &CourierCommand) -> &'static str {
    match command {
        CourierCommand::Start => "started",
        CourierCommand::Arrive(_) => "arrived",
        CourierCommand::Wait(_) => "waiting",
        CourierCommand::Collect(..) => "collected",
        CourierCommand::Deliver(..) => "delivered",
        CourierCommand::Fail(..) => "failed",
        CourierCommand::Return(..) => "returned",
        CourierCommand::Reorder(_) => "sequence",
        CourierCommand::TakeBack(_) | CourierCommand::Correct { .. } => "amended",
        CourierCommand::Pause(_) => "paused",
        CourierCommand::SeePlan => "seen_plan",
        CourierCommand::Finish => "finished",
    }
}
