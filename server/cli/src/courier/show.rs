//! What a courier reads in a terminal: the round, a card, the badge, the queue.

use core_sync::domain::ids::{RoundId, StopId};
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::rules::strongest_fact::stop_and_status;
use core_sync::view::stop_card::StopCard;
use core_sync::view::sync_badge::{BadgeState, SyncBadge};
use core_sync::view::today::{RoundProgress, RoundToday, SettledLine};
use serde_json::json;

use super::Phone;
use crate::failure::Failure;
use crate::output::Output;
use crate::place;
use crate::shell::Shell;
use crate::table::table;
use crate::zoned::Zone;

/// Every round, its next stop first, and the badge.
pub(super) fn today(phone: &Phone<'_>) -> Result<Output, Failure> {
    let zone = phone.zone()?;
    let rounds = phone.said(phone.session.today())?;
    let sync_badge = phone.said(phone.session.badge())?;
    let mut text = String::new();
    if rounds.is_empty() {
        text.push_str(&format!("{}\n", phone.shell.word("cli.no_round")));
    }
    let open = |round: &&RoundToday| round.progress != RoundProgress::Finished;
    let several = rounds.iter().filter(open).count() > 1;
    for round in &rounds {
        // What `--round` takes, where it has to be said.
        let id = (several && open(&round)).then(|| round.round.to_string());
        text.push_str(&round_text(round, id, phone.shell, &zone));
        text.push('\n');
    }
    text.push_str(&badge(&sync_badge, phone.shell));
    Ok(Output::new(text, json!({ "rounds": rounds, "badge": sync_badge })))
}

fn round_text(round: &RoundToday, id: Option<String>, shell: &Shell, zone: &Zone) -> String {
    let mut about = vec![
        shell.word("cli.round"),
        shell.word(&format!("round.{}", round.progress.code())),
        shell.count("cli.stops_left", round.remaining),
    ];
    about.extend(id);
    let mut text = format!("{}\n", about.join(" · "));
    for line in plan_diff(round, shell) {
        text.push_str(&format!("  ! {line}\n"));
    }
    for line in round.settled.iter().filter(|line| !round.plan_diff.settled.contains(&line.record)) {
        text.push_str(&format!("  {}\n", settled_text(line, round, shell)));
    }
    let mut rows = vec![];
    for stop in &round.stops {
        let mark = if Some(stop.stop) == round.next { shell.word("cli.now") } else { String::new() };
        rows.push(stop_row(stop, mark, shell, zone));
    }
    text.push_str(&table(&rows, "  "));
    text
}

/// What changed in the plan of any round since the courier last said she saw it, and what she was asked, a line each.
pub(super) fn plan_news(phone: &Phone<'_>) -> Result<String, Failure> {
    let rounds = phone.said(phone.session.today())?;
    let lines = rounds.iter().flat_map(|round| plan_diff(round, phone.shell));
    Ok(lines.map(|line| format!("! {line}\n")).collect())
}

fn stop_row(stop: &StopCard, mark: String, shell: &Shell, zone: &Zone) -> Vec<String> {
    vec![
        mark,
        stop.number.to_string(),
        shell.word(&format!("status.{}", stop.status.code())),
        shell.word(&format!("stop_kind.{}", stop.kind.code())),
        place(stop, shell),
        zone.window(stop.window),
        shell.count("cli.parcel_count", stop.parcels),
        remarks(stop, shell).join("; "),
    ]
}

fn place(stop: &StopCard, shell: &Shell) -> String {
    stop.card.as_ref().map_or_else(|| shell.word("cli.no_card"), place::line)
}

fn remarks(stop: &StopCard, shell: &Shell) -> Vec<String> {
    let mut remarks: Vec<String> = Vec::new();
    if stop.tapped_ms.is_some() && stop.received_ms.is_none() {
        remarks.push(shell.word("cli.on_this_device"));
    }
    remarks.extend(stop.fail_reason.map(|reason| shell.word(&format!("fail.{}", reason.code()))));
    remarks.extend(stop.withdraw_reason.map(|reason| shell.word(&format!("withdraw.{}", reason.code()))));
    remarks.extend(stop.remarks.iter().map(|remark| shell.word(&format!("remark.{}", remark.code()))));
    remarks
}

fn plan_diff(round: &RoundToday, shell: &Shell) -> Vec<String> {
    let diff = &round.plan_diff;
    let news = round.settled.iter().filter(|line| diff.settled.contains(&line.record));
    let settled = news.map(|line| settled_text(line, round, shell));
    let stops = [
        ("plan_diff.added", &diff.added),
        ("plan_diff.withdrawn", &diff.withdrawn),
        ("plan_diff.amended", &diff.amended),
        ("plan_diff.cards", &diff.cards),
        ("plan_diff.moved", &diff.moved),
    ];
    let stops = stops.into_iter().filter(|(_, stops)| !stops.is_empty()).map(|(key, stops)| {
        format!("{} ({})", shell.count(key, stops.len()), numbers(round, stops).join(", "))
    });
    let asked = round.asked_sequence.iter().map(|stops| {
        let command = format!("tournee courier reorder {}", numbers(round, stops).join(","));
        shell.phrase("cli.sequence_asked", &[("command", &command)])
    });
    stops.chain(asked).chain(settled).collect()
}

/// By which numbers the courier knows these stops.
fn numbers(round: &RoundToday, stops: &[StopId]) -> Vec<String> {
    let known = stops.iter().filter_map(|id| round.stops.iter().find(|stop| stop.stop == *id));
    known.map(|stop| stop.number.to_string()).collect()
}

/// What people settled, in words: which stops of this round, what was answered.
fn settled_text(line: &SettledLine, round: &RoundToday, shell: &Shell) -> String {
    let of_line = round.stops.iter().filter(|stop| line.stops.contains(&stop.stop));
    let mut parts: Vec<String> =
        of_line.map(|stop| format!("{} {}", shell.word("cli.stop"), stop.number)).collect();
    let answer = shell.word(&format!("answer.{}", line.answer.code()));
    parts.push(shell.phrase("cli.settled", &[("answer", &answer)]));
    parts.extend(line.holds.map(|kind| shell.word(&format!("kind.{kind}"))));
    parts.join(" · ")
}

/// One stop with everything on its card.
pub(super) fn card(phone: &Phone<'_>, number: usize) -> Result<Output, Failure> {
    let (zone, shell) = (phone.zone()?, phone.shell);
    let rounds = phone.said(phone.session.today())?;
    let found = rounds.iter().flat_map(|round| &round.stops).find(|stop| stop.number == number);
    let stop = found.ok_or_else(|| {
        Failure::yours("no_such_stop", shell.phrase("cli.no_stop_number", &[("number", &number.to_string())]))
    })?;
    Ok(Output::new(card_text(stop, shell, &zone), json!(stop)))
}

fn card_text(stop: &StopCard, shell: &Shell, zone: &Zone) -> String {
    let mut rows = vec![
        (shell.word("cli.stop"), stop.number.to_string()),
        (shell.word("cli.stop_kind"), shell.word(&format!("stop_kind.{}", stop.kind.code()))),
        (shell.word("cli.state"), shell.word(&format!("status.{}", stop.status.code()))),
        (shell.word("cli.window"), zone.window(stop.window)),
        (shell.word("cli.parcels"), stop.parcels.to_string()),
    ];
    match &stop.card {
        None => rows.push((shell.word("cli.address"), shell.word("cli.no_card"))),
        Some(card) => {
            rows.push((shell.word("cli.name"), card.name.reveal().clone()));
            rows.push((shell.word("cli.address"), card.address.reveal().clone()));
            for (key, value) in [
                ("cli.telephone", &card.telephone),
                ("cli.door_code", &card.door_code),
                ("cli.instructions", &card.instructions),
            ] {
                rows.extend(value.as_ref().map(|value| (shell.word(key), value.reveal().clone())));
            }
        }
    }
    if let Some(leg) = stop.leg {
        let (metres, minutes) = (leg.metres.to_string(), leg.seconds.div_ceil(60).to_string());
        let ride = shell.phrase("cli.leg", &[("metres", &metres), ("minutes", &minutes)]);
        rows.push((shell.word("cli.ride"), ride));
    }
    rows.extend(remarks(stop, shell).into_iter().map(|remark| (shell.word("cli.remarks"), remark)));
    table(&rows.into_iter().map(|(key, value)| vec![key, value]).collect::<Vec<_>>(), "")
}

/// The line that says whether the app can be closed.
pub(crate) fn badge(badge: &SyncBadge, shell: &Shell) -> String {
    let unsent = || shell.count("badge.unsent", badge.unsent);
    match badge.state {
        BadgeState::Unsent => unsent(),
        BadgeState::GivingBack => shell.count("badge.giving_back", badge.to_give_back),
        BadgeState::SetAside => shell.count("badge.set_aside", badge.set_aside),
        BadgeState::Offline if badge.unsent > 0 => format!("{} · {}", shell.word("badge.offline"), unsent()),
        BadgeState::Offline
        | BadgeState::SignedOut
        | BadgeState::Revoked
        | BadgeState::Cloned
        | BadgeState::NeverSynced
        | BadgeState::UpdateApp
        | BadgeState::AllSent => shell.word(&format!("badge.{}", badge.state.code())),
    }
}

/// Where to ride now.
pub(super) fn next_line(phone: &Phone<'_>, round: RoundId) -> Result<String, Failure> {
    let zone = phone.zone()?;
    let rounds = phone.said(phone.session.today())?;
    let next = rounds
        .iter()
        .find(|today| today.round == round)
        .and_then(|today| today.stops.iter().find(|stop| Some(stop.stop) == today.next));
    Ok(next.map_or_else(String::new, |stop| {
        let stop = format!("{} {}, {}", stop.number, place(stop, phone.shell), zone.window(stop.window));
        phone.shell.phrase("cli.next_stop", &[("stop", &stop)])
    }))
}

/// What is only on this phone.
pub(super) fn queue(phone: &Phone<'_>) -> Result<Output, Failure> {
    let acts = phone.said(phone.session.queue())?;
    let zone = phone.zone()?;
    let rounds = phone.said(phone.session.today())?;
    let mut rows = Vec::new();
    let mut list = Vec::new();
    for act in &acts {
        let record = Record::from_bytes(&act.bytes).map_err(|error| Failure::chain("record", &error))?;
        let kind = record.kind().map_or("unknown", core_sync::domain::kind::Kind::code);
        let tapped = record.stamp().map(|stamp| stamp.time);
        let number = rounds
            .iter()
            .find(|round| round.round == act.document.round)
            .and_then(|round| stop_number(&record, &round.stops));
        let why = act.set_aside.as_deref();
        let refused =
            why.map(|code| core_sync::texts::word_of(phone.shell.language, "refusal", code).to_owned());
        rows.push(vec![
            tapped.map_or_else(String::new, |time| zone.second(time)),
            phone.shell.word(&format!("kind.{kind}")),
            number.map_or_else(String::new, |number| number.to_string()),
            refused.unwrap_or_default(),
        ]);
        list.push(json!({
            "record": act.record, "content": content_hash(&act.bytes), "kind": kind, "stop": number,
            "tapped_ms": tapped, "refused": why,
        }));
    }
    let sync_badge = phone.said(phone.session.badge())?;
    let text = format!("{}{}", table(&rows, ""), badge(&sync_badge, phone.shell));
    Ok(Output::new(text, json!({ "queue": list, "badge": sync_badge })))
}

/// The number of the stop that an act speaks of, if it speaks of one.
pub(super) fn stop_number(record: &Record, stops: &[StopCard]) -> Option<usize> {
    let Record::Act { body: ActBody::Fact(fact), .. } = record else { return None };
    let (stop, _) = stop_and_status(fact)?;
    stops.iter().find(|card| card.stop == stop).map(|card| card.number)
}

/// The hash by which two copies of a record are compared, as text.
pub(crate) fn content_hash(bytes: &[u8]) -> String {
    core_sync::domain::ids::to_text(&core_sync::guard::record_hash(bytes).0)
}
