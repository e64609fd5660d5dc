//! The codec: a record is its bytes, and nothing but its bytes.

use proptest::prelude::*;

use super::*;
use crate::domain::limits::{CAUSES_MAX, PARCELS_PER_STOP_MAX, SEEN_MAX, STOPS_PER_ROUND_MAX};
use crate::domain::reasons::HandedTo;
use crate::testing::one_of_each::{custody, record_of, sequence};
use crate::testing::record_sets::{known_record, later_record};
use crate::testing::{COURIER, fact_id, parcel, stamp, stop_id};

fn act(fact: Fact) -> Record {
    Record::Act { member: COURIER, stamp: stamp(1), body: ActBody::Fact(fact) }
}

fn places(kind: Kind) -> Vec<Value> {
    cbor::decode(&record_of(kind).to_bytes().unwrap()).unwrap().into_array().unwrap()
}

fn read(places: Vec<Value>) -> Result<Record, CborError> {
    Record::from_bytes(&cbor::encode(&Value::Array(places)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_record_of_every_kind_comes_back_from_its_bytes() {
    for kind in Kind::ALL {
        let record = record_of(*kind);
        assert_eq!(record.kind(), Some(*kind));
        let bytes = record.to_bytes().unwrap();
        let read = Record::from_bytes(&bytes).unwrap();
        assert_eq!(read, record, "{kind:?}");
        assert_eq!(read.to_bytes().unwrap(), bytes, "{kind:?}");
    }
}

/// The alarm for the document's format: if this fails, phones of last week read today's records wrongly.
#[test]
fn the_bytes_of_every_kind_never_change() {
    let lines: Vec<String> = Kind::ALL
        .iter()
        .map(|kind| {
            format!("{} {} {}", kind.number(), kind.code(), hex(&record_of(*kind).to_bytes().unwrap()))
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_place_of_a_record_is_needed() {
    for kind in Kind::ALL {
        for at in 0..places(*kind).len() {
            let mut without = places(*kind);
            without.remove(at);
            assert!(read(without).is_err(), "{kind:?} without place {at}");
        }
    }
}

#[test]
fn a_known_kind_whose_places_do_not_parse_is_an_error_that_names_the_place() {
    let mut without_stop = places(Kind::Arrived);
    without_stop[7] = cbor::Map::new().build();
    let error = CborError::Shape { place: "fact.stop", expected: "present" };
    assert_eq!(read(without_stop), Err(error));
}

#[test]
fn a_reaction_in_the_shape_of_an_act_is_refused_and_an_act_in_that_of_a_reaction() {
    let (mut act, mut reaction) = (places(Kind::Arrived), places(Kind::Void));
    act[1] = Kind::Void.number().into();
    reaction[1] = Kind::Arrived.number().into();
    assert!(read(act).is_err());
    assert!(read(reaction).is_err());
}

#[test]
fn schema_0_is_no_schema() {
    let mut none = places(Kind::Finished);
    none[0] = 0.into();
    assert!(read(none).is_err());
}

#[test]
fn lists_end_at_their_limits() {
    let read = |fact| Record::from_bytes(&act(fact).to_bytes().unwrap()).is_ok();
    assert!(read(Fact::Started { stops: vec![stop_id(1); STOPS_PER_ROUND_MAX] }));
    assert!(!read(Fact::Started { stops: vec![stop_id(1); STOPS_PER_ROUND_MAX + 1] }));
    let with = |parcels, seen, follows| {
        let mut custody = custody(1);
        custody.parcels = vec![parcel(1); parcels];
        custody.at.seen = vec![fact_id(1); seen];
        custody.follows = vec![fact_id(1); follows];
        Fact::Collected(custody)
    };
    assert!(read(with(PARCELS_PER_STOP_MAX, SEEN_MAX, SEEN_MAX)));
    assert!(!read(with(PARCELS_PER_STOP_MAX + 1, 0, 0)));
    assert!(!read(with(0, SEEN_MAX + 1, 0)));
    assert!(!read(with(0, 0, SEEN_MAX + 1)));
}

#[test]
fn a_reaction_with_every_parcel_and_every_cause_fits_its_limit_of_bytes() {
    let void = |causes| {
        let parcels = Some(vec![parcel(1); PARCELS_PER_STOP_MAX]);
        Record::Reaction(Reaction::Void { stop: stop_id(1), parcels, causes: vec![fact_id(1); causes] })
    };
    let bytes = void(CAUSES_MAX).to_bytes().unwrap();
    assert!(bytes.len() <= Kind::bytes_max(Some(Kind::Void)), "{}", bytes.len());
    assert_eq!(Record::from_bytes(&bytes), Ok(void(CAUSES_MAX)));
    assert!(Record::from_bytes(&void(CAUSES_MAX + 1).to_bytes().unwrap()).is_err());
}

#[test]
fn a_full_round_s_sequence_and_a_full_bike_s_delivery_fit_their_limits_of_bytes() {
    let mut longest = sequence();
    longest.stops = vec![stop_id(1); STOPS_PER_ROUND_MAX];
    let mut custody = custody(1);
    custody.parcels = vec![parcel(1); PARCELS_PER_STOP_MAX];
    custody.at.seen = vec![fact_id(1); SEEN_MAX];
    custody.follows = vec![fact_id(1); SEEN_MAX];
    for fact in [Fact::Sequence(longest), Fact::Delivered(custody, HandedTo::SafePlace)] {
        let record = act(fact);
        let bytes = record.to_bytes().unwrap().len();
        let most = Kind::bytes_max(record.kind());
        assert!(bytes <= most, "{:?}: {bytes} of {most}", record.kind());
    }
}

proptest! {
    #[test]
    fn any_record_comes_back_from_its_bytes((_, record) in known_record()) {
        let bytes = record.to_bytes().unwrap();
        let read = Record::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&read, &record);
        prop_assert_eq!(read.to_bytes().unwrap(), bytes);
    }

    #[test]
    fn a_record_of_a_later_schema_or_kind_is_unknown_and_never_written(bytes in later_record()) {
        let record = Record::from_bytes(&bytes).unwrap();
        prop_assert!(matches!(record, Record::Unknown { .. }), "{:?}", record);
        prop_assert_eq!((record.kind(), record.stamp(), record.to_bytes()), (None, None, None));
    }

    #[test]
    fn random_bytes_are_an_error_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = Record::from_bytes(&bytes);
    }

    #[test]
    fn a_record_with_one_byte_changed_is_another_record_or_none(
        (_, record) in known_record(), at in any::<proptest::sample::Index>(), to in any::<u8>(),
    ) {
        let mut bytes = record.to_bytes().unwrap();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        if let Ok(read) = Record::from_bytes(&bytes) {
            prop_assert_ne!(read, record);
        }
    }
}
