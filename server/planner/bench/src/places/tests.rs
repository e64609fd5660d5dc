//! The scenario and the way to the other solver and back, on a town of a few invented places.

use std::fs;

use planner::{Budget, Fault, Pace, Plan, Problem, StopId, check, plan};
use serde_json::{Value, json};

use super::pragmatic;
use super::ride::ridden;
use super::scenario::{DAY, LARGE_DAY, Scale, Scenario};
use super::town::Town;
use crate::read_error::ReadError;

const SMALL: Scale = Scale { orders: 12, bikes: 6, shops: [25, 25, 25, 25] };

const SHOPS: &str = "\
id,name,postcode,lat,lon,dist_to_nearest_16e_shop_m
s1,\"one, two\",75016,48.8600,2.2700,0
s2,b,75016,48.8650,2.2750,0
s3,c,75017,48.8700,2.2850,300
s4,d,75116,48.8550,2.2650,800
s5,e,75001,48.8600,2.3400,801
";

const ADDRESSES: &str = "\
id,source,postcode,lat,lon
a1,filming,75016,48.8500,2.2600
a2,filming,75116,48.8620,2.2880
a3,official,75001,48.8640,2.3349
";

fn town_of(shops: &str, addresses: &str) -> Result<Town, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shops.csv"), shops).unwrap();
    fs::write(folder.path().join("addresses.csv"), addresses).unwrap();
    Town::read(folder.path())
}

fn small(seed: u64) -> Problem {
    Scenario::new(&town_of(SHOPS, ADDRESSES).unwrap(), SMALL, seed).unwrap().problem
}

fn planned(problem: &Problem) -> Plan {
    plan(problem, 1, Budget::Steps(300), &mut |_| Pace::Used(0.0)).unwrap()
}

/// Our own plan, as the other solver would write it.
fn written(plan: &Plan) -> Value {
    let activity = |stop: StopId| match stop {
        StopId::Pickup { order, pickup } => {
            json!({ "jobId": order.to_string(), "type": "pickup", "jobTag": pickup.to_string() })
        }
        StopId::DropOff { order } => {
            json!({ "jobId": order.to_string(), "type": "delivery", "jobTag": "4" })
        }
    };
    let tours = plan.rounds.iter().map(|round| {
        let stops = round.visits.iter().map(|visit| json!({ "activities": [activity(visit.stop)] }));
        let hub = json!({ "activities": [{ "jobId": "departure", "type": "departure" }] });
        let stops: Vec<Value> = std::iter::once(hub).chain(stops).collect();
        json!({ "vehicleId": round.bike.to_string(), "stops": stops })
    });
    json!({ "tours": tours.collect::<Vec<_>>() })
}

#[test]
fn the_district_is_its_postcodes_and_the_shops_next_door() {
    let town = town_of(SHOPS, ADDRESSES).unwrap();
    assert_eq!((town.shops.len(), town.doors.len()), (4, 2));
    let metres = town.shops[0].metres(town.shops[1]);
    assert!((660.0..670.0).contains(&metres), "{metres}");
}

#[test]
fn a_town_without_doors_is_said() {
    let nothing = "id,source,postcode,lat,lon\n";
    assert!(matches!(town_of(SHOPS, nothing), Err(ReadError::NoPlaces { .. })));
}

#[test]
fn a_seed_makes_one_day_and_another_seed_another() {
    assert_eq!(small(1), small(1));
    assert_ne!(small(1).orders, small(2).orders);
}

#[test]
fn days_of_all_seeds_are_equally_large() {
    let town = town_of(SHOPS, ADDRESSES).unwrap();
    let stops = |scale, seed| Scenario::new(&town, scale, seed).unwrap().stops();
    for seed in 1..=3 {
        assert_eq!((stops(DAY, seed), stops(LARGE_DAY, seed)), (488, 3_000));
    }
}

#[test]
fn a_day_is_as_it_is_described_and_can_be_served() {
    let problem = small(1);
    let mut counts = [0; 5];
    for order in &problem.orders {
        counts[order.pickups.len()] += 1;
        for (stop, _) in &order.pickups {
            assert!((1..=4).contains(&stop.place), "{stop:?}");
            assert_eq!(stop.window.latest - stop.window.earliest, 4 * 3_600);
        }
        assert!((5..=6).contains(&order.drop_off.place));
        assert_eq!(order.drop_off.window.latest - order.drop_off.window.earliest, 2 * 3_600);
    }
    assert!(counts[0] == 0 && counts[1..].iter().all(|count| *count > 0), "{counts:?}");
    assert_eq!(planned(&problem).left_out, []);
}

#[test]
fn a_plan_comes_back_from_the_other_format_with_the_same_riding() {
    let problem = small(3);
    let plan = planned(&problem);
    let back = ridden(&problem, pragmatic::sequences(&problem, &written(&plan)).unwrap());
    assert_eq!(check(&problem, &back), Ok(()));
    assert_eq!((back.cost, back.rounds.len()), (plan.cost, plan.rounds.len()));
}

#[test]
fn a_solution_that_swaps_two_stops_is_not_believed() {
    let problem = small(3);
    let mut sequences = pragmatic::sequences(&problem, &written(&planned(&problem))).unwrap();
    sequences[0].1.reverse();
    let back = ridden(&problem, sequences);
    assert!(
        matches!(check(&problem, &back), Err(Fault::DropOffTooSoon { .. })),
        "{:?}",
        check(&problem, &back)
    );
}

#[test]
fn the_other_solver_is_asked_the_same() {
    let problem = small(1);
    let asked = pragmatic::problem(&problem);
    assert_eq!(asked["plan"]["jobs"].as_array().unwrap().len(), 12);
    let first = &asked["plan"]["jobs"][0];
    let pickups = &problem.orders[0].pickups;
    assert_eq!(first["pickups"].as_array().unwrap().len(), pickups.len());
    assert_eq!(first["pickups"][0]["demand"][0], pickups[0].1.litres);
    assert_eq!(first["deliveries"][0]["demand"][0], problem.orders[0].size().0);
    let matrix = pragmatic::matrix(&problem);
    let ways = matrix["distances"].as_array().unwrap().len();
    let index = first["deliveries"][0]["places"][0]["location"]["index"].as_u64().unwrap();
    assert!(ways <= 49 && index * index < ways as u64, "{ways} {index}");
}
