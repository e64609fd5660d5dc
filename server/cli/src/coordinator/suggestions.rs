//! `suggestions`, `accept` and `refuse`: what was found, and a person's yes or no.

use clap::Args;
use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::RoundId;
use core_sync::wire::suggestion::{KeptSuggestion, KeptSuggestions, Suggestion};
use serde_json::json;

use super::send::Desk;
use super::short_id::{means, shortest};
use super::suggestion_words::Words;
use crate::failure::Failure;
use crate::output::Output;

/// A suggestion to say no to.
#[derive(Debug, Args)]
pub(super) struct RefuseArguments {
    /// The first characters of its id, as `suggest` and `suggestions` show them.
    #[arg(allow_hyphen_values = true)]
    suggestion: String,
}

/// Shows what was found this month, what was asked then and what became of it.
pub(super) async fn list(desk: &Desk<'_>) -> Result<Output, Failure> {
    let kept = all(desk).await?;
    let words = Words::read(desk).await?;
    let mut lines = Vec::new();
    for one in &kept {
        words.kept(&short(&kept, one), one, &mut lines);
    }
    if lines.is_empty() {
        lines.push(desk.shell.word("cli.suggestion_none"));
    }
    Ok(Output::new(lines.join("\n"), json!(KeptSuggestions { suggestions: kept })))
}

/// Does what a suggestion says, and shows the rounds that it changed.
pub(super) async fn accept(typed: &str, desk: &Desk<'_>) -> Result<Output, Failure> {
    let found = find(typed, desk).await?;
    let suggestion = found.id;
    let (first, others) = rounds_of(&found, desk)?;
    let mut output = desk.send(first, None, CoordinatorCommand::AcceptSuggestion { suggestion }).await?;
    for round in others {
        output = desk.with_round(output, round).await?;
    }
    Ok(output)
}

/// Says no.
pub(super) async fn refuse(arguments: RefuseArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let found = find(&arguments.suggestion, desk).await?;
    let suggestion = found.id;
    let (first, _) = rounds_of(&found, desk)?;
    let output = desk.send(first, None, CoordinatorCommand::RefuseSuggestion { suggestion }).await?;
    let key = if found.replan.is_exchange() {
        "cli.suggestion_refused_now"
    } else {
        "cli.suggestion_refused_must_go"
    };
    Ok(Output::new(desk.shell.word(key), output.json))
}

/// What is kept, those that wait first.
pub(super) async fn all(desk: &Desk<'_>) -> Result<Vec<KeptSuggestion>, Failure> {
    Ok(desk.api.get::<KeptSuggestions>("/v1/suggestions").await?.suggestions)
}

/// As much of an id as tells it from the others.
pub(super) fn short(kept: &[KeptSuggestion], one: &KeptSuggestion) -> String {
    let ids: Vec<String> = kept.iter().map(|kept| kept.suggestion.id.to_string()).collect();
    shortest(&one.suggestion.id.to_string(), &ids)
}

async fn find(typed: &str, desk: &Desk<'_>) -> Result<Suggestion, Failure> {
    let kept = all(desk).await?;
    let found: Vec<&KeptSuggestion> =
        kept.iter().filter(|kept| means(typed, &kept.suggestion.id.to_string())).collect();
    match found.as_slice() {
        [one] => Ok(one.suggestion.clone()),
        [] => Err(unknown(typed, desk)),
        several => {
            let ids: Vec<String> = several.iter().map(|one| short(&kept, one)).collect();
            let values = [("suggestion", typed), ("ids", &*ids.join(", "))];
            let said = desk.shell.phrase("cli.which_suggestion", &values);
            Err(Failure::yours("which_suggestion", said))
        }
    }
}

/// The rounds that a suggestion changes, that of who is out last.
fn rounds_of(found: &Suggestion, desk: &Desk<'_>) -> Result<(RoundId, Vec<RoundId>), Failure> {
    let mut rounds = found.replan.rounds.iter().map(|round| round.round);
    let first = rounds.next().ok_or_else(|| unknown(&found.id.to_string(), desk))?;
    Ok((first, rounds.chain(found.replan.out.map(|out| out.round)).collect()))
}

fn unknown(typed: &str, desk: &Desk<'_>) -> Failure {
    let said = desk.shell.phrase("cli.no_such_suggestion", &[("suggestion", typed)]);
    Failure::yours("no_such_suggestion", said)
}
