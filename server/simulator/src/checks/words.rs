//! What a shop said, and was acknowledged, everybody can read whose round carries the parcel.

use crate::counter;
use crate::halt::Played;
use crate::inventory::Inventory;
use crate::world::World;

/// After a server went back the shop said everything again, so nothing excuses a word that is not there.
pub(super) fn every_word_stands_where_it_belongs(world: &World, inventory: &Inventory) -> Played<()> {
    world.shop.heard.iter().try_for_each(|word| counter::stands_where_it_belongs(word, inventory))
}
