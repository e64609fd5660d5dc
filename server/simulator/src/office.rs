//! The office: coordinators who plan on what they last saw, and send again what had no answer.

mod planning;
mod refusals;
mod yes;

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{ActId, MemberId, RecordId, RoundId};
use core_sync::domain::personal::Secret;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::round_state::RoundState;
use core_sync::wire::board::Board;
use core_sync::wire::command::CommandRequest;
use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::item::Items;
use core_sync::wire::round::RoundView;

use crate::chance::Chance;
use crate::courier::short;
use crate::halt::{OrBroken as _, Played, found};
use crate::inventory::{Inventory, RoundLog};
use crate::ledger::UponYes;
use crate::opening::new_act;
use crate::script::Trouble;
use crate::server_process::{Answer, Disk};
use crate::world::World;
pub(crate) use planning::plan_pair;

/// A coordinator looks at the board anew before one plan in so many; otherwise she plans on what she saw.
const LOOKS_ONE_IN: usize = 2;

/// A coordinator.
#[derive(Debug)]
pub(crate) struct Coordinator {
    pub(crate) name: String,
    pub(crate) token: Secret<String>,
    /// The board as she last saw it.
    seen: Vec<RoundView>,
    /// What was planned of each of those rounds, when she saw it.
    planned: BTreeMap<RoundId, BTreeSet<RecordId>>,
    /// What had no answer, to be sent again as it is.
    unanswered: Option<Plan>,
}

/// A command with its act, as it is sent, and sent again.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    request: CommandRequest,
    /// What had been planned of each round it names when it was decided, if it must still be so.
    planned: Option<BTreeMap<RoundId, BTreeSet<RecordId>>>,
    upon_yes: UponYes,
    /// That it was done before, unheard, when the server had gone back so many times.
    done_at: Option<usize>,
}

impl Plan {
    fn new(round: &RoundView, command: CoordinatorCommand, chance: &mut Chance) -> Self {
        let plan_version = Some(round.plan_version);
        let request = CommandRequest { act: new_act(&mut chance.0), round: round.id, plan_version, command };
        Self::of(request)
    }

    const fn of(request: CommandRequest) -> Self {
        let upon_yes = UponYes { readers: Vec::new(), renamed: None };
        Self { request, planned: None, upon_yes, done_at: None }
    }

    /// The same, with what a yes changes in what people may see.
    fn upon_yes(self, upon_yes: UponYes) -> Self {
        Self { upon_yes, ..self }
    }

    /// A new round for somebody.
    pub(crate) fn make_round(courier: MemberId, chance: &mut Chance) -> Self {
        let round = RoundId::random(&mut chance.0);
        let command = CoordinatorCommand::MakeRound { courier };
        Self::of(CommandRequest { act: new_act(&mut chance.0), round, plan_version: None, command })
    }

    /// The round that it names.
    pub(crate) fn round(&self) -> RoundId {
        self.request.round
    }
}

impl Coordinator {
    pub(crate) fn new(name: String, token: Secret<String>) -> Self {
        Self { name, token, seen: Vec::new(), planned: BTreeMap::new(), unanswered: None }
    }

    /// The server went back in time: what it had done unheard she does not send again. Phones may hold it, and the same act
    /// done anew would be another record under the same id, which no log takes beside the first (SECURITY.md).
    pub(crate) fn look_again(&mut self) {
        if self.unanswered.as_ref().is_some_and(|plan| plan.done_at.is_some()) {
            self.unanswered = None;
        }
    }

    /// Whether a command of hers had no answer yet.
    pub(crate) fn waits(&self) -> bool {
        self.unanswered.is_some()
    }
}

/// A coordinator plans something, over a network that may lose either way.
pub(crate) fn plan(world: &mut World, who: usize, chance: &mut Chance, disk: Disk) -> Played<()> {
    let coordinator = world.office.get(who).or_broken("a coordinator that is there")?;
    let plan = match coordinator.unanswered.clone() {
        Some(again) => again,
        None => {
            if coordinator.seen.is_empty() || chance.one_in(LOOKS_ONE_IN) {
                look(world, who)?;
            }
            let Some(plan) = planning::chosen(world, who, chance)? else { return Ok(()) };
            // A new pair's second half was decided on what its first half made.
            let planned = world.office.get(who).map(|coordinator| coordinator.planned.clone());
            // Erasing a card is no plan: whoever asks for it is heard on any version.
            let plans = !matches!(plan.request.command, CoordinatorCommand::EraseCard { .. });
            let planned = planned.filter(|_| plans && plan.request.plan_version.is_some());
            on_the_plan_of_now(world, Plan { planned, ..plan })?
        }
    };
    if disk == Disk::Refuses {
        carry_out(world, who, plan, Disk::Refuses)?;
        // What was not on the disk is gone with the process; or the process goes on, and needs no restart.
        return if chance.one_in(2) { world.server.kill() } else { Ok(()) };
    }
    match chance.below(12) {
        0 => {
            world.tally.fault("command lost");
            keep(world, who, plan)
        }
        1 => {
            world.tally.fault("command's answer lost");
            let answer = send(world, who, &plan, Disk::Room)?;
            let done_at = (answer.status < 400).then_some(world.ledger.put_backs);
            keep(world, who, Plan { done_at, ..plan })
        }
        2 => {
            world.tally.fault("command doubled");
            let answer = send(world, who, &plan, Disk::Room)?;
            let done_at = (answer.status < 400).then_some(world.ledger.put_backs);
            carry_out(world, who, Plan { done_at, ..plan }, Disk::Room)
        }
        _ => carry_out(world, who, plan, Disk::Room),
    }
}

fn keep(world: &mut World, who: usize, plan: Plan) -> Played<()> {
    let coordinator = world.office.get_mut(who).or_broken("a coordinator that is there")?;
    let line = format!("{} has no answer to {}", coordinator.name, told(&plan));
    coordinator.unanswered = Some(plan);
    world.tell(line);
    Ok(())
}

/// Looks at the board.
fn look(world: &mut World, who: usize) -> Played<()> {
    let coordinator = world.office.get(who).or_broken("a coordinator that is there")?;
    let board: Board = world.server.get("/v1/board", coordinator.token.reveal())?;
    let hostile = &world.hostile.rounds;
    let rounds = board.rounds.into_iter().filter(|round| !hostile.contains(&round.id)).collect();
    let planned = planned(&world.server.inventory()?);
    let coordinator = world.office.get_mut(who).or_broken("a coordinator that is there")?;
    (coordinator.seen, coordinator.planned) = (rounds, planned);
    Ok(())
}

/// The plan records of every round.
fn planned(inventory: &Inventory) -> BTreeMap<RoundId, BTreeSet<RecordId>> {
    let of_round = |log: &RoundLog| {
        let plans = log
            .records
            .iter()
            .filter(|(_, entry)| matches!(entry.record, Record::Act { body: ActBody::Plan(_), .. }));
        plans.map(|(id, _)| id).collect()
    };
    inventory.rounds.iter().map(|(round, log)| (*round, of_round(log))).collect()
}

/// Settles one of the open items, with one of its choices.
pub(crate) fn settle(world: &mut World, who: usize, chance: &mut Chance) -> Played<()> {
    let token = world.office.get(who).or_broken("a coordinator that is there")?.token.reveal().clone();
    let items: Items = world.server.get("/v1/items", &token)?;
    let open: Vec<_> = items.items.into_iter().filter(|item| item.settled.is_none()).collect();
    let Some(item) = chance.pick(&open) else { return Ok(()) };
    let Some(choice) = chance.pick(&item.choices) else { return Ok(()) };
    let records = item.evidence.iter().map(|evidence| evidence.record).collect();
    let command = CoordinatorCommand::Settle { records, answer: choice.answer, holds: choice.holds };
    let request =
        CommandRequest { act: new_act(&mut chance.0), round: item.round, plan_version: None, command };
    carry_out(world, who, Plan::of(request), Disk::Room)
}

/// Sends a command and takes note of the answer.
pub(crate) fn carry_out(world: &mut World, who: usize, plan: Plan, disk: Disk) -> Played<()> {
    let plan = on_the_plan_of_now(world, plan)?;
    let inventory = world.server.inventory()?;
    let before = planned(&inventory);
    let answer = send(world, who, &plan, disk)?;
    let name = world.office.get(who).or_broken("a coordinator that is there")?.name.clone();
    if answer.status >= 500 {
        if disk == Disk::Refuses {
            world.tally.fault(Trouble::ServerDiskRefuses.code());
        }
        return keep(world, who, plan);
    }
    world.office.get_mut(who).or_broken("a coordinator that is there")?.unanswered = None;
    world.tell(format!("{name} sends {}: {}", told(&plan), answer.status));
    let repeats = plan.done_at == Some(world.ledger.put_backs);
    if answer.status < 400 {
        let seen =
            plan.planned.as_ref().filter(|_| !repeats).and_then(|planned| planned.get(&plan.request.round));
        if seen.is_some_and(|seen| before.get(&plan.request.round) != Some(seen)) {
            return Err(found("who plans on an old plan decides again", told(&plan)));
        }
        return yes::heard(world, &plan, &answer);
    }
    if repeats {
        return Err(found(
            "a command that was done is answered the same again",
            format!("{}: {} {}", told(&plan), answer.status, String::from_utf8_lossy(&answer.body)),
        ));
    }
    let code = answer.code();
    if !code.is_some_and(|code| refusals::is_borne_out(world, &plan, code, &inventory)) {
        return Err(found(
            "a command is done or refused for a reason",
            format!("{}: {} {}", told(&plan), answer.status, String::from_utf8_lossy(&answer.body)),
        ));
    }
    // Who was late sees the round as it is and decides again.
    if code == Some(ErrorCode::PlanVersionStale)
        && let Some(round) = answer.member::<RoundView>("round")
    {
        let coordinator = world.office.get_mut(who).or_broken("a coordinator that is there")?;
        coordinator.planned.extend(before.get(&round.id).map(|planned| (round.id, planned.clone())));
        coordinator.seen.retain(|seen| seen.id != round.id);
        coordinator.seen.push(round);
    }
    Ok(())
}

/// A new stop is asked for on the plan as it stands when it is sent: the second of a pair follows from the first.
fn on_the_plan_of_now(world: &World, mut plan: Plan) -> Played<Plan> {
    if plan.request.plan_version.is_none() && matches!(plan.request.command, CoordinatorCommand::AddStop(_)) {
        let inventory = world.server.inventory()?;
        let log = inventory.rounds.get(&plan.request.round);
        plan.request.plan_version = log.map(|log| RoundState::of(&log.records).plan_version);
    }
    Ok(plan)
}

fn send(world: &mut World, who: usize, plan: &Plan, disk: Disk) -> Played<Answer> {
    world.tally.requests += 1;
    let token = world.office.get(who).or_broken("a coordinator that is there")?.token.reveal();
    let before = world.server.inventory()?;
    let answer = world.server.post("/v1/commands", Some(token), &plan.request, disk)?;
    if answer.status < 400 {
        yes::was_done(world, plan, &before)?;
    }
    Ok(answer)
}

fn told(plan: &Plan) -> String {
    let round = short(&plan.request.round.0);
    match &plan.request.command {
        CoordinatorCommand::AddStop(stop) => format!("add_stop {} to round {round}", stop.card.name.reveal()),
        CoordinatorCommand::AmendStop(change) => {
            format!("amend_stop {} in round {round}", short(&change.stop.0))
        }
        CoordinatorCommand::WithdrawStop { stop, .. } => {
            format!("withdraw_stop {} in round {round}", short(&stop.0))
        }
        CoordinatorCommand::MoveStops { stops, to, .. } => format!(
            "move_stops {} from round {round} to {}",
            stops.iter().map(|stop| short(&stop.0)).collect::<Vec<_>>().join(" "),
            short(&to.0)
        ),
        CoordinatorCommand::GiveRound { round: new, .. } => {
            format!("give_round {round} as {}", short(&new.0))
        }
        CoordinatorCommand::EraseCard { stop } => {
            format!("erase_card of {} in round {round}", short(&stop.0))
        }
        CoordinatorCommand::MakeRound { .. } => format!("make_round {round}"),
        CoordinatorCommand::Sequence { .. } => format!("sequence of round {round}"),
        CoordinatorCommand::Settle { answer, .. } => format!("settle {} in round {round}", answer.code()),
        CoordinatorCommand::Release { .. } => format!("release in round {round}"),
        CoordinatorCommand::Reject { .. } => format!("reject in round {round}"),
        CoordinatorCommand::MakeDraft {}
        | CoordinatorCommand::TakeDraft { .. }
        | CoordinatorCommand::DivideDrafts { .. } => format!("draft {round}"),
        CoordinatorCommand::Replan { also, .. } => {
            let others: Vec<String> = also.iter().map(|other| short(&other.round.0)).collect();
            format!("replan rounds {round} {}", others.join(" "))
        }
        CoordinatorCommand::AcceptSuggestion { .. } | CoordinatorCommand::RefuseSuggestion { .. } => {
            format!("suggestion for round {round}")
        }
    }
}

/// Sends again what had no answer, until nothing waits.
pub(crate) fn send_again(world: &mut World, who: usize) -> Played<()> {
    let waits = world.office.get(who).and_then(|coordinator| coordinator.unanswered.clone());
    match waits {
        Some(plan) => carry_out(world, who, plan, Disk::Room),
        None => Ok(()),
    }
}

/// Decides what stands aside: what honest people's devices sent is released, a hostile one's is rejected.
pub(crate) fn decide_aside(world: &mut World) -> Played<usize> {
    let token = world.office.first().or_broken("a coordinator that is there")?.token.reveal().clone();
    let aside: core_sync::wire::aside::Aside = world.server.get("/v1/aside", &token)?;
    let mut decided = 0;
    for change in aside.changes {
        let open =
            change.records.iter().filter(|record| record.state == core_sync::wire::aside::AsideState::Open);
        let records: Vec<_> = open.map(|record| record.record).collect();
        if records.is_empty() {
            continue;
        }
        let (device, hash) = (change.device, change.change);
        // Decided once: what is open later of the same change is another act.
        let named: Vec<u8> = records.iter().flat_map(|record| record.0).collect();
        let decide = |command: CoordinatorCommand, domain| {
            let act = ActId(Hash::of(domain, &[&hash.0, &device.0, &named]).first());
            Plan::of(CommandRequest { act, round: change.round, plan_version: None, command })
        };
        let release = CoordinatorCommand::Release { device, change: hash, records: records.clone() };
        let release = decide(release, "simulator/release");
        // What is not a courier's own act, as what a shut out phone gave back, cannot be released: it is left out.
        let honest = world.ledger.honest_devices.contains_key(&device);
        let code = if honest {
            send(world, 0, &release, Disk::Room)?.code()
        } else {
            Some(ErrorCode::NotReleasable)
        };
        let plan = match code {
            Some(ErrorCode::NotReleasable) => {
                decide(CoordinatorCommand::Reject { device, change: hash, records }, "simulator/reject")
            }
            Some(_) | None => release,
        };
        carry_out(world, 0, plan, Disk::Room)?;
        decided += 1;
    }
    Ok(decided)
}
