//! `drafts` and `take`: where nobody coordinates after four, a courier takes a round that waits.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{ActId, RoundId};
use core_sync::wire::command::{CommandAnswer, CommandRequest};
use serde_json::json;

use super::Phone;
use crate::api_client::{Api, ServerArguments};
use crate::failure::Failure;
use crate::output::Output;

/// Shows the drafts; who and where is not among what a courier is shown.
pub(super) async fn list(phone: &Phone<'_>, server: &ServerArguments) -> Result<Output, Failure> {
    let api = Api::new(server, phone.shell)?;
    crate::drafts::list(&api, phone.shell, &phone.zone()?).await
}

/// Takes a draft for whoever this phone is of.
pub(super) async fn take(
    phone: &Phone<'_>,
    draft: RoundId,
    server: &ServerArguments,
) -> Result<Output, Failure> {
    let api = Api::new(server, phone.shell)?;
    let courier = phone.said(phone.session.enrolled())?.identity.member;
    let found = crate::drafts::find(&api, draft, phone.shell).await?;
    let request = CommandRequest {
        act: ActId::random(&mut phone.shell.random()),
        round: draft,
        plan_version: Some(found.plan_version),
        command: CoordinatorCommand::TakeDraft { courier },
    };
    let _taken: CommandAnswer = api.post("/v1/commands", &request).await?;
    let text = phone.shell.count("cli.draft_taken", found.stops.len());
    Ok(Output::new(text, json!({ "act": request.act, "round": draft })))
}
