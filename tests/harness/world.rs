//! A co-op with its server, its people and their phones, in a temporary folder.

use std::path::PathBuf;

use core_sync::domain::card::CardText;
use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop, StopChange};
use core_sync::domain::ids::{ActId, MemberId, OrderId, ParcelId, PlanVersion, RoundId, StopId};
use core_sync::domain::item::Choice;
use core_sync::domain::personal::{Personal, Secret};
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::domain::time::{Timestamp, Window};
use core_sync::wire::board::Board;
use core_sync::wire::command::CommandRequest;
use core_sync::wire::item::{ItemView, Items};
use core_sync::wire::members::{ForMember, Granted, Member, NewMember, Role};
use core_sync::wire::round::RoundView;
use courier_session::client::http_client;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Serialize;
use serde_json::Value;

use super::phone::Phone;
use super::server_process::{ServerProcess, binary};

/// The co-op.
pub struct World {
    pub folder: tempfile::TempDir,
    pub server: Option<ServerProcess>,
    pub address: String,
    pub admin_token: String,
    pub random: ChaCha8Rng,
    http: reqwest::Client,
    phones: usize,
}

impl World {
    /// A fresh co-op with a running server.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = binary()
            .args(["--json", "init"])
            .arg(folder.path().join("data"))
            .args(["--co-op", "Port-Brume", "--time-zone", "Europe/Paris"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        let server = ServerProcess::start(&folder.path().join("data"), "127.0.0.1:0");
        Self {
            folder,
            address: server.address.clone(),
            server: Some(server),
            admin_token: made["token"].as_str().unwrap().to_owned(),
            random: ChaCha8Rng::seed_from_u64(7),
            http: http_client().unwrap(),
            phones: 0,
        }
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Everything that the server logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data().with_extension("log")).unwrap()
    }

    /// SIGKILLs the server.
    pub fn kill_server(&mut self) {
        self.server.take().unwrap().kill();
    }

    /// Starts the server again on the same folder and port.
    pub fn start_server(&mut self) {
        let port = self.address.rsplit(':').next().unwrap();
        self.server = Some(ServerProcess::start(&self.data(), &format!("127.0.0.1:{port}")));
    }

    /// Posts JSON with a token; gives status and body.
    pub async fn post(&self, path: &str, token: &str, body: &impl Serialize) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.address)).bearer_auth(token);
        let request =
            request.header("content-type", "application/json").body(serde_json::to_vec(body).unwrap());
        answer(request).await
    }

    /// Gets JSON with a token; gives status and body.
    pub async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        answer(self.http.get(format!("{}{path}", self.address)).bearer_auth(token)).await
    }

    /// Adds a member.
    pub async fn member(&mut self, name: &str, role: Role) -> MemberId {
        let member = MemberId::random(&mut self.random);
        let new = NewMember { member, name: Personal::new(name.to_owned()), role };
        let (status, body) = self.post("/v1/members", &self.admin_token, &new).await;
        assert!(status < 300, "{body}");
        let added: Member = serde_json::from_value(body).unwrap();
        assert_eq!(added.member, member);
        member
    }

    /// A one-time enrolment code.
    pub async fn code(&self, member: MemberId) -> Secret<String> {
        let (status, body) = self.post("/v1/enrolment-codes", &self.admin_token, &ForMember { member }).await;
        assert!(status < 300, "{body}");
        serde_json::from_value::<Granted>(body).unwrap().secret
    }

    /// A token of the member's role.
    pub async fn token(&self, member: MemberId) -> String {
        let (status, body) = self.post("/v1/tokens", &self.admin_token, &ForMember { member }).await;
        assert!(status < 300, "{body}");
        serde_json::from_value::<Granted>(body).unwrap().secret.reveal().clone()
    }

    /// An enrolled phone of a member, in a folder of its own.
    pub async fn phone(&mut self, member: MemberId) -> Phone {
        let address = self.address.clone();
        self.phone_over(&address, member).await
    }

    /// An enrolled phone that knows the server by this address, such as that of a link.
    pub async fn phone_over(&mut self, address: &str, member: MemberId) -> Phone {
        self.phones += 1;
        let folder = self.folder.path().join(format!("phone-{}", self.phones));
        let mut phone = Phone::open(folder, self.phones as u64);
        phone.set_clock(self.now().await);
        let code = self.code(member).await;
        phone.enrol(address, &code).await.unwrap();
        phone
    }

    /// The board.
    pub async fn board(&self) -> Board {
        let (status, body) = self.get("/v1/board", &self.admin_token).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_value(body).unwrap()
    }

    /// The server's clock.
    pub async fn now(&self) -> Timestamp {
        self.board().await.now_ms
    }

    /// One round as the board shows it.
    pub async fn round(&self, round: RoundId) -> RoundView {
        self.board().await.rounds.into_iter().find(|view| view.id == round).unwrap()
    }

    /// Sends a command with a fresh act id on the plan of this moment.
    pub async fn command(&mut self, round: RoundId, command: CoordinatorCommand) -> RoundView {
        let version = self.round(round).await.plan_version;
        let act = ActId::random(&mut self.random);
        let (status, body) = self.send(act, round, Some(version), command).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_value(body).unwrap()
    }

    /// Sends a command; gives status and body.
    pub async fn send(
        &self,
        act: ActId,
        round: RoundId,
        plan_version: Option<PlanVersion>,
        command: CoordinatorCommand,
    ) -> (u16, Value) {
        let request = CommandRequest { act, round, plan_version, command };
        self.post("/v1/commands", &self.admin_token, &request).await
    }

    /// What there is to settle, and what was settled.
    pub async fn items(&self) -> Vec<ItemView> {
        let (status, body) = self.get("/v1/items", &self.admin_token).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_value::<Items>(body).unwrap().items
    }

    /// Answers an item; gives status and body.
    pub async fn settle(&mut self, item: &ItemView, choice: Choice) -> (u16, Value) {
        let records = item.evidence.iter().map(|evidence| evidence.record).collect();
        let command = CoordinatorCommand::Settle { records, answer: choice.answer, holds: choice.holds };
        let act = ActId::random(&mut self.random);
        self.send(act, item.round, None, command).await
    }

    /// A round for a courier: so many pickups, each with its drop-off right after it.
    pub async fn round_of_pairs(&mut self, courier: MemberId, pairs: usize) -> RoundId {
        let round = RoundId::random(&mut self.random);
        let act = ActId::random(&mut self.random);
        let (status, body) = self.send(act, round, None, CoordinatorCommand::MakeRound { courier }).await;
        assert_eq!(status, 200, "{body}");
        for pair in 0..pairs {
            let parcel = ParcelId::random(&mut self.random);
            for (kind, place) in [(StopKind::Pickup, 2 * pair), (StopKind::DropOff, 2 * pair + 1)] {
                let stop = self.new_stop(kind, place, parcel).await;
                self.command(round, CoordinatorCommand::AddStop(Box::new(stop))).await;
            }
        }
        round
    }

    /// A stop with a window of its own, so that stops sort as they are added.
    pub async fn new_stop(&mut self, kind: StopKind, place: usize, parcel: ParcelId) -> NewStop {
        let from_ms = Timestamp(self.now().await.0 / 3_600_000 * 3_600_000 + place as i64 * 600_000);
        NewStop {
            kind,
            window: Window { from_ms, until_ms: Timestamp(from_ms.0 + 3_600_000) },
            service_seconds: 120,
            parcels: vec![parcel],
            order: Some(OrderId::random(&mut self.random)),
            card: card(&format!("Maison {place}")),
        }
    }

    /// Withdraws a stop.
    pub async fn withdraw(&mut self, round: RoundId, stop: StopId) -> RoundView {
        self.command(round, CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Cancelled })
            .await
    }

    /// Gives a stop another service time.
    pub async fn amend(&mut self, round: RoundId, stop: StopId, service_seconds: u32) -> RoundView {
        self.command(round, service_time(stop, service_seconds)).await
    }
}

/// The command that gives a stop another service time.
pub fn service_time(stop: StopId, service_seconds: u32) -> CoordinatorCommand {
    let service_seconds = Some(service_seconds);
    let change = StopChange { stop, window: None, service_seconds, parcels: None, card: None };
    CoordinatorCommand::AmendStop(Box::new(change))
}

/// A card with a name that no log may hold.
pub fn card(name: &str) -> CardText {
    CardText {
        name: Personal::new(name.to_owned()),
        address: Personal::new("7 quai des Embruns, 29999".to_owned()),
        coordinate: Personal::new(Coordinate::from_degrees(47.951_234, -5.104_321).unwrap()),
        telephone: Some(Personal::new("06 39 98 12 34".to_owned())),
        door_code: Some(Personal::new("B4711".to_owned())),
        instructions: Some(Personal::new("sonner deux fois chez Zéphyrine".to_owned())),
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body = response.bytes().await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}
