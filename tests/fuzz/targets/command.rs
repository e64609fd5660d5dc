//! Target `command`: any bytes as the JSON of `POST /v1/commands`, by a coordinator and by a courier.
//!
//! A command that is read means the same when it is written and read again; the server does it or refuses it, and
//! never finds a fault of its own. What it answers is JSON that a client reads.

use core_sync::wire::command::{CommandAnswer, CommandRequest};
use server::app::authenticate::Caller;
use server::app::command::command;

use super::coop::{self, Coop, moment, no_fault, random};

pub(super) fn run(bytes: &[u8]) {
    let _either = is_done(bytes);
}

/// Whether the server does it, for a coordinator or for a courier.
pub(crate) fn is_done(bytes: &[u8]) -> bool {
    let Ok(request) = serde_json::from_slice::<CommandRequest>(bytes) else { return false };
    let written = serde_json::to_vec(&request).expect("a command is written");
    let again = serde_json::from_slice(&written).expect("what was written is read");
    assert_eq!(request, again, "a command is read otherwise when written again");
    coop::with(|coop| {
        let callers = [coop.people.coordinator, coop.people.courier];
        callers.map(|caller| carry_out(coop, caller, &request)).contains(&true)
    })
}

fn carry_out(coop: &mut Coop, caller: Caller, request: &CommandRequest) -> bool {
    let said = coop.attempt(|tx, people| {
        let revocations = people.revocations();
        command(tx, &people.keys, &revocations, caller, request, moment(), &mut random())
    });
    let Some(answer) = no_fault(said) else { return false };
    let written = serde_json::to_vec(&answer).expect("an answer is written");
    let read: CommandAnswer = serde_json::from_slice(&written).expect("an answer is read");
    assert_eq!(read, answer, "an answer is read otherwise than it was meant");
    true
}
