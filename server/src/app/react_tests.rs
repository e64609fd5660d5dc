//! Reactions: derived with what caused them, once, in every round they are about, and caught up after a crash.

use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop};
use core_sync::domain::fact::{AtStop, Custody, Fact};
use core_sync::domain::ids::{ParcelId, RecordId, RoundId};
use core_sync::domain::item::ItemKind;
use core_sync::domain::reasons::{Answer, StopKind, WithdrawReason};
use core_sync::domain::record::Record;
use core_sync::domain::stop::StopStatus;
use core_sync::wire::item::{ItemView, Items};
use core_sync::wire::members::Role;
use core_sync::wire::round::RoundView;

use super::error::AppError;
use super::items::items;
use super::own_change::OwnHand;
use super::react::{catch_up, read_together};
use super::round::round;
use crate::board::read_round::records;
use crate::db::{co_op, document};
use crate::testing::{Coop, Phone, ask, new_stop};

const PARCEL: ParcelId = ParcelId([1; 16]);

/// Ana holds a pickup and its drop-off, Bo an empty round.
struct Town {
    coop: Coop,
    phone: Phone,
    a: RoundId,
    b: RoundId,
}

impl Town {
    fn new() -> Self {
        let mut coop = Coop::new();
        let (ana, bo) = (coop.add_member("Ana", Role::Courier), coop.add_member("Bo", Role::Courier));
        let (a, b) = (coop.round_of(ana, 0).id, coop.round_of(bo, 0).id);
        let phone = coop.enrol(ana);
        let mut town = Self { coop, phone, a, b };
        for kind in [StopKind::Pickup, StopKind::DropOff] {
            let stop = NewStop { kind, parcels: vec![PARCEL], ..new_stop(1) };
            town.command(a, CoordinatorCommand::AddStop(Box::new(stop))).unwrap();
        }
        town
    }

    fn view(&mut self, id: RoundId) -> RoundView {
        self.coop.write(|tx, world| round(tx, world.coordinator, id)).unwrap()
    }

    fn command(&mut self, round: RoundId, command: CoordinatorCommand) -> Result<RoundView, AppError> {
        let seen = self.view(round).plan_version;
        let request = self.coop.request(round, Some(seen), command);
        self.coop.command(&request)
    }

    fn move_all_to_b(&mut self) {
        let stops = self.view(self.a).stops.iter().map(|stop| stop.id).collect();
        let to_plan_version = self.view(self.b).plan_version;
        let command = CoordinatorCommand::MoveStops { stops, to: self.b, to_plan_version };
        self.command(self.a, command).unwrap();
    }

    fn collect(&mut self) {
        self.tap(StopKind::Pickup, Fact::Collected);
    }

    fn deliver(&mut self) {
        let taker = core_sync::domain::reasons::HandedTo::Recipient;
        self.tap(StopKind::DropOff, |custody| Fact::Delivered(custody, taker));
    }

    /// Ana taps at her stop of this kind; the change stands on what she had when she left.
    fn tap(&mut self, kind: StopKind, fact: impl FnOnce(Custody) -> Fact) {
        let stop = self.view(self.a).stops.iter().find(|stop| stop.kind == kind).unwrap().id;
        let custody = Custody { at: AtStop { stop, seen: vec![] }, parcels: vec![PARCEL], follows: vec![] };
        let record = self.phone.tap(fact(custody));
        let name = self.phone.document(self.a);
        let change = self.phone.change(name, &[record]);
        self.coop.sync(&mut self.phone, vec![ask(name, vec![change])]).unwrap();
    }

    fn items(&mut self) -> Vec<ItemView> {
        let Items { items } = self.coop.write(|tx, world| items(tx, world.id, world.now)).unwrap();
        items
    }

    /// The reactions that stand in a round.
    fn reactions(&mut self, round: RoundId) -> Vec<RecordId> {
        let records =
            self.coop.write(|tx, world| Ok(records(tx, &document::find(tx, world.id, round)?.unwrap())?));
        let records = records.unwrap();
        let reactions = records.iter().filter(|(_, entry)| matches!(entry.record, Record::Reaction(_)));
        reactions.map(|(id, _)| id).collect()
    }

    fn position(&mut self) -> u64 {
        self.coop.write(|tx, world| Ok(co_op::log_end(tx, world.id)?.unwrap().0)).unwrap()
    }
}

#[test]
fn what_the_first_courier_did_makes_the_moved_stop_void_at_once() {
    let mut town = Town::new();
    town.move_all_to_b();
    assert!(town.reactions(town.b).is_empty());
    town.collect();
    town.deliver();
    assert!(town.view(town.b).stops.iter().all(|stop| stop.status == StopStatus::Void));
    assert!(town.view(town.a).stops.iter().any(|stop| stop.status == StopStatus::Delivered));
    let position = town.position();
    // Another act that changes nothing of it derives nothing again.
    let pause = NewStop { kind: StopKind::Pause, parcels: vec![], ..new_stop(2) };
    town.command(town.b, CoordinatorCommand::AddStop(Box::new(pause))).unwrap();
    assert_eq!(town.position(), position + 2, "a card and a stop");
}

#[test]
fn a_move_after_the_fact_is_refused_and_before_it_is_an_item() {
    let mut town = Town::new();
    town.move_all_to_b();
    town.collect();
    let items = town.items();
    assert_eq!(items.iter().map(|item| item.kind).collect::<Vec<_>>(), [ItemKind::MovedButDone]);
    assert!(items[0].evidence.iter().all(|evidence| evidence.received_ms.is_some()));
}

#[test]
fn reactions_that_a_crash_left_out_are_caught_up_once() {
    let mut town = Town::new();
    town.move_all_to_b();
    town.collect();
    let derived = town.reactions(town.b);
    assert!(!derived.is_empty());
    // The same acts in a server that stopped deriving before the first: nothing of it is marked as done.
    let end = town.position();
    let again = |town: &mut Town| {
        town.coop.write(|tx, world| {
            co_op::set_reacted(tx, world.id, 0)?;
            let hand = OwnHand { tx, keys: &world.keys, co_op: world.id, now: world.now };
            while catch_up(&hand)? {}
            Ok(())
        })
    };
    again(&mut town).unwrap();
    assert_eq!((town.reactions(town.b), town.position()), (derived, end));
}

#[test]
fn rows_that_nobody_reacted_to_are_found_at_the_next_start() {
    let mut town = Town::new();
    town.move_all_to_b();
    // An older server, which derives nothing: as if it had looked at everything that will come.
    town.coop.write(|tx, world| Ok(co_op::set_reacted(tx, world.id, 1_000_000)?)).unwrap();
    town.collect();
    assert!(town.reactions(town.b).is_empty(), "this server does not derive");
    let catching = |town: &mut Town| {
        town.coop.write(|tx, world| {
            co_op::set_reacted(tx, world.id, 0)?;
            let hand = OwnHand { tx, keys: &world.keys, co_op: world.id, now: world.now };
            while catch_up(&hand)? {}
            Ok(())
        })
    };
    catching(&mut town).unwrap();
    let derived = town.reactions(town.b);
    assert!(!derived.is_empty());
    catching(&mut town).unwrap();
    assert_eq!(town.reactions(town.b), derived);
}

#[test]
fn rounds_that_share_nothing_are_not_read_together() {
    let mut town = Town::new();
    let read = |town: &mut Town, round| {
        let rounds = town.coop.write(|tx, world| read_together(tx, world.id, round)).unwrap();
        rounds.unwrap().len()
    };
    let (a, b) = (town.a, town.b);
    assert_eq!((read(&mut town, a), read(&mut town, b)), (1, 1));
    town.move_all_to_b();
    assert_eq!((read(&mut town, a), read(&mut town, b)), (2, 2));
}

#[test]
fn an_answer_is_written_into_every_round_of_the_item_once() {
    let mut town = Town::new();
    town.move_all_to_b();
    town.collect();
    let item = town.items().remove(0);
    assert!(item.settled.is_none());
    let settle = |records: Vec<RecordId>, answer| CoordinatorCommand::Settle { records, answer, holds: None };
    let all: Vec<RecordId> = item.evidence.iter().map(|evidence| evidence.record).collect();
    for wrong in [settle(all[1..].to_vec(), Answer::Meet), settle(all.clone(), Answer::Noted)] {
        let refused = town.command(item.round, wrong);
        assert!(matches!(refused, Err(AppError::NotToSettle)), "{refused:?}");
    }
    let elsewhere = if item.round == town.a { town.b } else { town.a };
    let refused = town.command(elsewhere, settle(all.clone(), Answer::Meet));
    assert!(matches!(refused, Err(AppError::NotToSettle)), "{refused:?}");
    town.command(item.round, settle(all.clone(), Answer::Meet)).unwrap();
    let settled = town.items();
    let same = settled.iter().find(|other| other.id == item.id).unwrap();
    assert_eq!(same.settled.as_ref().map(|settled| settled.answer), Some(Answer::Meet));
    let again = town.command(item.round, settle(all, Answer::Meet));
    assert!(matches!(again, Err(AppError::NotToSettle)), "{again:?}");
    for round in item.rounds {
        let row = town.coop.write(|tx, world| Ok(document::find(tx, world.id, round)?.unwrap())).unwrap();
        let records = town.coop.write(|tx, _| Ok(records(tx, &row)?)).unwrap();
        let settled = same.settled.as_ref().unwrap().record;
        assert_eq!(records.bytes_of(settled).count(), 1);
    }
}

#[test]
fn parcels_that_go_back_to_the_shop_get_a_stop_there() {
    let mut town = Town::new();
    town.collect();
    let drop_off = town.view(town.a).stops.iter().find(|stop| stop.kind == StopKind::DropOff).unwrap().id;
    let reason = WithdrawReason::Cancelled;
    town.command(town.a, CoordinatorCommand::WithdrawStop { stop: drop_off, reason }).unwrap();
    let item = town.items().remove(0);
    assert_eq!(item.kind, ItemKind::ParcelsInHand);
    let records = item.evidence.iter().map(|evidence| evidence.record).collect();
    let answer = Answer::ReturnToShop;
    let view = town.command(town.a, CoordinatorCommand::Settle { records, answer, holds: None }).unwrap();
    let pickup = view.stops.iter().find(|stop| stop.kind == StopKind::Pickup).unwrap();
    let back = view.stops.iter().find(|stop| stop.number == 3).unwrap();
    assert_eq!(
        (back.kind, back.status, &back.parcels),
        (StopKind::DropOff, StopStatus::Planned, &vec![PARCEL])
    );
    assert_eq!((back.card_version, &back.card), (pickup.card_version, &pickup.card));
    assert_eq!(back.window.from_ms, town.coop.now);
}
