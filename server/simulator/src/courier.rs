//! A courier: what she taps, from what her phone shows, which may be what it showed a while ago.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{RoundId, StopId};
use core_sync::domain::reasons::{FailReason, HandedTo, StopKind};
use core_sync::domain::record::{ActBody, Record};
use core_sync::view::stop_card::StopCard;
use core_sync::view::today::{RoundProgress, RoundToday};
use courier_session::error::SessionError;

use crate::chance::Chance;
use crate::halt::{OrBroken as _, Played, found};
use crate::phone::Saved;
use crate::refusing_disk;
use crate::script::Trouble;
use crate::server_process::Disk;
use crate::sight;
use crate::world::World;

/// A courier looks at the screen anew about every so many taps; in between she taps on what it showed.
const LOOKS_ONE_IN: usize = 2;

/// A tap on a phone. It may come to nothing: there is no round, or the phone says no.
pub(crate) fn tap(world: &mut World, index: usize, chance: &mut Chance, disk: Disk) -> Played<()> {
    let now = world.clock.now();
    let Some(phone) = world.phones.get_mut(index) else { return Ok(()) };
    if phone.sight.screen.is_empty() || chance.one_in(LOOKS_ONE_IN) {
        phone.sight.screen = phone.session(now)?.today().or_broken("looking at a phone")?;
    }
    let Some((round, command)) = chosen(&phone.sight.screen, &phone.saved, chance) else { return Ok(()) };
    let (moment, name) = (phone.moment(now), phone.name.clone());
    let mut random = phone.random.clone();
    let session = phone.session(now)?;
    let tapped = match disk {
        Disk::Room => session.tap(round, &command, moment, &mut random),
        Disk::Refuses => refusing_disk::while_refusing(|| session.tap(round, &command, moment, &mut random))?,
    };
    phone.random = random;
    match tapped {
        Ok(saved) => {
            let progress = phone.session(now)?.today().or_broken("looking at a phone")?;
            let progress = progress.iter().find(|today| today.round == round).map(|today| today.progress);
            if !shows(&command, progress) {
                let seen = format!("{name} taps {command:?}, and the round is {progress:?}");
                return Err(found("what was tapped last is what shows", seen));
            }
            let story = format!("{name} taps {command:?} in round {}", short(&round.0));
            phone.saved.push(Saved { record: saved.record, round, bytes: saved.bytes.clone() });
            world.ledger.taps.insert(saved.record, world.ledger.put_backs);
            let when = world.clock.told();
            world.ledger.owe(saved.record, round, &saved.bytes, || format!("{when}: {story}"));
            world.tally.taps += 1;
            world.tell(format!("{story}: saved as {}", short(&saved.record.0)));
        }
        Err(SessionError::Rule(_) | SessionError::NoSuchRound) => {}
        Err(error) if disk == Disk::Refuses => {
            world.tally.fault(Trouble::PhoneDiskRefuses.code());
            world.tell(format!(
                "{name} taps {command:?} on a disk that refuses to write, and is told: {error}"
            ));
        }
        Err(error) => {
            return Err(found("a tap is saved or refused by a rule", format!("{name}: {error:?}")));
        }
    }
    if disk == Disk::Refuses { sight::look(world, index) } else { Ok(()) }
}

/// Whether a round is as the last tap says, where that is about the round: nothing that the phone knew comes after it.
const fn shows(command: &CourierCommand, progress: Option<RoundProgress>) -> bool {
    match command {
        CourierCommand::Pause(true) => !matches!(progress, Some(RoundProgress::Started)),
        CourierCommand::Pause(false) => !matches!(progress, Some(RoundProgress::Paused)),
        CourierCommand::Start => !matches!(progress, Some(RoundProgress::NotStarted)),
        CourierCommand::Arrive(_)
        | CourierCommand::Wait(_)
        | CourierCommand::Collect(..)
        | CourierCommand::Deliver(..)
        | CourierCommand::Fail(..)
        | CourierCommand::Return(..)
        | CourierCommand::Reorder(_)
        | CourierCommand::TakeBack(_)
        | CourierCommand::Correct { .. }
        | CourierCommand::SeePlan
        | CourierCommand::Finish => true,
    }
}

/// The first bytes of an id, for stories.
pub(crate) fn short(bytes: &[u8]) -> String {
    bytes.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// What to tap, from what the screen showed.
fn chosen(screen: &[RoundToday], saved: &[Saved], chance: &mut Chance) -> Option<(RoundId, CourierCommand)> {
    let today = chance.pick(screen)?;
    let round = today.round;
    if today.progress == RoundProgress::NotStarted && !chance.one_in(5) {
        return Some((round, CourierCommand::Start));
    }
    let remaining: Vec<StopId> =
        today.stops.iter().filter(|stop| stop.status.remains()).map(|stop| stop.stop).collect();
    let command = match chance.below(20) {
        0 => CourierCommand::SeePlan,
        1 => CourierCommand::Pause(today.progress != RoundProgress::Paused),
        2 => {
            let mut stops = remaining;
            let by = chance.below(stops.len());
            stops.rotate_left(by);
            CourierCommand::Reorder(stops)
        }
        3 => taken_back(saved, round, chance)?,
        4 => corrected(saved, round, chance)?,
        5 if remaining.is_empty() => CourierCommand::Finish,
        // Mostly where she rides next, sometimes anywhere, also where all is done.
        6..8 => at_stop(&chance.pick(&today.stops)?, chance),
        _ => {
            let next = today.next.and_then(|next| today.stops.iter().find(|stop| stop.stop == next));
            at_stop(&next.cloned().or_else(|| chance.pick(&today.stops))?, chance)
        }
    };
    Some((round, command))
}

fn at_stop(stop: &StopCard, chance: &mut Chance) -> CourierCommand {
    let id = stop.stop;
    let to = chance.pick(HandedTo::ALL).unwrap_or(HandedTo::Recipient);
    let why = chance.pick(FailReason::ALL).unwrap_or(FailReason::Nobody);
    match (chance.below(10), stop.kind) {
        (0..2, _) => CourierCommand::Arrive(id),
        (2, _) => CourierCommand::Wait(id),
        (3, _) => CourierCommand::Fail(id, why),
        (_, StopKind::Pickup | StopKind::Hub) => CourierCommand::Collect(id, None),
        (_, StopKind::DropOff) => CourierCommand::Deliver(id, None, to),
        (_, StopKind::Pause) => CourierCommand::Arrive(id),
    }
}

/// One of her own deeds at a stop, taken back.
fn taken_back(saved: &[Saved], round: RoundId, chance: &mut Chance) -> Option<CourierCommand> {
    let deeds: Vec<&Saved> =
        saved.iter().filter(|act| act.round == round && deed_at(&act.bytes).is_some()).collect();
    chance.pick(&deeds).map(|act| CourierCommand::TakeBack(act.record))
}

/// One of her own deeds, with a later one at the same stop in its place: she taps what is right, then says so.
fn corrected(saved: &[Saved], round: RoundId, chance: &mut Chance) -> Option<CourierCommand> {
    let deeds: Vec<&Saved> =
        saved.iter().filter(|act| act.round == round && deed_at(&act.bytes).is_some()).collect();
    let fact = chance.pick(&deeds)?;
    let later = deeds.iter().rev().find(|act| deed_at(&act.bytes) == deed_at(&fact.bytes))?;
    (fact.record != later.record)
        .then_some(CourierCommand::Correct { fact: fact.record, instead: later.record })
}

/// The stop at which something was done, if anything was.
fn deed_at(bytes: &[u8]) -> Option<StopId> {
    use core_sync::domain::fact::Fact;
    let Ok(Record::Act { body: ActBody::Fact(fact), .. }) = Record::from_bytes(bytes) else { return None };
    match fact {
        Fact::Collected(custody) | Fact::Delivered(custody, _) | Fact::Returned(custody) => {
            Some(custody.at.stop)
        }
        Fact::Failed(at, _) | Fact::Arrived(at) => Some(at.stop),
        Fact::Started { .. }
        | Fact::Waiting(_)
        | Fact::Sequence(_)
        | Fact::Amended { .. }
        | Fact::Paused(_)
        | Fact::SeenPlan(_)
        | Fact::Finished => None,
    }
}
