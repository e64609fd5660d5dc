//! From an instance's own unit to ticks.
//!
//! Euclidean families compare in double precision: ten thousand ticks to their unit, and each way rounded
//! up, so that what is in time here is in time there. Whole distances stay exact.

use planner::{Matrix, ProblemError, TICKS_MAX, Window};

/// Ticks of one unit, where distances are not whole.
pub const FINE: u32 = 10_000;

/// A time or duration in ticks.
pub fn ticks(units: f64, scale: u32) -> u32 {
    (units * f64::from(scale)).round().clamp(0.0, f64::from(TICKS_MAX)) as u32
}

/// A window in ticks.
pub fn window(earliest: f64, latest: f64, scale: u32) -> Window {
    Window { earliest: ticks(earliest, scale), latest: ticks(latest, scale) }
}

/// The straight way between two points, in their unit.
pub fn distance((x, y): (f64, f64), (other_x, other_y): (f64, f64)) -> f64 {
    ((x - other_x) * (x - other_x) + (y - other_y) * (y - other_y)).sqrt()
}

/// Straight ways between points, rounded up to ticks.
pub fn euclidean(points: &[(f64, f64)]) -> Result<Matrix, ProblemError> {
    let mut entries = Vec::with_capacity(points.len() * points.len());
    for from in points {
        for to in points {
            let ticks = (distance(*from, *to) * f64::from(FINE)).ceil();
            entries.push(ticks.min(f64::from(TICKS_MAX)) as u32);
        }
    }
    Matrix::new(points.len(), entries, vec![0; points.len() * points.len()])
}
