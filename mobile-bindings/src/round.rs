//! The courier's rounds on one screen.

use core_sync::domain::round_state::RoundState;
use core_sync::view::today::RoundToday;
use courier_session::session::CourierSession;

use crate::count::count;
use crate::ids::write_all;
use crate::{AppError, PlanDiff, Remark, RoundId, RoundProgress, StopCard, StopId};

/// Every round on the phone.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct Today {
    /// The rounds, in a sequence that stays.
    pub rounds: Vec<Round>,
}

/// A round.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct Round {
    /// Its id.
    pub round: RoundId,
    /// How far it is.
    pub progress: RoundProgress,
    /// The stop to ride to now; absent when none remains.
    pub next: Option<StopId>,
    /// How many stops remain.
    pub remaining: u32,
    /// Every stop: the done ones as tapped, then the remaining as ridden, then those that left the plan.
    pub stops: Vec<StopCard>,
    /// What changed in the plan since the courier last said she saw it.
    pub plan_diff: PlanDiff,
    /// The remaining stops in the sequence that the courier was asked for and has not answered; a reorder answers.
    pub asked_sequence: Option<Vec<StopId>>,
    /// Remarks on the round.
    pub remarks: Vec<Remark>,
    /// How many records only a later version can read; with any, the app wants an update.
    pub unread: u32,
}

impl Today {
    /// Reads every round.
    pub(crate) fn read(session: &CourierSession) -> Result<Self, AppError> {
        let rounds = session.today()?.into_iter().map(|round| {
            let state = session.round(round.round)?;
            Ok(Round::new(round, &state))
        });
        Ok(Self { rounds: rounds.collect::<Result<_, AppError>>()? })
    }
}

impl Round {
    fn new(round: RoundToday, state: &RoundState) -> Self {
        let stops = round.stops.into_iter().map(|card| {
            let stop = state.stops.get(&card.stop);
            StopCard::new(card, stop)
        });
        Self {
            round: round.round.into(),
            progress: round.progress.into(),
            next: round.next.map(StopId::from),
            remaining: count(round.remaining),
            stops: stops.collect(),
            plan_diff: round.plan_diff.into(),
            asked_sequence: round.asked_sequence.map(|stops| stops.into_iter().map(StopId::from).collect()),
            remarks: write_all(&round.remarks),
            unread: count(round.unread),
        }
    }
}
