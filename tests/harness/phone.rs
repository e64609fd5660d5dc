//! A phone in the test's hand: a real session on a real folder, with a clock that the test sets.

use std::collections::BTreeMap;
use std::path::PathBuf;

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{BootId, RecordId, RoundId, StopId};
use core_sync::domain::personal::Secret;
use core_sync::domain::reasons::HandedTo;
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::trial::try_document;
use core_sync::signing::envelope::Envelope;
use core_sync::sync::engine::{Effect, Input};
use courier_session::error::SessionError;
use courier_session::session::{CourierSession, SyncEnd};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// A phone.
pub struct Phone {
    pub folder: PathBuf,
    /// `None` while the phone is off.
    session: Option<CourierSession>,
    pub random: ChaCha8Rng,
    clock: Timestamp,
    monotonic_ms: u64,
    boot: u8,
    /// Every act that the phone said was saved, as tapped.
    pub saved: Vec<(RoundId, RecordId, Vec<u8>)>,
}

impl Phone {
    /// Opens a phone's folder.
    pub fn open(folder: PathBuf, seed: u64) -> Self {
        let session = Some(CourierSession::open(&folder).unwrap());
        Self {
            folder,
            session,
            random: ChaCha8Rng::seed_from_u64(seed),
            clock: Timestamp(0),
            monotonic_ms: 1_000,
            boot: 1,
            saved: Vec::new(),
        }
    }

    /// The session.
    pub fn session(&mut self) -> &mut CourierSession {
        self.session.as_mut().unwrap()
    }

    /// Sets the wall clock; the monotonic one goes on.
    pub fn set_clock(&mut self, time: Timestamp) {
        self.clock = time;
    }

    /// The moment, one second after the last.
    pub fn moment(&mut self) -> Moment {
        self.clock = Timestamp(self.clock.0 + 1_000);
        self.monotonic_ms += 1_000;
        Moment { time: self.clock, boot: BootId([self.boot; 8]), monotonic_ms: self.monotonic_ms }
    }

    /// The process dies: no file is closed in order, nothing in memory survives. What stood on the disk at that
    /// moment is opened again.
    pub fn die_and_come_back(&mut self) {
        self.boot += 1;
        self.monotonic_ms = 500;
        let crashed = self.folder.with_extension(format!("crash-{}", self.boot));
        std::fs::create_dir(&crashed).unwrap();
        // Copied while the session is still open: database and write-ahead log as a kill would leave them.
        for name in ["phone.sqlite3", "phone.sqlite3-wal"] {
            let file = self.folder.join(name);
            if file.exists() {
                std::fs::copy(&file, crashed.join(name)).unwrap();
            }
        }
        drop(self.session.take());
        self.folder = crashed;
        self.session = Some(CourierSession::open(&self.folder).unwrap());
    }

    /// Turns the phone off, in order.
    pub fn turn_off(&mut self) {
        self.session = None;
    }

    /// Turns it on again.
    pub fn turn_on(&mut self) {
        self.session = Some(CourierSession::open(&self.folder).unwrap());
    }

    /// Enrols.
    pub async fn enrol(&mut self, server: &str, code: &Secret<String>) -> Result<(), SessionError> {
        let random = &mut self.random;
        self.session.as_mut().unwrap().enrol(server, code, random).await
    }

    /// Taps; what the phone says is saved is noted.
    pub fn tap(&mut self, round: RoundId, command: &CourierCommand) -> RecordId {
        let moment = self.moment();
        let saved = self.session.as_mut().unwrap().tap(round, command, moment, &mut self.random).unwrap();
        self.saved.push((round, saved.record, saved.bytes));
        saved.record
    }

    /// Delivers everything of a stop to its recipient.
    pub fn deliver(&mut self, round: RoundId, stop: StopId) -> RecordId {
        self.tap(round, &CourierCommand::Deliver(stop, None, HandedTo::Recipient))
    }

    /// Syncs now.
    pub async fn sync(&mut self) -> SyncEnd {
        let moment = self.moment();
        self.session.as_mut().unwrap().sync(moment, &mut self.random).await.unwrap()
    }

    /// What the engine wants next.
    pub fn next_effect(&mut self, input: Input) -> Effect {
        let moment = self.moment();
        self.session.as_mut().unwrap().next_effect(input, moment, &mut self.random)
    }

    /// The stops of a round by number.
    pub fn stops(&mut self, round: RoundId) -> Vec<StopId> {
        let state = self.session().round(round).unwrap();
        let by_number: BTreeMap<usize, StopId> =
            state.stops.values().map(|stop| (stop.number, stop.id)).collect();
        by_number.into_values().collect()
    }

    /// Every record here with its bytes and how often it stands here.
    pub fn records(&mut self, round: RoundId) -> BTreeMap<(RecordId, Vec<u8>), bool> {
        let stored = self.session().records(round).unwrap();
        let mut records = BTreeMap::new();
        for (id, entry) in stored.records.iter() {
            for bytes in stored.records.bytes_of(id) {
                records.insert((id, bytes.to_vec()), entry.received.is_some());
            }
        }
        records
    }

    /// Whether every act noted as saved is here.
    pub fn holds_all_saved(&mut self) -> bool {
        let saved = self.saved.clone();
        saved.into_iter().all(|(round, record, bytes)| self.records(round).contains_key(&(record, bytes)))
    }

    /// The changes of the confirmed log, straight from the database file.
    pub fn confirmed_changes(&self, document: &DocumentName) -> Vec<Vec<u8>> {
        let file = self.folder.join("phone.sqlite3");
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        #[allow(clippy::disallowed_methods, reason = "a test looks into the file from outside")]
        let database = rusqlite::Connection::open_with_flags(file, flags).unwrap();
        let mut statement = database
            .prepare("SELECT envelope FROM log WHERE round = ?1 AND kind = 0 ORDER BY position")
            .unwrap();
        let envelopes = statement.query_map([document.round.0], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        envelopes
            .map(|bytes| {
                let value = core_sync::cbor::decode(&bytes.unwrap()).unwrap();
                Envelope::from_cbor(&value, "envelope").unwrap().change
            })
            .collect()
    }

    /// Whether what the server gave is plain Automerge: it loads, saves and loads to the same heads.
    pub fn trial(&mut self, round: RoundId) {
        let document = self.session().records(round).unwrap().document;
        try_document(&document, &self.confirmed_changes(&document)).unwrap();
    }
}
