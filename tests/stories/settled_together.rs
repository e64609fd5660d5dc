//! Items and shops with the real binary: what two couriers and a shop say apart is derived once, whenever the server
//! dies between a fact and what follows from it; a person settles it and both phones are told.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, BootId, RecordId, RoundId, bytes_from_text, to_text};
use core_sync::domain::item::ItemKind;
use core_sync::domain::reasons::Answer;
use core_sync::domain::record::Record;
use core_sync::domain::shop_fact::Direction;
use core_sync::domain::stamp::Stamp;
use core_sync::domain::stop::StopStatus;
use core_sync::signing::key::PrivateKey;
use core_sync::signing::shop_fact::{ShopWord, sign};
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use core_sync::wire::item::Items;
use core_sync::wire::members::Role;
use core_sync::wire::shop_fact::ShopFactRequest;

use crate::harness::phone::Phone;
use crate::harness::world::World;

async fn items(world: &World) -> Items {
    let (status, body) = world.get("/v1/items", &world.admin_token).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_value(body).unwrap()
}

/// Moves everything of a round to another.
async fn move_all(world: &mut World, from: RoundId, to: RoundId) {
    let stops = world.round(from).await.stops.iter().map(|stop| stop.id).collect();
    let to_plan_version = world.round(to).await.plan_version;
    world.command(from, CoordinatorCommand::MoveStops { stops, to, to_plan_version }).await;
}

fn reactions(phone: &mut Phone, round: RoundId) -> usize {
    let records = phone.session().records(round).unwrap().records;
    records.iter().filter(|(_, entry)| matches!(entry.record, Record::Reaction(_))).count()
}

/// Takes back, in the file of a server that is down, how far it derived: as if it had died before.
fn forget_what_was_derived(world: &World) {
    let file = world.data().join("tournee.sqlite3");
    #[allow(clippy::disallowed_methods, reason = "a test looks into the file from outside")]
    let database = rusqlite::Connection::open(file).unwrap();
    assert_eq!(database.execute("UPDATE co_op SET reacted = 0", []).unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_from_a_fact_is_written_once_wherever_the_server_dies() {
    let mut world = World::new();
    let (ana, bo) = (world.member("Ana", Role::Courier).await, world.member("Bo", Role::Courier).await);
    let a = world.round_of_pairs(ana, 1).await;
    let b = world.round_of_pairs(bo, 0).await;
    let (mut phone_a, mut phone_b) = (world.phone(ana).await, world.phone(bo).await);
    phone_a.sync().await;
    let stops = phone_a.stops(a);
    move_all(&mut world, a, b).await;
    phone_a.tap(a, &CourierCommand::Collect(stops[0], None));
    phone_a.deliver(a, stops[1]);
    phone_a.sync().await;
    phone_b.sync().await;
    let derived = reactions(&mut phone_b, b);
    assert!(derived > 0);
    for forget in [false, true, true] {
        world.kill_server();
        if forget {
            forget_what_was_derived(&world);
        }
        world.start_server();
        phone_a.sync().await;
        phone_b.sync().await;
        assert_eq!(reactions(&mut phone_b, b), derived, "derived again, written once");
    }
    let statuses: Vec<StopStatus> = world.round(b).await.stops.iter().map(|stop| stop.status).collect();
    assert_eq!(statuses, [StopStatus::Void, StopStatus::Void]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_settles_an_item_and_both_phones_are_told() {
    let mut world = World::new();
    let (ana, bo) = (world.member("Ana", Role::Courier).await, world.member("Bo", Role::Courier).await);
    let a = world.round_of_pairs(ana, 1).await;
    let b = world.round_of_pairs(bo, 0).await;
    let (mut phone_a, mut phone_b) = (world.phone(ana).await, world.phone(bo).await);
    phone_a.sync().await;
    let stops = phone_a.stops(a);
    move_all(&mut world, a, b).await;
    phone_a.tap(a, &CourierCommand::Collect(stops[0], None));
    phone_a.sync().await;
    let open = items(&world).await.items;
    let item = open.iter().find(|item| item.kind == ItemKind::MovedButDone).unwrap();
    let records = item.evidence.iter().map(|evidence| evidence.record).collect();
    let command = CoordinatorCommand::Settle { records, answer: Answer::Meet, holds: None };
    let act = ActId::random(&mut world.random);
    let (status, body) = world.send(act, item.round, None, command.clone()).await;
    assert_eq!(status, 200, "{body}");
    world.kill_server();
    world.start_server();
    let (status, body) = world.send(act, item.round, None, command.clone()).await;
    assert_eq!(status, 200, "{body}");
    let (status, body) = world.send(ActId([7; 16]), item.round, None, command).await;
    assert_eq!((status, body["code"].as_str()), (409, Some("not_to_settle")), "{body}");
    assert!(items(&world).await.items.iter().all(|now| now.id != item.id || now.settled.is_some()));
    phone_a.sync().await;
    phone_b.sync().await;
    for (phone, round) in [(&mut phone_a, a), (&mut phone_b, b)] {
        let today = phone.session().today().unwrap();
        let told = today.iter().find(|today| today.round == round).unwrap();
        assert_eq!(told.settled.iter().map(|line| line.answer).collect::<Vec<_>>(), [Answer::Meet]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_s_word_reaches_the_round_and_its_contradiction_is_an_item() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let shop = world.member("Boulangerie", Role::Shop).await;
    let round = world.round_of_pairs(ana, 1).await;
    let mut phone = world.phone(ana).await;
    phone.sync().await;
    let key = PrivateKey::from_seed(&[9; 32]);
    let request = EnrolRequest { code: world.code(shop).await, key: key.public() };
    let (status, body) = world.post("/v1/enrol", "", &request).await;
    assert_eq!(status, 200, "{body}");
    let enrolled: EnrolAnswer = serde_json::from_value(body).unwrap();
    let record = RecordId::new(ActId([1; 16]), enrolled.device);
    let word = ShopWord {
        member: shop,
        stamp: Stamp { time: world.now().await, boot: BootId([1; 8]), monotonic_ms: 1, n: 1 },
        direction: Direction::Given,
        parcels: world.round(round).await.stops[0].parcels.clone(),
        follows: Vec::new(),
    };
    let bytes = sign(word, record, &key, bytes_from_text(&enrolled.delegation).unwrap());
    let said = ShopFactRequest { record, bytes: to_text(&bytes) };
    for _ in 0..2 {
        let (status, body) = world.post("/v1/shop-facts", "", &said).await;
        assert_eq!(status, 200, "{body}");
        world.kill_server();
        world.start_server();
    }
    phone.sync().await;
    assert_eq!(
        phone.session().records(round).unwrap().records.bytes_of(record).collect::<Vec<_>>(),
        [&bytes]
    );
    phone.trial(round);
    // She finds nothing there.
    let pickup = phone.stops(round)[0];
    let nothing = core_sync::domain::reasons::FailReason::NotReady;
    phone.tap(round, &CourierCommand::Fail(pickup, nothing));
    phone.sync().await;
    let kinds: Vec<ItemKind> = items(&world).await.items.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [ItemKind::ShopDisagrees]);
}
