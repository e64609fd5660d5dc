//! `items` and `settle`: what people did apart, each side with who, what and both times, and one answer to it.

use std::collections::BTreeMap;

use clap::Args;
use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::RoundId;
use core_sync::domain::item::Choice;
use core_sync::domain::reasons::Answer;
use core_sync::wire::board::Board;
use core_sync::wire::item::{EvidenceView, ItemView, Items};
use serde_json::json;

use super::send::Desk;
use super::short_id::{means, shortest};
use crate::failure::Failure;
use crate::output::Output;
use crate::table::table;

/// An answer to an item.
#[derive(Debug, Args)]
pub(super) struct SettleArguments {
    /// The first characters of the item's id, as the list shows them; or courier and stop, such as Ana:3, where
    /// only one item is open.
    #[arg(allow_hyphen_values = true)]
    item: String,
    /// The answer: noted, holds, return-to-shop, meet or deliver-part.
    #[arg(value_parser = answer)]
    answer: Answer,
    /// Which of its records holds, by the number in the list.
    #[arg(long)]
    holds: Option<usize>,
}

fn answer(text: &str) -> Result<Answer, String> {
    let known = || "choose noted, holds, return-to-shop, meet or deliver-part".to_owned();
    text.replace('-', "_").parse().map_err(|()| known())
}

/// Every item, the open ones first, each as its sides came to the server: so that its number means the same twice.
async fn all(desk: &Desk<'_>) -> Result<Items, Failure> {
    let mut items: Items = desk.api.get("/v1/items").await?;
    for item in &mut items.items {
        item.evidence.sort_by_key(|evidence| (evidence.received_ms, evidence.record));
    }
    let since = |item: &ItemView| item.evidence.first().and_then(|evidence| evidence.received_ms);
    items.items.sort_by_key(|item| (item.settled.is_some(), since(item), item.id));
    Ok(items)
}

/// Shows every item, the open ones first.
pub(super) async fn list(desk: &Desk<'_>) -> Result<Output, Failure> {
    let items = all(desk).await?;
    if items.items.is_empty() {
        return Ok(Output::new(desk.shell.word("cli.nothing_to_settle"), json!(items)));
    }
    let couriers = couriers(desk).await?;
    let texts: Vec<String> =
        items.items.iter().map(|item| text(&short(item, &items), item, &couriers, desk)).collect();
    Ok(Output::new(texts.join("\n"), json!(items)))
}

/// Settles an item and shows its round.
pub(super) async fn settle(arguments: SettleArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let items = all(desk).await?;
    let couriers = couriers(desk).await?;
    let item = find(&items, &arguments.item, &couriers, desk)?;
    let holds = match arguments.holds {
        None => None,
        Some(number) => {
            let record = number.checked_sub(1).and_then(|index| item.evidence.get(index));
            let values = [("number", &*number.to_string())];
            let none = || Failure::yours("no_such_record", desk.shell.phrase("cli.no_such_record", &values));
            Some(record.ok_or_else(none)?.record)
        }
    };
    let records = item.evidence.iter().map(|evidence| evidence.record).collect();
    let command = CoordinatorCommand::Settle { records, answer: arguments.answer, holds };
    desk.send(item.round, None, command).await
}

/// Who rides each round of the board.
type Couriers = BTreeMap<RoundId, String>;

async fn couriers(desk: &Desk<'_>) -> Result<Couriers, Failure> {
    let board: Board = desk.api.get("/v1/board").await?;
    Ok(board.rounds.into_iter().map(|round| (round.id, round.courier_name.reveal().clone())).collect())
}

/// As many characters of an item's id as tell it from every other.
fn short(item: &ItemView, items: &Items) -> String {
    let all: Vec<String> = items.items.iter().map(|other| other.id.to_string()).collect();
    shortest(&item.id.to_string(), &all)
}

/// The item meant. Places in the list are no names: they move when something else is settled or turns up.
fn find<'i>(
    items: &'i Items,
    wanted: &str,
    couriers: &Couriers,
    desk: &Desk<'_>,
) -> Result<&'i ItemView, Failure> {
    let at_stop =
        wanted.rsplit_once(':').and_then(|(name, stop)| Some((name.to_lowercase(), stop.parse().ok()?)));
    let is_it = |item: &&ItemView| match &at_stop {
        Some((name, stop)) => {
            let courier = couriers.get(&item.round).map(|courier| courier.to_lowercase());
            courier.as_ref() == Some(name) && item.stop_number == Some(*stop) && item.settled.is_none()
        }
        None => means(wanted, &item.id.to_string()),
    };
    let found: Vec<&ItemView> = items.items.iter().filter(is_it).collect();
    match found.as_slice() {
        [item] => Ok(item),
        [] => {
            let text = desk.shell.phrase("cli.no_such_item", &[("item", wanted)]);
            Err(Failure::yours("no_such_item", text))
        }
        several => {
            let ids: Vec<String> = several.iter().map(|item| short(item, items)).collect();
            let values = [("item", wanted), ("ids", &*ids.join(", "))];
            Err(Failure::yours("which_item", desk.shell.phrase("cli.which_item", &values)))
        }
    }
}

fn text(short: &str, item: &ItemView, couriers: &Couriers, desk: &Desk<'_>) -> String {
    let shell = desk.shell;
    let mut about = vec![short.to_owned(), shell.word(&format!("item.{}", item.kind.code()))];
    about.extend(couriers.get(&item.round).cloned());
    about.extend(item.stop_number.map(|number| format!("{} {number}", shell.word("cli.stop"))));
    if !item.parcels.is_empty() {
        about.push(shell.count("cli.parcel_count", item.parcels.len()));
    }
    about.extend(item.settled.as_ref().map(|settled| {
        let answer = shell.word(&format!("answer.{}", settled.answer.code()));
        shell.phrase("cli.settled", &[("answer", &answer)])
    }));
    let mut text = format!("{}\n", about.join(" · "));
    let headings = ["", "cli.name", "cli.act", "cli.round", "cli.tapped", "cli.received"];
    let headings = headings.iter().map(|key| if key.is_empty() { String::new() } else { shell.word(key) });
    let mut rows: Vec<Vec<String>> = vec![headings.collect()];
    let evidence = item.evidence.iter().zip(1..);
    rows.extend(evidence.map(|(evidence, place)| row(place, evidence, couriers, desk)));
    text.push_str(&table(&rows, "  "));
    if item.settled.is_none() {
        let choices: Vec<Vec<String>> =
            item.choices.iter().map(|choice| choice_row(choice, item, desk)).collect();
        text.push_str(&table(&choices, "  > "));
    }
    text
}

fn who(evidence: &EvidenceView, desk: &Desk<'_>) -> String {
    let who = evidence.member.and_then(|id| desk.members.members.iter().find(|member| member.member == id));
    who.map_or_else(String::new, |member| member.name.reveal().clone())
}

fn what(evidence: &EvidenceView, desk: &Desk<'_>) -> String {
    let kind = evidence.kind.as_deref().unwrap_or("unknown");
    core_sync::texts::word_of(desk.shell.language, "kind", kind).to_owned()
}

fn row(place: usize, evidence: &EvidenceView, couriers: &Couriers, desk: &Desk<'_>) -> Vec<String> {
    let time = |time: Option<_>| time.map_or_else(String::new, |time| desk.zone.second(time));
    vec![
        place.to_string(),
        who(evidence, desk),
        what(evidence, desk),
        couriers.get(&evidence.round).cloned().unwrap_or_default(),
        time(evidence.tapped_ms),
        time(evidence.received_ms),
    ]
}

/// The answer as it is typed, and what it means.
fn choice_row(choice: &Choice, item: &ItemView, desk: &Desk<'_>) -> Vec<String> {
    let word = desk.shell.word(&format!("answer.{}", choice.answer.code()));
    let typed = choice.answer.code().replace('_', "-");
    let held = item.evidence.iter().zip(1..).find(|(evidence, _)| Some(evidence.record) == choice.holds);
    let Some((evidence, place)) = held else { return vec![typed, word] };
    let what = [who(evidence, desk), what(evidence, desk)].join(", ");
    vec![format!("{typed} --holds {place}"), format!("{word} ({what})")]
}
