//! The command `divide_drafts`: stops of drafts become rounds, in one transaction. Stops keep their ids.
//!
//! This is how a plan is accepted, and a coordinator may divide by hand the same way. What is not named stays in its
//! draft, so that what no round had room for is planned again later.

use core_sync::domain::coordinator_command::{DividedRound, FieldError, SeenDraft};
use core_sync::domain::ids::ActId;
use core_sync::domain::plan_record::{PlanRecord, Sequence};
use rand_core::Rng;

use super::acting::Acting;
use super::error::AppError;
use super::make_round::make_round_of;
use super::open_drafts::OpenDrafts;
use super::planned::{Planned, part_of, write_as};
use crate::db::draft::DraftRow;

/// Makes the rounds. `row` is the draft that the command was sent to, whose version was looked at.
pub fn divide_drafts(
    acting: &Acting<'_>,
    row: &DraftRow,
    rounds: &[DividedRound],
    also: &[SeenDraft],
    random: &mut impl Rng,
) -> Result<(), AppError> {
    let mut drafts = OpenDrafts::default();
    drafts.add(acting, row.draft)?;
    for seen in also {
        if seen.draft == row.draft {
            let expected = "drafts beside the one that the command is sent to";
            return Err(FieldError::new("command.divide_drafts.also", expected).into());
        }
        drafts.add_seen(acting, seen)?;
    }
    for (index, DividedRound { round, courier, stops }) in rounds.iter().enumerate() {
        make_round_of(acting, *round, *courier)?;
        let mut planned = Vec::new();
        for stop in stops {
            let added = drafts.take(acting, *stop, random)?.ok_or_else(|| {
                let expected = "stops that stand in the drafts named: look at the drafts";
                FieldError::new("command.divide_drafts.rounds.stops", expected)
            })?;
            planned.push((ActId(stop.0), added));
        }
        // Said, because stops without a sequence are shown by their windows.
        let sequence = Sequence { base: None, saw: None, stops: stops.clone() };
        let id = part_of(acting.request.act, index + 1);
        planned.push((id, Planned::bare(PlanRecord::Sequence(sequence))));
        write_as(acting, *round, planned)?;
    }
    drafts.close(acting)
}
