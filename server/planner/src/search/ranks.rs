//! In which sequence orders are put back.
//!
//! The sequences and their weights are those of ruin and recreate with time windows: by chance, largest
//! first, farthest and nearest first, shortest windows, earliest and latest ends.

use super::at::At;
use super::chance::Chance;
use super::ground::{Ground, OrderNodes};

/// One sequence: its weight, and each order's rank in it.
#[derive(Debug)]
struct Rank {
    weight: usize,
    keys: Vec<i64>,
}

/// All sequences.
#[derive(Debug)]
pub struct Ranks {
    ranks: Vec<Rank>,
    weights: usize,
}

/// How often orders come by chance alone.
const BY_CHANCE: usize = 4;

impl Ranks {
    /// Ranks the orders of that ground.
    pub fn new(ground: &Ground) -> Self {
        let by = |weight: usize, key: &dyn Fn(OrderNodes) -> i64| Rank {
            weight,
            keys: ground.orders.iter().map(|order| key(*order)).collect(),
        };
        let hub = ground.kinds.first().map_or(0, |kind| kind.start);
        let far = |order: OrderNodes| match ground.grids.first() {
            Some(grid) => order.all().map(|node| i64::from(ground.arc(grid, hub, node).cost)).sum::<i64>(),
            None => 0,
        };
        let size = |order: OrderNodes| {
            let stop = ground.node(order.drop_off);
            i64::from(stop.litres) + i64::from(stop.kilograms)
        };
        let width = |order: OrderNodes| {
            let width = |node| i64::from(ground.node(node).close) - i64::from(ground.node(node).open);
            order.all().map(width).min().unwrap_or(0)
        };
        let opens = |order: OrderNodes| i64::from(ground.node(order.first).open);
        let closes = |order: OrderNodes| -i64::from(ground.node(order.drop_off).close);
        let ranks = vec![
            by(4, &size),
            by(2, &|order| -far(order)),
            by(1, &far),
            by(2, &width),
            by(2, &opens),
            by(2, &closes),
        ];
        let weights = BY_CHANCE + ranks.iter().map(|rank| rank.weight).sum::<usize>();
        Self { ranks, weights }
    }

    /// Puts orders into a sequence drawn by weight; equals by chance.
    pub fn sort(&self, orders: &mut [u32], chance: &mut Chance) {
        chance.shuffle(orders);
        let mut drawn = chance.below(self.weights);
        for rank in &self.ranks {
            if drawn < rank.weight {
                orders.sort_by_key(|order| rank.keys.at(*order as usize));
                return;
            }
            drawn -= rank.weight;
        }
    }
}
