//! `board`: every round, so that a person can read it.

use core_sync::wire::board::Board;
use core_sync::wire::round::{RoundView, StopView};
use serde_json::json;

use super::send::Desk;
use crate::failure::Failure;
use crate::output::Output;
use crate::place;
use crate::table::table;

/// Runs it.
pub(super) async fn run(desk: &Desk<'_>, after: Option<&str>) -> Result<Output, Failure> {
    let path = after.map_or_else(|| "/v1/board".to_owned(), |after| format!("/v1/board?after={after}"));
    let Some(board) = desk.api.get_if_changed::<Board>(&path).await? else {
        return Ok(Output::new(desk.shell.word("board.nothing_new"), json!({ "changed": false })));
    };
    let mut text = format!("{} · {}\n", desk.members.co_op_name, desk.zone.second(board.now_ms));
    if board.rounds.is_empty() {
        text.push_str(&format!("\n{}\n", desk.shell.word("cli.no_round")));
    }
    for round in &board.rounds {
        text.push('\n');
        text.push_str(&round_text(round, desk));
    }
    text.push_str(&format!(
        "\n{}\n",
        desk.shell.phrase("board.cursor", &[("cursor", &board.cursor.to_string())])
    ));
    Ok(Output::new(text, json!(board)))
}

/// One round: a line about it and a table of its stops.
pub(super) fn round_text(round: &RoundView, desk: &Desk<'_>) -> String {
    let shell = desk.shell;
    let mut about = vec![round.courier_name.reveal().clone(), shell.word(progress(round))];
    about.push(match round.last_heard_ms {
        Some(time) => shell.phrase("board.no_signal", &[("time", &desk.zone.second(time))]),
        None => shell.word("board.never_heard"),
    });
    about.push(shell.word(if round.plan_seen { "board.plan_seen" } else { "board.plan_unseen" }));
    about.extend(round.remarks.iter().map(|remark| shell.word(&format!("remark.{}", remark.code()))));
    let mut text = format!("{}\n", about.join(" · "));
    if round.stops.is_empty() {
        text.push_str(&format!("  {}\n", shell.word("board.no_stops")));
        return text;
    }
    let headings = [
        "",
        "cli.state",
        "cli.stop_kind",
        "cli.stop",
        "cli.window",
        "cli.tapped",
        "cli.received",
        "cli.remarks",
    ];
    let mut rows = vec![
        headings.iter().map(|key| if key.is_empty() { String::new() } else { shell.word(key) }).collect(),
    ];
    rows.extend(round.stops.iter().map(|stop| row(stop, desk)));
    text.push_str(&table(&rows, "  "));
    text
}

fn row(stop: &StopView, desk: &Desk<'_>) -> Vec<String> {
    let shell = desk.shell;
    let time = |time: Option<_>| time.map_or_else(String::new, |time| desk.zone.second(time));
    let place = stop.card.as_ref().map_or_else(|| shell.word("cli.no_card"), place::line);
    vec![
        stop.number.to_string(),
        shell.word(&format!("status.{}", stop.status.code())),
        shell.word(&format!("stop_kind.{}", stop.kind.code())),
        place,
        desk.zone.window(stop.window),
        time(stop.tapped_ms),
        time(stop.received_ms),
        remarks(stop, desk).join("; "),
    ]
}

fn remarks(stop: &StopView, desk: &Desk<'_>) -> Vec<String> {
    let shell = desk.shell;
    let mut remarks: Vec<String> = Vec::new();
    remarks.extend(stop.fail_reason.map(|reason| shell.word(&format!("fail.{}", reason.code()))));
    remarks.extend(stop.handed_to.map(|taker| shell.word(&format!("handed_to.{}", taker.code()))));
    remarks.extend(stop.withdraw_reason.map(|reason| shell.word(&format!("withdraw.{}", reason.code()))));
    remarks.extend(stop.remarks.iter().map(|remark| shell.word(&format!("remark.{}", remark.code()))));
    remarks
}

fn progress(round: &RoundView) -> &'static str {
    match (round.started_ms.is_some(), round.finished) {
        (_, true) => "round.finished",
        (true, false) => "round.started",
        (false, false) => "round.not_started",
    }
}
