//! Enrolment: once per code, safely repeated, over after ten minutes.

use core_sync::domain::ids::MemberId;
use core_sync::domain::personal::Secret;
use core_sync::domain::time::Milliseconds;
use core_sync::signing::delegation::{Delegation, TERM};
use core_sync::signing::key::{PrivateKey, PublicKey};
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use core_sync::wire::members::{ForMember, Granted, Role};

use super::enrol::enrol;
use super::error::AppError;
use super::grant_enrolment_code::{TERM as CODE_TERM, grant_enrolment_code};
use super::grant_token::grant_token;
use crate::testing::Coop;

struct Enrolling {
    coop: Coop,
    member: MemberId,
}

impl Enrolling {
    fn new() -> Self {
        let mut coop = Coop::new();
        let member = coop.add_member("Ana", Role::Courier);
        Self { coop, member }
    }

    fn key(&self) -> PrivateKey {
        PrivateKey::random(&mut *self.coop.random())
    }

    fn code(&mut self) -> Granted {
        let request = ForMember { member: self.member };
        let granted = self
            .coop
            .write(|tx, world| grant_enrolment_code(tx, world.id, &request, world.now, &mut world.random()));
        granted.unwrap()
    }

    fn enrol(&mut self, code: &Granted, key: PublicKey) -> Result<EnrolAnswer, AppError> {
        let request = EnrolRequest { code: code.secret.clone(), key };
        self.coop.write(|tx, world| enrol(tx, &world.keys, &request, world.now, &mut world.random()))
    }
}

#[test]
fn a_code_and_a_key_become_a_device_with_a_delegation() {
    let mut world = Enrolling::new();
    let (code, key) = (world.code(), world.key().public());
    let answer = world.enrol(&code, key).unwrap();
    assert_eq!((answer.co_op, answer.member), (world.coop.id, world.member));
    assert_eq!((answer.name.reveal().as_str(), answer.time_zone.as_str()), ("Ana", "Europe/Paris"));
    let phone = crate::testing::Phone::new(&answer, world.key());
    let word = Delegation::verify(&phone.delegation, &answer.co_op_key).unwrap();
    assert_eq!((word.device, word.key, word.member), (answer.device, key, Some(world.member)));
    assert_eq!((word.issued, word.until), (world.coop.now, world.coop.now.plus(TERM)));
}

#[test]
fn a_lost_answer_does_no_harm() {
    let mut world = Enrolling::new();
    let (code, key) = (world.code(), world.key().public());
    let first = world.enrol(&code, key).unwrap();
    world.coop.now = code.until_ms.plus(Milliseconds(-1));
    assert_eq!(world.enrol(&code, key).unwrap().device, first.device);
    world.coop.now = code.until_ms;
    assert!(matches!(world.enrol(&code, key), Err(AppError::EnrolmentCode)));
}

#[test]
fn another_key_gets_nothing_for_a_used_code() {
    let mut world = Enrolling::new();
    let (code, key, other) = (world.code(), world.key().public(), world.key().public());
    world.enrol(&code, key).unwrap();
    assert!(matches!(world.enrol(&code, other), Err(AppError::EnrolmentCode)));
}

#[test]
fn a_code_works_for_ten_minutes() {
    let mut world = Enrolling::new();
    let (code, key) = (world.code(), world.key().public());
    assert_eq!(code.until_ms, world.coop.now.plus(Milliseconds::minutes(10)));
    assert_eq!(CODE_TERM, Milliseconds::minutes(10));
    world.coop.now = code.until_ms;
    assert!(matches!(world.enrol(&code, key), Err(AppError::EnrolmentCode)));
}

#[test]
fn a_text_that_is_no_code_gets_the_same_answer_as_an_unknown_one() {
    let mut world = Enrolling::new();
    let key = world.key().public();
    let unknown = core_sync::domain::ids::to_text(&[1; 16]);
    for text in ["", "x", "é", &unknown] {
        let code = Granted { secret: Secret::new(text.to_owned()), until_ms: world.coop.now };
        assert!(matches!(world.enrol(&code, key), Err(AppError::EnrolmentCode)), "{text}");
    }
}

#[test]
fn a_key_that_signs_for_anybody_is_refused_and_the_code_still_works() {
    let mut world = Enrolling::new();
    let code = world.code();
    // The neutral point: it "verifies" whatever one likes.
    let mut weak = [0; 32];
    weak[0] = 1;
    match world.enrol(&code, PublicKey(weak)) {
        Err(AppError::BadInput(error)) => assert_eq!(error.field, "key"),
        other => panic!("{other:?}"),
    }
    // 2^255 - 1 is beyond the field: another spelling of some point, so a second name for its key.
    let beyond = PublicKey([0xff; 32]);
    assert!(matches!(world.enrol(&code, beyond), Err(AppError::BadInput(error)) if error.field == "key"));
    let key = world.key().public();
    assert!(world.enrol(&code, key).is_ok());
}

#[test]
fn a_key_makes_one_device_and_another_code_none_of_it() {
    let mut world = Enrolling::new();
    let (first, second) = (world.code(), world.code());
    let key = world.key().public();
    world.enrol(&first, key).unwrap();
    assert!(matches!(world.enrol(&second, key), Err(AppError::BadInput(error)) if error.field == "key"));
    let fresh = world.key().public();
    assert!(world.enrol(&second, fresh).is_ok(), "the code still works");
}

#[test]
fn every_device_of_a_member_has_an_id_of_its_own() {
    let mut world = Enrolling::new();
    let member = world.member;
    let devices: std::collections::BTreeSet<_> = (0..5).map(|_| world.coop.enrol(member).device).collect();
    assert_eq!(devices.len(), 5);
}

#[test]
fn nothing_is_granted_to_who_is_not_a_member() {
    let mut world = Enrolling::new();
    let (_, stranger) = world.coop.second();
    for member in [MemberId([0; 16]), stranger] {
        let request = ForMember { member };
        let code = world
            .coop
            .write(|tx, world| grant_enrolment_code(tx, world.id, &request, world.now, &mut world.random()));
        assert!(matches!(code, Err(AppError::NotFound)));
        let token =
            world.coop.write(|tx, world| grant_token(tx, world.id, &request, world.now, &mut world.random()));
        assert!(matches!(token, Err(AppError::NotFound)));
    }
}

#[test]
fn neither_codes_nor_tokens_stand_in_the_database() {
    let mut world = Enrolling::new();
    let (code, member) = (world.code(), world.member);
    let token = world
        .coop
        .write(|tx, world| grant_token(tx, world.id, &ForMember { member }, world.now, &mut world.random()))
        .unwrap();
    let folder = world.coop.folder.path().to_owned();
    for file in ["tournee.sqlite3", "tournee.sqlite3-wal"] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        for secret in [&code.secret, &token.secret] {
            let text = secret.reveal().as_bytes();
            assert!(!bytes.windows(text.len()).any(|window| window == text), "{file}");
        }
    }
}
