//! Whether an act costs more when the store has grown for years.

use std::sync::atomic::{AtomicUsize, Ordering};

use core_sync::domain::ids::RoundId;
use core_sync::domain::limits::ROUNDS_PER_REQUEST_MAX;

use super::Measurement;
use crate::bench::Bench;
use crate::courier_phone::CourierPhone;
use crate::error::BenchError;
use crate::figure::{Figure, Goal};
use crate::load::{self, Lane, Load};
use crate::median::median;
use crate::process::Server;
use crate::setting;

/// Rounds of the large store, and of the small one, which are ridden in both.
const ROUNDS: usize = 100_000;
const RIDDEN: usize = 10;
/// Stops of the rounds that are ridden.
const STOPS: usize = 10;
/// Acts of each courier that are timed together.
const ACTS: usize = 150;
/// How often, in turns.
const TIMES: usize = 5;

pub const MEASUREMENT: Measurement = Measurement {
    figures: &[Figure {
        name: "growth_100k_over_10_rounds",
        unit: "times",
        goal: Goal::AtMost(1.2),
        says: "Processor seconds of the server for an act, one act a POST by 10 couriers in a round each, with 100,000 \
               further rounds in the store, over the same without them; two servers, five times each, in turns, \
               medians. Each of the 100,000 has an act of its phone in it. The wall's time is said beside.",
    }],
    measure,
};

fn measure(bench: Bench) -> Result<Vec<f64>, BenchError> {
    let (small, mut large) = (Server::start()?, Server::start()?);
    let begun = crate::clock::now();
    fill(bench, &large, bench.many(ROUNDS))?;
    bench.say(&format!("filled in {:.0} s", (crate::clock::now() - begun).as_secs_f64()));
    let mut of_small = setting::phones(&small, RIDDEN, STOPS)?;
    let mut of_large = setting::phones(&large, RIDDEN, STOPS)?;
    // What the filling left to be tried is not a part of what an act costs.
    large.kill_and_start()?;
    let (mut loads_small, mut loads_large) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        loads_small.push(ride(&small, &mut of_small)?);
        loads_large.push(ride(&large, &mut of_large)?);
    }
    let of = |loads: &[Load], value: fn(&Load) -> f64| median(&loads.iter().map(value).collect::<Vec<_>>());
    let wall = of(&loads_small, Load::acts_per_s) / of(&loads_large, Load::acts_per_s);
    bench.say(&format!("time on the wall for an act: {wall:.2} times"));
    Ok(vec![of(&loads_large, Load::cpu_s_per_10k) / of(&loads_small, Load::cpu_s_per_10k)])
}

/// Couriers who name as many rounds as a day takes, with an act in each.
fn fill(bench: Bench, server: &Server, rounds: usize) -> Result<(), BenchError> {
    /// Couriers between two words on how far it is.
    const WORD_EACH: usize = 500;
    let (couriers, done) = (rounds.div_ceil(ROUNDS_PER_REQUEST_MAX), AtomicUsize::new(0));
    setting::by_hands(server, couriers, |office, connection| {
        let mut phone = CourierPhone::enrol(office)?;
        for round in 0..ROUNDS_PER_REQUEST_MAX {
            phone.name_round(RoundId::random(&mut office.random));
            phone.tap_in(round, 1)?;
        }
        let ready = phone.ready()?;
        ready.check(&connection.exchange(&ready.bytes)?)?;
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(WORD_EACH) {
            bench.say(&format!("{} rounds of {rounds}", done * ROUNDS_PER_REQUEST_MAX));
        }
        Ok(())
    })
    .map(drop)
}

fn ride(server: &Server, phones: &mut [CourierPhone]) -> Result<Load, BenchError> {
    let lanes: Result<Vec<Lane>, BenchError> = phones
        .iter_mut()
        .map(|phone| {
            (0..ACTS)
                .map(|_| {
                    phone.tap(1)?;
                    phone.ready()
                })
                .collect()
        })
        .collect();
    server.process().come_to_rest()?;
    load::run(server, &lanes?)
}
