//! A run: a script, played in a world, healed and checked.

use std::path::Path;

use crate::chance::Chance;
use crate::checks;
use crate::counter;
use crate::courier;
use crate::faults;
use crate::halt::{Halt, OrBroken as _, Played};
use crate::heal;
use crate::office;
use crate::opening;
use crate::script::{Deed, Step};
use crate::server_process::Disk;
use crate::tally::Tally;
use crate::wake;
use crate::world::World;
use core_sync::domain::time::Milliseconds;

/// Minutes that pass at once, at most.
const MINUTES_MAX: usize = 8;

/// What a run came to.
#[derive(Debug)]
pub struct Outcome {
    /// Why it ended before its end, if it did.
    pub halt: Option<Halt>,
    /// Its sizes.
    pub tally: Tally,
    /// What happened, a line each.
    pub story: Vec<String>,
    /// One number for everything that was tapped and planned: two runs of one script have the same.
    pub fingerprint: String,
}

/// Plays a script in the world of a seed, in a folder of its own, which is taken away afterwards (`keep`: unless the
/// run failed).
#[must_use]
pub fn play(folder: &Path, seed: u64, steps: &[Step], keep: bool) -> Outcome {
    let outcome = match std::fs::create_dir_all(folder).or_broken("making the folder of a run") {
        Ok(()) => in_folder(folder, seed, steps),
        Err(halt) => ended(halt),
    };
    if !(keep && outcome.halt.is_some()) {
        let _left = std::fs::remove_dir_all(folder);
    }
    outcome
}

fn in_folder(folder: &Path, seed: u64, steps: &[Step]) -> Outcome {
    let mut world = match opening::open(folder, seed) {
        Ok(world) => world,
        Err(halt) => return ended(halt),
    };
    let halt = whole(&mut world, steps).err();
    Outcome { halt, fingerprint: world.ledger.fingerprint(), tally: world.tally, story: world.story.into() }
}

fn ended(halt: Halt) -> Outcome {
    Outcome { halt: Some(halt), tally: Tally::default(), story: Vec::new(), fingerprint: String::new() }
}

fn whole(world: &mut World, steps: &[Step]) -> Played<()> {
    for step in steps {
        play_step(world, *step)?;
    }
    heal::heal(world)?;
    checks::all(world)
}

fn play_step(world: &mut World, step: Step) -> Played<()> {
    let mut chance = Chance::of(step.draw);
    world.seconds_pass(&mut chance);
    match step.deed {
        Deed::Tap => {
            let phone = world.some_phone(&mut chance);
            courier::tap(world, phone, &mut chance, Disk::Room)
        }
        Deed::Wake => {
            let phone = world.some_phone(&mut chance);
            wake::wake(world, phone, &mut chance)
        }
        Deed::Plan => {
            let who = chance.below(world.office.len());
            office::plan(world, who, &mut chance, Disk::Room)
        }
        Deed::Settle => {
            let who = chance.below(world.office.len());
            office::settle(world, who, &mut chance)
        }
        Deed::Counter => counter::say(world, &mut chance),
        Deed::Minutes => {
            let minutes = 1 + i64::try_from(chance.below(MINUTES_MAX)).unwrap_or(0);
            world.clock.pass(Milliseconds::minutes(minutes));
            Ok(())
        }
        Deed::Trouble(trouble) => faults::strike(world, trouble, &mut chance),
    }
}
