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

/// An enrolment under way: what is posted, and the key that stays here.
#[derive(Debug)]
pub struct Enrolment {
    /// What the server is asked.
    pub request: EnrolRequest,
    key: PrivateKey,
}

/// Begins to enrol the phone whose store this is. A phone whose device the server no longer knows, or revoked, or
/// hears from two phones, enrols again: its queue stays and goes out under the new key.
pub(crate) fn begin(
    store: &mut Store,
    code: &Secret<String>,
    random: &mut impl Rng,
) -> Result<Enrolment, SessionError> {
    if store.enrolled()?.is_some() && !store.phone_state()?.wants_enrolment() {
        return Err(SessionError::AlreadyEnrolled);
    }
    let code = Secret::new(code.reveal().trim().to_owned());
    let key = store.enrolment_key(code.reveal(), &PrivateKey::random(random))?;
    Ok(Enrolment { request: EnrolRequest { code, key: key.public() }, key })
}

/// Ends an enrolment with what the server answered.
pub(crate) fn finish(
    store: &mut Store,
    server: &str,
    enrolment: &Enrolment,
    answer: &EnrolAnswer,
) -> Result<(), SessionError> {
    let delegation = believed_delegation(answer, &enrolment.key)?;
    if store.enrolled()?.is_some_and(|before| {
        before.identity.member != answer.member || before.identity.co_op != answer.co_op
    }) {
        return Err(SessionError::ActsOfAnother);
    }
    store.save_enrolment(server, &enrolment.key, answer, &delegation)?;
    Ok(())
}

/// Enrols over the network.
pub(crate) async fn enrol(
    store: &mut Store,
    server: &str,
    code: &Secret<String>,
    random: &mut impl Rng,
) -> Result<(), SessionError> {
    let enrolment = begin(store, code, random)?;
    let answer = match Client::new(server)?.enrol(&enrolment.request).await? {
        Said::Answer(answer) => answer,
        Said::Error(code) => return Err(SessionError::Server { code }),
    };
    finish(store, server, &enrolment, &answer)
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

#[cfg(test)]
mod tests {
    use core_sync::domain::ids::{CoopId, DeviceId, MemberId, to_text};

    use super::*;
    use crate::testing::{COURIER, PHONE, SERVER, delegation, enrol_answer, key};

    #[test]
    fn an_enrolment_is_believed_only_if_the_co_op_vouches_for_all_of_it() {
        let honest = || enrol_answer(PHONE, COURIER);
        assert_eq!(believed_delegation(&honest(), &key(PHONE)).unwrap(), delegation(PHONE, Some(COURIER)));
        type Spoil = fn(&mut EnrolAnswer);
        let spoils: [Spoil; 6] = [
            |answer| answer.device = DeviceId([1; 8]),
            |answer| answer.member = MemberId([1; 16]),
            |answer| answer.co_op = CoopId([1; 16]),
            |answer| answer.co_op_key = key(SERVER).public(),
            |answer| answer.delegation = to_text(&delegation(SERVER, None)),
            |answer| answer.delegation = "no base64url!".to_owned(),
        ];
        for (index, spoil) in spoils.into_iter().enumerate() {
            let mut answer = honest();
            spoil(&mut answer);
            let said = believed_delegation(&answer, &key(PHONE));
            assert!(matches!(said, Err(SessionError::Answer)), "{index}");
        }
        let of_another_key = believed_delegation(&honest(), &key(SERVER));
        assert!(matches!(of_another_key, Err(SessionError::Answer)));
    }
}
