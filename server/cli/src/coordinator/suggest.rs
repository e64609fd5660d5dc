//! `suggest`: what couriers who ride now could spare each other, or where new orders fit.

use clap::Args;
use core_sync::domain::ids::RoundId;
use core_sync::wire::suggestion::{SuggestAnswer, SuggestRequest};
use serde_json::json;

use super::couriers::CouriersArguments;
use super::send::Desk;
use super::short_id::shortest;
use super::suggestion_words::Words;
use super::suggestions::all;
use crate::failure::Failure;
use crate::output::Output;

/// Minutes that a change must save where nobody says: the server's own.
const GAIN: u32 = 5;
/// The same for each order that another courier would bring.
const GAIN_PER_ORDER: u32 = 2;
/// Seconds in a minute.
const MINUTE: u32 = 60;

/// Whose rounds are looked at, and what a change is worth.
#[derive(Debug, Args)]
pub(super) struct SuggestArguments {
    #[command(flatten)]
    couriers: CouriersArguments,
    /// Minutes of riding that a change must save; without it 5.
    #[arg(long, value_name = "MINUTES")]
    gain: Option<u32>,
    /// And for each order that another courier would bring; without it 2.
    #[arg(long, value_name = "MINUTES")]
    gain_per_order: Option<u32>,
    /// Minutes that a stop may be later than it stands, within its window; without it 0, but for new orders and those of
    /// who is out, where the windows alone count.
    #[arg(long, value_name = "MINUTES")]
    later: Option<u32>,
    /// One of them who is out: the others are offered what is left of the round.
    #[arg(long, value_name = "COURIER", conflicts_with = "drafts")]
    without: Option<String>,
    /// The id of a draft whose orders are to come into these rounds, once for each.
    #[arg(long = "draft", value_name = "ID", allow_hyphen_values = true)]
    drafts: Vec<RoundId>,
    /// The server looks again every five minutes while the shift lasts: see `suggestions`.
    #[arg(long, conflicts_with_all = ["drafts", "without", "stop_looking"])]
    keep_looking: bool,
    /// It stops that.
    #[arg(long)]
    stop_looking: bool,
}

/// Asks for suggestions and shows them. No round changes.
pub(super) async fn run(arguments: SuggestArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let seconds = |minutes: Option<u32>| minutes.map(|minutes| minutes.saturating_mul(MINUTE));
    let without = arguments.without.as_deref();
    let without =
        without.map(|name| Ok::<_, Failure>(crate::admin::find(&desk.members, name, desk.shell)?.member));
    let words = Words::read(desk).await?;
    let request = SuggestRequest {
        couriers: arguments.couriers.read(desk)?,
        gain_seconds: seconds(arguments.gain),
        gain_seconds_per_order: seconds(arguments.gain_per_order),
        later_seconds: seconds(arguments.later),
        without: without.transpose()?,
        drafts: arguments.drafts,
        keep_looking: match (arguments.keep_looking, arguments.stop_looking) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        },
    };
    let is_exchange = request.without.is_none() && request.drafts.is_empty();
    let answer: SuggestAnswer = desk.api.post("/v1/suggestions", &request).await?;
    let asked = is_exchange.then(|| Worth {
        gain: arguments.gain.unwrap_or(GAIN),
        per_order: arguments.gain_per_order.unwrap_or(GAIN_PER_ORDER),
        later: arguments.later.unwrap_or(0),
    });
    let kept = all(desk).await?;
    let ids: Vec<String> = kept.iter().map(|one| one.suggestion.id.to_string()).collect();
    let mut said = text(&words, &answer, asked, &ids);
    for (looks, key) in [
        (arguments.keep_looking, "cli.suggest_keeps_looking"),
        (arguments.stop_looking, "cli.suggest_stops_looking"),
    ] {
        if looks {
            said = format!("{said}\n{}", desk.shell.word(key));
        }
    }
    Ok(Output::new(said, json!(answer)))
}

/// What an exchange had to be worth, in minutes.
#[derive(Debug, Clone, Copy)]
struct Worth {
    gain: u32,
    per_order: u32,
    later: u32,
}

/// The answer in words; `asked` is what a change had to be worth, if it had to, `ids` are those of all suggestions.
fn text(words: &Words<'_>, answer: &SuggestAnswer, asked: Option<Worth>, ids: &[String]) -> String {
    let (desk, shell) = (words.desk, words.desk.shell);
    let mut lines = Vec::new();
    for (number, suggestion) in (1_usize..).zip(&answer.suggestions) {
        words.replan(&number.to_string(), &suggestion.replan, &mut lines);
        for (key, verb) in [("cli.suggest_accept", "accept"), ("cli.suggest_refuse", "refuse")] {
            let id = shortest(&suggestion.id.to_string(), ids);
            let command = format!("tournee coordinator {verb} {id}");
            lines.push(format!("   {}", shell.phrase(key, &[("command", &command)])));
        }
    }
    for stop in &answer.on_board {
        lines.push(shell.phrase("cli.suggest_on_board", &[("place", &words.place(*stop))]));
    }
    for stop in &answer.stays {
        lines.push(shell.phrase("cli.suggest_stays", &[("place", &words.place(*stop))]));
    }
    for left in &answer.left_out {
        let place = left.stops.last().map(|stop| words.place(*stop)).unwrap_or_default();
        lines.push(format!("{place} · {}", desk.left_out(left)));
        lines
            .extend(left.would_fit.iter().map(|would| format!("   {}", desk.would_fit(*would, left.window))));
    }
    if let (true, Some(Worth { gain, per_order, later })) = (answer.suggestions.is_empty(), asked) {
        let (gain, per_order, later) = (gain.to_string(), per_order.to_string(), later.to_string());
        let values = [("gain", &*gain), ("per_order", &per_order), ("later", &later)];
        lines.push(shell.phrase("cli.suggest_none", &values));
    }
    if answer.refused_before > 0 {
        lines.push(shell.count("cli.suggest_refused_before", answer.refused_before));
    }
    if !answer.all_looked_at {
        let key = if asked.is_some() { "cli.suggest_not_all" } else { "cli.suggest_not_all_tried" };
        lines.push(shell.word(key));
    }
    for not in &answer.not_looked_at {
        let why = shell.word(&format!("not_looked_at.{}", not.reason));
        let values = [("courier", &*desk.name(not.courier)), ("why", &why)];
        lines.push(shell.phrase("cli.suggest_not_looked_at", &values));
    }
    lines.push(desk.ways(&answer.travel));
    lines.join("\n")
}
