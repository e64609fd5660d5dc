//! Dividing drafts: all of it or nothing, each stop once, and what is not named stays for the next plan.

use core_sync::domain::coordinator_command::{CoordinatorCommand, DividedRound, SeenDraft};
use core_sync::domain::ids::{MemberId, RoundId, StopId};
use core_sync::wire::command::CommandAnswer;
use core_sync::wire::draft::DraftView;
use core_sync::wire::members::Role;

use super::draft::drafts;
use super::error::AppError;
use super::round::round;
use crate::testing::{Coop, ask, new_stop};

const FIRST: RoundId = RoundId([42; 16]);
const SECOND: RoundId = RoundId([43; 16]);

/// Two drafts of three stops each, and two couriers.
struct Dividing {
    coop: Coop,
    ana: MemberId,
    bo: MemberId,
    drafts: Vec<DraftView>,
}

impl Dividing {
    fn new() -> Self {
        let mut coop = Coop::new();
        let (ana, bo) = (coop.add_member("Ana", Role::Courier), coop.add_member("Bo", Role::Courier));
        let mut dividing = Self { coop, ana, bo, drafts: Vec::new() };
        for (draft, from) in [(FIRST, 1), (SECOND, 11)] {
            let mut seen = None;
            let adds = (from..from + 3).map(|n| CoordinatorCommand::AddStop(Box::new(new_stop(n))));
            for command in std::iter::once(CoordinatorCommand::MakeDraft {}).chain(adds) {
                let request = dividing.coop.request(draft, seen, command);
                let answer = dividing.coop.command_as(dividing.coop.coordinator, &request).unwrap();
                let CommandAnswer::Draft(draft) = answer else { panic!() };
                seen = Some(draft.plan_version);
            }
        }
        dividing.look();
        dividing
    }

    fn look(&mut self) {
        let coordinator = self.coop.coordinator;
        self.drafts = self.coop.write(|tx, _| drafts(tx, coordinator)).unwrap().drafts;
        self.drafts.sort_by_key(|draft| draft.id);
    }

    fn stop(&self, draft: usize, stop: usize) -> StopId {
        self.drafts[draft].stops[stop].id
    }

    fn also(&self) -> Vec<SeenDraft> {
        vec![SeenDraft { draft: SECOND, plan_version: self.drafts[1].plan_version }]
    }

    fn divide(&mut self, rounds: Vec<DividedRound>, also: Vec<SeenDraft>) -> Result<CommandAnswer, AppError> {
        let seen = Some(self.drafts[0].plan_version);
        let request = self.coop.request(FIRST, seen, CoordinatorCommand::DivideDrafts { rounds, also });
        self.coop.command_as(self.coop.coordinator, &request)
    }

    fn nothing_happened(&mut self) {
        let before = self.drafts.clone();
        self.look();
        assert_eq!(self.drafts, before);
        let coordinator = self.coop.coordinator;
        for n in [1, 2] {
            let none = self.coop.write(|tx, _| round(tx, coordinator, RoundId([n; 16])));
            assert!(matches!(none, Err(AppError::NotFound)));
        }
    }
}

fn of(round: u8, courier: MemberId, stops: &[StopId]) -> DividedRound {
    DividedRound { round: RoundId([round; 16]), courier, stops: stops.to_vec() }
}

#[test]
fn stops_of_two_drafts_become_two_rounds_in_the_sequence_given_and_the_rest_stays() {
    let mut dividing = Dividing::new();
    let stops: Vec<Vec<StopId>> =
        vec![vec![dividing.stop(1, 2), dividing.stop(0, 0)], vec![dividing.stop(0, 2), dividing.stop(1, 0)]];
    let (ana, bo, also) = (dividing.ana, dividing.bo, dividing.also());
    let shown = dividing.drafts.clone();
    let answer = dividing.divide(vec![of(1, ana, &stops[0]), of(2, bo, &stops[1])], also).unwrap();
    dividing.look();
    let CommandAnswer::Draft(left) = answer else { panic!() };
    assert_eq!(*left, dividing.drafts[0]);
    let left = |draft: usize| dividing.drafts[draft].stops.iter().map(|stop| stop.id).collect::<Vec<_>>();
    assert_eq!((left(0), left(1)), (vec![shown[0].stops[1].id], vec![shown[1].stops[1].id]));
    assert!(dividing.drafts.iter().zip(&shown).all(|(now, then)| now.plan_version != then.plan_version));

    let coordinator = dividing.coop.coordinator;
    for (n, courier, stops) in [(1, ana, &stops[0]), (2, bo, &stops[1])] {
        let view = dividing.coop.write(|tx, _| round(tx, coordinator, RoundId([n; 16]))).unwrap();
        assert_eq!(view.courier, courier);
        let mut ridden = view.stops;
        ridden.sort_by_key(|stop| stop.number);
        assert_eq!(ridden.iter().map(|stop| stop.id).collect::<Vec<_>>(), *stops);
        assert!(ridden.iter().all(|stop| stop.card.is_some()));
    }
    let mut phone = dividing.coop.enrol(bo);
    let name = phone.document(RoundId([2; 16]));
    let answer = dividing.coop.sync(&mut phone, vec![ask(name, Vec::new())]).unwrap();
    assert!(answer.rounds.iter().any(|round| round.document == name && !round.rows.is_empty()));
}

#[test]
fn it_is_done_once_and_all_of_it_or_nothing() {
    let mut dividing = Dividing::new();
    let (ana, bo) = (dividing.ana, dividing.bo);
    let shop = dividing.coop.add_member("Shop", Role::Shop);
    let (one, two, far) = (dividing.stop(0, 0), dividing.stop(0, 1), dividing.stop(1, 0));
    let good = of(1, ana, &[one]);
    type Wanted = fn(&AppError) -> bool;
    let bad_input: Wanted = |error| matches!(error, AppError::BadInput(_));
    let wrong: Vec<(&str, Vec<DividedRound>, Vec<SeenDraft>, Wanted)> = vec![
        ("a stop of a draft that was not named", vec![good.clone(), of(2, bo, &[far])], vec![], bad_input),
        ("a stop twice", vec![good.clone(), of(2, bo, &[one])], vec![], bad_input),
        ("a stop that is nowhere", vec![good.clone(), of(2, bo, &[StopId([9; 16])])], vec![], bad_input),
        ("an empty round", vec![good.clone(), of(2, bo, &[])], vec![], bad_input),
        ("no round", vec![], vec![], bad_input),
        ("an id twice", vec![good.clone(), of(1, bo, &[two])], vec![], bad_input),
        ("who does not ride", vec![good.clone(), of(2, shop, &[two])], vec![], bad_input),
        ("itself", vec![good.clone()], vec![SeenDraft { draft: FIRST, ..dividing.also()[0] }], bad_input),
        ("nobody", vec![good.clone(), of(2, MemberId([9; 16]), &[two])], vec![], |error| {
            matches!(error, AppError::NotFound)
        }),
        ("an id that a draft has", vec![DividedRound { round: SECOND, ..good.clone() }], vec![], |error| {
            matches!(error, AppError::RoundExists)
        }),
        (
            "no such draft",
            vec![good.clone()],
            vec![SeenDraft { draft: RoundId([9; 16]), ..dividing.also()[0] }],
            |error| matches!(error, AppError::NotFound),
        ),
        (
            "another version",
            vec![good.clone()],
            vec![SeenDraft { draft: SECOND, plan_version: dividing.drafts[0].plan_version }],
            |error| matches!(error, AppError::DraftStale { .. }),
        ),
    ];
    for (why, rounds, also, is_it) in wrong {
        let refused = dividing.divide(rounds, also);
        assert!(refused.as_ref().is_err_and(is_it), "{why}: {refused:?}");
        dividing.nothing_happened();
    }

    let seen = Some(dividing.drafts[0].plan_version);
    let command = CoordinatorCommand::DivideDrafts { rounds: vec![good], also: Vec::new() };
    let request = dividing.coop.request(FIRST, seen, command.clone());
    let coordinator = dividing.coop.coordinator;
    let first = dividing.coop.command_as(coordinator, &request).unwrap();
    assert_eq!(dividing.coop.command_as(coordinator, &request).unwrap(), first);
    // As another act it meets a draft that has changed.
    let again = dividing.coop.request(FIRST, seen, command);
    assert!(matches!(dividing.coop.command_as(coordinator, &again), Err(AppError::DraftStale { .. })));
}

#[test]
fn a_courier_divides_nothing_and_a_taken_draft_is_not_divided() {
    let mut dividing = Dividing::new();
    let (ana, stop) = (dividing.ana, dividing.stop(0, 0));
    let rounds = vec![of(1, ana, &[stop])];
    let courier =
        super::authenticate::Caller { member: ana, role: Role::Courier, ..dividing.coop.coordinator };
    let seen = Some(dividing.drafts[0].plan_version);
    let command = CoordinatorCommand::DivideDrafts { rounds: rounds.clone(), also: Vec::new() };
    let request = dividing.coop.request(FIRST, seen, command);
    assert!(matches!(dividing.coop.command_as(courier, &request), Err(AppError::NotAllowed)));
    let also = dividing.also();
    let seen = Some(dividing.drafts[1].plan_version);
    let request = dividing.coop.request(SECOND, seen, CoordinatorCommand::TakeDraft { courier: ana });
    dividing.coop.command_as(dividing.coop.coordinator, &request).unwrap();
    assert!(matches!(dividing.divide(rounds, also), Err(AppError::DraftTaken)));
}

#[test]
fn a_draft_of_which_nothing_stays_is_gone_and_the_same_act_is_still_answered() {
    let mut dividing = Dividing::new();
    let ana = dividing.ana;
    let all: Vec<StopId> = (0..3).map(|stop| dividing.stop(0, stop)).collect();
    let command = CoordinatorCommand::DivideDrafts { rounds: vec![of(1, ana, &all)], also: Vec::new() };
    let request = dividing.coop.request(FIRST, Some(dividing.drafts[0].plan_version), command);
    let coordinator = dividing.coop.coordinator;
    let answer = dividing.coop.command_as(coordinator, &request).unwrap();
    let CommandAnswer::Draft(left) = &answer else { panic!() };
    assert!(left.stops.is_empty());
    assert_eq!(dividing.coop.command_as(coordinator, &request).unwrap(), answer);
    dividing.look();
    assert_eq!(dividing.drafts.iter().map(|draft| draft.id).collect::<Vec<_>>(), [SECOND]);
    let take = CoordinatorCommand::TakeDraft { courier: ana };
    let request = dividing.coop.request(FIRST, Some(left.plan_version), take);
    assert!(matches!(dividing.coop.command_as(coordinator, &request), Err(AppError::DraftTaken)));
}
