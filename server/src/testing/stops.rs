//! Stops to add, made of a number.

use core_sync::domain::card::CardText;
use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::NewStop;
use core_sync::domain::ids::ParcelId;
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::time::{Milliseconds, Window};

use super::MORNING;

pub(crate) fn window() -> Window {
    Window { from_ms: MORNING, until_ms: MORNING.plus(Milliseconds::hours(2)) }
}

pub(crate) fn card_text(name: &str) -> CardText {
    CardText {
        name: Personal::new(name.to_owned()),
        address: Personal::new("3 rue des Lilas".to_owned()),
        coordinate: Personal::new(Coordinate::from_degrees(48.85, 2.35).unwrap()),
        telephone: None,
        door_code: Some(Personal::new("12B7".to_owned())),
        instructions: None,
    }
}

pub(crate) fn new_stop(n: u8) -> NewStop {
    NewStop {
        kind: StopKind::DropOff,
        window: window(),
        service_seconds: 120,
        parcels: vec![ParcelId([n; 16])],
        order: None,
        card: card_text(&format!("Recipient {n}")),
    }
}
