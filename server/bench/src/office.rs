//! The office: makes couriers, their rounds and stops over the server's own API, several at once.

use core_sync::domain::card::CardText;
use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop};
use core_sync::domain::ids::{ActId, MemberId, OrderId, ParcelId, PlanVersion, RoundId};
use core_sync::domain::personal::{Personal, Secret};
use core_sync::domain::reasons::StopKind;
use core_sync::domain::time::{Milliseconds, Window};
use core_sync::wire::command::CommandRequest;
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use core_sync::wire::members::{ForMember, Granted, NewMember, Role};
use core_sync::wire::round::RoundView;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock;
use crate::error::BenchError;
use crate::http::{Connection, request};

/// A connection of somebody in the office.
#[derive(Debug)]
pub struct Office {
    connection: Connection,
    token: String,
    /// What its ids are drawn from.
    pub random: ChaCha8Rng,
}

impl Office {
    /// Signs in.
    pub fn open(address: &str, token: &str, random: ChaCha8Rng) -> Result<Self, BenchError> {
        Ok(Self { connection: Connection::open(address)?, token: token.to_owned(), random })
    }

    /// A new courier.
    pub fn courier(&mut self) -> Result<MemberId, BenchError> {
        let member = MemberId::random(&mut self.random);
        let new = NewMember { member, name: Personal::new(member.to_string()), role: Role::Courier };
        let _made: serde_json::Value = self.post("/v1/members", &new)?;
        Ok(member)
    }

    /// A code with which a phone of this courier enrols.
    pub fn code(&mut self, member: MemberId) -> Result<Secret<String>, BenchError> {
        let granted: Granted = self.post("/v1/enrolment-codes", &ForMember { member })?;
        Ok(granted.secret)
    }

    /// Enrols a phone.
    pub fn enrol(&mut self, enrolment: &EnrolRequest) -> Result<EnrolAnswer, BenchError> {
        self.post("/v1/enrol", enrolment)
    }

    /// A round of this courier with so many stops: a pickup, then the drop-off of its parcel, and so on.
    pub fn round(&mut self, courier: MemberId, stops: usize) -> Result<RoundView, BenchError> {
        let round = RoundId::random(&mut self.random);
        let mut view = self.command(round, None, CoordinatorCommand::MakeRound { courier })?;
        let mut parcel = ParcelId::random(&mut self.random);
        for place in 0..stops {
            let kind = if place % 2 == 0 { StopKind::Pickup } else { StopKind::DropOff };
            if kind == StopKind::Pickup {
                parcel = ParcelId::random(&mut self.random);
            }
            let stop = CoordinatorCommand::AddStop(Box::new(self.stop(kind, place, parcel)?));
            view = self.command(round, Some(view.plan_version), stop)?;
        }
        Ok(view)
    }

    fn stop(&mut self, kind: StopKind, place: usize, parcel: ParcelId) -> Result<NewStop, BenchError> {
        /// Between the windows of two stops: they sort as they are added.
        const APART: i64 = 10;
        let place_minutes = i64::try_from(place).unwrap_or(0) * APART;
        let from_ms = clock::moment().time.plus(Milliseconds::minutes(place_minutes));
        let coordinate = Coordinate::from_degrees(47.951_234, -5.104_321)
            .map_err(|_| BenchError::Unexpected("no coordinate".to_owned()))?;
        Ok(NewStop {
            kind,
            window: Window { from_ms, until_ms: from_ms.plus(Milliseconds::hours(1)) },
            service_seconds: 120,
            parcels: vec![parcel],
            order: Some(OrderId::random(&mut self.random)),
            card: CardText {
                name: Personal::new(format!("Maison {place}")),
                address: Personal::new(format!("{} quai des Embruns, 29999", place + 1)),
                coordinate: Personal::new(coordinate),
                telephone: Some(Personal::new("06 39 98 12 34".to_owned())),
                door_code: None,
                instructions: Some(Personal::new("sonner deux fois".to_owned())),
            },
        })
    }

    fn command(
        &mut self,
        round: RoundId,
        plan_version: Option<PlanVersion>,
        command: CoordinatorCommand,
    ) -> Result<RoundView, BenchError> {
        let act = ActId::random(&mut self.random);
        self.post("/v1/commands", &CommandRequest { act, round, plan_version, command })
    }

    fn post<T: DeserializeOwned>(&mut self, path: &str, body: &impl Serialize) -> Result<T, BenchError> {
        let headers = format!("content-type: application/json\r\nauthorization: Bearer {}\r\n", self.token);
        let answer =
            self.connection.exchange(&request("POST", path, &headers, &serde_json::to_vec(body)?))?;
        if answer.status != 200 {
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(BenchError::Answer { path: path.to_owned(), status: answer.status, said });
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }
}
