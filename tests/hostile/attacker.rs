//! An enrolled courier who means harm: a real key and a real delegation, and no scruple about what it signs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_sync::domain::fact::{AtStop, Fact};
use core_sync::domain::ids::{ActId, BootId, DeviceId, MemberId, RecordId, RoundId, StopId};
use core_sync::domain::kind::MapName;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::stamp::Stamp;
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::change_hash;
use core_sync::round_doc::lineage::Lineage;
use core_sync::round_doc::mint::{NewRecord, mint};
use core_sync::signing::envelope::{Envelope, sign};
use core_sync::signing::key::PrivateKey;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use core_sync::wire::signed_request::SignedRequest;
use core_sync::wire::sync_answer::{SyncAnswer, Verdict};
use core_sync::wire::sync_request::{RoundAsk, SyncRequest};
use courier_session::client::http_client;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::harness::world::World;
use crate::log::Database;

/// Half past eight on a day in November, UTC.
pub const MORNING: Timestamp = Timestamp(1_795_336_200_000);

pub struct Attacker {
    pub member: MemberId,
    pub device: DeviceId,
    pub key: PrivateKey,
    pub random: ChaCha8Rng,
    pub database: Database,
    pub address: String,
    pub http: reqwest::Client,
    delegation: Vec<u8>,
    counter: u64,
    taps: u64,
}

impl Attacker {
    /// Enrols as anybody does.
    pub async fn enrol(world: &World, member: MemberId) -> Self {
        // A key of its own for each: a server makes no second device of a key.
        let seed = member.0.iter().fold(666_u64, |seed, byte| seed.rotate_left(8) ^ u64::from(*byte));
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let key = PrivateKey::random(&mut random);
        let http = http_client().unwrap();
        let request = EnrolRequest { code: world.code(member).await, key: key.public() };
        let answer = http
            .post(format!("{}/v1/enrol", world.address))
            .header("content-type", "application/json")
            .body(serde_json::to_vec(&request).unwrap())
            .send()
            .await
            .unwrap();
        let answer: EnrolAnswer = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        Self {
            member,
            device: answer.device,
            key,
            random,
            database: Database::of(&world.data()),
            address: world.address.clone(),
            http,
            delegation: URL_SAFE_NO_PAD.decode(&answer.delegation).unwrap(),
            counter: 0,
            taps: 0,
        }
    }

    /// A document of this courier's.
    pub fn document(&self, round: RoundId) -> DocumentName {
        DocumentName { round, holder: self.member, schema: 1 }
    }

    /// An honest act.
    pub fn fact(&mut self, fact: Fact) -> NewRecord {
        let id = self.id();
        let bytes = self.act(ActBody::Fact(fact));
        NewRecord { map: MapName::Facts, id, bytes }
    }

    /// An id that was never used.
    pub fn id(&mut self) -> RecordId {
        RecordId::new(ActId::random(&mut self.random), self.device)
    }

    /// An act of this courier's, as bytes.
    pub fn act(&mut self, body: ActBody) -> Vec<u8> {
        self.taps += 1;
        let n = self.taps;
        let stamp = Stamp { time: MORNING, boot: BootId([1; 8]), monotonic_ms: n * 1_000, n };
        Record::Act { member: self.member, stamp, body }.to_bytes().unwrap()
    }

    /// An arrival somewhere.
    pub fn arrival(&mut self) -> NewRecord {
        self.fact(Fact::Arrived(AtStop { stop: StopId([8; 16]), seen: Vec::new() }))
    }

    /// An honest change of an arrival, on the heads of this moment.
    pub fn honest(&mut self, document: &DocumentName) -> Envelope {
        let record = self.arrival();
        let minted = mint(document, self.device, &self.database.tip(document), &[record]).unwrap();
        self.sign(document, minted.bytes)
    }

    /// Signs whatever it is.
    pub fn sign(&self, document: &DocumentName, change: Vec<u8>) -> Envelope {
        let hash = change_hash(&change).unwrap_or_default();
        let signature = sign(&self.key, document.round, &hash, self.device);
        Envelope { change, device: self.device, signature, delegation: Some(self.delegation.clone()) }
    }

    /// A signed request.
    pub fn request(&mut self, body: Vec<u8>) -> Vec<u8> {
        self.counter += 1;
        SignedRequest::sign(&self.key, self.device, self.counter, body).to_bytes()
    }

    /// Posts bytes as a sync; gives status and body.
    pub async fn post(&self, body: Vec<u8>, encoding: Option<&str>) -> (u16, Vec<u8>) {
        let request =
            self.http.post(format!("{}/v1/sync", self.address)).header("content-type", "application/cbor");
        let request = match encoding {
            Some(encoding) => request.header("content-encoding", encoding),
            None => request,
        };
        let answer = request.body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.bytes().await.unwrap().to_vec())
    }

    /// Pushes to a document; gives the verdicts.
    pub async fn push(&mut self, document: &DocumentName, pushes: Vec<Envelope>) -> Vec<Verdict> {
        let cursor = Cursor { position: 0, lineage: Lineage::start(document).short() };
        let ask = RoundAsk { document: *document, cursor, pushes, cards: Vec::new() };
        let body = SyncRequest { schema: 1, rounds: vec![ask] }.to_bytes(self.member);
        let request = self.request(body);
        let (status, answer) = self.post(request, None).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
        let answer = SyncAnswer::from_bytes(&answer).unwrap();
        let round = answer.rounds.into_iter().find(|round| round.document == *document).unwrap();
        round.verdicts.into_iter().map(|(_, verdict)| verdict).collect()
    }
}
