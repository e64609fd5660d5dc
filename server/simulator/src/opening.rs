//! The opening of a run: a co-op with its people, a round for each courier, an enrolled phone for each. Nothing goes
//! wrong here.

use std::path::Path;

use core_sync::domain::ids::{ActId, MemberId, RoundId};
use core_sync::domain::personal::{Personal, Secret};
use core_sync::wire::enrol::EnrolAnswer;
use core_sync::wire::members::{ForMember, Granted, Member, NewMember, Role};
use rand_core::Rng;

use crate::chance::Chance;
use crate::clock::TrueClock;
use crate::counter::Shop;
use crate::halt::{OrBroken as _, Played};
use crate::hostile::Hostile;
use crate::office::{Coordinator, Plan, plan_pair};
use crate::phone::Phone;
use crate::script::{COORDINATORS, COURIERS};
use crate::server_process::{Disk, ServerProcess};
use crate::wake::wake_in_peace;
use crate::world::{Courier, Parts, World};

/// Orders of each courier's first round: a pickup and a drop-off each.
const FIRST_ORDERS: usize = 4;
/// The address that phones are told; nobody calls it.
pub(crate) const ADDRESS: &str = "http://localhost:1";

/// Makes the world of a seed in a folder.
pub(crate) fn open(folders: &Path, seed: u64) -> Played<World> {
    let mut chance = Chance::of(seed ^ 0x0be9);
    let clock = TrueClock::new();
    let server = ServerProcess::init(folders, chance.next_draw(), clock.clone())?;
    let mut couriers = Vec::new();
    for n in 1..=COURIERS {
        let name = format!("Courier {n}");
        let member = add(&server, &name, Role::Courier, &mut chance)?;
        couriers.push(Courier { member });
    }
    let mut office = Vec::new();
    for n in 1..=COORDINATORS {
        let name = format!("Coordinator {n}");
        let member = add(&server, &name, Role::Coordinator, &mut chance)?;
        let granted: Granted = server.ask_as_admin("/v1/tokens", &ForMember { member })?;
        office.push(Coordinator::new(name, granted.secret));
    }
    let shop = add(&server, "Shop", Role::Shop, &mut chance)?;
    let shop = Shop::enrol(&server, shop, chance.next_draw())?;
    let hostile = add(&server, "Mallory", Role::Courier, &mut chance)?;
    let hostile = Hostile::enrol(&server, hostile, chance.next_draw())?;
    let hostile_member = hostile.member;
    let folders = folders.to_owned();
    let mut world = World::new(Parts { folders, clock, server, couriers, office, shop, hostile });
    for courier in 0..COURIERS {
        lay_round(&mut world, courier, &mut chance)?;
        let index = new_phone(&mut world, courier, &mut chance)?;
        wake_in_peace(&mut world, index)?;
    }
    // The hostile courier has a round too: harm is tried from inside.
    let made = Plan::make_round(hostile_member, &mut chance);
    world.hostile.rounds.push(made.round());
    crate::office::carry_out(&mut world, 0, made, Disk::Room)?;
    world.tally.coordinators = COORDINATORS;
    Ok(world)
}

fn add(server: &ServerProcess, name: &str, role: Role, chance: &mut Chance) -> Played<MemberId> {
    let member = MemberId::random(&mut chance.0);
    let new = NewMember { member, name: Personal::new(name.to_owned()), role };
    let added: Member = server.ask_as_admin("/v1/members", &new)?;
    Ok(added.member)
}

/// A one-time code for a member.
pub(crate) fn code(server: &ServerProcess, member: MemberId) -> Played<Secret<String>> {
    let granted: Granted = server.ask_as_admin("/v1/enrolment-codes", &ForMember { member })?;
    Ok(granted.secret)
}

/// A round for a courier, with its first orders.
fn lay_round(world: &mut World, courier: usize, chance: &mut Chance) -> Played<RoundId> {
    let member = world.couriers.get(courier).or_broken("a courier that is there")?.member;
    let made = Plan::make_round(member, chance);
    let round = made.round();
    crate::office::carry_out(world, 0, made, Disk::Room)?;
    for _ in 0..FIRST_ORDERS {
        for plan in plan_pair(world, 0, round, member, chance)? {
            crate::office::carry_out(world, 0, plan, Disk::Room)?;
        }
    }
    Ok(round)
}

/// A new phone of a courier, enrolled.
pub(crate) fn new_phone(world: &mut World, courier: usize, chance: &mut Chance) -> Played<usize> {
    let name = world.name("phone");
    let folder = world.folders.join(&name);
    let phone = Phone::new(name, courier, folder, chance.next_draw(), world.clock.now());
    world.phones.push(phone);
    let index = world.phones.len() - 1;
    enrol(world, index)?;
    world.tally.phones = world.phones.len();
    Ok(index)
}

/// Enrols a phone, for the first time or anew.
pub(crate) fn enrol(world: &mut World, index: usize) -> Played<()> {
    let now = world.clock.now();
    let phone = world.phones.get_mut(index).or_broken("a phone that is there")?;
    let member = world.couriers.get(phone.courier).or_broken("a courier that is there")?.member;
    let code = code(&world.server, member)?;
    let mut random = phone.random.clone();
    let enrolment =
        phone.session(now)?.begin_enrolment(&code, &mut random).or_broken("beginning to enrol")?;
    let answer = world.server.post("/v1/enrol", None, &enrolment.request, Disk::Room)?;
    let answer: EnrolAnswer = answer.json("/v1/enrol")?;
    phone.session(now)?.finish_enrolment(ADDRESS, &enrolment, &answer).or_broken("ending an enrolment")?;
    phone.random = random;
    world.ledger.honest_devices.insert(answer.device, member);
    Ok(())
}

/// An act's id.
pub(crate) fn new_act(random: &mut impl Rng) -> ActId {
    ActId::random(random)
}
