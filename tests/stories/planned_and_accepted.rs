//! Stops that wait in drafts are planned in a terminal, the plan is accepted, and phones ride what was shown.

use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, ParcelId, PlanVersion, RoundId, StopId};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use core_sync::wire::command::CommandAnswer;
use core_sync::wire::draft::Drafts;
use core_sync::wire::members::Role;
use core_sync::wire::plan::PlanAnswer;
use core_sync::wire::suggestion::SuggestAnswer;

use crate::harness::server_process::binary;
use crate::harness::world::World;

/// Digits that nothing else in a log has.
const LATITUDE: f64 = -23.987_651;

/// A town of so many hundredths of a degree from west to east.
fn east(of: u8) -> Coordinate {
    Coordinate::from_degrees(LATITUDE, 2.0 + f64::from(of) / 100.0).unwrap()
}

/// Adds a stop to a draft, open all day.
async fn add(
    world: &mut World,
    draft: (RoundId, PlanVersion),
    kind: StopKind,
    at: u8,
    parcel: u8,
) -> PlanVersion {
    let mut stop = world.new_stop(kind, usize::from(at), ParcelId([parcel; 16])).await;
    let now = world.now().await;
    stop.window.from_ms = now;
    stop.window.until_ms = now.plus(core_sync::domain::time::Milliseconds::hours(20));
    stop.card.coordinate = Personal::new(east(at));
    sent(world, draft.0, Some(draft.1), CoordinatorCommand::AddStop(Box::new(stop))).await
}

async fn sent(
    world: &mut World,
    draft: RoundId,
    seen: Option<PlanVersion>,
    command: CoordinatorCommand,
) -> PlanVersion {
    let act = ActId::random(&mut world.random);
    let (status, body) = world.send(act, draft, seen, command).await;
    assert_eq!(status, 200, "{body}");
    match serde_json::from_value(body).unwrap() {
        CommandAnswer::Draft(draft) => draft.plan_version,
        CommandAnswer::Round(round) => panic!("{round:?}"),
    }
}

/// Five hours from a moment on, as a coordinator of the co-op types them.
fn shift(now: core_sync::domain::time::Timestamp) -> String {
    let here = jiff::Timestamp::from_millisecond(now.0).unwrap().in_tz("Europe/Paris").unwrap();
    let until = here.checked_add(jiff::Span::new().hours(5)).unwrap();
    format!("{}-{}", here.strftime("%H:%M"), until.strftime("%H:%M"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_shown_accepted_and_ridden_and_what_it_left_out_waits() {
    let mut world = World::new();
    let people = [world.member("Ana", Role::Courier).await, world.member("Bo", Role::Courier).await];
    let mut drafts = Vec::new();
    for (draft, stops) in [(7_u8, [(1, 1), (2, 3)]), (8, [(3, 2), (4, 5)])] {
        let id = RoundId([draft; 16]);
        let mut seen = sent(&mut world, id, None, CoordinatorCommand::MakeDraft {}).await;
        for (parcel, at) in stops {
            seen = add(&mut world, (id, seen), StopKind::Pickup, at, parcel).await;
            seen = add(&mut world, (id, seen), StopKind::DropOff, at + 1, parcel).await;
        }
        drafts.push((id, seen));
    }
    // Nobody hands this one over.
    let lone = add(&mut world, drafts[0], StopKind::Pickup, 1, 99).await;
    drafts[0].1 = lone;

    let token_file = world.folder.path().join("admin.token");
    std::fs::write(&token_file, &world.admin_token).unwrap();
    let file = world.folder.path().join("plan.json");
    let run = |arguments: &[&str]| {
        let mut command = binary();
        command.args(["coordinator", "--server", &world.address, "--token-file"]).arg(&token_file);
        let output = command.args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let write = file.to_str().unwrap();
    let shift = shift(world.now().await);
    let plan = ["plan", "--for", "Ana", "--for", "Bo", "--shift", &shift, "--at=-23.987651,2.0"];
    let (code, said, wrong) = run(&[&plan[..], &["--seconds", "1", "--write", write]].concat());
    assert_eq!(code, Some(0), "{wrong}");
    assert!(said.contains("Ana:") || said.contains("Bo:"), "{said}");
    assert!(said.contains("nobody knows where all its parcels go"), "{said}");
    let shown: PlanAnswer = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(shown.rounds.iter().map(|round| round.stops.len()).sum::<usize>(), 8);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(!kept.contains("Embruns"), "no address in a plan's file: {kept}");
    // Nothing changed by asking.
    assert!(world.board().await.rounds.is_empty());

    let (code, said, wrong) = run(&["accept", write]);
    assert_eq!(code, Some(0), "{wrong}");
    assert!(said.contains("made"), "{said}");
    // Once: the drafts have changed since.
    assert_eq!(run(&["accept", write]).0, Some(2));
    for round in &shown.rounds {
        assert!(people.contains(&round.courier));
        let mut phone = world.phone(round.courier).await;
        phone.sync().await;
        let today = phone.session().today().unwrap();
        assert_eq!(today.len(), 1);
        let ridden: Vec<StopId> = today[0].stops.iter().map(|stop| stop.stop).collect();
        assert_eq!(ridden, round.stops.iter().map(|stop| stop.stop).collect::<Vec<_>>());
        assert!(today[0].stops.iter().all(|stop| stop.card.is_some()));
    }
    let (_, body) = world.get("/v1/drafts", &world.admin_token).await;
    let left: Drafts = serde_json::from_value(body).unwrap();
    assert_eq!(left.drafts.iter().map(|draft| draft.stops.len()).sum::<usize>(), 1);
    let log = world.log();
    assert!(!log.contains("23.98765") && !log.contains("2398765"), "a position in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_rides_is_offered_a_help_that_leaves_what_is_on_her_bike() {
    let mut world = World::new();
    let (ana, bo) = (world.member("Ana", Role::Courier).await, world.member("Bo", Role::Courier).await);
    let mut rounds = Vec::new();
    // Each has an order of her own end of the town and one of the other's.
    for (courier, n, pairs) in [(ana, 1_u8, [(0, 1), (19, 20)]), (bo, 2, [(20, 19), (1, 0)])] {
        let round = world.round_of_pairs(courier, 0).await;
        let mut view = world.round(round).await;
        for (pair, (from, to)) in (0..).zip(pairs) {
            for (kind, at) in [(StopKind::Pickup, from), (StopKind::DropOff, to)] {
                let parcel = ParcelId([n * 16 + pair; 16]);
                let mut stop = world.new_stop(kind, usize::from(at), parcel).await;
                stop.window.from_ms = world.now().await;
                stop.window.until_ms =
                    stop.window.from_ms.plus(core_sync::domain::time::Milliseconds::hours(8));
                stop.card.coordinate = Personal::new(east(at));
                view = world.command(round, CoordinatorCommand::AddStop(Box::new(stop))).await;
            }
        }
        rounds.push(view);
    }
    let token_file = world.folder.path().join("admin.token");
    std::fs::write(&token_file, &world.admin_token).unwrap();
    let now = shift(world.now().await);
    let address = world.address.clone();
    let run = |arguments: &[&str]| {
        let mut command = binary();
        command.args(["coordinator", "--server", &address, "--token-file"]).arg(&token_file);
        let output = command.args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let who = ["suggest", "--for", "Ana", "--for", "Bo", "--shift", &now, "--at=-23.987651,2.0", "--one-way"];
    // Bo has the order of her own end on the bike and rides to its door: the other one she would cross the town for.
    let mut phone = world.phone(bo).await;
    phone.sync().await;
    let numbered = |number: usize| rounds[1].stops.iter().find(|stop| stop.number == number).unwrap().id;
    phone.tap(rounds[1].id, &CourierCommand::Collect(numbered(1), None));
    phone.sync().await;
    let (code, said, wrong) = run(&who);
    assert_eq!(code, Some(0), "{wrong}");
    assert!(said.contains("min of riding less, nobody later"), "{said}");
    assert!(said.contains("Bo leaves 1 order to Ana"), "{said}");
    // The stop that she rides to is hers, and not in what would be ridden after it.
    let (_, json, _) = run(&[&["--json"], &who[..]].concat());
    let answer: SuggestAnswer = serde_json::from_str(&json).unwrap();
    let of = |round: RoundId| {
        answer.suggestions[0].replan.rounds.iter().find(|found| found.round == round).unwrap()
    };
    assert!(!of(rounds[1].id).stops.contains(&numbered(2)), "{json}");
    assert!(of(rounds[0].id).stops.contains(&rounds[0].stops[0].id), "{json}");
    // Found again it is the same, under the same name; saying yes does all of it.
    let line = said.lines().find(|line| line.contains("coordinator accept")).unwrap();
    let id = line.rsplit(' ').next().unwrap();
    assert!(id.len() >= 4 && answer.suggestions[0].id.to_string().starts_with(id), "{said}");
    let (_, listed, _) = run(&["suggestions"]);
    assert!(listed.contains(&format!("{id} · waits for a decision")), "{listed}");
    let (code, shown, wrong) = run(&["accept", id]);
    assert_eq!(code, Some(0), "{wrong}");
    assert!(shown.contains("Ana") && shown.contains("Bo"), "{shown}");
    for (what, word) in
        [(id, "ask for new ones"), ("nothing-like-that", "No suggestion"), ("no.json", "no.json")]
    {
        let (code, _, wrong) = run(&["accept", what]);
        assert_eq!(code, Some(2), "{wrong}");
        assert!(wrong.contains(word), "{wrong}");
    }
    let (_, listed, _) = run(&["suggestions"]);
    assert!(listed.contains(&format!("{id} · accepted by")), "{listed}");
    // Her phone has what she rides to, and the order of Ana's that lies at her end instead of the one at Ana's.
    phone.sync().await;
    let hers = phone.session().round(rounds[1].id).unwrap().remaining;
    assert_eq!((hers.len(), hers[0]), (3, numbered(2)), "{hers:?}");
    assert!(!hers.contains(&numbered(3)) && !hers.contains(&numbered(4)), "{hers:?}");
    // It is done: there is nothing more to say of it.
    let (_, said, _) = run(&who);
    assert!(!said.contains("coordinator accept"), "{said}");
    let log = world.log();
    assert!(!log.contains("23.98765") && !log.contains("2398765"), "a position in the log");
}
