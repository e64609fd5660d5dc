//! The account of a day: what was done, what of it is there, what people disagreed about, and what it cost.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::dead_zones::OFFLINE_MINUTES;
use super::ledger::{Disagreement, Row};
use super::outside::Checked;
use super::town::Town;
use super::witness::hexadecimal;

/// The account.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// What everything followed from.
    pub seed: u64,
    /// How long the day was.
    pub hours: u32,
    /// Acts that phones and shops' devices said were saved.
    pub acts: usize,
    /// Those of couriers whose link was shut at the tap and for ten minutes after it.
    pub acts_offline: usize,
    /// Those that an empty client did not find afterwards; `None` if nobody could check it from outside.
    pub acts_lost: Option<usize>,
    /// What the check from outside said.
    pub checked_from_outside: Option<Checked>,
    /// A fingerprint of every act: who, when, what, its id. The same seed gives the same.
    pub acts_fingerprint: String,
    /// Disagreements that ended.
    pub disagreements_settled: usize,
    /// Those that did not.
    pub disagreements_open: usize,
    /// How many of each row of the table.
    pub disagreements_by_kind: BTreeMap<&'static str, usize>,
    /// Each of them.
    pub disagreements: Vec<Disagreement>,
    /// Changes that were taken out of the server's log behind its back.
    pub sabotage: usize,
    /// How often the server was killed.
    pub server_kills: u64,
    /// Couriers with a phone.
    pub couriers: usize,
    /// Requests that couriers' phones made.
    pub round_trips: u64,
    /// Bytes that they sent, HTTP and all.
    pub bytes_up: u64,
    /// Bytes that they were sent.
    pub bytes_down: u64,
    /// Hours of riding that the rounds take as the service planned them, from where each courier waits to her last stop.
    pub ride_hours_planner: f64,
    /// The same for the same orders in the hands of whom they lie nearest to, each ridden nearest first.
    pub ride_hours_nearest_first: f64,
    /// Hours that couriers rode, with late orders and whatever else happened.
    pub ride_hours_ridden: f64,
    /// Seconds that it took.
    pub wall_seconds: f64,
}

impl Account {
    /// Whether nothing is lost, as far as anybody could check.
    #[must_use]
    pub fn holds(&self) -> bool {
        let clean = |checked: &Checked| checked.lost == 0 && checked.covers(self.acts);
        // Unchecked is as good as nothing lost only where nobody took anything away.
        let unchecked = self.sabotage == 0;
        self.acts > 0 && self.checked_from_outside.as_ref().map_or(unchecked, clean)
    }
}

/// Hours, to the hundredth.
fn hours(minutes: u32) -> f64 {
    (f64::from(minutes) / 0.6).round() / 100.0
}

impl Town {
    /// Closes the account before the phones are set aside. What the check from outside says comes later.
    pub(crate) fn account(&self) -> Account {
        let phones = || self.couriers.iter().flat_map(|courier| &courier.phones);
        let passed = phones().map(|phone| phone.link.passed());
        let [round_trips, bytes_up, bytes_down] =
            passed.fold([0; 3], |[a, b, c], [x, y, z]| [a + x, b + y, c + z]);
        let [_, disagreements_settled, disagreements_open] = self.ledger.counts();
        let disagreements = self.ledger.all();
        let mut disagreements_by_kind: BTreeMap<&'static str, usize> =
            Row::ALL.map(|row| (row.code(), 0)).into();
        for one in &disagreements {
            *disagreements_by_kind.entry(one.kind).or_default() += 1;
        }
        Account {
            seed: self.number,
            hours: self.day.minutes() / 60,
            acts: self.acts(),
            acts_offline: self.acts_offline(),
            acts_lost: None,
            checked_from_outside: None,
            acts_fingerprint: self.fingerprint(),
            disagreements_settled,
            disagreements_open,
            disagreements_by_kind,
            disagreements,
            sabotage: 0,
            server_kills: self.kills,
            couriers: self.couriers.len(),
            round_trips,
            bytes_up,
            bytes_down,
            ride_hours_planner: hours(self.planned.riding.planner),
            ride_hours_nearest_first: hours(self.planned.riding.nearest_first),
            ride_hours_ridden: hours(self.couriers.iter().map(|courier| courier.minutes_ridden).sum()),
            wall_seconds: 0.0,
        }
    }

    fn acts_offline(&self) -> usize {
        let taps = self.couriers.iter().flat_map(|courier| {
            let taps = courier.phones.iter().flat_map(|phone| &phone.saved);
            taps.filter(|tap| courier.zones.is_shut_for(tap.at, OFFLINE_MINUTES))
        });
        taps.count()
    }

    fn fingerprint(&self) -> String {
        let couriers = self.couriers.iter().flat_map(|courier| &courier.phones);
        let taps = couriers.map(|phone| (phone.name.as_str(), &phone.saved));
        let words = self.counters.iter().map(|counter| (counter.name.as_str(), &counter.said));
        let mut hash = Sha256::new();
        for (who, acts) in taps.chain(words) {
            for act in acts {
                hash.update(format!("{who} {} {} {}\n", act.at, act.what, act.record));
            }
        }
        hexadecimal(&hash.finalize())
    }
}
