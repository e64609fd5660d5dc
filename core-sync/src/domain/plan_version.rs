//! The plan version: what a coordinator saw when she decided, in eight bytes.
//!
//! A hash over the round's sorted plan record ids. Facts and reactions do not change it: a courier's
//! tap never makes a coordinator's command stale.

use super::hash::Hash;
use super::ids::{PlanVersion, RecordId};

/// The version of a plan made of these records, in any order, doubles allowed.
#[must_use]
pub fn plan_version(plan_records: impl IntoIterator<Item = RecordId>) -> PlanVersion {
    let sorted: std::collections::BTreeSet<RecordId> = plan_records.into_iter().collect();
    let bytes: Vec<u8> = sorted.iter().flat_map(|id| id.0).collect();
    PlanVersion(Hash::of("tournee/plan-version/1", &[&bytes]).first())
}
