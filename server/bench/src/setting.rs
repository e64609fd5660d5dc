//! What a load stands on: couriers with enrolled phones and rounds, made by several hands at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::courier_phone::CourierPhone;
use crate::error::BenchError;
use crate::http::Connection;
use crate::office::Office;
use crate::process::Server;

/// Hands that make it: commands share commits then.
const HANDS: usize = 16;

/// How many sequences of ids were begun: nothing is drawn twice, not even for two settings of one server.
static SEQUENCES: AtomicU64 = AtomicU64::new(0);

/// A sequence of ids and keys of its own, the same in each run of the bench.
pub fn random() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(SEQUENCES.fetch_add(1, Ordering::Relaxed))
}

/// So many couriers with a phone and a round each, which has so many stops.
pub fn phones(server: &Server, count: usize, stops: usize) -> Result<Vec<CourierPhone>, BenchError> {
    by_hands(server, count, |office, connection| {
        let mut phone = CourierPhone::enrol(office)?;
        let view = office.round(phone.member(), stops)?;
        phone.fetch(&view, connection)?;
        Ok(phone)
    })
}

/// Does something so many times, by several hands at once; each has an office's connection and a phone's.
pub fn by_hands<T: Send>(
    server: &Server,
    count: usize,
    work: impl Fn(&mut Office, &mut Connection) -> Result<T, BenchError> + Sync,
) -> Result<Vec<T>, BenchError> {
    let hands = HANDS.min(count.max(1));
    let made: Vec<Result<Vec<T>, BenchError>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..hands)
            .map(|hand| {
                let work = &work;
                scope.spawn(move || {
                    let mut office = Office::open(&server.address, &server.token, random())?;
                    let mut connection = Connection::open(&server.address)?;
                    (hand..count).step_by(hands).map(|_| work(&mut office, &mut connection)).collect()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                thread.join().unwrap_or_else(|_| {
                    Err(BenchError::Unexpected("a hand of the setting panicked".to_owned()))
                })
            })
            .collect()
    });
    let mut all = Vec::new();
    for part in made {
        all.extend(part?);
    }
    Ok(all)
}
