//! `items` and `settle`: what people did apart, each side with who, what and both times, and one answer to it.

use clap::Args;
use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::item::Choice;
use core_sync::domain::reasons::Answer;
use core_sync::wire::item::{EvidenceView, ItemView, Items};
use serde_json::json;

use super::send::Desk;
use crate::failure::Failure;
use crate::output::Output;
use crate::table::table;

/// An answer to an item.
#[derive(Debug, Args)]
pub(super) struct SettleArguments {
    /// The item's number in the list, or its id.
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

/// Shows every item, the open ones first.
pub(super) async fn list(desk: &Desk<'_>) -> Result<Output, Failure> {
    let items: Items = desk.api.get("/v1/items").await?;
    if items.items.is_empty() {
        return Ok(Output::new(desk.shell.word("cli.nothing_to_settle"), json!(items)));
    }
    let texts: Vec<String> =
        items.items.iter().zip(1..).map(|(item, number)| text(number, item, desk)).collect();
    Ok(Output::new(texts.join("\n"), json!(items)))
}

/// Settles an item and shows its round.
pub(super) async fn settle(arguments: SettleArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let items: Items = desk.api.get("/v1/items").await?;
    let number: Option<usize> = arguments.item.parse().ok();
    let found = items
        .items
        .into_iter()
        .zip(1..)
        .find(|(item, place)| Some(*place) == number || item.id.to_string() == arguments.item);
    let (item, _) = found.ok_or_else(|| {
        let values = [("number", arguments.item.as_str())];
        Failure::yours("no_such_item", desk.shell.phrase("cli.no_such_item", &values))
    })?;
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

fn text(number: usize, item: &ItemView, desk: &Desk<'_>) -> String {
    let shell = desk.shell;
    let mut about = vec![number.to_string(), shell.word(&format!("item.{}", item.kind.code()))];
    about.extend(item.stop_number.map(|number| format!("{} {number}", shell.word("cli.stop"))));
    if !item.parcels.is_empty() {
        about.push(shell.count("cli.parcel_count", item.parcels.len()));
    }
    about.extend(
        item.settled.as_ref().map(|settled| shell.word(&format!("answer.{}", settled.answer.code()))),
    );
    let mut text = format!("{}\n", about.join(" · "));
    let rows: Vec<Vec<String>> =
        item.evidence.iter().zip(1..).map(|(evidence, place)| row(place, evidence, desk)).collect();
    text.push_str(&table(&rows, "  "));
    if item.settled.is_none() {
        let choices: Vec<String> =
            item.choices.iter().map(|choice| choice_text(choice, item, desk)).collect();
        text.push_str(&format!("  {}\n", choices.join(" · ")));
    }
    text
}

fn row(place: usize, evidence: &EvidenceView, desk: &Desk<'_>) -> Vec<String> {
    let shell = desk.shell;
    let time = |time: Option<_>| time.map_or_else(String::new, |time| desk.zone.second(time));
    let who = evidence.member.and_then(|id| desk.members.members.iter().find(|member| member.member == id));
    vec![
        place.to_string(),
        who.map_or_else(String::new, |member| member.name.reveal().clone()),
        evidence
            .kind
            .as_ref()
            .map_or_else(|| shell.word("kind.unknown"), |kind| shell.word(&format!("kind.{kind}"))),
        time(evidence.tapped_ms),
        time(evidence.received_ms),
    ]
}

/// The answer as it is typed, and what it means.
fn choice_text(choice: &Choice, item: &ItemView, desk: &Desk<'_>) -> String {
    let word = desk.shell.word(&format!("answer.{}", choice.answer.code()));
    let typed = choice.answer.code().replace('_', "-");
    let place = choice.holds.and_then(|holds| item.evidence.iter().position(|it| it.record == holds));
    match place {
        Some(index) => format!("{typed} --holds {} ({word})", index + 1),
        None => format!("{typed} ({word})"),
    }
}
