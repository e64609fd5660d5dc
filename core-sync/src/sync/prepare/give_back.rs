//! How much of what a server lost goes back with one request: dependencies first, cards beside them.

use crate::domain::limits::{
    CARDS_GIVEN_BACK_MAX, GIVEN_BACK_BYTES_MAX, PUSHES_PER_ROUND_MAX, ROUNDS_PER_REQUEST_MAX,
};
use crate::sync::outbox::Outbox;

/// Leaves in the outbox what one request gives back; gives whether more is left. A change that does not fit keeps
/// back all that follows it in its round, which may stand on it.
pub(super) fn limit(outbox: &mut Outbox) -> bool {
    let mut left = false;
    let mut room = GIVEN_BACK_BYTES_MAX;
    for round in outbox.rounds.iter_mut().take(ROUNDS_PER_REQUEST_MAX) {
        let changes = round.spare.iter().map(|change| change.envelope.change.len());
        let changes = fitting(changes.take(PUSHES_PER_ROUND_MAX), &mut room);
        let cards = round.spare_cards.iter().map(|(_, bytes)| bytes.len());
        let cards = fitting(cards.take(CARDS_GIVEN_BACK_MAX), &mut room);
        left |= changes < round.spare.len() || cards < round.spare_cards.len();
        round.spare.truncate(changes);
        round.spare_cards.truncate(cards);
    }
    // A round without a turn gives nothing back, and no verdict is about it.
    for round in outbox.rounds.iter_mut().skip(ROUNDS_PER_REQUEST_MAX) {
        left |= !round.spare.is_empty() || !round.spare_cards.is_empty();
        round.spare.clear();
        round.spare_cards.clear();
    }
    left
}

/// How many of these sizes fit; the room shrinks by them.
fn fitting(sizes: impl Iterator<Item = usize>, room: &mut usize) -> usize {
    sizes
        .map_while(|size| {
            *room = room.checked_sub(size)?;
            Some(())
        })
        .count()
}
