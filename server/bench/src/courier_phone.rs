//! A courier's phone as far as its requests go, made by the phone's own code and kept as bytes, before any clock starts.
//!
//! It taps, mints and signs as a phone does ([`core_sync::sync::prepare`]), but keeps nothing on a disk, and believes
//! in advance what the server will say: a chain of requests can be made before the first is sent. Whether the server
//! said so is checked afterwards.

use std::collections::BTreeMap;

use core_sync::domain::fact::{AtStop, Custody, Fact};
use core_sync::domain::ids::{
    ActId, DeviceId, MemberId, ParcelId, RecordId, RoundId, StopId, bytes_from_text,
};
use core_sync::domain::kind::MapName;
use core_sync::domain::limits::{PUSHES_PER_ROUND_MAX, SCHEMA};
use core_sync::domain::reasons::{HandedTo, StopKind};
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::stamp::Stamp;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::lineage::RowKind;
use core_sync::round_doc::mint::NewRecord;
use core_sync::signing::key::PrivateKey;
use core_sync::sync::outbox::{Identity, Outbox, RoundOutbox};
use core_sync::sync::prepare::prepare;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use core_sync::wire::round::RoundView;
use core_sync::wire::sync_answer::{Row, RowChange, SyncAnswer, Verdict};
use rand_chacha::ChaCha8Rng;

use crate::clock;
use crate::error::BenchError;
use crate::http::{Answer, Connection, sync_request};
use crate::office::Office;

/// A phone, as far as its requests go.
#[derive(Debug)]
pub struct CourierPhone {
    identity: Identity,
    counter: u64,
    taps: u64,
    rounds: Vec<RoundOutbox>,
    stops: Vec<StopOfRound>,
    /// Acts that stand in pending changes.
    minted_apart: Vec<RecordId>,
    random: ChaCha8Rng,
}

/// A stop of the round that is ridden.
#[derive(Debug, Clone)]
struct StopOfRound {
    stop: StopId,
    kind: StopKind,
    parcels: Vec<ParcelId>,
}

/// A request, ready to be sent, and what the server has to say for its acts to be durable.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The request, whole.
    pub bytes: Vec<u8>,
    /// Its acts.
    pub records: Vec<RecordId>,
    /// Where the log of each pushed round has to stand then.
    ends: BTreeMap<RoundId, Cursor>,
}

impl CourierPhone {
    /// Enrols a phone of a new courier.
    pub fn enrol(office: &mut Office) -> Result<Self, BenchError> {
        let member = office.courier()?;
        Self::enrol_for(office, member)
    }

    /// Enrols one more phone of a courier; it holds nothing.
    pub fn enrol_for(office: &mut Office, member: MemberId) -> Result<Self, BenchError> {
        let code = office.code(member)?;
        let key = PrivateKey::random(&mut office.random);
        let answer = office.enrol(&EnrolRequest { code, key: key.public() })?;
        Self::new(&answer, key, rand_chacha::rand_core::SeedableRng::from_rng(&mut office.random))
    }

    fn new(answer: &EnrolAnswer, key: PrivateKey, random: ChaCha8Rng) -> Result<Self, BenchError> {
        let delegation = bytes_from_text(&answer.delegation)
            .ok_or_else(|| BenchError::Unexpected("a delegation that is no base64url".to_owned()))?;
        let EnrolAnswer { co_op, co_op_key, member, device, .. } = *answer;
        let identity = Identity { co_op, co_op_key, member, device, key, delegation };
        Ok(Self {
            identity,
            counter: 0,
            taps: 0,
            rounds: Vec::new(),
            stops: Vec::new(),
            minted_apart: Vec::new(),
            random,
        })
    }

    /// Whose phone it is.
    pub fn member(&self) -> MemberId {
        self.identity.member
    }

    /// The device.
    pub fn device(&self) -> DeviceId {
        self.identity.device
    }

    /// Gets a round that the office made, over a connection.
    pub fn fetch(&mut self, view: &RoundView, connection: &mut Connection) -> Result<(), BenchError> {
        self.name_round(view.id);
        self.stops = view
            .stops
            .iter()
            .map(|stop| StopOfRound { stop: stop.id, kind: stop.kind, parcels: stop.parcels.clone() })
            .collect();
        let ready = self.ready()?;
        let answer = answer_of(&connection.exchange(&ready.bytes)?)?;
        self.hear(&answer)
    }

    /// Knows of a round from now on; the server makes it, if it has none of that name.
    pub fn name_round(&mut self, round: RoundId) {
        let document = DocumentName { round, holder: self.member(), schema: SCHEMA };
        self.rounds.push(RoundOutbox::empty(document));
    }

    /// Taps so many times in its first round: arrives at its stops, collects, delivers, one stop after the other.
    pub fn tap(&mut self, acts: usize) -> Result<(), BenchError> {
        self.tap_in(0, acts)
    }

    /// Taps so many times in a round.
    pub fn tap_in(&mut self, round: usize, acts: usize) -> Result<(), BenchError> {
        for _ in 0..acts {
            let fact = self.next_fact();
            let stamp = Stamp::new(clock::moment(), self.taps);
            let record = Record::Act { member: self.member(), stamp, body: ActBody::Fact(fact) };
            let id = RecordId::new(ActId::random(&mut self.random), self.device());
            // Only a record of an unknown kind has no bytes.
            let bytes = record.to_bytes().unwrap_or_default();
            let round = self.rounds.get_mut(round);
            let round = round.ok_or_else(|| BenchError::Unexpected("no round".to_owned()))?;
            round.queued.push(NewRecord { map: MapName::Facts, id, bytes });
        }
        Ok(())
    }

    /// Every second tap says that the courier is at a stop, every other what she does there.
    fn next_fact(&mut self) -> Fact {
        let tap = usize::try_from(self.taps).unwrap_or(0);
        self.taps += 1;
        let Some(at) = self.stops.get((tap / 2) % self.stops.len().max(1)) else {
            return Fact::Paused(tap % 2 == 0);
        };
        let place = AtStop { stop: at.stop, seen: Vec::new() };
        if tap % 2 == 0 || self.stops.len() == 1 {
            return Fact::Arrived(place);
        }
        let custody = Custody { at: place, parcels: at.parcels.clone(), follows: Vec::new() };
        match at.kind {
            StopKind::Pickup => Fact::Collected(custody),
            StopKind::DropOff | StopKind::Hub | StopKind::Pause => {
                Fact::Delivered(custody, HandedTo::Recipient)
            }
        }
    }

    /// What was tapped and is not sent, in its first round.
    pub fn tapped(&self) -> &[NewRecord] {
        self.rounds.first().map_or(&[], |round| round.queued.as_slice())
    }

    /// The requests that bring what was tapped in its first round with a change for each act, as many in a request as
    /// it takes: the dearest way to bring them.
    pub fn ready_apart(&mut self) -> Result<Vec<Ready>, BenchError> {
        let queued =
            self.rounds.first_mut().map(|round| std::mem::take(&mut round.queued)).unwrap_or_default();
        let mut requests = Vec::new();
        for acts in queued.chunks(PUSHES_PER_ROUND_MAX) {
            for act in acts {
                self.mint_apart(act.clone())?;
            }
            requests.push(self.ready()?);
        }
        Ok(requests)
    }

    /// Mints and signs a change of one act, to go with the next request.
    fn mint_apart(&mut self, act: NewRecord) -> Result<(), BenchError> {
        let Some(round) = self.rounds.first() else { return Ok(()) };
        self.minted_apart.push(act.id);
        let alone = RoundOutbox { queued: vec![act], pending: Vec::new(), ..round.clone() };
        let minted = prepare(self.outbox(vec![alone]))?.minted;
        if let Some(round) = self.rounds.first_mut() {
            round.pending.extend(minted.into_iter().map(|(_, change)| change));
        }
        Ok(())
    }

    /// Holds what another phone of the same courier holds, and nothing of its own.
    pub fn hold_what(&mut self, other: &Self) {
        self.rounds =
            other.rounds.iter().map(|round| RoundOutbox { introduced: false, ..round.clone() }).collect();
    }

    /// Takes in what is new to it, rounds that it did not know of too.
    pub fn hold_new(&mut self, answer: &SyncAnswer) -> Result<(), BenchError> {
        for heard in &answer.rounds {
            if self.rounds.iter().all(|round| round.document != heard.document) {
                self.name_round(heard.document.round);
            }
        }
        self.hear(answer)
    }

    fn outbox(&self, rounds: Vec<RoundOutbox>) -> Outbox {
        Outbox {
            identity: self.identity.clone(),
            counter: self.counter,
            keys: BTreeMap::new(),
            delegations: BTreeMap::new(),
            rounds,
        }
    }

    /// The request that brings what was tapped. What it brings counts as there from now on.
    pub fn ready(&mut self) -> Result<Ready, BenchError> {
        let queued = self.rounds.iter().flat_map(|round| round.queued.iter().map(|record| record.id));
        let records = queued.chain(self.minted_apart.iter().copied()).collect();
        self.minted_apart.clear();
        let prepared = prepare(self.outbox(self.rounds.clone()))?;
        if prepared.left {
            return Err(BenchError::Unexpected("more acts than one request takes".to_owned()));
        }
        self.counter = prepared.counter;
        let mut ends = BTreeMap::new();
        for sent in prepared.outbox.rounds.iter().filter(|sent| !sent.pending.is_empty()) {
            let id = sent.document.round;
            let Some(round) = self.rounds.iter_mut().find(|round| round.document.round == id) else {
                continue;
            };
            round.queued.clear();
            round.pending.clear();
            round.introduced = true;
            for change in &sent.pending {
                add_change(round, &change.envelope.change, change.hash)?;
            }
            ends.insert(id, Cursor { position: round.position, lineage: round.lineage.short() });
        }
        Ok(Ready { bytes: sync_request(&prepared.request), records, ends })
    }

    /// Takes rows in: of rounds that the server has and others wrote to.
    pub fn hear(&mut self, answer: &SyncAnswer) -> Result<(), BenchError> {
        for heard in &answer.rounds {
            let known = self.rounds.iter_mut().find(|round| round.document == heard.document);
            let Some(round) = known else { continue };
            for row in &heard.rows {
                match row {
                    Row::Change { content: RowChange::Envelope(envelope), .. } => {
                        let hash = core_sync::round_doc::change::change_hash(&envelope.change);
                        add_change(round, &envelope.change, hash.unwrap_or_default())?;
                    }
                    Row::Change { content: RowChange::Yours(_), .. } => {}
                    Row::Card(hash, _) => add_row(round, RowKind::Card, &hash.0),
                    Row::Tombstone(hash) => add_row(round, RowKind::Tombstone, &hash.0),
                }
            }
        }
        Ok(())
    }
}

impl Ready {
    /// Whether an answer says of every change that it is on the server's disk, and nothing else of the log.
    pub fn check(&self, answer: &Answer) -> Result<(), BenchError> {
        let said = answer_of(answer)?;
        let committed = said
            .rounds
            .iter()
            .flat_map(|round| &round.verdicts)
            .all(|(_, verdict)| matches!(verdict, Verdict::Committed));
        let ends: BTreeMap<RoundId, Cursor> =
            said.rounds.iter().map(|round| (round.document.round, round.cursor)).collect();
        if committed && self.ends.iter().all(|(round, end)| ends.get(round) == Some(end)) {
            Ok(())
        } else {
            Err(BenchError::Unexpected(format!(
                "pushed changes were not all committed as foreseen: {said:?}"
            )))
        }
    }
}

/// Reads the answer to a sync.
pub fn answer_of(answer: &Answer) -> Result<SyncAnswer, BenchError> {
    if answer.status != 200 {
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        return Err(BenchError::Answer { path: "/v1/sync".to_owned(), status: answer.status, said });
    }
    Ok(SyncAnswer::from_bytes(&answer.body)?)
}

fn add_change(round: &mut RoundOutbox, bytes: &[u8], hash: [u8; 32]) -> Result<(), BenchError> {
    let change = ReadChange::read(bytes)
        .map_err(|_| BenchError::Unexpected("a change that cannot be read".to_owned()))?;
    let deps = change.deps();
    round.tip.heads.retain(|(head, _)| !deps.contains(head));
    round.tip.heads.push((hash, change.max_op()));
    add_row(round, RowKind::Change, &hash);
    Ok(())
}

fn add_row(round: &mut RoundOutbox, kind: RowKind, content: &[u8; 32]) {
    round.position += 1;
    round.lineage = round.lineage.after(kind, content);
}
