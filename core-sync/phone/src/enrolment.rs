//! Enrolling: a one-time code becomes this phone's identity. Safe to repeat after a lost answer.

use core_sync::domain::ids::bytes_from_text;
use core_sync::domain::personal::Secret;
use core_sync::signing::delegation::Delegation;
use core_sync::signing::key::PrivateKey;
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use rand_core::Rng;

use crate::client::{Client, Said};
use crate::error::SessionError;
use crate::store::Store;

/// Enrols the phone whose store this is. A phone whose device the server no longer knows enrols again: its
/// queue stays and goes out under the new key.
pub(crate) async fn enrol(
    store: &mut Store,
    server: &str,
    code: &Secret<String>,
    random: &mut impl Rng,
) -> Result<(), SessionError> {
    let before = store.enrolled()?;
    if before.is_some() && !store.phone_state()?.unknown_device {
        return Err(SessionError::AlreadyEnrolled);
    }
    let code = Secret::new(code.reveal().trim().to_owned());
    let key = store.enrolment_key(code.reveal(), &PrivateKey::random(random))?;
    let client = Client::new(server)?;
    let answer = match client.enrol(&EnrolRequest { code, key: key.public() }).await? {
        Said::Answer(answer) => answer,
        Said::Error(code) => return Err(SessionError::Server { code }),
    };
    let delegation = believed_delegation(&answer, &key)?;
    if before.is_some_and(|before| {
        before.identity.member != answer.member || before.identity.co_op != answer.co_op
    }) {
        return Err(SessionError::ActsOfAnother);
    }
    store.save_enrolment(server, &key, &answer, &delegation)?;
    Ok(())
}

/// The delegation, if it says what the rest of the answer says.
fn believed_delegation(answer: &EnrolAnswer, key: &PrivateKey) -> Result<Vec<u8>, SessionError> {
    let bytes = bytes_from_text(&answer.delegation).ok_or(SessionError::Answer)?;
    let delegation = Delegation::verify(&bytes, &answer.co_op_key).map_err(|_| SessionError::Answer)?;
    let same = delegation.co_op == answer.co_op
        && delegation.device == answer.device
        && delegation.member == Some(answer.member)
        && delegation.key == key.public();
    if same { Ok(bytes) } else { Err(SessionError::Answer) }
}
