//! One record of every kind, every field filled, for codecs and for words.

use super::{SHOP, added, delegation, fact_id, key, parcel, plan_id, stamp, stop_id, terms};
use crate::domain::fact::{AtStop, Custody, Fact};
use crate::domain::hash::Hash;
use crate::domain::ids::{MemberId, PlanVersion, RecordId, RoundId};
use crate::domain::kind::Kind;
use crate::domain::plan_record::{PlanRecord, Sequence, StopAmended};
use crate::domain::reaction::Reaction;
use crate::domain::reasons::{Answer, FailReason, HandedTo, StopKind, WithdrawReason};
use crate::domain::record::{ActBody, Record};
use crate::domain::shop_fact::{Direction, ShopFact, ShopProof};
use crate::signing::shop_fact::{ShopWord, sign};
use crate::testing::COURIER;

pub(crate) fn sequence() -> Sequence {
    Sequence { base: Some(plan_id(40)), saw: Some(fact_id(41)), stops: vec![stop_id(2), stop_id(1)] }
}

pub(crate) fn at(stop: u8) -> AtStop {
    AtStop { stop: stop_id(stop), seen: vec![plan_id(42)] }
}

pub(crate) fn custody(stop: u8) -> Custody {
    Custody { at: at(stop), parcels: vec![parcel(1), parcel(2)], follows: vec![fact_id(43)] }
}

fn shop(direction: Direction) -> ActBody {
    let proof = ShopProof { signature: [7; 64], delegation: vec![8; 160] };
    ActBody::ShopFact(ShopFact { direction, parcels: vec![parcel(1)], follows: vec![fact_id(43)], proof })
}

/// The record of a kind: all fields that may stand in it do.
pub(crate) fn record_of(kind: Kind) -> Record {
    let body = match kind {
        Kind::StopAdded => {
            let mut added = added(StopKind::DropOff, &[1, 2]);
            added.from = Some((RoundId([0xee; 16]), stop_id(9)));
            ActBody::Plan(PlanRecord::StopAdded(added))
        }
        Kind::StopAmended => ActBody::Plan(PlanRecord::StopAmended(StopAmended {
            stop: stop_id(1),
            base: Some(plan_id(40)),
            terms: terms(&[1]),
        })),
        Kind::StopWithdrawn => {
            ActBody::Plan(PlanRecord::StopWithdrawn { stop: stop_id(1), reason: WithdrawReason::Postponed })
        }
        Kind::PlanSequence => ActBody::Plan(PlanRecord::Sequence(sequence())),
        Kind::Note => {
            ActBody::Plan(PlanRecord::Note { stop: Some(stop_id(1)), text: Hash::of("test", &[b"note"]) })
        }
        Kind::Settled => ActBody::Plan(PlanRecord::Settled {
            records: vec![plan_id(40), fact_id(41)],
            answer: Answer::Holds,
            holds: Some(fact_id(41)),
        }),
        Kind::Archived => ActBody::Plan(PlanRecord::Archived),
        Kind::Void => {
            return Record::Reaction(Reaction::Void {
                stop: stop_id(1),
                parcels: Some(vec![parcel(1)]),
                causes: vec![plan_id(40), fact_id(41)],
            });
        }
        Kind::Ruled => {
            return Record::Reaction(Reaction::Ruled {
                parcel: parcel(1),
                holder: Some(MemberId([0xab; 16])),
                causes: vec![fact_id(41)],
            });
        }
        Kind::Started => ActBody::Fact(Fact::Started { stops: vec![stop_id(1), stop_id(2)] }),
        Kind::Arrived => ActBody::Fact(Fact::Arrived(at(1))),
        Kind::Waiting => ActBody::Fact(Fact::Waiting(at(1))),
        Kind::Collected => ActBody::Fact(Fact::Collected(custody(1))),
        Kind::Delivered => ActBody::Fact(Fact::Delivered(custody(2), HandedTo::SafePlace)),
        Kind::Failed => ActBody::Fact(Fact::Failed(at(1), FailReason::Breakdown)),
        Kind::Returned => ActBody::Fact(Fact::Returned(custody(1))),
        Kind::CourierSequence => ActBody::Fact(Fact::Sequence(sequence())),
        Kind::Amended => ActBody::Fact(Fact::Amended { amends: fact_id(41), instead: Some(fact_id(44)) }),
        Kind::Paused => ActBody::Fact(Fact::Paused(true)),
        Kind::SeenPlan => ActBody::Fact(Fact::SeenPlan(PlanVersion([3; 8]))),
        Kind::Finished => ActBody::Fact(Fact::Finished),
        Kind::Given => shop(Direction::Given),
        Kind::Received => shop(Direction::Received),
    };
    Record::Act { member: COURIER, stamp: stamp(1), body }
}

/// What a shop said under an id that ends in its device, signed as it must be.
pub(crate) fn shop_word(id: RecordId, direction: Direction) -> Vec<u8> {
    let parcels = vec![parcel(1)];
    let word = ShopWord { member: COURIER, stamp: stamp(1), direction, parcels, follows: vec![fact_id(43)] };
    sign(word, id, &key(SHOP), delegation(SHOP))
}
