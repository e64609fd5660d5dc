//! The sizes of a run: acts, faults by kind, messages. Printed, so that a run that did nothing is seen.

use std::collections::BTreeMap;

/// What was counted.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Phones, copies of phones among them.
    pub phones: usize,
    /// Coordinators.
    pub coordinators: usize,
    /// Acts that a phone said were saved.
    pub taps: usize,
    /// Commands that the server said yes to.
    pub commands: usize,
    /// Shops' words that the server acknowledged.
    pub words: usize,
    /// Requests that reached the server.
    pub requests: usize,
    /// Changes that a hostile phone sent.
    pub hostile: usize,
    /// Faults, by kind.
    pub faults: BTreeMap<&'static str, usize>,
    /// Items that were met, by kind.
    pub items: BTreeMap<&'static str, usize>,
    /// Virtual minutes from the end of the faults until every queue was empty.
    pub drained_after_minutes: i64,
    /// Records that are gone because every copy of them was destroyed.
    pub excused: usize,
}

impl Tally {
    /// Counts a fault.
    pub(crate) fn fault(&mut self, kind: &'static str) {
        *self.faults.entry(kind).or_default() += 1;
    }

    /// Acts of couriers and coordinators.
    #[must_use]
    pub fn acts(&self) -> usize {
        self.taps + self.commands
    }

    /// Faults of all kinds.
    #[must_use]
    pub fn faults(&self) -> usize {
        self.faults.values().sum()
    }

    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        self.phones += other.phones;
        self.coordinators += other.coordinators;
        self.taps += other.taps;
        self.commands += other.commands;
        self.words += other.words;
        self.requests += other.requests;
        self.hostile += other.hostile;
        self.excused += other.excused;
        self.drained_after_minutes = self.drained_after_minutes.max(other.drained_after_minutes);
        for (kind, count) in &other.faults {
            *self.faults.entry(kind).or_default() += count;
        }
        for (kind, count) in &other.items {
            *self.items.entry(kind).or_default() += count;
        }
    }

    /// In one line.
    #[must_use]
    pub fn line(&self) -> String {
        format!(
            "{} phones, {} coordinators, {} acts ({} taps, {} commands, {} shop's words), {} records excused, {} faults of {} kinds, {} requests, {} hostile changes, {} items, drained after {} min",
            self.phones,
            self.coordinators,
            self.acts(),
            self.taps,
            self.commands,
            self.words,
            self.excused,
            self.faults(),
            self.faults.len(),
            self.requests,
            self.hostile,
            self.items.values().sum::<usize>(),
            self.drained_after_minutes,
        )
    }
}
