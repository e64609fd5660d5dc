//! What happens to the server, its disk and its clock.

use std::path::PathBuf;

use core_sync::domain::time::Milliseconds;

use crate::chance::Chance;
use crate::halt::Played;
use crate::office::Coordinator;
use crate::script::Trouble;
use crate::world::{HeldSomewhere, ServerCopy, World};

/// Hours by which the server's clock may jump, either way, from the true time.
const SERVER_JUMP_HOURS_MAX: usize = 24;

pub(super) fn dies(world: &mut World) -> Played<()> {
    world.server.kill()?;
    world.tally.fault(Trouble::ServerDies.code());
    world.tell("the server's process is killed and comes back");
    Ok(())
}

pub(super) fn clock_jumps(world: &mut World, chance: &mut Chance) -> Played<()> {
    let hours = i64::try_from(chance.below(2 * SERVER_JUMP_HOURS_MAX + 1)).unwrap_or(0);
    let hours = hours - i64::try_from(SERVER_JUMP_HOURS_MAX).unwrap_or(0);
    world.clock.right_server();
    world.clock.shift_server(Milliseconds::hours(hours));
    world.tally.fault(Trouble::ServerClockJumps.code());
    world.tell(format!("the server's clock is now {hours} hours from the true time"));
    Ok(())
}

pub(super) fn backup(world: &mut World) -> Played<()> {
    let name = world.name("backup");
    let path = world.server.backup(&name)?;
    world.tell(format!("{name} is made"));
    let copy = copy_of_now(world, path);
    world.backups.push(copy);
    Ok(())
}

pub(super) fn restore(world: &mut World, chance: &mut Chance) -> Played<()> {
    if world.backups.is_empty() {
        return Ok(());
    }
    let backup = world.backups.remove(chance.below(world.backups.len()));
    let before = world.held_somewhere()?;
    world.clock.reboot_server();
    world.server.restore(&backup.path)?;
    went_back(world, Trouble::BackupRestored, &backup, &before)
}

pub(super) fn copy(world: &mut World) -> Played<()> {
    let name = world.name("folder-copy");
    let path = world.server.copy_while_stopped(&name)?;
    world.tell(format!("the server is stopped, its folder copied as {name}"));
    let copy = copy_of_now(world, path);
    world.folder_copies.push(copy);
    Ok(())
}

pub(super) fn put_back(world: &mut World, chance: &mut Chance) -> Played<()> {
    if world.folder_copies.is_empty() {
        return Ok(());
    }
    let copy = world.folder_copies.remove(chance.below(world.folder_copies.len()));
    let before = world.held_somewhere()?;
    world.clock.reboot_server();
    world.server.put_back(&copy.path)?;
    went_back(world, Trouble::FolderPutBack, &copy, &before)
}

pub(super) fn snapshot(world: &mut World) -> Played<()> {
    let name = world.name("snapshot");
    let path = world.server.snapshot(&name)?;
    world.tell(format!("the disk of the running server is copied as {name}"));
    let copy = copy_of_now(world, path);
    world.snapshots.push(copy);
    Ok(())
}

/// The machine goes on from its snapshot, in the same boot.
pub(super) fn resume(world: &mut World, chance: &mut Chance) -> Played<()> {
    if world.snapshots.is_empty() {
        return Ok(());
    }
    let snapshot = world.snapshots.remove(chance.below(world.snapshots.len()));
    let before = world.held_somewhere()?;
    world.server.put_back(&snapshot.path)?;
    went_back(world, Trouble::SnapshotResumed, &snapshot, &before)
}

/// A copy of what the server is now.
fn copy_of_now(world: &World, path: PathBuf) -> ServerCopy {
    let (revoked, erased) = (world.ledger.revoked.clone(), world.ledger.stays_erased.clone());
    ServerCopy { path, taken: world.clock.told(), revoked, erased }
}

/// The server is as it was. What no phone has either is gone, and whose member it does not know is added again.
fn went_back(world: &mut World, trouble: Trouble, copy: &ServerCopy, before: &HeldSomewhere) -> Played<()> {
    world.tally.fault(trouble.code());
    world.ledger.put_backs += 1;
    if trouble != Trouble::BackupRestored {
        // A folder that is put back by hand has the file of revocations of then; a restore keeps the newer one.
        world.ledger.revoked.clone_from(&copy.revoked);
        world.ledger.stays_erased.clone_from(&copy.erased);
    }
    world.tell(format!("{}: the server is as it was at {}", trouble.code(), copy.taken));
    world.office.iter_mut().for_each(Coordinator::look_again);
    // The shop says again what it said: its own list is at the counter.
    let mut heard = std::mem::take(&mut world.shop.heard);
    world.shop.unheard.append(&mut heard);
    world.excuse_what_went(before, &format!("{} at {}", trouble.code(), world.clock.told()))
}
