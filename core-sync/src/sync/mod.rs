//! Sync without I/O: inputs in, effects out. The phone's shell carries each effect out and reports back.
//!
//! One wake is: read the outbox, mint what is queued, save that, post, check the answer, confirm it in
//! one transaction. Between any two effects the process may die; the next wake starts from the store.

pub mod backoff;
pub mod digest;
pub mod engine;
pub mod outbox;
pub mod prepare;
