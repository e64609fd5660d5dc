//! Taps: what a courier does at a stop or with a round. Each is one commit on this phone.

use clap::{Args, Subcommand};
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ParcelId, RecordId, RoundId, StopId};
use core_sync::domain::reasons::{FailReason, HandedTo};
use core_sync::domain::record::Record;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stop::Stop;
use core_sync::view::today::{RoundProgress, RoundToday};
use courier_session::store::SavedAct;
use serde_json::json;

use super::{Phone, show};
use crate::coordinator::numbers;
use crate::failure::Failure;
use crate::output::Output;

/// A tap.
#[derive(Debug, Subcommand)]
pub(crate) enum Tap {
    /// Begin the round.
    Start(Round),
    /// Be at a stop.
    Arrived(At),
    /// Wait at a stop.
    Waiting(At),
    /// Take the parcels of a pickup.
    Collected {
        #[command(flatten)]
        at: At,
        /// How many, if not all.
        #[arg(long)]
        parcels: Option<usize>,
    },
    /// Hand the parcels over.
    Delivered {
        #[command(flatten)]
        at: At,
        /// To whom: recipient, neighbour, concierge, letter-box or safe-place.
        #[arg(long, value_parser = handed_to, default_value = "recipient")]
        to: HandedTo,
        /// How many, if not all.
        #[arg(long)]
        parcels: Option<usize>,
    },
    /// Give a stop up.
    Failed {
        #[command(flatten)]
        at: At,
        /// Why: nobody, address, refused, not-ready, closed, damaged or breakdown.
        #[arg(long, value_parser = fail_reason)]
        reason: FailReason,
    },
    /// Bring the parcels of a stop back.
    Returned(At),
    /// Ride the remaining stops in this sequence.
    Reorder {
        /// The numbers of all remaining stops, such as 3,1,2.
        stops: String,
        #[command(flatten)]
        round: Round,
    },
    /// Take back what was last said of a stop.
    TakeBack(At),
    /// Say what was right instead of what was last said of a stop.
    Correct {
        #[command(subcommand)]
        right: Right,
    },
    /// Begin a break.
    Pause(Round),
    /// End a break.
    Resume(Round),
    /// Say that you saw what changed in the plan.
    Seen(Round),
    /// End the round.
    Finish(Round),
}

/// What was right: a fact of the same stop.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Right {
    /// The parcels of a pickup were taken.
    Collected {
        #[command(flatten)]
        at: At,
        /// How many, if not all.
        #[arg(long)]
        parcels: Option<usize>,
    },
    /// The parcels were handed over.
    Delivered {
        #[command(flatten)]
        at: At,
        /// To whom: recipient, neighbour, concierge, letter-box or safe-place.
        #[arg(long, value_parser = handed_to, default_value = "recipient")]
        to: HandedTo,
        /// How many, if not all.
        #[arg(long)]
        parcels: Option<usize>,
    },
    /// The stop was given up.
    Failed {
        #[command(flatten)]
        at: At,
        /// Why: nobody, address, refused, not-ready, closed, damaged or breakdown.
        #[arg(long, value_parser = fail_reason)]
        reason: FailReason,
    },
}

impl Right {
    fn at(&self) -> &At {
        match self {
            Self::Collected { at, .. } | Self::Delivered { at, .. } | Self::Failed { at, .. } => at,
        }
    }

    /// The same as a tap of its own.
    fn tap(&self) -> Tap {
        match self.clone() {
            Self::Collected { at, parcels } => Tap::Collected { at, parcels },
            Self::Delivered { at, to, parcels } => Tap::Delivered { at, to, parcels },
            Self::Failed { at, reason } => Tap::Failed { at, reason },
        }
    }
}

/// Which round.
#[derive(Debug, Clone, Args)]
pub(crate) struct Round {
    /// The round's id, where there are several.
    #[arg(long, allow_hyphen_values = true)]
    round: Option<String>,
}

/// Which stop.
#[derive(Debug, Clone, Args)]
pub(crate) struct At {
    /// The stop's number.
    stop: usize,
    #[command(flatten)]
    round: Round,
}

fn handed_to(text: &str) -> Result<HandedTo, String> {
    let wrong = |()| "choose recipient, neighbour, concierge, letter-box or safe-place".to_owned();
    text.replace('-', "_").parse().map_err(wrong)
}

fn fail_reason(text: &str) -> Result<FailReason, String> {
    let wrong = |()| "choose nobody, address, refused, not-ready, closed, damaged or breakdown".to_owned();
    text.replace('-', "_").parse().map_err(wrong)
}

/// Runs it.
pub(super) fn run(phone: &mut Phone<'_>, tap: &Tap) -> Result<Output, Failure> {
    let round = phone.pick_round(round_of(tap))?;
    let result = phone.session.round(round);
    let state = phone.said(result)?;
    let command = if let Tap::Correct { right } = tap {
        let wrong = decided_by(phone, find(phone, &state, right.at().stop)?)?;
        // What was right stands by itself, should this phone die before it says what it stands for.
        let instead = save(phone, round, &command(phone, &right.tap(), &state)?)?.record;
        CourierCommand::Correct { fact: wrong, instead }
    } else {
        command(phone, tap, &state)?
    };
    let saved = save(phone, round, &command)?;
    let record = Record::from_bytes(&saved.bytes).map_err(|error| Failure::chain("record", &error))?;
    let kind = record.kind().map_or("unknown", core_sync::domain::kind::Kind::code);
    let text = format!("{} {}", phone.shell.word("cli.saved"), show::next_line(phone, round)?);
    let json = json!({ "saved": {
        "round": round,
        "act": saved.record.act(),
        "record": saved.record,
        "content": show::content_hash(&saved.bytes),
        "kind": kind,
        "n": saved.n,
        "stop": stop_of(tap),
        "tapped_ms": record.stamp().map(|stamp| stamp.time),
    } });
    Ok(Output::new(text, json))
}

fn save(phone: &mut Phone<'_>, round: RoundId, command: &CourierCommand) -> Result<SavedAct, Failure> {
    let result = phone.session.tap(round, command, phone.shell.moment(), &mut phone.shell.random());
    phone.said(result)
}

fn command(phone: &Phone<'_>, tap: &Tap, state: &RoundState) -> Result<CourierCommand, Failure> {
    let stop = |at: &At| find(phone, state, at.stop).map(|stop| stop.id);
    Ok(match tap {
        Tap::Start(_) => CourierCommand::Start,
        Tap::Arrived(at) => CourierCommand::Arrive(stop(at)?),
        Tap::Waiting(at) => CourierCommand::Wait(stop(at)?),
        Tap::Collected { at, parcels } => {
            CourierCommand::Collect(stop(at)?, some_parcels(find(phone, state, at.stop)?, *parcels)?)
        }
        Tap::Delivered { at, to, parcels } => {
            CourierCommand::Deliver(stop(at)?, some_parcels(find(phone, state, at.stop)?, *parcels)?, *to)
        }
        Tap::Failed { at, reason } => CourierCommand::Fail(stop(at)?, *reason),
        Tap::Returned(at) => {
            CourierCommand::Return(stop(at)?, find(phone, state, at.stop)?.terms.parcels.clone())
        }
        Tap::Reorder { stops, .. } => {
            let stops: Result<Vec<StopId>, Failure> = numbers(stops, phone.shell)?
                .into_iter()
                .map(|number| find(phone, state, number).map(|stop| stop.id))
                .collect();
            CourierCommand::Reorder(stops?)
        }
        Tap::TakeBack(at) => CourierCommand::TakeBack(decided_by(phone, find(phone, state, at.stop)?)?),
        // Corrections are two acts: `run` saves what was right and this one after it.
        Tap::Correct { right } => return command(phone, &right.tap(), state),
        Tap::Pause(_) => CourierCommand::Pause(true),
        Tap::Resume(_) => CourierCommand::Pause(false),
        Tap::Seen(_) => CourierCommand::SeePlan,
        Tap::Finish(_) => CourierCommand::Finish,
    })
}

fn find<'s>(phone: &Phone<'_>, state: &'s RoundState, number: usize) -> Result<&'s Stop, Failure> {
    state.stops.values().find(|stop| stop.number == number).ok_or_else(|| {
        Failure::yours(
            "no_such_stop",
            phone.shell.phrase("cli.no_stop_number", &[("number", &number.to_string())]),
        )
    })
}

fn decided_by(phone: &Phone<'_>, stop: &Stop) -> Result<RecordId, Failure> {
    let fact = stop.decided_by.as_ref().map(|fact| fact.id);
    fact.ok_or_else(|| Failure::yours("nothing_to_take_back", phone.shell.word("cli.nothing_to_take_back")))
}

/// The first few parcels of a stop; `None` for all of them.
fn some_parcels(stop: &Stop, count: Option<usize>) -> Result<Option<Vec<ParcelId>>, Failure> {
    match (count, stop.terms.parcels.len()) {
        (None, _) => Ok(None),
        (Some(count), all) if (1..=all).contains(&count) => {
            Ok(Some(stop.terms.parcels.iter().take(count).copied().collect()))
        }
        (Some(_), all) => {
            Err(Failure::yours("parcels", format!("--parcels: the card names {all}, give 1 to {all}")))
        }
    }
}

fn round_of(tap: &Tap) -> &Round {
    match tap {
        Tap::Start(round)
        | Tap::Pause(round)
        | Tap::Resume(round)
        | Tap::Seen(round)
        | Tap::Finish(round) => round,
        Tap::Reorder { round, .. } => round,
        Tap::Arrived(at) | Tap::Waiting(at) | Tap::Returned(at) | Tap::TakeBack(at) => &at.round,
        Tap::Collected { at, .. } | Tap::Delivered { at, .. } | Tap::Failed { at, .. } => &at.round,
        Tap::Correct { right } => &right.at().round,
    }
}

fn stop_of(tap: &Tap) -> Option<usize> {
    match tap {
        Tap::Start(_)
        | Tap::Pause(_)
        | Tap::Resume(_)
        | Tap::Seen(_)
        | Tap::Finish(_)
        | Tap::Reorder { .. } => None,
        Tap::Arrived(at) | Tap::Waiting(at) | Tap::Returned(at) | Tap::TakeBack(at) => Some(at.stop),
        Tap::Collected { at, .. } | Tap::Delivered { at, .. } | Tap::Failed { at, .. } => Some(at.stop),
        Tap::Correct { right } => Some(right.at().stop),
    }
}

impl Phone<'_> {
    /// The round that is meant: the one named, or the only one that is not finished, or the only one.
    pub(super) fn pick_round(&self, round: &Round) -> Result<RoundId, Failure> {
        if let Some(text) = &round.round {
            return text.parse().map_err(|error| Failure::yours("round", format!("--round: {error}")));
        }
        let rounds = self.said(self.session.today())?;
        let open: Vec<&RoundToday> =
            rounds.iter().filter(|round| round.progress != RoundProgress::Finished).collect();
        match (open.as_slice(), rounds.as_slice()) {
            ([only], _) => Ok(only.round),
            ([], [only]) => Ok(only.round),
            ([], []) => Err(Failure::yours("no_round", self.shell.word("cli.no_round"))),
            (open, all) => {
                let ids: Vec<String> = if open.is_empty() {
                    all.iter().map(|round| round.round.to_string()).collect()
                } else {
                    open.iter().map(|round| round.round.to_string()).collect()
                };
                let sentence = self.shell.phrase("cli.name_the_round", &[("ids", &ids.join(", "))]);
                Err(Failure::yours("which_round", sentence))
            }
        }
    }
}
