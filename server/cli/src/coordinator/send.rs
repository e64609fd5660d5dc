//! The coordinator's desk: finds rounds and stops by the names people use, and sends one act.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{ActId, MemberId, PlanVersion, RoundId, StopId};
use core_sync::domain::time::{Milliseconds, Timestamp, Window};
use core_sync::wire::board::Board;
use core_sync::wire::command::{CommandAnswer, CommandRequest};
use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::members::Members;
use core_sync::wire::plan::{LeftOutStops, TravelSaid, WouldFitView};
use core_sync::wire::round::{RoundView, StopView};
use serde_json::json;

use super::RoundArgument;
use super::board::round_text;
use crate::api_client::Api;
use crate::drafts;
use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;
use crate::zoned::Zone;

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// What a coordinator has before her.
pub(super) struct Desk<'a> {
    pub(super) api: &'a Api<'a>,
    pub(super) shell: &'a Shell,
    pub(super) members: Members,
    pub(super) zone: Zone,
}

/// A round with the version that was decided on.
pub(super) struct FoundRound {
    pub(super) view: RoundView,
    pub(super) version: PlanVersion,
}

impl<'a> Desk<'a> {
    /// Asks who is in the co-op and which time zone draws its times.
    pub(super) async fn open(api: &'a Api<'a>, shell: &'a Shell) -> Result<Self, Failure> {
        let members: Members = api.get("/v1/members").await?;
        let zone = Zone::named(&members.time_zone, shell.language)?;
        Ok(Self { api, shell, members, zone })
    }

    /// What a member is called.
    pub(super) fn name(&self, member: MemberId) -> String {
        let known = self.members.members.iter().find(|known| known.member == member);
        known.map_or_else(|| member.to_string(), |known| known.name.reveal().clone())
    }

    /// Why stops are in no round, in words.
    pub(super) fn left_out(&self, left: &LeftOutStops) -> String {
        let clock = |time: fn(Window) -> Timestamp| {
            left.window.map(|window| self.zone.minute(time(window))).unwrap_or_default()
        };
        let values = [
            ("litres", &*left.litres.to_string()),
            ("kilograms", &left.kilograms.to_string()),
            ("from", &clock(|window| window.from_ms)),
            ("until", &clock(|window| window.until_ms)),
        ];
        self.shell.phrase(&format!("left_out.{}", left.reason), &values)
    }

    /// What would make room for what has that window at its door, in words.
    pub(super) fn would_fit(&self, would: WouldFitView, window: Option<Window>) -> String {
        let (shell, zone) = (self.shell, &self.zone);
        match would {
            WouldFitView::AnotherTime { courier, begins_ms } => {
                // The nearest that would do: a minute that is begun counts where it is later than what is wanted.
                let is_later = window.is_some_and(|window| begins_ms > window.until_ms);
                let rounded = Milliseconds(if is_later { MINUTE_MS - 1 } else { 0 });
                let time = zone.minute(begins_ms.plus(rounded));
                let values = [("courier", &*self.name(courier)), ("time", &time)];
                shell.phrase("would_fit.another_time", &values)
            }
            WouldFitView::LongerShift { courier, returns_ms } => {
                // A minute that is begun counts: until the one before it would not do.
                let until = returns_ms.plus(Milliseconds(MINUTE_MS - 1));
                let values = [("courier", &*self.name(courier)), ("time", &zone.minute(until))];
                shell.phrase("would_fit.longer_shift", &values)
            }
            WouldFitView::OneMoreBike { like } => {
                shell.phrase("would_fit.one_more_bike", &[("courier", &self.name(like))])
            }
            WouldFitView::LargerBox { courier, litres, kilograms } => {
                let (litres, kilograms) = (litres.to_string(), kilograms.to_string());
                let values =
                    [("courier", &*self.name(courier)), ("litres", &litres), ("kilograms", &kilograms)];
                let key = match (litres.as_str(), kilograms.as_str()) {
                    (_, "0") => "would_fit.larger_box_litres",
                    ("0", _) => "would_fit.larger_box_kilograms",
                    _ => "would_fit.larger_box",
                };
                shell.phrase(key, &values)
            }
        }
    }

    /// Where the times of ways come from, in words.
    pub(super) fn ways(&self, said: &TravelSaid) -> String {
        let of = |code: &str| core_sync::texts::word_of(self.shell.language, "travel", code).to_owned();
        let source = of(&said.source);
        match &said.fell_back {
            None => self.shell.phrase("cli.plan_travel", &[("source", &*source)]),
            Some(fell_back) => {
                let (ways, all) = (fell_back.ways.to_string(), fell_back.of.to_string());
                let why = of(&fell_back.why);
                let values = [("source", &*source), ("ways", &ways), ("of", &all), ("why", &why)];
                self.shell.phrase("cli.plan_travel_fell_back", &values)
            }
        }
    }

    /// The round meant: by its id, or the newest of the courier that is not finished.
    pub(super) async fn find(&self, argument: &RoundArgument) -> Result<FoundRound, Failure> {
        let view = self.find_view(&argument.round).await?;
        let version = match &argument.plan_version {
            Some(text) => text
                .parse()
                .map_err(|error| Failure::yours("plan_version", format!("--plan-version: {error}")))?,
            None => view.plan_version,
        };
        Ok(FoundRound { view, version })
    }

    async fn find_view(&self, wanted: &str) -> Result<RoundView, Failure> {
        let board: Board = self.api.get("/v1/board").await?;
        let id: Option<RoundId> = wanted.parse().ok();
        let mut rounds: Vec<RoundView> = board
            .rounds
            .into_iter()
            .filter(|round| {
                Some(round.id) == id || round.courier_name.reveal().to_lowercase() == wanted.to_lowercase()
            })
            .collect();
        // Of several the one that is ridden; of several that are ridden, or are all done, none is guessed.
        if rounds.iter().any(|round| !round.finished) {
            rounds.retain(|round| !round.finished || Some(round.id) == id);
        }
        match (rounds.pop(), rounds.is_empty()) {
            (Some(round), true) => Ok(round),
            (Some(last), false) => {
                let ids: Vec<String> =
                    rounds.iter().chain([&last]).map(|round| round.id.to_string()).collect();
                let values = [("name", wanted), ("ids", &ids.join(", "))];
                Err(Failure::yours("which_round", self.shell.phrase("cli.which_round", &values)))
            }
            (None, _) if id.is_some() => {
                let draft = drafts::find(self.api, id.unwrap_or(RoundId([0; 16])), self.shell).await?;
                Ok(drafts::as_round(draft))
            }
            (None, _) => Err(Failure::yours(
                "no_such_round",
                self.shell.phrase("cli.no_such_round", &[("name", wanted)]),
            )),
        }
    }

    /// Sends a command to a round that was found.
    pub(super) async fn send_to(
        &self,
        round: &FoundRound,
        command: CoordinatorCommand,
    ) -> Result<Output, Failure> {
        self.send(round.view.id, Some(round.version), command).await
    }

    /// What was shown, and another round beneath it.
    pub(super) async fn with_round(&self, mut output: Output, id: RoundId) -> Result<Output, Failure> {
        let view: RoundView = self.api.get(&format!("/v1/rounds/{id}")).await?;
        output.text = format!("{}\n\n{}", output.text.trim_end(), round_text(&view, self));
        if let Some(json) = output.json.as_object_mut() {
            json.insert("to".to_owned(), json!(view));
        }
        Ok(output)
    }

    /// Sends a command under a fresh act id and shows the round as it is afterwards.
    pub(super) async fn send(
        &self,
        round: RoundId,
        plan_version: Option<PlanVersion>,
        command: CoordinatorCommand,
    ) -> Result<Output, Failure> {
        let act = ActId::random(&mut self.shell.random());
        let request = CommandRequest { act, round, plan_version, command };
        let sent: Result<CommandAnswer, Failure> = self.api.post("/v1/commands", &request).await;
        match sent {
            Ok(CommandAnswer::Round(view)) => {
                Ok(Output::new(round_text(&view, self), json!({ "act": act, "round": view })))
            }
            Ok(CommandAnswer::Draft(draft)) => {
                let text = drafts::text(&draft, self.shell, &self.zone);
                Ok(Output::new(text, json!({ "act": act, "draft": draft })))
            }
            Err(mut failure) if failure.code == ErrorCode::PlanVersionStale.code() => {
                // What it is now came with the no: show it, so that the next decision is on it.
                let now = ["round", "draft"].into_iter().find_map(|name| failure.details.get(name).cloned());
                let text = now.and_then(|now| serde_json::from_value(now).ok()).map(|now| match now {
                    CommandAnswer::Round(view) => round_text(&view, self),
                    CommandAnswer::Draft(draft) => drafts::text(&draft, self.shell, &self.zone),
                });
                if let Some(text) = text {
                    failure.sentence = format!("{}\n\n{text}", failure.sentence);
                }
                Err(failure)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// The stop of a number.
pub(super) fn stop_of<'v>(
    view: &'v RoundView,
    number: usize,
    shell: &Shell,
) -> Result<&'v StopView, Failure> {
    view.stops.iter().find(|stop| stop.number == number).ok_or_else(|| {
        Failure::yours("no_such_stop", shell.phrase("cli.no_stop_number", &[("number", &number.to_string())]))
    })
}

/// The stops of a list such as `3,1,2`.
pub(super) fn stop_ids(view: &RoundView, list: &str, shell: &Shell) -> Result<Vec<StopId>, Failure> {
    numbers(list, shell)?.into_iter().map(|number| Ok(stop_of(view, number, shell)?.id)).collect()
}

/// Numbers with commas between them.
pub(crate) fn numbers(list: &str, shell: &Shell) -> Result<Vec<usize>, Failure> {
    list.split(',')
        .map(|number| number.trim().parse())
        .collect::<Result<_, _>>()
        .map_err(|_| Failure::yours("numbers", shell.phrase("cli.not_numbers", &[("text", list)])))
}
