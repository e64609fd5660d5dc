//! The product in the same situation: phones bring what they tapped offline, a second phone of each courier fetches it.

use std::collections::BTreeSet;

use core_sync::domain::ids::{RecordId, to_text};
use core_sync::domain::kind::MapName;
use core_sync::round_doc::change::ReadChange;
use core_sync::wire::sync_answer::{Row, RowChange, SyncAnswer};

use super::Outcome;
use crate::courier_phone::{CourierPhone, answer_of};
use crate::error::BenchError;
use crate::http::Connection;
use crate::load::{self, Lane};
use crate::process::Server;
use crate::relay::Relay;
use crate::setting;

/// What it is called among its peers.
pub const NAME: &str = "tournee";
/// The same with a change for each act, as the peers' clients make them.
pub const APART: &str = "tournee, a change per act";
/// Phones that send at once.
const LANES: usize = 16;

/// What came of it, and the acts for the others.
pub struct Ours {
    /// What came of it.
    pub outcome: Outcome,
    /// The acts of each document, `[[[key, base64url] ..] ..]`.
    pub acts: String,
}

/// How acts become changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changes {
    /// As the product's phones do: what waits goes in one change.
    Together,
    /// One for each act.
    Apart,
}

/// Twice the acts: the first time they are measured until the readers have them, and apart until the server is at rest
/// again; the second time it is killed right after the last was acknowledged.
pub fn drive(documents: usize, acts: usize, stops: usize, changes: Changes) -> Result<Ours, BenchError> {
    let mut server = Server::start()?;
    let relay = Relay::start(&server.address)?;
    let mut phones = setting::phones(&server, documents, stops)?;
    let mut readers = readers(&server, &phones)?;
    server.process().come_to_rest()?;
    let (sent, tapped) = requests(&mut phones, acts, changes)?;
    let reads: Result<Vec<Lane>, BenchError> =
        readers.iter_mut().map(|reader| Ok(vec![reader.ready()?])).collect();
    let (sent, reads) = (dealt(sent), dealt(reads?));
    let before = server.process().cpu_s()?;
    let (brought, _) = load::run_over(&server, &relay.address, &sent)?;
    let bytes = relay.bytes();
    let (fetched, answers) = load::run_over(&server, &server.address, &reads)?;
    let read = facts_in(&answers.iter().map(answer_of).collect::<Result<Vec<_>, _>>()?)?;
    all_of(&sent, &read)?;
    let cpu_s = server.process().cpu_s()? - before;
    server.process().come_to_rest()?;
    let later_cpu_s = server.process().cpu_s()? - before - cpu_s;

    let (last, _) = requests(&mut phones, acts, changes)?;
    let last = dealt(last);
    load::run(&server, &last)?;
    server.kill_and_start()?;
    let after = found(&server, &phones)?;
    let fresh: Vec<RecordId> =
        last.iter().flatten().flat_map(|ready| ready.records.iter().copied()).collect();
    let outcome = Outcome {
        name: match changes {
            Changes::Together => NAME,
            Changes::Apart => APART,
        },
        version: env!("CARGO_PKG_VERSION").to_owned(),
        promises: match changes {
            Changes::Together => {
                "An act that was acknowledged is committed with synchronous FULL; each change is signed by its device \
                 and judged before it is stored. What waits on a phone goes in one change: 50 acts here. Later, each \
                 document that changed is tried with the stock library."
            }
            Changes::Apart => {
                "The same promises, and a signature and a judgement for each act: its phones do this only when each \
                 act goes out before the next is made."
            }
        },
        acts: documents * acts,
        changes: match changes {
            Changes::Together => documents,
            Changes::Apart => documents * acts,
        },
        cpu_s,
        later_cpu_s: Some(later_cpu_s),
        bytes,
        wall_s: brought.wall_s + fetched.wall_s,
        seen: fresh.len(),
        found: fresh.iter().filter(|record| after.contains(record)).count(),
    };
    Ok(Ours { outcome, acts: tapped })
}

/// A second phone of each courier that holds the round as it stands.
fn readers(server: &Server, phones: &[CourierPhone]) -> Result<Vec<CourierPhone>, BenchError> {
    let places = std::sync::Mutex::new(phones.iter());
    setting::by_hands(server, phones.len(), |office, connection: &mut Connection| {
        let phone = places.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
        let phone = phone.ok_or_else(|| BenchError::Unexpected("a courier too many".to_owned()))?;
        let mut reader = CourierPhone::enrol_for(office, phone.member())?;
        reader.hold_what(phone);
        let ready = reader.ready()?;
        connection.exchange(&ready.bytes)?;
        Ok(reader)
    })
}

/// The requests of each phone, and the acts in them.
fn requests(
    phones: &mut [CourierPhone],
    acts: usize,
    changes: Changes,
) -> Result<(Vec<Lane>, String), BenchError> {
    let (mut requests, mut tapped) = (Vec::new(), Vec::new());
    for phone in phones {
        phone.tap(acts)?;
        let records = phone.tapped().iter();
        tapped
            .push(records.map(|record| [record.id.to_string(), to_text(&record.bytes)]).collect::<Vec<_>>());
        requests.push(match changes {
            Changes::Together => vec![phone.ready()?],
            Changes::Apart => phone.ready_apart()?,
        });
    }
    Ok((requests, serde_json::to_string(&tapped)?))
}

/// The requests of each phone, dealt out to connections.
fn dealt(phones: Vec<Lane>) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = vec![Lane::new(); LANES.min(phones.len())];
    let count = lanes.len();
    for (index, requests) in phones.into_iter().enumerate() {
        if let Some(lane) = lanes.get_mut(index % count) {
            lane.extend(requests);
        }
    }
    lanes
}

/// Every act that was sent was read.
fn all_of(sent: &[Lane], read: &BTreeSet<RecordId>) -> Result<(), BenchError> {
    let missing =
        sent.iter().flatten().flat_map(|ready| &ready.records).filter(|act| !read.contains(act)).count();
    if missing == 0 {
        return Ok(());
    }
    Err(BenchError::Unexpected(format!("{missing} acts were acknowledged and not read")))
}

/// Facts that new phones of these couriers, which hold nothing, get from the server.
fn found(server: &Server, phones: &[CourierPhone]) -> Result<BTreeSet<RecordId>, BenchError> {
    let places = std::sync::Mutex::new(phones.iter());
    let facts = setting::by_hands(server, phones.len(), |office, connection: &mut Connection| {
        let phone = places.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
        let phone = phone.ok_or_else(|| BenchError::Unexpected("a courier too many".to_owned()))?;
        let mut phone = CourierPhone::enrol_for(office, phone.member())?;
        let mut facts = BTreeSet::new();
        // A log may be longer than an answer: ask until nothing new comes.
        loop {
            let answer = answer_of(&connection.exchange(&phone.ready()?.bytes)?)?;
            let rows: usize = answer.rounds.iter().map(|round| round.rows.len()).sum();
            facts.extend(facts_in(std::slice::from_ref(&answer))?);
            if rows == 0 {
                return Ok(facts);
            }
            phone.hold_new(&answer)?;
        }
    })?;
    Ok(facts.into_iter().flatten().collect())
}

/// The facts in answers.
fn facts_in(answers: &[SyncAnswer]) -> Result<BTreeSet<RecordId>, BenchError> {
    let mut facts = BTreeSet::new();
    for round in answers.iter().flat_map(|answer| &answer.rounds) {
        for row in &round.rows {
            let Row::Change { content: RowChange::Envelope(envelope), .. } = row else { continue };
            let change = ReadChange::read(&envelope.change)
                .map_err(|_| BenchError::Unexpected("a change that cannot be read".to_owned()))?;
            let puts = change.puts(&round.document);
            let of_facts = puts.iter().flatten().filter(|put| put.map == MapName::Facts);
            facts.extend(of_facts.filter_map(|put| put.key.parse::<RecordId>().ok()));
        }
    }
    Ok(facts)
}
