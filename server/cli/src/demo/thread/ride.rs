//! The ride: twelve stops, the link cut for most of them, phone and server killed on the way.

use serde::Serialize;
use serde_json::Value;
use town::StopKind;

use super::narrator::Narrator;
use super::process::{Phone, Program};
use super::setting::{COURIER, Setting};
use crate::failure::Failure;
use crate::shell::Shell;

/// After this stop the phone is killed, in the middle of the cellar.
const PHONE_DIES_AFTER: usize = 3;
/// After this stop the server is killed and comes back.
const SERVER_DIES_AFTER: usize = 5;
/// After this stop there is a bar of network, once.
const LINK_AFTER: usize = 7;
/// The stop that coordination amends while the courier is away.
const AMENDED: usize = 10;
/// The stop where nobody opens at first.
const NOBODY_AT: usize = 12;

/// An act as the phone said it was saved: the demo's own note, not the phone's.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SavedAct {
    pub(super) record: String,
    pub(super) content: String,
    pub(super) kind: String,
    pub(super) stop: Option<usize>,
    pub(super) n: u64,
    pub(super) tapped_ms: i64,
}

/// A courier typing on her phone, and what the phone said was saved.
struct Rider<'a> {
    program: &'a Program,
    phone: Phone,
    saved: Vec<SavedAct>,
}

impl Rider<'_> {
    /// Types a line whose answer must say saved.
    fn tap(&mut self, line: &str) -> Result<(), Failure> {
        let answer = self.phone.type_line(line)?;
        let saved = answer.get("saved").ok_or_else(|| {
            let said = answer.pointer("/error/sentence").and_then(Value::as_str).unwrap_or("nothing");
            Failure::ours("demo", format!("the phone did not save {line}: {said}"))
        })?;
        let text = |member: &str| saved.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        self.saved.push(SavedAct {
            record: text("record"),
            content: text("content"),
            kind: text("kind"),
            stop: saved.get("stop").and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok()),
            n: saved.get("n").and_then(Value::as_u64).unwrap_or_default(),
            tapped_ms: saved.get("tapped_ms").and_then(Value::as_i64).unwrap_or_default(),
        });
        Ok(())
    }

    /// How a sync ended, in words.
    fn sync(&mut self, shell: &Shell) -> Result<String, Failure> {
        let answer = self.phone.type_line("sync")?;
        let code = answer.get("sync").and_then(Value::as_str).unwrap_or_default();
        Ok(shell.word(&format!("sync.{code}")))
    }

    /// Kills the phone's process and opens its folder in another; gives how many acts wait there.
    fn die_and_come_back(&mut self) -> Result<usize, Failure> {
        self.phone.kill()?;
        self.phone = self.program.phone("phone")?;
        let queue = self.phone.type_line("queue")?;
        Ok(queue.get("queue").and_then(Value::as_array).map_or(0, Vec::len))
    }
}

/// Rides the round. Gives every act that the phone said was saved, as tapped.
pub(super) fn ride(
    program: &Program,
    setting: &mut Setting,
    shell: &Shell,
    narrator: &Narrator<'_>,
) -> Result<Vec<SavedAct>, Failure> {
    let mut rider = Rider { program, phone: program.phone("phone")?, saved: Vec::new() };
    rider.phone.type_line("offline on")?;
    narrator.tell("demo.link_cut", &[("courier", COURIER)]);
    rider.tap("start")?;
    for index in 0..setting.stops.len() {
        let Some(stop) = setting.stops.get(index) else { break };
        let (number, kind) = (stop.number, stop.kind);
        serve_stop(&mut rider, number, kind, narrator)?;
        match number {
            PHONE_DIES_AFTER => {
                let there = rider.die_and_come_back()?.to_string();
                let n = rider.saved.len().to_string();
                narrator.tell("demo.phone_killed", &[("saved", &n), ("there", &there)]);
            }
            SERVER_DIES_AFTER => {
                amend(program, setting, shell, narrator)?;
                setting.kill_server()?;
                setting.restart(program)?;
                narrator.tell("demo.server_killed", &[]);
            }
            LINK_AFTER => one_bar(&mut rider, shell, narrator)?,
            _ => {}
        }
    }
    rider.tap(&format!("delivered {NOBODY_AT} --to neighbour"))?;
    rider.tap("finish")?;
    come_home(&mut rider, program, setting, shell, narrator)?;
    Ok(rider.saved)
}

fn serve_stop(
    rider: &mut Rider<'_>,
    number: usize,
    kind: StopKind,
    narrator: &Narrator<'_>,
) -> Result<(), Failure> {
    rider.tap(&format!("arrived {number}"))?;
    let line = match kind {
        StopKind::Pickup => format!("collected {number}"),
        StopKind::DropOff if number == NOBODY_AT => format!("failed {number} --reason nobody"),
        StopKind::DropOff => format!("delivered {number}"),
    };
    rider.tap(&line)?;
    let saved = rider.saved.len().to_string();
    let number = number.to_string();
    narrator.tell(
        match kind {
            StopKind::Pickup => "demo.pickup_done",
            StopKind::DropOff => "demo.drop_off_done",
        },
        &[("courier", COURIER), ("stop", &number), ("saved", &saved)],
    );
    Ok(())
}

/// Coordination gives a later stop another hour, while the courier cannot hear it.
fn amend(
    program: &Program,
    setting: &Setting,
    shell: &Shell,
    narrator: &Narrator<'_>,
) -> Result<(), Failure> {
    let number = AMENDED.to_string();
    let Some(stop) = setting.stops.iter().find(|stop| stop.number == AMENDED) else { return Ok(()) };
    let instructions = shell.word("demo.new_instructions");
    setting.coordinator(
        program,
        &["amend", COURIER, &number, "--service", "5", "--instructions", &instructions],
    )?;
    narrator.tell("demo.amended", &[("stop", &number), ("name", &stop.name), ("window", &stop.window)]);
    Ok(())
}

/// One bar of network: what is queued goes, what is new comes, and the link is gone again.
fn one_bar(rider: &mut Rider<'_>, shell: &Shell, narrator: &Narrator<'_>) -> Result<(), Failure> {
    rider.phone.type_line("offline off")?;
    let end = rider.sync(shell)?;
    let today = rider.phone.type_line("today")?;
    let amended = today.pointer("/rounds/0/plan_diff/amended").and_then(Value::as_array).map_or(0, Vec::len);
    rider.tap("seen")?;
    rider.phone.type_line("offline on")?;
    narrator.tell("demo.one_bar", &[("courier", COURIER), ("end", &end), ("amended", &amended.to_string())]);
    Ok(())
}

/// Home again: the link is back, but the server is dead at first; nothing is lost by asking.
fn come_home(
    rider: &mut Rider<'_>,
    program: &Program,
    setting: &mut Setting,
    shell: &Shell,
    narrator: &Narrator<'_>,
) -> Result<(), Failure> {
    setting.kill_server()?;
    rider.phone.type_line("offline off")?;
    let end = rider.sync(shell)?;
    narrator.tell("demo.no_answer", &[("courier", COURIER), ("end", &end)]);
    setting.restart(program)?;
    let end = rider.sync(shell)?;
    let queue = rider.phone.type_line("queue")?;
    let left = queue.get("queue").and_then(Value::as_array).map_or(0, Vec::len).to_string();
    narrator.tell("demo.sent", &[("courier", COURIER), ("end", &end), ("left", &left)]);
    Ok(())
}
