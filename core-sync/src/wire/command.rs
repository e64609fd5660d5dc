//! `POST /v1/commands`: one act of a coordinator, or of a courier who takes a draft.

use serde::{Deserialize, Serialize};

use crate::domain::coordinator_command::CoordinatorCommand;
use crate::domain::ids::{ActId, PlanVersion, RoundId};
use crate::wire::draft::DraftView;
use crate::wire::round::RoundView;

/// A command with its act id, the idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandRequest {
    /// The act: 16 random bytes, made where the person acts. Sending it again is safe.
    pub act: ActId,
    /// The round or draft; for `make_round` and `make_draft` the new one's id.
    pub round: RoundId,
    /// The plan version seen; absent for `make_round` and `make_draft`, and for a suggestion, which has its own.
    #[serde(default)]
    pub plan_version: Option<PlanVersion>,
    /// What to do.
    pub command: CoordinatorCommand,
}

/// What a command answers: the round or draft that it named, as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CommandAnswer {
    /// A round.
    Round(Box<RoundView>),
    /// A draft that nobody took.
    Draft(Box<DraftView>),
}

impl CommandAnswer {
    /// The round, if it is one.
    #[must_use]
    pub fn round(self) -> Option<RoundView> {
        match self {
            Self::Round(round) => Some(*round),
            Self::Draft(_) => None,
        }
    }
}
