//! Target `guard`: any bytes as a change, with what stands in the way of every made-up change made right: length, hash,
//! actor and signature. So what is judged is what an enrolled courier who means harm could send.
//!
//! What the guard lets in must load, save and load again to the heads that the change says; what it does not let in it
//! must refuse by a code of its own, not because something panicked.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use core_sync::domain::ids::DeviceId;
use core_sync::guard::refusal::RefusalCode;
use core_sync::guard::{Judgement, Signer, inspect, place};
use core_sync::round_doc::change::{ReadChange, change_hash};
use core_sync::round_doc::mint::derive_actor;
use core_sync::round_doc::trial::try_document;
use core_sync::signing::envelope::{Envelope, sign};

use super::document::{DOCUMENT, PHONE, Past, SERVER, key, phone, server};
use super::round_doc::crafted::{chunk, to_leb, with_checksum};

/// Magic bytes, checksum and chunk type.
const HEADER_BYTES: usize = 9;
/// The chunk type of a change.
const CHANGE: u8 = 1;
/// The bytes of an actor of ours.
const ACTOR_BYTES: usize = 16;

static PAST: LazyLock<Past> = LazyLock::new(Past::new);

pub(super) fn run(bytes: &[u8]) {
    let _either = is_let_in(bytes);
}

/// Whether the guard lets any of the mended changes in.
pub(crate) fn is_let_in(bytes: &[u8]) -> bool {
    let whole = measured(bytes);
    let by_phone = whole.as_deref().and_then(|whole| with_actor(whole, PHONE));
    let by_server = whole.as_deref().and_then(|whole| with_actor(whole, SERVER));
    let by_phone = [Some(with_checksum(bytes.to_vec())), whole, by_phone].into_iter().flatten();
    let mut let_in = false;
    for change in by_phone.collect::<BTreeSet<_>>() {
        let_in |= judge(change, PHONE, &phone());
    }
    if let Some(change) = by_server {
        let_in |= judge(change, SERVER, &server());
    }
    let_in
}

/// The contents under a length, type and checksum that are right.
fn measured(bytes: &[u8]) -> Option<Vec<u8>> {
    let rest = bytes.get(HEADER_BYTES..)?;
    let length_bytes = rest.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let contents = rest.get(length_bytes..)?;
    Some(chunk(CHANGE, &to_leb(contents.len() as u64), contents))
}

/// The same change under the actor that this device must give it, if it can be read and has an actor of that length.
fn with_actor(bytes: &[u8], device: DeviceId) -> Option<Vec<u8>> {
    let change = ReadChange::read(bytes).ok()?;
    let puts = change.puts(&DOCUMENT);
    let puts = puts.iter().flatten().map(|put| (put.map, put.key, put.bytes));
    let actor = derive_actor(device, &change.deps(), change.start_op(), puts);
    // An actor stands where the read one does; contents that hold its bytes twice are the same change all the same.
    let old = Some(change.actor()).filter(|old| old.len() == ACTOR_BYTES)?;
    let at = bytes.windows(ACTOR_BYTES).position(|window| window == old)?;
    let mut mended = bytes.to_vec();
    mended.get_mut(at..at + ACTOR_BYTES)?.copy_from_slice(&actor);
    Some(with_checksum(mended))
}

/// Whether the guard lets it in.
fn judge(change: Vec<u8>, device: DeviceId, signer: &Signer) -> bool {
    let hash = change_hash(&change).unwrap_or_default();
    let signature = sign(&key(device), DOCUMENT.round, &hash, device);
    let envelope = Envelope { change, device, signature, delegation: None };
    let said = inspect(&DOCUMENT, &envelope, signer)
        .and_then(|inspected| Ok((place(&inspected, &PAST.known)?, inspected)));
    match said {
        Ok((Judgement::Accepted { .. }, inspected)) => {
            assert_eq!(inspected.hash, hash, "the guard read another change");
            let deps = inspected.deps;
            let changes = PAST.changes.iter().cloned().chain([envelope.change]);
            let heads = try_document(&DOCUMENT, &changes.collect::<Vec<_>>()).expect("what was let in loads");
            assert!(heads.contains(&hash), "what was let in is no head");
            assert!(!heads.iter().any(|head| deps.contains(head)), "what it stands on is still a head");
            true
        }
        Ok((Judgement::Missing(missing), _)) => {
            assert!(
                missing.iter().all(|dep| !PAST.known.max_ops.contains_key(dep)),
                "what is there is missing"
            );
            false
        }
        Err(refusal) => {
            assert_ne!(refusal.code, RefusalCode::Unjudgeable, "the guard panicked inside");
            assert_ne!(refusal.code, RefusalCode::Signature, "what was signed is not");
            false
        }
    }
}
