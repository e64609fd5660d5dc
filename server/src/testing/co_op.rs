//! A co-op in a folder of its own, with a coordinator, written to without a thread between.

use std::cell::{RefCell, RefMut};
use std::ops::{Deref, DerefMut};

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{ActId, CoopId, MemberId, PlanVersion, RoundId};
use core_sync::domain::personal::Personal;
use core_sync::domain::time::Timestamp;
use core_sync::signing::key::PrivateKey;
use core_sync::wire::command::{CommandAnswer, CommandRequest};
use core_sync::wire::members::{ForMember, NewMember, Role};
use core_sync::wire::round::RoundView;
use core_sync::wire::sync_answer::SyncAnswer;
use core_sync::wire::sync_request::RoundAsk;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;

use super::{MORNING, Phone, moment, new_stop};
use crate::app::add_member::add_member;
use crate::app::authenticate::Caller;
use crate::app::command::command;
use crate::app::enrol::enrol;
use crate::app::error::AppError;
use crate::app::grant_enrolment_code::grant_enrolment_code;
use crate::app::init_co_op::{NewCoop, init_co_op};
use crate::app::sync::ahead::Ahead;
use crate::app::sync::{sender, sync};
use crate::db::connection::{Tx, WriteConnection};
use crate::db::open;
use crate::folder::{database_in, keys_in};
use crate::keys::{self, Keys};
use crate::revocations::Revocations;

/// The co-op and the connection to it.
pub(crate) struct Coop {
    connection: WriteConnection,
    world: World,
}

/// What closures get beside their transaction.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) keys: Keys,
    pub(crate) id: CoopId,
    pub(crate) coordinator: Caller,
    pub(crate) now: Timestamp,
    random: RefCell<ChaCha8Rng>,
}

impl Deref for Coop {
    type Target = World;
    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Coop {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

impl World {
    pub(crate) fn revocations(&self) -> Revocations {
        Revocations::in_folder(self.folder.path())
    }

    pub(crate) fn random(&self) -> RefMut<'_, ChaCha8Rng> {
        self.random.borrow_mut()
    }

    /// A command as the coordinator sends it, under a fresh act id.
    pub(crate) fn request(
        &self,
        round: RoundId,
        plan_version: Option<PlanVersion>,
        command: CoordinatorCommand,
    ) -> CommandRequest {
        CommandRequest { act: ActId::random(&mut self.random()), round, plan_version, command }
    }
}

impl Coop {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let made = crate::init::init(folder.path(), "Test", "Europe/Paris", MORNING, &mut random).unwrap();
        let mut coop = Self {
            connection: open::open(&database_in(folder.path())).unwrap(),
            world: World {
                keys: Keys::read(&keys_in(folder.path()), [made.co_op]).unwrap(),
                id: made.co_op,
                coordinator: Caller { co_op: made.co_op, member: made.admin, role: Role::Coordinator },
                now: MORNING,
                random: RefCell::new(random),
                folder,
            },
        };
        coop.world.coordinator.member = coop.add_member("Cléo", Role::Coordinator);
        coop
    }

    /// Does a piece of work and commits it.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Tx<'_>, &World) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let world = &self.world;
        self.connection.write(|tx| work(tx, world))
    }

    pub(crate) fn add_member(&mut self, name: &str, role: Role) -> MemberId {
        let member = MemberId::random(&mut self.random());
        let new = NewMember { member, name: Personal::new(name.to_owned()), role };
        self.write(|tx, world| add_member(tx, world.id, &new, world.now)).unwrap();
        member
    }

    /// A second co-op in the same folder, with one member.
    pub(crate) fn second(&mut self) -> (CoopId, MemberId) {
        let id = CoopId::random(&mut self.random());
        let key = PrivateKey::random(&mut *self.random());
        keys::write_co_op_key(&keys_in(self.folder.path()), id, &key).unwrap();
        let new = NewCoop {
            id,
            name: "Other".into(),
            time_zone: "Europe/Paris".into(),
            public_key: key.public(),
            server_key: self.keys.server.public(),
        };
        let founded = self.write(|tx, world| init_co_op(tx, &new, world.now, &mut world.random())).unwrap();
        self.world.keys = Keys::read(&keys_in(self.folder.path()), [self.id, id]).unwrap();
        (id, founded.admin)
    }

    /// Enrols a new phone of a member.
    pub(crate) fn enrol(&mut self, member: MemberId) -> Phone {
        let key = PrivateKey::random(&mut *self.random());
        let co_op = self.id;
        let answer = self
            .write(|tx, world| {
                let request = ForMember { member };
                let granted = grant_enrolment_code(tx, co_op, &request, world.now, &mut world.random())?;
                let request =
                    core_sync::wire::enrol::EnrolRequest { code: granted.secret, key: key.public() };
                enrol(tx, &world.keys, &request, world.now, &mut world.random())
            })
            .unwrap();
        Phone::new(&answer, key)
    }

    /// Does a command of the coordinator.
    pub(crate) fn command(&mut self, request: &CommandRequest) -> Result<RoundView, AppError> {
        self.command_as(self.coordinator, request).map(|answer| answer.round().expect("a round"))
    }

    /// Does a command of somebody.
    pub(crate) fn command_as(
        &mut self,
        caller: Caller,
        request: &CommandRequest,
    ) -> Result<CommandAnswer, AppError> {
        self.write(|tx, world| {
            command(
                tx,
                &world.keys,
                &world.revocations(),
                caller,
                request,
                moment(world.now),
                &mut world.random(),
            )
        })
    }

    /// A round of a courier with as many stops.
    pub(crate) fn round_of(&mut self, courier: MemberId, stops: u8) -> RoundView {
        let id = RoundId::random(&mut self.random());
        let request = self.request(id, None, CoordinatorCommand::MakeRound { courier });
        let mut round = self.command(&request).unwrap();
        for n in 1..=stops {
            let stop = CoordinatorCommand::AddStop(Box::new(new_stop(n)));
            let request = self.request(id, Some(round.plan_version), stop);
            round = self.command(&request).unwrap();
        }
        round
    }

    /// Syncs a phone.
    pub(crate) fn sync(&mut self, phone: &mut Phone, rounds: Vec<RoundAsk>) -> Result<SyncAnswer, AppError> {
        let bytes = phone.request(rounds);
        self.sync_bytes(&bytes)
    }

    /// Syncs with these bytes.
    pub(crate) fn sync_bytes(&mut self, bytes: &[u8]) -> Result<SyncAnswer, AppError> {
        self.write(|tx, world| {
            let sender = sender::identify(tx, bytes)?;
            let ahead = Ahead::of(tx, &world.keys, &sender, world.now)?;
            sync(tx, &world.keys, &sender, &ahead, world.now)
        })
    }
}
