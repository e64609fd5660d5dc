//! Nobody wrote what they may not: every change in a round is signed by its holder's devices or the server's, facts
//! speak for the holder, plans come from the server, and the round loads.

use core_sync::domain::record::{ActBody, Record};
use core_sync::round_doc::change::{ReadChange, change_hash};
use core_sync::round_doc::mint::derive_actor;
use core_sync::round_doc::trial::try_document;
use core_sync::signing::delegation::Delegation;
use core_sync::signing::key::PublicKey;

use crate::courier::short;
use crate::halt::{Halt, Played, found};
use crate::inventory::{Inventory, RoundLog};
use crate::world::World;

pub(super) fn nobody_wrote_what_they_may_not(world: &World, inventory: &Inventory) -> Played<()> {
    let co_op_key = world.server.co_op_key()?;
    for log in inventory.rounds.values() {
        of_round(world, log, &co_op_key)?;
    }
    Ok(())
}

fn of_round(world: &World, log: &RoundLog, co_op_key: &PublicKey) -> Played<()> {
    let round = short(&log.document.round.0);
    let wrong =
        |what: &str| -> Halt { found("nobody writes what they may not", format!("round {round}: {what}")) };
    let server = world.server.server_device()?;
    let mut delegations = std::collections::BTreeMap::new();
    for envelope in &log.changes {
        if let Some(bytes) = &envelope.delegation
            && let Ok(delegation) = Delegation::verify(bytes, co_op_key)
        {
            delegations.insert(delegation.device, delegation);
        }
    }
    for envelope in &log.changes {
        let hash = change_hash(&envelope.change).ok_or_else(|| wrong("a change without a hash"))?;
        let by_server = envelope.device == server;
        let delegation = delegations.get(&envelope.device);
        let delegation = delegation.ok_or_else(|| wrong("a change of a device that nobody vouches for"))?;
        if !envelope.is_signed_by(&delegation.key, log.document.round, &hash) {
            return Err(wrong("a change that its device did not sign"));
        }
        if !by_server && delegation.member != Some(log.document.holder) {
            return Err(wrong("a change by somebody else's device"));
        }
        let change = ReadChange::read(&envelope.change).map_err(|_| wrong("a change that cannot be read"))?;
        let puts = change.puts(&log.document).into_iter().flatten();
        let actor = derive_actor(
            envelope.device,
            &change.deps(),
            change.start_op(),
            puts.map(|put| (put.map, put.key, put.bytes)),
        );
        if change.actor() != actor {
            return Err(wrong("a change under an actor that does not follow from it"));
        }
        for (id, bytes) in change.records(&log.document) {
            match Record::from_bytes(&bytes) {
                Ok(Record::Act { member, body: ActBody::Fact(_), .. }) => {
                    // The server carries what a coordinator released, in its tapper's name.
                    if member != log.document.holder {
                        return Err(wrong("a fact in another's name"));
                    }
                    let own = delegations.get(&id.device()).and_then(|delegation| delegation.member);
                    let known = world.ledger.honest_devices.get(&id.device()).copied();
                    let hostile =
                        id.device() == world.hostile.device && log.document.holder == world.hostile.member;
                    if own.or(known) != Some(log.document.holder) && !hostile {
                        return Err(wrong("a record under an id of somebody else's device"));
                    }
                }
                Ok(Record::Act { body: ActBody::Plan(_), .. } | Record::Reaction(_)) => {
                    if !by_server || id.device() != server {
                        return Err(wrong("a plan by somebody else than the server"));
                    }
                }
                Ok(Record::Act { body: ActBody::ShopFact(_), .. }) => {
                    if !by_server || !world.shop.said(id, &bytes) {
                        return Err(wrong(
                            "a shop's word that the shop did not say, or that a courier brought",
                        ));
                    }
                }
                // Nobody here has a later version.
                Ok(Record::Unknown { .. }) | Err(_) => return Err(wrong("a record that cannot be read")),
            }
        }
    }
    let changes: Vec<Vec<u8>> = log.changes.iter().map(|envelope| envelope.change.clone()).collect();
    try_document(&log.document, &changes).map_err(|error| wrong(&format!("it does not load: {error}")))?;
    operations_follow(log).map_err(|what| wrong(&what))
}

/// Operation numbers go on from the changes that a change stands on, and by nothing else (the only numbering under
/// which nobody can take all numbers of a round).
fn operations_follow(log: &RoundLog) -> Result<(), String> {
    use core_sync::round_doc::genesis::{GENESIS_MAX_OP, genesis};
    let mut max_ops = std::collections::BTreeMap::from([(genesis(&log.document).hash, GENESIS_MAX_OP)]);
    for envelope in &log.changes {
        let Ok(change) = ReadChange::read(&envelope.change) else { continue };
        let before = change.deps().iter().filter_map(|dep| max_ops.get(dep)).max().copied();
        let before = before.ok_or("a change on nothing that is before it")?;
        if change.start_op() != before + 1 {
            return Err(format!("a change begins at operation {} and not {}", change.start_op(), before + 1));
        }
        max_ops.insert(change.hash(), change.max_op());
    }
    Ok(())
}
