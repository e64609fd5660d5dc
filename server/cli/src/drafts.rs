//! Drafts in a terminal: the list that coordinators and couriers read, and a draft as a round to decide on.

use core_sync::domain::ids::{MemberId, RoundId};
use core_sync::domain::personal::Personal;
use core_sync::domain::stop::StopStatus;
use core_sync::wire::draft::{DraftStopView, DraftView, Drafts};
use core_sync::wire::round::{RoundView, StopView};
use serde_json::json;

use crate::api_client::Api;
use crate::failure::Failure;
use crate::output::Output;
use crate::place;
use crate::shell::Shell;
use crate::table::table;
use crate::zoned::Zone;

/// Shows every draft that nobody took.
pub(crate) async fn list(api: &Api<'_>, shell: &Shell, zone: &Zone) -> Result<Output, Failure> {
    let drafts: Drafts = api.get("/v1/drafts").await?;
    if drafts.drafts.is_empty() {
        return Ok(Output::new(shell.word("cli.no_draft"), json!(drafts)));
    }
    let texts: Vec<String> = drafts.drafts.iter().map(|draft| text(draft, shell, zone)).collect();
    Ok(Output::new(texts.join("\n"), json!(drafts)))
}

/// One draft of an id.
pub(crate) async fn find(api: &Api<'_>, id: RoundId, shell: &Shell) -> Result<DraftView, Failure> {
    let drafts: Drafts = api.get("/v1/drafts").await?;
    drafts.drafts.into_iter().find(|draft| draft.id == id).ok_or_else(|| {
        Failure::yours("no_such_draft", shell.phrase("cli.no_such_draft", &[("id", &id.to_string())]))
    })
}

/// A draft: a line about it and a table of its stops.
pub(crate) fn text(draft: &DraftView, shell: &Shell, zone: &Zone) -> String {
    let about = [shell.word("cli.draft"), draft.id.to_string(), zone.second(draft.made_ms)];
    let mut text = format!("{}\n", about.join(" · "));
    if draft.stops.is_empty() {
        text.push_str(&format!("  {}\n", shell.word("board.no_stops")));
        return text;
    }
    let rows: Vec<Vec<String>> = draft.stops.iter().map(|stop| row(stop, shell, zone)).collect();
    text.push_str(&table(&rows, "  "));
    text
}

fn row(stop: &DraftStopView, shell: &Shell, zone: &Zone) -> Vec<String> {
    let place = stop.card.as_ref().map_or_else(String::new, place::line);
    vec![
        stop.number.to_string(),
        shell.word(&format!("stop_kind.{}", stop.kind.code())),
        place,
        zone.window(stop.window),
        shell.count("cli.parcel_count", stop.parcels.len()),
    ]
}

/// A draft as the round it would be, so that stops are found in it by number as in any round.
pub(crate) fn as_round(draft: DraftView) -> RoundView {
    RoundView {
        id: draft.id,
        courier: MemberId([0; 16]),
        courier_name: Personal::new(String::new()),
        plan_version: draft.plan_version,
        plan_seen: false,
        plan_seen_ms: None,
        courier_sequence: None,
        started_ms: None,
        finished: false,
        last_heard_ms: None,
        acts_since: 0,
        remarks: Vec::new(),
        stops: draft.stops.into_iter().map(planned).collect(),
    }
}

fn planned(stop: DraftStopView) -> StopView {
    StopView {
        id: stop.id,
        number: stop.number,
        kind: stop.kind,
        window: stop.window,
        service_seconds: stop.service_seconds,
        parcels: stop.parcels,
        void_parcels: Vec::new(),
        order: stop.order,
        card_version: core_sync::domain::ids::CardHash([0; 32]),
        card: stop.card,
        status: StopStatus::Planned,
        fail_reason: None,
        handed_to: None,
        withdraw_reason: None,
        decided_by: None,
        tapped_ms: None,
        received_ms: None,
        remarks: Vec::new(),
    }
}
