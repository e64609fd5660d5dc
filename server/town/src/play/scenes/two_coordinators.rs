//! Two coordinators look at one round and both decide: the second is told what changed, and decides again.

use core_sync::domain::coordinator_command::{CoordinatorCommand, StopChange};

use super::super::day_clock::Minute;
use super::super::desk::Said;
use super::super::error::PlayError;
use super::super::ledger::{Outcome, Row};
use super::super::told::Told;
use super::super::town::Town;
use super::riding;

/// One gives the stop a minute more, the other two.
const MORE_SECONDS: [u32; 2] = [60, 120];

impl Town {
    pub(super) async fn two_coordinators(&mut self, now: Minute) -> Result<bool, PlayError> {
        if self.server_device.is_none() {
            // Nobody could say yet which records these are.
            return Ok(false);
        }
        let rounds: Vec<_> =
            riding(&self.by_turns(now)).iter().map(|(one, round)| (one.number, *round)).collect();
        for (courier, round) in rounds {
            let view = self.desk(0).round(round).await?;
            let Some(stop) = view.stops.iter().rfind(|stop| stop.status.remains()) else { continue };
            let longer = |more: u32| {
                let service_seconds = Some(stop.service_seconds + more);
                let stop = stop.id;
                let change = StopChange { stop, window: None, service_seconds, parcels: None, card: None };
                CoordinatorCommand::AmendStop(Box::new(change))
            };
            let [one, other] = MORE_SECONDS.map(longer);
            let (first, second, third) = (self.act(), self.act(), self.act());
            // Both saw this version.
            let seen = Some(view.plan_version);
            if !matches!(self.desk(0).command(first, round, seen, one).await?, Said::Done) {
                continue;
            }
            let Said::Stale(current) = self.desk(1).command(second, round, seen, other.clone()).await? else {
                continue;
            };
            let again = self.desk(1).command(third, round, Some(current.plan_version), other).await?;
            let outcome = if matches!(again, Said::Done) { "decided_again" } else { "decided_otherwise" };
            let records: Vec<_> = [first, third].into_iter().filter_map(|act| self.record_of(act)).collect();
            let people = vec![self.desk(0).name.to_owned(), self.desk(1).name.to_owned()];
            let Some(key) = records.first().copied() else { return Ok(false) };
            self.ledger.see(Row::TwoCoordinators, now, key, records, people, Outcome::ByRule(outcome));
            let (coordinator, other) = (self.desk(0).name, self.desk(1).name);
            let told = Told::new(now, "town.told.two_coordinators").text("coordinator", coordinator);
            self.tell(told.text("other", other).text("courier", self.name(courier)));
            return Ok(true);
        }
        Ok(false)
    }
}
