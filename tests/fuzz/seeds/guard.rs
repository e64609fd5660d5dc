//! Changes: an honest one of every kind of record, and crafted ones that are wrong in one way.

use core_sync::domain::kind::MapName;
use core_sync::domain::shop_fact::Direction;

use super::Seed;
use super::facts::{facts, plans, shop_word};
use crate::targets::document::{DOCUMENT, PHONE, Past, SERVER};
use crate::targets::round_doc::crafted::{ACTION, Chunk, Craft, Craftwork};

pub(super) fn seeds() -> Vec<Seed> {
    let past = Past::new();
    let seed = |name: String, bytes: Vec<u8>| Seed::new("guard", name, bytes);
    let honest = |device, name: &str, record| seed(name.to_owned(), past.minted(device, &[record]).bytes);
    let (facts, plans) = (facts(), plans());
    let many: Vec<_> = facts.iter().map(|(_, record)| record.clone()).collect();
    let mut seeds = vec![seed("facts".to_owned(), past.minted(PHONE, &many).bytes)];
    seeds.extend(facts.into_iter().map(|(name, record)| honest(PHONE, name, record)));
    seeds.extend(plans.into_iter().map(|(name, record)| honest(SERVER, name, record)));
    seeds.push(honest(SERVER, "given", shop_word(Direction::Given)));
    seeds.extend(crafted(&past).into_iter().map(|(name, bytes)| seed(format!("crafted-{name}"), bytes)));
    seeds
}

fn crafted(past: &Past) -> Vec<(&'static str, Vec<u8>)> {
    let tip = &past.tip.heads[0];
    let (_, tap) = facts().swap_remove(0);
    let key = tap.id.to_string();
    let put = Craftwork::Put(MapName::Facts, key.clone(), tap.bytes.clone());
    let honest = || Craft {
        deps: vec![tip.0],
        start_op: tip.1 + 1,
        ..Craft::on_genesis(&DOCUMENT, vec![put.clone()])
    };
    let but = |spoil: &dyn Fn(&mut Craft)| {
        let mut craft = honest();
        spoil(&mut craft);
        craft.bytes(&DOCUMENT, PHONE)
    };
    let beside = |work: Craftwork| but(&|craft| craft.work.push(work.clone()));
    let apart = |spoil: &dyn Fn(&mut Chunk)| {
        let mut parts = Chunk::of(&but(&|_| {}));
        spoil(&mut parts);
        parts.bytes()
    };
    let bytes = tap.bytes;
    vec![
        ("delete", beside(Craftwork::Delete(MapName::Facts, key.clone()))),
        ("insert", beside(Craftwork::Insert(MapName::Facts, bytes.clone()))),
        ("make-map", beside(Craftwork::MakeMap(MapName::Plan))),
        ("number", beside(Craftwork::PutNumber(MapName::Facts, key.clone(), 7))),
        ("over", beside(Craftwork::PutOver(MapName::Facts, key.clone(), bytes.clone()))),
        ("root", beside(Craftwork::RootPut("plan".to_owned(), bytes.clone()))),
        ("into", beside(Craftwork::PutInto(2, false, key.clone(), bytes))),
        ("message", but(&|craft| craft.message = Some("hello".to_owned()))),
        ("author", but(&|craft| craft.author = true)),
        ("extra", but(&|craft| craft.extra_bytes = vec![1, 2, 3])),
        (
            "old-heads",
            but(&|craft| (craft.deps, craft.start_op) = (Craft::on_genesis(&DOCUMENT, vec![]).deps, 3)),
        ),
        ("far", but(&|craft| craft.start_op = u64::from(u32::MAX))),
        ("twice", but(&|craft| craft.work.push(put.clone()))),
        ("runs", apart(&|parts| *parts.column(ACTION) = vec![0x7e, 1, 1])),
        ("claim", apart(&|parts| *parts.column(ACTION) = vec![0xc0, 0x84, 0x3d, 1])),
    ]
}

#[test]
fn honest_changes_are_let_in_and_what_is_wrong_in_one_way_is_not() {
    for seed in seeds() {
        // Old heads are nothing wrong.
        let honest = !seed.name.contains("crafted-") || seed.name.ends_with("crafted-old-heads");
        assert_eq!(crate::targets::guard::is_let_in(&seed.bytes), honest, "{}", seed.name);
    }
}
