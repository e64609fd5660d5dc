//! Every command: what it does, what it refuses, and that an act sent twice is done once.

use core_sync::domain::coordinator_command::{CoordinatorCommand, StopChange};
use core_sync::domain::ids::{MemberId, ParcelId, PlanVersion, RoundId, StopId};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::reasons::WithdrawReason;
use core_sync::domain::stop::StopStatus;
use core_sync::domain::time::Milliseconds;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::trial::try_document;
use core_sync::signing::delegation::Delegation;
use core_sync::wire::command::CommandRequest;
use core_sync::wire::members::Role;
use core_sync::wire::round::RoundView;

use super::error::AppError;
use crate::db::document;
use crate::db::log_row::LogContent;
use crate::log::cursor::LogCursor;
use crate::log::read::{Room, rows_after};
use crate::testing::{Coop, card_text, new_stop, window};

fn add(n: u8) -> CoordinatorCommand {
    CoordinatorCommand::AddStop(Box::new(new_stop(n)))
}

fn amend(stop: StopId) -> StopChange {
    StopChange { stop, window: None, service_seconds: None, parcels: None, card: None }
}

fn field_of(error: AppError) -> String {
    let AppError::BadInput(error) = error else { panic!("{error:?}") };
    error.field
}

/// A co-op with a courier's round of some stops.
struct Planned {
    coop: Coop,
    courier: MemberId,
    round: RoundView,
}

impl Planned {
    fn with_stops(stops: u8) -> Self {
        let mut coop = Coop::new();
        let courier = coop.add_member("Ana", Role::Courier);
        let round = coop.round_of(courier, stops);
        Self { coop, courier, round }
    }

    fn request(&self, command: CoordinatorCommand) -> CommandRequest {
        self.coop.request(self.round.id, Some(self.round.plan_version), command)
    }

    fn command(&mut self, command: CoordinatorCommand) -> Result<RoundView, AppError> {
        let request = self.request(command);
        self.coop.command(&request)
    }

    fn rows(&mut self) -> Vec<LogContent> {
        let round = self.round.id;
        self.coop
            .write(|tx, world| {
                let document = document::find(tx, world.id, round)?.unwrap();
                let start = LogCursor { position: 0, lineage: document.lineage };
                Ok(rows_after(tx, &document, start, &mut Room::UNBOUNDED.clone())?.rows)
            })
            .unwrap()
            .into_iter()
            .map(|row| row.content)
            .collect()
    }
}

#[test]
fn a_made_round_is_empty_and_the_couriers() {
    let planned = Planned::with_stops(0);
    assert_eq!(planned.round.courier, planned.courier);
    assert_eq!(planned.round.courier_name.reveal(), "Ana");
    assert!(planned.round.stops.is_empty());
}

#[test]
fn a_round_is_made_once_for_a_member_of_the_co_op() {
    let mut planned = Planned::with_stops(0);
    let courier = planned.courier;
    let again = planned.command(CoordinatorCommand::MakeRound { courier });
    assert!(matches!(again, Err(AppError::RoundExists)), "{again:?}");
    let (_, stranger) = planned.coop.second();
    for nobody in [MemberId([0; 16]), stranger] {
        let command = CoordinatorCommand::MakeRound { courier: nobody };
        let request = planned.coop.request(RoundId([9; 16]), None, command);
        assert!(matches!(planned.coop.command(&request), Err(AppError::NotFound)));
    }
}

#[test]
fn an_added_stop_has_the_acts_id_and_its_card() {
    let mut planned = Planned::with_stops(0);
    let request = planned.request(add(1));
    let round = planned.coop.command(&request).unwrap();
    let stop = &round.stops[0];
    assert_eq!(stop.id, StopId(request.act.0));
    assert_eq!(stop.card.as_ref().unwrap().name.reveal(), "Recipient 1");
    assert_eq!((stop.window, stop.parcels.clone()), (window(), vec![ParcelId([1; 16])]));
    assert_ne!(round.plan_version, planned.round.plan_version);
}

#[test]
fn a_command_with_a_wrong_field_names_it() {
    let mut planned = Planned::with_stops(1);
    let mut stop = new_stop(2);
    stop.service_seconds = u32::MAX;
    let added = planned.command(CoordinatorCommand::AddStop(Box::new(stop)));
    assert_eq!(field_of(added.unwrap_err()), "command.add_stop.service_seconds");
    let request = planned.coop.request(planned.round.id, None, add(2));
    assert_eq!(field_of(planned.coop.command(&request).unwrap_err()), "plan_version");
    let none = StopChange { parcels: Some(Vec::new()), ..amend(planned.round.stops[0].id) };
    let amended = planned.command(CoordinatorCommand::AmendStop(Box::new(none)));
    assert_eq!(field_of(amended.unwrap_err()), "command.amend_stop.parcels");
}

#[test]
fn an_amended_stop_keeps_what_the_command_leaves_out() {
    let mut planned = Planned::with_stops(1);
    let before = planned.round.stops[0].clone();
    let change = StopChange { service_seconds: Some(300), ..amend(before.id) };
    planned.round = planned.command(CoordinatorCommand::AmendStop(Box::new(change))).unwrap();
    let after = planned.round.stops[0].clone();
    assert_eq!(after.service_seconds, 300);
    assert_eq!(
        (after.window, &after.parcels, after.card_version),
        (before.window, &before.parcels, before.card_version)
    );

    // The second amendment stands on the first, and a new card replaces the old one.
    let change = StopChange { card: Some(card_text("Somebody else")), ..amend(before.id) };
    let round = planned.command(CoordinatorCommand::AmendStop(Box::new(change))).unwrap();
    assert_eq!(round.stops[0].service_seconds, 300);
    assert_ne!(round.stops[0].card_version, before.card_version);
    assert_eq!(round.stops[0].card.as_ref().unwrap().name.reveal(), "Somebody else");
}

#[test]
fn a_withdrawn_stop_is_neither_amended_nor_withdrawn_again() {
    let mut planned = Planned::with_stops(2);
    let stop = planned.round.stops[0].id;
    let withdraw = CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Cancelled };
    planned.round = planned.command(withdraw.clone()).unwrap();
    let withdrawn = planned.round.stops.iter().find(|other| other.id == stop).unwrap();
    assert_eq!(withdrawn.status, StopStatus::Withdrawn);
    let change = StopChange { service_seconds: Some(1), ..amend(stop) };
    for command in [withdraw, CoordinatorCommand::AmendStop(Box::new(change))] {
        assert!(matches!(planned.command(command), Err(AppError::StopWithdrawn)));
    }
    let unknown = CoordinatorCommand::WithdrawStop { stop: StopId([0; 16]), reason: WithdrawReason::Moved };
    assert!(matches!(planned.command(unknown), Err(AppError::NotFound)));
}

#[test]
fn a_sequence_names_the_remaining_stops_and_is_shown() {
    let mut planned = Planned::with_stops(3);
    let mut stops: Vec<StopId> = planned.round.stops.iter().map(|stop| stop.id).collect();
    stops.reverse();
    for wrong in [stops[..2].to_vec(), [stops.clone(), vec![stops[0]]].concat(), vec![StopId([0; 16]); 3]] {
        let refused = planned.command(CoordinatorCommand::Sequence { stops: wrong, saw: None });
        assert_eq!(field_of(refused.unwrap_err()), "command.sequence.stops");
    }
    for _ in 0..6 {
        // Each must stand on the one before, or chance would choose by their ids.
        let command = CoordinatorCommand::Sequence { stops: stops.clone(), saw: None };
        planned.round = planned.command(command).unwrap();
        assert!(planned.round.stops.iter().map(|stop| stop.id).eq(stops.iter().copied()));
        stops.rotate_left(1);
    }
}

#[test]
fn a_round_takes_as_many_stops_as_a_round_may() {
    let mut planned = Planned::with_stops(u8::try_from(STOPS_PER_ROUND_MAX).unwrap());
    let stop = planned.round.stops[0].id;
    let withdraw = CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Mistake };
    planned.round = planned.command(withdraw).unwrap();
    assert!(matches!(planned.command(add(1)), Err(AppError::RoundFull)));
}

#[test]
fn an_act_sent_twice_is_done_once_even_after_the_plan_went_on() {
    let mut planned = Planned::with_stops(0);
    let request = planned.request(add(1));
    let first = planned.coop.command(&request).unwrap();
    assert_eq!(planned.coop.command(&request).unwrap(), first);
    planned.round = first;
    let now = planned.command(add(2)).unwrap();
    // The answer is the round as it is now; the plan version it was sent with is not asked again.
    assert_eq!(planned.coop.command(&request).unwrap(), now);
    assert_eq!(now.stops.len(), 2);
}

#[test]
fn an_act_id_is_used_for_one_command_of_one_member() {
    let mut planned = Planned::with_stops(0);
    let request = planned.request(add(1));
    planned.coop.command(&request).unwrap();
    let other = CommandRequest { command: add(2), ..request.clone() };
    assert!(matches!(planned.coop.command(&other), Err(AppError::ActIdReused)));
    planned.coop.coordinator.member = planned.coop.add_member("Dan", Role::Coordinator);
    assert!(matches!(planned.coop.command(&request), Err(AppError::ActIdReused)));
}

#[test]
fn a_stale_plan_version_gets_the_round_as_it_is() {
    let mut planned = Planned::with_stops(1);
    let stale = planned.request(add(2));
    let now = planned.command(add(3)).unwrap();
    match planned.coop.command(&stale) {
        Err(AppError::PlanVersionStale { round }) => assert_eq!(*round, now),
        other => panic!("{other:?}"),
    }
    // Decided again on what came with the refusal, the same act goes through.
    let again = CommandRequest { plan_version: Some(now.plan_version), ..stale };
    assert_eq!(planned.coop.command(&again).unwrap().stops.len(), 3);
    let never = planned.coop.request(planned.round.id, Some(PlanVersion([0; 8])), add(4));
    assert!(matches!(planned.coop.command(&never), Err(AppError::PlanVersionStale { .. })));
}

#[test]
fn another_co_ops_round_is_not_there() {
    let mut planned = Planned::with_stops(1);
    let (other, member) = planned.coop.second();
    planned.coop.coordinator.co_op = other;
    planned.coop.coordinator.member = member;
    assert!(matches!(planned.command(add(2)), Err(AppError::NotFound)));
}

#[test]
fn a_plan_record_stands_in_the_log_after_its_card_signed_by_the_server() {
    let mut planned = Planned::with_stops(2);
    planned.coop.now = planned.coop.now.plus(Milliseconds::hours(1));
    let rows = planned.rows();
    let [
        LogContent::Card { .. },
        LogContent::Change { envelope: first, hash },
        LogContent::Card { .. },
        second,
    ] = rows.as_slice()
    else {
        panic!("{rows:?}")
    };
    let server = planned.coop.keys.server.public();
    assert!(first.is_signed_by(&server, planned.round.id, hash));
    let co_op_key = planned.coop.keys.of_co_op(planned.coop.id).unwrap().public();
    let word = Delegation::verify(first.delegation.as_ref().unwrap(), &co_op_key).unwrap();
    assert_eq!((word.device, word.key, word.member), (first.device, server, None));
    let LogContent::Change { envelope: second, .. } = second else { panic!("{second:?}") };
    assert_eq!(second.delegation, None);
    // The second stands on the first, and the document loads.
    assert_eq!(ReadChange::read(&second.change).unwrap().deps(), [*hash]);
    let name =
        core_sync::round_doc::DocumentName { round: planned.round.id, holder: planned.courier, schema: 1 };
    try_document(&name, &[first.change.clone(), second.change.clone()]).unwrap();
}
