//! What a wave asks for and what it makes of an answer, without anybody who answers.

use core_sync::domain::ids::ActId;
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

fn whole(wave: &Wave) -> WavePart<'_> {
    let rounds: Vec<_> = wave.rounds.iter().collect();
    WavePart { asked: rounds.clone(), rounds }
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
    let rounds = laid(&plan(1, 7, &backwards), &whole(&wave), &drafted, &MEMBERS, &day());
    let came = (0, START, vec![1, 2]);
    // After what is planned for her, although it could be ridden on the way: nobody planned it.
    let planned = (1, START.plus(7), vec![4, 3, 5, 6, 7, 8]);
    assert_eq!(told(&rounds), [came, planned]);
    // A courier whom nobody knows rides nothing, and her stops are not forgotten.
    let mut strange = plan(1, 7, &drafted);
    strange.rounds[0].courier = MemberId([99; 16]);
    let rounds = laid(&strange, &whole(&wave), &drafted, &MEMBERS, &day());
    assert_eq!(told(&rounds), [(0, START, vec![1, 2, 3, 4]), (1, START, vec![5, 6, 7, 8])]);
}

#[test]
fn a_laid_wave_is_ridden_from_where_everybody_waits() {
    let (wave, mut waves) = (crossed(120), Waves::new(bases()));
    let drafted = drafted(&wave);
    // Orders 1 and 3, which lie before her door.
    let near = [&drafted[..2], &drafted[4..6]].concat();
    let laid = laid(&plan(0, 0, &near), &whole(&wave), &near, &MEMBERS, &day());
    waves.laid(&wave, laid.iter());
    let minutes = minutes_of(bases()[0].spot, near.iter().map(|stop| stop.planned.spot));
    let riding = Riding { planner: minutes, nearest_first: wave.nearest_first };
    assert_eq!(waves.riding, riding);
    assert!(minutes * 10 < wave.nearest_first, "{riding:?}");
    assert_eq!((waves.ridden[0], waves.ridden[1]), (minutes, 0));
    let asked = waves.couriers(&whole(&wave), &MEMBERS, &day());
    assert_eq!(asked.iter().map(|one| one.courier).collect::<Vec<_>>(), MEMBERS);
    assert_eq!(*asked[0].start.reveal(), *near[3].planned.card.coordinate.reveal());
    assert_eq!(*asked[1].start.reveal(), bases()[1].coordinate);
    let shift = Window { from_ms: day().time(START), until_ms: day().time(START.plus(70)) };
    assert!(asked.iter().all(|one| one.shift == shift));
}

/// A wave in which forty couriers have something.
fn of_forty() -> Wave {
    let mut wave = crossed(120);
    let round = wave.rounds.remove(0);
    wave.rounds = (0..40).map(|courier| PlannedRound { courier, ..round.clone() }).collect();
    wave
}

#[test]
fn who_waited_is_asked_next_and_then_has_a_plan_of_her_own() {
    let (wave, mut waves) = (of_forty(), Waves::new(vec![bases()[0]; 40]));
    let couriers = |rounds: &[&PlannedRound]| rounds.iter().map(|round| round.courier).collect::<Vec<_>>();
    let mut rides = |asked: Vec<usize>| {
        asked.iter().for_each(|courier| waves.ridden[*courier] += 30 + u32::try_from(*courier).unwrap());
        waves.count += 1;
        let parts = waves.parts(&wave);
        parts.iter().map(|part| (couriers(&part.asked), couriers(&part.rounds))).collect::<Vec<_>>()
    };
    let [(asked, rounds)] = &rides((0..28).collect())[..] else { panic!("all together") };
    assert_eq!((asked.len(), rounds.len()), (ASKED, 40));
    assert!((28..40).all(|courier| asked.contains(&courier)) && !asked.contains(&27), "{asked:?}");
    // The planner had no need of the last two, again.
    let parts = rides((28..38).collect());
    assert_eq!(parts[..2], [(vec![38], vec![38]), (vec![39], vec![39])]);
    let [(asked, rounds)] = &parts[2..] else { panic!("{parts:?}") };
    assert_eq!((asked.len(), rounds.len()), (ASKED, 38));
    assert!(!rounds.contains(&38));
}

#[test]
fn a_draft_holds_whole_rounds_and_no_more_stops_than_it_may() {
    let wave = of_forty();
    let part = whole(&wave);
    let drafts: Vec<_> = part.drafts().collect();
    assert_eq!(drafts.iter().map(|rounds| rounds.len()).sum::<usize>(), 40);
    assert!(drafts.iter().all(|rounds| rounds.len() * ROUND_STOPS_MAX <= STOPS_PER_ROUND_MAX));
    assert!(drafts.len() <= core_sync::domain::limits::DRAFTS_DIVIDED_MAX);
}
