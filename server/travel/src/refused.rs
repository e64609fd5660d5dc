//! Finds the points that an engine cannot place: it refuses a whole block for one of them and names none.

use core_sync::domain::coordinate::Coordinate;

use crate::profile::Profile;
use crate::times::TravelTimes;
use crate::travel_error::TravelError;

/// The points that are refused even alone, by halves: for one among fifty, a dozen questions of one column.
///
/// It ends: each question that is refused makes two of half its size, and one of one point makes none.
pub(crate) async fn refused(
    times: &dyn TravelTimes,
    points: &[Coordinate],
    profile: &Profile,
) -> Result<Vec<Coordinate>, TravelError> {
    let side = times.at_once(points.len(), 1).map_or(points.len(), |block| block.sources);
    let mut to_ask: Vec<&[Coordinate]> = points.chunks(side.max(1)).collect();
    let mut found = Vec::new();
    while let Some(some) = to_ask.pop() {
        let Some(first) = some.first() else { continue };
        match times.table(some, std::slice::from_ref(first), profile).await {
            Ok(_) => {}
            Err(TravelError::PointRefused { .. }) if some.len() == 1 => found.push(*first),
            Err(TravelError::PointRefused { .. }) => {
                let (one, other) = some.split_at(some.len() / 2);
                to_ask.extend([one, other]);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}
