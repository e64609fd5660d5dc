//! What goes wrong beside the network: one file for phones, one for the server.

pub(crate) mod of_phones;
mod of_server;

use crate::chance::Chance;
use crate::halt::Played;
use crate::hostile;
use crate::script::Trouble;
use crate::server_process::Disk;
use crate::wake;
use crate::world::World;

/// Lets something go wrong. It may come to nothing: there is no copy yet to put back.
pub(crate) fn strike(world: &mut World, trouble: Trouble, chance: &mut Chance) -> Played<()> {
    match trouble {
        Trouble::ServerDies => of_server::dies(world),
        Trouble::ServerDiskRefuses => {
            let who = chance.below(world.office.len());
            crate::office::plan(world, who, chance, Disk::Refuses)
        }
        Trouble::ServerClockJumps => of_server::clock_jumps(world, chance),
        Trouble::BackupTaken => of_server::backup(world),
        Trouble::BackupRestored => of_server::restore(world, chance),
        Trouble::FolderCopied => of_server::copy(world),
        Trouble::FolderPutBack => of_server::put_back(world, chance),
        Trouble::SnapshotTaken => of_server::snapshot(world),
        Trouble::SnapshotResumed => of_server::resume(world, chance),
        Trouble::PhoneDies => of_phones::dies(world, chance),
        Trouble::PhoneDiskRefuses => of_phones::disk_refuses(world, chance),
        Trouble::PhoneClockJumps => of_phones::clock_jumps(world, chance),
        Trouble::PhoneCopied => of_phones::copied(world, chance),
        Trouble::PhoneRestored => of_phones::restored(world, chance),
        Trouble::PhoneCloned => of_phones::cloned(world, chance),
        Trouble::Revoked => of_phones::revoked(world, chance),
        Trouble::Found => of_phones::found_again(world, chance),
        Trouble::LateRequest => wake::late_request(world, chance),
        Trouble::Hostile => hostile::send_crafted(world, chance),
    }
}
