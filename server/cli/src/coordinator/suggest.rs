//! `suggest`: what couriers who ride now could spare each other, and the commands that do it.

use std::collections::BTreeMap;

use clap::Args;
use core_sync::domain::ids::{MemberId, RoundId, StopId};
use core_sync::wire::board::Board;
use core_sync::wire::round::{RoundView, StopView};
use core_sync::wire::suggestion::{MovedOrder, SuggestAnswer, SuggestRequest, SuggestedRound, Suggestion};
use serde_json::json;

use super::couriers::CouriersArguments;
use super::send::Desk;
use crate::failure::Failure;
use crate::output::Output;
use crate::place;

/// Minutes that a change must save where nobody says: the server's own.
const GAIN: u32 = 5;
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
    /// Minutes that a stop may be later than it stands, within its window; without it 0.
    #[arg(long, value_name = "MINUTES")]
    later: Option<u32>,
    /// One of them who is out: the others are offered what is left of the round.
    #[arg(long, value_name = "COURIER")]
    without: Option<String>,
}

/// Asks for suggestions and shows them. Nothing changes.
pub(super) async fn run(arguments: SuggestArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let seconds = |minutes: Option<u32>| minutes.map(|minutes| minutes.saturating_mul(MINUTE));
    let without = arguments.without.as_deref();
    let without =
        without.map(|name| Ok::<_, Failure>(crate::admin::find(&desk.members, name, desk.shell)?.member));
    let request = SuggestRequest {
        couriers: arguments.couriers.read(desk)?,
        gain_seconds: seconds(arguments.gain),
        gain_seconds_per_order: seconds(arguments.gain_per_order),
        later_seconds: seconds(arguments.later),
        without: without.transpose()?,
    };
    let answer: SuggestAnswer = desk.api.post("/v1/suggestions", &request).await?;
    let board: Board = desk.api.get("/v1/board").await?;
    let rounds = board.rounds.into_iter().map(|round| (round.id, round)).collect();
    let asked = (arguments.gain.unwrap_or(GAIN), arguments.later.unwrap_or(0));
    let text = Told { desk, rounds }.text(&answer, asked);
    Ok(Output::new(text, json!(answer)))
}

/// Suggestions in words.
struct Told<'a> {
    desk: &'a Desk<'a>,
    rounds: BTreeMap<RoundId, RoundView>,
}

impl Told<'_> {
    fn text(&self, answer: &SuggestAnswer, (gain, later): (u32, u32)) -> String {
        let shell = self.desk.shell;
        let mut lines = Vec::new();
        for (number, suggestion) in (1_usize..).zip(&answer.suggestions) {
            self.suggestion(number, suggestion, &mut lines);
        }
        for stop in &answer.on_board {
            lines.push(shell.phrase("cli.suggest_on_board", &[("place", &self.place(*stop))]));
        }
        for stop in &answer.stays {
            lines.push(shell.phrase("cli.suggest_stays", &[("place", &self.place(*stop))]));
        }
        for left in &answer.left_out {
            let why = self.desk.left_out(left);
            let place = left.stops.last().map(|stop| self.place(*stop)).unwrap_or_default();
            lines.push(format!("{place} · {why}"));
        }
        if answer.suggestions.is_empty()
            && answer.on_board.is_empty()
            && answer.left_out.is_empty()
            && answer.stays.is_empty()
        {
            let (gain, later) = (gain.to_string(), later.to_string());
            lines.push(shell.phrase("cli.suggest_none", &[("gain", &gain), ("later", &later)]));
        }
        if !answer.all_looked_at {
            lines.push(shell.word("cli.suggest_not_all"));
        }
        for not in &answer.not_looked_at {
            let why = shell.word(&format!("not_looked_at.{}", not.reason));
            let values = [("courier", &*self.desk.name(not.courier)), ("why", &why)];
            lines.push(shell.phrase("cli.suggest_not_looked_at", &values));
        }
        lines.push(self.desk.ways(&answer.travel));
        lines.join("\n")
    }

    fn suggestion(&self, number: usize, found: &Suggestion, lines: &mut Vec<String>) {
        let shell = self.desk.shell;
        let later = found.later.map_or_else(
            || shell.word("cli.suggest_nobody_later"),
            |later| {
                let minutes = later.seconds.div_ceil(MINUTE).to_string();
                let values = [("place", &*self.place(later.stop)), ("minutes", &minutes)];
                shell.phrase("cli.suggest_later", &values)
            },
        );
        let minutes = (found.gain_seconds / u64::from(MINUTE)).to_string();
        if found.gain_seconds > 0 {
            let values = [("number", &*number.to_string()), ("minutes", &minutes), ("later", &later)];
            lines.push(shell.phrase("cli.suggest_gain", &values));
        }
        let mut ways: BTreeMap<(RoundId, RoundId), Vec<&MovedOrder>> = BTreeMap::new();
        for moved in &found.moved {
            ways.entry((moved.from, moved.to)).or_default().push(moved);
        }
        for ((from, to), orders) in &ways {
            self.moved(*from, *to, orders, lines);
        }
        for round in &found.rounds {
            self.round(round, found.moved.is_empty(), lines);
        }
    }

    fn moved(&self, from: RoundId, to: RoundId, orders: &[&MovedOrder], lines: &mut Vec<String>) {
        let shell = self.desk.shell;
        let (from_name, to_name) = (self.courier(from), self.courier(to));
        let doors: Vec<String> =
            orders.iter().filter_map(|order| Some(self.place(*order.stops.last()?))).collect();
        let values = [("from", &*from_name), ("to", &to_name), ("places", &doors.join(" / "))];
        lines.push(indented(&shell.count_with("cli.suggest_move", orders.len(), &values)));
        let numbers: Vec<String> =
            orders.iter().flat_map(|order| &order.stops).map(|stop| self.number(from, *stop)).collect();
        let command = format!("tournee coordinator move {from} {} --to={to}", numbers.join(" "));
        lines.push(indented(&shell.phrase("cli.suggest_by_hand", &[("command", &command)])));
    }

    fn round(&self, round: &SuggestedRound, only_sequence: bool, lines: &mut Vec<String>) {
        let (shell, zone) = (self.desk.shell, &self.desk.zone);
        let name = self.desk.name(round.courier);
        let (until, before) = (zone.minute(round.returns_ms), zone.minute(round.returns_ms_before));
        let values = [("courier", &*name), ("until", &until), ("before", &before)];
        lines.push(indented(&shell.phrase("cli.suggest_round", &values)));
        if only_sequence {
            // `sequence` names every stop that remains: the one that she rides to comes first.
            let view = self.rounds.get(&round.round);
            let remaining =
                view.into_iter().flat_map(|view| &view.stops).filter(|stop| stop.status.remains());
            let first = remaining.map(|stop| stop.id).filter(|stop| !round.stops.contains(stop));
            let stops = first.chain(round.stops.iter().copied());
            let numbers: Vec<String> = stops.map(|stop| self.number(round.round, stop)).collect();
            let command = format!("tournee coordinator sequence {} {}", round.round, numbers.join(","));
            lines.push(indented(&shell.phrase("cli.suggest_by_hand", &[("command", &command)])));
        } else if !round.stops.is_empty() {
            let places: Vec<String> = round.stops.iter().map(|stop| self.name_at(*stop)).collect();
            let values = [("courier", &*name), ("places", &places.join(" / "))];
            lines.push(indented(&shell.phrase("cli.suggest_then", &values)));
        }
    }

    /// Who lives or sells there: enough to tell stops apart.
    fn name_at(&self, stop: StopId) -> String {
        let stops = self.rounds.values().flat_map(|round| &round.stops);
        let name = |stop: &StopView| stop.card.as_ref().map(|card| card.name.reveal().clone());
        stops.filter(|known| known.id == stop).find_map(name).unwrap_or_else(|| "?".to_owned())
    }

    fn courier(&self, round: RoundId) -> String {
        let courier = self.rounds.get(&round).map(|round| round.courier);
        self.desk.name(courier.unwrap_or(MemberId([0; 16])))
    }

    fn number(&self, round: RoundId, stop: StopId) -> String {
        let stops = self.rounds.get(&round).into_iter().flat_map(|round| &round.stops);
        stops
            .into_iter()
            .find(|known| known.id == stop)
            .map_or("?".to_owned(), |stop| stop.number.to_string())
    }

    fn place(&self, stop: StopId) -> String {
        let stops = self.rounds.values().flat_map(|round| &round.stops);
        let card = |stop: &StopView| stop.card.as_ref().map(place::line);
        stops.filter(|known| known.id == stop).find_map(card).unwrap_or_default()
    }
}

fn indented(line: &str) -> String {
    format!("   {line}")
}
