//! A round as a person would read it aloud: what must be the same for everybody and in every order.
//!
//! Nothing in it differs from round to round: stops have their numbers, parcels letters, and no time stands in it.

use core_sync::domain::ids::ParcelId;
use core_sync::domain::reasons::HandedTo;
use core_sync::wire::round::RoundView;

/// Letters for the parcels of some rounds, by round, number and place.
pub struct Letters(Vec<ParcelId>);

impl Letters {
    /// Gives every parcel of these rounds its letter.
    pub fn of(rounds: &[RoundView]) -> Self {
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
        Self(parcels)
    }

    /// The letters of these parcels, in their sequence.
    pub fn of_parcels(&self, parcels: &[ParcelId]) -> String {
        let mut indices: Vec<usize> =
            parcels.iter().map(|parcel| self.0.iter().position(|known| known == parcel).unwrap()).collect();
        indices.sort_unstable();
        indices.into_iter().map(|index| char::from(b'a' + u8::try_from(index).unwrap())).collect()
    }
}

/// Rounds in words: a line for each, then one for each stop in the sequence drawn.
pub fn picture(rounds: &[RoundView]) -> Vec<String> {
    let letters = Letters::of(rounds);
    rounds.iter().flat_map(|round| lines(round, &letters)).collect()
}

fn lines(round: &RoundView, letters: &Letters) -> Vec<String> {
    let remarks = round.remarks.iter().map(|remark| remark.code()).collect();
    let mut lines = vec![with(round.courier_name.reveal().clone(), remarks)];
    for stop in &round.stops {
        let parcels = letters.of_parcels(&stop.parcels);
        let head = format!("{} {} {parcels}: {}", stop.number, stop.kind.code(), stop.status.code());
        let void = letters.of_parcels(&stop.void_parcels);
        let said = [
            stop.fail_reason.map(|reason| reason.code()),
            // To its recipient is what everybody expects.
            stop.handed_to.filter(|taker| *taker != HandedTo::Recipient).map(|taker| taker.code()),
            stop.withdraw_reason.map(|reason| reason.code()),
        ];
        let void = (!void.is_empty()).then(|| format!("not {void}"));
        let said = said.into_iter().flatten().chain(stop.remarks.iter().map(|remark| remark.code()));
        lines.push(with(head, said.chain(void.as_deref()).collect()));
    }
    lines
}

fn with(head: String, notes: Vec<&str>) -> String {
    if notes.is_empty() { head } else { format!("{head}; {}", notes.join(", ")) }
}
