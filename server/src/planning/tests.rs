//! Drafts become plans: by parcels, in times of day, with what stands in the way said.

use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::NewStop;
use core_sync::domain::ids::{MemberId, OrderId, ParcelId, RoundId, StopId};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::time::{Milliseconds, Timestamp, Window};
use core_sync::travel::leg;
use core_sync::wire::members::Role;
use core_sync::wire::plan::{Even, PlanAnswer, PlanCourier, PlanRequest, WouldFitView};
use planner::Pace;

use super::ask::check_memory;
use super::orders::{NoOrder, orders};
use super::{Asked, SECONDS_MAX, SearchBudget, Ways, lay, make, read, ways};
use crate::app::error::AppError;
use crate::testing::{Coop, MORNING, new_stop};

pub(super) const ANA: MemberId = MemberId([1; 16]);
pub(super) const BO: MemberId = MemberId([2; 16]);

fn at(east: u16) -> Coordinate {
    // A hundredth of a degree of longitude is some 700 m in Paris.
    Coordinate::from_degrees(48.85, 2.30 + f64::from(east) / 100.0).unwrap()
}

pub(super) fn minutes(from: i64, until: i64) -> Window {
    let at = |minutes: i64| MORNING.plus(Milliseconds(minutes * 60_000));
    Window { from_ms: at(from), until_ms: at(until) }
}

pub(super) fn courier(courier: MemberId) -> PlanCourier {
    PlanCourier {
        courier,
        shift: minutes(0, 300),
        start: Personal::new(at(0)),
        end: Some(Personal::new(at(0))),
        litres: 200,
        kilograms: 100,
        speed_per_mille: None,
    }
}

pub(super) fn stop(id: u8, kind: StopKind, east: u16, parcels: &[u8]) -> (StopId, NewStop) {
    let mut stop = new_stop(id);
    stop.kind = kind;
    stop.window = minutes(0, 300);
    stop.parcels = parcels.iter().map(|parcel| ParcelId([*parcel; 16])).collect();
    stop.card.coordinate = Personal::new(at(east));
    (StopId([id; 16]), stop)
}

/// An order of two shops and one door, and one of another shop and door.
pub(super) fn two_orders() -> Vec<(StopId, NewStop)> {
    vec![
        stop(1, StopKind::Pickup, 1, &[1, 2]),
        stop(2, StopKind::Pickup, 3, &[3]),
        stop(3, StopKind::DropOff, 4, &[1, 2, 3]),
        stop(4, StopKind::Pickup, 2, &[4]),
        stop(5, StopKind::DropOff, 5, &[4]),
    ]
}

fn planned(couriers: Vec<PlanCourier>, stops: Vec<(StopId, NewStop)>) -> PlanAnswer {
    planned_even(couriers, stops, Even::default())
}

fn planned_even(couriers: Vec<PlanCourier>, stops: Vec<(StopId, NewStop)>, even: Even) -> PlanAnswer {
    planned_at(MORNING, couriers, stops, even)
}

pub(super) fn planned_at(
    now: Timestamp,
    couriers: Vec<PlanCourier>,
    stops: Vec<(StopId, NewStop)>,
    even: Even,
) -> PlanAnswer {
    let (drafts, budget) = (Vec::new(), SearchBudget::Steps(500));
    let asked = Asked { drafts, couriers, now, even, budget, stops };
    let laid = lay(&asked);
    let ways = estimated(laid.places());
    make(&asked, laid, ways, &mut |_| Pace::Used(0.0)).unwrap()
}

/// The ways as the formula gives them.
pub(super) fn estimated(places: &[Coordinate]) -> Ways {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(ways(&travel::Travel::by_formula(), places, "drafts")).unwrap()
}

fn ids(of: &[u8]) -> Vec<StopId> {
    of.iter().map(|id| StopId([*id; 16])).collect()
}

#[test]
fn stops_that_share_parcels_are_one_order_whatever_their_order_ids_say() {
    let mut stops = two_orders();
    stops[0].1.order = Some(OrderId([1; 16]));
    stops[1].1.order = Some(OrderId([2; 16]));
    let (found, others) = orders(&stops);
    assert_eq!((found.len(), others.len()), (2, 0));
    let of = |order: usize| found[order].pickups.iter().map(|(id, _)| *id).collect::<Vec<_>>();
    assert_eq!((of(0), found[0].drop_off.0), (ids(&[1, 2]), StopId([3; 16])));
    assert_eq!((of(1), found[1].drop_off.0), (ids(&[4]), StopId([5; 16])));
    // A drop-off that names the last pickups first is found as well.
    stops.reverse();
    assert_eq!(orders(&stops).0.len(), 2);
}

#[test]
fn a_co_op_may_want_even_hours_or_even_loads_and_sees_both() {
    let orders = |heavy: [u8; 6]| -> Vec<(StopId, NewStop)> {
        let parcels = |order: u8| (0..heavy[usize::from(order)]).map(|n| order * 20 + n).collect::<Vec<_>>();
        let order = |order: u8| {
            let parcels = parcels(order);
            [
                stop(2 * order, StopKind::Pickup, 0, &parcels),
                stop(2 * order + 1, StopKind::DropOff, 1, &parcels),
            ]
        };
        (0..6).flat_map(order).collect()
    };
    let couriers = || vec![courier(ANA), courier(BO)];
    let spread = |plan: &PlanAnswer| {
        let out: Vec<i64> =
            plan.rounds.iter().map(|round| round.returns_ms.since(round.leaves_ms).0).collect();
        let loads: Vec<u64> = plan.rounds.iter().map(|round| round.kilograms).collect();
        (out.len(), out.iter().max().unwrap() - out.iter().min().unwrap(), loads)
    };
    let alone = planned(couriers(), orders([1; 6]));
    assert_eq!(spread(&alone), (1, 0, vec![24]), "one courier does it all");
    let hours = Even { hours_worth_minutes: 600, loads_worth_minutes: 0 };
    let even = planned_even(couriers(), orders([1; 6]), hours);
    assert_eq!(spread(&even), (2, 0, vec![12, 12]));
    let loads = Even { hours_worth_minutes: 0, loads_worth_minutes: 600 };
    let even = planned_even(couriers(), orders([1, 12, 1, 1, 12, 1]), loads);
    assert_eq!(spread(&even).2.iter().max(), Some(&56), "{even:?}");
}

#[test]
fn what_is_no_order_is_named_and_the_rest_is_planned() {
    let mut stops = two_orders();
    stops.extend([
        stop(11, StopKind::DropOff, 1, &[11]),
        stop(12, StopKind::Pickup, 1, &[12]),
        stop(13, StopKind::Pickup, 1, &[13, 14]),
        stop(14, StopKind::DropOff, 1, &[13]),
        stop(15, StopKind::DropOff, 1, &[14]),
        stop(16, StopKind::Hub, 1, &[]),
    ]);
    let plan = planned(vec![courier(ANA)], stops);
    assert_eq!(plan.rounds.iter().map(|round| round.stops.len()).sum::<usize>(), 5);
    let left: Vec<(&str, Vec<StopId>)> =
        plan.left_out.iter().map(|left| (left.reason.as_str(), left.stops.clone())).collect();
    assert_eq!(
        left,
        [
            ("no_pickup", ids(&[11])),
            ("no_drop_off", ids(&[12])),
            ("several_drop_offs", ids(&[13, 14, 15])),
            ("no_parcels", ids(&[16])),
        ]
    );
}

#[test]
fn every_stop_is_in_a_round_or_left_out_and_every_parcel_has_both_ends() {
    let whole = |stops: &[(StopId, NewStop)]| {
        let (found, others) = orders(stops);
        let in_orders: usize = found.iter().map(|order| order.pickups.len() + 1).sum();
        let aside: usize = others.iter().map(|(_, stops)| stops.len()).sum();
        assert_eq!(in_orders + aside, stops.len());
        others.iter().map(|(why, _)| why.code()).collect::<Vec<_>>()
    };
    let mut with_hub = two_orders();
    with_hub.push(stop(9, StopKind::Hub, 1, &[1]));
    with_hub.push(stop(10, StopKind::Pause, 1, &[4]));
    assert_eq!(whole(&with_hub), ["no_parcels", "no_parcels"]);
    let mut more_collected = two_orders();
    more_collected[3].1.parcels.push(ParcelId([44; 16]));
    assert_eq!(whole(&more_collected), ["no_drop_off"]);
    let mut more_handed_over = two_orders();
    more_handed_over[4].1.parcels.push(ParcelId([44; 16]));
    assert_eq!(whole(&more_handed_over), ["no_pickup"]);
    let mut many: Vec<(StopId, NewStop)> =
        (1..=25).map(|parcel| stop(parcel, StopKind::Pickup, 1, &[parcel])).collect();
    many.push(stop(99, StopKind::DropOff, 2, &(1..=25).collect::<Vec<u8>>()));
    assert_eq!(whole(&many), ["too_many_pickups"]);
}

#[test]
fn ways_that_do_not_fit_into_memory_are_not_asked_for() {
    let of_speeds = |speeds: u32| {
        let couriers = (0..speeds).map(|n| PlanCourier { speed_per_mille: Some(500 + n), ..courier(ANA) });
        couriers.collect::<Vec<_>>()
    };
    assert_eq!(check_memory(2_000, &of_speeds(1)), Ok(()));
    assert_eq!(check_memory(2_000, &of_speeds(3)), Ok(()));
    assert!(check_memory(2_000, &of_speeds(4)).is_err());
    assert_eq!(check_memory(200, &of_speeds(99)), Ok(()));
}

#[test]
fn a_round_is_told_in_times_of_day_and_leaves_room_for_every_way() {
    let plan = planned(vec![courier(ANA)], two_orders());
    let [round] = &plan.rounds[..] else { panic!("one courier, one round") };
    assert_eq!((round.courier, round.stops.len()), (ANA, 5));
    let shift = minutes(0, 300);
    assert!(round.leaves_ms >= shift.from_ms && round.returns_ms <= shift.until_ms);
    let (mut place, mut free, mut metres) = (at(0), round.leaves_ms, 0);
    let stops = two_orders();
    for ridden in &round.stops {
        let (_, stop) = stops.iter().find(|(id, _)| *id == ridden.stop).unwrap();
        let there = *stop.card.coordinate.reveal();
        let way = leg(place, there);
        assert_eq!(ridden.arrives_ms, free.plus(Milliseconds(i64::from(way.seconds) * 1_000)));
        assert!(ridden.begins_ms >= ridden.arrives_ms && ridden.begins_ms >= stop.window.from_ms);
        let service = Milliseconds(i64::from(stop.service_seconds) * 1_000);
        assert_eq!(ridden.leaves_ms, ridden.begins_ms.plus(service));
        (place, free, metres) = (there, ridden.leaves_ms, metres + u64::from(way.metres));
    }
    metres += u64::from(leg(place, at(0)).metres);
    assert_eq!(round.metres, metres);
    let sequence: Vec<StopId> = round.stops.iter().map(|stop| stop.stop).collect();
    let place = |id: u8| sequence.iter().position(|stop| *stop == StopId([id; 16])).unwrap();
    assert!(place(1) < place(3) && place(2) < place(3) && place(4) < place(5));
    assert_eq!(round.pause, None);
}

#[test]
fn a_long_shift_has_its_break_and_a_window_of_yesterday_is_never_open() {
    let mut long = courier(ANA);
    long.shift = minutes(0, 600);
    let mut stops = two_orders();
    for (index, (_, stop)) in stops.iter_mut().enumerate() {
        stop.window = if index < 3 { minutes(0, 60) } else { minutes(420, 590) };
    }
    let plan = planned(vec![long], stops.clone());
    assert_eq!(plan.left_out, []);
    let pause = plan.rounds[0].pause.unwrap();
    assert_eq!(pause.until_ms.since(pause.from_ms), Milliseconds(20 * 60_000));
    assert!(pause.from_ms <= minutes(360, 361).from_ms, "after six hours at the latest");
    let serves = |stop: &core_sync::wire::plan::PlannedStop| {
        stop.begins_ms < pause.until_ms && stop.leaves_ms > pause.from_ms
    };
    assert!(!plan.rounds[0].stops.iter().any(serves));

    stops[4].1.window = minutes(-300, -10);
    let plan = planned(vec![courier(ANA)], stops);
    assert_eq!(
        plan.left_out.iter().map(|left| left.reason.as_str()).collect::<Vec<_>>(),
        ["window_never_open"]
    );
}

#[test]
fn what_finds_no_room_says_what_would_make_some() {
    let mut small = courier(ANA);
    small.litres = 30;
    let plan = planned(vec![small.clone()], two_orders());
    let [left] = &plan.left_out[..] else { panic!("one order is too large: {plan:?}") };
    assert_eq!((left.reason.as_str(), left.litres, left.stops.clone()), ("too_large", 36, ids(&[1, 2, 3])));
    assert_eq!(left.would_fit, [WouldFitView::LargerBox { courier: ANA, litres: 6, kilograms: 0 }]);

    let mut short = courier(BO);
    short.shift = minutes(0, 20);
    let plan = planned(vec![short], two_orders());
    assert!(!plan.left_out.is_empty());
    for left in &plan.left_out {
        let longer = left.would_fit.iter().find_map(|would| match would {
            WouldFitView::LongerShift { courier: BO, returns_ms } => Some(*returns_ms),
            WouldFitView::LongerShift { .. }
            | WouldFitView::AnotherTime { .. }
            | WouldFitView::OneMoreBike { .. }
            | WouldFitView::LargerBox { .. } => None,
        });
        assert!(longer.is_some_and(|until| until > minutes(0, 20).until_ms), "{left:?}");
    }
}

#[test]
fn every_reason_has_its_words() {
    use core_sync::texts::{Language, phrase, word};
    let reasons = NoOrder::ALL.iter().map(|why| why.code());
    let of_planner = planner::Reason::ALL.iter().map(|reason| reason.code());
    for language in [Language::Fr, Language::En] {
        for code in reasons.clone().chain(of_planner.clone()) {
            let key = format!("left_out.{code}");
            assert_ne!(word(language, &key), key, "{key}");
        }
        for what in ["another_time", "longer_shift", "one_more_bike", "larger_box", "larger_box_litres"] {
            let key = format!("would_fit.{what}");
            assert_ne!(phrase(language, &key, &[]), key);
        }
    }
}

#[test]
fn a_request_that_cannot_be_says_which_field() {
    let mut coop = Coop::new();
    let ana = coop.add_member("Ana", Role::Courier);
    let shop = coop.add_member("Shop", Role::Shop);
    let draft = RoundId([7; 16]);
    let make = core_sync::domain::coordinator_command::CoordinatorCommand::MakeDraft {};
    let request = coop.request(draft, None, make);
    let coordinator = coop.coordinator;
    coop.command_as(coordinator, &request).unwrap();
    let good = PlanRequest {
        drafts: vec![draft],
        couriers: vec![courier(ana)],
        seconds: None,
        steps: None,
        even: None,
    };
    let mut asked = |request: &PlanRequest| coop.write(|tx, _| read(tx, coordinator, request, MORNING));
    assert_eq!(asked(&good).unwrap().couriers, good.couriers);
    let counted = PlanRequest { steps: Some(7), ..good.clone() };
    assert_eq!(asked(&counted).unwrap().budget, SearchBudget::Steps(7));

    let with = |change: fn(&mut PlanCourier)| {
        let mut request = good.clone();
        change(&mut request.couriers[0]);
        request
    };
    let wrong = [
        ("drafts", PlanRequest { drafts: Vec::new(), ..good.clone() }),
        ("drafts", PlanRequest { drafts: vec![draft, draft], ..good.clone() }),
        ("couriers", PlanRequest { couriers: Vec::new(), ..good.clone() }),
        ("couriers", PlanRequest { couriers: vec![courier(ana), courier(ana)], ..good.clone() }),
        ("couriers.courier", PlanRequest { couriers: vec![courier(shop)], ..good.clone() }),
        ("couriers.shift", with(|ana| ana.shift = minutes(-10, 0))),
        ("couriers.shift", with(|ana| ana.shift = minutes(10, 10))),
        ("couriers.shift", with(|ana| ana.shift = minutes(0, 24 * 60 + 1))),
        ("couriers.shift", with(|ana| ana.shift.until_ms = Timestamp(i64::MIN))),
        (
            "couriers.shift",
            PlanRequest {
                couriers: vec![
                    courier(ana),
                    PlanCourier {
                        shift: minutes(8 * 24 * 60, 8 * 24 * 60 + 60),
                        ..courier(coordinator.member)
                    },
                ],
                ..good.clone()
            },
        ),
        ("couriers.speed_per_mille", with(|ana| ana.speed_per_mille = Some(0))),
        ("seconds", PlanRequest { seconds: Some(0), ..good.clone() }),
        (
            "even",
            PlanRequest {
                even: Some(Even { hours_worth_minutes: 601, loads_worth_minutes: 0 }),
                ..good.clone()
            },
        ),
        (
            "even",
            PlanRequest {
                even: Some(Even { hours_worth_minutes: 0, loads_worth_minutes: 601 }),
                ..good.clone()
            },
        ),
        ("seconds", PlanRequest { seconds: Some(SECONDS_MAX + 1), ..good.clone() }),
        ("steps", PlanRequest { steps: Some(0), ..good.clone() }),
        ("steps", PlanRequest { seconds: Some(1), steps: Some(1), ..good.clone() }),
    ];
    for (field, request) in wrong {
        let refused = asked(&request);
        let is_it = matches!(&refused, Err(AppError::BadInput(error)) if error.field == field);
        assert!(is_it, "{field}: {refused:?}");
    }
    let nobody = PlanRequest { couriers: vec![courier(MemberId([99; 16]))], ..good.clone() };
    assert!(matches!(asked(&nobody), Err(AppError::NotFound)));
    let nothing = PlanRequest { drafts: vec![RoundId([99; 16])], ..good };
    assert!(matches!(asked(&nothing), Err(AppError::NotFound)));
}
