//! `plan` and `accept`: how the stops of drafts could be ridden, and the rounds made of it.

use std::path::{Path, PathBuf};

use clap::Args;
use core_sync::domain::coordinator_command::{CoordinatorCommand, DividedRound};
use core_sync::domain::ids::{ActId, MemberId, RoundId, StopId};
use core_sync::domain::limits::DRAFTS_DIVIDED_MAX;
use core_sync::domain::time::Window;
use core_sync::wire::command::{CommandAnswer, CommandRequest};
use core_sync::wire::draft::{DraftStopView, Drafts};
use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::plan::{Even, LeftOutStops, PlanAnswer, PlanRequest, PlannedRound};
use serde_json::json;

use super::couriers::CouriersArguments;
use super::send::Desk;
use crate::failure::Failure;
use crate::output::Output;
use crate::place;
use crate::table::table;

/// Seconds in a minute.
const MINUTE: u64 = 60;

/// What is to be planned.
#[derive(Debug, Args)]
pub(super) struct PlanArguments {
    /// The id of a draft whose stops wait, once for each; without it all drafts.
    #[arg(long = "draft", value_name = "ID", allow_hyphen_values = true)]
    drafts: Vec<RoundId>,
    #[command(flatten)]
    couriers: CouriersArguments,
    /// Seconds to look for a better plan, 1 to 10; without it 3.
    #[arg(long)]
    seconds: Option<u32>,
    /// Minutes of riding that the co-op gives for an hour that passes from who is out longest to who is out two hours
    /// less; without it 0.
    #[arg(long, value_name = "MINUTES", default_value_t = 0)]
    even_hours: u32,
    /// The same for 50 kg of a round that has 100 more than another; without it 0.
    #[arg(long, value_name = "MINUTES", default_value_t = 0)]
    even_loads: u32,
    /// Keep the plan in a file, for `accept`. It holds ids and times, no names and no addresses.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// What is to be accepted.
#[derive(Debug, Args)]
pub(super) struct AcceptArguments {
    /// The file that `plan --write` wrote, or the first characters of a suggestion's id.
    #[arg(value_name = "FILE|SUGGESTION", allow_hyphen_values = true)]
    what: PathBuf,
}

impl AcceptArguments {
    /// The suggestion that is meant, if no such file is there and it could be the beginning of an id.
    pub(super) fn suggestion(&self) -> Option<&str> {
        let is_of_id = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
        self.what.to_str().filter(|typed| !self.what.exists() && typed.chars().all(is_of_id))
    }
}

/// Asks for a plan and shows it.
pub(super) async fn plan(arguments: PlanArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let couriers = arguments.couriers.read(desk)?;
    let open: Drafts = desk.api.get("/v1/drafts").await?;
    if open.drafts.is_empty() {
        return Err(Failure::yours("no_draft", desk.shell.word("cli.no_draft")));
    }
    let waiting: Vec<RoundId> =
        open.drafts.iter().filter(|draft| !draft.stops.is_empty()).map(|draft| draft.id).collect();
    let mut more = 0;
    let drafts = if arguments.drafts.is_empty() {
        if waiting.is_empty() {
            return Err(Failure::yours("no_draft", desk.shell.word("cli.plan_nothing")));
        }
        more = waiting.len().saturating_sub(DRAFTS_DIVIDED_MAX);
        waiting.into_iter().take(DRAFTS_DIVIDED_MAX).collect()
    } else {
        arguments.drafts
    };
    let even = Even { hours_worth_minutes: arguments.even_hours, loads_worth_minutes: arguments.even_loads };
    let even = (even != Even::default()).then_some(even);
    let request = PlanRequest { drafts, couriers, seconds: arguments.seconds, steps: None, even };
    let asked = request.couriers.iter().map(|courier| courier.courier).collect();
    let plan: PlanAnswer = desk.api.post("/v1/plans", &request).await?;
    if let Some(file) = &arguments.write {
        let bytes = serde_json::to_vec_pretty(&plan).map_err(|error| unreadable(file, &error, desk))?;
        std::fs::write(file, bytes).map_err(|error| Failure::file(file, &error))?;
    }
    let known: Vec<&DraftStopView> = open.drafts.iter().flat_map(|draft| &draft.stops).collect();
    let mut text = Told { desk, known, asked }.text(&plan, arguments.write.as_deref());
    if more > 0 {
        let more = desk.shell.phrase("cli.plan_more_drafts", &[("more", &more.to_string())]);
        text = format!("{text}\n{more}");
    }
    Ok(Output::new(text, json!(plan)))
}

/// Makes the rounds of a plan.
pub(super) async fn accept(arguments: AcceptArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let file = &arguments.what;
    let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
    let plan: PlanAnswer = serde_json::from_slice(&bytes).map_err(|error| unreadable(file, &error, desk))?;
    let Some((first, also)) = plan.drafts.split_first().filter(|_| !plan.rounds.is_empty()) else {
        return Err(Failure::yours("empty_plan", desk.shell.word("cli.plan_empty")));
    };
    let mut random = desk.shell.random();
    let rounds = plan.rounds.iter().map(|round| DividedRound {
        round: RoundId::random(&mut random),
        courier: round.courier,
        stops: round.stops.iter().map(|stop| stop.stop).collect(),
    });
    let rounds: Vec<DividedRound> = rounds.collect();
    let made = rounds.len();
    let command = CoordinatorCommand::DivideDrafts { rounds: rounds.clone(), also: also.to_vec() };
    let act = ActId::random(&mut random);
    let plan_version = Some(first.plan_version);
    let request = CommandRequest { act, round: first.draft, plan_version, command };
    let sent: Result<CommandAnswer, Failure> = desk.api.post("/v1/commands", &request).await;
    let left = sent.map_err(|mut failure| {
        let stale = [ErrorCode::PlanVersionStale.code(), ErrorCode::DraftTaken.code()];
        if stale.contains(&&*failure.code) {
            failure.sentence = desk.shell.word("cli.plan_stale");
        }
        failure
    })?;
    let text = desk.shell.count("cli.plan_accepted", made);
    Ok(Output::new(text, json!({ "act": act, "rounds": rounds, "left": left })))
}

fn unreadable(file: &Path, error: &dyn std::fmt::Display, desk: &Desk<'_>) -> Failure {
    let said = desk.shell.phrase("cli.plan_file", &[("file", &file.display().to_string())]);
    Failure::yours("plan_file", format!("{said} ({error})"))
}

/// `1:05` for hours and minutes of milliseconds.
fn hours(milliseconds: i64) -> String {
    let minutes = milliseconds / 60_000;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// A plan in words, with the names that this coordinator may see.
struct Told<'a> {
    desk: &'a Desk<'a>,
    known: Vec<&'a DraftStopView>,
    /// Who was asked for.
    asked: Vec<MemberId>,
}

impl Told<'_> {
    fn text(&self, plan: &PlanAnswer, written: Option<&Path>) -> String {
        let shell = self.desk.shell;
        if plan.rounds.is_empty() && plan.left_out.is_empty() {
            return shell.word("cli.plan_nothing");
        }
        let mut text: String = plan.rounds.iter().map(|round| self.round(round)).collect();
        if plan.rounds.len() > 1 {
            text.push_str(&format!("{}\n", self.spread(&plan.rounds)));
        }
        let rides = |member: &MemberId| plan.rounds.iter().any(|round| round.courier == *member);
        let idle: Vec<String> =
            self.asked.iter().filter(|member| !rides(member)).map(|member| self.desk.name(*member)).collect();
        if !idle.is_empty() {
            let idle = shell.phrase("cli.plan_not_needed", &[("names", &idle.join(", "))]);
            text.push_str(&format!("{idle}\n"));
        }
        if !plan.left_out.is_empty() {
            text.push_str(&format!("{}\n", shell.word("cli.plan_left_out")));
            plan.left_out.iter().for_each(|left| text.push_str(&self.left_out(left)));
        }
        text.push_str(&format!("{}\n", self.desk.ways(&plan.travel)));
        text.push_str(&match written {
            _ if plan.rounds.is_empty() => shell.word("cli.plan_empty"),
            Some(file) => shell.phrase("cli.plan_written", &[("file", &file.display().to_string())]),
            None => shell.word("cli.plan_not_written"),
        });
        text
    }

    /// How uneven the rounds are, whatever was asked for.
    fn spread(&self, rounds: &[PlannedRound]) -> String {
        let least_and_most = |of: &dyn Fn(&PlannedRound) -> i64| {
            let all = || rounds.iter().map(of);
            (all().min().unwrap_or_default(), all().max().unwrap_or_default())
        };
        let out = |round: &PlannedRound| round.returns_ms.since(round.leaves_ms).0;
        let (shortest, longest) = least_and_most(&out);
        let (lightest, heaviest) =
            least_and_most(&|round| i64::try_from(round.kilograms).unwrap_or(i64::MAX));
        let values = [
            ("shortest", &*hours(shortest)),
            ("longest", &hours(longest)),
            ("lightest", &lightest.to_string()),
            ("heaviest", &heaviest.to_string()),
        ];
        self.desk.shell.phrase("cli.plan_even", &values)
    }

    fn round(&self, round: &PlannedRound) -> String {
        let (shell, zone) = (self.desk.shell, &self.desk.zone);
        let values = [
            ("courier", &*self.desk.name(round.courier)),
            ("from", &zone.minute(round.leaves_ms)),
            ("until", &zone.minute(round.returns_ms)),
            ("minutes", &round.ridden_seconds.div_ceil(MINUTE).to_string()),
            ("km", &((round.metres + 500) / 1_000).to_string()),
        ];
        let mut text = format!("{}\n", shell.count_with("cli.plan_round", round.stops.len(), &values));
        let rows = round.stops.iter().map(|stop| {
            let (kind, place) = self.stop(stop.stop);
            vec![zone.minute(stop.begins_ms), kind, place]
        });
        text.push_str(&table(&rows.collect::<Vec<_>>(), "  "));
        if let Some(Window { from_ms, until_ms }) = round.pause {
            let values = [("from", &*zone.minute(from_ms)), ("until", &zone.minute(until_ms))];
            text.push_str(&format!("  {}\n", shell.phrase("cli.plan_pause", &values)));
        }
        text
    }

    fn left_out(&self, left: &LeftOutStops) -> String {
        let places = left.stops.iter().map(|stop| self.stop(*stop).1).filter(|place| !place.is_empty());
        let places: Vec<String> = places.collect();
        let why = self.desk.left_out(left);
        let mut text = format!("  {} · {why}\n", places.last().map_or("", String::as_str));
        for would in &left.would_fit {
            text.push_str(&format!("    {}\n", self.desk.would_fit(*would, left.window)));
        }
        text
    }

    /// What kind of stop it is, and where.
    fn stop(&self, id: StopId) -> (String, String) {
        let Some(stop) = self.known.iter().find(|stop| stop.id == id) else { return Default::default() };
        let place = stop.card.as_ref().map(place::line).unwrap_or_default();
        (self.desk.shell.word(&format!("stop_kind.{}", stop.kind.code())), place)
    }
}
