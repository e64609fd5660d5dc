//! A courier's rounds on one screen.

use serde::Serialize;

use super::board::in_drawn_sequence;
use super::plan_diff::{PlanDiff, SeenPlan, plan_diff};
use super::stop_card::{Cards, StopCard, stop_card};
use crate::domain::ids::{RecordId, RoundId, StopId};
use crate::domain::kind::Kind;
use crate::domain::reasons::Answer;
use crate::domain::remark::Remark;
use crate::domain::round_state::{RoundState, SettledHere};
use crate::domain::time::Timestamp;

/// How far a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundProgress {
    /// Not begun.
    NotStarted,
    /// Being ridden.
    Started,
    /// The courier takes a break.
    Paused,
    /// Ended.
    Finished,
}

impl RoundProgress {
    /// Every state.
    pub const ALL: &[Self] = &[Self::NotStarted, Self::Started, Self::Paused, Self::Finished];

    /// The stable code, also the end of its key in `texts/`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Started => "started",
            Self::Paused => "paused",
            Self::Finished => "finished",
        }
    }
}

/// A round on the courier's screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoundToday {
    /// Its id.
    pub round: RoundId,
    /// How far it is.
    pub progress: RoundProgress,
    /// The stop to ride to now.
    pub next: Option<StopId>,
    /// How many stops remain.
    pub remaining: usize,
    /// Every stop: done, then remaining as ridden, then those that left the plan.
    pub stops: Vec<StopCard>,
    /// What changed in the plan since the courier last said she saw it.
    pub plan_diff: PlanDiff,
    /// The remaining stops in the sequence that the courier was asked for and has not answered yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_sequence: Option<Vec<StopId>>,
    /// What people settled, by record.
    pub settled: Vec<SettledLine>,
    /// Remarks on the round.
    pub remarks: Vec<Remark>,
    /// Records of a later version: the app wants an update.
    pub unread: usize,
}

/// A disagreement that a person settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettledLine {
    /// The plan record that says so.
    pub record: RecordId,
    /// When, by the server's clock.
    pub settled_ms: Timestamp,
    /// What was answered.
    pub answer: Answer,
    /// The code of the kind of record that holds, if one does and this round has it.
    pub holds: Option<&'static str>,
    /// The stops that it is about.
    pub stops: Vec<StopId>,
}

fn settled_line(settled: &SettledHere) -> SettledLine {
    SettledLine {
        record: settled.settlement.record,
        settled_ms: settled.time,
        answer: settled.settlement.choice.answer,
        holds: settled.holds.map(Kind::code),
        stops: settled.stops.clone(),
    }
}

/// Draws a round; `seen` is what the courier last said she saw.
#[must_use]
pub fn round_today(round: RoundId, state: &RoundState, cards: &Cards, seen: Option<&SeenPlan>) -> RoundToday {
    let drawn = in_drawn_sequence(state);
    let before = std::iter::once(None).chain(drawn.iter().copied().map(Some));
    RoundToday {
        round,
        progress: progress(state),
        next: state.next().map(|stop| stop.id),
        remaining: state.remaining.len(),
        stops: drawn.iter().zip(before).map(|(stop, before)| stop_card(stop, before, cards)).collect(),
        plan_diff: plan_diff(state, seen),
        asked_sequence: state.asked_sequence(),
        settled: state.settled.iter().map(settled_line).collect(),
        remarks: state.remarks.iter().copied().collect(),
        unread: state.unread,
    }
}

fn progress(state: &RoundState) -> RoundProgress {
    match (state.started.is_some(), state.finished, state.paused) {
        (_, true, _) => RoundProgress::Finished,
        (true, false, true) => RoundProgress::Paused,
        (true, false, false) => RoundProgress::Started,
        (false, false, _) => RoundProgress::NotStarted,
    }
}
