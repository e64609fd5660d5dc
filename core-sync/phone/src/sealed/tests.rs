//! A sealed queue: whole, of the same member, or not at all.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{DeviceId, MemberId};
use core_sync::sync::outbox::Identity;

use super::*;
use crate::testing::{
    COURIER, MORNING, PLANTED_ADDRESS, PLANTED_NAME, delegation, enrol, file_holding, key,
    phone_with_three_stops, stop_id, tap,
};

/// Three acts sealed by the first phone; the file and its content.
fn sealed() -> (tempfile::TempDir, PathBuf, Identity, Vec<QueuedAct>) {
    let folder = tempfile::tempdir().unwrap();
    let phone = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(phone.path());
    (1..=3).for_each(|n| drop(tap(&mut store, n, &CourierCommand::Arrive(stop_id(n)))));
    let identity = store.enrolled().unwrap().unwrap().identity;
    let acts = store.queue().unwrap();
    let path = seal(folder.path(), &identity, &acts, MORNING).unwrap();
    (folder, path, identity, acts)
}

/// The identity of another phone.
fn identity_of(identity: &Identity, device: DeviceId, member: MemberId) -> Identity {
    Identity {
        device,
        member,
        key: key(device),
        delegation: delegation(device, Some(member)),
        ..identity.clone()
    }
}

#[test]
fn sealed_acts_come_back_on_the_member_s_next_phone_byte_for_byte() {
    let (_folder, path, identity, acts) = sealed();
    assert_eq!(unseal(&path, &identity).unwrap().acts, acts);
    let next = identity_of(&identity, DeviceId([0xf1; 8]), COURIER);
    assert_eq!(unseal(&path, &next).unwrap().acts, acts);
}

#[test]
fn a_sealed_queue_is_for_its_owner_s_eyes_and_names_nobody() {
    let (folder, path, ..) = sealed();
    for planted in [PLANTED_NAME, PLANTED_ADDRESS] {
        assert_eq!(file_holding(folder.path(), planted.as_bytes()), None);
    }
    assert_eq!(file_holding(folder.path(), &key(crate::testing::PHONE).reveal_seed()), None);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
    }
}

#[test]
fn another_member_cannot_open_it_nor_one_of_another_co_op() {
    let (_folder, path, identity, _) = sealed();
    let other = identity_of(&identity, DeviceId([0xf1; 8]), MemberId([0xab; 16]));
    assert!(matches!(unseal(&path, &other), Err(SealedError::AnotherMember)));
    let elsewhere = Identity { co_op: CoopId([0xcd; 16]), ..identity.clone() };
    assert!(matches!(unseal(&path, &elsewhere), Err(SealedError::AnotherMember)));
    let co_op_of_another_key = Identity { co_op_key: key(crate::testing::SERVER).public(), ..identity };
    assert!(matches!(unseal(&path, &co_op_of_another_key), Err(SealedError::Delegation(_))));
}

#[test]
fn a_seal_with_any_byte_changed_or_cut_is_broken() {
    let (_folder, path, identity, _) = sealed();
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(7) {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 1;
        std::fs::write(&path, &spoilt).unwrap();
        assert!(unseal(&path, &identity).is_err(), "byte {at}");
    }
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert!(matches!(unseal(&path, &identity), Err(SealedError::Shape(_))));
    std::fs::write(&path, &whole).unwrap();
    assert!(unseal(&path, &identity).is_ok());
}

#[test]
fn acts_put_in_by_whoever_holds_another_delegation_of_the_member_are_not_taken() {
    let (_folder, path, identity, acts) = sealed();
    // Sealed by a phone of hers under the delegation of another of hers.
    let mut forged = identity_of(&identity, DeviceId([0xf1; 8]), COURIER);
    forged.delegation = identity.delegation.clone();
    let folder = tempfile::tempdir().unwrap();
    let path_of_forged = seal(folder.path(), &forged, &acts, MORNING).unwrap();
    assert!(matches!(unseal(&path_of_forged, &identity), Err(SealedError::Seal)));
    assert!(unseal(&path, &forged).is_ok());
}

#[test]
fn a_seal_never_overwrites_another() {
    let (folder, path, identity, acts) = sealed();
    let before = std::fs::read(&path).unwrap();
    let (named, error) = seal(folder.path(), &identity, &acts[..1], MORNING).unwrap_err();
    assert_eq!(named, path);
    assert!(matches!(error, SealedError::File(_)));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn acts_put_back_twice_are_there_once_and_the_round_is_made_if_it_is_not_there() {
    let (_folder, path, identity, acts) = sealed();
    let other = tempfile::tempdir().unwrap();
    let mut store = crate::store::Store::open(other.path()).unwrap();
    enrol(&mut store, DeviceId([0xf1; 8]), COURIER);
    let acts_back = unseal(&path, &identity).unwrap();
    assert_eq!(store.requeue(&acts_back.acts).unwrap(), 3);
    assert_eq!(store.requeue(&acts_back.acts).unwrap(), 0);
    assert_eq!(store.queue().unwrap(), acts);
}
