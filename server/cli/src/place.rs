//! Where a stop is, in one line of a terminal.

use core_sync::domain::card::CardText;

/// `Cave du Tonneau, 5 quai de la Brumeuse`
pub(crate) fn line(card: &CardText) -> String {
    format!("{}, {}", card.name.reveal(), card.address.reveal())
}
