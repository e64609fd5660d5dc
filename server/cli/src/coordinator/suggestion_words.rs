//! Suggestions in words, with the names that a coordinator may see.

use std::collections::BTreeMap;

use core_sync::domain::card::CardText;
use core_sync::domain::ids::{MemberId, RoundId, StopId};
use core_sync::domain::time::Timestamp;
use core_sync::wire::board::Board;
use core_sync::wire::draft::Drafts;
use core_sync::wire::suggestion::{
    Became, KeptSuggestion, MovedOrder, PlacedOrder, SuggestedReplan, SuggestedRound,
};

use super::send::Desk;
use crate::failure::Failure;
use crate::place;

/// Seconds in a minute.
const MINUTE: u64 = 60;

/// What stops are called.
pub(super) struct Words<'a> {
    pub(super) desk: &'a Desk<'a>,
    cards: BTreeMap<StopId, CardText>,
}

impl<'a> Words<'a> {
    /// Reads the board and the drafts: before an order is placed it is in the one, afterwards in the other.
    pub(super) async fn read(desk: &'a Desk<'a>) -> Result<Self, Failure> {
        let board: Board = desk.api.get("/v1/board").await?;
        let drafts: Drafts = desk.api.get("/v1/drafts").await?;
        let waiting = drafts.drafts.iter().flat_map(|draft| &draft.stops);
        let waiting = waiting.map(|stop| (stop.id, stop.card.clone()));
        let stops =
            board.rounds.iter().flat_map(|round| &round.stops).map(|stop| (stop.id, stop.card.clone()));
        let cards = stops.chain(waiting).filter_map(|(stop, card)| Some((stop, card?))).collect();
        Ok(Self { desk, cards })
    }

    /// A change, after its number or whatever else names it.
    pub(super) fn replan(&self, name: &str, replan: &SuggestedReplan, lines: &mut Vec<String>) {
        lines.push(format!("{name}. {}", self.worth(replan)));
        let mut ways: BTreeMap<(RoundId, RoundId), Vec<&MovedOrder>> = BTreeMap::new();
        for moved in &replan.moved {
            ways.entry((moved.from, moved.to)).or_default().push(moved);
        }
        for ((from, to), orders) in &ways {
            let doors: Vec<String> =
                orders.iter().filter_map(|order| Some(self.place(*order.stops.last()?))).collect();
            let (from, to) = (self.courier(*from, replan), self.courier(*to, replan));
            let values = [("from", &*from), ("to", &to), ("places", &doors.join(" / "))];
            lines.push(indented(&self.desk.shell.count_with("cli.suggest_move", orders.len(), &values)));
        }
        lines.extend(replan.placed.iter().map(|placed| indented(&self.placed(placed, replan))));
        replan.rounds.iter().for_each(|round| self.round(round, lines));
    }

    /// What it saves or adds, and who is later.
    fn worth(&self, replan: &SuggestedReplan) -> String {
        let shell = self.desk.shell;
        let later = replan.later.map_or_else(
            || shell.word("cli.suggest_nobody_later"),
            |later| {
                let minutes = u64::from(later.seconds).div_ceil(MINUTE).to_string();
                let values = [("place", &*self.place(later.stop)), ("minutes", &minutes)];
                shell.phrase("cli.suggest_later", &values)
            },
        );
        let (key, seconds) = if replan.gain_seconds > 0 {
            ("cli.suggest_gain", replan.gain_seconds)
        } else {
            let sum = |of: fn(&SuggestedRound) -> u64| replan.rounds.iter().map(of).sum::<u64>();
            let before = sum(|round| round.ridden_seconds_before);
            let key = if replan.out.is_some() { "cli.suggest_adds_out" } else { "cli.suggest_adds" };
            (key, sum(|round| round.ridden_seconds).saturating_sub(before))
        };
        let minutes = (seconds / MINUTE).to_string();
        shell.phrase(key, &[("minutes", &minutes), ("later", &later)])
    }

    fn placed(&self, placed: &PlacedOrder, replan: &SuggestedReplan) -> String {
        let door = placed.stops.last().map(|stop| self.place(*stop)).unwrap_or_default();
        let time = self.desk.zone.minute(placed.begins_ms);
        let values = [("place", &*door), ("courier", &self.courier(placed.to, replan)), ("time", &time)];
        self.desk.shell.phrase("cli.suggest_placed", &values)
    }

    fn round(&self, round: &SuggestedRound, lines: &mut Vec<String>) {
        let (shell, zone) = (self.desk.shell, &self.desk.zone);
        let name = self.desk.name(round.courier);
        let (until, before) = (zone.minute(round.returns_ms), zone.minute(round.returns_ms_before));
        let values = [("courier", &*name), ("until", &until), ("before", &before)];
        lines.push(indented(&shell.phrase("cli.suggest_round", &values)));
        if !round.stops.is_empty() {
            let places: Vec<String> = round.stops.iter().map(|stop| self.name_at(*stop)).collect();
            let values = [("courier", &*name), ("places", &places.join(" / "))];
            lines.push(indented(&shell.phrase("cli.suggest_then", &values)));
        }
    }

    /// A suggestion that was kept: when it was found, what was asked, what became of it, what it says.
    pub(super) fn kept(&self, id: &str, kept: &KeptSuggestion, lines: &mut Vec<String>) {
        let shell = self.desk.shell;
        let became = match kept.became {
            Became::Open => shell.word("cli.suggestion_open"),
            Became::Over => shell.word("cli.suggestion_over"),
            Became::Accepted { by, at_ms } => self.decided("cli.suggestion_accepted", by, at_ms),
            Became::Refused { by, at_ms } => self.decided("cli.suggestion_refused", by, at_ms),
        };
        self.replan(&format!("{id} · {became}"), &kept.suggestion.replan, lines);
        let (time, by) = (self.when(kept.found_ms), self.desk.name(kept.asked_by));
        lines.push(indented(&shell.phrase("cli.suggestion_found", &[("time", &*time), ("name", &by)])));
        self.asked(kept, lines);
    }

    fn decided(&self, key: &str, by: MemberId, time: Timestamp) -> String {
        self.desk.shell.phrase(key, &[("name", &*self.desk.name(by)), ("time", &self.when(time))])
    }

    /// The minute, or the day if it is another.
    fn when(&self, time: Timestamp) -> String {
        self.desk.zone.day_or_minute(time, self.desk.shell.moment().time)
    }

    fn asked(&self, kept: &KeptSuggestion, lines: &mut Vec<String>) {
        let (desk, shell, asked) = (self.desk, self.desk.shell, &kept.asked);
        for courier in &asked.couriers {
            let values = [
                ("courier", &*desk.name(courier.courier)),
                ("from", &desk.zone.minute(courier.shift.from_ms)),
                ("until", &desk.zone.minute(courier.shift.until_ms)),
                ("litres", &courier.litres.to_string()),
                ("kilograms", &courier.kilograms.to_string()),
            ];
            lines.push(indented(&shell.phrase("cli.suggestion_courier", &values)));
        }
        let minutes = |seconds: u32| u64::from(seconds).div_ceil(MINUTE).to_string();
        let later = asked.later_seconds.map_or_else(
            || shell.word("cli.suggestion_within_windows"),
            |seconds| shell.phrase("cli.suggestion_later", &[("minutes", &minutes(seconds))]),
        );
        if let Some(out) = asked.without {
            lines.push(indented(&shell.phrase("cli.suggestion_out", &[("courier", &*desk.name(out))])));
        } else if kept.suggestion.replan.placed.is_empty() {
            let (gain, per_order) = (minutes(asked.gain_seconds), minutes(asked.gain_seconds_per_order));
            let values = [("gain", &*gain), ("per_order", &per_order)];
            lines.push(indented(&shell.phrase("cli.suggestion_worth", &values)));
        }
        lines.push(indented(&later));
        lines.push(indented(&desk.ways(&asked.travel)));
    }

    /// Whose a round is.
    fn courier(&self, round: RoundId, replan: &SuggestedReplan) -> String {
        let changed = replan.rounds.iter().map(|changed| (changed.round, changed.courier));
        let out = replan.out.map(|out| (out.round, out.courier));
        let courier = changed.chain(out).find(|(changed, _)| *changed == round);
        courier.map_or_else(|| "?".to_owned(), |(_, courier)| self.desk.name(courier))
    }

    /// Who lives or sells there: enough to tell stops apart.
    fn name_at(&self, stop: StopId) -> String {
        self.cards.get(&stop).map_or_else(|| "?".to_owned(), |card| card.name.reveal().clone())
    }

    /// Who and where.
    pub(super) fn place(&self, stop: StopId) -> String {
        self.cards.get(&stop).map_or_else(|| "?".to_owned(), place::line)
    }
}

fn indented(line: &str) -> String {
    format!("   {line}")
}
