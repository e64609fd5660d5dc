//! Who may ride, from when until when, with which bike: what planning asks for, typed once for all of them.

use clap::Args;
use core_sync::domain::personal::Personal;
use core_sync::wire::plan::PlanCourier;

use super::card_arguments::coordinate_of;
use super::send::Desk;
use crate::failure::Failure;

/// What a bike with a box in front carries, unless it is said.
const LITRES: u32 = 220;
/// The same, in kilograms.
const KILOGRAMS: u32 = 100;

/// Couriers with the same shift and bikes that are alike.
#[derive(Debug, Args)]
pub(super) struct CouriersArguments {
    /// A courier who may ride, by name or id; once for each.
    #[arg(long = "for", value_name = "COURIER", required = true)]
    couriers: Vec<String>,
    /// From when until when they may ride, in the co-op's time, such as 09:00-13:00.
    #[arg(long)]
    shift: String,
    /// Where they begin, in degrees, such as 47.95,-5.1.
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true)]
    at: String,
    /// Their rounds end at the last stop; without it they come back to where they began.
    #[arg(long)]
    one_way: bool,
    /// Litres that each bike carries.
    #[arg(long, default_value_t = LITRES)]
    litres: u32,
    /// Kilograms that each bike carries.
    #[arg(long, default_value_t = KILOGRAMS)]
    kilograms: u32,
}

impl CouriersArguments {
    /// The couriers that are meant.
    pub(super) fn read(&self, desk: &Desk<'_>) -> Result<Vec<PlanCourier>, Failure> {
        let start = coordinate_of(&self.at)?;
        let shift = desk.zone.read_window(&self.shift, desk.shell.moment().time, desk.shell.language)?;
        let couriers = self.couriers.iter().map(|name| {
            Ok(PlanCourier {
                courier: crate::admin::find(&desk.members, name, desk.shell)?.member,
                shift,
                start: Personal::new(start),
                end: (!self.one_way).then(|| Personal::new(start)),
                litres: self.litres,
                kilograms: self.kilograms,
                speed_per_mille: None,
            })
        });
        couriers.collect()
    }
}
