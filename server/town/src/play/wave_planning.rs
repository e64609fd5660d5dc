//! A wave at the office: its orders wait in drafts, the service plans them, and one act makes the rounds.
//!
//! As a coordinator does it by `tournee coordinator make-draft`, `add`, `plan` and `accept`. One person plans a wave, so
//! nothing changes between her plan and her act.

use core_sync::domain::coordinator_command::{CoordinatorCommand, DividedRound, SeenDraft};
use core_sync::domain::ids::{ActId, MemberId, RoundId, StopId};
use core_sync::wire::plan::PlanRequest;
use rand_chacha::ChaCha8Rng;

use super::day_clock::DayClock;
use super::desk::Desk;
use super::error::PlayError;
use super::office::new_stop;
use super::town::Town;
use super::wave::{DraftedStop, LaidRound, Wave, WavePart, Waves, laid};

/// Steps of the search in a wave of eighty orders, and not seconds, because a day is the same on every machine. Few,
/// because nobody waits long for a demo to begin.
const STEPS: u64 = 3_000;

/// Who plans a wave, and what she knows.
pub(crate) struct WavePlanning<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) day: &'a DayClock,
    /// The members who ride, in the sequence of the couriers.
    pub(crate) members: &'a [MemberId],
    pub(crate) ids: &'a mut ChaCha8Rng,
}

impl WavePlanning<'_> {
    /// Has a wave planned and makes its rounds, each with its id.
    pub(crate) async fn lay(
        mut self,
        wave: &Wave,
        waves: &mut Waves,
    ) -> Result<Vec<(RoundId, LaidRound)>, PlayError> {
        let mut rounds = Vec::new();
        for part in waves.parts(wave) {
            let (drafts, drafted) = self.draft(&part).await?;
            let couriers = waves.couriers(&part, self.members, self.day);
            let request = PlanRequest { drafts, couriers, seconds: None, steps: Some(STEPS), even: None };
            let plan = self.desk.plan(&request).await?;
            let made = laid(&plan, &part, &drafted, self.members, self.day);
            rounds.extend(self.divide(&plan.drafts, made).await?);
        }
        waves.laid(wave, rounds.iter().map(|(_, round)| round));
        Ok(rounds)
    }

    /// Puts the stops of a part into drafts.
    async fn draft(&mut self, part: &WavePart<'_>) -> Result<(Vec<RoundId>, Vec<DraftedStop>), PlayError> {
        let (mut drafts, mut drafted) = (Vec::new(), Vec::new());
        for rounds in part.drafts() {
            let draft = RoundId::random(self.ids);
            let act = ActId::random(self.ids);
            let mut seen = self.desk.on_draft(act, draft, None, CoordinatorCommand::MakeDraft {}).await?;
            for round in rounds {
                for stop in &round.stops {
                    let act = ActId::random(self.ids);
                    let added = CoordinatorCommand::AddStop(Box::new(new_stop(self.day, stop.clone())));
                    seen = self.desk.on_draft(act, draft, Some(seen), added).await?;
                    let (id, came_to) = (StopId(act.0), round.courier);
                    drafted.push(DraftedStop { id, came_to, planned: stop.clone() });
                }
            }
            drafts.push(draft);
        }
        Ok((drafts, drafted))
    }

    /// Makes the rounds of a part, all in one act.
    async fn divide(
        &mut self,
        drafts: &[SeenDraft],
        rounds: Vec<LaidRound>,
    ) -> Result<Vec<(RoundId, LaidRound)>, PlayError> {
        let rounds: Vec<_> = rounds.into_iter().map(|round| (RoundId::random(self.ids), round)).collect();
        let divided = rounds.iter().filter_map(|(id, round)| {
            let courier = *self.members.get(round.courier)?;
            let stops = round.stops.iter().map(|stop| stop.id).collect();
            Some(DividedRound { round: *id, courier, stops })
        });
        let divided = divided.collect();
        if let Some((first, also)) = drafts.split_first() {
            let command = CoordinatorCommand::DivideDrafts { rounds: divided, also: also.to_vec() };
            let act = ActId::random(self.ids);
            self.desk.on_draft(act, first.draft, Some(first.plan_version), command).await?;
        }
        Ok(rounds)
    }
}

impl Town {
    /// Has a wave planned by one of the office and gives everybody her round.
    pub(crate) async fn lay(&mut self, wave: &Wave) -> Result<(), PlayError> {
        // Another coordinator each time.
        let desk = self.desk(self.planned.count()).clone();
        let members: Vec<MemberId> = self.couriers.iter().map(|courier| courier.member).collect();
        let planning = WavePlanning { desk: &desk, day: &self.day, members: &members, ids: &mut self.ids };
        for (id, round) in planning.lay(wave, &mut self.planned).await? {
            if let Some(courier) = self.couriers.get_mut(round.courier) {
                courier.starts.insert(id, round.start);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
