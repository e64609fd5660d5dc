//! Acts a second that the server makes durable when every act is a request of its own.

use super::Measurement;
use super::batched::say_bare;
use crate::bench::Bench;
use crate::error::BenchError;
use crate::figure::{Figure, Goal};
use crate::load::{self, Lane, Load};
use crate::median::median;
use crate::process::Server;
use crate::setting;

/// Phones, each with a connection and a round.
const PHONES: usize = 64;
/// Stops of a round.
const STOPS: usize = 10;
/// Acts of each phone that are timed together.
const ACTS: usize = 150;
/// How often.
const TIMES: usize = 3;

pub const MEASUREMENT: Measurement = Measurement {
    figures: &[
        Figure {
            name: "durable_acts_per_s_single",
            unit: "acts/s",
            goal: Goal::AtLeast(3_000.0),
            says: "The same as durable_acts_per_s_batched with one act a POST, from 64 phones on a connection and in a \
                   round each; each sends its next act when the one before was acknowledged. Median of 3 times 64 \
                   phones with 150 acts.",
        },
        Figure {
            name: "server_cpu_s_per_10k_acts_single",
            unit: "s",
            goal: Goal::None,
            says: "Processor seconds, user and system, of the server's process for 10,000 acts of \
                   durable_acts_per_s_single; whatever it does beside the requests is in it.",
        },
    ],
    measure,
};

fn measure(bench: Bench) -> Result<Vec<f64>, BenchError> {
    let server = Server::start()?;
    say_bare(bench, &server)?;
    let mut phones = setting::phones(&server, PHONES, STOPS)?;
    let mut loads = Vec::new();
    for _ in 0..TIMES {
        let lanes: Result<Vec<Lane>, BenchError> = phones
            .iter_mut()
            .map(|phone| {
                (0..bench.many(ACTS))
                    .map(|_| {
                        phone.tap(1)?;
                        phone.ready()
                    })
                    .collect()
            })
            .collect();
        server.process().come_to_rest()?;
        let load = load::run(&server, &lanes?)?;
        bench.say(&format!("{:.0} acts in {:.2} s: {:.0} acts/s", load.acts, load.wall_s, load.acts_per_s()));
        loads.push(load);
    }
    let of = |value: fn(&Load) -> f64| median(&loads.iter().map(value).collect::<Vec<_>>());
    Ok(vec![of(Load::acts_per_s), of(Load::cpu_s_per_10k)])
}
