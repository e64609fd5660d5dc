//! P7: a clock two days wrong neither reorders nor loses work; both times are shown, and a clock ahead is said.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::remark::Remark;
use core_sync::domain::stop::StopStatus;
use core_sync::domain::time::Timestamp;
use core_sync::wire::members::Role;
use courier_session::session::SyncEnd;

use crate::harness::board::everything_is_there_once;
use crate::harness::world::World;

/// Two days in milliseconds.
const TWO_DAYS: i64 = 2 * 24 * 3_600_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_two_days_ahead_or_behind_changes_no_order_and_loses_nothing() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    for off_by in [TWO_DAYS, -TWO_DAYS] {
        let round = world.round_of_pairs(ana, 1).await;
        let mut phone = world.phone(ana).await;
        phone.sync().await;
        let stops = phone.stops(round);
        let right = world.now().await;
        phone.tap(round, &CourierCommand::Start);
        phone.set_clock(Timestamp(right.0 + off_by));
        phone.tap(round, &CourierCommand::Collect(stops[0], None));
        // Somebody sets it right in the middle of the round: for the wall clock, later acts come first.
        phone.set_clock(right);
        phone.tap(round, &CourierCommand::Fail(stops[1], core_sync::domain::reasons::FailReason::Nobody));
        phone.set_clock(Timestamp(right.0 - off_by));
        phone.deliver(round, stops[1]);
        assert_eq!(phone.sync().await, SyncEnd::Synced);

        let view = world.round(round).await;
        let stop = |id| view.stops.iter().find(|stop| stop.id == id).unwrap();
        assert_eq!(stop(stops[0]).status, StopStatus::Collected);
        assert_eq!(
            stop(stops[1]).status,
            StopStatus::Delivered,
            "delivered after failing, whatever the clock says"
        );
        let collected = stop(stops[0]);
        let apart = collected.tapped_ms.unwrap().0 - collected.received_ms.unwrap().0;
        assert!((apart - off_by).abs() < 600_000, "both times stand, two days apart: {apart}");
        assert_eq!(collected.remarks.contains(&Remark::ClockAhead), off_by > 0);
        assert_eq!(view.stops.iter().map(|stop| stop.id).collect::<Vec<_>>(), stops, "drawn as tapped");
        everything_is_there_once(&mut world, ana, &mut phone).await;
    }
}
