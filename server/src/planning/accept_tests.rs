//! Suggestions are accepted in one act or not at all: over real documents, with what phones did meanwhile.

use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop};
use core_sync::domain::fact::{AtStop, Custody, Fact};
use core_sync::domain::ids::{MemberId, ParcelId, RoundId, StopId, SuggestionId};
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::domain::time::Milliseconds;
use core_sync::wire::command::CommandAnswer;
use core_sync::wire::members::Role;
use core_sync::wire::plan::{PlanCourier, WouldFitView};
use core_sync::wire::suggestion::{Became, KeptSuggestion, SuggestAnswer};

use super::crossed_town::{Town, order};
use crate::app::error::AppError;
use crate::app::suggestion::{GOOD_FOR, forget, list, refused};
use crate::board::folded::Folded;
use crate::board::snapshot::Drawing;
use crate::testing::ask;

impl Town {
    pub(super) fn decide(
        &mut self,
        round: RoundId,
        command: CoordinatorCommand,
    ) -> Result<CommandAnswer, AppError> {
        let request = self.coop.request(round, None, command);
        self.coop.command_as(self.coop.coordinator, &request)
    }

    pub(super) fn accept(
        &mut self,
        round: RoundId,
        suggestion: SuggestionId,
    ) -> Result<CommandAnswer, AppError> {
        self.decide(round, CoordinatorCommand::AcceptSuggestion { suggestion })
    }

    pub(super) fn kept(&mut self) -> Vec<KeptSuggestion> {
        let (coordinator, now) = (self.coop.coordinator, self.coop.now);
        let folded = Folded::default();
        let listed = self.coop.write(|tx, _| {
            let drawing = Drawing { snapshot: tx, folded: &folded, wanted: &|| true };
            list(&drawing, coordinator, now)
        });
        listed.unwrap().suggestions
    }

    /// Kinds and parcels of what remains, as it is ridden.
    fn ridden(&mut self, round: RoundId) -> Vec<(StopKind, u8)> {
        let stops = self.remaining(round);
        stops.iter().map(|stop| (stop.kind, stop.parcels[0].0[0])).collect()
    }

    pub(super) fn tap(&mut self, courier: MemberId, round: RoundId, facts: Vec<Fact>) {
        let mut phone = self.coop.enrol(courier);
        let name = phone.document(round);
        let records: Vec<_> = facts.into_iter().map(|fact| phone.tap(fact)).collect();
        let change = phone.change(name, &records);
        self.coop.sync(&mut phone, vec![ask(name, vec![change])]).unwrap();
    }

    /// Everything that a co-op could see of what changed.
    fn all(&mut self) -> String {
        let rounds: Vec<RoundId> = self.rounds.iter().map(|(round, _)| *round).collect();
        let views: Vec<_> = rounds.into_iter().map(|round| self.view(round)).collect();
        format!("{views:?}")
    }
}

pub(super) fn only(answer: &SuggestAnswer) -> SuggestionId {
    let [one] = &answer.suggestions[..] else { panic!("{answer:?}") };
    one.id
}

pub(super) fn at(stop: StopId) -> AtStop {
    AtStop { stop, seen: Vec::new() }
}

#[test]
fn accepting_moves_both_ways_and_sets_both_sequences_in_one_act() {
    let mut town = Town::new();
    let answer = town.asked(|_| {});
    let (a, b) = (town.rounds[0].0, town.rounds[1].0);
    let id = only(&answer);
    let request = town.coop.request(a, None, CoordinatorCommand::AcceptSuggestion { suggestion: id });
    town.coop.command(&request).unwrap();
    let replan = &answer.suggestions[0].replan;
    for (round, parcels) in [(a, [16, 33]), (b, [32, 17])] {
        let ridden = town.ridden(round);
        let said = replan.rounds.iter().find(|found| found.round == round).unwrap();
        assert_eq!(ridden.len(), said.stops.len());
        let mut of: Vec<u8> = ridden.iter().map(|(_, parcel)| *parcel).collect();
        of.sort_unstable();
        let mut parcels = [parcels, parcels].concat();
        parcels.sort_unstable();
        assert_eq!(of, parcels);
        // Stops that stay keep their ids and the places that the suggestion gave them.
        let stays: Vec<(usize, StopId)> =
            town.remaining(round).iter().map(|stop| stop.id).enumerate().collect();
        let common = stays.iter().filter(|(index, stop)| said.stops[*index] == *stop).count();
        assert_eq!(common, 2, "{round}");
        let withdrawn = town
            .view(round)
            .stops
            .into_iter()
            .filter(|stop| stop.withdraw_reason == Some(WithdrawReason::Moved));
        assert_eq!(withdrawn.count(), 2);
    }
    let [kept] = &town.kept()[..] else { panic!() };
    let by = town.coop.coordinator.member;
    assert_eq!(kept.became, Became::Accepted { by, at_ms: town.coop.now });
    assert_eq!(kept.asked.gain_seconds, 300);
    assert_eq!(kept.asked.couriers.len(), 2);
    // Sent again it is the same act, and a second act finds nothing to decide.
    let before = town.all();
    town.coop.command(&request).unwrap();
    assert_eq!(town.all(), before);
    assert!(matches!(town.accept(a, id), Err(AppError::SuggestionOver)));
    assert_eq!(town.asked(|_| {}).suggestions, []);
}

#[test]
fn what_a_coordinator_changed_meanwhile_is_looked_at_first_and_nothing_is_half_done() {
    let mut town = Town::new();
    let id = only(&town.asked(|_| {}));
    let (a, (b, stops)) = (town.rounds[0].0, town.rounds[1].clone());
    let seen = town.view(b).plan_version;
    let reason = WithdrawReason::Cancelled;
    let request =
        town.coop.request(b, Some(seen), CoordinatorCommand::WithdrawStop { stop: stops[0], reason });
    town.coop.command(&request).unwrap();
    let before = town.all();
    assert!(matches!(town.accept(a, id), Err(AppError::SuggestionOver)));
    assert_eq!(town.all(), before);
    assert_eq!(town.kept()[0].became, Became::Over, "its plans are others now");
}

#[test]
fn nobody_is_called_back_from_where_she_rides_or_robbed_of_what_she_has() {
    // What of Bo's round passes to Ana is at stops 0 and 1 or 2 and 3: the pickup is the first of either.
    let mut town = Town::new();
    let (a, (b, stops)) = (town.rounds[0].0, town.rounds[1].clone());
    let answer = town.asked(|_| {});
    let id = only(&answer);
    let moved = answer.suggestions[0].replan.moved.iter().find(|moved| moved.from == b).unwrap();
    let pickup = moved.stops[0];
    let other: Vec<StopId> = stops.iter().copied().filter(|stop| !moved.stops.contains(stop)).collect();
    for facts in [
        // She is there.
        vec![Fact::Arrived(at(pickup))],
        // She says in which sequence she rides.
        vec![Fact::Started { stops: [&moved.stops[..], &other[..]].concat() }],
    ] {
        let mut town = Town::new();
        let id_here = only(&town.asked(|_| {}));
        let bo = town.bo;
        town.tap(bo, b, facts.clone());
        let before = town.all();
        let said = town.accept(a, id_here);
        assert!(matches!(said, Err(AppError::SuggestionOver)), "{facts:?} {said:?}");
        assert_eq!(town.all(), before);
    }
    let bo = town.bo;
    let parcels = town.view(b).stops.iter().find(|stop| stop.id == pickup).unwrap().parcels.clone();
    town.tap(bo, b, vec![Fact::Collected(Custody { at: at(pickup), parcels, follows: Vec::new() })]);
    let before = town.all();
    let said = town.accept(a, id);
    assert!(matches!(said, Err(AppError::SuggestionOver)), "{said:?}");
    assert_eq!(town.all(), before);
}

#[test]
fn a_no_holds_while_the_plans_stand_and_no_longer() {
    let mut town = Town::new();
    let first = town.asked(|_| {});
    let id = only(&first);
    // The same asked by somebody else is the same, and keeps its name.
    assert_eq!(only(&town.asked(|_| {})), id);
    let (a, b) = (town.rounds[0].0, town.rounds[1].0);
    let elsewhere = town.decide(RoundId([9; 16]), CoordinatorCommand::RefuseSuggestion { suggestion: id });
    assert!(matches!(elsewhere, Err(AppError::BadInput(error)) if error.field == "round"));
    town.decide(a, CoordinatorCommand::RefuseSuggestion { suggestion: id }).unwrap();
    let answer = town.asked(|_| {});
    assert_eq!((answer.suggestions, answer.refused_before), (vec![], 1));
    assert!(matches!(town.accept(a, id), Err(AppError::SuggestionOver)));
    let by = town.coop.coordinator.member;
    assert_eq!(town.kept()[0].became, Became::Refused { by, at_ms: town.coop.now });

    let seen = town.view(b).plan_version;
    let stops = town.remaining(b).iter().map(|stop| stop.id).collect();
    let request = town.coop.request(b, Some(seen), CoordinatorCommand::Sequence { stops, saw: None });
    town.coop.command(&request).unwrap();
    assert_ne!(only(&town.asked(|_| {})), id);
}

#[test]
fn a_no_to_one_keeps_no_other_away_and_new_orders_are_said_again() {
    let mut town = Town::new();
    // A third courier, who crosses with Bo as Ana does, but not as far.
    let dora = town.coop.add_member("Dora", Role::Courier);
    town.round(dora, 3, [(2, 3), (9, 10)]);
    let asked = |town: &mut Town| {
        town.asked(|request| {
            let other = PlanCourier { courier: dora, ..request.couriers[0].clone() };
            request.couriers.push(other);
        })
    };
    let first = asked(&mut town);
    let refused = &first.suggestions[0];
    let round = refused.replan.rounds[0].round;
    town.decide(round, CoordinatorCommand::RefuseSuggestion { suggestion: refused.id }).unwrap();
    let next = asked(&mut town);
    assert_eq!(next.refused_before, 1);
    assert!(!next.suggestions.is_empty(), "the next best is another pair: {next:?}");

    let mut town = Town::new();
    let (draft, _) = town.draft(77, (1, 2));
    let answer = town.asked(|request| request.drafts = vec![draft]);
    let (id, to) = (only(&answer), answer.suggestions[0].replan.placed[0].to);
    town.decide(to, CoordinatorCommand::RefuseSuggestion { suggestion: id }).unwrap();
    assert_ne!(only(&town.asked(|request| request.drafts = vec![draft])), id);
}

#[test]
fn a_no_is_forgotten_after_a_day_and_all_of_it_after_a_month() {
    let mut town = Town::new();
    let id = only(&town.asked(|_| {}));
    let a = town.rounds[0].0;
    town.decide(a, CoordinatorCommand::RefuseSuggestion { suggestion: id }).unwrap();
    let began = town.coop.now;
    let refused = |town: &mut Town, now| {
        let co_op = town.coop.id;
        town.coop.write(|tx, _| refused(tx, co_op, now)).unwrap().len()
    };
    assert_eq!(refused(&mut town, began.plus(Milliseconds::hours(24))), 1);
    assert_eq!(refused(&mut town, began.plus(Milliseconds::hours(24)).plus(Milliseconds(1))), 0);
    let co_op = town.coop.id;
    for (hours, left) in [(30 * 24, 1), (30 * 24 + 1, 0)] {
        let now = began.plus(Milliseconds::hours(hours));
        town.coop.write(|tx, _| forget(tx, co_op, now)).unwrap();
        assert_eq!(town.kept().len(), left, "{hours}");
    }
}

#[test]
fn who_has_gone_home_is_given_nothing() {
    let mut town = Town::new();
    let id = only(&town.asked(|_| {}));
    let (bo, a, b) = (town.bo, town.rounds[0].0, town.rounds[1].0);
    town.tap(bo, b, vec![Fact::Finished]);
    let before = town.all();
    assert!(matches!(town.accept(a, id), Err(AppError::SuggestionOver)));
    assert_eq!(town.all(), before);
}

#[test]
fn nobody_is_sent_elsewhere_from_the_stop_she_rides_to_now() {
    let mut town = Town::new();
    let (ana, (a, stops)) = (town.ana, town.rounds[0].clone());
    town.tap(ana, a, vec![Fact::Started { stops: stops.clone() }]);
    // What comes in goes before the second stop, because it lies on the way there.
    let (draft, new) = town.draft(77, (0, 1));
    let answer = town.asked(|request| request.drafts = vec![draft]);
    let id = only(&answer);
    let ridden = &answer.suggestions[0].replan.rounds[0];
    assert_eq!((ridden.round, ridden.stops[0]), (a, new[0]), "{answer:?}");
    let parcels = town.view(a).stops.iter().find(|stop| stop.id == stops[0]).unwrap().parcels.clone();
    town.tap(ana, a, vec![Fact::Collected(Custody { at: at(stops[0]), parcels, follows: Vec::new() })]);
    let before = town.all();
    let said = town.accept(a, id);
    assert!(matches!(said, Err(AppError::SuggestionOver)), "{said:?}");
    assert_eq!(town.all(), before);
}

#[test]
fn an_order_of_two_drafts_is_accepted_from_both() {
    let mut town = Town::new();
    let [pickup, drop_off] = order(77, (1, 2));
    let reason = WithdrawReason::Mistake;
    let (first, stops) = town.draft_of(77, [pickup.clone(), drop_off.clone()]);
    let (second, others) = town.draft_of(78, [pickup, drop_off]);
    for (draft, gone) in [(first, stops[1]), (second, others[0])] {
        let coordinator = town.coop.coordinator;
        let seen = town.coop.write(|tx, _| crate::app::draft::drafts(tx, coordinator)).unwrap().drafts;
        let seen = seen.iter().find(|seen| seen.id == draft).unwrap().plan_version;
        let command = CoordinatorCommand::WithdrawStop { stop: gone, reason };
        let request = town.coop.request(draft, Some(seen), command);
        town.coop.command_as(coordinator, &request).unwrap();
    }
    let answer = town.asked(|request| request.drafts = vec![first, second]);
    let replan = &answer.suggestions[0].replan;
    assert_eq!(replan.drafts.len(), 2);
    let (id, to) = (only(&answer), replan.placed[0].to);
    town.accept(to, id).unwrap();
    let now: Vec<StopId> = town.remaining(to).iter().map(|stop| stop.id).collect();
    assert!(now.contains(&stops[0]) && now.contains(&others[1]));
}

#[test]
fn what_is_a_quarter_of_an_hour_old_is_over() {
    let mut town = Town::new();
    let id = only(&town.asked(|_| {}));
    town.coop.now = town.coop.now.plus(GOOD_FOR);
    assert_eq!(town.kept()[0].became, Became::Open);
    town.coop.now = town.coop.now.plus(Milliseconds(1));
    assert_eq!(town.kept()[0].became, Became::Over);
    let a = town.rounds[0].0;
    assert!(matches!(town.accept(a, id), Err(AppError::SuggestionOver)));
}

#[test]
fn a_new_order_comes_into_a_round_that_is_ridden() {
    let mut town = Town::new();
    let (a, b) = (town.rounds[0].0, town.rounds[1].0);
    let (draft, new) = town.draft(77, (1, 2));
    let ana = town.ana;
    let first = town.remaining(a)[0].id;
    let all: Vec<StopId> = town.remaining(a).iter().map(|stop| stop.id).collect();
    town.tap(ana, a, vec![Fact::Started { stops: all }]);
    let answer = town.asked(|request| request.drafts = vec![draft]);
    let id = only(&answer);
    let replan = &answer.suggestions[0].replan;
    let [placed] = &replan.placed[..] else { panic!("{replan:?}") };
    assert_eq!((placed.to, &placed.stops, placed.draft), (a, &new, draft));
    assert!(replan.moved.is_empty());
    town.accept(a, id).unwrap();
    let now: Vec<StopId> = town.remaining(a).iter().map(|stop| stop.id).collect();
    assert!(new.iter().all(|stop| now.contains(stop)), "it keeps its ids");
    assert_eq!(now[0], first, "what she rides to stays first");
    assert_eq!(now.len(), 6);
    // What the suggestion said is what the plan wants; she rides on as she said until she takes it.
    let after: Vec<StopId> = now.iter().copied().filter(|stop| !new.contains(stop)).collect();
    assert_eq!(after.len(), 4);
    assert_eq!(town.remaining(b).len(), 4);
    let coordinator = town.coop.coordinator;
    let drafts = town.coop.write(|tx, _| crate::app::draft::drafts(tx, coordinator)).unwrap();
    assert_eq!(drafts.drafts, []);
}

#[test]
fn a_draft_that_changed_is_asked_about_again() {
    let mut town = Town::new();
    let (draft, new) = town.draft(77, (1, 2));
    let answer = town.asked(|request| request.drafts = vec![draft]);
    let id = only(&answer);
    let seen = answer.suggestions[0].replan.drafts[0].plan_version;
    let reason = WithdrawReason::Cancelled;
    let request =
        town.coop.request(draft, Some(seen), CoordinatorCommand::WithdrawStop { stop: new[1], reason });
    town.coop.command_as(town.coop.coordinator, &request).unwrap();
    let to = answer.suggestions[0].replan.placed[0].to;
    assert!(matches!(town.accept(to, id), Err(AppError::SuggestionOver)));
    let answer = town.asked(|request| request.drafts = vec![draft]);
    assert_eq!(answer.suggestions, []);
    assert_eq!(answer.left_out.iter().map(|left| &*left.reason).collect::<Vec<_>>(), ["no_drop_off"]);
}

#[test]
fn what_has_no_room_beside_others_says_what_would_make_room() {
    let mut town = Town::new();
    let large = order(77, (1, 2)).map(|stop| {
        let parcels = (77..97).map(|parcel| ParcelId([parcel; 16])).collect();
        NewStop { parcels, ..stop }
    });
    let (draft, new) = town.draft_of(77, large);
    let answer = town.asked(|request| request.drafts = vec![draft]);
    assert_eq!(answer.suggestions, []);
    let [left] = &answer.left_out[..] else { panic!("{answer:?}") };
    assert_eq!((&left.stops, &*left.reason, left.litres), (&new, "too_large", 240));
    let larger =
        |would: &WouldFitView| matches!(would, WouldFitView::LargerBox { litres: 40, kilograms: 0, .. });
    assert!(left.would_fit.iter().any(larger), "{:?}", left.would_fit);
}

#[test]
fn who_is_out_is_relieved_in_one_act() {
    let mut town = Town::new();
    let (bo, a, b) = (town.bo, town.rounds[0].0, town.rounds[1].0);
    let answer = town.asked(|request| request.without = Some(bo));
    let id = only(&answer);
    assert!(answer.suggestions[0].replan.out.is_some_and(|out| out.round == b));
    town.accept(a, id).unwrap();
    assert_eq!(town.remaining(b), []);
    assert_eq!(town.remaining(a).len(), 8);
}

#[test]
fn another_co_op_decides_nothing_of_ours_and_a_courier_nothing_at_all() {
    let mut town = Town::new();
    let id = only(&town.asked(|_| {}));
    let a = town.rounds[0].0;
    let (other, member) = town.coop.second();
    let request = town.coop.request(a, None, CoordinatorCommand::AcceptSuggestion { suggestion: id });
    let caller = |co_op, member, role| crate::app::authenticate::Caller { co_op, member, role };
    let as_other = town.coop.command_as(caller(other, member, Role::Admin), &request);
    assert!(matches!(as_other, Err(AppError::NotFound)));
    let (ours, ana) = (town.coop.coordinator.co_op, town.ana);
    let as_courier = town.coop.command_as(caller(ours, ana, Role::Courier), &request);
    assert!(matches!(as_courier, Err(AppError::NotAllowed)));
}
