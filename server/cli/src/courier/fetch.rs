//! `fetch`: a new device in an empty folder gets everything that the server has for its courier.
//!
//! A durability test must read back with a client that holds nothing: this is that client.

use courier_session::session::SyncEnd;
use serde_json::json;

use super::show::{content_hash, stop_number};
use super::{EnrolArguments, Phone};
use crate::failure::Failure;
use crate::output::Output;
use crate::table::table;

/// Runs it.
pub(super) async fn run(phone: &mut Phone<'_>, arguments: &EnrolArguments) -> Result<Output, Failure> {
    phone.enrol(arguments).await?;
    let result = phone.session.sync(phone.shell.moment(), &mut phone.shell.random()).await;
    if phone.said(result)? != SyncEnd::Synced {
        return Err(Failure::ours("no_network", phone.shell.word("cli.server_away")));
    }
    let zone = phone.zone()?;
    let (mut rows, mut list) = (Vec::new(), Vec::new());
    for today in phone.said(phone.session.today())? {
        let result = phone.session.records(today.round);
        let stored = phone.said(result)?;
        for (id, entry) in stored.records.iter() {
            let kind = entry.record.kind().map_or("unknown", core_sync::domain::kind::Kind::code);
            let stamp = entry.record.stamp();
            let tapped = stamp.map(|stamp| stamp.time);
            let number = stop_number(&entry.record, &today.stops);
            for bytes in stored.records.bytes_of(id) {
                list.push((
                    stamp.map(|stamp| stamp.n),
                    json!({
                        "round": today.round, "act": id.act(), "record": id, "content": content_hash(bytes),
                        "kind": kind, "n": stamp.map(|stamp| stamp.n), "stop": number,
                        "tapped_ms": tapped, "received_ms": entry.received,
                    }),
                ));
            }
            let time = |time: Option<_>| time.map_or_else(String::new, |time| zone.second(time));
            rows.push((
                (tapped, id),
                vec![
                    time(tapped),
                    time(entry.received),
                    phone.shell.word(&format!("kind.{kind}")),
                    number.map_or_else(String::new, |number| number.to_string()),
                ],
            ));
        }
    }
    rows.sort_by_key(|(at, _)| *at);
    let heading =
        ["cli.tapped", "cli.received", "cli.act", "cli.stop"].map(|key| phone.shell.word(key)).to_vec();
    let rows: Vec<Vec<String>> =
        std::iter::once(heading).chain(rows.into_iter().map(|(_, row)| row)).collect();
    list.sort_by_key(|(n, _)| *n);
    let list: Vec<_> = list.into_iter().map(|(_, record)| record).collect();
    Ok(Output::new(table(&rows, ""), json!({ "records": list })))
}
