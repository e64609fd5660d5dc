//! A co-op of the real server in a folder of its own, on the real database, made once for each thread that fuzzes.
//!
//! It is made from a seed and at one time, so its ids and keys are the same in every process and what is kept goes on
//! naming what is there. Whatever is tried is rolled back.

use std::cell::RefCell;

use core_sync::domain::card::CardText;
use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::{CoordinatorCommand, NewStop};
use core_sync::domain::ids::{ActId, BootId, CoopId, DeviceId, MemberId, RoundId};
use core_sync::domain::personal::{Personal, Secret};
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::domain::stamp::Moment;
use core_sync::round_doc::DocumentName;
use core_sync::signing::key::PrivateKey;
use core_sync::wire::command::CommandRequest;
use core_sync::wire::enrol::EnrolRequest;
use core_sync::wire::members::{ForMember, NewMember, Role};
use core_sync::wire::round::RoundView;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use server::app::add_member::add_member;
use server::app::authenticate::Caller;
use server::app::command::command;
use server::app::enrol::{delegation, enrol};
use server::app::error::AppError;
use server::app::grant_enrolment_code::grant_enrolment_code;
use server::db::connection::{Tx, WriteConnection};
use server::db::error::DbError;
use server::db::open;
use server::folder::{database_in, keys_in};
use server::keys::Keys;
use server::revocations::Revocations;

use super::document::{MORNING, parcel, terms};

/// Stops of each round: a pickup of two parcels, where they go, and one that is withdrawn.
const STOPS: [(u8, StopKind, &[u8]); 4] = [
    (1, StopKind::Pickup, &[2, 3]),
    (2, StopKind::DropOff, &[2]),
    (3, StopKind::DropOff, &[3]),
    (4, StopKind::DropOff, &[4]),
];

/// The co-op and the connection to it.
pub(crate) struct Coop {
    connection: WriteConnection,
    pub(crate) people: People,
}

/// Who and what there is.
pub(crate) struct People {
    folder: tempfile::TempDir,
    pub(crate) keys: Keys,
    pub(crate) coordinator: Caller,
    pub(crate) courier: Caller,
    /// The courier's phone.
    pub(crate) device: DeviceId,
    pub(crate) key: PrivateKey,
    /// Her rounds, and how they look to the coordinator.
    pub(crate) rounds: [RoundId; 2],
    pub(crate) views: Vec<RoundView>,
    /// The codes that were granted to her: the one that made this phone, and one that was not used.
    pub(crate) codes: [Secret<String>; 2],
}

/// Why something was not kept: it never is.
enum Undone<T> {
    Tried(Result<T, AppError>),
    Database(DbError),
}

impl<T> From<DbError> for Undone<T> {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// Does something with this thread's co-op.
pub(crate) fn with<T>(work: impl FnOnce(&mut Coop) -> T) -> T {
    thread_local! {
        static COOP: RefCell<Coop> = RefCell::new(Coop::new());
    }
    COOP.with_borrow_mut(work)
}

/// Every target has the same chance, anew at each call.
pub(crate) fn random() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(11)
}

impl Coop {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder is made");
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let made = server::init::init(folder.path(), "Fuzz", "Europe/Paris", MORNING, &mut random);
        let made = made.expect("a co-op is made");
        let keys = Keys::read(&keys_in(folder.path()), [made.co_op]).expect("keys are there");
        let mut connection = open::open(&database_in(folder.path())).expect("a database is there");
        let filled = connection.write(|tx| People::come(tx, made.co_op, folder, keys, &mut random));
        Self { connection, people: filled.expect("the co-op is filled") }
    }

    /// Tries something and takes it back, whatever it came to.
    pub(crate) fn attempt<T>(
        &mut self,
        work: impl FnOnce(&Tx<'_>, &People) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let people = &self.people;
        let undone: Result<(), Undone<T>> = self.connection.write(|tx| Err(Undone::Tried(work(tx, people))));
        match undone {
            Err(Undone::Tried(result)) => result,
            Err(Undone::Database(error)) => panic!("the database failed: {error}"),
            Ok(()) => unreachable!("it is always taken back"),
        }
    }
}

impl People {
    /// A coordinator, a courier with a phone, and two rounds of hers; a stop of the first was withdrawn.
    fn come(
        tx: &Tx<'_>,
        co_op: CoopId,
        folder: tempfile::TempDir,
        keys: Keys,
        random: &mut ChaCha8Rng,
    ) -> Result<Self, AppError> {
        let mut member = |name: &str, role| {
            let member = MemberId::random(random);
            let new = NewMember { member, name: Personal::new(name.to_owned()), role };
            add_member(tx, co_op, &new, MORNING)?;
            Ok::<_, AppError>(Caller { co_op, member, role })
        };
        let (coordinator, courier) = (member("Cléo", Role::Coordinator)?, member("Ada", Role::Courier)?);
        let wanted = ForMember { member: courier.member };
        let used = grant_enrolment_code(tx, co_op, &wanted, MORNING, random)?.secret;
        let free = grant_enrolment_code(tx, co_op, &wanted, MORNING, random)?.secret;
        let key = PrivateKey::random(random);
        let request = EnrolRequest { code: used.clone(), key: key.public() };
        let device = enrol(tx, &keys, &request, MORNING, random)?.device;
        let rounds = [RoundId([1; 16]), RoundId([2; 16])];
        let mut people = Self {
            folder,
            keys,
            coordinator,
            courier,
            device,
            key,
            rounds,
            views: Vec::new(),
            codes: [used, free],
        };
        people.views =
            rounds.map(|round| people.plan(tx, round, random)).into_iter().collect::<Result<_, _>>()?;
        Ok(people)
    }

    /// Makes a round of the stops there are and withdraws the last.
    fn plan(&self, tx: &Tx<'_>, round: RoundId, random: &mut ChaCha8Rng) -> Result<RoundView, AppError> {
        let mut ask = |plan_version, asked| {
            let request = CommandRequest { act: ActId::random(random), round, plan_version, command: asked };
            let revocations = self.revocations();
            let said = command(tx, &self.keys, &revocations, self.coordinator, &request, moment(), random)?;
            said.round().ok_or(AppError::NotFound)
        };
        let mut view = ask(None, CoordinatorCommand::MakeRound { courier: self.courier.member })?;
        for (n, kind, parcels) in STOPS {
            let stop = CoordinatorCommand::AddStop(Box::new(new_stop(n, kind, parcels)));
            view = ask(Some(view.plan_version), stop)?;
        }
        let stop = view.stops.last().ok_or(AppError::NotFound)?.id;
        ask(
            Some(view.plan_version),
            CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Mistake },
        )
    }

    /// The co-op's word for the phone.
    pub(crate) fn word(&self) -> Vec<u8> {
        let (co_op, key) = (self.courier.co_op, self.key.public());
        let said = delegation(&self.keys, co_op, self.device, key, Some(self.courier.member), MORNING);
        said.expect("the co-op's key is there")
    }

    pub(crate) fn revocations(&self) -> Revocations {
        Revocations::in_folder(self.folder.path())
    }

    pub(crate) fn document(&self) -> DocumentName {
        DocumentName { round: self.rounds[0], holder: self.courier.member, schema: 1 }
    }
}

/// The server's moment, always.
pub(crate) fn moment() -> Moment {
    Moment { time: MORNING, boot: BootId([0xb0; 8]), monotonic_ms: 1_000 }
}

/// Whatever bytes come, a refusal is for whoever sent them: a fault is the server's.
pub(crate) fn no_fault<T>(result: Result<T, AppError>) -> Option<T> {
    match result {
        Ok(done) => Some(done),
        Err(AppError::Fault(fault)) => panic!("a fault of the server's: {fault:?}"),
        Err(_refused) => None,
    }
}

/// A stop to add, made of a number.
pub(crate) fn new_stop(n: u8, kind: StopKind, parcels: &[u8]) -> NewStop {
    let terms = terms(parcels);
    let coordinate = Coordinate::from_degrees(48.85, 2.35).expect("Paris is on the map");
    NewStop {
        kind,
        window: terms.window,
        service_seconds: terms.service_seconds,
        parcels: parcels.iter().copied().map(parcel).collect(),
        order: None,
        card: CardText {
            name: Personal::new(format!("Recipient {n}")),
            address: Personal::new("3 rue des Lilas".to_owned()),
            coordinate: Personal::new(coordinate),
            telephone: None,
            door_code: Some(Personal::new("12B7".to_owned())),
            instructions: None,
        },
    }
}
