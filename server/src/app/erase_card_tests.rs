//! Erasing a card: what goes, what stays, when it is refused, and that no file of the folder holds it any more.

use core_sync::domain::coordinator_command::{CoordinatorCommand, StopChange};
use core_sync::domain::ids::{ActId, CardHash, StopId};
use core_sync::domain::reasons::WithdrawReason;
use core_sync::wire::command::CommandRequest;
use core_sync::wire::round::RoundView;

use super::error::AppError;
use crate::db::connection::Tx;
use crate::db::{act, card, document, erased_card};
use crate::log::append::{NewRow, append};
use crate::log::cursor::LogCursor;
use crate::revocations::{self, Line};
use crate::testing::{Riding, card_text};

const PLANTED: &str = "Zéphyrine Kerguelen";

impl Riding {
    fn command(&mut self, command: CoordinatorCommand) -> Result<RoundView, AppError> {
        let request = self.coop.request(self.round.id, Some(self.round.plan_version), command);
        let view = self.coop.command(&request)?;
        self.round = view.clone();
        Ok(view)
    }

    /// Gives the first stop another card and withdraws it: two versions, none needed.
    fn with_two_versions(stops: u8) -> (Self, StopId) {
        let mut riding = Self::with_stops(stops);
        let stop = riding.round.stops[0].id;
        let card = Some(card_text(PLANTED));
        let change = StopChange { stop, window: None, service_seconds: None, parcels: None, card };
        riding.command(CoordinatorCommand::AmendStop(Box::new(change))).unwrap();
        riding.command(CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Cancelled }).unwrap();
        (riding, stop)
    }

    fn erase(&mut self, stop: StopId) -> Result<RoundView, AppError> {
        self.command(CoordinatorCommand::EraseCard { stop })
    }

    fn cards(&mut self) -> Vec<CardHash> {
        let round = self.round.id;
        let cards = self.coop.write(|tx, world| Ok(card::all(tx, world.id, round)?)).unwrap();
        cards.into_iter().map(|(hash, _)| hash).collect()
    }

    fn erased(&self) -> Vec<CardHash> {
        let lines = revocations::read(self.coop.revocations().path()).unwrap().lines;
        let card = |line| match line {
            Line::Erased { card, by, .. } => {
                assert_eq!(by, Some(self.coop.coordinator.member));
                card
            }
            Line::Revoked { .. } => panic!("{line:?}"),
        };
        lines.into_iter().map(card).collect()
    }
}

#[test]
fn every_version_goes_and_the_other_cards_stay() {
    let (mut riding, stop) = Riding::with_two_versions(2);
    let before = riding.cards();
    let view = riding.erase(stop).unwrap();
    let after = riding.cards();
    assert_eq!((before.len(), after.len()), (3, 1));
    let of = |view: &RoundView, id| view.stops.iter().find(|stop| stop.id == id).unwrap().card.is_some();
    let other = view.stops.iter().find(|other| other.id != stop).unwrap().id;
    assert!(!of(&view, stop) && of(&view, other));
    let mut gone: Vec<_> = before.into_iter().filter(|hash| !after.contains(hash)).collect();
    let mut erased = riding.erased();
    gone.sort_unstable();
    erased.sort_unstable();
    assert_eq!(gone, erased);
    let kept = riding.coop.write(|tx, world| Ok(erased_card::exists(tx, world.id, after[0])?)).unwrap();
    let noted = riding.coop.write(|tx, world| Ok(erased_card::exists(tx, world.id, gone[0])?)).unwrap();
    assert!(noted && !kept);
}

#[test]
fn a_card_that_is_needed_is_refused_and_nothing_of_it_is_kept() {
    let mut riding = Riding::with_stops(1);
    let stop = riding.round.stops[0].id;
    assert!(matches!(riding.erase(stop), Err(AppError::CardInUse)));
    assert_eq!((riding.cards().len(), riding.erased().len()), (1, 0));
}

#[test]
fn a_stop_that_is_not_there_is_not_found() {
    let mut riding = Riding::with_stops(1);
    assert!(matches!(riding.erase(StopId([7; 16])), Err(AppError::NotFound)));
}

#[test]
fn erasing_twice_is_erasing_once() {
    let (mut riding, stop) = Riding::with_two_versions(1);
    riding.erase(stop).unwrap();
    let at = |riding: &mut Riding| {
        let round = riding.round.id;
        riding.coop.write(|tx, world| Ok(document::find(tx, world.id, round)?.unwrap().position)).unwrap()
    };
    let end = at(&mut riding);
    riding.erase(stop).unwrap();
    assert_eq!(at(&mut riding), end);
}

#[test]
fn a_card_goes_in_every_round_that_has_it_and_stays_while_one_of_them_needs_it() {
    let (mut riding, stop) = Riding::with_two_versions(1);
    let there = riding.coop.round_of(riding.courier, 0).id;
    let hash = riding.cards()[0];
    // A round that has the card and no stop for it: what a move leaves behind when it is undone by hand.
    let round = riding.round.id;
    let copy = |tx: &Tx<'_>, co_op| {
        let (_, bytes) = card::all(tx, co_op, round)?.into_iter().find(|(card, _)| *card == hash).unwrap();
        let end = LogCursor::end_of(&document::find(tx, co_op, there)?.unwrap());
        append(tx, co_op, there, end, &[NewRow::Card { hash, bytes: &bytes }], crate::testing::MORNING)?;
        Ok(())
    };
    riding.coop.write(|tx, world| copy(tx, world.id)).unwrap();
    riding.erase(stop).unwrap();
    let left = riding.coop.write(|tx, world| Ok(card::all(tx, world.id, there)?.len())).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn the_hash_of_the_command_that_carried_the_text_goes_and_the_act_still_repeats() {
    let mut riding = Riding::with_stops(0);
    let stop = CoordinatorCommand::AddStop(Box::new(crate::testing::new_stop(1)));
    let added = riding.coop.request(riding.round.id, Some(riding.round.plan_version), stop);
    riding.round = riding.coop.command(&added).unwrap();
    let stop = riding.round.stops[0].id;
    riding.command(CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Cancelled }).unwrap();
    riding.erase(stop).unwrap();
    let find = |riding: &mut Riding, id: ActId| {
        riding.coop.write(|tx, world| Ok(act::find(tx, world.id, id)?.unwrap().command)).unwrap()
    };
    assert_eq!(find(&mut riding, added.act), None);
    assert_eq!(riding.coop.command(&added).unwrap().stops.len(), 1, "sent again it is not done again");
    let elsewhere = CommandRequest { round: riding.coop.round_of(riding.courier, 0).id, ..added };
    assert!(matches!(riding.coop.command(&elsewhere), Err(AppError::ActIdReused)));
}

#[test]
fn nothing_is_erased_if_the_file_of_erasures_takes_no_line() {
    let (mut riding, stop) = Riding::with_two_versions(1);
    std::fs::create_dir(riding.coop.revocations().path()).unwrap();
    assert!(matches!(riding.erase(stop), Err(AppError::Fault(_))));
    assert_eq!(riding.cards().len(), 2);
}
