//! Replanning by hand: several rounds in one act, each order as a whole, all of it or nothing.

use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop, ReplannedRound, SeenDraft};
use core_sync::domain::fact::{AtStop, Custody, Fact};
use core_sync::domain::ids::{MemberId, ParcelId, RoundId, StopId};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::wire::command::CommandAnswer;
use core_sync::wire::members::Role;
use core_sync::wire::round::RoundView;

use super::error::AppError;
use super::round::round;
use crate::testing::{Coop, ask, new_stop};

/// Two rounds of two orders each: Ana's with the parcels 1 and 2, Bo's with 3 and 4.
struct Two {
    coop: Coop,
    ana: MemberId,
    a: RoundId,
    b: RoundId,
}

impl Two {
    fn new() -> Self {
        let mut coop = Coop::new();
        let (ana, bo) = (coop.add_member("Ana", Role::Courier), coop.add_member("Bo", Role::Courier));
        let (a, b) = (coop.round_of(ana, 0).id, coop.round_of(bo, 0).id);
        let mut two = Self { coop, ana, a, b };
        for (round, parcels) in [(a, [1, 2]), (b, [3, 4])] {
            for parcel in parcels {
                two.add(round, StopKind::Pickup, parcel);
                two.add(round, StopKind::DropOff, parcel);
            }
        }
        two
    }

    fn add(&mut self, round: RoundId, kind: StopKind, parcel: u8) {
        let parcels = vec![ParcelId([parcel; 16])];
        let stop = NewStop { kind, parcels, ..new_stop(1) };
        let seen = self.view(round).plan_version;
        let request = self.coop.request(round, Some(seen), CoordinatorCommand::AddStop(Box::new(stop)));
        self.coop.command(&request).unwrap();
    }

    fn view(&mut self, id: RoundId) -> RoundView {
        self.coop.write(|tx, world| round(tx, world.coordinator, id)).unwrap()
    }

    /// The ids of what remains, as it is shown.
    fn remaining(&mut self, id: RoundId) -> Vec<StopId> {
        self.view(id).stops.iter().filter(|stop| stop.status.remains()).map(|stop| stop.id).collect()
    }

    /// The same by their numbers: each order's pickup, then its drop-off.
    fn orders(&mut self, id: RoundId) -> Vec<StopId> {
        let mut stops = self.view(id).stops;
        stops.retain(|stop| stop.status.remains());
        stops.sort_by_key(|stop| stop.number);
        stops.iter().map(|stop| stop.id).collect()
    }

    /// The parcels of what remains, as it is shown.
    fn parcels(&mut self, id: RoundId) -> Vec<u8> {
        let stops = self.view(id).stops;
        stops.iter().filter(|stop| stop.status.remains()).map(|stop| stop.parcels[0].0[0]).collect()
    }

    fn replan(
        &mut self,
        a: Vec<StopId>,
        b: Vec<StopId>,
        drafts: Vec<SeenDraft>,
    ) -> Result<CommandAnswer, AppError> {
        let (seen, plan_version) = (self.view(self.a).plan_version, self.view(self.b).plan_version);
        let also = vec![ReplannedRound { round: self.b, plan_version, stops: b, saw: None }];
        let command = CoordinatorCommand::Replan { stops: a, saw: None, also, drafts };
        let request = self.coop.request(self.a, Some(seen), command);
        self.coop.command_as(self.coop.coordinator, &request)
    }

    fn refused(&mut self, a: Vec<StopId>, b: Vec<StopId>) -> AppError {
        let before = (self.view(self.a), self.view(self.b));
        let error = self.replan(a, b, Vec::new()).unwrap_err();
        assert_eq!((self.view(self.a), self.view(self.b)), before);
        error
    }
}

#[test]
fn orders_change_places_and_every_stop_has_one_id() {
    let mut two = Two::new();
    let (a, b) = (two.orders(two.a), two.orders(two.b));
    // One order each way, the one that comes ridden first in one round and last in the other.
    two.replan(vec![b[0], b[1], a[0], a[1]], vec![b[2], b[3], a[2], a[3]], Vec::new()).unwrap();
    assert_eq!((two.parcels(two.a), two.parcels(two.b)), (vec![3, 3, 1, 1], vec![4, 4, 2, 2]));
    let (now_a, now_b) = (two.remaining(two.a), two.remaining(two.b));
    assert_eq!((&now_a[2..], &now_b[..2]), (&a[..2], &b[2..]));
    let all: std::collections::BTreeSet<StopId> =
        two.view(two.a).stops.iter().chain(&two.view(two.b).stops).map(|stop| stop.id).collect();
    assert_eq!(all.len(), 12, "four that left, four that came, four that stay");
    let left = two
        .view(two.a)
        .stops
        .iter()
        .filter(|stop| stop.withdraw_reason == Some(WithdrawReason::Moved))
        .count();
    assert_eq!(left, 2);
}

#[test]
fn what_waits_in_a_draft_comes_in_under_its_own_ids() {
    let mut two = Two::new();
    let draft = RoundId([9; 16]);
    let (mut seen, mut new) = (None, Vec::new());
    let stops = [StopKind::Pickup, StopKind::DropOff, StopKind::Pickup].into_iter().zip([7, 7, 8]);
    let adds = stops.map(|(kind, parcel)| {
        let parcels = vec![ParcelId([parcel; 16])];
        CoordinatorCommand::AddStop(Box::new(NewStop { kind, parcels, ..new_stop(1) }))
    });
    for command in std::iter::once(CoordinatorCommand::MakeDraft {}).chain(adds) {
        let request = two.coop.request(draft, seen, command);
        let answer = two.coop.command_as(two.coop.coordinator, &request).unwrap();
        let CommandAnswer::Draft(made) = answer else { panic!() };
        (seen, new) = (Some(made.plan_version), made.stops.iter().map(|stop| stop.id).collect());
    }
    let (a, b) = (two.orders(two.a), two.orders(two.b));
    let drafts = vec![SeenDraft { draft, plan_version: seen.unwrap() }];
    for (hers, his) in [(vec![new[0]], vec![]), (vec![new[0]], vec![new[1]]), (vec![], vec![new[1]])] {
        let (wrong_a, wrong_b) = ([&a[..], &hers[..]].concat(), [&b[..], &his[..]].concat());
        let error = two.replan(wrong_a, wrong_b, drafts.clone()).unwrap_err();
        assert!(
            matches!(&error, AppError::BadInput(error) if error.expected.contains("one list")),
            "{error:?}"
        );
    }
    let with = [&a[..2], &new[..2], &a[2..]].concat();
    two.replan(with.clone(), b.clone(), drafts.clone()).unwrap();
    assert_eq!(two.remaining(two.a), with);
    // The third stop still waits, in a draft that is another now.
    let stale = two.replan(with, b, drafts);
    assert!(matches!(stale, Err(AppError::DraftStale { draft }) if draft.stops.len() == 1));
}

#[test]
fn every_stop_that_remains_is_named_and_nothing_else() {
    let mut two = Two::new();
    let (a, b) = (two.orders(two.a), two.orders(two.b));
    let stray = StopId([99; 16]);
    for (wrong_a, wrong_b) in [
        (a[1..].to_vec(), b.clone()),
        (a.clone(), Vec::new()),
        ([&a[..], &[stray]].concat(), b.clone()),
        // A pickup without its drop-off, and a drop-off without its pickup.
        (a[1..].to_vec(), [&b[..], &a[..1]].concat()),
        (vec![a[0], a[2], a[3]], [&b[..], &a[1..2]].concat()),
    ] {
        let error = two.refused(wrong_a, wrong_b);
        assert!(
            matches!(&error, AppError::BadInput(error) if error.field == "command.replan.stops"),
            "{error:?}"
        );
    }
    let twice = [&b[..], &a[..1]].concat();
    let error = two.refused(a.clone(), twice);
    assert!(
        matches!(&error, AppError::BadInput(error) if error.field == "command.replan.stops"),
        "{error:?}"
    );
    let seen = two.view(two.a).plan_version;
    let also = vec![ReplannedRound { round: two.a, plan_version: seen, stops: Vec::new(), saw: None }];
    let command = CoordinatorCommand::Replan { stops: a, saw: None, also, drafts: Vec::new() };
    let request = two.coop.request(two.a, Some(seen), command);
    let error = two.coop.command(&request).unwrap_err();
    assert!(matches!(&error, AppError::BadInput(error) if error.field == "command.replan.also"), "{error:?}");
}

#[test]
fn what_is_on_her_bike_stays_and_what_is_done_may_be_named() {
    let mut two = Two::new();
    let (a, b) = (two.orders(two.a), two.orders(two.b));
    let mut phone = two.coop.enrol(two.ana);
    let at = AtStop { stop: a[0], seen: Vec::new() };
    let parcels = vec![ParcelId([1; 16])];
    let record = phone.tap(Fact::Collected(Custody { at, parcels, follows: Vec::new() }));
    let name = phone.document(two.a);
    let change = phone.change(name, &[record]);
    two.coop.sync(&mut phone, vec![ask(name, vec![change])]).unwrap();
    // Its drop-off would have to go without it, or after it was done.
    let with_both = [&b[..], &a[..2]].concat();
    assert!(matches!(two.refused(a[2..].to_vec(), with_both), AppError::StopDone));
    assert!(matches!(two.refused(vec![a[2], a[3]], [&b[..], &a[1..2]].concat()), AppError::StopDone));
    // In the list of its own round it is no harm.
    two.replan(vec![a[0], a[2], a[3], a[1]], b, Vec::new()).unwrap();
    assert_eq!(two.remaining(two.a), [a[2], a[3], a[1]]);
}

#[test]
fn a_stale_round_and_a_full_one_take_nothing() {
    let mut two = Two::new();
    let (a, b) = (two.orders(two.a), two.orders(two.b));
    let (seen, plan_version) = (two.view(two.a).plan_version, two.view(two.b).plan_version);
    two.add(two.b, StopKind::Pickup, 5);
    let also = vec![ReplannedRound { round: two.b, plan_version, stops: b, saw: None }];
    let command = CoordinatorCommand::Replan { stops: a.clone(), saw: None, also, drafts: Vec::new() };
    let request = two.coop.request(two.a, Some(seen), command);
    let error = two.coop.command(&request).unwrap_err();
    assert!(matches!(&error, AppError::PlanVersionStale { round } if round.id == two.b), "{error:?}");

    for _ in two.view(two.b).stops.len()..STOPS_PER_ROUND_MAX - 1 {
        two.add(two.b, StopKind::Pause, 6);
    }
    // One that was withdrawn keeps its place.
    let gone = *two.remaining(two.b).last().unwrap();
    let seen = two.view(two.b).plan_version;
    let reason = WithdrawReason::Cancelled;
    let request =
        two.coop.request(two.b, Some(seen), CoordinatorCommand::WithdrawStop { stop: gone, reason });
    two.coop.command(&request).unwrap();
    let full = [&two.remaining(two.b)[..], &a[2..]].concat();
    assert_eq!(full.len(), STOPS_PER_ROUND_MAX);
    assert!(matches!(two.refused(a[..2].to_vec(), full), AppError::RoundFull));
}
