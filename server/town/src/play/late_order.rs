//! A late order at the office: it waits in a draft until the service says into whose round it fits.
//!
//! As a coordinator does it by `tournee coordinator suggest --draft` and `accept`. What fits into no round, within the
//! windows of all, goes to whoever rides nearest, as a round of its own for afterwards: the shop promised it.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{RoundId, SuggestionId};
use core_sync::domain::personal::Personal;
use core_sync::domain::time::Window;
use core_sync::wire::plan::PlanCourier;
use core_sync::wire::suggestion::SuggestRequest;

use super::day_clock::Minute;
use super::desk::Said;
use super::error::PlayError;
use super::office::{new_stop, under_way};
use super::orders::{PlannedStop, ROUND_MINUTES};
use super::town::Town;
use super::wave::{KILOGRAMS, LITRES};

impl Town {
    /// Takes a late order in.
    pub(crate) async fn take_in(&mut self, stops: Vec<PlannedStop>, now: Minute) -> Result<(), PlayError> {
        let Some(first) = stops.first().map(|stop| stop.spot) else { return Ok(()) };
        let Some((nearest, _)) = self.nearest_round(first, now, |_| true) else { return Ok(()) };
        let desk = self.desk(0).clone();
        let draft = RoundId::random(&mut self.ids);
        let act = self.act();
        let mut seen = desk.on_draft(act, draft, None, CoordinatorCommand::MakeDraft {}).await?;
        for stop in stops {
            let act = self.act();
            let added = CoordinatorCommand::AddStop(Box::new(new_stop(&self.day, stop)));
            seen = desk.on_draft(act, draft, Some(seen), added).await?;
        }
        if self.place(draft, now).await? {
            return Ok(());
        }
        let Some(courier) = self.couriers.get_mut(nearest) else { return Ok(()) };
        courier.starts.insert(draft, now);
        let taken = CoordinatorCommand::TakeDraft { courier: courier.member };
        let act = self.act();
        desk.on_draft(act, draft, Some(seen), taken).await?;
        Ok(())
    }

    /// Asks where a draft fits into the rounds that are ridden, and does what is suggested. Says whether it did.
    async fn place(&mut self, draft: RoundId, now: Minute) -> Result<bool, PlayError> {
        let desk = self.desk(0).clone();
        let request = SuggestRequest {
            couriers: self.riding_now(now),
            gain_seconds: None,
            gain_seconds_per_order: None,
            later_seconds: None,
            without: None,
            drafts: vec![draft],
            keep_looking: None,
        };
        let answer = desk.suggest(&request).await?;
        let Some(found) = answer.suggestions.first() else { return Ok(false) };
        let Some(round) = found.replan.rounds.first().map(|round| round.round) else { return Ok(false) };
        self.accept(round, found.id).await
    }

    async fn accept(&mut self, round: RoundId, suggestion: SuggestionId) -> Result<bool, PlayError> {
        let act = self.act();
        let accepted = CoordinatorCommand::AcceptSuggestion { suggestion };
        let said = self.desk(0).command(act, round, None, accepted).await?;
        Ok(matches!(said, Said::Done))
    }

    /// Who has a round under way. Where she waited counts for nobody who has started, and is asked for all the same.
    fn riding_now(&self, now: Minute) -> Vec<PlanCourier> {
        let riding = self.couriers.iter().filter(|courier| under_way(courier).is_some());
        let riding = riding.filter_map(|courier| {
            let shift =
                Window { from_ms: self.day.time(now), until_ms: self.day.time(now.plus(ROUND_MINUTES)) };
            Some(PlanCourier {
                courier: courier.member,
                shift,
                start: Personal::new(self.planned.waiting(courier.number)?),
                end: None,
                litres: LITRES,
                kilograms: KILOGRAMS,
                speed_per_mille: None,
            })
        });
        riding.collect()
    }
}
