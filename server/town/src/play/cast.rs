//! Who plays: couriers, who sits in the office, and what each courier is known for.

use super::day_clock::Minute;

/// The couriers, by first name, as everybody calls them.
pub(crate) const COURIERS: [&str; 40] = [
    "Ana", "Bilal", "Chloé", "Driss", "Elouan", "Fanta", "Gaël", "Hanaé", "Idris", "Jade", "Kofi", "Lena",
    "Malo", "Nour", "Oanez", "Paol", "Quentin", "Rozenn", "Samir", "Tiago", "Ulysse", "Vera", "Wassim",
    "Xuan", "Yann", "Zoé", "Aziz", "Briac", "Coline", "Dunvael", "Esra", "Florian", "Gwenn", "Hugo", "Inaya",
    "Joris", "Katell", "Loïc", "Maya", "Nils",
];

/// Who sits in the office. They act one after another.
pub(crate) const COORDINATORS: [&str; 3] = ["Solenn", "Iwan", "Maïwenn"];

/// Shops of the town.
pub(crate) const SHOPS: usize = 150;
/// Addresses that there must be at least.
pub(crate) const ADDRESSES_MIN: usize = 60;
/// Shops that have a device to say what they gave: those with the most parcels.
pub(crate) const COUNTERS: usize = 24;

/// What a courier is known for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Two days ahead, or some hours behind: milliseconds that the phone's clock is off.
    WrongClock(i64),
    /// The battery is flat in these minutes.
    FlatBattery(Minute, Minute),
    /// Takes the co-op's spare phone along, and uses both.
    TwoPhones,
}

const HOUR_MS: i64 = 3_600_000;

/// The habit of the courier of this number, if there is one to tell.
pub(crate) const fn habit(courier: usize) -> Option<Habit> {
    match courier {
        2 | 9 => Some(Habit::TwoPhones),
        5 => Some(Habit::WrongClock(48 * HOUR_MS)),
        11 => Some(Habit::WrongClock(-5 * HOUR_MS)),
        4 => Some(Habit::FlatBattery(Minute(8 * 60 + 50), Minute(9 * 60 + 25))),
        17 => Some(Habit::FlatBattery(Minute(11 * 60 + 10), Minute(12 * 60))),
        28 => Some(Habit::FlatBattery(Minute(15 * 60 + 20), Minute(16 * 60 + 5))),
        _ => None,
    }
}
