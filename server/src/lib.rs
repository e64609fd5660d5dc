//! The server of a co-op: a log of signed changes, and views of it.
//!
//! Rooms: `config`, `api` (HTTP, the only place that names axum), `app` (one file per command), `log` (append,
//! group commit), `db` (all SQL), `board` (views), `folder`, `keys` and `revocations` (the data folder), `init`, `server`
//! (open), `tls`, `trial`, `scrub`, `streams` and `serve`. Only `api`, `serve`, `trial`, `scrub`, `streams`, `readers` and the
//! writer's thread know threads and async; below
//! them everything is a synchronous function that takes the time and the randomness it needs.
//!
//! Begin with [`init::init`], [`open`] and [`serve::serve`].
#![forbid(unsafe_code)]

pub mod api;
pub mod app;
pub mod backup;
pub mod board;
pub mod checkup;
pub mod config;
pub mod db;
pub mod folder;
pub mod init;
#[cfg(test)]
mod init_tests;
pub mod keys;
pub mod listening;
pub mod log;
pub mod looking_on;
pub mod planning;
pub mod readers;
pub mod revocations;
pub mod scrub;
pub mod serve;
#[cfg(test)]
mod serve_tests;
pub mod server;
pub mod streams;
#[cfg(test)]
mod testing;
pub mod tls;
pub mod trial;
pub mod verify;

pub use server::{Clock, OpenError, Randomness, Server, open};
