//! A draft that was taken after the copy was made: the restored server has it open, the phone rides it.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, ParcelId, PlanVersion, RoundId};
use core_sync::domain::reasons::StopKind;
use core_sync::domain::stop::StopStatus;
use core_sync::wire::command::CommandAnswer;
use core_sync::wire::members::Role;

use crate::harness::board::everything_is_there_once;
use crate::harness::world::World;
use crate::way_back::Way;

async fn on_draft(
    world: &mut World,
    draft: RoundId,
    version: Option<PlanVersion>,
    command: CoordinatorCommand,
) -> CommandAnswer {
    let act = ActId::random(&mut world.random);
    let (status, body) = world.send(act, draft, version, command).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_value(body).unwrap()
}

/// The acts are sent before the server goes back, or after.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_taken_since_is_taken_again_by_the_phone_that_rides_it() {
    for sent_before in [true, false] {
        let mut world = World::new();
        let ana = world.member("Ana", Role::Courier).await;
        let mut phone = world.phone(ana).await;
        let draft = RoundId::random(&mut world.random);
        let made = on_draft(&mut world, draft, None, CoordinatorCommand::MakeDraft {}).await;
        let CommandAnswer::Draft(made) = made else { panic!("{made:?}") };
        let stop = world.new_stop(StopKind::Pickup, 0, ParcelId([5; 16])).await;
        let add = CoordinatorCommand::AddStop(Box::new(stop));
        let added = on_draft(&mut world, draft, Some(made.plan_version), add).await;
        let CommandAnswer::Draft(added) = added else { panic!("{added:?}") };
        let moment = Way::CopiedFolder.remember(&mut world, &format!("{sent_before}"));

        let take = CoordinatorCommand::TakeDraft { courier: ana };
        on_draft(&mut world, draft, Some(added.plan_version), take).await;
        phone.sync().await;
        let stops = phone.stops(draft);
        phone.tap(draft, &CourierCommand::Start);
        phone.tap(draft, &CourierCommand::Collect(stops[0], None));
        if sent_before {
            phone.sync().await;
        }
        moment.put_back(&mut world);
        phone.sync().await;
        assert_eq!(world.round(draft).await.stops[0].status, StopStatus::Collected, "{sent_before}");
        let (_, drafts) = world.get("/v1/drafts", &world.admin_token).await;
        assert_eq!(drafts["drafts"], serde_json::json!([]), "it is nobody's to take any more");
        everything_is_there_once(&mut world, ana, &mut phone).await;
    }
}
