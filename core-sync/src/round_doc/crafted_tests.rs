//! What nobody honest makes begins with what everybody makes.

use super::crafted::{Chunk, Craft, Craftwork};
use crate::domain::kind::MapName;
use crate::round_doc::change::ReadChange;
use crate::testing::{DOCUMENT, PHONE, fact_id, minted};

#[test]
fn a_craft_without_malice_is_what_an_honest_phone_mints() {
    let record = super::mint::NewRecord { map: MapName::Facts, id: fact_id(1), bytes: b"a record".to_vec() };
    let tip = crate::sync::outbox::first_tip(&DOCUMENT);
    let honest = minted(PHONE, &tip, std::slice::from_ref(&record));
    let work = vec![Craftwork::Put(MapName::Facts, record.id.to_string(), record.bytes)];
    assert_eq!(Craft::on_genesis(&DOCUMENT, work).bytes(&DOCUMENT, PHONE), honest.bytes);
    assert_eq!(Chunk::of(&honest.bytes).bytes(), honest.bytes);
    assert_eq!(ReadChange::read(&honest.bytes).unwrap().hash(), honest.hash);
}
