//! What of a command is wrong by itself, part by part.

use std::collections::BTreeSet;

use super::{DividedRound, FieldError, ReplannedRound, SeenDraft};
use crate::domain::card::CardText;
use crate::domain::ids::{ParcelId, RecordId, RoundId, StopId};
use crate::domain::limits::{
    DRAFTS_DIVIDED_MAX, PARCELS_PER_STOP_MAX, RECORDS_PER_CHANGE_MAX, ROUNDS_DIVIDED_MAX,
    SERVICE_SECONDS_MAX, STOPS_PER_ROUND_MAX, WINDOW_HOURS_MAX,
};
use crate::domain::reasons::StopKind;
use crate::domain::time::{Milliseconds, Timestamp, Window};

/// 2020-01-01T00:00:00Z: a window before it is a unit mistaken, seconds for milliseconds.
const WINDOW_EARLIEST: Timestamp = Timestamp(1_577_836_800_000);
/// 2099-12-31T23:59:59Z: a window after it is a unit mistaken, microseconds for milliseconds.
const WINDOW_LATEST: Timestamp = Timestamp(4_102_444_799_000);

pub(super) fn check_window(field: &str, window: Window) -> Result<(), FieldError> {
    if !(WINDOW_EARLIEST..=WINDOW_LATEST).contains(&window.from_ms) {
        return Err(FieldError::new(field, "from_ms must be UTC milliseconds of a day from 2020 to 2099"));
    }
    let length = window.until_ms.since(window.from_ms);
    if length <= Milliseconds(0) || length > Milliseconds::hours(WINDOW_HOURS_MAX) {
        return Err(FieldError::new(
            field,
            format!("until_ms must lie after from_ms, by {WINDOW_HOURS_MAX} hours at most"),
        ));
    }
    Ok(())
}

pub(super) fn check_aside(field: &str, records: &[RecordId]) -> Result<(), FieldError> {
    if records.len() > RECORDS_PER_CHANGE_MAX {
        return Err(FieldError::new(field, format!("at most {RECORDS_PER_CHANGE_MAX} acts")));
    }
    Ok(())
}

pub(super) fn check_moved(stops: &[StopId]) -> Result<(), FieldError> {
    let distinct: BTreeSet<_> = stops.iter().collect();
    if stops.is_empty() || distinct.len() != stops.len() || stops.len() > STOPS_PER_ROUND_MAX {
        return Err(FieldError::new(
            "command.move_stops.stops",
            format!("1 to {STOPS_PER_ROUND_MAX} stops, each named once"),
        ));
    }
    Ok(())
}

pub(super) fn check_divided(rounds: &[DividedRound], also: &[SeenDraft]) -> Result<(), FieldError> {
    let field =
        |name: &str, expected: String| FieldError::new(format!("command.divide_drafts.{name}"), expected);
    let ids: BTreeSet<RoundId> = rounds.iter().map(|round| round.round).collect();
    if rounds.is_empty() || rounds.len() > ROUNDS_DIVIDED_MAX || ids.len() != rounds.len() {
        return Err(field("rounds", format!("1 to {ROUNDS_DIVIDED_MAX} rounds, each with an id of its own")));
    }
    let stops: BTreeSet<&StopId> = rounds.iter().flat_map(|round| &round.stops).collect();
    let named: usize = rounds.iter().map(|round| round.stops.len()).sum();
    let fits = rounds.iter().all(|round| (1..=STOPS_PER_ROUND_MAX).contains(&round.stops.len()));
    if !fits || stops.len() != named {
        return Err(field(
            "rounds.stops",
            format!("1 to {STOPS_PER_ROUND_MAX} stops a round, none of them twice"),
        ));
    }
    check_seen("command.divide_drafts.also", also)
}

pub(super) fn check_replanned(
    stops: &[StopId],
    also: &[ReplannedRound],
    drafts: &[SeenDraft],
) -> Result<(), FieldError> {
    let field = |name: &str, expected: String| FieldError::new(format!("command.replan.{name}"), expected);
    let ids: BTreeSet<RoundId> = also.iter().map(|round| round.round).collect();
    if also.len() >= ROUNDS_DIVIDED_MAX || ids.len() != also.len() {
        let expected =
            format!("fewer than {ROUNDS_DIVIDED_MAX} rounds beside the one it is sent to, each named once");
        return Err(field("also", expected));
    }
    let lists = || also.iter().map(|round| round.stops.as_slice()).chain([stops]);
    let distinct: BTreeSet<&StopId> = lists().flatten().collect();
    if lists().any(|stops| stops.len() > STOPS_PER_ROUND_MAX)
        || distinct.len() != lists().map(<[StopId]>::len).sum::<usize>()
    {
        let expected = format!("at most {STOPS_PER_ROUND_MAX} stops a round, none of them twice in any");
        return Err(field("stops", expected));
    }
    check_seen("command.replan.drafts", drafts)
}

fn check_seen(field: &str, drafts: &[SeenDraft]) -> Result<(), FieldError> {
    let distinct: BTreeSet<RoundId> = drafts.iter().map(|seen| seen.draft).collect();
    if drafts.len() > DRAFTS_DIVIDED_MAX || distinct.len() != drafts.len() {
        return Err(FieldError::new(field, format!("at most {DRAFTS_DIVIDED_MAX} drafts, each named once")));
    }
    Ok(())
}

pub(super) fn check_service(field: &str, seconds: u32) -> Result<(), FieldError> {
    if seconds > SERVICE_SECONDS_MAX {
        return Err(FieldError::new(field, format!("0 to {SERVICE_SECONDS_MAX} seconds")));
    }
    Ok(())
}

pub(super) fn check_parcels(field: &str, parcels: &[ParcelId], kind: StopKind) -> Result<(), FieldError> {
    match kind {
        StopKind::Pickup | StopKind::DropOff if parcels.is_empty() => {
            Err(FieldError::new(field, "a pickup or drop-off names at least one parcel"))
        }
        StopKind::Pickup | StopKind::DropOff | StopKind::Hub | StopKind::Pause => {
            check_distinct(field, parcels)
        }
    }
}

pub(super) fn check_distinct(field: &str, parcels: &[ParcelId]) -> Result<(), FieldError> {
    let distinct: BTreeSet<_> = parcels.iter().collect();
    if distinct.len() != parcels.len() || parcels.len() > PARCELS_PER_STOP_MAX {
        return Err(FieldError::new(
            field,
            format!("at most {PARCELS_PER_STOP_MAX} parcels, each named once"),
        ));
    }
    Ok(())
}

pub(super) fn check_card(field: &str, card: &CardText) -> Result<(), FieldError> {
    card.check().map_err(|error| {
        FieldError::new(
            format!("{field}.{}", error.field),
            format!("1 to {} characters without line breaks", error.characters_max),
        )
    })
}
