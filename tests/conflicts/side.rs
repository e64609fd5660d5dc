//! One of two sides that act apart: a courier's phone, or a coordinator at the board.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{ActId, PlanVersion, RoundId};
use core_sync::wire::shop_fact::ShopFactRequest;
use courier_session::session::SyncEnd;
use serde_json::Value;

use super::order::Move;
use super::people::People;

/// A side, with what it does apart.
pub enum Side {
    /// A phone: what was tapped waits in its queue.
    Phone(usize),
    /// A coordinator with one command.
    Coordinator(Decision),
    /// A shop's device with one word. It is told nothing: it has no round.
    Shop(ShopFactRequest),
}

/// A coordinator's command, decided on the plan as it was before they parted.
pub struct Decision {
    pub round: RoundId,
    pub seen: PlanVersion,
    pub act: ActId,
    pub command: CoordinatorCommand,
    /// What the server said to it.
    pub said: Option<(u16, Value)>,
}

impl Side {
    /// Makes the side's next move.
    pub async fn moves(&mut self, people: &mut People, next: Move) {
        match (self, next) {
            (Self::Phone(courier), Move::Push) => people.push(*courier).await,
            (Self::Phone(courier), Move::Pull) => {
                assert_eq!(people.couriers[*courier].phone.sync().await, SyncEnd::Synced);
            }
            (Self::Coordinator(decision), Move::Push) => {
                let Decision { round, seen, act, command, .. } = decision;
                decision.said = Some(people.world.send(*act, *round, Some(*seen), command.clone()).await);
            }
            (Self::Coordinator(decision), Move::Pull) => {
                people.world.round(decision.round).await;
            }
            (Self::Shop(word), Move::Push) => {
                let (status, body) = people.world.post("/v1/shop-facts", "", word).await;
                assert_eq!(status, 200, "{body}");
            }
            (Self::Shop(_), Move::Pull) => {}
        }
    }
}

impl Side {
    /// What the server said to the side's command.
    pub fn said(&self) -> &(u16, Value) {
        match self {
            Self::Coordinator(decision) => decision.said.as_ref().unwrap(),
            Self::Phone(_) | Self::Shop(_) => panic!("only a command is answered so"),
        }
    }

    /// Whether the command was taken.
    pub fn assert_taken(&self) {
        let (status, body) = self.said();
        assert_eq!(*status, 200, "{body}");
    }
}
