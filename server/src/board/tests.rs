//! The board: what it shows, since when it counts, and when it says nothing.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{MemberId, StopId};
use core_sync::domain::limits::PUSHES_PER_ROUND_MAX;
use core_sync::domain::reasons::WithdrawReason;
use core_sync::domain::time::Milliseconds;
use core_sync::wire::board::Board;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::members::Role;
use core_sync::wire::round::RoundView;

use super::changed::{Changed, FOLLOWED_ENTRIES_MAX, changed};
use super::folded::Folded;
use super::snapshot::{Drawing, ROUND_SHOWN_FOR, board};
use crate::testing::{Coop, Phone, ask};

struct Watching {
    coop: Coop,
    courier: MemberId,
    round: RoundView,
}

impl Watching {
    fn new() -> Self {
        let mut coop = Coop::new();
        let courier = coop.add_member("Ana", Role::Courier);
        let round = coop.round_of(courier, 1);
        Self { coop, courier, round }
    }

    fn after(&mut self, after: Option<Cursor>) -> Option<Board> {
        let folded = Folded::default();
        self.coop
            .write(|tx, world| {
                board(
                    &Drawing { snapshot: tx, folded: &folded, wanted: &|| true },
                    world.id,
                    after,
                    world.now,
                )
            })
            .unwrap()
    }

    fn now(&mut self) -> Board {
        self.after(None).unwrap()
    }

    fn arrive(&mut self, phone: &mut Phone, stop: StopId) {
        let record = phone.arrival(stop);
        let document = phone.document(self.round.id);
        let change = phone.change(document, &[record]);
        self.coop.sync(phone, vec![ask(document, vec![change])]).unwrap();
    }
}

#[test]
fn the_board_shows_what_the_courier_did_with_both_times() {
    let mut watching = Watching::new();
    let mut phone = watching.coop.enrol(watching.courier);
    assert_eq!(watching.now().rounds[0].last_heard_ms, None);
    watching.coop.now = watching.coop.now.plus(Milliseconds::hours(3));
    let stop = watching.round.stops[0].id;
    watching.arrive(&mut phone, stop);
    let board = watching.now();
    let round = &board.rounds[0];
    assert_eq!((round.courier_name.reveal().as_str(), round.acts_since), ("Ana", 1));
    assert_eq!(round.last_heard_ms, Some(watching.coop.now));
    assert_eq!(round.stops[0].received_ms, Some(watching.coop.now));
    assert_eq!(round.stops[0].tapped_ms, Some(crate::testing::MORNING));
}

#[test]
fn asked_with_its_own_cursor_it_says_nothing_until_something_happens() {
    let mut watching = Watching::new();
    let seen = watching.now().cursor;
    assert_eq!(watching.after(Some(seen)), None);
    // An empty round has no row, and is news all the same.
    watching.coop.round_of(watching.courier, 0);
    assert_eq!(watching.after(Some(seen)).unwrap().rounds.len(), 2);
}

#[test]
fn acts_are_counted_from_the_cursor() {
    let mut watching = Watching::new();
    let mut phone = watching.coop.enrol(watching.courier);
    let stop = watching.round.stops[0].id;
    watching.arrive(&mut phone, stop);
    let seen = watching.now().cursor;
    watching.arrive(&mut phone, stop);
    watching.arrive(&mut phone, stop);
    let acts = |board: Option<Board>| board.unwrap().rounds[0].acts_since;
    assert_eq!(acts(watching.after(Some(seen))), 2);
    assert_eq!(acts(watching.after(None)), 3);
    // Cut from another log, a cursor is as good as none.
    assert_eq!(acts(watching.after(Some(Cursor { lineage: [0; 8], ..seen }))), 3);
    assert_eq!(acts(watching.after(Some(Cursor { position: 9_999, ..seen }))), 3);
}

#[test]
fn a_coordinators_commands_are_no_acts_of_the_courier() {
    let mut watching = Watching::new();
    let seen = watching.now().cursor;
    let stop = watching.round.stops[0].id;
    let withdraw = CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Moved };
    let request = watching.coop.request(watching.round.id, Some(watching.round.plan_version), withdraw);
    watching.coop.command(&request).unwrap();
    assert_eq!(watching.after(Some(seen)).unwrap().rounds[0].acts_since, 0);
}

#[test]
fn a_round_leaves_the_board_after_two_days() {
    let mut watching = Watching::new();
    watching.coop.now = watching.coop.now.plus(ROUND_SHOWN_FOR);
    assert_eq!(watching.now().rounds.len(), 1);
    watching.coop.now = watching.coop.now.plus(Milliseconds(1));
    assert!(watching.now().rounds.is_empty());
}

#[test]
fn rounds_stand_by_couriers_name() {
    let mut watching = Watching::new();
    for name in ["Zoé", "Aart", "Ben"] {
        let courier = watching.coop.add_member(name, Role::Courier);
        watching.coop.round_of(courier, 0);
    }
    let names: Vec<String> =
        watching.now().rounds.iter().map(|round| round.courier_name.reveal().clone()).collect();
    assert_eq!(names, ["Aart", "Ana", "Ben", "Zoé"]);
}

#[test]
fn another_co_ops_board_shows_none_of_ours() {
    let mut watching = Watching::new();
    let seen = watching.now().cursor;
    let (other, _) = watching.coop.second();
    watching.coop.id = other;
    assert!(watching.now().rounds.is_empty());
    assert!(watching.after(Some(seen)).unwrap().rounds.is_empty());
}

#[test]
fn a_board_that_nobody_waits_for_is_not_finished() {
    let mut watching = Watching::new();
    let (folded, asked) = (Folded::default(), std::cell::Cell::new(0));
    for _ in 0..3 {
        watching.coop.round_of(watching.courier, 0);
    }
    let wanted = || asked.replace(asked.get() + 1) < 2;
    let drawn = watching.coop.write(|tx, world| {
        board(&Drawing { snapshot: tx, folded: &folded, wanted: &wanted }, world.id, None, world.now)
    });
    assert_eq!(drawn.unwrap().unwrap().rounds.len(), 2);
}

#[test]
fn what_changed_since_a_cursor_is_each_round_once_and_a_useless_cursor_is_said() {
    let mut watching = Watching::new();
    let mut phone = watching.coop.enrol(watching.courier);
    let seen = watching.now().cursor;
    let since = |watching: &mut Watching, cursor: Cursor| {
        watching.coop.write(|tx, world| changed(tx, world.id, cursor)).unwrap()
    };
    assert_eq!(since(&mut watching, seen), Changed::Nothing);
    let other = watching.coop.round_of(watching.courier, 1).id;
    let stop = watching.round.stops[0].id;
    for _ in 0..2 {
        watching.arrive(&mut phone, stop);
    }
    let now = watching.now().cursor;
    assert_eq!(since(&mut watching, seen), Changed::Rounds(vec![other, watching.round.id], now));
    for useless in [
        Cursor { lineage: [0; 8], ..seen },
        Cursor { position: now.position + 1, ..now },
        Cursor { position: u64::MAX, ..now },
    ] {
        assert_eq!(since(&mut watching, useless), Changed::Unknown);
    }
    // One change per entry, until the cursor is one entry too old.
    let document = phone.document(watching.round.id);
    let mut entries = 0;
    while entries <= FOLLOWED_ENTRIES_MAX {
        assert_ne!(since(&mut watching, now), Changed::Unknown);
        let left = usize::try_from(FOLLOWED_ENTRIES_MAX + 1 - entries).unwrap().min(PUSHES_PER_ROUND_MAX);
        let taps: Vec<_> = (0..left).map(|_| phone.arrival(stop)).collect();
        let changes = taps.iter().map(|tap| phone.change(document, std::slice::from_ref(tap))).collect();
        watching.coop.sync(&mut phone, vec![ask(document, changes)]).unwrap();
        entries += left as u64;
    }
    assert_eq!(since(&mut watching, now), Changed::Unknown);
}
