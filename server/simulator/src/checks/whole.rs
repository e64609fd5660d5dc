//! The server's folder is whole, by the product's own check of every row.

use server::verify::verify;

use crate::halt::{OrBroken as _, Played, found};
use crate::world::World;

pub(super) fn the_folder_is_whole(world: &mut World) -> Played<()> {
    let copy = world.name("checked");
    let copy = world.server.snapshot(&copy)?;
    let report = verify(&copy, &mut |_| {}).or_broken("checking the server's folder")?;
    match report.faults.first() {
        None => Ok(()),
        Some(fault) => {
            Err(found("the server's folder is whole", format!("{} at {}", fault.code.code(), fault.place)))
        }
    }
}
