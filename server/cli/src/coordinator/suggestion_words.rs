//! Suggestions in words, with the names that a coordinator may see.

use std::collections::BTreeMap;

use core_sync::domain::card::CardText;
use core_sync::domain::ids::{MemberId, RoundId, StopId};
use core_sync::wire::board::Board;
use core_sync::wire::draft::Drafts;
use core_sync::wire::round::RoundView;
use core_sync::wire::suggestion::{
    Became, KeptSuggestion, MovedOrder, PlacedOrder, SuggestedChange, SuggestedRound,
};

use super::send::Desk;
use crate::failure::Failure;
use crate::place;

/// Seconds in a minute.
const MINUTE: u64 = 60;

/// What stops and rounds are called.
pub(super) struct Words<'a> {
    pub(super) desk: &'a Desk<'a>,
    rounds: BTreeMap<RoundId, RoundView>,
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
        let rounds = board.rounds.into_iter().map(|round| (round.id, round)).collect();
        Ok(Self { desk, rounds, cards })
    }

    /// A change, after its number or whatever else names it.
    pub(super) fn change(&self, name: &str, change: &SuggestedChange, lines: &mut Vec<String>) {
        lines.push(format!("{name}. {}", self.worth(change)));
        let mut ways: BTreeMap<(RoundId, RoundId), Vec<&MovedOrder>> = BTreeMap::new();
        for moved in &change.moved {
            ways.entry((moved.from, moved.to)).or_default().push(moved);
        }
        for ((from, to), orders) in &ways {
            let doors: Vec<String> =
                orders.iter().filter_map(|order| Some(self.place(*order.stops.last()?))).collect();
            let (from, to) = (self.courier(*from), self.courier(*to));
            let values = [("from", &*from), ("to", &to), ("places", &doors.join(" / "))];
            lines.push(indented(&self.desk.shell.count_with("cli.suggest_move", orders.len(), &values)));
        }
        lines.extend(change.placed.iter().map(|placed| indented(&self.placed(placed))));
        change.rounds.iter().for_each(|round| self.round(round, lines));
    }

    /// What it saves or adds, and who is later.
    fn worth(&self, change: &SuggestedChange) -> String {
        let shell = self.desk.shell;
        let later = change.later.map_or_else(
            || shell.word("cli.suggest_nobody_later"),
            |later| {
                let minutes = u64::from(later.seconds).div_ceil(MINUTE).to_string();
                let values = [("place", &*self.place(later.stop)), ("minutes", &minutes)];
                shell.phrase("cli.suggest_later", &values)
            },
        );
        let (key, seconds) = if change.gain_seconds > 0 {
            ("cli.suggest_gain", change.gain_seconds)
        } else {
            let sum = |of: fn(&SuggestedRound) -> u64| change.rounds.iter().map(of).sum::<u64>();
            let before = sum(|round| round.ridden_seconds_before);
            ("cli.suggest_adds", sum(|round| round.ridden_seconds).saturating_sub(before))
        };
        let minutes = (seconds / MINUTE).to_string();
        shell.phrase(key, &[("minutes", &minutes), ("later", &later)])
    }

    fn placed(&self, placed: &PlacedOrder) -> String {
        let door = placed.stops.last().map(|stop| self.place(*stop)).unwrap_or_default();
        let time = self.desk.zone.minute(placed.begins_ms);
        let values = [("place", &*door), ("courier", &self.courier(placed.to)), ("time", &time)];
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
        let (shell, zone) = (self.desk.shell, &self.desk.zone);
        let became = match kept.became {
            Became::Open => shell.word("cli.suggestion_open"),
            Became::Over => shell.word("cli.suggestion_over"),
            Became::Accepted { by, at_ms } => self.decided("cli.suggestion_accepted", by, zone.minute(at_ms)),
            Became::Refused { by, at_ms } => self.decided("cli.suggestion_refused", by, zone.minute(at_ms)),
        };
        self.change(&format!("{id} · {became}"), &kept.suggestion.change, lines);
        let (time, by) = (zone.minute(kept.found_ms), self.desk.name(kept.asked_by));
        lines.push(indented(&shell.phrase("cli.suggestion_found", &[("time", &*time), ("name", &by)])));
        self.asked(kept, lines);
    }

    fn decided(&self, key: &str, by: MemberId, time: String) -> String {
        self.desk.shell.phrase(key, &[("name", &*self.desk.name(by)), ("time", &time)])
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
        let (gain, later) = (minutes(asked.gain_seconds), minutes(asked.later_seconds));
        let per_order = minutes(asked.gain_seconds_per_order);
        let values = [("gain", &*gain), ("per_order", &per_order), ("later", &later)];
        lines.push(indented(&match asked.without {
            Some(out) => shell.phrase("cli.suggestion_out", &[("courier", &*desk.name(out))]),
            None if kept.suggestion.change.placed.is_empty() => shell.phrase("cli.suggestion_terms", &values),
            None => shell.word("cli.suggestion_must_go"),
        }));
        lines.push(indented(&desk.ways(&asked.travel)));
    }

    fn courier(&self, round: RoundId) -> String {
        let courier = self.rounds.get(&round).map(|round| round.courier);
        courier.map_or_else(|| "?".to_owned(), |courier| self.desk.name(courier))
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
