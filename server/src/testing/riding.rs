//! A courier on the road: a co-op, a round, a phone, and what its syncs answer.

use core_sync::domain::ids::{MemberId, StopId};
use core_sync::round_doc::DocumentName;
use core_sync::signing::envelope::Envelope;
use core_sync::wire::members::Role;
use core_sync::wire::round::RoundView;
use core_sync::wire::sync_answer::{RoundAnswer, SyncAnswer, Verdict};
use core_sync::wire::sync_request::RoundAsk;

use super::{Coop, Phone, ask};

/// A stop to tap on; whether the round has it is nothing to the guard.
pub(crate) const STOP: StopId = StopId([8; 16]);

/// A courier with a phone and a round of some stops.
pub(crate) struct Riding {
    pub(crate) coop: Coop,
    pub(crate) phone: Phone,
    pub(crate) courier: MemberId,
    pub(crate) round: RoundView,
}

impl Riding {
    pub(crate) fn with_stops(stops: u8) -> Self {
        let mut coop = Coop::new();
        let courier = coop.add_member("Ana", Role::Courier);
        let round = coop.round_of(courier, stops);
        let phone = coop.enrol(courier);
        Self { coop, phone, courier, round }
    }

    pub(crate) fn document(&self) -> DocumentName {
        self.phone.document(self.round.id)
    }

    pub(crate) fn sync(&mut self, rounds: Vec<RoundAsk>) -> SyncAnswer {
        self.coop.sync(&mut self.phone, rounds).unwrap()
    }

    /// Pushes to the round from the start of its log and gives the round's answer.
    pub(crate) fn push(&mut self, pushes: Vec<Envelope>) -> RoundAnswer {
        let asked = vec![ask(self.document(), pushes)];
        self.sync(asked).rounds.remove(0)
    }

    /// A change of one tap on genesis.
    pub(crate) fn tap(&mut self) -> Envelope {
        let record = self.phone.arrival(STOP);
        self.phone.change(self.document(), &[record])
    }
}

pub(crate) fn verdicts(answer: &RoundAnswer) -> Vec<Verdict> {
    answer.verdicts.iter().map(|(_, verdict)| verdict.clone()).collect()
}

/// A refusal of a whole change.
pub(crate) fn refused(code: &str) -> Verdict {
    Verdict::Refused(code.to_owned(), Vec::new())
}
