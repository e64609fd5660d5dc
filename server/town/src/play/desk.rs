//! A desk: the JSON routes as somebody with a token uses them, in the office or as an admin.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{ActId, DeviceId, MemberId, PlanVersion, RoundId};
use core_sync::domain::item::Choice;
use core_sync::domain::personal::{Personal, Secret};
use core_sync::wire::command::{CommandAnswer, CommandRequest};
use core_sync::wire::devices::{Device, RevokeDevice};
use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::item::{ItemView, Items};
use core_sync::wire::members::{ForMember, Granted, Member, NewMember, Role};
use core_sync::wire::plan::{PlanAnswer, PlanRequest};
use core_sync::wire::round::RoundView;
use core_sync::wire::suggestion::{SuggestAnswer, SuggestRequest};
use courier_session::client::http_client;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::PlayError;

/// A plan is asked for so often at most, half a minute each: it takes half a second where nobody else works.
const PLANS_TRIED_MAX: u32 = 5;

/// Somebody's desk.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    /// Who sits there.
    pub(crate) name: &'static str,
    http: reqwest::Client,
    server: String,
    token: Secret<String>,
}

/// What became of a command.
#[derive(Debug)]
pub(crate) enum Said {
    /// It is done.
    Done,
    /// The plan had changed; the round as it is now.
    Stale(Box<RoundView>),
    /// What it asks cannot be any more: somebody was faster.
    TooLate,
}

impl Desk {
    /// A desk with a token, at the server of this address (host and port).
    pub(crate) fn new(name: &'static str, server: &str, token: Secret<String>) -> Result<Self, PlayError> {
        Ok(Self { name, http: http_client()?, server: format!("http://{server}"), token })
    }

    /// Forgets its connections: those to a server that was killed are of no use.
    pub(crate) fn connect_anew(&mut self) -> Result<(), PlayError> {
        self.http = http_client()?;
        Ok(())
    }

    /// Adds a member.
    pub(crate) async fn add_member(
        &self,
        member: MemberId,
        name: &str,
        role: Role,
    ) -> Result<Member, PlayError> {
        let new = NewMember { member, name: Personal::new(name.to_owned()), role };
        self.post("/v1/members", &new).await
    }

    /// A token for a member.
    pub(crate) async fn token(&self, member: MemberId) -> Result<Secret<String>, PlayError> {
        let granted: Granted = self.post("/v1/tokens", &ForMember { member }).await?;
        Ok(granted.secret)
    }

    /// A one-time enrolment code for a member.
    pub(crate) async fn code(&self, member: MemberId) -> Result<Secret<String>, PlayError> {
        let granted: Granted = self.post("/v1/enrolment-codes", &ForMember { member }).await?;
        Ok(granted.secret)
    }

    /// Shuts a device out.
    pub(crate) async fn revoke(&self, device: DeviceId) -> Result<Device, PlayError> {
        self.post("/v1/devices/revoke", &RevokeDevice { device }).await
    }

    /// A round as the board shows it.
    pub(crate) async fn round(&self, round: RoundId) -> Result<RoundView, PlayError> {
        self.get("/v1/rounds/{id}", &format!("/v1/rounds/{round}")).await
    }

    /// What there is to settle, and what was settled.
    pub(crate) async fn items(&self) -> Result<Vec<ItemView>, PlayError> {
        let items: Items = self.get("/v1/items", "/v1/items").await?;
        Ok(items.items)
    }

    /// Settles an item.
    pub(crate) async fn settle(
        &self,
        act: ActId,
        item: &ItemView,
        choice: Choice,
    ) -> Result<Said, PlayError> {
        let records = item.evidence.iter().map(|evidence| evidence.record).collect();
        let settle = CoordinatorCommand::Settle { records, answer: choice.answer, holds: choice.holds };
        self.command(act, item.round, None, settle).await
    }

    /// Sends a command.
    pub(crate) async fn command(
        &self,
        act: ActId,
        round: RoundId,
        plan_version: Option<PlanVersion>,
        command: CoordinatorCommand,
    ) -> Result<Said, PlayError> {
        const ASKED: &str = "/v1/commands";
        let request = CommandRequest { act, round, plan_version, command };
        let (status, body) = self.send(ASKED, &request).await?;
        if status < 400 {
            return Ok(Said::Done);
        }
        match code_of(&body) {
            Some(ErrorCode::PlanVersionStale) => Ok(Said::Stale(read(ASKED, &member(&body, "round"))?)),
            Some(
                ErrorCode::StopDone
                | ErrorCode::StopWithdrawn
                | ErrorCode::NotToSettle
                | ErrorCode::RoundFull
                | ErrorCode::SuggestionOver,
            ) => Ok(Said::TooLate),
            Some(_) | None => Err(no(ASKED, &body)),
        }
    }

    /// Sends a command on a draft and gives the draft's version after it.
    pub(crate) async fn on_draft(
        &self,
        act: ActId,
        draft: RoundId,
        seen: Option<PlanVersion>,
        command: CoordinatorCommand,
    ) -> Result<PlanVersion, PlayError> {
        let request = CommandRequest { act, round: draft, plan_version: seen, command };
        Ok(match self.post("/v1/commands", &request).await? {
            CommandAnswer::Draft(draft) => draft.plan_version,
            CommandAnswer::Round(round) => round.plan_version,
        })
    }

    /// How the stops of drafts could be ridden. Asked again where the machine is so busy that there was no plan in time: that
    /// changes nothing, and the plan is the same.
    pub(crate) async fn plan(&self, request: &PlanRequest) -> Result<PlanAnswer, PlayError> {
        let mut tries = 1;
        loop {
            match self.post("/v1/plans", request).await {
                Err(PlayError::No { code: Some(ErrorCode::TooSlow), .. }) if tries < PLANS_TRIED_MAX => {
                    tries += 1
                }
                answered => return answered,
            }
        }
    }

    /// What could be better, or where orders of drafts fit.
    pub(crate) async fn suggest(&self, request: &SuggestRequest) -> Result<SuggestAnswer, PlayError> {
        self.post("/v1/suggestions", request).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &'static str,
        body: &impl Serialize,
    ) -> Result<T, PlayError> {
        let (status, body) = self.send(path, body).await?;
        if status < 400 { read(path, &body) } else { Err(no(path, &body)) }
    }

    async fn send(&self, path: &'static str, body: &impl Serialize) -> Result<(u16, Vec<u8>), PlayError> {
        let body = serde_json::to_vec(body).map_err(|source| PlayError::Answer { asked: path, source })?;
        let request = self.http.post(format!("{}{path}", self.server)).bearer_auth(self.token.reveal());
        answer(request.header("content-type", "application/json").body(body)).await
    }

    async fn get<T: DeserializeOwned>(&self, asked: &'static str, path: &str) -> Result<T, PlayError> {
        let request = self.http.get(format!("{}{path}", self.server)).bearer_auth(self.token.reveal());
        let (status, body) = answer(request).await?;
        if status < 400 { read(asked, &body) } else { Err(no(asked, &body)) }
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), PlayError> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    Ok((status, response.bytes().await?.to_vec()))
}

fn read<T: DeserializeOwned>(asked: &'static str, body: &[u8]) -> Result<T, PlayError> {
    serde_json::from_slice(body).map_err(|source| PlayError::Answer { asked, source })
}

fn code_of(body: &[u8]) -> Option<ErrorCode> {
    let problem: Value = serde_json::from_slice(body).ok()?;
    ErrorCode::from_code(problem.get("code")?.as_str()?)
}

fn no(asked: &'static str, body: &[u8]) -> PlayError {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    let [field, expected] = ["field", "expected"].map(|name| problem.get(name).and_then(Value::as_str));
    let said = field.zip(expected).map(|(field, expected)| format!("({field}: {expected})"));
    PlayError::No { asked, code: code_of(body), said: said.unwrap_or_default() }
}

fn member(body: &[u8], name: &str) -> Vec<u8> {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    problem.get(name).map(Value::to_string).unwrap_or_default().into_bytes()
}

#[cfg(test)]
mod tests;
