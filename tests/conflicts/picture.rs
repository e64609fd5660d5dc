//! A round as a person would read it aloud: what must be the same for everybody and in every order.
//!
//! Nothing in it differs from round to round: stops have their numbers, parcels letters, and no time stands in it.

use core_sync::domain::ids::ParcelId;
use core_sync::wire::round::RoundView;

/// Rounds in words: a line for each, then one for each stop in the sequence drawn.
pub fn picture(rounds: &[RoundView]) -> Vec<String> {
    let mut parcels: Vec<ParcelId> = Vec::new();
    for round in rounds {
        let mut by_number: Vec<_> = round.stops.iter().collect();
        by_number.sort_by_key(|stop| stop.number);
        for parcel in by_number.iter().flat_map(|stop| &stop.parcels) {
            if !parcels.contains(parcel) {
                parcels.push(*parcel);
            }
        }
    }
    rounds.iter().flat_map(|round| lines(round, &parcels)).collect()
}

fn lines(round: &RoundView, parcels: &[ParcelId]) -> Vec<String> {
    let remarks = round.remarks.iter().map(|remark| remark.code()).collect();
    let mut lines = vec![with(round.courier_name.reveal().clone(), remarks)];
    for stop in &round.stops {
        let letters: String = stop.parcels.iter().map(|parcel| letter(parcels, *parcel)).collect();
        let head = format!("{} {} {letters}: {}", stop.number, stop.kind.code(), stop.status.code());
        let said =
            [stop.fail_reason.map(|reason| reason.code()), stop.withdraw_reason.map(|reason| reason.code())];
        let remarks = stop.remarks.iter().map(|remark| remark.code());
        lines.push(with(head, said.into_iter().flatten().chain(remarks).collect()));
    }
    lines
}

fn with(head: String, notes: Vec<&str>) -> String {
    if notes.is_empty() { head } else { format!("{head}; {}", notes.join(", ")) }
}

fn letter(parcels: &[ParcelId], parcel: ParcelId) -> char {
    let index = parcels.iter().position(|known| *known == parcel).unwrap();
    char::from(b'a' + u8::try_from(index).unwrap())
}
