//! `suggestions`, `accept` and `refuse`: what was found, and a person's yes or no.

use clap::Args;
use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{RoundId, SuggestionId};
use core_sync::wire::suggestion::KeptSuggestions;
use serde_json::json;

use super::send::Desk;
use super::suggestion_words::Words;
use crate::failure::Failure;
use crate::output::Output;

/// A suggestion to say no to.
#[derive(Debug, Args)]
pub(super) struct RefuseArguments {
    /// Its id, as `suggest` or `suggestions` shows it.
    #[arg(allow_hyphen_values = true)]
    suggestion: SuggestionId,
}

/// Shows what was found this month, what was asked then and what became of it.
pub(super) async fn list(desk: &Desk<'_>) -> Result<Output, Failure> {
    let kept: KeptSuggestions = desk.api.get("/v1/suggestions").await?;
    let words = Words::read(desk).await?;
    let mut lines = Vec::new();
    for one in &kept.suggestions {
        words.kept(one, &mut lines);
    }
    if lines.is_empty() {
        lines.push(desk.shell.word("cli.suggestion_none"));
    }
    Ok(Output::new(lines.join("\n"), json!(kept)))
}

/// Does what a suggestion says, and shows the rounds that it changed.
pub(super) async fn accept(id: SuggestionId, desk: &Desk<'_>) -> Result<Output, Failure> {
    let rounds = rounds_of(id, desk).await?;
    let Some((first, others)) = rounds.split_first() else { return Err(unknown(desk)) };
    let mut output = desk.send(*first, None, CoordinatorCommand::AcceptSuggestion { suggestion: id }).await?;
    for round in others {
        output = desk.with_round(output, *round).await?;
    }
    Ok(output)
}

/// Says no.
pub(super) async fn refuse(arguments: RefuseArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let suggestion = arguments.suggestion;
    let rounds = rounds_of(suggestion, desk).await?;
    let first = *rounds.first().ok_or_else(|| unknown(desk))?;
    let output = desk.send(first, None, CoordinatorCommand::RefuseSuggestion { suggestion }).await?;
    Ok(Output::new(desk.shell.word("cli.suggestion_refused_now"), output.json))
}

/// The rounds that a suggestion changes, that of who is out last.
async fn rounds_of(id: SuggestionId, desk: &Desk<'_>) -> Result<Vec<RoundId>, Failure> {
    let kept: KeptSuggestions = desk.api.get("/v1/suggestions").await?;
    let found = kept.suggestions.into_iter().find(|kept| kept.suggestion.id == id);
    let change = found.ok_or_else(|| unknown(desk))?.suggestion.change;
    let out = change.out.map(|out| out.round);
    Ok(change.rounds.iter().map(|round| round.round).chain(out).collect())
}

fn unknown(desk: &Desk<'_>) -> Failure {
    Failure::yours("no_such_suggestion", desk.shell.word("cli.no_such_suggestion"))
}
