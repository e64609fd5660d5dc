//! A phone: a folder, the process that runs on it or is dead, a clock that may be wrong, and what it said was saved.

use std::path::PathBuf;

use core_sync::domain::ids::{DeviceId, RecordId, RoundId};
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Timestamp;
use courier_session::session::CourierSession;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;

use crate::clock::PhoneClock;
use crate::halt::{OrBroken as _, Played, found};
use crate::sight::Sight;

/// An act that this folder's phone said was saved.
#[derive(Debug, Clone)]
pub(crate) struct Saved {
    pub(crate) record: RecordId,
    pub(crate) round: RoundId,
    pub(crate) bytes: Vec<u8>,
}

/// A phone.
#[derive(Debug)]
pub(crate) struct Phone {
    pub(crate) name: String,
    /// Which courier has it.
    pub(crate) courier: usize,
    pub(crate) folder: PathBuf,
    pub(crate) clock: PhoneClock,
    /// When it wakes up by itself, by true time.
    pub(crate) wakes_at: Timestamp,
    /// What its folder said was saved, while it was this folder.
    pub(crate) saved: Vec<Saved>,
    pub(crate) sight: Sight,
    /// Earlier copies of its folder, with what each had said was saved.
    pub(crate) copies: Vec<(PathBuf, Vec<Saved>)>,
    /// For acts, keys and waits.
    pub(crate) random: ChaCha8Rng,
    session: Option<CourierSession>,
}

impl Phone {
    /// A phone on a folder, which is made if it is not there. It is off.
    pub(crate) fn new(name: String, courier: usize, folder: PathBuf, seed: u64, now: Timestamp) -> Self {
        Self {
            name,
            courier,
            folder,
            clock: PhoneClock { offset_ms: 0, boots: 0, booted: now },
            wakes_at: now,
            saved: Vec::new(),
            sight: Sight::default(),
            copies: Vec::new(),
            random: ChaCha8Rng::seed_from_u64(seed),
            session: None,
        }
    }

    /// Its process; started if it is off. A folder that does not open is what no crash may leave.
    pub(crate) fn session(&mut self, now: Timestamp) -> Played<&mut CourierSession> {
        if self.session.is_none() {
            self.clock.boots += 1;
            self.clock.booted = now;
            let opened = CourierSession::open(&self.folder)
                .map_err(|error| found("a phone starts again", format!("{}: {error:?}", self.name)))?;
            self.session = Some(opened);
        }
        self.session.as_mut().or_broken("a phone that was just started")
    }

    /// Its process is gone, and what it had not written with it.
    pub(crate) fn die(&mut self) {
        self.session = None;
    }

    /// What its clocks say.
    pub(crate) fn moment(&self, now: Timestamp) -> Moment {
        self.clock.moment(now)
    }

    /// The device that it is enrolled as.
    pub(crate) fn device(&mut self, now: Timestamp) -> Played<DeviceId> {
        let enrolled = self.session(now)?.enrolled().or_broken("asking a phone who it is")?;
        Ok(enrolled.identity.device)
    }

    /// Every record on its disk, confirmed, spare or queued.
    pub(crate) fn holdings(&mut self, now: Timestamp) -> Played<Vec<(RoundId, RecordId, Vec<u8>)>> {
        let session = self.session(now)?;
        let mut all = Vec::new();
        for today in session.today().or_broken("reading a phone's rounds")? {
            let stored = session.records(today.round).or_broken("reading a phone's round")?;
            for (id, _) in stored.records.iter() {
                all.extend(stored.records.bytes_of(id).map(|bytes| (today.round, id, bytes.to_vec())));
            }
        }
        Ok(all)
    }
}
