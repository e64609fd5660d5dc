//! The personal side of a stop as a coordinator types it.

use clap::Args;
use core_sync::domain::card::CardText;
use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::personal::Personal;

use crate::failure::Failure;

/// What may be said beside name and address.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct CardArguments {
    /// Where it is, in degrees, such as 47.95,-5.1.
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true)]
    pub(super) at: Option<String>,
    /// Telephone number.
    #[arg(long)]
    telephone: Option<String>,
    /// Code of the door.
    #[arg(long)]
    door_code: Option<String>,
    /// What to know at the door.
    #[arg(long)]
    instructions: Option<String>,
}

impl CardArguments {
    /// Whether anything was given.
    pub(super) fn is_empty(&self) -> bool {
        let Self { at, telephone, door_code, instructions } = self;
        at.is_none() && telephone.is_none() && door_code.is_none() && instructions.is_none()
    }

    /// The coordinate, if one was given.
    pub(super) fn coordinate(&self) -> Result<Option<Coordinate>, Failure> {
        self.at.as_deref().map(coordinate_of).transpose()
    }

    /// Puts what was given over a card.
    pub(super) fn over(&self, mut card: CardText) -> Result<CardText, Failure> {
        let put = |place: &mut Option<Personal<String>>, given: &Option<String>| {
            if let Some(text) = given {
                *place = (!text.is_empty()).then(|| Personal::new(text.clone()));
            }
        };
        put(&mut card.telephone, &self.telephone);
        put(&mut card.door_code, &self.door_code);
        put(&mut card.instructions, &self.instructions);
        if let Some(coordinate) = self.coordinate()? {
            card.coordinate = Personal::new(coordinate);
        }
        Ok(card)
    }
}

/// A coordinate as it is typed after `--at`.
pub(super) fn coordinate_of(text: &str) -> Result<Coordinate, Failure> {
    let degrees = text.split_once(',').and_then(|(latitude, longitude)| {
        Some((latitude.trim().parse().ok()?, longitude.trim().parse().ok()?))
    });
    let coordinate =
        degrees.and_then(|(latitude, longitude)| Coordinate::from_degrees(latitude, longitude).ok());
    coordinate.ok_or_else(|| {
        Failure::yours("at", "--at: write latitude and longitude in degrees, such as 47.95,-5.1")
    })
}
