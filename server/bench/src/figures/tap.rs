//! What a tap costs beside a bare commit of the same bytes.

use super::Measurement;
use crate::bare::{BareDatabase, ROW_BYTES};
use crate::bench::Bench;
use crate::error::BenchError;
use crate::figure::{Figure, Goal};
use crate::median::median;
use crate::office::Office;
use crate::phone::{Phone, ride};
use crate::process::Server;
use crate::{clock, setting};

/// Stops of the round: a long day.
const STOPS: usize = 60;
/// Taps that are timed, each beside a bare commit.
const TAPS: usize = 400;

pub const MEASUREMENT: Measurement = Measurement {
    figures: &[Figure {
        name: "tap_over_bare_commit",
        unit: "times",
        goal: Goal::AtMost(1.3),
        says: "A tap of a real phone's session in a round of 60 stops, from the command to `saved`, on the screen that \
               was drawn after the tap before, over a bare SQLite commit (WAL, synchronous FULL) of as many bytes on \
               the same disk; the median of 400 taps over the median of 400 bare commits, done in turns, and each \
               first every other time.",
    }],
    measure,
};

fn measure(bench: Bench) -> Result<Vec<f64>, BenchError> {
    let server = Server::start()?;
    let mut office = Office::open(&server.address, &server.token, setting::random())?;
    let courier = office.courier()?;
    let view = office.round(courier, STOPS)?;
    let mut phone = Phone::open(&server.beside("phone"))?;
    phone.enrol(&mut office, courier, &server.address)?;
    phone.sync()?;
    server.process().come_to_rest()?;

    let folder = server.beside("bare");
    std::fs::create_dir(&folder).map_err(BenchError::file("make", &folder))?;
    let bare = BareDatabase::make(&folder)?;
    let (mut taps, mut commits) = (Vec::new(), Vec::new());
    let mut saved = vec![7; ROW_BYTES];
    for (turn, command) in ride(&view).take(bench.many(TAPS)).enumerate() {
        // As the app does after each tap, before a courier can make another.
        phone.session.today()?;
        // Whichever is first wakes the disk and finds the processor's caches full of the screen: each in its turn.
        let bare_first = turn % 2 == 1;
        if bare_first {
            commits.push(bare.commit(&saved)?);
        }
        let (seconds, act) = clock::timed(|| phone.tap(view.id, &command));
        taps.push(seconds);
        saved = act?.bytes;
        if !bare_first {
            commits.push(bare.commit(&saved)?);
        }
    }
    let (tap, commit) = (median(&taps), median(&commits));
    bench.say(&format!("a tap takes {:.3} ms, a bare commit {:.3} ms", tap * 1_000.0, commit * 1_000.0));
    Ok(vec![tap / commit])
}
