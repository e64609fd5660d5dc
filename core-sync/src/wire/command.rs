//! `POST /v1/commands`: one act of a coordinator.

use serde::{Deserialize, Serialize};

use crate::domain::coordinator_command::CoordinatorCommand;
use crate::domain::ids::{ActId, PlanVersion, RoundId};

/// A command with its act id, the idempotency key. The answer is the round ([`super::round::RoundView`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandRequest {
    /// The act: 16 random bytes, made where the person acts. Sending it again is safe.
    pub act: ActId,
    /// The round; for `make_round` the new round's id.
    pub round: RoundId,
    /// The plan version seen; absent only for `make_round`.
    #[serde(default)]
    pub plan_version: Option<PlanVersion>,
    /// What to do.
    pub command: CoordinatorCommand,
}
