//! What must hold at the end of every run, one promise per file. Each reads what stands on disks and what people are
//! shown. What must be there is the ledger's; what a set of records comes to, where a check needs it, is folded by the
//! product's own rules.

mod authors;
mod cards;
mod copies;
mod once;
mod rules;
mod there;
mod voids;
mod whole;
mod words;

use crate::halt::Played;
use crate::world::World;

/// Asks everything.
pub(crate) fn all(world: &mut World) -> Played<()> {
    let inventory = world.server.inventory()?;
    there::nothing_is_lost(world, &inventory)?;
    words::every_word_stands_where_it_belongs(world, &inventory)?;
    once::nothing_is_doubled(world, &inventory)?;
    authors::nobody_wrote_what_they_may_not(world, &inventory)?;
    rules::people_find_what_disagreed(world, &inventory)?;
    voids::every_void_has_a_word_for_it(&inventory)?;
    cards::cards_are_with_whom_they_are_for(world, &inventory)?;
    whole::the_folder_is_whole(world)?;
    // Last, because it enrols phones.
    copies::every_copy_is_equal(world, &inventory)
}
