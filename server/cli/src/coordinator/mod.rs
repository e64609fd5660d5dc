//! `tournee coordinator`: plans rounds and watches them. One command here is one act on the server.

mod add;
mod amend;
mod aside;
mod board;
mod card_arguments;
mod couriers;
mod handover;
mod items;
mod moves;
mod plan;
mod send;
mod short_id;
mod suggest;
mod suggestion_words;
mod suggestions;

use clap::{Args, Subcommand};
use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::RoundId;
use core_sync::domain::reasons::WithdrawReason;

use crate::api_client::{Api, ServerArguments};
use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;
pub(crate) use send::numbers;
use send::{Desk, stop_ids, stop_of};

/// What a coordinator does.
#[derive(Debug, Args)]
pub(crate) struct CoordinatorArguments {
    #[command(flatten)]
    server: ServerArguments,
    #[command(subcommand)]
    act: CoordinatorAct,
}

#[derive(Debug, Subcommand)]
enum CoordinatorAct {
    /// Make a round for a courier.
    MakeRound {
        /// The courier, by name or id.
        courier: String,
    },
    /// Add a stop to a courier's round.
    Add(add::AddArguments),
    /// Change a stop: what is not given stays.
    Amend(amend::AmendArguments),
    /// Take a stop out of the plan.
    Withdraw {
        #[command(flatten)]
        round: RoundArgument,
        /// The stop's number.
        stop: usize,
        /// Why: cancelled, moved, mistake or postponed.
        #[arg(long, value_parser = reason, default_value = "cancelled")]
        reason: WithdrawReason,
    },
    /// Erase who and where of a stop that is done or withdrawn, in every version and on every phone.
    Erase {
        #[command(flatten)]
        round: RoundArgument,
        /// The stop's number.
        stop: usize,
    },
    /// Set the sequence of the remaining stops.
    Sequence {
        #[command(flatten)]
        round: RoundArgument,
        /// The numbers of all remaining stops, such as 3,1,2.
        stops: String,
    },
    /// Move stops that remain to another round.
    Move(moves::MoveArguments),
    /// Give what remains of a round to another courier.
    Give(moves::GiveArguments),
    /// Write the parcels of a stop to a note for the shop, ids only: `tournee shop given --of` reads it.
    Handover(handover::HandoverArguments),
    /// Show what is to settle, each side with who, when tapped and when received.
    Items,
    /// Settle an item with one of the answers it offers.
    Settle(items::SettleArguments),
    /// Make a draft: a round that nobody holds yet. Add stops to it by its id.
    MakeDraft,
    /// Show the drafts that nobody took.
    Drafts,
    /// Take a draft for a courier: it becomes their round.
    Take {
        /// The draft's id.
        #[arg(allow_hyphen_values = true)]
        draft: RoundId,
        /// The courier, by name or id.
        #[arg(long = "for", value_name = "COURIER")]
        courier: String,
    },
    /// Show how the stops of drafts could be ridden, and why some could not. Changes nothing.
    Plan(plan::PlanArguments),
    /// Show what couriers who ride now could spare each other, or where new orders fit. No round changes by it.
    Suggest(suggest::SuggestArguments),
    /// Show the suggestions that were found, what was asked then and what became of them.
    Suggestions,
    /// Make the rounds of a plan, what it leaves out stays in its drafts; or do what a suggestion says, all of it or nothing.
    Accept(plan::AcceptArguments),
    /// Say no to a suggestion: an exchange is not made again for a day, while the plans stand as they are.
    Refuse(suggestions::RefuseArguments),
    /// List the changes that stand outside the rounds: refused, or held of a device that was shut out.
    Aside,
    /// Let acts of such a change into the round, as they were tapped.
    Release(aside::AsideArguments),
    /// Leave acts of such a change out of the round.
    Reject(aside::AsideArguments),
    /// Show every round.
    Board {
        /// Only if something happened since this cursor of an earlier board.
        #[arg(long)]
        after: Option<String>,
    },
}

/// Which round.
#[derive(Debug, Clone, Args)]
pub(crate) struct RoundArgument {
    /// The courier whose round it is, by name, or the id of the round or draft.
    #[arg(allow_hyphen_values = true)]
    round: String,
    /// The plan version you decided on; without it the version of this moment.
    #[arg(long)]
    plan_version: Option<String>,
}

fn reason(code: &str) -> Result<WithdrawReason, String> {
    code.parse().map_err(|()| "choose cancelled, moved, mistake or postponed".to_owned())
}

/// Runs it.
pub(crate) async fn run(arguments: CoordinatorArguments, shell: &Shell) -> Result<Output, Failure> {
    let api = Api::new(&arguments.server, shell)?;
    let desk = Desk::open(&api, shell).await?;
    match arguments.act {
        CoordinatorAct::MakeRound { courier } => {
            let member = crate::admin::find(&desk.members, &courier, shell)?.member;
            let round = RoundId::random(&mut shell.random());
            desk.send(round, None, CoordinatorCommand::MakeRound { courier: member }).await
        }
        CoordinatorAct::Add(arguments) => add::run(arguments, &desk).await,
        CoordinatorAct::Amend(arguments) => amend::run(arguments, &desk).await,
        CoordinatorAct::Withdraw { round, stop, reason } => {
            let found = desk.find(&round).await?;
            let stop = stop_of(&found.view, stop, shell)?.id;
            desk.send_to(&found, CoordinatorCommand::WithdrawStop { stop, reason }).await
        }
        CoordinatorAct::Erase { round, stop } => {
            let found = desk.find(&round).await?;
            let stop = stop_of(&found.view, stop, shell)?.id;
            desk.send_to(&found, CoordinatorCommand::EraseCard { stop }).await
        }
        CoordinatorAct::Sequence { round, stops } => {
            let found = desk.find(&round).await?;
            let stops = stop_ids(&found.view, &stops, shell)?;
            let saw = found.view.courier_sequence;
            desk.send_to(&found, CoordinatorCommand::Sequence { stops, saw }).await
        }
        CoordinatorAct::Move(arguments) => moves::move_stops(arguments, &desk).await,
        CoordinatorAct::Give(arguments) => moves::give(arguments, &desk).await,
        CoordinatorAct::Handover(arguments) => handover::run(arguments, &desk).await,
        CoordinatorAct::Items => items::list(&desk).await,
        CoordinatorAct::Settle(arguments) => items::settle(arguments, &desk).await,
        CoordinatorAct::MakeDraft => {
            let draft = RoundId::random(&mut shell.random());
            desk.send(draft, None, CoordinatorCommand::MakeDraft {}).await
        }
        CoordinatorAct::Drafts => crate::drafts::list(&api, shell, &desk.zone).await,
        CoordinatorAct::Take { draft, courier } => {
            let courier = crate::admin::find(&desk.members, &courier, shell)?.member;
            let found = crate::drafts::find(&api, draft, shell).await?;
            desk.send(draft, Some(found.plan_version), CoordinatorCommand::TakeDraft { courier }).await
        }
        CoordinatorAct::Plan(arguments) => plan::plan(arguments, &desk).await,
        CoordinatorAct::Suggest(arguments) => suggest::run(arguments, &desk).await,
        CoordinatorAct::Suggestions => suggestions::list(&desk).await,
        CoordinatorAct::Accept(arguments) => match arguments.suggestion() {
            Some(typed) => suggestions::accept(typed, &desk).await,
            None => plan::accept(arguments, &desk).await,
        },
        CoordinatorAct::Refuse(arguments) => suggestions::refuse(arguments, &desk).await,
        CoordinatorAct::Aside => aside::list(&desk).await,
        CoordinatorAct::Release(arguments) => aside::decide(&arguments, true, &desk).await,
        CoordinatorAct::Reject(arguments) => aside::decide(&arguments, false, &desk).await,
        CoordinatorAct::Board { after } => board::run(&desk, after.as_deref()).await,
    }
}
