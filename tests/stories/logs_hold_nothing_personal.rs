//! A secret, an address or a position never reaches a log: a whole run at the finest level, searched for
//! everything that was planted in it.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::wire::members::Role;

use crate::harness::phone::Phone;
use crate::harness::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_run_logs_no_name_address_position_or_secret() {
    let mut world = World::new();
    let ana = world.member("Anaëlle Planté", Role::Courier).await;
    let bilal = world.member("Bilal Planté", Role::Coordinator).await;
    let token = world.token(bilal).await;
    let round = world.round_of_pairs(ana, 1).await;
    let code = world.code(ana).await;
    let mut phone = Phone::open(world.folder.path().join("planted"), 1);
    phone.set_clock(world.now().await);
    phone.enrol(&world.address, &code).await.unwrap();
    phone.sync().await;
    let stops = phone.stops(round);
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    phone.deliver(round, stops[1]);
    phone.sync().await;
    // What goes wrong is logged too: bad JSON with a name in it, a wrong token, an unknown code, a bad sync.
    let bad = serde_json::json!({ "member": "x", "name": "Anaëlle Planté", "role": "courier" });
    assert_eq!(world.post("/v1/members", &world.admin_token, &bad).await.0, 400);
    assert_eq!(world.get("/v1/board", "a-wrong-token-that-was-planted").await.0, 401);
    assert_eq!(world.get("/v1/board?after=quai-des-Embruns", &world.admin_token).await.0, 400);
    let mut thief = Phone::open(world.folder.path().join("thief"), 2);
    assert!(thief.enrol(&world.address, &code).await.is_err());
    assert_eq!(world.post("/v1/sync", "", &"Maison 0").await.0, 415);

    let seed = phone.session().enrolled().unwrap().identity.key.reveal_seed();
    let log = world.log();
    assert!(log.lines().count() > 10, "the run was logged at all: {log}");
    for planted in [
        "Planté",
        "Ana\\u00eblle",
        "Maison",
        "Embruns",
        "29999",
        "47.95",
        "5.104",
        "479512",
        "06 39 98",
        "B4711",
        "Zéphyrine",
        "planted",
        token.as_str(),
        code.reveal(),
        world.admin_token.as_str(),
        &core_sync::domain::ids::to_text(&seed),
    ] {
        assert!(!log.contains(planted), "{planted} stands in the log");
    }
}
