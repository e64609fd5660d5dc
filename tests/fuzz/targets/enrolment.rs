//! Target `enrolment`: any bytes as what goes to and fro when a phone enrols: the code as somebody types it, the JSON
//! of `POST /v1/enrol`, and its answer.
//!
//! A code has one spelling. A request that is read means the same when it is written again, and only the code that was
//! granted makes a device. An answer whose delegation is not the co-op's word is not believed.

use core_sync::domain::ids::{bytes_from_text, from_text, to_text};
use core_sync::signing::delegation::Delegation;
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use server::app::enrol::{check, enrol};

use super::coop::{self, no_fault, random};
use super::document::MORNING;

pub(super) fn run(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        code(text);
    }
    if let Ok(request) = serde_json::from_slice::<EnrolRequest>(bytes) {
        ask(&request);
    }
    if let Ok(answer) = serde_json::from_slice::<EnrolAnswer>(bytes) {
        let _either = believed(&answer);
    }
}

fn code(text: &str) {
    if let Ok(code) = from_text::<16>(text.trim()) {
        assert_eq!(to_text(&code), text.trim(), "a code has two spellings");
    }
    if let Some(bytes) = bytes_from_text(text) {
        assert_eq!(to_text(&bytes), text, "bytes have two spellings");
    }
}

fn ask(request: &EnrolRequest) {
    let written = serde_json::to_vec(request).expect("a request is written");
    let again: EnrolRequest = serde_json::from_slice(&written).expect("what was written is read");
    assert_eq!((again.code.reveal(), again.key), (request.code.reveal(), request.key));
    let made = coop::with(|coop| {
        let may = no_fault(coop.attempt(|tx, _| check(tx, request, MORNING))).is_some();
        let made =
            no_fault(coop.attempt(|tx, people| enrol(tx, &people.keys, request, MORNING, &mut random())));
        let granted = coop.people.codes.iter().any(|code| code.reveal() == request.code.reveal());
        assert!(granted || (!may && made.is_none()), "a code that was not granted made a device");
        assert!(may || made.is_none(), "what may not make a device made one");
        assert!(made.iter().all(|answer| answer.member == coop.people.courier.member), "a device of another");
        made
    });
    if let Some(answer) = made {
        assert!(believed(&answer), "what the server answered is not believed");
    }
}

/// Whether the co-op of the answer vouches for its delegation; what it vouches for has one spelling.
fn believed(answer: &EnrolAnswer) -> bool {
    let Some(bytes) = bytes_from_text(&answer.delegation) else { return false };
    let Ok(delegation) = Delegation::verify(&bytes, &answer.co_op_key) else { return false };
    coop::with(|coop| {
        let Ok(key) = coop.people.keys.of_co_op(answer.co_op) else { return };
        if key.public() == answer.co_op_key {
            assert_eq!(delegation.sign(key), bytes, "a delegation is written otherwise than it was read");
        }
    });
    true
}
