//! `add`: a stop enters a round.

use clap::Args;
use core_sync::domain::card::CardText;
use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop};
use core_sync::domain::ids::{OrderId, ParcelId};
use core_sync::domain::limits::PARCELS_PER_STOP_MAX;
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use core_sync::wire::round::RoundView;

use super::RoundArgument;
use super::card_arguments::CardArguments;
use super::send::{Desk, numbers, stop_of};
use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;

/// Minutes at a door when nobody says otherwise.
const SERVICE_MINUTES: u32 = 3;
/// Seconds in a minute.
const SECONDS: u32 = 60;

/// A stop to add.
#[derive(Debug, Args)]
pub(super) struct AddArguments {
    #[command(flatten)]
    round: RoundArgument,
    /// pickup, drop-off, hub or pause.
    #[arg(value_parser = kind)]
    kind: StopKind,
    /// The shop or the recipient.
    name: String,
    /// Street, number and town.
    address: String,
    /// When it may be served, in the co-op's time, such as 09:00-10:30.
    #[arg(long)]
    window: String,
    /// How many new parcels are taken there.
    #[arg(long, conflicts_with = "parcels_of")]
    parcels: Option<usize>,
    /// Numbers of the pickups whose parcels are handed over there, such as 1,2.
    #[arg(long, value_name = "STOPS")]
    parcels_of: Option<String>,
    /// Minutes that it takes.
    #[arg(long, default_value_t = SERVICE_MINUTES)]
    service: u32,
    #[command(flatten)]
    card: CardArguments,
}

/// Reads a kind of stop as people type it.
pub(super) fn kind(text: &str) -> Result<StopKind, String> {
    text.replace('-', "_").parse().map_err(|()| "choose pickup, drop-off, hub or pause".to_owned())
}

/// Runs it.
pub(super) async fn run(arguments: AddArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let found = desk.find(&arguments.round).await?;
    let window = desk.zone.read_window(&arguments.window, desk.shell.moment().time, desk.shell.language)?;
    let (parcels, order) = parcels(&arguments, &found.view, desk.shell)?;
    let coordinate = arguments.card.coordinate()?.ok_or_else(|| {
        Failure::yours("at", "--at: give latitude and longitude in degrees, such as 47.95,-5.1")
    })?;
    let card = arguments.card.over(CardText {
        name: Personal::new(arguments.name),
        address: Personal::new(arguments.address),
        coordinate: Personal::new(coordinate),
        telephone: None,
        door_code: None,
        instructions: None,
    })?;
    let stop = NewStop {
        kind: arguments.kind,
        window,
        service_seconds: arguments.service.saturating_mul(SECONDS),
        parcels,
        order,
        card,
    };
    desk.send_to(&found, CoordinatorCommand::AddStop(Box::new(stop))).await
}

/// The parcels, and the order of the first pickup whose parcels are handed over.
fn parcels(
    arguments: &AddArguments,
    view: &RoundView,
    shell: &Shell,
) -> Result<(Vec<ParcelId>, Option<OrderId>), Failure> {
    let mut random = shell.random();
    match (&arguments.parcels_of, arguments.kind) {
        (Some(list), _) => {
            let mut parcels = Vec::new();
            let mut order = None;
            for number in numbers(list, shell)? {
                let pickup = stop_of(view, number, shell)?;
                if pickup.kind == StopKind::DropOff {
                    let values = [("number", &*number.to_string())];
                    return Err(Failure::yours("parcels_of", shell.phrase("cli.not_a_pickup", &values)));
                }
                parcels.extend(pickup.parcels.iter().copied());
                order = order.or(pickup.order);
            }
            Ok((parcels, order))
        }
        (None, StopKind::Pickup) => {
            let parcels = (0..arguments.parcels.unwrap_or(1).min(PARCELS_PER_STOP_MAX + 1))
                .map(|_| ParcelId::random(&mut random))
                .collect();
            Ok((parcels, Some(OrderId::random(&mut random))))
        }
        (None, StopKind::DropOff) => Err(Failure::yours(
            "parcels_of",
            "--parcels-of: name the pickups whose parcels are handed over, such as 1,2",
        )),
        (None, StopKind::Hub | StopKind::Pause) => Ok((Vec::new(), None)),
    }
}
