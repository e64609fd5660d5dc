//! Drafts: stops come and go, somebody takes one, and what it said of people is gone from its rows.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{MemberId, PlanVersion, RoundId, StopId};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::reasons::WithdrawReason;
use core_sync::wire::command::CommandAnswer;
use core_sync::wire::draft::DraftView;
use core_sync::wire::members::Role;

use super::authenticate::Caller;
use super::draft::drafts;
use super::error::AppError;
use crate::testing::{Coop, new_stop};

const DRAFT: RoundId = RoundId([42; 16]);

struct Drafting {
    coop: Coop,
    ana: MemberId,
    seen: Option<PlanVersion>,
}

impl Drafting {
    fn new() -> Self {
        let mut coop = Coop::new();
        let ana = coop.add_member("Ana", Role::Courier);
        let mut drafting = Self { coop, ana, seen: None };
        drafting.draft(CoordinatorCommand::MakeDraft {});
        drafting
    }

    fn with_stops(stops: u8) -> Self {
        let mut drafting = Self::new();
        for n in 1..=stops {
            drafting.draft(add(n));
        }
        drafting
    }

    fn ask(&mut self, caller: Caller, command: CoordinatorCommand) -> Result<CommandAnswer, AppError> {
        let request = self.coop.request(DRAFT, self.seen, command);
        self.coop.command_as(caller, &request)
    }

    fn command(&mut self, command: CoordinatorCommand) -> Result<CommandAnswer, AppError> {
        self.ask(self.coop.coordinator, command)
    }

    /// A command that must go well and leave a draft.
    fn draft(&mut self, command: CoordinatorCommand) -> DraftView {
        let CommandAnswer::Draft(draft) = self.command(command).unwrap() else { panic!() };
        self.seen = Some(draft.plan_version);
        *draft
    }

    fn courier(&self) -> Caller {
        Caller { member: self.ana, role: Role::Courier, ..self.coop.coordinator }
    }

    fn listed(&mut self, caller: Caller) -> Vec<DraftView> {
        self.coop.write(|tx, _| drafts(tx, caller)).unwrap().drafts
    }
}

fn add(n: u8) -> CoordinatorCommand {
    CoordinatorCommand::AddStop(Box::new(new_stop(n)))
}

fn take(courier: MemberId) -> CoordinatorCommand {
    CoordinatorCommand::TakeDraft { courier }
}

#[test]
fn a_taken_draft_is_a_round_of_the_same_id_with_the_same_stops_and_cards() {
    let mut drafting = Drafting::with_stops(3);
    let ana = drafting.ana;
    let coordinator = drafting.coop.coordinator;
    let drafted = drafting.listed(coordinator).remove(0);
    let round = drafting.command(take(ana)).unwrap().round().unwrap();
    assert_eq!((round.id, round.courier), (DRAFT, ana));
    let mut stops = round.stops;
    stops.sort_by_key(|stop| stop.number);
    assert_eq!(stops.len(), 3);
    for (stop, draft) in stops.iter().zip(&drafted.stops) {
        assert_eq!((stop.id, stop.number, &stop.parcels), (draft.id, draft.number, &draft.parcels));
        assert_eq!((&stop.card, stop.window), (&draft.card, draft.window));
    }
    assert!(drafting.listed(coordinator).is_empty());
    let left = drafting.coop.write(|tx, world| Ok(crate::db::draft::stops(tx, world.id, DRAFT)?)).unwrap();
    assert!(left.is_empty(), "what a draft said of people is in the round alone");
}

#[test]
fn a_draft_is_taken_once_and_the_same_act_again_gives_the_round() {
    let mut drafting = Drafting::with_stops(1);
    let (ana, coordinator) = (drafting.ana, drafting.coop.coordinator);
    let request = drafting.coop.request(DRAFT, drafting.seen, take(ana));
    let first = drafting.coop.command(&request).unwrap();
    assert_eq!(drafting.coop.command(&request).unwrap(), first);
    let bo = drafting.coop.add_member("Bo", Role::Courier);
    let late = drafting.ask(coordinator, take(bo));
    assert!(matches!(late, Err(AppError::DraftTaken)), "{late:?}");
    let never = drafting.coop.request(RoundId([1; 16]), drafting.seen, take(bo));
    assert!(matches!(drafting.coop.command(&never), Err(AppError::NotFound)));
}

#[test]
fn a_courier_takes_a_draft_for_herself_and_does_nothing_else() {
    let mut drafting = Drafting::with_stops(1);
    let (ana, courier) = (drafting.ana, drafting.courier());
    let cléo = drafting.coop.coordinator.member;
    for command in [take(cléo), add(2), CoordinatorCommand::MakeDraft {}] {
        let refused = drafting.ask(courier, command);
        assert!(matches!(refused, Err(AppError::NotAllowed)), "{refused:?}");
    }
    let shown = drafting.listed(courier).remove(0);
    assert!(shown.stops[0].card.is_none(), "who and where is for whoever rides it");
    assert_eq!(shown.plan_version, drafting.seen.unwrap());
    let round = drafting.ask(courier, take(ana)).unwrap().round().unwrap();
    assert!(round.stops[0].card.is_some());
}

#[test]
fn stops_of_a_draft_come_and_go_and_keep_their_numbers() {
    let mut drafting = Drafting::with_stops(3);
    let coordinator = drafting.coop.coordinator;
    let second = drafting.listed(coordinator)[0].stops[1].id;
    let reason = WithdrawReason::Mistake;
    let left = drafting.draft(CoordinatorCommand::WithdrawStop { stop: second, reason });
    let numbers = |draft: &DraftView| draft.stops.iter().map(|stop| stop.number).collect::<Vec<_>>();
    assert_eq!(numbers(&left), [1, 3]);
    assert_eq!(numbers(&drafting.draft(add(4))), [1, 3, 4]);
    let gone = drafting.command(CoordinatorCommand::WithdrawStop { stop: second, reason });
    assert!(matches!(gone, Err(AppError::NotFound)), "{gone:?}");
}

#[test]
fn a_draft_that_changed_meanwhile_is_shown_as_it_is() {
    let mut drafting = Drafting::with_stops(1);
    let before = drafting.seen;
    let now = drafting.draft(add(2));
    drafting.seen = before;
    let ana = drafting.ana;
    for command in [add(3), take(ana)] {
        let Err(AppError::DraftStale { draft }) = drafting.command(command) else { panic!() };
        assert_eq!(*draft, now);
    }
    drafting.seen = None;
    assert!(matches!(drafting.command(add(3)), Err(AppError::BadInput(_))));
}

#[test]
fn a_draft_is_no_round_yet() {
    let mut drafting = Drafting::with_stops(1);
    let (ana, stop) = (drafting.ana, StopId([0; 16]));
    let sequence = drafting.command(CoordinatorCommand::Sequence { stops: vec![stop], saw: None });
    assert!(matches!(sequence, Err(AppError::BadInput(_))), "{sequence:?}");
    for make in [CoordinatorCommand::MakeDraft {}, CoordinatorCommand::MakeRound { courier: ana }] {
        let made = drafting.command(make);
        assert!(matches!(made, Err(AppError::RoundExists)), "{made:?}");
    }
    let give = CoordinatorCommand::GiveRound { to: drafting.coop.coordinator.member, round: DRAFT };
    let round = drafting.coop.round_of(ana, 1);
    let request = drafting.coop.request(round.id, Some(round.plan_version), give);
    assert!(matches!(drafting.coop.command(&request), Err(AppError::RoundExists)));
    // A phone that names it as its own gets nothing of it and makes nothing of it.
    let mut phone = drafting.coop.enrol(ana);
    let asked = vec![crate::testing::ask(phone.document(DRAFT), Vec::new())];
    let answer = drafting.coop.sync(&mut phone, asked).unwrap();
    assert!(answer.rounds.iter().all(|round| round.document.round != DRAFT));
    drafting.command(take(ana)).unwrap();
}

#[test]
fn a_full_draft_takes_no_more_and_becomes_a_full_round() {
    let mut drafting = Drafting::with_stops(u8::try_from(STOPS_PER_ROUND_MAX).unwrap());
    assert!(matches!(drafting.command(add(1)), Err(AppError::RoundFull)));
    let ana = drafting.ana;
    let round = drafting.command(take(ana)).unwrap().round().unwrap();
    assert_eq!(round.stops.len(), STOPS_PER_ROUND_MAX);
}
