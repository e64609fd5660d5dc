//! What happens to phones, their folders, their clocks and their standing with the server.

use core_sync::wire::devices::{Device, RevokeDevice};

use crate::chance::Chance;
use crate::copy::copy_folder;
use crate::courier;
use crate::halt::{OrBroken as _, Played};
use crate::opening::enrol;
use crate::phone::Phone;
use crate::script::Trouble;
use crate::server_process::Disk;
use crate::sight::{self, Sight};
use crate::wake::nobody_enrols_without_a_cause;
use crate::world::World;

/// Phones of a run, copies among them: a second for some of the couriers.
const PHONES_MAX: usize = 12;
/// Days by which a phone's clock may jump, either way.
const PHONE_JUMP_DAYS_MAX: usize = 3;
const DAY_MS: i64 = 24 * 3_600_000;

pub(super) fn dies(world: &mut World, chance: &mut Chance) -> Played<()> {
    let index = world.some_phone(chance);
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    phone.die();
    let line = format!("{} dies at rest", phone.name);
    world.tally.fault(Trouble::PhoneDies.code());
    world.tell(line);
    sight::look(world, index)
}

pub(super) fn disk_refuses(world: &mut World, chance: &mut Chance) -> Played<()> {
    let index = world.some_phone(chance);
    courier::tap(world, index, chance, Disk::Refuses)
}

pub(super) fn clock_jumps(world: &mut World, chance: &mut Chance) -> Played<()> {
    let index = world.some_phone(chance);
    let days = i64::try_from(chance.below(2 * PHONE_JUMP_DAYS_MAX + 1)).unwrap_or(0);
    let days = days - i64::try_from(PHONE_JUMP_DAYS_MAX).unwrap_or(0);
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    phone.clock.offset_ms = days * DAY_MS;
    let line = format!("the clock of {} is now {days} days from the true time", phone.name);
    world.tally.fault(Trouble::PhoneClockJumps.code());
    world.tell(line);
    Ok(())
}

/// A backup of the phone, as a system makes it behind the app's back.
pub(super) fn copied(world: &mut World, chance: &mut Chance) -> Played<()> {
    let index = world.some_phone(chance);
    let name = world.name("phone-copy");
    let (to, now) = (world.folders.join(&name), world.clock.now());
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    copy_folder(&phone.folder, &to)?;
    let device = phone.device(now)?;
    phone.copies.push((to, phone.saved.clone()));
    let line = format!("the folder of {} is copied", phone.name);
    world.ledger.copied.insert(device);
    world.tell(line);
    Ok(())
}

/// The phone comes back from its copy: what it saved since is gone, unless somebody else has it.
pub(super) fn restored(world: &mut World, chance: &mut Chance) -> Played<()> {
    let index = world.some_phone(chance);
    let name = world.name("phone-back");
    let folder = world.folders.join(&name);
    if world.phones.get(index).is_none_or(|phone| phone.copies.is_empty()) {
        return Ok(());
    }
    let before = world.held_somewhere()?;
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let Some((copy, saved)) = phone.copies.pop() else { return Ok(()) };
    phone.die();
    copy_folder(&copy, &folder)?;
    phone.folder = folder;
    phone.saved = saved;
    phone.sight = Sight::default();
    let line = format!("{} comes back from an old copy of its folder", phone.name);
    world.tally.fault(Trouble::PhoneRestored.code());
    world.tell(line);
    world.excuse_what_went(&before, &format!("a phone came back from an old copy at {}", world.clock.told()))
}

/// A second phone from a copy of the first one's folder; both go on.
pub(super) fn cloned(world: &mut World, chance: &mut Chance) -> Played<()> {
    if world.phones.len() >= PHONES_MAX {
        return Ok(());
    }
    let index = world.some_phone(chance);
    let name = world.name("phone-clone");
    let folder = world.folders.join(&name);
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    copy_folder(&phone.folder, &folder)?;
    let mut clone = Phone::new(name.clone(), phone.courier, folder, chance.next_draw(), now);
    clone.saved = phone.saved.clone();
    let device = phone.device(now)?;
    let line = format!("the folder of {} is copied to a second phone, {name}", phone.name);
    world.ledger.copied.insert(device);
    world.phones.push(clone);
    world.tally.phones = world.phones.len();
    world.tally.fault(Trouble::PhoneCloned.code());
    world.tell(line);
    Ok(())
}

pub(super) fn revoked(world: &mut World, chance: &mut Chance) -> Played<()> {
    let index = world.some_phone(chance);
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let name = phone.name.clone();
    let device = phone.device(now)?;
    let token = world.server.admin_token.reveal().clone();
    let answer =
        world.server.post("/v1/devices/revoke", Some(&token), &RevokeDevice { device }, Disk::Room)?;
    // A server that was put back may not know the device, until it is heard again.
    if answer.status < 400 {
        let revoked: Device = answer.json("/v1/devices/revoke")?;
        world.ledger.revoked.insert(revoked.device);
        world.ledger.ever_revoked.insert(revoked.device);
        world.tally.fault(Trouble::Revoked.code());
        world.tell(format!("the device of {name} is revoked"));
    }
    Ok(())
}

/// A courier who was told that her phone is shut out or unknown has it enrolled anew.
pub(super) fn found_again(world: &mut World, chance: &mut Chance) -> Played<()> {
    let start = world.some_phone(chance);
    let count = world.phones.len();
    for index in (0..count).map(|step| (start + step) % count) {
        if wants_enrolment(world, index)? {
            enrol(world, index)?;
            let name = world.phones.get(index).or_broken("a phone that is there")?.name.clone();
            world.tally.fault(Trouble::Found.code());
            world.tell(format!("{name} is found and enrolled anew"));
            return sight::look(world, index);
        }
    }
    Ok(())
}

/// Whether a phone tells its courier to enrol anew.
pub(crate) fn wants_enrolment(world: &mut World, index: usize) -> Played<bool> {
    use core_sync::view::sync_badge::BadgeState;
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let (name, device) = (phone.name.clone(), phone.device(now)?);
    let badge = phone.session(now)?.badge().or_broken("looking at a badge")?;
    nobody_enrols_without_a_cause(world, &name, device, badge.state)?;
    Ok(matches!(badge.state, BadgeState::Revoked | BadgeState::SignedOut | BadgeState::Cloned))
}
