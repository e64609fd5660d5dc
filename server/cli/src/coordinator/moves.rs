//! `move` and `give`: stops and whole rounds that go to somebody else.

use clap::Args;
use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::RoundId;

use super::RoundArgument;
use super::send::{Desk, stop_of};
use crate::failure::Failure;
use crate::output::Output;

/// Stops that go to another round.
#[derive(Debug, Args)]
pub(super) struct MoveArguments {
    #[command(flatten)]
    round: RoundArgument,
    /// The stops' numbers.
    #[arg(required = true)]
    stops: Vec<usize>,
    /// The courier whose round they go to, by name, or the round's id.
    #[arg(long, value_name = "ROUND", allow_hyphen_values = true)]
    to: String,
}

/// A round that goes to another courier.
#[derive(Debug, Args)]
pub(super) struct GiveArguments {
    #[command(flatten)]
    round: RoundArgument,
    /// The courier who rides on, by name or id.
    #[arg(long, value_name = "COURIER")]
    to: String,
}

/// Moves stops and shows both rounds.
pub(super) async fn move_stops(arguments: MoveArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let from = desk.find(&arguments.round).await?;
    let to = desk.find(&RoundArgument { round: arguments.to, plan_version: None }).await?;
    let stops = arguments.stops.iter().map(|number| Ok(stop_of(&from.view, *number, desk.shell)?.id));
    let command = CoordinatorCommand::MoveStops {
        stops: stops.collect::<Result<_, Failure>>()?,
        to: to.view.id,
        to_plan_version: to.version,
    };
    let output = desk.send_to(&from, command).await?;
    desk.with_round(output, to.view.id).await
}

/// Gives a round away and shows both.
pub(super) async fn give(arguments: GiveArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let from = desk.find(&arguments.round).await?;
    let to = crate::admin::find(&desk.members, &arguments.to, desk.shell)?.member;
    let round = RoundId::random(&mut desk.shell.random());
    let output = desk.send_to(&from, CoordinatorCommand::GiveRound { to, round }).await?;
    desk.with_round(output, round).await
}
