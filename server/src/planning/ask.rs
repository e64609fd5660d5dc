//! What is asked for: the request looked at, and the stops that wait.

use std::collections::BTreeSet;

use core_sync::domain::coordinator_command::{FieldError, SeenDraft};
use core_sync::domain::ids::RoundId;
use core_sync::domain::limits::{DRAFTS_DIVIDED_MAX, ROUNDS_DIVIDED_MAX};
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::plan::{Even, PlanCourier, PlanRequest};

use super::orders::Waiting;
use super::search_budget::SearchBudget;
use crate::app::authenticate::Caller;
use crate::app::draft::version;
use crate::app::error::AppError;
use crate::app::make_round::check_rides;
use crate::db::connection::Snapshot;
use crate::db::draft;

/// A shift at most: a day and its night.
pub(super) const SHIFT_MAX: Milliseconds = Milliseconds::hours(24);
/// Shifts of one plan begin within so long: it is a day's, or a long weekend's.
pub(super) const SHIFTS_WITHIN: Milliseconds = Milliseconds::hours(7 * 24);
/// Pairs of places, counted once for each speed that bikes have: 8 bytes each in the search, and 8 in the matrix once; a
/// quarter of a gigabyte at most.
/// A day of 2,000 places, which is what travel times are asked for at most, has room for four speeds, one of 300 for as
/// many as there are couriers.
const PAIRS_MAX: usize = 16_000_000;
/// Minutes of riding that evenness may be worth: more than a shift has for an hour would be a mistake.
const EVEN_WORTH_MAX: u32 = 600;
/// The slowest bike in thousandths of the usual speed: somebody who walks.
const SPEED_PER_MILLE_MIN: u32 = 200;
/// The fastest.
const SPEED_PER_MILLE_MAX: u32 = 3_000;

/// What is to be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The drafts as they are.
    pub drafts: Vec<SeenDraft>,
    /// Who may ride.
    pub couriers: Vec<PlanCourier>,
    /// Nobody rides before this moment.
    pub(super) now: Timestamp,
    /// How long a plan is looked for.
    pub budget: SearchBudget,
    /// What even rounds are worth.
    pub(super) even: Even,
    pub(super) stops: Vec<Waiting>,
}

/// Looks at a request and reads the stops that wait.
pub fn read(
    snapshot: &Snapshot<'_>,
    caller: Caller,
    request: &PlanRequest,
    now: Timestamp,
) -> Result<Asked, AppError> {
    check(request)?;
    let budget = SearchBudget::of(request)?;
    check_couriers(snapshot, caller, &request.couriers)?;
    if request.couriers.iter().any(|courier| courier.shift.until_ms <= now) {
        return Err(FieldError::new("couriers.shift", "a shift that is not over yet").into());
    }
    let mut asked = Asked {
        drafts: Vec::new(),
        couriers: request.couriers.clone(),
        now,
        even: request.even.unwrap_or_default(),
        budget,
        stops: Vec::new(),
    };
    for id in &request.drafts {
        let (seen, stops) = read_draft(snapshot, caller, *id)?;
        asked.drafts.push(seen);
        asked.stops.extend(stops);
    }
    check_memory(asked.stops.len(), &request.couriers)?;
    Ok(asked)
}

/// A draft that nobody took, as it is, and its stops.
pub(super) fn read_draft(
    snapshot: &Snapshot<'_>,
    caller: Caller,
    id: RoundId,
) -> Result<(SeenDraft, Vec<Waiting>), AppError> {
    let row = draft::find(snapshot, caller.co_op, id)?.ok_or(AppError::NotFound)?;
    if row.taken_by.is_some() {
        return Err(AppError::DraftTaken);
    }
    let mut stops = Vec::new();
    for stop in draft::stops(snapshot, caller.co_op, id)? {
        stops.push((stop.stop, serde_json::from_str(&stop.terms)?));
    }
    Ok((SeenDraft { draft: id, plan_version: version(&row) }, stops))
}

fn check(request: &PlanRequest) -> Result<(), FieldError> {
    let PlanRequest { drafts, couriers: _, seconds: _, steps: _, even } = request;
    if drafts.is_empty() {
        return Err(FieldError::new("drafts", format!("1 to {DRAFTS_DIVIDED_MAX} drafts")));
    }
    check_drafts(drafts)?;
    let Even { hours_worth_minutes: hours, loads_worth_minutes: loads } = even.unwrap_or_default();
    if hours.max(loads) > EVEN_WORTH_MAX {
        return Err(FieldError::new("even", format!("0 to {EVEN_WORTH_MAX} minutes of riding")));
    }
    Ok(())
}

/// Drafts that are named once each, and not too many.
pub(super) fn check_drafts(drafts: &[RoundId]) -> Result<(), FieldError> {
    let distinct: BTreeSet<_> = drafts.iter().collect();
    if drafts.len() > DRAFTS_DIVIDED_MAX || distinct.len() != drafts.len() {
        return Err(FieldError::new(
            "drafts",
            format!("at most {DRAFTS_DIVIDED_MAX} drafts, each named once"),
        ));
    }
    Ok(())
}

/// Looks at couriers: members who ride, each once, with a shift and a bike that can be.
pub(super) fn check_couriers(
    snapshot: &Snapshot<'_>,
    caller: Caller,
    couriers: &[PlanCourier],
) -> Result<(), AppError> {
    let distinct: BTreeSet<_> = couriers.iter().map(|courier| courier.courier).collect();
    if couriers.is_empty() || couriers.len() > ROUNDS_DIVIDED_MAX || distinct.len() != couriers.len() {
        let expected = format!("1 to {ROUNDS_DIVIDED_MAX} couriers, each named once");
        return Err(FieldError::new("couriers", expected).into());
    }
    let first = couriers.iter().map(|courier| courier.shift.from_ms).min().unwrap_or(Timestamp(0));
    for courier in couriers {
        if courier.shift.from_ms.since(first) > SHIFTS_WITHIN {
            return Err(FieldError::new("couriers.shift", "shifts that begin within a week").into());
        }
        let long = courier.shift.until_ms.since(courier.shift.from_ms);
        if long <= Milliseconds(0) || long > SHIFT_MAX {
            let expected = "until_ms after from_ms, by 24 hours at most, in UTC milliseconds";
            return Err(FieldError::new("couriers.shift", expected).into());
        }
        let speed = courier.speed();
        if !(SPEED_PER_MILLE_MIN..=SPEED_PER_MILLE_MAX).contains(&speed) {
            let expected =
                format!("{SPEED_PER_MILLE_MIN} to {SPEED_PER_MILLE_MAX} thousandths of the usual speed");
            return Err(FieldError::new("couriers.speed_per_mille", expected).into());
        }
        check_rides(snapshot, caller.co_op, courier.courier, "couriers.courier")?;
    }
    Ok(())
}

/// Looks whether the ways between so many stops fit into memory, for each speed once.
pub(super) fn check_memory(stops: usize, couriers: &[PlanCourier]) -> Result<(), FieldError> {
    let speeds: BTreeSet<u32> = couriers.iter().map(|courier| courier.speed()).collect();
    let places = stops + 2 * couriers.len();
    if places.saturating_mul(places).saturating_mul(speeds.len()) <= PAIRS_MAX {
        return Ok(());
    }
    let expected = format!("fewer than {} different speeds for {stops} stops, or fewer drafts", speeds.len());
    Err(FieldError::new("couriers.speed_per_mille", expected))
}
