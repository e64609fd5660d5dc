//! They meet: everybody syncs until nothing is new, and then everybody sees the same, once, and it loads.

use std::collections::BTreeMap;

use core_sync::domain::ids::RoundId;
use core_sync::domain::round_state::RoundState;
use core_sync::view::board::{BoardRound, round_view};
use core_sync::wire::round::RoundView;
use courier_session::session::SyncEnd;

use super::harness::board::{all_saved_is_there_once, each_record_came_once};
use super::harness::phone::Phone;
use super::people::People;
use super::picture::picture;

/// Passes after which nothing may be new any more: up, down, and one that finds nothing.
const PASSES_MAX: usize = 4;

impl People {
    /// Everybody meets over these rounds; gives what everybody sees then.
    pub async fn meet(&mut self, rounds: &[RoundId]) -> Vec<String> {
        self.sync_until_quiet(rounds).await;
        let views = self.views(rounds).await;
        for index in 0..self.couriers.len() {
            if self.couriers[index].away {
                continue;
            }
            let member = self.couriers[index].member;
            let mut empty = self.world.phone(member).await;
            assert_eq!(empty.sync().await, SyncEnd::Synced);
            all_saved_is_there_once(&self.couriers[index].phone, &mut empty);
            for view in views.iter().filter(|view| view.courier == member) {
                empty.trial(view.id);
                each_record_came_once(&mut empty, view.id);
                let phone = &mut self.couriers[index].phone;
                assert_eq!(phone.records(view.id), empty.records(view.id), "an empty client has the same");
                let state = state(&mut empty, view.id);
                assert_eq!(self::state(phone, view.id), state, "the phone folds it alike");
                assert_eq!(without_cards(view), drawn(view, &state), "and so does the server");
            }
        }
        picture(&views)
    }

    /// The rounds as the board shows them.
    pub async fn views(&self, rounds: &[RoundId]) -> Vec<RoundView> {
        let mut views = Vec::new();
        for round in rounds {
            views.push(self.world.round(*round).await);
        }
        views
    }

    async fn sync_until_quiet(&mut self, rounds: &[RoundId]) {
        let mut before = Vec::new();
        for _ in 0..PASSES_MAX {
            self.all_hear().await;
            let now: Vec<usize> = rounds.iter().map(|round| self.records_everywhere(*round)).collect();
            if now == before {
                return;
            }
            before = now;
        }
        panic!("still something new after {PASSES_MAX} syncs of everybody");
    }

    fn records_everywhere(&mut self, round: RoundId) -> usize {
        let phones = self.couriers.iter_mut().map(|courier| &mut courier.phone);
        phones.filter_map(|phone| Some(phone.session().records(round).ok()?.records.len())).sum()
    }
}

fn state(phone: &mut Phone, round: RoundId) -> RoundState {
    phone.session().round(round).unwrap()
}

/// The round as the board would draw it from a phone's state.
fn drawn(view: &RoundView, state: &RoundState) -> RoundView {
    round_view(BoardRound {
        id: view.id,
        courier: view.courier,
        courier_name: view.courier_name.clone(),
        last_heard: view.last_heard_ms,
        acts_since: view.acts_since,
        damaged: false,
        state,
        cards: &BTreeMap::new(),
    })
}

fn without_cards(view: &RoundView) -> RoundView {
    let mut view = view.clone();
    view.stops.iter_mut().for_each(|stop| stop.card = None);
    view
}
