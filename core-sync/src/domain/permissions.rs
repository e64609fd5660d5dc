//! Who may write which kind of record: the one rule that the guard, the phone and the server share.
//!
//! It judges who and what kind, never what happened: a fact that should not have happened is an
//! item to settle, not a refusal (design, section 7).

use super::kind::{Family, Kind, MapName};

/// Whose key signed a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// A device of the member who holds the round.
    Holder,
    /// The server's own key, for coordinators, shops and reactions.
    Server,
    /// A device of somebody else.
    Stranger,
}

/// Says whether `writer` may put a record of `kind` into `map`; `None` is a kind of a later version.
#[must_use]
pub const fn may_write(writer: Writer, map: MapName, kind: Option<Kind>) -> bool {
    match (writer, map) {
        (Writer::Stranger, MapName::Plan | MapName::Facts) | (Writer::Holder, MapName::Plan) => false,
        (Writer::Holder, MapName::Facts) => match kind {
            // A newer phone's fact is stored unread.
            None => true,
            Some(kind) => match kind.family() {
                Family::Fact => true,
                Family::Plan | Family::Reaction | Family::ShopFact => false,
            },
        },
        (Writer::Server, MapName::Plan) => match kind {
            None => true,
            Some(kind) => match kind.family() {
                Family::Plan | Family::Reaction => true,
                Family::Fact | Family::ShopFact => false,
            },
        },
        (Writer::Server, MapName::Facts) => match kind {
            None => false,
            Some(kind) => match kind.family() {
                // A courier's fact: one that a coordinator let in, under the id and with the bytes it was tapped with.
                Family::ShopFact | Family::Fact => true,
                Family::Plan | Family::Reaction => false,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_writers_and_one_map() {
        for kind in Kind::ALL {
            let allowed: Vec<_> = [Writer::Holder, Writer::Server, Writer::Stranger]
                .into_iter()
                .flat_map(|writer| [MapName::Plan, MapName::Facts].map(|map| (writer, map)))
                .filter(|(writer, map)| may_write(*writer, *map, Some(*kind)))
                .collect();
            let writers: &[Writer] = match kind.family() {
                // The holder's by herself, or let in by a coordinator through the server.
                Family::Fact => &[Writer::Holder, Writer::Server],
                Family::Plan | Family::Reaction | Family::ShopFact => &[Writer::Server],
            };
            let expected: Vec<_> = writers.iter().map(|writer| (*writer, kind.family().map())).collect();
            assert_eq!(allowed, expected, "{kind:?}");
        }
    }
}
