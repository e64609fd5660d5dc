//! The account as a dozen lines for a person, in her language.

use core_sync::texts::{Language, phrase, word};

use super::account::Account;
use super::ledger::{Disagreement, Outcome, Row};

/// Lost acts named at most: more are a disaster that a file tells better.
const LOST_NAMED_MAX: usize = 12;
const BYTES_IN_KB: u64 = 1_000;

impl Account {
    /// The lines.
    #[must_use]
    pub fn lines(&self, language: Language) -> Vec<String> {
        let [acts, offline, kills] =
            [self.acts.to_string(), self.acts_offline.to_string(), self.server_kills.to_string()];
        let percent = (self.acts_offline * 100 / self.acts.max(1)).to_string();
        let mut lines = vec![phrase(
            language,
            "town.account.acts",
            &[("acts", &acts), ("offline", &offline), ("percent", &percent), ("kills", &kills)],
        )];
        lines.extend(self.checked(language));
        let couriers = u64::try_from(self.couriers.max(1)).unwrap_or(1);
        let each = |sum: u64| (sum / couriers).to_string();
        let (trips, up, down) =
            (each(self.round_trips), each(self.bytes_up / BYTES_IN_KB), each(self.bytes_down / BYTES_IN_KB));
        let cost = [("trips", trips.as_str()), ("up", &up), ("down", &down)];
        lines.push(phrase(language, "town.account.cost", &cost));
        lines.push(self.riding(language));
        let (settled, open) = (self.disagreements_settled, self.disagreements_open);
        let met = (settled + open).to_string();
        let (settled, open) = (settled.to_string(), open.to_string());
        let values = [("met", met.as_str()), ("settled", &settled), ("open", &open)];
        lines.push(phrase(language, "town.account.disagreements", &values));
        lines.extend(Row::ALL.iter().map(|row| format!("  {}", self.example(*row, language))));
        lines
    }

    /// Hours on the road, planned and as they came.
    fn riding(&self, language: Language) -> String {
        let (planner, nearest) = (self.ride_hours_planner, self.ride_hours_nearest_first);
        let percent = if nearest > 0.0 { 100.0 * (1.0 - planner / nearest) } else { 0.0 };
        let hours = |hours: f64| {
            let minutes = (hours * 60.0).round() as u32;
            format!("{} h {:02}", minutes / 60, minutes % 60)
        };
        let (planner, nearest, ridden) = (hours(planner), hours(nearest), hours(self.ride_hours_ridden));
        let percent = format!("{percent:.0}");
        let values = [
            ("planner", planner.as_str()),
            ("nearest", &nearest),
            ("percent", &percent),
            ("ridden", &ridden),
        ];
        phrase(language, "town.account.riding", &values)
    }

    /// What is lost, and who says so.
    fn checked(&self, language: Language) -> Vec<String> {
        let Some(checked) = &self.checked_from_outside else {
            return vec![word(language, "town.account.unchecked").to_owned()];
        };
        let lost = checked.lost.to_string();
        let values = [("lost", lost.as_str()), ("python", &checked.python)];
        let mut lines = Vec::new();
        if !checked.covers(self.acts) {
            let (known, acts) = (checked.acts.to_string(), self.acts.to_string());
            let contradicted = checked.contradicted.to_string();
            let values = [("known", known.as_str()), ("acts", &acts), ("contradicted", &contradicted)];
            lines.push(phrase(language, "town.account.incomplete", &values));
        }
        lines.push(phrase(language, "town.account.lost", &values));
        for lost in checked.lost_acts.iter().take(LOST_NAMED_MAX) {
            let what = word(language, &format!("kind.{}", lost.what)).to_owned();
            let values = [
                ("clock", lost.clock.as_str()),
                ("courier", &lost.courier),
                ("what", &what),
                ("act", &lost.act),
            ];
            lines.push(format!("  {}", phrase(language, "town.account.lost_act", &values)));
        }
        lines
    }

    /// One kind of disagreement: how often, and the first of those that ended, or of all.
    fn example(&self, row: Row, language: Language) -> String {
        let code = row.code();
        let of_kind = || self.disagreements.iter().filter(|one| one.kind == code);
        let kind = word(language, &format!("town.row.{code}")).to_owned();
        let times = of_kind().count().to_string();
        let ended =
            |one: &&Disagreement| matches!(one.outcome, Outcome::Answered { .. } | Outcome::ByRule(_));
        let ended = of_kind().find(ended).or_else(|| of_kind().next());
        let Some(Disagreement { clock, people, outcome, .. }) = ended else {
            return phrase(language, "town.account.none", &[("kind", &kind)]);
        };
        let (people, outcome) = (people.join(", "), outcome_text(outcome, language));
        let values = [
            ("kind", kind.as_str()),
            ("times", &times),
            ("clock", clock),
            ("people", &people),
            ("outcome", &outcome),
        ];
        phrase(language, "town.account.example", &values)
    }
}

fn outcome_text(outcome: &Outcome, language: Language) -> String {
    match outcome {
        Outcome::Open => word(language, "town.outcome.open").to_owned(),
        Outcome::Superseded => word(language, "town.outcome.superseded").to_owned(),
        Outcome::Answered { answer, holds } => {
            let answer = match holds {
                Some(kind) => {
                    let what = word(language, &format!("kind.{kind}")).to_owned();
                    phrase(language, "town.outcome.holds", &[("what", &what)])
                }
                None => word(language, &format!("answer.{answer}")).to_owned(),
            };
            phrase(language, "town.outcome.answered", &[("answer", &answer)])
        }
        Outcome::ByRule(code) => word(language, &format!("town.outcome.{code}")).to_owned(),
    }
}
