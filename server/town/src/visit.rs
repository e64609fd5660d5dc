//! A stop that is chosen but has no time yet: its window follows from the sequence it will be ridden in.

use crate::address::Address;
use crate::coordinate::Coordinate;
use crate::people::Recipient;
use crate::shop::Shop;
use crate::stop::{Stop, StopKind};
use crate::window::Window;

/// Opening the door of a shop or ringing a bell, before any parcel changes hands.
const PICKUP_SECONDS: u32 = 90;
const DROP_OFF_SECONDS: u32 = 150;
const SECONDS_PER_PARCEL: u32 = 30;

/// A shop is open anyway; somebody at home is asked to wait for less.
const PICKUP_WINDOW_MINUTES: u32 = 90;
const DROP_OFF_WINDOW_MINUTES: u32 = 75;

/// One place of an order.
#[derive(Clone, Debug)]
pub(crate) struct Visit<'a> {
    pub(crate) order_index: usize,
    pub(crate) parcel_count: u32,
    pub(crate) place: Visited<'a>,
}

/// What is visited.
#[derive(Clone, Debug)]
pub(crate) enum Visited<'a> {
    Shop(&'a Shop),
    Home(&'a Address, Recipient),
}

impl Visit<'_> {
    pub(crate) fn kind(&self) -> StopKind {
        match self.place {
            Visited::Shop(_) => StopKind::Pickup,
            Visited::Home(..) => StopKind::DropOff,
        }
    }

    pub(crate) fn coordinate(&self) -> Coordinate {
        match &self.place {
            Visited::Shop(shop) => shop.coordinate,
            Visited::Home(address, _) => address.coordinate,
        }
    }

    /// Returns the stop, ridden as the one of this number, from 0.
    pub(crate) fn into_stop(self, number: u32) -> Stop {
        let (kind, coordinate) = (self.kind(), self.coordinate());
        let Self { order_index, parcel_count, place } = self;
        let parcel_seconds = parcel_count * SECONDS_PER_PARCEL;
        match place {
            Visited::Shop(shop) => Stop {
                kind,
                order_index,
                name: shop.name.clone(),
                address_line: shop.address_line.clone(),
                postcode: shop.postcode.clone(),
                coordinate,
                telephone: None,
                instructions: None,
                parcel_count,
                service_seconds: PICKUP_SECONDS + parcel_seconds,
                window: Window::of_stop(number, PICKUP_WINDOW_MINUTES),
            },
            Visited::Home(address, recipient) => Stop {
                kind,
                order_index,
                name: recipient.name,
                address_line: address.line(),
                postcode: address.postcode.clone(),
                coordinate,
                telephone: Some(recipient.telephone),
                instructions: recipient.instructions,
                parcel_count,
                service_seconds: DROP_OFF_SECONDS + parcel_seconds,
                window: Window::of_stop(number, DROP_OFF_WINDOW_MINUTES),
            },
        }
    }
}
