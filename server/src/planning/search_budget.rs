//! How long a plan is looked for: for some time, or for some steps that must be done within a time.

use core_sync::domain::coordinator_command::FieldError;
use core_sync::wire::plan::PlanRequest;
use planner::{Budget, Pace};

/// Seconds of search where nobody says: 150 orders come within a twentieth of what a minute finds.
const SECONDS: u32 = 3;
/// Seconds of search at most: with four for the ways and one for what comes after, two who ask at once are answered before a
/// request takes too long (30 s).
pub const SECONDS_MAX: u32 = 10;
/// Seconds after the search in which orders left out are tried once more, and what would make room for them. It takes less
/// but for days of hundreds of stops and dozens of couriers; then less is told.
pub(super) const SECONDS_AFTER: u32 = 1;
/// Steps of search at most: about as many as [`SECONDS_MAX`] holds of a dozen orders; of more orders it holds fewer. It is an
/// end also where the clock stands, as that of a test or of the demo does.
pub(super) const STEPS_MAX: u64 = 1_000_000;

/// How long a plan is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchBudget {
    /// So many seconds, which is as much as the machine can do in them.
    Seconds(u32),
    /// So many steps, whatever the machine; [`SECONDS_MAX`] end them all the same, so that nobody holds the planner.
    Steps(u64),
}

impl SearchBudget {
    /// What a request asks for.
    pub fn of(request: &PlanRequest) -> Result<Self, FieldError> {
        match (request.seconds, request.steps) {
            (Some(_), Some(_)) => Err(FieldError::new("steps", "no steps where seconds are said")),
            (None, Some(steps)) if (1..=STEPS_MAX).contains(&steps) => Ok(Self::Steps(steps)),
            (None, Some(_)) => Err(FieldError::new("steps", format!("1 to {STEPS_MAX}"))),
            (seconds, None) => {
                let seconds = seconds.unwrap_or(SECONDS);
                let fits = (1..=SECONDS_MAX).contains(&seconds);
                fits.then_some(Self::Seconds(seconds))
                    .ok_or_else(|| FieldError::new("seconds", format!("1 to {SECONDS_MAX}")))
            }
        }
    }

    /// The same for the planner.
    #[must_use]
    pub const fn budget(self) -> Budget {
        match self {
            Self::Seconds(_) => Budget::Asked,
            Self::Steps(steps) => Budget::Steps(steps),
        }
    }

    /// How to go on after so many milliseconds.
    #[must_use]
    pub fn pace(self, elapsed_ms: u64) -> Pace {
        match self {
            Self::Seconds(seconds) => {
                #[expect(clippy::cast_precision_loss, reason = "a few thousand milliseconds")]
                let elapsed = elapsed_ms as f64;
                if elapsed_ms >= u64::from(seconds + SECONDS_AFTER) * 1_000 {
                    return Pace::Stop;
                }
                Pace::Used(elapsed / (f64::from(seconds) * 1_000.0))
            }
            Self::Steps(_) if elapsed_ms >= u64::from(SECONDS_MAX) * 1_000 => Pace::Stop,
            Self::Steps(_) => Pace::Used(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seconds: Option<u32>, steps: Option<u64>) -> Result<SearchBudget, String> {
        let request = PlanRequest { drafts: Vec::new(), couriers: Vec::new(), seconds, steps, even: None };
        SearchBudget::of(&request).map_err(|error| error.field)
    }

    #[test]
    fn seconds_or_steps_but_not_both_and_neither_without_end() {
        assert_eq!(of(None, None), Ok(SearchBudget::Seconds(SECONDS)));
        assert_eq!(of(Some(SECONDS_MAX), None), Ok(SearchBudget::Seconds(SECONDS_MAX)));
        assert_eq!(of(None, Some(STEPS_MAX)), Ok(SearchBudget::Steps(STEPS_MAX)));
        for wrong in [Some(0), Some(SECONDS_MAX + 1)] {
            assert_eq!(of(wrong, None), Err("seconds".into()));
        }
        for wrong in [Some(0), Some(STEPS_MAX + 1)] {
            assert_eq!(of(None, wrong), Err("steps".into()));
        }
        assert_eq!(of(Some(1), Some(1)), Err("steps".into()));
    }

    #[test]
    fn steps_are_ended_by_the_longest_time_and_by_nothing_before() {
        let steps = SearchBudget::Steps(7);
        assert_eq!(steps.budget(), Budget::Steps(7));
        assert_eq!((steps.pace(0), steps.pace(9_999)), (Pace::Used(0.0), Pace::Used(0.0)));
        assert_eq!(steps.pace(10_000), Pace::Stop);
        let seconds = SearchBudget::Seconds(2);
        assert_eq!((seconds.budget(), seconds.pace(1_000)), (Budget::Asked, Pace::Used(0.5)));
        // What comes after the search has an end as well.
        assert_eq!((seconds.pace(2_999), seconds.pace(3_000)), (Pace::Used(1.4995), Pace::Stop));
    }
}
