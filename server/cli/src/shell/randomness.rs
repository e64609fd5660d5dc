//! Randomness from the system, once; everything else is drawn from it.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::failure::Failure;

/// A generator fit for keys, seeded by the system.
pub(super) fn from_system() -> Result<ChaCha20Rng, Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| Failure::ours("randomness", format!("the system gives no randomness: {error}")))?;
    Ok(ChaCha20Rng::from_seed(seed))
}

/// A new generator drawn from another.
pub(super) fn fork(random: &mut ChaCha20Rng) -> ChaCha20Rng {
    let mut seed = [0; 32];
    random.fill_bytes(&mut seed);
    ChaCha20Rng::from_seed(seed)
}
