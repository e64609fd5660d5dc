//! `amend`: a stop's terms or card change; what is not given stays.

use clap::Args;
use core_sync::domain::card::CardText;
use core_sync::domain::coordinator_command::{CoordinatorCommand, StopChange};
use core_sync::domain::personal::Personal;

use super::RoundArgument;
use super::card_arguments::CardArguments;
use super::send::{Desk, stop_of};
use crate::failure::Failure;
use crate::output::Output;

/// Seconds in a minute.
const SECONDS: u32 = 60;

/// A change of a stop.
#[derive(Debug, Args)]
pub(super) struct AmendArguments {
    #[command(flatten)]
    round: RoundArgument,
    /// The stop's number.
    stop: usize,
    /// When it may be served, in the co-op's time, such as 09:00-10:30.
    #[arg(long)]
    window: Option<String>,
    /// Minutes that it takes.
    #[arg(long)]
    service: Option<u32>,
    /// The shop or the recipient.
    #[arg(long)]
    name: Option<String>,
    /// Street, number and town; give --at as well.
    #[arg(long, requires = "at")]
    address: Option<String>,
    #[command(flatten)]
    card: CardArguments,
}

/// Runs it.
pub(super) async fn run(arguments: AmendArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let found = desk.find(&arguments.round).await?;
    let stop = stop_of(&found.view, arguments.stop, desk.shell)?;
    let window = arguments
        .window
        .as_ref()
        .map(|window| desk.zone.read_window(window, desk.shell.moment().time, desk.shell.language))
        .transpose()?;
    let change = StopChange {
        stop: stop.id,
        window,
        service_seconds: arguments.service.map(|minutes| minutes.saturating_mul(SECONDS)),
        parcels: None,
        card: card(&arguments, stop.card.clone())?,
    };
    desk.send_to(&found, CoordinatorCommand::AmendStop(Box::new(change))).await
}

/// The whole new card, if anything of it changes.
fn card(arguments: &AmendArguments, before: Option<CardText>) -> Result<Option<CardText>, Failure> {
    if arguments.name.is_none() && arguments.address.is_none() && arguments.card.is_empty() {
        return Ok(None);
    }
    let mut card =
        before.ok_or_else(|| Failure::yours("card", "the card of this stop is erased: add a new stop"))?;
    if let Some(name) = &arguments.name {
        card.name = Personal::new(name.clone());
    }
    if let Some(address) = &arguments.address {
        card.address = Personal::new(address.clone());
    }
    arguments.card.over(card).map(Some)
}
