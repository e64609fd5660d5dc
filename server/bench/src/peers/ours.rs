//! The product in the same situation: phones bring what they tapped offline, a board is open beside.

use core_sync::domain::ids::{MemberId, to_text};
use core_sync::round_doc::change::ReadChange;
use core_sync::wire::sync_answer::{Row, RowChange};

use super::Outcome;
use crate::error::BenchError;
use crate::figures::idle_streams;
use crate::http::Connection;
use crate::load::{self, Lane};
use crate::process::Server;
use crate::relay::Relay;
use crate::rider::{Rider, answer_of};
use crate::setting;

/// What it is called among its peers.
pub const NAME: &str = "tournee";
/// Phones that send at once.
const LANES: usize = 16;

/// What came of it, and the acts for the others.
pub struct Ours {
    /// What came of it.
    pub outcome: Outcome,
    /// The acts of each document, `[[[key, base64url] ..] ..]`.
    pub acts: String,
}

/// Twice the acts: the first time they are measured until the server is at rest again, the second time it is killed
/// right after the last was acknowledged.
pub fn drive(documents: usize, acts: usize, stops: usize) -> Result<Ours, BenchError> {
    let mut server = Server::start()?;
    let relay = Relay::start(&server.address)?;
    let mut riders = setting::riders(&server, documents, stops)?;
    let _board = idle_streams::stream(&server)?;
    server.process().come_to_rest()?;
    let (lanes, tapped) = lanes(&mut riders, acts)?;
    let before = server.process().cpu_s()?;
    let load = load::run_over(&server, &relay.address, &lanes)?;
    server.process().come_to_rest()?;
    let cpu_s = server.process().cpu_s()? - before;
    let bytes = relay.bytes();

    let (lanes, _) = self::lanes(&mut riders, acts)?;
    load::run(&server, &lanes)?;
    server.kill_and_start()?;
    let seen = 2 * documents * acts;
    let members: Vec<MemberId> = riders.iter().map(Rider::member).collect();
    let outcome = Outcome {
        name: NAME,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        promises: "An act that was acknowledged is committed with synchronous FULL; each is signed by its device and \
                   judged before it is stored. The reader beside is a board; what the server does after the answers, \
                   until it is at rest, is counted too.",
        acts: documents * acts,
        cpu_s,
        bytes,
        wall_s: load.wall_s,
        seen,
        found: found(&server, &members)?,
    };
    Ok(Ours { outcome, acts: tapped })
}

/// A request of each rider, dealt out, and the acts in them.
fn lanes(riders: &mut [Rider], acts: usize) -> Result<(Vec<Lane>, String), BenchError> {
    let mut lanes: Vec<Lane> = vec![Lane::new(); LANES.min(riders.len())];
    let count = lanes.len();
    let mut tapped = Vec::new();
    for (index, rider) in riders.iter_mut().enumerate() {
        rider.tap(acts)?;
        let records = rider.tapped().iter();
        tapped
            .push(records.map(|record| [record.id.to_string(), to_text(&record.bytes)]).collect::<Vec<_>>());
        let ready = rider.ready()?;
        if let Some(lane) = lanes.get_mut(index % count) {
            lane.push(ready);
        }
    }
    Ok((lanes, serde_json::to_string(&tapped)?))
}

/// Acts of facts that new phones of these couriers, which hold nothing, get from the server.
fn found(server: &Server, members: &[MemberId]) -> Result<usize, BenchError> {
    let places = std::sync::Mutex::new(members.iter());
    let counts = setting::by_hands(server, members.len(), |office, connection: &mut Connection| {
        let member = places.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
        let member = member.ok_or_else(|| BenchError::Unexpected("a courier too many".to_owned()))?;
        let mut phone = Rider::enrol_for(office, *member)?;
        let answer = answer_of(&connection.exchange(&phone.ready()?.bytes)?)?;
        let mut count = 0;
        for round in &answer.rounds {
            for row in &round.rows {
                let Row::Change { content: RowChange::Envelope(envelope), .. } = row else { continue };
                let change = ReadChange::read(&envelope.change)
                    .map_err(|_| BenchError::Unexpected("a change that cannot be read".to_owned()))?;
                let puts = change.puts(&round.document);
                count += puts
                    .iter()
                    .flatten()
                    .filter(|put| put.map == core_sync::domain::kind::MapName::Facts)
                    .count();
            }
        }
        Ok(count)
    })?;
    Ok(counts.into_iter().sum())
}
