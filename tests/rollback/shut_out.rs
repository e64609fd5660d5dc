//! What was shut out between the copy and the day it is put back stays out, whatever phones hold.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::wire::members::Role;
use courier_session::session::SyncEnd;

use crate::account::{Account, holdings};
use crate::harness::board::everything_is_there_once;
use crate::harness::world::World;
use crate::way_back::Way;

#[tokio::test(flavor = "multi_thread")]
async fn a_card_erased_since_the_backup_comes_back_from_nobody_and_leaves_every_phone() {
    let mut world = World::new();
    let (ana, bilal) = (world.member("Ana", Role::Courier).await, world.member("Bilal", Role::Courier).await);
    let round = world.round_of_pairs(ana, 1).await;
    let his = world.round_of_pairs(bilal, 1).await;
    let mut phone = world.phone(ana).await;
    phone.sync().await;
    let moment = Way::Backup.remember(&mut world, "before");
    // One card that the backup has, one that it has not; both are erased after the courier had them.
    let later = world.round_of_pairs(ana, 1).await;
    phone.sync().await;
    let mut away = world.phone(ana).await;
    away.sync().await;
    for made in [round, later] {
        let stops = phone.stops(made);
        phone.tap(made, &CourierCommand::Collect(stops[0], None));
        phone.deliver(made, stops[1]);
        phone.sync().await;
        for stop in stops {
            world.command(made, CoordinatorCommand::EraseCard { stop }).await;
        }
    }
    // This phone hears of the erasures, the other one does not.
    phone.sync().await;
    assert!(cards(&mut phone).is_empty());
    assert_eq!(cards(&mut away).len(), 4);
    let before = holdings(&world.data());
    assert_eq!(before["cards"], 2, "the other courier's");

    moment.put_back(&mut world);
    let mut account = Account::begin(before, &world.data());
    // The one that holds the cards comes first.
    for (name, phone) in [("Ana's, away", &mut away), ("Ana's", &mut phone)] {
        assert_eq!(phone.sync().await, SyncEnd::Synced);
        account.heard(name, &world.data());
        assert!(cards(phone).is_empty(), "{name}");
        assert_eq!(phone.session().badge().unwrap().to_give_back, 0);
    }
    println!("{}", account.table("erased since the backup: what came from whom"));
    assert_eq!(account.from("Ana's, away", "cards"), 0);
    assert_eq!(account.from("Ana's, away", "tombstones"), 2, "of the cards that the backup does not have");
    let shown = world.board().await.rounds.into_iter().filter(|view| view.id != his);
    assert!(shown.flat_map(|view| view.stops).all(|stop| stop.card.is_none()));
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

/// The names on a phone's cards.
fn cards(phone: &mut crate::harness::phone::Phone) -> Vec<String> {
    let today = phone.session().today().unwrap();
    let cards = today.into_iter().flat_map(|round| round.stops).filter_map(|stop| stop.card);
    cards.map(|card| card.name.reveal().clone()).collect()
}
