//! What shops say: kept once, brought byte for byte into every round that carries the parcel, now or later.

use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop};
use core_sync::domain::ids::{ActId, BootId, MemberId, ParcelId, RecordId, RoundId, to_text};
use core_sync::domain::limits::RECORD_BYTES_MAX;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::shop_fact::Direction;
use core_sync::domain::stamp::Stamp;
use core_sync::domain::time::Milliseconds;
use core_sync::signing::delegation::{Delegation, TERM};
use core_sync::signing::key::PrivateKey;
use core_sync::signing::shop_fact::{ShopWord, sign};
use core_sync::wire::members::Role;
use core_sync::wire::shop_fact::{ShopFactAnswer, ShopFactRequest};

use super::error::AppError;
use super::say_shop_fact::say_shop_fact;
use crate::board::read_round::records;
use crate::db::document;
use crate::testing::{Coop, MORNING, Phone, new_stop};

struct Counter {
    coop: Coop,
    shop: Phone,
    ana: MemberId,
}

impl Counter {
    fn new() -> Self {
        let mut coop = Coop::new();
        let ana = coop.add_member("Ana", Role::Courier);
        let shop = coop.add_member("Boulangerie", Role::Shop);
        let shop = coop.enrol(shop);
        Self { coop, shop, ana }
    }

    /// A round of Ana with a pickup of this parcel.
    fn round_with(&mut self, parcel: u8) -> RoundId {
        let round = self.coop.round_of(self.ana, 0);
        let stop = NewStop { kind: StopKind::Pickup, parcels: vec![ParcelId([parcel; 16])], ..new_stop(1) };
        let add = CoordinatorCommand::AddStop(Box::new(stop));
        let request = self.coop.request(round.id, Some(round.plan_version), add);
        self.coop.command(&request).unwrap().id
    }

    fn word(&self, n: u8, parcel: u8) -> ShopFactRequest {
        given(&self.shop, &self.shop.key, n, parcel)
    }

    fn say(&mut self, request: &ShopFactRequest) -> Result<ShopFactAnswer, AppError> {
        self.coop.write(|tx, world| say_shop_fact(tx, &world.keys, request, world.now))
    }

    /// Whether a record stands in a round with these bytes.
    fn stands(&mut self, round: RoundId, request: &ShopFactRequest) -> bool {
        let records =
            self.coop.write(|tx, world| Ok(records(tx, &document::find(tx, world.id, round)?.unwrap())?));
        records.unwrap().bytes_of(request.record).any(|bytes| to_text(bytes) == request.bytes)
    }
}

fn given(shop: &Phone, key: &PrivateKey, n: u8, parcel: u8) -> ShopFactRequest {
    let record = RecordId::new(ActId([n; 16]), shop.device);
    let stamp = Stamp { time: MORNING, boot: BootId([1; 8]), monotonic_ms: 1, n: 1 };
    let parcels = vec![ParcelId([parcel; 16])];
    let direction = Direction::Given;
    let word = ShopWord { member: shop.member, stamp, direction, parcels, follows: Vec::new() };
    ShopFactRequest { record, bytes: to_text(&sign(word, record, key, shop.delegation.clone())) }
}

fn code(result: Result<ShopFactAnswer, AppError>) -> AppError {
    result.unwrap_err()
}

#[test]
fn what_a_shop_says_stands_in_every_round_that_carries_the_parcel_now_or_later() {
    let mut counter = Counter::new();
    let (with, without) = (counter.round_with(1), counter.round_with(2));
    let word = counter.word(1, 1);
    counter.say(&word).unwrap();
    assert!(counter.stands(with, &word));
    assert!(!counter.stands(without, &word));
    let later = counter.round_with(1);
    assert!(counter.stands(later, &word));
}

#[test]
fn the_same_word_again_is_the_same_answer_and_writes_nothing() {
    let mut counter = Counter::new();
    let round = counter.round_with(1);
    let word = counter.word(1, 1);
    let first = counter.say(&word).unwrap();
    let position = |counter: &mut Counter| {
        counter.coop.write(|tx, world| Ok(document::find(tx, world.id, round)?.unwrap().position)).unwrap()
    };
    let before = position(&mut counter);
    counter.coop.now = counter.coop.now.plus(Milliseconds::hours(1));
    assert_eq!(counter.say(&word).unwrap(), first);
    assert_eq!(position(&mut counter), before);
    let other = ShopFactRequest { record: word.record, bytes: counter.word(1, 2).bytes };
    assert!(matches!(code(counter.say(&other)), AppError::ActIdReused));
}

#[test]
fn only_a_shop_s_own_device_speaks_for_it() {
    let mut counter = Counter::new();
    let ana = counter.ana;
    let phone = counter.coop.enrol(ana);
    let of_courier = given(&phone, &phone.key, 1, 1);
    assert!(matches!(code(counter.say(&of_courier)), AppError::NotAllowed));
    let forged = given(&counter.shop, &phone.key, 1, 1);
    assert!(matches!(code(counter.say(&forged)), AppError::DeviceUnknown));
    let mut unknown = counter.word(1, 1);
    unknown.record = RecordId::new(ActId([1; 16]), core_sync::domain::ids::DeviceId([0; 8]));
    assert!(matches!(code(counter.say(&unknown)), AppError::DeviceUnknown));
}

#[test]
fn what_is_no_shop_fact_is_named() {
    let mut counter = Counter::new();
    let good = counter.word(1, 1);
    for bytes in ["", "no base64!", &to_text(b"x"), &to_text(&[0; RECORD_BYTES_MAX + 1])] {
        let bad = ShopFactRequest { record: good.record, bytes: bytes.to_owned() };
        assert!(matches!(code(counter.say(&bad)), AppError::BadInput(_)), "{bytes}");
    }
}

#[test]
fn a_device_that_was_shut_out_is_not_heard_and_one_that_was_lost_is_by_the_co_ops_word() {
    let mut counter = Counter::new();
    let round = counter.round_with(1);
    // Enrolled after the copy that was put back was made.
    let (key, device) = (PrivateKey::from_seed(&[9; 32]), core_sync::domain::ids::DeviceId([9; 8]));
    let word = Delegation {
        co_op: counter.coop.id,
        device,
        key: key.public(),
        member: Some(counter.shop.member),
        issued: MORNING,
        until: MORNING.plus(TERM),
    };
    let word = word.sign(counter.coop.keys.of_co_op(counter.coop.id).unwrap());
    let lost = Phone::with(counter.shop.member, device, word, key.clone());
    let (first, second) = (given(&lost, &key, 1, 1), given(&lost, &key, 2, 1));
    let forged = given(&lost, &counter.shop.key, 3, 1);
    assert!(matches!(counter.say(&forged), Err(AppError::DeviceUnknown)));
    counter.say(&first).unwrap();
    assert!(counter.stands(round, &first));
    let shut_out = counter
        .coop
        .write(|tx, world| Ok(crate::db::revocation::insert(tx, world.id, device, None, world.now)?));
    assert!(shut_out.unwrap());
    assert!(matches!(counter.say(&second), Err(AppError::DeviceUnknown)));
    assert!(!counter.stands(round, &second));
}
