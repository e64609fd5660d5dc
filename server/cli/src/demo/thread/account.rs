//! The account: what was shown as saved against what processes find that never saw the phone's folder.

use std::collections::BTreeMap;

use core_sync::domain::time::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::narrator::Narrator;
use super::process::Program;
use super::ride::SavedAct;
use super::setting::{COURIER, Setting};
use crate::failure::Failure;
use crate::shell::Shell;
use crate::table::table;
use crate::zoned::Zone;

/// The account.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    acts: usize,
    missing: usize,
    order_kept: bool,
    rows: Vec<Row>,
}

/// One act of the account.
#[derive(Debug, Serialize)]
struct Row {
    saved: SavedAct,
    /// When the server had it; absent if it is missing.
    received_ms: Option<i64>,
    /// The status that the board shows for its stop.
    board: Option<String>,
}

/// Sets the phone aside, then asks a board and an empty phone in processes of their own.
pub(super) fn take(
    program: &Program,
    setting: &Setting,
    saved: &[SavedAct],
    narrator: &Narrator<'_>,
) -> Result<Account, Failure> {
    let (phone, aside) = (program.folder.join("phone"), program.folder.join("phone-set-aside"));
    std::fs::rename(&phone, &aside).map_err(|error| Failure::file(&phone, &error))?;
    narrator.tell("demo.asking", &[]);
    let board = setting.coordinator(program, &["board"])?;
    let server = &setting.server.address;
    program.run(&[
        "admin",
        "--server",
        server,
        "--token-file",
        "admin.token",
        "code",
        COURIER,
        "--out",
        "empty.code",
    ])?;
    let found = program.run(&[
        "courier",
        "--folder",
        "empty",
        "fetch",
        "--server",
        server,
        "--code-file",
        "empty.code",
    ])?;
    Ok(compare(saved, &found, &board))
}

fn compare(saved: &[SavedAct], found: &Value, board: &Value) -> Account {
    let empty = Vec::new();
    let records = found.get("records").and_then(Value::as_array).unwrap_or(&empty);
    let text = |value: &Value, member: &str| {
        value.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let received: BTreeMap<(String, String), (Option<i64>, Option<u64>)> = records
        .iter()
        .map(|record| {
            let at = record.get("received_ms").and_then(Value::as_i64);
            let n = record.get("n").and_then(Value::as_u64);
            ((text(record, "record"), text(record, "content")), (at, n))
        })
        .collect();
    let stops = board.pointer("/rounds/0/stops").and_then(Value::as_array).unwrap_or(&empty);
    let status: BTreeMap<u64, String> =
        stops.iter().filter_map(|stop| Some((stop.get("number")?.as_u64()?, text(stop, "status")))).collect();
    let key = |act: &SavedAct| (act.record.clone(), act.content.clone());
    let counts: Vec<Option<u64>> =
        saved.iter().map(|act| received.get(&key(act)).and_then(|(_, n)| *n)).collect();
    let rows: Vec<Row> = saved
        .iter()
        .map(|act| Row {
            received_ms: received.get(&key(act)).and_then(|(at, _)| *at),
            board: act.stop.and_then(|stop| status.get(&(stop as u64)).cloned()),
            saved: act.clone(),
        })
        .collect();
    Account {
        acts: saved.len(),
        missing: rows.iter().filter(|row| row.received_ms.is_none()).count(),
        order_kept: counts.is_sorted_by(|before, after| before.is_some() && before < after),
        rows,
    }
}

impl Account {
    /// Whether nothing is missing and the taps are in order.
    pub(super) fn holds(&self) -> bool {
        self.acts > 0 && self.missing == 0 && self.order_kept
    }

    /// The table and its last line.
    pub(super) fn text(&self, shell: &Shell) -> String {
        let zone = Zone::named("Europe/Paris", shell.language).ok();
        let clock =
            |time: i64| zone.as_ref().map_or_else(String::new, |zone| zone.millisecond(Timestamp(time)));
        let headings = ["", "cli.act", "cli.stop", "cli.tapped", "demo.server_had_it", "demo.board_shows"];
        let mut rows: Vec<Vec<String>> = vec![
            headings.iter().map(|key| if key.is_empty() { String::new() } else { shell.word(key) }).collect(),
        ];
        for (index, row) in self.rows.iter().enumerate() {
            rows.push(vec![
                (index + 1).to_string(),
                shell.word(&format!("kind.{}", row.saved.kind)),
                row.saved.stop.map_or_else(String::new, |stop| stop.to_string()),
                clock(row.saved.tapped_ms),
                row.received_ms.map_or_else(|| shell.word("demo.missing"), clock),
                row.board.as_ref().map_or_else(String::new, |status| shell.word(&format!("status.{status}"))),
            ]);
        }
        let (acts, missing) = (self.acts.to_string(), self.missing.to_string());
        let order = shell.word(if self.order_kept { "demo.order_kept" } else { "demo.order_lost" });
        let values = [("acts", acts.as_str()), ("missing", missing.as_str()), ("order", order.as_str())];
        format!("\n{}\n{}", table(&rows, "  "), shell.phrase("demo.account", &values))
    }
}
