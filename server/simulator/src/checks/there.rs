//! Nothing is lost: what was shown as saved, and what was answered, stands on the server's disk.

use core_sync::domain::record::Record;

use crate::courier::short;
use crate::halt::{Played, found};
use crate::inventory::Inventory;
use crate::world::World;

pub(super) fn nothing_is_lost(world: &mut World, inventory: &Inventory) -> Played<()> {
    let lost: Vec<String> = world
        .ledger
        .owed
        .iter()
        .filter(|((round, record), owed)| !inventory.holds(*round, *record, &owed.bytes))
        .map(|((round, record), owed)| {
            let (id, round) = (short(&record.0), short(&round.0));
            format!("{id} of round {round} ({}), {:?}", owed.story, Record::from_bytes(&owed.bytes))
        })
        .collect();
    world.tally.excused = world.ledger.excused.len();
    match lost.first() {
        None => Ok(()),
        Some(first) => {
            Err(found("nothing is lost", format!("{} are lost, the first of them: {first}", lost.len())))
        }
    }
}
