//! The office: has waves planned, takes late orders in, looks what is to be settled and settles most of it.
//!
//! Coordinators act one after another, each command on the plan that was just read.

use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop};
use core_sync::domain::ids::{ActId, RecordId, RoundId};
use core_sync::domain::item::Choice;
use core_sync::domain::time::Window;
use core_sync::view::today::RoundProgress;
use core_sync::wire::item::ItemView;

use super::courier::Courier;
use super::day_clock::{DayClock, Minute};
use super::desk::{Desk, Said};
use super::error::PlayError;
use super::flat_map::Spot;
use super::ledger::kind_of;
use super::orders::PlannedStop;
use super::told::Told;
use super::town::Town;

/// The office looks at its items every so many minutes: looking reads every round of the day.
const ITEMS_MINUTES: u32 = 4;
/// One item in so many is left for tomorrow.
const LEFT_OPEN_ONE_IN: u8 = 6;
/// An item waits for its answer so many minutes at most.
const ANSWER_MINUTES_MAX: u32 = 32;

impl Town {
    /// What the office does in this minute without being provoked.
    pub(crate) async fn office_turn(&mut self, now: Minute) -> Result<(), PlayError> {
        while self.waves.front().is_some_and(|wave| wave.laid(&self.day) <= now) {
            if let Some(wave) = self.waves.pop_front() {
                self.lay(&wave).await?;
            }
        }
        while self.late.front().is_some_and(|order| order.at <= now) {
            if let Some(order) = self.late.pop_front() {
                self.take_in(order.stops, now).await?;
            }
        }
        if now.0.is_multiple_of(ITEMS_MINUTES) {
            self.look_at_items(now).await?;
        }
        Ok(())
    }

    /// The desk of the coordinator of this number.
    pub(crate) fn desk(&self, which: usize) -> &Desk {
        self.office.get(which % self.office.len().max(1)).unwrap_or(&self.admin)
    }

    /// A fresh act.
    pub(crate) fn act(&mut self) -> ActId {
        ActId::random(&mut self.ids)
    }

    /// The record that an act writes first.
    pub(crate) fn record_of(&self, act: ActId) -> Option<RecordId> {
        self.server_device.map(|device| RecordId::new(act, device))
    }

    /// Sends a command on the plan of this moment. Gives its act if it was taken.
    pub(crate) async fn command(
        &mut self,
        which: usize,
        round: RoundId,
        command: CoordinatorCommand,
    ) -> Result<Option<ActId>, PlayError> {
        let seen = self.desk(which).round(round).await?.plan_version;
        let act = self.act();
        match self.desk(which).command(act, round, Some(seen), command).await? {
            Said::Done => Ok(Some(act)),
            Said::Stale(_) | Said::TooLate => Ok(None),
        }
    }

    /// The courier nearest to a place whose round is under way, with that round.
    pub(crate) fn nearest_round(
        &self,
        place: Spot,
        now: Minute,
        fits: impl Fn(&Courier) -> bool,
    ) -> Option<(usize, RoundId)> {
        let riding = self.couriers.iter().filter(|courier| fits(courier)).filter_map(|courier| {
            Some((courier.at(now).metres_to(place), courier.number, under_way(courier)?))
        });
        riding.min().map(|(_, number, round)| (number, round))
    }

    /// Writes down what there is to settle, tells what is new, and answers what has waited long enough.
    pub(crate) async fn look_at_items(&mut self, now: Minute) -> Result<(), PlayError> {
        let items = self.desk(2).items().await?;
        let names = &self.names;
        let people = |item: &ItemView| {
            let members: std::collections::BTreeSet<_> =
                item.evidence.iter().filter_map(|evidence| evidence.member).collect();
            members.iter().filter_map(|member| names.get(member).cloned()).collect()
        };
        let new = self.ledger.see_items(now, &items, people);
        for item in new {
            let courier = self.courier_of(&item);
            self.tell(
                Told::new(now, format!("town.told.item.{}", item.kind.code())).text("courier", courier),
            );
        }
        for item in items.into_iter().filter(|item| item.settled.is_none()) {
            let [first, second, ..] = item.id.0;
            if first % LEFT_OPEN_ONE_IN == 0 {
                continue;
            }
            // Which minute is drawn from the item itself, so that no other item changes it.
            if (now.0 / ITEMS_MINUTES + u32::from(second)).is_multiple_of(ANSWER_MINUTES_MAX / ITEMS_MINUTES)
            {
                self.settle(now, &item, second).await?;
            }
        }
        Ok(())
    }

    async fn settle(&mut self, now: Minute, item: &ItemView, drawn: u8) -> Result<(), PlayError> {
        // The most usual answer three times in four.
        let usual = if drawn.is_multiple_of(4) { item.choices.last() } else { item.choices.first() };
        let Some(choice @ Choice { answer, .. }) = usual.copied() else { return Ok(()) };
        let act = self.act();
        let desk = self.desk(usize::from(drawn)).clone();
        if matches!(desk.settle(act, item, choice).await?, Said::Done) {
            let told = Told::new(now, "town.told.settles").text("coordinator", desk.name);
            let told = told.text("courier", self.courier_of(item));
            self.tell(match kind_of(item, choice.holds) {
                Some(kind) => told.word("answer", format!("kind.{kind}")).with("town.told.settles_holds"),
                None => told.word("answer", format!("answer.{}", answer.code())),
            });
        }
        Ok(())
    }

    /// The courier that an item is about first: of those who acted, the one whose act came last.
    fn courier_of(&self, item: &ItemView) -> String {
        let couriers = item
            .evidence
            .iter()
            .filter(|evidence| self.couriers.iter().any(|courier| evidence.member == Some(courier.member)));
        let last = couriers.max_by_key(|evidence| (evidence.received_ms, evidence.record));
        last.and_then(|evidence| self.names.get(&evidence.member?)).cloned().unwrap_or_default()
    }
}

/// The round of a courier that is under way, as her phone shows it.
pub(crate) fn under_way(courier: &Courier) -> Option<RoundId> {
    let today = &courier.phone()?.today;
    let mut started =
        today.iter().filter(|today| today.progress == RoundProgress::Started && today.remaining > 0);
    started.next().map(|today| today.round)
}

/// A stop as its command says it.
pub(crate) fn new_stop(day: &DayClock, stop: PlannedStop) -> NewStop {
    let PlannedStop { kind, order, parcels, service_seconds, card, window: (from, until), .. } = stop;
    let window = Window { from_ms: day.time(from), until_ms: day.time(until) };
    NewStop { kind, window, service_seconds, parcels, order: Some(order), card }
}
