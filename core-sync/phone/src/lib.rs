//! A courier's phone, and a shop's device: the store, the client, and the loop that carries out the engine's effects.
//!
//! A tap is one commit of a record and nothing else. What is shown is the confirmed log and the queue.
//! One path, rebuild and send the queue again, serves refusal, restore, clone, rollback and damage alike.
//! Functions take the moment and randomness; only a shell asks a clock.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod client;
pub mod enrolment;
pub mod error;
pub mod sealed;
pub mod session;
pub mod shop;
pub mod store;
#[cfg(test)]
mod testing;
