//! `POST /v1/sync`: one request of a phone, up and down, for all its rounds.
//!
//! First what is pushed is judged and appended, then what follows each cursor is read, in one
//! transaction: the answer leaves after the commit, so a verdict is true when the phone reads it. Neither the
//! phone's clock nor the term of its delegation refuses anything.

pub mod ahead;
mod cards;
mod heard;
mod held;
#[cfg(test)]
mod held_tests;
pub mod judge_again;
mod pull;
#[cfg(test)]
mod pull_tests;
mod push;
#[cfg(test)]
mod push_tests;
pub mod sender;
mod standing;
#[cfg(test)]
mod standing_tests;

use std::collections::BTreeSet;

use core_sync::domain::ids::RoundId;
use core_sync::domain::limits::{ANSWER_ROW_BYTES_MAX, ROUNDS_PER_REQUEST_MAX, ROWS_PER_ANSWER_MAX};
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::sync_answer::{Notice, RoundAnswer, SyncAnswer};
use core_sync::wire::sync_request::RoundAsk;

use super::aside::Putter;
use super::error::AppError;
use super::own_change::OwnHand;
use super::react::react;
use super::take_in::take_in;
use crate::db::co_op;
use crate::db::connection::Tx;
use crate::db::{document, revocation};
use crate::keys::Keys;
use crate::log::read::Room;
use ahead::{Ahead, renewed};
use push::Pushed;
use sender::Sender;
pub use standing::ROUNDS_MADE_PER_DAY_MAX;
use standing::Standing;

/// How long a round is sent to a phone of its holder that does not name it: as long as phones keep a closed
/// round themselves.
pub const ROUND_SENT_FOR: Milliseconds = Milliseconds::hours(7 * 24);

/// Does a sync for a sender whose signature was checked.
pub fn sync(
    tx: &Tx<'_>,
    keys: &Keys,
    sender: &Sender,
    ahead: &Ahead,
    now: Timestamp,
) -> Result<SyncAnswer, AppError> {
    let co_op = co_op::find(tx, sender.device.co_op)?.ok_or(AppError::DeviceUnknown)?;
    take_in_shown(tx, sender, now)?;
    let cloned = heard::hear(tx, sender, now)?.then_some(Notice::Cloned);
    let putter = Putter { tx, co_op: co_op.id, device: sender.device.device, now };
    if revocation::find(tx, co_op.id, sender.device.device)?.is_some() {
        let rounds = held::hold_all(&putter, sender)?;
        let notices = cloned.into_iter().chain([Notice::Revoked]).collect();
        return Ok(SyncAnswer { server_time: now, delegation: None, more: false, rounds, notices });
    }
    let mut room = Room { rows: ROWS_PER_ANSWER_MAX, bytes: ANSWER_ROW_BYTES_MAX };
    let (mut rounds, mut more) = (Vec::new(), false);
    let mut pushed = Vec::new();
    for (index, ask) in sender.request.rounds.iter().enumerate() {
        let up = alone(tx, ask.document.round, || {
            let standing = Standing::of(tx, &co_op, sender, ask, now)?;
            let verdicts = push::push(&putter, keys, &co_op, &standing, ask, ahead.of_round(index))?;
            if let Standing::Holder(document) = &standing {
                cards::take_back(tx, &co_op, document, &ask.cards, now)?;
            }
            Ok((ask, verdicts, standing))
        })?;
        pushed.extend(up);
    }
    // What follows from the pushes goes down in the same answer.
    react(&OwnHand { tx, keys, co_op: co_op.id, now }, &BTreeSet::new())?;
    for (ask, pushed, standing) in pushed {
        let down = || answer_round(tx, ask, pushed, &standing, &mut room);
        let Some((answer, cut)) = alone(tx, ask.document.round, down)? else { continue };
        more |= cut;
        rounds.extend(answer);
    }
    for document in rounds_not_named(tx, sender, now)? {
        let down = || Ok(pull::from_start(tx, &document, &mut room)?);
        let Some(pulled) = alone(tx, document.name.round, down)? else { continue };
        more |= pulled.more;
        rounds.push(pulled.into_answer(Vec::new()));
    }
    let delegation = match &ahead.delegation {
        Some(delegation) => delegation.clone(),
        None => renewed(keys, sender, now)?,
    };
    Ok(SyncAnswer {
        server_time: now,
        delegation: Some(delegation),
        more,
        rounds,
        notices: cloned.into_iter().collect(),
    })
}

/// Does what belongs to one round. After a fault nothing of that is kept, and the round is left out of the answer: nothing
/// of it is acknowledged, the phone sends the same again. The other rounds go on.
fn alone<T>(
    tx: &Tx<'_>,
    round: RoundId,
    work: impl FnOnce() -> Result<T, AppError>,
) -> Result<Option<T>, AppError> {
    match tx.attempt(work)? {
        Ok(done) => Ok(Some(done)),
        Err(error) => {
            tracing::error!(%round, error = &error as &dyn std::error::Error, "a round is left out of an answer");
            Ok(None)
        }
    }
}

/// One round that the phone named: the verdicts, then the rows, and whether rows were cut. `None` if there
/// is nothing to say.
fn answer_round(
    tx: &Tx<'_>,
    ask: &RoundAsk,
    pushed: Pushed,
    standing: &Standing,
    room: &mut Room,
) -> Result<(Option<RoundAnswer>, bool), AppError> {
    let Pushed { verdicts, stored } = pushed;
    let document = match standing {
        Standing::Holder(document) => document,
        // Its log is empty here: a phone that has rows is told so, and keeps them until the round may be made.
        Standing::NotMade => {
            let nothing = verdicts.is_empty() && ask.cursor.position == 0;
            return Ok(((!nothing).then(|| pull::not_made(ask, verdicts)), false));
        }
        Standing::Stranger => {
            let nothing = verdicts.is_empty();
            return Ok(((!nothing).then(|| pull::nothing(ask, verdicts)), false));
        }
    };
    let pulled = pull::after(tx, document, ask.cursor, &stored, room)?;
    let more = pulled.more;
    // Who gave cards back hears that they were looked at, even if none was taken.
    let nothing = verdicts.is_empty() && ask.cards.is_empty() && pulled.is_nothing_new(ask.cursor);
    Ok(((!nothing).then(|| pulled.into_answer(verdicts)), more))
}

/// Takes in the devices that the sender shows the co-op's word for. It may be one of them itself.
fn take_in_shown(tx: &Tx<'_>, sender: &Sender, now: Timestamp) -> Result<(), AppError> {
    for word in &sender.shown {
        let taken = take_in(tx, word, now)?;
        if taken.is_none() && word.device == sender.device.device {
            return Err(AppError::DeviceUnknown);
        }
    }
    Ok(())
}

/// Rounds of the sender that this phone does not know yet: a coordinator made them, or another phone did.
/// As many as a request can name, so that a phone which names them all is not sent any again.
fn rounds_not_named(
    tx: &Tx<'_>,
    sender: &Sender,
    now: Timestamp,
) -> Result<Vec<document::DocumentRow>, AppError> {
    let named: BTreeSet<RoundId> = sender.request.rounds.iter().map(|ask| ask.document.round).collect();
    let since = now.plus(Milliseconds(-ROUND_SENT_FOR.0));
    let mut rounds =
        document::of_holder_since(tx, sender.device.co_op, sender.member, since, ROUNDS_PER_REQUEST_MAX)?;
    rounds.retain(|document| !named.contains(&document.name.round));
    Ok(rounds)
}
