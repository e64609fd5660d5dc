//! Mutants of honest changes: three in ten honest in another shape, two with bytes flipped, the rest with one thing
//! done to them that one stage of the guard is there for. All re-hashed and signed.

use core_sync::domain::fact::{AtStop, Custody, Fact};
use core_sync::domain::ids::{ParcelId, PlanVersion, RecordId, StopId};
use core_sync::domain::kind::MapName;
use core_sync::domain::limits::{RECORD_BYTES_MAX, RECORDS_PER_CHANGE_MAX};
use core_sync::domain::reasons::{FailReason, HandedTo};
use core_sync::domain::record::ActBody;
use core_sync::signing::envelope::Envelope;
use rand_core::Rng;

use crate::crafted::{Attack, later_version};
use crate::round_doc::crafted::{ACTION, Craftwork, with_checksum};
use crate::round_doc::mutated::{below, mutant};

/// Things that can be done to an honest change, each for another stage.
const DEVIATIONS: usize = 19;

impl Attack {
    /// The mutant number `n`.
    pub fn mutant(&mut self, n: usize) -> Envelope {
        match n % 10 {
            0..3 => self.honest_in_another_shape(),
            3..5 => {
                let craft = self.craft();
                let honest = self.bytes(&craft);
                let bytes = mutant(&self.document, self.attacker.device, &honest, &mut self.attacker.random);
                self.sign(bytes)
            }
            _ => {
                let which = below(&mut self.attacker.random, DEVIATIONS);
                self.deviate(which)
            }
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        below(&mut self.attacker.random, bound)
    }

    fn some_bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.attacker.random.fill_bytes(&mut bytes);
        bytes
    }

    /// One to four facts of any kind on these or other heads: nothing that happened, and nothing wrong with it.
    fn honest_in_another_shape(&mut self) -> Envelope {
        let count = 1 + self.below(4);
        let work = (0..count)
            .map(|_| {
                let key = self.key();
                let bytes = match self.fact() {
                    Some(fact) => self.attacker.act(ActBody::Fact(fact)),
                    None => {
                        let text = self.below(1_500);
                        later_version(text)
                    }
                };
                Craftwork::Put(MapName::Facts, key, bytes)
            })
            .collect();
        let on_genesis = self.below(5) == 0;
        let genesis = core_sync::round_doc::genesis::genesis(&self.document).hash;
        self.but(|craft| {
            craft.work = work;
            if on_genesis {
                (craft.deps, craft.start_op) = (vec![genesis], 3);
            }
        })
    }

    /// Any fact; `None` for one of a later version.
    fn fact(&mut self) -> Option<Fact> {
        let seen = (0..self.below(3)).map(|_| RecordId(self.some_bytes())).collect();
        let at = AtStop { stop: StopId(self.some_bytes()), seen };
        let parcels = (0..1 + self.below(20)).map(|_| ParcelId(self.some_bytes())).collect();
        let custody = Custody { at: at.clone(), parcels, follows: Vec::new() };
        Some(match self.below(10) {
            0 => Fact::Arrived(at),
            1 => Fact::Waiting(at),
            2 => Fact::Collected(custody),
            3 => Fact::Delivered(custody, HandedTo::Neighbour),
            4 => Fact::Failed(at, FailReason::Nobody),
            5 => Fact::Returned(custody),
            6 => Fact::Paused(true),
            7 => Fact::SeenPlan(PlanVersion(self.some_bytes())),
            8 => Fact::Finished,
            _ => return None,
        })
    }

    /// An honest change with one thing done to it.
    fn deviate(&mut self, which: usize) -> Envelope {
        let number = u64::from(self.attacker.random.next_u32());
        match which {
            0 => {
                let work = (0..9).map(|_| Craftwork::Put(MapName::Facts, self.key(), later_version(8_000)));
                let work = work.collect();
                self.but(|craft| craft.work = work)
            }
            1 => {
                let craft = self.craft();
                let mut bytes = self.bytes(&craft);
                bytes[8] = 2 + u8::try_from(number % 200).unwrap();
                self.sign(with_checksum(bytes))
            }
            2 => {
                let craft = self.craft();
                let mut bytes = self.bytes(&craft);
                bytes[4 + self.below(4)] ^= 1 << self.below(8);
                self.sign(bytes)
            }
            3 => {
                let mut envelope = self.but(|_| {});
                envelope.signature.0[self.below(64)] ^= 1 << self.below(8);
                envelope
            }
            4 => self.but(|craft| craft.time = 1 + i64::try_from(number).unwrap()),
            5 => {
                let work = (0..=RECORDS_PER_CHANGE_MAX).map(|_| self.good()).collect();
                self.but(|craft| craft.work = work)
            }
            6 => {
                let key = self.taken.0.to_string();
                self.beside(Craftwork::Delete(MapName::Facts, key))
            }
            7 => {
                let bytes = self.arrived();
                self.beside(Craftwork::Put(MapName::Facts, format!("stop {number}"), bytes))
            }
            8 => {
                let twice = self.good();
                self.but(|craft| craft.work = vec![twice.clone(), twice])
            }
            9 => {
                let (id, bytes) = (RecordId::new(self.attacker.id().act(), self.bea_device), self.arrived());
                self.beside(Craftwork::Put(MapName::Facts, id.to_string(), bytes))
            }
            10 => {
                let actor = self.some_bytes();
                self.but(|craft| craft.actor = Some(actor))
            }
            11 => self.apart(|parts| *parts.column(ACTION) = vec![0x7e, 1, 1]),
            12 => self.record(MapName::Facts, later_version(RECORD_BYTES_MAX)),
            13 => {
                let bytes = self.some_bytes::<40>().to_vec();
                self.record(MapName::Facts, bytes)
            }
            14 => {
                let bytes = self.arrived();
                self.record(MapName::Plan, bytes)
            }
            15 => {
                let bea = self.bea;
                let ana = std::mem::replace(&mut self.attacker.member, bea);
                let bytes = self.arrived();
                self.attacker.member = ana;
                self.record(MapName::Facts, bytes)
            }
            16 => self.but(|craft| craft.deps = vec![craft.deps[0]; 2]),
            17 => self.but(|craft| craft.start_op += 1 + number),
            _ => {
                let (id, bytes) = (self.taken.0, self.arrived());
                self.but(|craft| craft.work = vec![Craftwork::Put(MapName::Facts, id.to_string(), bytes)])
            }
        }
    }
}
