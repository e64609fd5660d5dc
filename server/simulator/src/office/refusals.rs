//! Whether a no to a command has its reason in what stands on the server's disk.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{PlanVersion, RoundId, StopId};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stop::Stop;
use core_sync::wire::error_code::ErrorCode;

use super::Plan;
use crate::inventory::Inventory;
use crate::world::World;

/// Stops that one command may bring: a move takes drop-offs along, a settlement proposes ways back.
const STOPS_BROUGHT_MAX: usize = 20;

/// `inventory` is what stood when the command was sent.
pub(super) fn is_borne_out(world: &World, plan: &Plan, code: ErrorCode, inventory: &Inventory) -> bool {
    let command = &plan.request.command;
    let state = |round: RoundId| inventory.rounds.get(&round).map(|log| RoundState::of(&log.records));
    let here = state(plan.request.round);
    let is_stale = |round: RoundId, seen: Option<PlanVersion>| {
        state(round).is_some_and(|state| seen.is_some_and(|seen| seen != state.plan_version))
    };
    let went_back = world.ledger.put_backs > 0;
    match code {
        ErrorCode::PlanVersionStale => {
            let there = matches!(command, CoordinatorCommand::MoveStops { to, to_plan_version, .. }
                if is_stale(*to, Some(*to_plan_version)));
            let other = matches!(command, CoordinatorCommand::Replan { also, .. }
                if also.iter().any(|other| is_stale(other.round, Some(other.plan_version))));
            there || other || is_stale(plan.request.round, plan.request.plan_version)
        }
        // A round, a stop or a card that a server put back does not know, until phones give it back.
        ErrorCode::NotFound => went_back,
        ErrorCode::BadInput => {
            let nothing_to_give = matches!(command, CoordinatorCommand::GiveRound { .. })
                && here.is_some_and(|state| state.remaining.is_empty());
            went_back || nothing_to_give || is_there_more(command, plan.request.round, &state)
        }
        ErrorCode::StopWithdrawn => any_stop(command, here.as_ref(), |stop| stop.withdrawal.is_some()),
        ErrorCode::StopDone => any_stop(command, here.as_ref(), |stop| !stop.status.remains()),
        ErrorCode::RoundFull => inventory
            .rounds
            .values()
            .any(|log| RoundState::of(&log.records).stops.len() + STOPS_BROUGHT_MAX > STOPS_PER_ROUND_MAX),
        ErrorCode::RoundExists => {
            let made = matches!(command, CoordinatorCommand::MakeRound { .. }) && here.is_some();
            let given = matches!(command, CoordinatorCommand::GiveRound { round, .. }
                if inventory.rounds.contains_key(round));
            made || given
        }
        ErrorCode::CardInUse => matches!(command, CoordinatorCommand::EraseCard { .. }),
        ErrorCode::NotReleasable => matches!(command, CoordinatorCommand::Release { .. }),
        // An item is settled the moment after it was read: it is there to settle.
        ErrorCode::NotToSettle
        // Nobody here sends anything of this kind twice, in another's name, or what cannot be read; and the server has no
        // fault of its own.
        | ErrorCode::TooLarge
        | ErrorCode::WrongMediaType
        | ErrorCode::NotSignedIn
        | ErrorCode::TokenExpired
        | ErrorCode::NotAllowed
        | ErrorCode::NoSuchRoute
        | ErrorCode::WrongMethod
        | ErrorCode::ActIdReused
        | ErrorCode::DraftTaken
        | ErrorCode::SuggestionOver
        | ErrorCode::EnrolmentCode
        | ErrorCode::DeviceUnknown
        | ErrorCode::TooSlow
        | ErrorCode::Busy
        | ErrorCode::DiskFull
        | ErrorCode::RoundDamaged
        | ErrorCode::Internal => false,
    }
}

/// Whether a stop remains in a round that is replanned, and is named nowhere: somebody took an act back.
fn is_there_more(
    command: &CoordinatorCommand,
    round: RoundId,
    state: &dyn Fn(RoundId) -> Option<RoundState>,
) -> bool {
    let CoordinatorCommand::Replan { stops, also, .. } = command else { return false };
    let named: Vec<&StopId> = also.iter().flat_map(|other| &other.stops).chain(stops).collect();
    let rounds = also.iter().map(|other| other.round).chain([round]).filter_map(state);
    rounds.into_iter().any(|state| state.remaining.iter().any(|stop| !named.contains(&stop)))
}

/// Whether it is so of one of the stops that a command names.
fn any_stop(command: &CoordinatorCommand, state: Option<&RoundState>, is_so: impl Fn(&Stop) -> bool) -> bool {
    let named: &[StopId] = match command {
        CoordinatorCommand::AmendStop(change) => std::slice::from_ref(&change.stop),
        CoordinatorCommand::WithdrawStop { stop, .. } => std::slice::from_ref(stop),
        CoordinatorCommand::MoveStops { stops, .. } => stops,
        CoordinatorCommand::Replan { also, .. } => also.first().map_or(&[], |other| &other.stops),
        CoordinatorCommand::MakeRound { .. }
        | CoordinatorCommand::AddStop(_)
        | CoordinatorCommand::EraseCard { .. }
        | CoordinatorCommand::Sequence { .. }
        | CoordinatorCommand::GiveRound { .. }
        | CoordinatorCommand::Settle { .. }
        | CoordinatorCommand::MakeDraft {}
        | CoordinatorCommand::TakeDraft { .. }
        | CoordinatorCommand::DivideDrafts { .. }
        | CoordinatorCommand::AcceptSuggestion { .. }
        | CoordinatorCommand::RefuseSuggestion { .. }
        | CoordinatorCommand::Release { .. }
        | CoordinatorCommand::Reject { .. } => return false,
    };
    let stops = state.into_iter().flat_map(|state| named.iter().filter_map(|stop| state.stops.get(stop)));
    stops.into_iter().any(is_so)
}
