//! Moving stops and giving rounds away: what each of the two documents is told, and what is refused.

use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop};
use core_sync::domain::fact::{AtStop, Custody, Fact};
use core_sync::domain::ids::{MemberId, ParcelId, PlanVersion, RoundId, StopId};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::stop::StopStatus;
use core_sync::round_doc::change::ReadChange;
use core_sync::wire::members::Role;
use core_sync::wire::round::{RoundView, StopView};

use super::error::AppError;
use super::round::round;
use crate::db::document;
use crate::db::log_row::LogContent;
use crate::log::cursor::LogCursor;
use crate::log::read::{Room, rows_after};
use crate::testing::{Coop, ask, new_stop};

/// A round with two pickups, of parcel 1 and of 2, and one drop-off for both; and an empty round of somebody else.
struct Two {
    coop: Coop,
    ana: MemberId,
    bo: MemberId,
    a: RoundId,
    b: RoundId,
}

impl Two {
    fn new() -> Self {
        let mut coop = Coop::new();
        let ana = coop.add_member("Ana", Role::Courier);
        let bo = coop.add_member("Bo", Role::Courier);
        let (a, b) = (coop.round_of(ana, 0).id, coop.round_of(bo, 0).id);
        let mut two = Self { coop, ana, bo, a, b };
        two.add(a, StopKind::Pickup, &[1]);
        two.add(a, StopKind::Pickup, &[2]);
        two.add(a, StopKind::DropOff, &[1, 2]);
        two
    }

    fn add(&mut self, round: RoundId, kind: StopKind, parcels: &[u8]) -> RoundView {
        let parcels = parcels.iter().map(|n| ParcelId([*n; 16])).collect();
        let stop = NewStop { kind, parcels, ..new_stop(1) };
        self.command(round, CoordinatorCommand::AddStop(Box::new(stop))).unwrap()
    }

    fn command(&mut self, round: RoundId, command: CoordinatorCommand) -> Result<RoundView, AppError> {
        let seen = self.view(round).plan_version;
        let request = self.coop.request(round, Some(seen), command);
        self.coop.command(&request)
    }

    fn view(&mut self, id: RoundId) -> RoundView {
        self.coop.write(|tx, world| round(tx, world.coordinator, id)).unwrap()
    }

    fn stop(&mut self, round: RoundId, number: usize) -> StopView {
        self.view(round).stops.into_iter().find(|stop| stop.number == number).unwrap()
    }

    fn moving(&mut self, numbers: &[usize]) -> CoordinatorCommand {
        let stops = numbers.iter().map(|number| self.stop(self.a, *number).id).collect();
        CoordinatorCommand::MoveStops { stops, to: self.b, to_plan_version: self.view(self.b).plan_version }
    }

    fn move_to_b(&mut self, numbers: &[usize]) -> Result<RoundView, AppError> {
        let command = self.moving(numbers);
        self.command(self.a, command)
    }

    fn contents(&mut self, round: RoundId) -> Vec<LogContent> {
        let rows = self.coop.write(|tx, world| {
            let document = document::find(tx, world.id, round)?.unwrap();
            let start = LogCursor { position: 0, lineage: document.lineage };
            Ok(rows_after(tx, &document, start, &mut Room::UNBOUNDED.clone())?.rows)
        });
        rows.unwrap().into_iter().map(|row| row.content).collect()
    }

    /// The plan records of a round, as they came.
    fn plan(&mut self, round: RoundId, holder: MemberId) -> Vec<PlanRecord> {
        let name = core_sync::round_doc::DocumentName { round, holder, schema: 1 };
        let mut plan = Vec::new();
        for content in self.contents(round) {
            let LogContent::Change { envelope, .. } = content else { continue };
            for (_, bytes) in ReadChange::read(&envelope.change).unwrap().records(&name) {
                let read = Record::from_bytes(&bytes).unwrap();
                let Record::Act { body: ActBody::Plan(record), .. } = read else { panic!("{read:?}") };
                plan.push(record);
            }
        }
        plan
    }
}

fn parcels(parcels: &[u8]) -> Vec<ParcelId> {
    parcels.iter().map(|n| ParcelId([*n; 16])).collect()
}

#[test]
fn a_moved_stop_leaves_one_round_and_stands_in_the_other_with_its_terms_and_card() {
    let mut two = Two::new();
    let before = two.stop(two.a, 3);
    two.move_to_b(&[1, 2, 3]).unwrap();
    for number in 1..=3 {
        let left = two.stop(two.a, number);
        assert_eq!((left.status, left.withdraw_reason), (StopStatus::Withdrawn, Some(WithdrawReason::Moved)));
    }
    let came = two.stop(two.b, 3);
    assert_eq!(
        (came.kind, came.window, came.service_seconds),
        (before.kind, before.window, before.service_seconds)
    );
    assert_eq!((&came.parcels, came.order), (&before.parcels, before.order));
    assert_eq!((came.card_version, came.card), (before.card_version, before.card));
    assert_eq!(came.status, StopStatus::Planned);
    let from = two.plan(two.b, two.bo).into_iter().map(|record| {
        let PlanRecord::StopAdded(added) = record else { panic!("{record:?}") };
        added.from.unwrap()
    });
    let from: Vec<_> = from.collect();
    assert_eq!(from[2], (two.a, before.id));
    assert_eq!(from.len(), 3);
}

#[test]
fn a_drop_off_stays_for_the_parcels_that_stay() {
    let mut two = Two::new();
    two.move_to_b(&[1]).unwrap();
    assert_eq!(two.stop(two.a, 3).parcels, parcels(&[2]));
    let view = two.view(two.b);
    let kinds: Vec<_> = view.stops.iter().map(|stop| (stop.kind, stop.parcels.clone())).collect();
    assert_eq!(kinds, [(StopKind::Pickup, parcels(&[1])), (StopKind::DropOff, parcels(&[1]))]);
    two.move_to_b(&[2]).unwrap();
    let left = two.stop(two.a, 3);
    assert_eq!((left.status, left.withdraw_reason), (StopStatus::Withdrawn, Some(WithdrawReason::Moved)));
    assert_eq!(two.view(two.b).stops.len(), 4);
}

#[test]
fn a_card_that_the_other_round_has_is_not_written_twice() {
    let mut two = Two::new();
    let cards = |contents: Vec<LogContent>| {
        contents.into_iter().filter(|content| matches!(content, LogContent::Card { .. })).count()
    };
    two.move_to_b(&[1]).unwrap();
    assert_eq!(cards(two.contents(two.b)), 2);
    two.move_to_b(&[2]).unwrap();
    // The drop-off's card came with its first part.
    assert_eq!(cards(two.contents(two.b)), 3);
}

#[test]
fn stops_that_came_together_keep_their_sequence_and_the_next_is_numbered_after_them() {
    let mut two = Two::new();
    two.move_to_b(&[3, 2, 1]).unwrap();
    let came: Vec<_> = (1..=3).map(|number| two.stop(two.b, number).id).collect();
    let numbered: Vec<_> = (1..=3).map(|number| two.stop(two.b, number).parcels).collect();
    let ridden: Vec<_> = {
        let view = two.view(two.a);
        view.stops.iter().map(|stop| stop.parcels.clone()).collect()
    };
    assert_eq!(numbered, ridden);
    two.add(two.b, StopKind::Pause, &[]);
    let after: Vec<_> = (1..=3).map(|number| two.stop(two.b, number).id).collect();
    assert_eq!(came, after);
    assert_eq!(two.stop(two.b, 4).kind, StopKind::Pause);
}

#[test]
fn a_move_is_done_once_however_often_it_is_sent() {
    let mut two = Two::new();
    let command = two.moving(&[1]);
    let seen = two.view(two.a).plan_version;
    let request = two.coop.request(two.a, Some(seen), command);
    let first = two.coop.command(&request).unwrap();
    assert_eq!(two.coop.command(&request).unwrap(), first);
    assert_eq!(two.view(two.b).stops.len(), 2);
}

#[test]
fn either_round_changed_meanwhile_makes_a_move_stale() {
    let mut two = Two::new();
    let seen = two.view(two.a).plan_version;
    let command = two.moving(&[1]);
    let now = two.add(two.b, StopKind::Pause, &[]);
    let request = two.coop.request(two.a, Some(seen), command);
    let Err(AppError::PlanVersionStale { round }) = two.coop.command(&request) else { panic!() };
    assert_eq!(*round, now);
    let command = two.moving(&[1]);
    let request = two.coop.request(two.a, Some(PlanVersion([0; 8])), command);
    let Err(AppError::PlanVersionStale { round }) = two.coop.command(&request) else { panic!() };
    assert_eq!(round.id, two.a);
    assert_eq!(two.view(two.a).plan_version, seen);
}

#[test]
fn what_cannot_move_is_named_and_nothing_is_written() {
    let mut two = Two::new();
    let same = CoordinatorCommand::MoveStops {
        stops: vec![two.stop(two.a, 1).id],
        to: two.a,
        to_plan_version: two.view(two.a).plan_version,
    };
    let Err(AppError::BadInput(error)) = two.command(two.a, same) else { panic!() };
    assert_eq!(error.field, "command.move_stops.to");
    let twice = two.stop(two.a, 1).id;
    for stops in [vec![], vec![twice, twice]] {
        let to_plan_version = two.view(two.b).plan_version;
        let command = CoordinatorCommand::MoveStops { stops, to: two.b, to_plan_version };
        let Err(AppError::BadInput(error)) = two.command(two.a, command) else { panic!() };
        assert_eq!(error.field, "command.move_stops.stops");
    }
    let to_plan_version = two.view(two.b).plan_version;
    let unknown = CoordinatorCommand::MoveStops { stops: vec![StopId([0; 16])], to: two.b, to_plan_version };
    assert!(matches!(two.command(two.a, unknown), Err(AppError::NotFound)));
    let withdrawn = two.stop(two.a, 1).id;
    let reason = WithdrawReason::Cancelled;
    two.command(two.a, CoordinatorCommand::WithdrawStop { stop: withdrawn, reason }).unwrap();
    assert!(matches!(two.move_to_b(&[1]), Err(AppError::StopWithdrawn)));
    let stop = two.stop(two.a, 2);
    let mut phone = two.coop.enrol(two.ana);
    let at = AtStop { stop: stop.id, seen: Vec::new() };
    let record = phone.tap(Fact::Collected(Custody { at, parcels: stop.parcels, follows: Vec::new() }));
    let name = phone.document(two.a);
    let change = phone.change(name, &[record]);
    two.coop.sync(&mut phone, vec![ask(name, vec![change])]).unwrap();
    assert!(matches!(two.move_to_b(&[2]), Err(AppError::StopDone)));
    // Its drop-off can go, and leaves nothing behind.
    two.move_to_b(&[3]).unwrap();
    assert_eq!(two.view(two.b).stops.len(), 1);
}

#[test]
fn a_full_round_takes_no_more() {
    let mut two = Two::new();
    for _ in 1..STOPS_PER_ROUND_MAX {
        two.add(two.b, StopKind::Pause, &[]);
    }
    // One place is left, and the pickup brings its part of the drop-off.
    assert!(matches!(two.move_to_b(&[1]), Err(AppError::RoundFull)));
    assert_eq!(two.stop(two.a, 1).status, StopStatus::Planned);
    two.move_to_b(&[3]).unwrap();
}

#[test]
fn a_round_that_is_given_goes_on_in_its_sequence_with_another_courier() {
    let mut two = Two::new();
    let shown: Vec<_> = two.view(two.a).stops.iter().map(|stop| stop.id).collect();
    let other = vec![shown[1], shown[0], shown[2]];
    two.command(two.a, CoordinatorCommand::Sequence { stops: other.clone(), saw: None }).unwrap();
    let round = RoundId([42; 16]);
    let left = two.command(two.a, CoordinatorCommand::GiveRound { to: two.bo, round }).unwrap();
    assert!(left.stops.iter().all(|stop| stop.withdraw_reason == Some(WithdrawReason::Given)));
    let given = two.view(round);
    assert_eq!(given.courier, two.bo);
    let sequence: Vec<_> = given.stops.iter().map(|stop| stop.parcels.clone()).collect();
    assert_eq!(sequence, [parcels(&[2]), parcels(&[1]), parcels(&[1, 2])]);
    let nothing = two.command(two.a, CoordinatorCommand::GiveRound { to: two.bo, round: RoundId([43; 16]) });
    let Err(AppError::BadInput(error)) = nothing else { panic!("{nothing:?}") };
    assert_eq!(error.field, "command.give_round");
}

#[test]
fn a_round_is_given_to_another_member_under_a_new_id() {
    let mut two = Two::new();
    let give = |to, round| CoordinatorCommand::GiveRound { to, round };
    let own = two.command(two.a, give(two.ana, RoundId([42; 16])));
    assert!(matches!(own, Err(AppError::BadInput(_))), "{own:?}");
    let nobody = two.command(two.a, give(MemberId([0; 16]), RoundId([42; 16])));
    assert!(matches!(nobody, Err(AppError::NotFound)), "{nobody:?}");
    let taken = two.command(two.a, give(two.bo, two.b));
    assert!(matches!(taken, Err(AppError::RoundExists)), "{taken:?}");
}

#[test]
fn a_full_round_is_given_whole() {
    let mut two = Two::new();
    for _ in 3..STOPS_PER_ROUND_MAX {
        two.add(two.a, StopKind::Pause, &[]);
    }
    let round = RoundId([42; 16]);
    two.command(two.a, CoordinatorCommand::GiveRound { to: two.bo, round }).unwrap();
    assert_eq!(two.view(round).stops.len(), STOPS_PER_ROUND_MAX);
}
