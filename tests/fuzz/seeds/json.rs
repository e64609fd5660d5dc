//! Commands of every name, and what goes to and fro when a phone enrols.

use core_sync::domain::coordinator_command::{CoordinatorCommand, DividedRound, StopChange};
use core_sync::domain::ids::{ActId, ChangeHash, MemberId, RecordId, RoundId, StopId, to_text};
use core_sync::domain::personal::{Personal, Secret};
use core_sync::domain::reasons::{Answer, StopKind, WithdrawReason};
use core_sync::signing::key::PrivateKey;
use core_sync::wire::command::CommandRequest;
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};

use super::Seed;
use crate::targets::coop::{self, People, new_stop};
use crate::targets::document::MORNING;

pub(super) fn seeds() -> Vec<Seed> {
    coop::with(|coop| commands(&coop.people).into_iter().chain(enrolments(&coop.people)).collect())
}

fn commands(people: &People) -> Vec<Seed> {
    use CoordinatorCommand as C;
    let (courier, [round, second], other) = (people.courier.member, people.rounds, RoundId([5; 16]));
    let stops: Vec<StopId> = people.views[0].stops.iter().map(|stop| stop.id).collect();
    let (stop, withdrawn, to_plan_version) = (stops[0], stops[3], people.views[1].plan_version);
    let (remaining, record) =
        (stops[..3].iter().rev().copied().collect(), RecordId::new(ActId([1; 16]), people.device));
    let change = StopChange {
        stop,
        window: Some(new_stop(1, StopKind::Pickup, &[2]).window),
        service_seconds: Some(60),
        parcels: None,
        card: Some(new_stop(4, StopKind::Pickup, &[2]).card),
    };
    let (device, hash) = (people.device, ChangeHash([4; 32]));
    let divided = vec![DividedRound { round: RoundId([6; 16]), courier, stops: vec![stop, withdrawn] }];
    let commands = [
        ("make-round", other, C::MakeRound { courier }),
        ("make-round-again", round, C::MakeRound { courier }),
        ("add-stop", round, C::AddStop(Box::new(new_stop(4, StopKind::DropOff, &[4])))),
        ("add-hub", round, C::AddStop(Box::new(new_stop(5, StopKind::Hub, &[])))),
        ("amend-stop", round, C::AmendStop(Box::new(change))),
        ("withdraw-stop", round, C::WithdrawStop { stop, reason: WithdrawReason::Cancelled }),
        ("erase-card", round, C::EraseCard { stop: withdrawn }),
        ("erase-card-in-use", round, C::EraseCard { stop }),
        ("sequence", round, C::Sequence { stops: remaining, saw: Some(record) }),
        ("move-stops", round, C::MoveStops { stops: vec![stop], to: second, to_plan_version }),
        ("give-round", round, C::GiveRound { to: people.coordinator.member, round: other }),
        ("give-round-to-her", round, C::GiveRound { to: courier, round: other }),
        ("settle", round, C::Settle { records: vec![record], answer: Answer::Holds, holds: Some(record) }),
        ("make-draft", other, C::MakeDraft {}),
        ("take-draft", other, C::TakeDraft { courier: MemberId([7; 16]) }),
        ("divide-drafts", other, C::DivideDrafts { rounds: divided, also: Vec::new() }),
        ("release", round, C::Release { device, change: hash, records: vec![record] }),
        ("reject", round, C::Reject { device, change: hash, records: vec![] }),
    ];
    let seed = |(name, round, command): (&str, RoundId, CoordinatorCommand)| {
        let plan_version = people.views.iter().find(|view| view.id == round).map(|view| view.plan_version);
        let request = CommandRequest { act: ActId([8; 16]), round, plan_version, command };
        Seed::new("command", name, serde_json::to_vec_pretty(&request).unwrap())
    };
    commands.into_iter().map(seed).collect()
}

fn enrolments(people: &People) -> Vec<Seed> {
    let fresh = PrivateKey::from_seed(&[3; 32]);
    let [used, free] = &people.codes;
    let request = |code: &Secret<String>, key: &PrivateKey| {
        serde_json::to_vec(&EnrolRequest { code: code.clone(), key: key.public() }).unwrap()
    };
    let answer = EnrolAnswer {
        co_op: people.courier.co_op,
        co_op_name: "Fuzz".to_owned(),
        co_op_key: people.keys.of_co_op(people.courier.co_op).unwrap().public(),
        time_zone: "Europe/Paris".to_owned(),
        member: people.courier.member,
        name: Personal::new("Ada".to_owned()),
        device: people.device,
        delegation: to_text(&people.word()),
        server_time_ms: MORNING,
    };
    let unknown = Secret::new(to_text(&[1; 16]));
    let seeds = [
        ("code", free.reveal().clone().into_bytes()),
        ("code-typed", format!(" {}\n", free.reveal()).into_bytes()),
        ("request", request(free, &fresh)),
        ("request-with-a-key-that-is-taken", request(free, &people.key)),
        ("request-again", request(used, &people.key)),
        ("request-with-a-used-code", request(used, &fresh)),
        ("request-with-an-unknown-code", request(&unknown, &fresh)),
        ("answer", serde_json::to_vec(&answer).unwrap()),
    ];
    seeds.into_iter().map(|(name, bytes)| Seed::new("enrolment", name, bytes)).collect()
}

#[test]
fn commands_that_name_what_is_there_are_done() {
    let seeds: Vec<Seed> = seeds().into_iter().filter(|seed| seed.target == "command").collect();
    let done = seeds.iter().filter(|seed| crate::targets::command::is_done(&seed.bytes));
    let names: Vec<&str> = done.map(|seed| seed.name.trim_start_matches("seed-")).collect();
    let expected = [
        "make-round",
        "add-stop",
        "add-hub",
        "amend-stop",
        "withdraw-stop",
        "erase-card",
        "sequence",
        "move-stops",
        "give-round",
        "make-draft",
    ];
    assert_eq!(names, expected);
}
