//! A co-op whose couriers ride on links that the test cuts.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, MemberId, ParcelId, RecordId, RoundId, StopId};
use core_sync::domain::reasons::StopKind;
use core_sync::domain::shop_fact::Direction;
use core_sync::wire::members::Role;
use courier_session::session::SyncEnd;

use super::harness::cut_link::{CutLink, WHOLE};
use super::harness::phone::Phone;
use super::harness::shop::Shop;
use super::harness::world::World;
use super::order::{Order, Who};
use super::side::{Decision, Side};

/// A courier's phone behind a link.
pub struct Courier {
    pub member: MemberId,
    pub phone: Phone,
    pub link: CutLink,
    /// Whether the phone lies in a bag and does not meet the others.
    pub away: bool,
}

/// A pickup and its drop-off in a round.
pub struct Laid {
    pub round: RoundId,
    pub pickup: StopId,
    pub drop_off: StopId,
    pub parcels: Vec<ParcelId>,
}

/// The co-op.
pub struct People {
    pub world: World,
    pub couriers: Vec<Courier>,
    /// The shop's device, once a shop has a say.
    pub shop: Option<(MemberId, Shop)>,
}

impl People {
    /// A co-op with couriers of these names, each with a phone. A name that comes again is a second phone.
    pub async fn with(names: &[&str]) -> Self {
        let mut people = Self { world: World::new(), couriers: Vec::new(), shop: None };
        for (index, name) in names.iter().enumerate() {
            let member = match names[..index].iter().position(|earlier| earlier == name) {
                Some(earlier) => people.couriers[earlier].member,
                None => people.world.member(name, Role::Courier).await,
            };
            let link = CutLink::to(&people.world.address).await;
            let phone = people.world.phone_over(&link.address, member).await;
            people.couriers.push(Courier { member, phone, link, away: false });
        }
        people
    }

    /// A fresh round of so many pickups, each with its drop-off, on everybody's phone and not yet started.
    pub async fn round(&mut self, courier: usize, pairs: usize) -> (RoundId, Vec<StopId>) {
        let round = self.world.round_of_pairs(self.couriers[courier].member, pairs).await;
        self.all_hear().await;
        let stops = self.couriers[courier].phone.stops(round);
        (round, stops)
    }

    /// A fresh round of one pickup of so many parcels and their drop-off, on everybody's phone.
    pub async fn round_of_parcels(&mut self, courier: usize, count: usize) -> Laid {
        let (round, _) = self.round(courier, 0).await;
        let parcels: Vec<ParcelId> = (0..count).map(|_| ParcelId::random(&mut self.world.random)).collect();
        self.lay(courier, round, &parcels).await
    }

    /// Adds a pickup of these parcels and their drop-off.
    pub async fn lay(&mut self, courier: usize, round: RoundId, parcels: &[ParcelId]) -> Laid {
        for (kind, place) in [(StopKind::Pickup, 0), (StopKind::DropOff, 1)] {
            let mut stop = self.world.new_stop(kind, place, parcels[0]).await;
            stop.parcels = parcels.to_vec();
            self.world.command(round, CoordinatorCommand::AddStop(Box::new(stop))).await;
        }
        self.all_hear().await;
        let stops = self.couriers[courier].phone.stops(round);
        Laid { round, pickup: stops[0], drop_off: stops[1], parcels: parcels.to_vec() }
    }

    /// The shop says something, which is not sent yet.
    pub async fn shop_says(&mut self, direction: Direction, parcels: &[ParcelId]) -> Side {
        if self.shop.is_none() {
            let member = self.world.member("Cave du Tonneau Salé", Role::Shop).await;
            self.shop = Some((member, Shop::enrol(&mut self.world, member).await));
        }
        let (_, shop) = self.shop.as_mut().unwrap();
        Side::Shop(shop.says(&mut self.world.random, direction, parcels.to_vec()))
    }

    /// Everybody's phone has what the server has.
    pub async fn all_hear(&mut self) {
        for courier in self.couriers.iter_mut().filter(|courier| !courier.away) {
            courier.link.cut_replies_after(WHOLE);
            assert_eq!(courier.phone.sync().await, SyncEnd::Synced);
        }
    }

    /// A courier taps.
    pub fn tap(&mut self, courier: usize, round: RoundId, command: &CourierCommand) -> RecordId {
        self.couriers[courier].phone.tap(round, command)
    }

    /// A coordinator decides on the plan as it is now; the command is not sent yet.
    pub async fn decides(&mut self, round: RoundId, command: CoordinatorCommand) -> Side {
        let seen = self.world.round(round).await.plan_version;
        let act = ActId::random(&mut self.world.random);
        Side::Coordinator(Decision { round, seen, act, command, said: None })
    }

    /// What a phone holds reaches the server, and the answer is lost.
    pub async fn push(&mut self, courier: usize) {
        let Courier { phone, link, .. } = &mut self.couriers[courier];
        let (lost, unsent) = (link.lost(), phone.session().queue().unwrap().len());
        assert!(unsent > 0, "a side that did nothing is not apart");
        link.cut_replies_after(0);
        assert_eq!(phone.sync().await, SyncEnd::NoAnswer);
        link.cut_replies_after(WHOLE);
        assert_eq!(link.lost(), lost + 1, "the server heard it and spoke");
        assert_eq!(
            phone.session().queue().unwrap().len(),
            unsent,
            "the phone does not know that it was heard"
        );
    }

    /// Both sides send and hear in this order.
    pub async fn interleave(&mut self, order: Order, one: &mut Side, two: &mut Side) {
        for (who, next) in order {
            match who {
                Who::One => one.moves(self, next).await,
                Who::Two => two.moves(self, next).await,
            }
        }
    }
}
