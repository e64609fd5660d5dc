//! The town as it stands: the server's process, who sits in the office, forty couriers, the shops with a device.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use core_sync::domain::ids::{DeviceId, MemberId, ParcelId, RecordId, StopId};
use core_sync::domain::time::Timestamp;
use rand_chacha::ChaCha8Rng;
use tokio::sync::watch;

use crate::places::Places;
use crate::seed::Seed;

use super::counter::Counter;
use super::courier::Courier;
use super::day_clock::{DayClock, Minute};
use super::desk::Desk;
use super::flat_map::{FlatMap, Spot};
use super::ledger::Ledger;
use super::orders::LateOrder;
use super::scenes::Scene;
use super::server_process::{ServerProcess, ServerWords, StartServer};
use super::told::Told;
use super::wave::{Wave, Waves};

/// Moments kept to be told: what a page shows, and some more.
const TOLD_MAX: usize = 12;

/// What a day needs.
pub struct Stage<'a> {
    /// Where it is played.
    pub places: &'a Places,
    /// The co-op's name.
    pub co_op: String,
    /// What everything follows from.
    pub seed: u64,
    /// How long the day is.
    pub hours: u32,
    /// The local midnight that the day begins after.
    pub midnight: Timestamp,
    /// An empty folder for everything.
    pub folder: PathBuf,
    /// How to start the server.
    pub start_server: StartServer,
}

/// The town.
pub(crate) struct Town {
    pub(crate) day: DayClock,
    pub(crate) folder: PathBuf,
    pub(crate) map: FlatMap,
    pub(crate) dots: Vec<Spot>,
    pub(crate) shops: Vec<Spot>,
    pub(crate) start_server: StartServer,
    pub(crate) words: ServerWords,
    pub(crate) server: ServerProcess,
    /// Whether it is there.
    pub(crate) server_up: watch::Sender<bool>,
    /// From when on it is to be killed, as soon as two phones send at once.
    pub(crate) kill_at: Option<Minute>,
    /// How often it was killed.
    pub(crate) kills: u64,
    pub(crate) admin: Desk,
    pub(crate) office: Vec<Desk>,
    pub(crate) couriers: Vec<Courier>,
    pub(crate) counters: Vec<Counter>,
    /// Who is who, by member.
    pub(crate) names: BTreeMap<MemberId, String>,
    /// Waves to be planned, the next one first.
    pub(crate) waves: VecDeque<Wave>,
    /// What those before leave.
    pub(crate) planned: Waves,
    /// Orders that will come, the next one first.
    pub(crate) late: VecDeque<LateOrder>,
    pub(crate) bases: Vec<Spot>,
    /// Scenes to be played, the next one first.
    pub(crate) scenes: Vec<(Minute, Scene)>,
    /// Phones that lie somewhere: whose, which, and when each is found.
    pub(crate) lost: Vec<(usize, usize, Minute)>,
    /// Stops that a scene was about: no other takes them.
    pub(crate) touched: BTreeSet<StopId>,
    /// Cards that were changed while their courier was dark: the records that say so.
    pub(crate) cards_changed: BTreeSet<RecordId>,
    /// Who has which parcel for real.
    pub(crate) taken: BTreeMap<ParcelId, usize>,
    pub(crate) ledger: Ledger,
    pub(crate) told: VecDeque<Told>,
    /// The server's own device, which plan records are signed by.
    pub(crate) server_device: Option<DeviceId>,
    pub(crate) ids: ChaCha8Rng,
    /// What everything follows from.
    pub(crate) number: u64,
}

impl Town {
    /// Tells a moment.
    pub(crate) fn tell(&mut self, told: Told) {
        self.told.push_back(told);
        if self.told.len() > TOLD_MAX {
            self.told.pop_front();
        }
    }

    /// Acts that were said to be saved, by whomever.
    pub(crate) fn acts(&self) -> usize {
        let couriers = self.couriers.iter().flat_map(|courier| &courier.phones);
        let taps: usize = couriers.map(|phone| phone.saved.len()).sum();
        taps + self.counters.iter().map(|counter| counter.said.len()).sum::<usize>()
    }

    /// Acts that are only where they were made.
    pub(crate) fn only_on_phones(&self) -> usize {
        let couriers: usize = self.couriers.iter().map(Courier::waiting).sum();
        couriers + self.counters.iter().map(|counter| counter.waiting).sum::<usize>()
    }

    /// A source of numbers of its own, for one purpose.
    pub(crate) fn seed_of(number: u64, purpose: u64, which: usize) -> u64 {
        let which = u64::try_from(which).unwrap_or(u64::MAX);
        Seed::new(number.rotate_left(17) ^ (purpose << 40) ^ which).draw()
    }
}
