//! Suggestions on rounds that are ridden: what is on board stays, and what is offered can be done by hand.

use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{MemberId, ParcelId, RoundId, StopId};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::time::{Milliseconds, Window};
use core_sync::wire::members::Role;
use core_sync::wire::plan::PlanCourier;
use core_sync::wire::suggestion::{SuggestAnswer, SuggestRequest};
use planner::Pace;

use super::round_now::NotNow;
use super::{Day, look, suggest};
use crate::app::error::AppError;
use crate::board::folded::Folded;
use crate::board::snapshot::Drawing;
use crate::testing::{Coop, MORNING, new_stop};

fn east(of: u16) -> Coordinate {
    Coordinate::from_degrees(48.85, 2.30 + f64::from(of) / 100.0).unwrap()
}

fn hours(from: i64, until: i64) -> Window {
    let at = |hours: i64| MORNING.plus(Milliseconds::hours(hours));
    Window { from_ms: at(from), until_ms: at(until) }
}

/// Two couriers at the ends of a town, who each have an order of their own end and one of the other's.
struct Town {
    coop: Coop,
    ana: MemberId,
    bo: MemberId,
    rounds: Vec<(RoundId, Vec<StopId>)>,
}

impl Town {
    fn new() -> Self {
        let mut coop = Coop::new();
        let (ana, bo) = (coop.add_member("Ana", Role::Courier), coop.add_member("Bo", Role::Courier));
        let mut town = Self { coop, ana, bo, rounds: Vec::new() };
        town.round(ana, 1, [(0, 1), (9, 10)]);
        town.round(bo, 2, [(10, 9), (1, 0)]);
        town
    }

    /// A round of pairs, each with the places of its pickup and of its drop-off.
    fn round(&mut self, courier: MemberId, n: u8, pairs: [(u16, u16); 2]) {
        let round = RoundId([n; 16]);
        let mut seen = None;
        let mut stops = Vec::new();
        let mut commands = vec![CoordinatorCommand::MakeRound { courier }];
        for (pair, (from, to)) in (0_u8..).zip(pairs) {
            for (kind, at) in [(StopKind::Pickup, from), (StopKind::DropOff, to)] {
                let mut stop = new_stop(n);
                (stop.kind, stop.window) = (kind, hours(0, 8));
                stop.parcels = vec![ParcelId([n * 16 + pair; 16])];
                stop.card.coordinate = Personal::new(east(at));
                commands.push(CoordinatorCommand::AddStop(Box::new(stop)));
            }
        }
        for command in commands {
            let adds = matches!(command, CoordinatorCommand::AddStop(_));
            let request = self.coop.request(round, seen, command);
            let view = self.coop.command(&request).unwrap();
            seen = Some(view.plan_version);
            if adds {
                stops.push(StopId(request.act.0));
            }
        }
        self.rounds.push((round, stops));
    }

    fn asked(&mut self, change: impl Fn(&mut SuggestRequest)) -> SuggestAnswer {
        let courier = |courier, at| PlanCourier {
            courier,
            shift: hours(0, 8),
            start: Personal::new(east(at)),
            end: None,
            litres: 200,
            kilograms: 100,
            speed_per_mille: None,
        };
        let mut request = SuggestRequest {
            couriers: vec![courier(self.ana, 0), courier(self.bo, 10)],
            gain_seconds: None,
            gain_seconds_per_order: None,
            later_seconds: None,
            without: None,
        };
        change(&mut request);
        let (coordinator, now) = (self.coop.coordinator, self.coop.now);
        let folded = Folded::default();
        let looked = self.coop.write(|tx, _| {
            let drawing = Drawing { snapshot: tx, folded: &folded, wanted: &|| true };
            look(&drawing, coordinator, &request, now)
        });
        let looked = looked.unwrap();
        let day = Day::of(&looked);
        let ways = super::tests::estimated(day.places());
        suggest(&looked, day, ways, &mut |_| Pace::Used(0.0)).unwrap()
    }
}

#[test]
fn couriers_who_cross_are_offered_each_others_orders() {
    let mut town = Town::new();
    let answer = town.asked(|_| {});
    let [found] = &answer.suggestions[..] else { panic!("{answer:?}") };
    let saved: u64 =
        found.rounds.iter().map(|round| round.ridden_seconds_before - round.ridden_seconds).sum();
    assert_eq!(found.gain_seconds, saved);
    assert!(saved > 1_500, "seven kilometres each way: {saved}");
    assert_eq!(found.later, None);
    let ((a, ana), (b, bo)) = (town.rounds[0].clone(), town.rounds[1].clone());
    let mut moved: Vec<_> =
        found.moved.iter().map(|moved| (moved.from, moved.to, moved.stops.clone())).collect();
    moved.sort();
    assert_eq!(moved, [(a, b, ana[2..].to_vec()), (b, a, bo[2..].to_vec())]);
    // By hand: the moves that it names.
    for (from, to, stops) in moved {
        let coordinator = town.coop.coordinator;
        let seen = |town: &mut Town, round| {
            let view = town.coop.write(|tx, _| crate::app::round::round(tx, coordinator, round)).unwrap();
            view.plan_version
        };
        let (plan_version, to_plan_version) = (seen(&mut town, from), seen(&mut town, to));
        let command = CoordinatorCommand::MoveStops { stops, to, to_plan_version };
        let request = town.coop.request(from, Some(plan_version), command);
        town.coop.command(&request).unwrap();
    }
    assert_eq!(town.asked(|_| {}).suggestions, []);
}

#[test]
fn the_co_op_says_what_is_worth_it() {
    let mut town = Town::new();
    let gain = town.asked(|_| {}).suggestions[0].gain_seconds;
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
fn who_is_out_leaves_the_others_her_round() {
    let mut town = Town::new();
    let bo = town.bo;
    let answer = town.asked(|request| (request.without, request.later_seconds) = (Some(bo), Some(36_000)));
    let [found] = &answer.suggestions[..] else { panic!("{answer:?}") };
    let ((a, _), (b, stops)) = (town.rounds[0].clone(), town.rounds[1].clone());
    let mut moved: Vec<_> =
        found.moved.iter().map(|moved| (moved.from, moved.to, moved.stops.clone())).collect();
    moved.sort();
    let mut both = [(b, a, stops[..2].to_vec()), (b, a, stops[2..].to_vec())];
    both.sort();
    assert_eq!(moved, both);
    assert_eq!(
        found.rounds.iter().map(|round| (round.round, round.stops.len())).collect::<Vec<_>>(),
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
    assert!(found.moved.iter().all(|moved| moved.to == round), "{found:?}");
    assert_eq!(found.rounds[0].stops.len(), 4);
}

#[test]
fn a_sequence_with_a_door_before_its_shop_is_somebodys_own_and_no_fault() {
    let mut town = Town::new();
    let (round, stops) = town.rounds[0].clone();
    let coordinator = town.coop.coordinator;
    let view = town.coop.write(|tx, _| crate::app::round::round(tx, coordinator, round)).unwrap();
    let odd = vec![stops[1], stops[0], stops[3], stops[2]];
    let command = CoordinatorCommand::Sequence { stops: odd, saw: None };
    let request = town.coop.request(round, Some(view.plan_version), command);
    town.coop.command(&request).unwrap();
    let answer = town.asked(|request| request.later_seconds = Some(36_000));
    assert!(answer.suggestions.iter().flat_map(|found| &found.moved).all(|moved| moved.from != round));
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
    let coordinator = town.coop.coordinator;
    let request = SuggestRequest {
        couriers: vec![PlanCourier {
            courier: town.ana,
            shift: hours(0, 8),
            start: Personal::new(east(0)),
            end: None,
            litres: 200,
            kilograms: 100,
            speed_per_mille: None,
        }],
        gain_seconds: None,
        gain_seconds_per_order: None,
        later_seconds: None,
        without: Some(lone),
    };
    let folded = Folded::default();
    let now = town.coop.now;
    let refused = town.coop.write(|tx, _| {
        let drawing = Drawing { snapshot: tx, folded: &folded, wanted: &|| true };
        look(&drawing, coordinator, &request, now)
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
