//! Nothing is lost: what was shown as saved, and what was answered, stands on the server's disk.

use crate::halt::{Played, found};
use crate::inventory::Inventory;
use crate::world::World;

pub(super) fn nothing_is_lost(world: &mut World, inventory: &Inventory) -> Played<()> {
    let lost: Vec<&str> = world
        .ledger
        .owed
        .iter()
        .filter(|(record, owed)| !inventory.holds(owed.round, **record, &owed.bytes))
        .map(|(_, owed)| owed.story.as_str())
        .collect();
    world.tally.excused = world.ledger.excused.len();
    match lost.first() {
        None => Ok(()),
        Some(first) => Err(found("nothing is lost", format!("{} are lost, the first of them: {first}", lost.len()))),
    }
}
