//! The simulator: about eight hours of a co-op in one process, under virtual time, with much that can go wrong.
//!
//! The server is the real one behind its real router, called without a socket; phones are real sessions on real
//! stores. One seed is one run. A run is a script of steps that each mean something in whatever world they meet, so
//! that a failing run can be made shorter by leaving steps out. After the script everything is healed, and then
//! the checks ask what was promised: nothing lost, nothing doubled, every copy equal, nobody stuck.
//!
//! Left to `tests/crash`: requests at once, a process that dies within a request or a write, power that goes, a disk that
//! is full. Left to `tests/stories`: sockets, and an enrolment over a bad network.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod answers;
mod chance;
mod checks;
mod clock;
mod copy;
mod counter;
mod courier;
mod faults;
mod halt;
mod heal;
mod hostile;
mod inventory;
mod ledger;
mod office;
mod opening;
mod phone;
mod refusing_disk;
pub mod run;
pub mod script;
pub mod seeds;
mod server_process;
pub mod shrink;
mod sight;
mod tally;
mod wake;
mod world;

pub use halt::{Finding, Halt};
