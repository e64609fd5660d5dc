//! `aside`, `release` and `reject`: what stands outside the rounds, and a person's decision about it.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{RecordId, RoundId, StopId};
use core_sync::texts::word_of;
use core_sync::wire::aside::{Aside, AsideChange, AsideRecord};
use core_sync::wire::board::Board;
use serde_json::json;

use super::send::Desk;
use crate::failure::Failure;
use crate::output::Output;
use crate::table::table;

/// Which acts of which change.
#[derive(Debug, clap::Args)]
pub(super) struct AsideArguments {
    /// The change's number, as `aside` shows it.
    change: u64,
    /// The numbers of its acts; without any, all that are open.
    acts: Vec<usize>,
}

/// Lists what is aside.
pub(super) async fn list(desk: &Desk<'_>) -> Result<Output, Failure> {
    let aside: Aside = desk.api.get("/v1/aside").await?;
    if aside.changes.is_empty() {
        return Ok(Output::new(desk.shell.word("cli.nothing_aside"), json!(aside)));
    }
    let board: Board = desk.api.get("/v1/board").await?;
    let mut text = String::new();
    for change in &aside.changes {
        text.push_str(&change_text(change, &board, desk));
    }
    if aside.more {
        text.push_str(&format!("{}\n", desk.shell.word("cli.more_aside")));
    }
    Ok(Output::new(text, json!(aside)))
}

/// Decides about acts of a change.
pub(super) async fn decide(
    arguments: &AsideArguments,
    release: bool,
    desk: &Desk<'_>,
) -> Result<Output, Failure> {
    let aside: Aside = desk.api.get("/v1/aside").await?;
    let number = arguments.change.to_string();
    let no_such = || {
        let sentence = desk.shell.phrase("cli.no_such_change", &[("number", &number)]);
        Failure::yours("no_such_change", sentence)
    };
    let found = aside.changes.iter().find(|change| change.number == arguments.change).ok_or_else(no_such)?;
    let record = |act: &usize| found.records.get(act.checked_sub(1)?).map(|record| record.record);
    let records: Option<Vec<RecordId>> = arguments.acts.iter().map(record).collect();
    let records = records.ok_or_else(|| {
        let count = found.records.len().to_string();
        let sentence = desk.shell.phrase("cli.no_such_act", &[("number", &number), ("last", &count)]);
        Failure::yours("no_such_act", sentence)
    })?;
    let (device, change) = (found.device, found.change);
    let command = if release {
        CoordinatorCommand::Release { device, change, records }
    } else {
        CoordinatorCommand::Reject { device, change, records }
    };
    desk.send(found.round, None, command).await
}

fn change_text(change: &AsideChange, board: &Board, desk: &Desk<'_>) -> String {
    let shell = desk.shell;
    let who = change.name.as_ref().map_or_else(|| change.device.to_string(), |name| name.reveal().clone());
    let mut about = vec![
        change.number.to_string(),
        who,
        word_of(shell.language, "refusal", &change.code).to_owned(),
        desk.zone.day_or_minute(change.received_ms, board.now_ms),
    ];
    about.extend(change.until_ms.map(|until| {
        shell.phrase("cli.kept_until", &[("time", &desk.zone.day_or_minute(until, board.now_ms))])
    }));
    let mut text = format!("{}\n", about.join(" · "));
    if change.records.is_empty() {
        text.push_str(&format!("  {}\n", shell.word("cli.unreadable")));
        return text;
    }
    let rows: Vec<Vec<String>> = (1_usize..)
        .zip(&change.records)
        .map(|(number, record)| act_row(number, record, change.round, board, desk))
        .collect();
    text.push_str(&table(&rows, "  "));
    text
}

fn act_row(
    number: usize,
    record: &AsideRecord,
    round: RoundId,
    board: &Board,
    desk: &Desk<'_>,
) -> Vec<String> {
    let shell = desk.shell;
    let kind = record.kind.as_deref().unwrap_or("unknown");
    vec![
        number.to_string(),
        word_of(shell.language, "kind", kind).to_owned(),
        record.stop.map_or_else(String::new, |stop| stop_text(stop, round, board, desk)),
        record.tapped_ms.map_or_else(String::new, |time| desk.zone.second(time)),
        shell.word(&format!("aside.{}", record.state.code())),
    ]
}

/// The stop by its number, as people say it.
fn stop_text(stop: StopId, round: RoundId, board: &Board, desk: &Desk<'_>) -> String {
    let round = board.rounds.iter().find(|view| view.id == round);
    let number = round.and_then(|round| round.stops.iter().find(|view| view.id == stop));
    let name = number.map_or_else(|| stop.to_string(), |view| view.number.to_string());
    format!("{} {name}", desk.shell.word("cli.stop"))
}
