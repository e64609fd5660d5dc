//! The problem as the search reads it: flat tables of nodes, kinds of bike, and ways.
//!
//! It owns the numbering. The stops of an order are nodes in a row, pickups first, the drop-off last;
//! hubs come after all stops. Bikes that are alike are one kind, so that an idle bike is tried once.

use std::collections::BTreeMap;

use super::at::At;
use super::grid::{Arc, Grid, Spot};
use super::kind::Kind;
use crate::problem::{Aims, Bike, Order, Problem, StopId, TICKS_MAX};

/// A time as the search takes it; beyond the limit it is a time that never comes.
pub fn ticks(time: u32) -> i32 {
    time.min(TICKS_MAX + 1) as i32
}

/// A latest time as the search takes it.
pub fn latest(time: u32) -> i32 {
    time.min(TICKS_MAX) as i32
}

/// A stop or a hub.
#[derive(Debug, Clone, Copy, Default)]
pub struct Node {
    pub open: i32,
    pub close: i32,
    pub service: i32,
    /// What comes onto the bike; negative at a drop-off.
    pub litres: i32,
    pub kilograms: i32,
    /// Its order; of no meaning for hubs.
    pub order: u32,
    /// Where it is, by the numbers of the grids.
    pub spot: u32,
}

/// Where an order's nodes are.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderNodes {
    /// Its first pickup.
    pub first: u32,
    /// Its drop-off: the node after its last pickup.
    pub drop_off: u32,
}

impl OrderNodes {
    /// How many pickups it has.
    pub fn pickups(self) -> usize {
        (self.drop_off - self.first) as usize
    }

    /// All its nodes.
    pub fn all(self) -> impl Iterator<Item = u32> {
        self.first..=self.drop_off
    }
}

/// The problem, flat.
#[derive(Debug)]
pub struct Ground {
    pub nodes: Vec<Node>,
    pub orders: Vec<OrderNodes>,
    pub kinds: Vec<Kind>,
    /// The kind of each bike.
    pub kind_of: Vec<u32>,
    pub grids: Vec<Grid>,
    /// Whether an order may ride on a kind, by order and kind.
    fits: Vec<bool>,
    /// The problem's index of each order.
    names: Vec<usize>,
    /// How many nodes are stops.
    pub stops: usize,
    /// What makes one plan better than another.
    pub aims: Aims,
}

impl Ground {
    /// Lays out a problem that is valid; nothing if it is told to stop on the way.
    pub fn new(problem: &Problem, halted: &mut dyn FnMut() -> bool) -> Option<Self> {
        Self::of(problem, (0..problem.orders.len()).collect(), &problem.bikes, halted)
    }

    /// Lays out these orders and bikes of a problem that is valid: its other orders are not there.
    pub fn of(
        problem: &Problem,
        names: Vec<usize>,
        bikes: &[Bike],
        halted: &mut dyn FnMut() -> bool,
    ) -> Option<Self> {
        let mut nodes = Vec::new();
        let mut spots = Vec::new();
        let mut orders = Vec::new();
        for name in &names {
            orders.push(lay(problem.orders.get(*name)?, orders.len() as u32, &mut nodes, &mut spots));
        }
        let stops = nodes.len();
        let mut ground = Self {
            nodes,
            orders,
            kinds: Vec::new(),
            kind_of: Vec::new(),
            grids: Vec::new(),
            fits: Vec::new(),
            names,
            stops,
            aims: problem.aims,
        };
        let ways = ground.lay_bikes(bikes, &mut spots);
        let spots = ground.number_spots(spots);
        let with_metres = bikes.iter().any(|bike| bike.range_metres.is_some());
        for (profile, bike) in ways {
            if let (Some(matrix), Some(bike)) = (problem.profiles.get(profile as usize), bikes.get(bike)) {
                ground.grids.push(Grid::new(&spots, matrix, bike, problem.aims, with_metres, halted)?);
            }
        }
        for order in ground.names.iter().filter_map(|name| problem.orders.get(*name)) {
            for kind in &ground.kinds {
                ground.fits.push(kind.may_take(order));
            }
        }
        Some(ground)
    }

    /// Finds kinds and hubs; answers the ways of riding as a profile and a bike that rides so.
    fn lay_bikes(&mut self, bikes: &[Bike], spots: &mut Vec<Spot>) -> Vec<(u32, usize)> {
        let mut hubs: Vec<Option<u32>> = Vec::new();
        let mut ways: Vec<(u32, usize, u32)> = Vec::new();
        let mut seen: Vec<usize> = Vec::new();
        for (index, bike) in bikes.iter().enumerate() {
            let alike = seen.iter().position(|other| bikes.get(*other) == Some(bike));
            if let Some(kind) = alike {
                self.kind_of.push(kind as u32);
                continue;
            }
            let way = ways
                .iter()
                .position(|(profile, _, speed)| *profile == bike.profile && *speed == bike.speed_per_mille);
            let way = way.unwrap_or_else(|| {
                ways.push((bike.profile, index, bike.speed_per_mille));
                ways.len() - 1
            });
            let mut hub = |place: Option<u32>| {
                hubs.iter().position(|other| *other == place).unwrap_or_else(|| {
                    hubs.push(place);
                    spots.push(Spot { place, approach: 0 });
                    self.nodes.push(Node { close: TICKS_MAX as i32, ..Node::default() });
                    hubs.len() - 1
                }) as u32
                    + self.stops as u32
            };
            let (start, end) = (hub(Some(bike.start)), hub(bike.end));
            self.kind_of.push(self.kinds.len() as u32);
            self.kinds.push(Kind::new(bike, way, start, end));
            seen.push(index);
        }
        ways.into_iter().map(|(profile, bike, _)| (profile, bike)).collect()
    }

    /// Gives each node the number of its spot; answers the spots, each once. Orders share shops, and the fewer spots,
    /// the more of a grid the processor keeps at hand.
    fn number_spots(&mut self, spots: Vec<Spot>) -> Vec<Spot> {
        let mut numbers: BTreeMap<Spot, u32> = BTreeMap::new();
        let mut distinct = Vec::new();
        for (node, spot) in self.nodes.iter_mut().zip(spots) {
            node.spot = *numbers.entry(spot).or_insert_with(|| {
                distinct.push(spot);
                distinct.len() as u32 - 1
            });
        }
        distinct
    }

    /// The way from one node to another.
    #[inline(always)]
    pub fn arc(&self, grid: &Grid, from: u32, to: u32) -> Arc {
        grid.arc(self.node(from).spot, self.node(to).spot)
    }

    #[inline(always)]
    pub fn node(&self, node: u32) -> Node {
        self.nodes.at(node as usize)
    }

    #[inline(always)]
    pub fn order(&self, order: u32) -> OrderNodes {
        self.orders.at(order as usize)
    }

    /// Whether nothing but time and place can keep the order off that kind of bike.
    #[inline(always)]
    pub fn fits(&self, order: u32, kind: u32) -> bool {
        self.fits.at(order as usize * self.kinds.len() + kind as usize)
    }

    /// The problem's index of an order.
    pub fn name(&self, order: u32) -> usize {
        self.names.at(order as usize)
    }

    /// The stop behind a node, by the problem's names; hubs have none.
    pub fn stop_id(&self, node: u32) -> Option<StopId> {
        if node as usize >= self.stops {
            return None;
        }
        let order = self.node(node).order;
        let nodes = self.order(order);
        let order = self.name(order);
        Some(if node == nodes.drop_off {
            StopId::DropOff { order }
        } else {
            StopId::Pickup { order, pickup: (node - nodes.first) as usize }
        })
    }
}

fn lay(order: &Order, index: u32, nodes: &mut Vec<Node>, spots: &mut Vec<Spot>) -> OrderNodes {
    let first = nodes.len() as u32;
    let (litres, kilograms) = order.size();
    let whole = |amount: u64| amount.min(u64::from(TICKS_MAX)) as i32;
    let sizes = order.pickups.iter().map(|(_, size)| (ticks(size.litres), ticks(size.kilograms)));
    let sizes = sizes.chain(std::iter::once((-whole(litres), -whole(kilograms))));
    for (stop, (litres, kilograms)) in order.stops().zip(sizes) {
        nodes.push(Node {
            open: ticks(stop.window.earliest),
            close: latest(stop.window.latest),
            service: ticks(stop.service),
            litres,
            kilograms,
            order: index,
            spot: 0,
        });
        spots.push(Spot { place: Some(stop.place), approach: ticks(stop.approach) });
    }
    OrderNodes { first, drop_off: nodes.len() as u32 - 1 }
}
