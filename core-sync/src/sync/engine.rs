//! The engine: which effect comes next. One input in, one effect out; it waits by naming how long.
//!
//! Waiting counts monotonic milliseconds, because wall clocks jump by days. With the link down it rests
//! until somebody says otherwise: no busy retry in flight mode.

use rand_core::Rng;

use crate::domain::ids::RoundId;
use crate::domain::time::Milliseconds;

use super::backoff::{POLL_EVERY, backoff};
use super::digest::{AnswerError, Confirmation, digest};
use super::outbox::Outbox;
use super::prepare::{Prepared, prepare};

/// Round trips of one wake: paging through a long log, never a loop that empties a battery.
const ROUND_TRIPS_PER_WAKE_MAX: u32 = 50;

/// What the shell reports.
#[derive(Debug)]
pub enum Input {
    /// A tap, a timer or a person wants news. `now` skips a wait that is still running.
    Wanted {
        /// Whether a person asked.
        now: bool,
    },
    /// The network may or may not be used.
    Link(bool),
    /// The outbox, as asked for.
    Outbox(Box<Outbox>),
    /// Counter and minted changes are on disk.
    Saved,
    /// The server's answer, decompressed.
    Answer(Vec<u8>),
    /// The server does not know this device.
    DeviceUnknown,
    /// No answer, or none that counts.
    Unanswered,
    /// The confirmation is on disk.
    Confirmed,
    /// An effect could not be carried out (a full disk): leave it, try later.
    Faulted,
}

/// What the shell shall do.
#[derive(Debug)]
pub enum Effect {
    /// Read the outbox in one transaction.
    ReadOutbox,
    /// Write counter and minted changes in one transaction.
    Save(Box<Prepared>),
    /// Post these bytes.
    Post(Vec<u8>),
    /// Write the confirmation in one transaction.
    Confirm(Box<Confirmation>),
    /// Come back after this long, or when something is wanted.
    Wait(Milliseconds),
    /// Do nothing until the link is up or a person asks.
    Rest,
}

/// Where a wake is.
#[derive(Debug)]
enum State {
    Resting {
        until_monotonic_ms: u64,
    },
    Reading,
    Saving(Box<Prepared>),
    /// `shown`: with the co-op's word for this device, because the server did not know it.
    Posting {
        prepared: Box<Prepared>,
        shown: bool,
    },
    Confirming {
        again: bool,
    },
}

/// The engine.
#[derive(Debug)]
pub struct Engine {
    state: State,
    link_up: bool,
    failures: u32,
    round_trips: u32,
    /// Why the last answer was not believed, for the log of whoever runs the engine.
    pub last_error: Option<AnswerError>,
    /// The rounds of which an answer of this wake was not believed, though the rest of it was.
    pub unbelieved: Vec<(RoundId, AnswerError)>,
}

impl Engine {
    /// A resting engine.
    #[must_use]
    pub fn new(link_up: bool) -> Self {
        let state = State::Resting { until_monotonic_ms: 0 };
        Self { state, link_up, failures: 0, round_trips: 0, last_error: None, unbelieved: Vec::new() }
    }

    /// Failures in a row, for the badge.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Whether the network may be used.
    #[must_use]
    pub fn link_up(&self) -> bool {
        self.link_up
    }

    /// Forgets a wake that nobody carries on.
    pub fn abandon(&mut self) {
        self.state = State::Resting { until_monotonic_ms: 0 };
    }

    /// Takes one input and says what to do next.
    pub fn handle(&mut self, input: Input, monotonic_ms: u64, random: &mut impl Rng) -> Effect {
        match (std::mem::replace(&mut self.state, State::Resting { until_monotonic_ms: 0 }), input) {
            (state, Input::Link(up)) => {
                self.link_up = up;
                match state {
                    State::Resting { .. } if up => self.wake(),
                    State::Resting { .. } => Effect::Rest,
                    // An effect is under way: its report decides.
                    State::Reading | State::Saving(_) | State::Posting { .. } | State::Confirming { .. } => {
                        self.state = state;
                        Effect::Rest
                    }
                }
            }
            (State::Resting { .. }, Input::Wanted { .. }) if !self.link_up => Effect::Rest,
            (State::Resting { until_monotonic_ms }, Input::Wanted { now }) => {
                if now || monotonic_ms >= until_monotonic_ms || self.failures == 0 {
                    self.wake()
                } else {
                    self.rest_until(until_monotonic_ms, monotonic_ms)
                }
            }
            (State::Reading, Input::Outbox(outbox)) => match prepare(*outbox) {
                Ok(prepared) => {
                    self.state = State::Saving(Box::new(prepared.clone()));
                    Effect::Save(Box::new(prepared))
                }
                Err(_) => self.fail(monotonic_ms, random),
            },
            (State::Saving(prepared), Input::Saved) => {
                let request = prepared.request.clone();
                self.state = State::Posting { prepared, shown: false };
                Effect::Post(request)
            }
            // The server was put back from a copy that is older than this enrolment: it is shown the co-op's word,
            // once. If that does not help, the courier has to enrol again.
            (State::Posting { prepared, shown: false }, Input::DeviceUnknown) => {
                match prepared.introduced() {
                    Some(request) => {
                        self.state = State::Posting { prepared, shown: true };
                        Effect::Post(request)
                    }
                    None => self.fail(monotonic_ms, random),
                }
            }
            (State::Posting { prepared, .. }, Input::Answer(bytes)) => match digest(&bytes, &prepared.outbox)
            {
                Ok(confirmation) => {
                    self.unbelieved.clone_from(&confirmation.unbelieved);
                    let left = prepared.left && confirmation.moved;
                    self.state = State::Confirming { again: confirmation.again || left };
                    Effect::Confirm(Box::new(confirmation))
                }
                Err(error) => {
                    self.last_error = Some(error);
                    self.fail(monotonic_ms, random)
                }
            },
            (State::Confirming { again }, Input::Confirmed) => {
                self.failures = 0;
                self.last_error = None;
                self.round_trips += 1;
                if again && self.link_up && self.round_trips < ROUND_TRIPS_PER_WAKE_MAX {
                    self.state = State::Reading;
                    return Effect::ReadOutbox;
                }
                self.wait(POLL_EVERY, monotonic_ms)
            }
            (State::Resting { until_monotonic_ms }, _) => self.rest_until(until_monotonic_ms, monotonic_ms),
            (
                State::Reading | State::Saving(_) | State::Posting { .. } | State::Confirming { .. },
                Input::Unanswered | Input::Faulted | Input::DeviceUnknown,
            ) => self.fail(monotonic_ms, random),
            // Wanted while busy, or a report nobody waits for: the running effect goes on.
            (busy, _) => {
                self.state = busy;
                Effect::Rest
            }
        }
    }

    fn wake(&mut self) -> Effect {
        self.round_trips = 0;
        self.last_error = None;
        self.unbelieved.clear();
        self.state = State::Reading;
        Effect::ReadOutbox
    }

    fn fail(&mut self, monotonic_ms: u64, random: &mut impl Rng) -> Effect {
        self.failures = self.failures.saturating_add(1);
        if !self.link_up {
            return Effect::Rest;
        }
        self.wait(backoff(self.failures, random), monotonic_ms)
    }

    fn wait(&mut self, wait: Milliseconds, monotonic_ms: u64) -> Effect {
        let until_monotonic_ms = monotonic_ms.saturating_add(u64::try_from(wait.0).unwrap_or(0));
        self.state = State::Resting { until_monotonic_ms };
        if self.link_up { Effect::Wait(wait) } else { Effect::Rest }
    }

    fn rest_until(&mut self, until_monotonic_ms: u64, monotonic_ms: u64) -> Effect {
        self.state = State::Resting { until_monotonic_ms };
        let left = until_monotonic_ms.saturating_sub(monotonic_ms);
        if self.link_up {
            Effect::Wait(Milliseconds(i64::try_from(left).unwrap_or(i64::MAX)))
        } else {
            Effect::Rest
        }
    }
}

#[cfg(test)]
mod tests;
