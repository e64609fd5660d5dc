//! Suggestions on rounds that are ridden: what is on board stays, and what is offered can be done by hand.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::fact::Fact;
use core_sync::domain::ids::RoundId;
use core_sync::domain::personal::Personal;
use core_sync::domain::remark::Remark;
use core_sync::domain::time::Milliseconds;
use core_sync::wire::members::Role;
use core_sync::wire::plan::PlanCourier;

use super::crossed_town::{Town, east, hours};
use super::round_now::NotNow;
use crate::app::error::AppError;
use crate::testing::MORNING;

#[test]
fn couriers_who_cross_are_offered_each_others_orders() {
    let mut town = Town::new();
    let answer = town.asked(|_| {});
    let [found] = &answer.suggestions[..] else { panic!("{answer:?}") };
    let saved: u64 =
        found.replan.rounds.iter().map(|round| round.ridden_seconds_before - round.ridden_seconds).sum();
    assert_eq!(found.replan.gain_seconds, saved);
    assert!(saved > 1_500, "seven kilometres each way: {saved}");
    assert_eq!(found.replan.later, None);
    let ((a, ana), (b, bo)) = (town.rounds[0].clone(), town.rounds[1].clone());
    let mut moved: Vec<_> =
        found.replan.moved.iter().map(|moved| (moved.from, moved.to, moved.stops.clone())).collect();
    moved.sort();
    assert_eq!(moved, [(a, b, ana[2..].to_vec()), (b, a, bo[2..].to_vec())]);
    // By hand: the moves that it names.
    for (from, to, stops) in moved {
        let (plan_version, to_plan_version) = (town.view(from).plan_version, town.view(to).plan_version);
        let command = CoordinatorCommand::MoveStops { stops, to, to_plan_version };
        let request = town.coop.request(from, Some(plan_version), command);
        town.coop.command(&request).unwrap();
    }
    assert_eq!(town.asked(|_| {}).suggestions, []);
}

#[test]
fn the_co_op_says_what_is_worth_it() {
    let mut town = Town::new();
    let gain = town.asked(|_| {}).suggestions[0].replan.gain_seconds;
    let gain = u32::try_from(gain).unwrap();
    let asked = |town: &mut Town, least: u32, per_order: u32| {
        let answer = town.asked(|request| {
            (request.gain_seconds, request.gain_seconds_per_order) = (Some(least), Some(per_order));
        });
        answer.suggestions.len()
    };
    assert_eq!(asked(&mut town, gain, 0), 1);
    assert_eq!(asked(&mut town, gain + 1, 0), 0);
    assert_eq!(asked(&mut town, 0, gain / 2 + 1), 0);
}

#[test]
fn whose_round_is_not_looked_at_is_said() {
    let mut town = Town::new();
    let lone = town.coop.add_member("Chloé", Role::Courier);
    let answer = town.asked(|request| {
        let other = PlanCourier { courier: lone, ..request.couriers[0].clone() };
        request.couriers.push(other);
    });
    let not: Vec<_> = answer.not_looked_at.iter().map(|not| (not.courier, not.reason.as_str())).collect();
    assert_eq!(not, [(lone, "no_round")]);
    assert_eq!(answer.suggestions.len(), 1);
}

#[test]
fn whose_other_round_is_not_counted_is_said() {
    let mut town = Town::new();
    let ana = town.ana;
    town.round(ana, 3, [(0, 1), (1, 2)]);
    let answer = town.asked(|_| {});
    let not: Vec<_> = answer.not_looked_at.iter().map(|not| (not.courier, not.reason.as_str())).collect();
    assert_eq!(not, [(ana, "other_round")]);
}

#[test]
fn a_sequence_that_she_is_asked_for_is_not_found_again() {
    let mut town = Town::of([(0, 1), (0, 1)], [(9, 10), (9, 10)]);
    let (ana, (round, stops)) = (town.ana, town.rounds[0].clone());
    town.tap(ana, round, vec![Fact::Started { stops: stops.clone() }]);
    let asked = |town: &mut Town| {
        town.asked(|request| {
            request.later_seconds = Some(36_000);
        })
    };
    let answer = asked(&mut town);
    let [found] = &answer.suggestions[..] else { panic!("{answer:?}") };
    assert_eq!(found.replan.moved, []);
    assert_ne!(found.replan.rounds[0].stops, stops[1..]);
    town.accept(round, found.id).unwrap();
    assert_eq!(town.view(round).remarks, [Remark::SequenceAsked]);
    assert_eq!(asked(&mut town).suggestions, []);
}

#[test]
fn who_has_started_is_counted_from_then_and_by_her_own_speed() {
    let mut town = Town::new();
    let (ana, (round, stops)) = (town.ana, town.rounds[0].clone());
    town.tap(ana, round, vec![Fact::Started { stops }]);
    // Seven kilometres to her first stop, more than half an hour.
    let mut back = |after: i64, speed: u32| {
        town.coop.now = MORNING.plus(Milliseconds(after * 60_000));
        let answer = town.asked(|request| {
            request.couriers[0].start = Personal::new(east(10));
            request.couriers[0].speed_per_mille = Some(speed);
            request.later_seconds = Some(36_000);
        });
        let mut rounds = answer.suggestions[0].replan.rounds.iter();
        rounds.find(|new| new.courier == ana).unwrap().returns_ms_before
    };
    let usual = back(10, 1_000);
    assert_eq!(back(20, 1_000), usual, "she has ridden for twenty minutes by then");
    assert!(
        back(20, 500).since(usual) > Milliseconds(60 * 60_000),
        "half as fast, there and across the town"
    );
}

#[test]
fn what_is_refused_while_it_is_looked_for_again_does_not_come_back() {
    let mut town = Town::new();
    let (round, id) = (town.rounds[0].0, town.asked(|_| {}).suggestions[0].id);
    let again = town.found(|_| {}).unwrap();
    town.decide(round, CoordinatorCommand::RefuseSuggestion { suggestion: id }).unwrap();
    assert_eq!(town.keep(again).suggestions, []);
}

#[test]
fn who_is_out_leaves_the_others_her_round() {
    let mut town = Town::new();
    let bo = town.bo;
    let answer = town.asked(|request| (request.without, request.later_seconds) = (Some(bo), Some(36_000)));
    let [found] = &answer.suggestions[..] else { panic!("{answer:?}") };
    let ((a, _), (b, stops)) = (town.rounds[0].clone(), town.rounds[1].clone());
    let mut moved: Vec<_> =
        found.replan.moved.iter().map(|moved| (moved.from, moved.to, moved.stops.clone())).collect();
    moved.sort();
    let mut both = [(b, a, stops[..2].to_vec()), (b, a, stops[2..].to_vec())];
    both.sort();
    assert_eq!(moved, both);
    assert_eq!(
        found.replan.rounds.iter().map(|round| (round.round, round.stops.len())).collect::<Vec<_>>(),
        [(a, 8)]
    );
    assert_eq!((answer.on_board, answer.left_out), (vec![], vec![]));

    // Whose shift is over with her own round has no time for them.
    let answer = town.asked(|request| {
        request.without = Some(bo);
        request.couriers[0].shift = hours(0, 1);
    });
    assert_eq!(answer.suggestions, []);
    let mut left: Vec<_> = answer.left_out.iter().map(|left| left.stops.clone()).collect();
    left.sort();
    let mut all = [stops[..2].to_vec(), stops[2..].to_vec()];
    all.sort();
    assert_eq!(left, all);
    assert!(answer.left_out.iter().all(|left| left.litres == 12 && left.window == Some(hours(0, 8))));
}

#[test]
fn who_has_an_empty_round_is_offered_work() {
    let mut town = Town::new();
    let (bo, free) = (town.bo, town.coop.add_member("Chloé", Role::Courier));
    let round = RoundId([3; 16]);
    let request = town.coop.request(round, None, CoordinatorCommand::MakeRound { courier: free });
    town.coop.command(&request).unwrap();
    let answer = town.asked(|request| {
        request.couriers[0].shift = hours(0, 1);
        let other = PlanCourier { courier: free, ..request.couriers[1].clone() };
        request.couriers.push(other);
        request.without = Some(bo);
    });
    assert_eq!((answer.left_out, answer.not_looked_at), (vec![], vec![]));
    let [found] = &answer.suggestions[..] else { panic!() };
    assert!(found.replan.moved.iter().all(|moved| moved.to == round), "{found:?}");
    assert_eq!(found.replan.rounds[0].stops.len(), 4);
}

#[test]
fn a_sequence_with_a_door_before_its_shop_is_somebodys_own_and_no_fault() {
    let mut town = Town::new();
    let (round, stops) = town.rounds[0].clone();
    let view = town.view(round);
    let odd = vec![stops[1], stops[0], stops[3], stops[2]];
    let command = CoordinatorCommand::Sequence { stops: odd, saw: None };
    let request = town.coop.request(round, Some(view.plan_version), command);
    town.coop.command(&request).unwrap();
    let answer = town.asked(|request| request.later_seconds = Some(36_000));
    assert!(answer.suggestions.iter().flat_map(|found| &found.replan.moved).all(|moved| moved.from != round));
    let ana = town.ana;
    let answer = town.asked(|request| request.without = Some(ana));
    let mut stays = answer.stays;
    stays.sort();
    let mut all = stops;
    all.sort();
    assert_eq!((stays, answer.on_board), (all, vec![]));
}

#[test]
fn who_is_out_must_ride() {
    let mut town = Town::new();
    let lone = town.coop.add_member("Chloé", Role::Courier);
    let refused = town.try_asked(|request| {
        request.couriers.truncate(1);
        request.without = Some(lone);
    });
    assert!(matches!(&refused, Err(AppError::BadInput(error)) if error.field == "without"), "{refused:?}");
}

#[test]
fn every_reason_has_its_words() {
    use core_sync::texts::{Language, word};
    for language in [Language::Fr, Language::En] {
        for why in NotNow::ALL {
            let key = format!("not_looked_at.{}", why.code());
            assert_ne!(word(language, &key), key);
        }
    }
}
