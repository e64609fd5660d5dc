//! How much is tried: `cargo xtask test --only crash --kills N`.

/// SIGKILLs of the server if nobody says: ten seconds on an idle machine.
const KILLS_DEFAULT: u64 = 50;
/// Power cuts of each store in each mode for one SIGKILL: they are cheaper.
const CUTS_PER_KILL: u64 = 4;

/// SIGKILLs of the server under load.
pub fn kills() -> u64 {
    std::env::var("TOURNEE_KILLS").map_or(KILLS_DEFAULT, |kills| kills.parse().unwrap())
}

/// Power cuts of each store in each mode.
pub fn cuts() -> u64 {
    kills() * CUTS_PER_KILL
}
