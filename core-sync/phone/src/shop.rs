//! A shop's device: says what it gave and received, and keeps each word until the server has it.
//!
//! Same folder, identity and switch as a courier's phone, and no round: a word is a record that proves itself. It is
//! signed and on disk before anything is shown or sent; sent again it is the same word.

use std::path::Path;

use core_sync::domain::ids::{ActId, ParcelId, RecordId, to_text};
use core_sync::domain::personal::Secret;
use core_sync::domain::shop_fact::Direction;
use core_sync::domain::stamp::Moment;
use core_sync::signing::shop_fact::{ShopWord, sign};
use core_sync::view::sync_badge::{SyncBadge, SyncFacts, sync_badge};
use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::shop_fact::ShopFactRequest;
use rand_core::Rng;

use crate::client::{Client, ClientError, Said};
use crate::enrolment;
use crate::error::SessionError;
use crate::session::SyncEnd;
use crate::store::{Enrolled, QueuedWord, SavedAct, Store};

/// A session on a shop's folder.
#[derive(Debug)]
pub struct ShopSession {
    store: Store,
}

impl ShopSession {
    /// Opens the folder, making it if need be.
    pub fn open(folder: &Path) -> Result<Self, SessionError> {
        Ok(Self { store: Store::open(folder)? })
    }

    /// Enrols with a one-time code; safe to repeat.
    pub async fn enrol(
        &mut self,
        server: &str,
        code: &Secret<String>,
        random: &mut impl Rng,
    ) -> Result<(), SessionError> {
        enrolment::enrol(&mut self.store, server, code, random).await
    }

    /// Which shop it is.
    pub fn enrolled(&self) -> Result<Enrolled, SessionError> {
        self.store.enrolled()?.ok_or(SessionError::NotEnrolled)
    }

    /// Says that parcels were given or received: one commit of a signed record. What it returns may be shown as saved.
    pub fn say(
        &mut self,
        direction: Direction,
        parcels: Vec<ParcelId>,
        moment: Moment,
        random: &mut impl Rng,
    ) -> Result<SavedAct, SessionError> {
        let identity = self.enrolled()?.identity;
        let record = RecordId::new(ActId::random(random), identity.device);
        let saved = self.store.save_word(record, moment, |stamp| {
            // The shop sees no couriers' facts, so its word follows none.
            let word = ShopWord { member: identity.member, stamp, direction, parcels, follows: Vec::new() };
            sign(word, record, &identity.key, identity.delegation)
        });
        Ok(saved?)
    }

    /// Sends every word that the server has not acknowledged. A word that it refuses or fails at stays here and stops no
    /// other; only a server that cannot be reached, or has no time, ends the sync.
    pub async fn sync(&mut self) -> Result<SyncEnd, SessionError> {
        let enrolled = self.enrolled()?;
        if !self.store.phone_state()?.link_up {
            return Ok(SyncEnd::LinkDown);
        }
        let client = Client::new(&enrolled.server)?;
        let mut unanswered = false;
        for QueuedWord { record, bytes, .. } in self.store.words()? {
            match client.say_shop_fact(&ShopFactRequest { record, bytes: to_text(&bytes) }).await {
                Ok(Said::Answer(_)) => self.store.word_acknowledged(record)?,
                Ok(Said::Error(code)) => match of_a_no(code) {
                    No::OfTheWord => {
                        tracing::warn!(code = code.code(), "the server refused a shop's word");
                        self.store.word_refused(record, code.code())?;
                    }
                    No::Unanswered => {
                        tracing::warn!(code = code.code(), "the server failed at a shop's word");
                        unanswered = true;
                    }
                    No::NotNow => {
                        tracing::warn!(code = code.code(), "the server takes no shop's word now");
                        self.store.note_no_answer()?;
                        return Ok(SyncEnd::NoAnswer);
                    }
                },
                Err(error @ ClientError::Unreadable { .. }) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "an answer to a shop's word is not one of ours");
                    unanswered = true;
                }
                Err(error @ (ClientError::Exchange(_) | ClientError::Address | ClientError::Tls(_))) => {
                    tracing::debug!(error = &error as &dyn std::error::Error, "no answer to a shop's word");
                    self.store.note_no_answer()?;
                    return Ok(SyncEnd::NoAnswer);
                }
            }
        }
        // A word of the device that this one was may be unknown for ever; a word of this one says that a new
        // enrolment helps.
        let device = enrolled.identity.device;
        let unknown = self.store.words()?.iter().any(|word| {
            word.record.device() == device && word.refused.as_deref() == Some(ErrorCode::DeviceUnknown.code())
        });
        self.store.note_attempt(unanswered, unknown)?;
        Ok(if unanswered { SyncEnd::NoAnswer } else { SyncEnd::Synced })
    }

    /// The words that are only on this device, as said.
    pub fn queue(&self) -> Result<Vec<QueuedWord>, SessionError> {
        Ok(self.store.words()?)
    }

    /// The line that says whether the device can be put away.
    pub fn badge(&self) -> Result<SyncBadge, SessionError> {
        let phone = self.store.phone_state()?;
        let words = self.store.words()?;
        let set_aside = words.iter().filter(|word| word.refused.is_some()).count();
        Ok(sync_badge(SyncFacts {
            unsent: words.len() - set_aside,
            set_aside,
            to_give_back: 0,
            link_up: phone.link_up,
            failing: phone.failing,
            // A shop is told nothing, so there is nothing that it waits for.
            synced_once: true,
            unknown_device: phone.unknown_device,
            revoked: phone.revoked,
            cloned: phone.cloned,
            unread: false,
        }))
    }

    /// The shop's own switch: with the link down nothing is sent and nothing is tried.
    pub fn set_link(&mut self, up: bool) -> Result<(), SessionError> {
        Ok(self.store.set_link(up)?)
    }
}

/// What a no is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum No {
    /// This word, as it is.
    OfTheWord,
    /// This word now, and maybe no other: it is said again with the next sync.
    Unanswered,
    /// The server has no time for any.
    NotNow,
}

const fn of_a_no(code: ErrorCode) -> No {
    match code {
        ErrorCode::Busy | ErrorCode::TooSlow | ErrorCode::DiskFull => No::NotNow,
        ErrorCode::Internal | ErrorCode::RoundDamaged | ErrorCode::NoSuchRoute | ErrorCode::WrongMethod => {
            No::Unanswered
        }
        ErrorCode::BadInput
        | ErrorCode::TooLarge
        | ErrorCode::WrongMediaType
        | ErrorCode::NotSignedIn
        | ErrorCode::TokenExpired
        | ErrorCode::NotAllowed
        | ErrorCode::NotFound
        | ErrorCode::PlanVersionStale
        | ErrorCode::ActIdReused
        | ErrorCode::RoundExists
        | ErrorCode::RoundFull
        | ErrorCode::StopWithdrawn
        | ErrorCode::StopDone
        | ErrorCode::NotToSettle
        | ErrorCode::DraftTaken
        | ErrorCode::SuggestionOver
        | ErrorCode::CardInUse
        | ErrorCode::NotReleasable
        | ErrorCode::EnrolmentCode
        | ErrorCode::DeviceUnknown => No::OfTheWord,
    }
}

#[cfg(test)]
mod tests;
