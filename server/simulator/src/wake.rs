//! A phone wakes up: the engine's effects, one at a time, over a network that loses, doubles, delays and cuts, with a
//! process that may die before and after each of them.

use std::collections::BTreeSet;

use core_sync::domain::ids::{DeviceId, RecordId};
use core_sync::domain::time::Milliseconds;
use core_sync::sync::engine::{Effect, Input};
use core_sync::view::sync_badge::BadgeState;
use core_sync::wire::signed_request::SignedRequest;
use courier_session::client::{ClientError, Said};

use crate::answers::{LATE_BY_MAX, send};
use crate::chance::Chance;
use crate::courier::{self, short};
use crate::halt::{Halt, OrBroken as _, Played, found};
use crate::refusing_disk;
use crate::server_process::{Answer, Disk};
use crate::sight;
use crate::world::{Straying, World};

/// Effects of one wake: the engine stops by itself after fifty round trips of four effects.
const EFFECTS_MAX: usize = 260;

macro_rules! fates {
    ($($variant:ident = $code:literal;)+) => {
        /// What becomes of a request.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Fate { Arrives, $($variant,)+ }

        impl Fate {
            const TROUBLES: &[Self] = &[$(Self::$variant,)+];

            const fn code(self) -> &'static str {
                match self { Self::Arrives => "arrives", $(Self::$variant => $code,)+ }
            }
        }
    };
}

fates! {
    RequestLost = "request lost";
    AnswerLost = "answer lost";
    Doubled = "request doubled";
    Late = "request delayed";
    RequestHalved = "request halved";
    AnswerHalved = "answer halved";
    ServerDiesBefore = "server dies before a request";
    ServerDiesAfter = "server dies after a request";
    DiskRefuses = "server's disk refuses to write at a sync";
}

/// How a wake is troubled.
struct Troubles {
    /// One request in so many meets a bad fate; `None`: the network is quiet.
    bad_fate_one_in: Option<usize>,
    /// The process dies around this effect.
    dies: Option<(usize, When)>,
    /// The courier taps before this effect.
    tap_before: Option<usize>,
    /// The phone's disk takes no byte at this effect.
    refuses_at: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Before,
    After,
}

/// Wakes a phone up, in a run's troubles.
pub(crate) fn wake(world: &mut World, index: usize, chance: &mut Chance) -> Played<()> {
    let around =
        |chance: &mut Chance| (chance.below(8), if chance.one_in(2) { When::Before } else { When::After });
    let troubles = Troubles {
        bad_fate_one_in: Some(4),
        dies: chance.one_in(8).then(|| around(chance)),
        tap_before: chance.one_in(6).then(|| 1 + chance.below(6)),
        refuses_at: chance.one_in(30).then(|| chance.below(6)),
    };
    let now = chance.one_in(2);
    run(world, index, chance, &troubles, now)
}

/// Wakes a phone up while nothing goes wrong.
pub(crate) fn wake_in_peace(world: &mut World, index: usize) -> Played<()> {
    let quiet = Troubles { bad_fate_one_in: None, dies: None, tap_before: None, refuses_at: None };
    run(world, index, &mut Chance::of(0), &quiet, false)
}

fn run(world: &mut World, index: usize, chance: &mut Chance, troubles: &Troubles, now: bool) -> Played<()> {
    let name = world.phones.get(index).or_broken("a phone that is there")?.name.clone();
    let queued = queued(world, index)?;
    let mut effect = next(world, index, Input::Wanted { now })?;
    for number in 0..EFFECTS_MAX {
        if troubles.tap_before == Some(number) {
            courier::tap(world, index, chance, Disk::Room)?;
        }
        let what = told(&effect);
        let confirms = matches!(effect, Effect::Confirm(_));
        if troubles.dies == Some((number, When::Before)) {
            return die(world, index, &format!("before it can {what}"));
        }
        let input = match effect {
            Effect::Wait(wait) => {
                rest(world, index, wait)?;
                told_what_it_is(world, index)?;
                return acknowledged_is_there(world, index, &queued);
            }
            Effect::Rest => return Ok(()),
            Effect::Post(request) => {
                let fate = match troubles.bad_fate_one_in {
                    Some(times) if chance.one_in(times) => {
                        chance.pick(Fate::TROUBLES).unwrap_or(Fate::Arrives)
                    }
                    Some(_) | None => Fate::Arrives,
                };
                post(world, index, request, fate, chance)?
            }
            Effect::ReadOutbox | Effect::Save(_) | Effect::Confirm(_) => {
                carry_out(world, index, effect, troubles.refuses_at == Some(number))?
            }
        };
        if troubles.dies == Some((number, When::After)) {
            return die(world, index, &format!("after it could {what}"));
        }
        // What a person sees changes with a confirmation, and with nothing else in a wake.
        if confirms {
            sight::look(world, index)?;
        }
        effect = next(world, index, input)?;
    }
    Err(found("a wake comes to an end", format!("{name} did {EFFECTS_MAX} effects in one wake")))
}

/// Asks the engine for the next effect.
fn next(world: &mut World, index: usize, input: Input) -> Played<Effect> {
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let moment = phone.moment(now);
    let mut random = phone.random.clone();
    let effect = phone.session(now)?.next_effect(input, moment, &mut random);
    phone.random = random;
    Ok(effect)
}

const fn told(effect: &Effect) -> &'static str {
    match effect {
        Effect::ReadOutbox => "read its outbox",
        Effect::Save(_) => "save what it minted",
        Effect::Post(_) => "post",
        Effect::Confirm(_) => "write a confirmation",
        Effect::Wait(_) | Effect::Rest => "rest",
    }
}

fn die(world: &mut World, index: usize, when: &str) -> Played<()> {
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    phone.die();
    phone.wakes_at = world.clock.now();
    let line = format!("{} dies {when}", phone.name);
    world.tally.fault("phone dies at an effect");
    world.tell(line);
    sight::look(world, index)
}

fn rest(world: &mut World, index: usize, wait: Milliseconds) -> Played<()> {
    let at = world.clock.now().plus(wait);
    world.phones.get_mut(index).or_broken("a phone that is there")?.wakes_at = at;
    Ok(())
}

/// Carries out an effect that touches the phone's disk alone.
fn carry_out(world: &mut World, index: usize, effect: Effect, refuses: bool) -> Played<Input> {
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let name = phone.name.clone();
    let session = phone.session(now)?;
    let what = told(&effect);
    // Nothing of these awaits anything.
    let work = || {
        let mut carried = std::pin::pin!(session.carry_out(effect));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match carried.as_mut().poll(&mut context) {
            std::task::Poll::Ready(input) => Some(input),
            std::task::Poll::Pending => None,
        }
    };
    let done = if refuses { refusing_disk::while_refusing(work)? } else { work() };
    match done.or_broken("an effect on a phone's disk waited for something")? {
        Ok(input) => Ok(input),
        Err(error) if refuses => {
            world.tally.fault("phone's disk refuses to write at an effect");
            world.tell(format!("{name} cannot {what}, the disk refuses to write: {error}"));
            Ok(Input::Faulted)
        }
        Err(error) => Err(found("a phone carries out what its engine asks", format!("{name}: {error:?}"))),
    }
}

/// A request, and what the network and the server's machine make of it.
fn post(world: &mut World, index: usize, request: Vec<u8>, fate: Fate, chance: &mut Chance) -> Played<Input> {
    let name = world.phones.get(index).or_broken("a phone that is there")?.name.clone();
    if fate != Fate::Arrives {
        world.tally.fault(fate.code());
        world.tell(format!("{name} posts: {}", fate.code()));
    }
    let answer = match fate {
        Fate::Arrives => Some(send(world, request, Disk::Room)?),
        Fate::RequestLost => None,
        Fate::AnswerLost => {
            send(world, request, Disk::Room)?;
            None
        }
        Fate::Doubled => {
            send(world, request.clone(), Disk::Room)?;
            Some(send(world, request, Disk::Room)?)
        }
        Fate::Late => {
            world.straying.push(Straying { from: name.clone(), bytes: request });
            None
        }
        Fate::RequestHalved => {
            let length = chance.below(request.len());
            send(world, request.into_iter().take(length).collect(), Disk::Room)?;
            None
        }
        Fate::AnswerHalved => {
            let mut answer = send(world, request, Disk::Room)?;
            let length = chance.below(answer.body.len());
            answer.body.truncate(length);
            Some(answer)
        }
        Fate::ServerDiesBefore => {
            world.server.kill()?;
            None
        }
        Fate::ServerDiesAfter => {
            send(world, request, Disk::Room)?;
            world.server.kill()?;
            None
        }
        Fate::DiskRefuses => {
            let answer = send(world, request, Disk::Refuses)?;
            // What was not on the disk is gone with the process; or the process goes on, and needs no restart.
            if chance.one_in(2) {
                world.server.kill()?;
            }
            Some(answer)
        }
    };
    let said = match answer {
        Some(Answer { status: 200, body }) => Ok(Said::Answer(body)),
        Some(answer) => match answer.code() {
            Some(code) => Ok(Said::Error(code)),
            None => Err(ClientError::Unreadable { status: answer.status }),
        },
        // There is no error of a connection without a connection; the session takes both alike.
        None => Err(ClientError::Unreadable { status: 0 }),
    };
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    phone.session(now)?.posted(said).or_broken("noting what a server said")
}

/// After a wake that was answered: who was shut out is told, and nobody is taken for two phones without a cause.
fn told_what_it_is(world: &mut World, index: usize) -> Played<()> {
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let (name, device) = (phone.name.clone(), phone.device(now)?);
    let badge = phone.session(now)?.badge().or_broken("looking at a badge")?;
    let answered = !matches!(badge.state, BadgeState::Offline | BadgeState::SignedOut);
    if answered && world.ledger.revoked.contains(&device) && badge.state != BadgeState::Revoked {
        return Err(found("a revoked device is shut out", format!("{name} shows {:?}", badge.state)));
    }
    nobody_enrols_without_a_cause(world, &name, device, badge.state)
}

/// A phone that tells its courier to enrol anew has been shut out or may have been copied. No honest phone is unknown: a
/// server that went back takes it in by the co-op's word.
pub(crate) fn nobody_enrols_without_a_cause(
    world: &World,
    name: &str,
    device: DeviceId,
    shows: BadgeState,
) -> Played<()> {
    let (promise, cause) = match shows {
        BadgeState::Revoked => {
            ("nobody is shut out without a cause", world.ledger.ever_revoked.contains(&device))
        }
        BadgeState::Cloned => {
            ("nobody is taken for two phones without a cause", world.ledger.copied.contains(&device))
        }
        BadgeState::SignedOut => ("no honest phone is unknown", false),
        BadgeState::SetAside
        | BadgeState::Offline
        | BadgeState::Unsent
        | BadgeState::GivingBack
        | BadgeState::NeverSynced
        | BadgeState::UpdateApp
        | BadgeState::AllSent => return Ok(()),
    };
    if cause { Ok(()) } else { Err(found(promise, format!("{name}, device {}", short(&device.0)))) }
}

/// What waits on a phone.
fn queued(world: &mut World, index: usize) -> Played<BTreeSet<RecordId>> {
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let queue = phone.session(now)?.queue().or_broken("reading a phone's queue")?;
    Ok(queue.into_iter().filter(|act| act.set_aside.is_none()).map(|act| act.record).collect())
}

/// After a wake: what left the queue in it stands on the server's disk, with the bytes that were saved.
fn acknowledged_is_there(world: &mut World, index: usize, before: &BTreeSet<RecordId>) -> Played<()> {
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let queue = phone.session(now)?.queue().or_broken("reading a phone's queue")?;
    let still: BTreeSet<RecordId> = queue.into_iter().map(|act| act.record).collect();
    let gone: Vec<RecordId> = before.difference(&still).copied().collect();
    if gone.is_empty() {
        return Ok(());
    }
    let name = phone.name.clone();
    let inventory = world.server.inventory()?;
    for record in gone {
        let held =
            world.phones.get(index).and_then(|phone| phone.saved.iter().find(|act| act.record == record));
        let Some(saved) = held else { continue };
        if !inventory.holds(saved.round, record, &saved.bytes) {
            return Err(found(
                "what a phone takes for sent is on the server's disk",
                format!("{name} let go of {}, which the server has not", short(&record.0)),
            ));
        }
    }
    Ok(())
}

/// A request that strayed arrives, whatever happened since. Nobody waits for its answer.
pub(crate) fn late_request(world: &mut World, chance: &mut Chance) -> Played<()> {
    if world.straying.is_empty() {
        return Ok(());
    }
    let Straying { from, bytes } = world.straying.remove(chance.below(world.straying.len()));
    // One that is further behind than requests are remembered cannot be told from a copy's.
    if let Ok(request) = SignedRequest::from_bytes(&bytes)
        && let Some(newest) = world.ledger.counters.get(&request.device)
        && request.counter.saturating_add(LATE_BY_MAX) < *newest
    {
        world.ledger.copied.insert(request.device);
    }
    let answer = send(world, bytes, Disk::Room)?;
    world.tally.fault("late request");
    world.tell(format!("a request that {from} sent long ago arrives: {}", answer.status));
    Ok(())
}

/// Wakes whoever is due, in peace, at the true time of now.
pub(crate) fn wake_due(world: &mut World) -> Result<usize, Halt> {
    let now = world.clock.now();
    let due: Vec<usize> = (0..world.phones.len())
        .filter(|index| world.phones.get(*index).is_some_and(|p| p.wakes_at <= now))
        .collect();
    for index in &due {
        wake_in_peace(world, *index)?;
    }
    Ok(due.len())
}
