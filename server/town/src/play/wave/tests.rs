//! What a wave asks for and what it makes of an answer, without anybody who answers.

use core_sync::domain::ids::{ActId, OrderId};
use core_sync::wire::plan::{PlannedRound as Planned, PlannedStop as Ridden, TravelSaid};

use super::super::crossed::{START, bases, crossed, day};
use super::*;

const MEMBERS: [MemberId; 2] = [MemberId([10; 16]), MemberId([20; 16])];

fn drafted(wave: &Wave) -> Vec<DraftedStop> {
    let stops =
        wave.rounds.iter().flat_map(|round| round.stops.iter().map(move |stop| (round.courier, stop)));
    let drafted = (1..).zip(stops).map(|(id, (came_to, planned))| {
        let id = StopId(ActId([id; 16]).0);
        DraftedStop { id, came_to, planned: planned.clone() }
    });
    drafted.collect()
}

/// A plan in which one courier leaves half a minute after so many and rides these stops.
fn plan(courier: usize, leaves: u32, stops: &[DraftedStop]) -> PlanAnswer {
    let at = day().time(START.plus(leaves)).plus(core_sync::domain::time::Milliseconds(30_000));
    let ridden = |stop: &DraftedStop| Ridden { stop: stop.id, arrives_ms: at, begins_ms: at, leaves_ms: at };
    let round = Planned {
        courier: MEMBERS[courier],
        leaves_ms: at,
        returns_ms: at,
        ridden_seconds: 0,
        metres: 0,
        kilograms: 0,
        pause: None,
        stops: stops.iter().map(ridden).collect(),
    };
    let travel = TravelSaid { source: "formula".into(), fell_back: None };
    PlanAnswer { drafts: Vec::new(), rounds: vec![round], left_out: Vec::new(), travel }
}

fn told(rounds: &[LaidRound]) -> Vec<(usize, Minute, Vec<u8>)> {
    let told = rounds.iter().map(|round| {
        let stops = round.stops.iter().map(|stop| stop.id.0[0]).collect();
        (round.courier, round.start, stops)
    });
    told.collect()
}

#[test]
fn what_no_round_has_stays_with_whom_it_came_to() {
    let wave = crossed(120);
    let drafted = drafted(&wave);
    let backwards: Vec<_> = drafted[2..4].iter().rev().cloned().collect();
    let rounds = laid(&plan(1, 7, &backwards), &wave, &drafted, &MEMBERS, &day());
    let came = (0, START, vec![1, 2]);
    // After what is planned for her, although it could be ridden on the way: nobody planned it.
    let planned = (1, START.plus(7), vec![4, 3, 5, 6, 7, 8]);
    assert_eq!(told(&rounds), [came, planned]);
    // A courier whom nobody knows rides nothing, and her stops are not forgotten.
    let mut strange = plan(1, 7, &drafted);
    strange.rounds[0].courier = MemberId([99; 16]);
    let rounds = laid(&strange, &wave, &drafted, &MEMBERS, &day());
    assert_eq!(told(&rounds), [(0, START, vec![1, 2, 3, 4]), (1, START, vec![5, 6, 7, 8])]);
}

#[test]
fn a_laid_wave_is_ridden_from_where_everybody_waits() {
    let (wave, mut waves) = (crossed(120), Waves::new(bases()));
    let drafted = drafted(&wave);
    // Orders 1 and 3, which lie before her door.
    let near = [&drafted[..2], &drafted[4..6]].concat();
    waves.laid(&wave, &laid(&plan(0, 0, &near), &wave, &near, &MEMBERS, &day()));
    let minutes = minutes_of(bases()[0].spot, near.iter().map(|stop| stop.planned.spot));
    let riding = Riding { planner: minutes, nearest_first: wave.nearest_first };
    assert_eq!(waves.riding, riding);
    assert!(minutes * 10 < wave.nearest_first, "{riding:?}");
    assert_eq!((waves.ridden[0], waves.ridden[1]), (minutes, 0));
    let asked = waves.couriers(&wave, &MEMBERS, &day());
    assert_eq!(asked.iter().map(|one| one.courier).collect::<Vec<_>>(), MEMBERS);
    assert_eq!(*asked[0].start.reveal(), *near[3].planned.card.coordinate.reveal());
    assert_eq!(*asked[1].start.reveal(), bases()[1].coordinate);
    let shift = Window { from_ms: day().time(START), until_ms: day().time(START.plus(70)) };
    assert!(asked.iter().all(|one| one.shift == shift));
}

#[test]
fn who_waited_is_asked_next_and_nobody_is_left_out_for_ever() {
    let mut waves = Waves::new(vec![bases()[0]; 40]);
    let first = waves.asked();
    assert_eq!(first.len(), ASKED);
    first.iter().for_each(|courier| waves.ridden[*courier] += 30 + u32::try_from(*courier).unwrap());
    let second = waves.asked();
    assert_eq!(first.union(&second).count(), 40);
    assert!(!second.contains(&(ASKED - 1)), "who rode most waits");
}

#[test]
fn a_draft_holds_whole_rounds_and_no_more_stops_than_it_may() {
    let mut wave = crossed(120);
    wave.rounds = vec![wave.rounds[0].clone(); 40];
    let drafts: Vec<_> = wave.drafts().collect();
    assert_eq!(drafts.iter().map(|rounds| rounds.len()).sum::<usize>(), 40);
    assert!(drafts.iter().all(|rounds| rounds.len() * ROUND_STOPS_MAX <= STOPS_PER_ROUND_MAX));
    assert!(drafts.len() <= core_sync::domain::limits::DRAFTS_DIVIDED_MAX);
    assert!(wave.rounds[0].stops.iter().all(|stop| stop.order != OrderId([3; 16])));
}
