//! Suggestions on days that did not go as planned: a shop that was shut, a round that nobody ended, somebody who is out.

use core_sync::domain::coordinator_command::NewStop;
use core_sync::domain::fact::{Custody, Fact};
use core_sync::domain::ids::{ParcelId, StopId};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::{FailReason, HandedTo, StopKind};
use core_sync::domain::time::Milliseconds;
use core_sync::wire::members::Role;
use core_sync::wire::plan::PlanCourier;
use core_sync::wire::suggestion::Became;

use super::accept_tests::{at, only};
use super::crossed_town::{Town, east, hours, order};
use crate::app::error::AppError;

/// A stop of some parcels at a place.
fn stop(kind: StopKind, of: u16, parcels: &[u8]) -> NewStop {
    let [mut stop, _] = order(1, (of, of));
    stop.kind = kind;
    stop.parcels = parcels.iter().map(|parcel| ParcelId([*parcel; 16])).collect();
    stop
}

/// Ana with an order of two shops, of which the first is shut.
fn shut_shop(town: &mut Town) -> Vec<StopId> {
    let dora = town.coop.add_member("Dora", Role::Courier);
    let stops = [
        (StopKind::Pickup, 1, &[70][..]),
        (StopKind::Pickup, 6, &[71]),
        (StopKind::DropOff, 3, &[70, 71]),
        // Another one, to which she rides first.
        (StopKind::Pickup, 2, &[72]),
        (StopKind::DropOff, 7, &[72]),
    ];
    town.round_of(dora, 3, stops.map(|(kind, of, parcels)| stop(kind, of, parcels)).to_vec());
    let (round, stops) = town.rounds[2].clone();
    let failed = Fact::Failed(at(stops[0]), FailReason::Closed);
    town.tap(
        dora,
        round,
        vec![Fact::Started { stops: [0, 3, 1, 2, 4].map(|index: usize| stops[index]).to_vec() }, failed],
    );
    stops
}

#[test]
fn a_door_stays_behind_the_shop_where_another_shop_was_shut() {
    let mut town = Town::new();
    let stops = shut_shop(&mut town);
    let (round, ana) = (town.rounds[2].0, town.ana);
    let dora = town.view(round).courier;
    // Between Ana and Dora alone, with every gain wanted: the door would be on her way to the shop.
    let answer = town.asked(|request| {
        let other =
            PlanCourier { courier: dora, start: Personal::new(east(0)), ..request.couriers[0].clone() };
        request.couriers = vec![request.couriers[0].clone(), other];
        assert_eq!(request.couriers[0].courier, ana);
        (request.gain_seconds, request.gain_seconds_per_order) = (Some(0), Some(0));
        request.later_seconds = Some(36_000);
    });
    for new in answer.suggestions.iter().flat_map(|found| &found.replan.rounds) {
        let place = |stop| new.stops.iter().position(|other| *other == stop);
        if let (Some(shop), Some(door)) = (place(stops[1]), place(stops[2])) {
            assert!(shop < door, "{answer:?}");
        }
    }
}

#[test]
fn what_is_on_her_bike_of_an_order_that_is_none_any_more_is_said() {
    let mut town = Town::new();
    let stops = shut_shop(&mut town);
    let (round, parcel) = (town.rounds[2].0, ParcelId([71; 16]));
    let dora = town.view(round).courier;
    let collected = Custody { at: at(stops[1]), parcels: vec![parcel], follows: Vec::new() };
    town.tap(dora, round, vec![Fact::Collected(collected)]);
    let answer = town.asked(|request| {
        request.couriers.push(PlanCourier { courier: dora, ..request.couriers[0].clone() });
        request.without = Some(dora);
    });
    assert_eq!((answer.on_board, answer.stays), (vec![stops[2]], vec![]));
    assert_eq!(answer.suggestions[0].replan.moved.len(), 1, "the other order passes");
}

#[test]
fn a_round_that_was_ridden_before_the_shift_and_never_ended_does_not_go_on() {
    let mut town = Town::new();
    let (ana, (round, stops)) = (town.ana, town.rounds[0].clone());
    let parcels: Vec<_> = town.view(round).stops.into_iter().map(|stop| (stop.id, stop.parcels)).collect();
    let of = |stop: StopId| {
        let parcels = parcels.iter().find(|(id, _)| *id == stop).unwrap().1.clone();
        Custody { at: at(stop), parcels, follows: Vec::new() }
    };
    let mut facts = vec![Fact::Started { stops: stops.clone() }];
    for (index, stop) in stops.iter().enumerate() {
        let custody = of(*stop);
        facts.push(if index % 2 == 0 {
            Fact::Collected(custody)
        } else {
            Fact::Delivered(custody, HandedTo::Recipient)
        });
    }
    town.tap(ana, round, facts);
    assert_eq!(town.remaining(round), []);
    let (draft, _) = town.draft(77, (1, 2));
    let asked = |town: &mut Town, from: i64| {
        town.asked(|request| {
            request.couriers.truncate(1);
            request.couriers[0].shift = hours(from, from + 4);
            request.drafts = vec![draft];
        })
    };
    // While the shift lasts she may have more.
    assert_eq!(asked(&mut town, 0).suggestions.len(), 1);
    let later = asked(&mut town, 2);
    assert_eq!(later.suggestions, []);
    assert_eq!(later.not_looked_at.iter().map(|not| &*not.reason).collect::<Vec<_>>(), ["no_round"]);
}

#[test]
fn who_ended_her_round_with_stops_left_leaves_them_to_the_others() {
    let mut town = Town::new();
    let (bo, (a, _), (b, stops)) = (town.bo, town.rounds[0].clone(), town.rounds[1].clone());
    town.tap(bo, b, vec![Fact::Started { stops }, Fact::Finished]);
    let answer = town.asked(|request| (request.without, request.later_seconds) = (Some(bo), Some(36_000)));
    let id = only(&answer);
    assert_eq!(answer.suggestions[0].replan.moved.len(), 2);
    assert_eq!(town.kept()[0].became, Became::Open);
    town.accept(a, id).unwrap();
    assert_eq!((town.remaining(b).len(), town.remaining(a).len()), (0, 8));
    // Now there is nothing left to give, and it says why.
    let refused = town.try_asked(|request| request.without = Some(bo));
    let Err(AppError::BadInput(error)) = refused else { panic!("{refused:?}") };
    assert!(error.expected.contains("no_round"), "{error:?}");
}

#[test]
fn what_the_server_finds_by_itself_ends_nothing_that_has_to_go_somewhere() {
    let mut town = Town::new();
    let (draft, _) = town.draft(77, (1, 2));
    let placed = town.asked(|request| request.drafts = vec![draft]);
    let (id, round) = (only(&placed), placed.suggestions[0].replan.placed[0].to);
    town.looked_on();
    assert_eq!(town.kept().len(), 1, "the exchange of the same rounds is not kept");
    town.accept(round, id).unwrap();
    // Once that is decided, it is.
    town.looked_on();
    assert_eq!(town.kept().len(), 2);
    // And a person who asks for an exchange ends what waits.
    let (draft, _) = town.draft(78, (1, 2));
    let placed = town.asked(|request| request.drafts = vec![draft]);
    assert_eq!(town.kept().iter().filter(|kept| kept.became == Became::Open).count(), 1);
    only(&town.asked(|_| {}));
    assert!(matches!(town.accept(round, only(&placed)), Err(AppError::SuggestionOver)));
}

#[test]
fn a_suggestion_of_which_a_stop_was_done_is_shown_as_over() {
    let mut town = Town::new();
    let answer = town.asked(|_| {});
    let (a, bo, b) = (town.rounds[0].0, town.bo, town.rounds[1].0);
    let moved = answer.suggestions[0].replan.moved.iter().find(|moved| moved.from == b).unwrap();
    let pickup = moved.stops[0];
    let parcels = town.view(b).stops.iter().find(|stop| stop.id == pickup).unwrap().parcels.clone();
    assert_eq!(town.kept()[0].became, Became::Open);
    town.tap(bo, b, vec![Fact::Collected(Custody { at: at(pickup), parcels, follows: Vec::new() })]);
    assert_eq!(town.kept()[0].became, Became::Over);
    assert!(matches!(town.accept(a, only(&answer)), Err(AppError::SuggestionOver)));
}

#[test]
fn an_order_that_comes_by_a_hub_is_placed_beside_it() {
    let mut town = Town::new();
    let hub = stop(StopKind::Hub, 1, &[77]);
    let (draft, stops) = town.draft_of(77, order(77, (1, 2)).into_iter().chain([hub]));
    let answer = town.asked(|request| request.drafts = vec![draft]);
    let [left] = &answer.left_out[..] else { panic!("{answer:?}") };
    assert_eq!((&*left.reason, &left.stops), ("no_parcels", &vec![stops[2]]));
    let to = answer.suggestions[0].replan.placed[0].to;
    town.accept(to, only(&answer)).unwrap();
    let coordinator = town.coop.coordinator;
    let drafts = town.coop.write(|tx, _| crate::app::draft::drafts(tx, coordinator)).unwrap();
    assert_eq!(drafts.drafts[0].stops.iter().map(|stop| stop.id).collect::<Vec<_>>(), [stops[2]]);
}

#[test]
fn to_look_on_for_a_shift_that_is_over_is_refused() {
    let mut town = Town::new();
    town.coop.now = town.coop.now.plus(Milliseconds::hours(9));
    let refused = town.try_asked(|request| request.keep_looking = Some(true));
    assert!(
        matches!(&refused, Err(AppError::BadInput(error)) if error.field == "couriers.shift"),
        "{refused:?}"
    );
}
