//! A phone in the town: a real session on a real folder, behind a link, with the town's clock and chance.
//!
//! It writes down what the session says is saved, and keeps what the phone shows so that pages and scenes need
//! not ask again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{BootId, ParcelId, RecordId, RoundId};
use core_sync::domain::kind::Kind;
use core_sync::domain::personal::Secret;
use core_sync::domain::record::Record;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::rules::parcels_in_hand::held;
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Milliseconds;
use core_sync::view::today::RoundToday;
use courier_session::error::SessionError;
use courier_session::session::{CourierSession, SyncEnd};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;

use super::day_clock::{DayClock, Minute};
use super::error::PlayError;
use super::link::Link;
use super::witness::Witness;

/// Tries to reach a server that is there; one that was killed is back long before.
const SYNCS_MAX: u32 = 20;
/// The last second of a minute that a tap may have.
const SECONDS_MAX: u32 = 58;

/// An act that a session said was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tapped {
    /// Its record.
    pub(crate) record: RecordId,
    /// When.
    pub(crate) at: Minute,
    /// The code of the kind of record that it became.
    pub(crate) what: &'static str,
}

/// The clock of a phone, which may be wrong.
#[derive(Debug, Clone, Copy)]
struct PhoneClock {
    offset_ms: i64,
    boots: u64,
    booted: Minute,
    /// The minute of the last tap, and how many there were in it.
    minute: Minute,
    taps: u32,
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
    /// For acts and keys.
    random: ChaCha8Rng,
    /// For the network: how often it fails is no reason for other act ids.
    chance: ChaCha8Rng,
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
        let clock = PhoneClock { offset_ms, boots: 1, booted: Minute(0), minute: Minute(0), taps: 0 };
        let (random, chance) = (ChaCha8Rng::seed_from_u64(seed), ChaCha8Rng::seed_from_u64(!seed));
        let (saved, today, unsent) = (Vec::new(), Vec::new(), BTreeSet::new());
        Ok(Self {
            name,
            link,
            saved,
            today,
            unsent,
            who,
            folder,
            session,
            random,
            chance,
            day,
            clock,
            witness,
        })
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
        self.clock.count(now);
        let moment = self.moment(now);
        let Some(session) = &mut self.session else { return Ok(None) };
        let saved = session.tap(round, command, moment, &mut self.random);
        let saved = saved.map_err(PlayError::phone(self.who))?;
        let kind = Record::from_bytes(&saved.bytes).ok().and_then(|record| record.kind());
        let what = kind.map_or("unknown", Kind::code);
        self.witness.saw(&saved, self.who, what, now)?;
        self.saved.push(Tapped { record: saved.record, at: now, what });
        Ok(Some(saved.record))
    }

    /// Syncs and looks at what came. Says whether the server was asked and all it said is on the disk.
    pub(crate) async fn sync(&mut self, now: Minute) -> Result<bool, PlayError> {
        let moment = self.moment(now);
        let Some(session) = &mut self.session else { return Ok(false) };
        let end = session.sync(moment, &mut self.chance).await.map_err(PlayError::phone(self.who))?;
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

    /// The parcels that a round says are on the bike.
    pub(crate) fn held(&self, round: RoundId) -> Result<BTreeSet<ParcelId>, PlayError> {
        let Some(session) = &self.session else { return Ok(BTreeSet::new()) };
        let stored = session.records(round).map_err(PlayError::phone(self.who))?;
        Ok(held(&stored.records).into_keys().collect())
    }

    /// Syncs until the server was asked: with an open link it always is, sooner or later.
    pub(crate) async fn hear(&mut self, now: Minute) -> Result<(), PlayError> {
        for _ in 0..SYNCS_MAX {
            if !self.is_on() || self.sync(now).await? {
                return Ok(());
            }
        }
        Err(PlayError::Stuck { who: self.who.to_owned(), left: self.unsent.len() })
    }

    fn moment(&self, now: Minute) -> Moment {
        let PhoneClock { offset_ms, boots, booted, taps, .. } = self.clock;
        let within_ms = u64::from(taps.min(SECONDS_MAX)) * 1_000;
        let since_boot = u64::from(now.0.saturating_sub(booted.0)) * 60_000;
        let time = self.day.time(now).plus(Milliseconds(i64::try_from(within_ms).unwrap_or(0) + offset_ms));
        Moment { time, boot: BootId(boots.to_be_bytes()), monotonic_ms: since_boot + within_ms }
    }
}

impl PhoneClock {
    /// One more tap: a second later than the one before it in the same minute.
    fn count(&mut self, now: Minute) {
        self.taps = if self.minute == now { self.taps + 1 } else { 1 };
        self.minute = now;
    }
}
