//! What coordinators changed since the courier last said she saw the plan.

use core_sync::view;

use crate::StopId;
use crate::ids::write_all;

/// Stops by what happened to them; all empty when nothing did.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PlanDiff {
    /// Stops that came.
    pub added: Vec<StopId>,
    /// Stops that left.
    pub withdrawn: Vec<StopId>,
    /// Stops with another window, service, card or other parcels.
    pub amended: Vec<StopId>,
    /// Stops that stand elsewhere in the sequence.
    pub moved: Vec<StopId>,
}

impl From<view::plan_diff::PlanDiff> for PlanDiff {
    fn from(diff: view::plan_diff::PlanDiff) -> Self {
        Self {
            added: write_all(&diff.added),
            withdrawn: write_all(&diff.withdrawn),
            amended: write_all(&diff.amended),
            moved: write_all(&diff.moved),
        }
    }
}
