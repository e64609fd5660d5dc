//! Healing: everything works again, and within a stated virtual time every queue is empty and nobody is stuck.

use core_sync::domain::time::Milliseconds;
use core_sync::view::sync_badge::BadgeState;

use crate::counter;
use crate::courier::short;
use crate::faults::of_phones::wants_enrolment;
use crate::halt::{OrBroken as _, Played, found};
use crate::office;
use crate::opening::enrol;
use crate::wake;
use crate::world::World;

/// Within so many virtual minutes every queue is empty: the longest wait of a phone that failed often is five, then it
/// asks every minute, and each round of giving back and asking again takes one more.
pub const DRAINED_WITHIN_MINUTES: i64 = 30;
/// Minutes that go by after the last queue was empty, so that everybody has heard of everything.
const QUIET_MINUTES: i64 = 4;

/// Heals the world.
pub(crate) fn heal(world: &mut World) -> Played<()> {
    world.clock.right_server();
    world.tell("everything works again");
    let mut quiet_minutes = 0;
    for minute in 0..=DRAINED_WITHIN_MINUTES + QUIET_MINUTES {
        for who in 0..world.office.len() {
            office::send_again(world, who)?;
        }
        counter::send(world)?;
        let decided = office::decide_aside(world)?;
        for index in 0..world.phones.len() {
            if wants_enrolment(world, index)? {
                enrol(world, index)?;
                let now = world.clock.now();
                world.phones.get_mut(index).or_broken("a phone that is there")?.wakes_at = now;
            }
        }
        wake::wake_due(world)?;
        if decided == 0 && first_unsent(world)?.is_none() {
            quiet_minutes += 1;
        } else {
            quiet_minutes = 0;
        }
        if quiet_minutes > QUIET_MINUTES {
            world.tally.drained_after_minutes = minute - QUIET_MINUTES;
            return Ok(());
        }
        world.clock.pass(Milliseconds::minutes(1));
    }
    let stuck = first_unsent(world)?.unwrap_or_else(|| "the office goes on deciding".to_owned());
    Err(found("every queue is empty in time", format!("after {DRAINED_WITHIN_MINUTES} minutes {stuck}")))
}

/// Whoever still has something to send, and what.
fn first_unsent(world: &mut World) -> Played<Option<String>> {
    let now = world.clock.now();
    for coordinator in &world.office {
        if coordinator.waits() {
            return Ok(Some(format!("{} still waits for an answer", coordinator.name)));
        }
    }
    for phone in &mut world.phones {
        let name = phone.name.clone();
        let session = phone.session(now)?;
        let badge = session.badge().or_broken("looking at a badge")?;
        let queue = session.queue().or_broken("reading a queue")?;
        if let Some(act) = queue.first() {
            let why = act.set_aside.clone().unwrap_or_else(|| "not sent".to_owned());
            return Ok(Some(format!(
                "{name} still has {} ({why}, badge {:?})",
                short(&act.record.0),
                badge.state
            )));
        }
        if badge.state != BadgeState::AllSent {
            return Ok(Some(format!("{name} still shows {:?}, {badge:?}", badge.state)));
        }
    }
    Ok(None)
}
