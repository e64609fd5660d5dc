//! Everything that stands in one run: the server, phones, the office, a shop, what is on its way, and what is owed.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;

use core_sync::domain::ids::{DeviceId, MemberId, RecordId, RoundId};
use core_sync::domain::time::Milliseconds;

use crate::chance::Chance;
use crate::clock::TrueClock;
use crate::counter::Shop;
use crate::courier::short;
use crate::halt::{Played, found};
use crate::hostile::Hostile;
use crate::ledger::{Ledger, Owed};
use crate::office::Coordinator;
use crate::phone::Phone;
use crate::server_process::ServerProcess;
use crate::tally::Tally;

/// Lines of a story that are kept: the end of a long one says what went wrong.
const STORY_LINES_MAX: usize = 4_000;

/// A courier.
#[derive(Debug, Clone)]
pub(crate) struct Courier {
    pub(crate) member: MemberId,
}

/// A copy of a server's folder, to be put back.
#[derive(Debug)]
pub(crate) struct ServerCopy {
    pub(crate) path: PathBuf,
    pub(crate) taken: String,
    /// Devices that were revoked, and names on cards that were erased, as the folder knows.
    pub(crate) revoked: BTreeSet<DeviceId>,
    pub(crate) erased: BTreeSet<String>,
}

/// Of what was owed at some moment, what some place held then.
#[derive(Debug)]
pub(crate) struct HeldSomewhere(BTreeSet<(RoundId, RecordId)>);

/// A request that a phone gave up on and the network still has.
#[derive(Debug)]
pub(crate) struct Straying {
    pub(crate) from: String,
    pub(crate) bytes: Vec<u8>,
}

/// One run's world.
pub(crate) struct World {
    pub(crate) folders: PathBuf,
    pub(crate) clock: TrueClock,
    pub(crate) server: ServerProcess,
    pub(crate) couriers: Vec<Courier>,
    pub(crate) phones: Vec<Phone>,
    pub(crate) office: Vec<Coordinator>,
    pub(crate) shop: Shop,
    pub(crate) hostile: Hostile,
    pub(crate) straying: Vec<Straying>,
    pub(crate) backups: Vec<ServerCopy>,
    pub(crate) folder_copies: Vec<ServerCopy>,
    pub(crate) snapshots: Vec<ServerCopy>,
    pub(crate) ledger: Ledger,
    pub(crate) tally: Tally,
    pub(crate) story: VecDeque<String>,
    /// Names for folders.
    made: u32,
}

/// The parts that the opening makes.
pub(crate) struct Parts {
    pub(crate) folders: PathBuf,
    pub(crate) clock: TrueClock,
    pub(crate) server: ServerProcess,
    pub(crate) couriers: Vec<Courier>,
    pub(crate) office: Vec<Coordinator>,
    pub(crate) shop: Shop,
    pub(crate) hostile: Hostile,
}

impl World {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { folders, clock, server, couriers, office, shop, hostile } = parts;
        Self {
            folders,
            clock,
            server,
            couriers,
            phones: Vec::new(),
            office,
            shop,
            hostile,
            straying: Vec::new(),
            backups: Vec::new(),
            folder_copies: Vec::new(),
            snapshots: Vec::new(),
            ledger: Ledger::default(),
            tally: Tally::default(),
            story: VecDeque::new(),
            made: 0,
        }
    }

    /// Writes a line of the story.
    pub(crate) fn tell(&mut self, line: impl AsRef<str>) {
        if self.story.len() == STORY_LINES_MAX {
            self.story.pop_front();
        }
        self.story.push_back(format!("{}  {}", self.clock.told(), line.as_ref()));
    }

    /// A name for a folder that no other has.
    pub(crate) fn name(&mut self, of: &str) -> String {
        self.made += 1;
        format!("{of}-{}", self.made)
    }

    /// A few seconds pass: no two deeds happen at once.
    pub(crate) fn seconds_pass(&self, chance: &mut Chance) {
        let seconds = 1 + i64::try_from(chance.below(20)).unwrap_or(0);
        self.clock.pass(Milliseconds::seconds(seconds));
    }

    /// One of the phones.
    pub(crate) fn some_phone(&self, chance: &mut Chance) -> usize {
        chance.below(self.phones.len())
    }

    /// Of what is owed, what some place holds now. To be asked before a place that holds records is destroyed: what no
    /// place held before was lost by somebody else, and is a finding.
    pub(crate) fn held_somewhere(&mut self) -> Played<HeldSomewhere> {
        let held = self.owed_that_is_held()?;
        match self.ledger.owed.iter().find(|(name, _)| !held.contains(name)) {
            None => Ok(HeldSomewhere(held)),
            Some(((round, record), owed)) => Err(found(
                "nothing is lost",
                format!(
                    "{} of round {} is nowhere, and nothing destroyed it ({})",
                    short(&record.0),
                    short(&round.0),
                    owed.story
                ),
            )),
        }
    }

    /// Called after a place that holds records was destroyed: what was held before and no other place holds is gone, and
    /// is owed no more. `how` says what destroyed it.
    pub(crate) fn excuse_what_went(&mut self, before: &HeldSomewhere, how: &str) -> Played<()> {
        let after = self.owed_that_is_held()?;
        for name in before.0.difference(&after) {
            self.ledger.owed.remove(name);
            self.ledger.excused.insert(*name, how.to_owned());
        }
        Ok(())
    }

    fn owed_that_is_held(&mut self) -> Played<BTreeSet<(RoundId, RecordId)>> {
        let on_server = self.server.inventory()?;
        let mut on_phones: BTreeSet<(RoundId, RecordId, Vec<u8>)> = BTreeSet::new();
        for index in 0..self.phones.len() {
            on_phones.extend(self.holdings(index)?);
        }
        let is_held = |round: RoundId, record: RecordId, owed: &Owed| {
            on_server.holds(round, record, &owed.bytes)
                || on_phones.contains(&(round, record, owed.bytes.clone()))
        };
        let owed = self.ledger.owed.iter();
        let held = owed.filter(|((round, record), owed)| is_held(*round, *record, owed));
        Ok(held.map(|(name, _)| *name).collect())
    }

    /// Every record that a phone holds, with its round.
    pub(crate) fn holdings(&mut self, index: usize) -> Played<Vec<(RoundId, RecordId, Vec<u8>)>> {
        let now = self.clock.now();
        match self.phones.get_mut(index) {
            Some(phone) => phone.holdings(now),
            None => Ok(Vec::new()),
        }
    }
}
