//! Every route by every kind of caller, over a real router. A route, a role or a column without an
//! expectation here fails.

use axum::body::Body;
use axum::http::Request;
use core_sync::domain::ids::{MemberId, RoundId, to_text};
use core_sync::domain::personal::Personal;
use core_sync::domain::time::Milliseconds;
use core_sync::wire::members::{NewMember, Role};
use core_sync::wire::signed_request::SignedRequest;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;
use serde_json::json;

use super::routes::{Method, ROUTES, Route};
use crate::app::grant_token::TERM;
use crate::app::init_co_op::{NewCoop, init_co_op};
use crate::db::open;
use crate::folder::{database_in, keys_in};
use crate::keys;
use crate::testing::{MORNING, Service, request};

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    Nobody,
    /// An admin whose token's term is over.
    Expired,
    /// An admin of another co-op in the same folder.
    OtherCoop,
    With(Role),
}

/// Each kind of caller, in the sequence of the columns below.
const CALLERS: [Caller; 7] = [
    Caller::Nobody,
    Caller::Expired,
    Caller::OtherCoop,
    Caller::With(Role::Courier),
    Caller::With(Role::Shop),
    Caller::With(Role::Coordinator),
    Caller::With(Role::Admin),
];

/// What each gets for a good request about our co-op's round. A device is none of the callers, so the one
/// route for devices refuses them all; another co-op's admin is refused what is ours and gets what is theirs.
#[rustfmt::skip]
const EXPECTED: &[(Method, &str, [u16; 7])] = &[
    //                                        nobody expired other courier shop coordinator admin
    (Method::Post, "/v1/enrol",              [403,   403,    403,  403,    403,  403,        403]),
    (Method::Post, "/v1/sync",               [401,   401,    401,  401,    401,  401,        401]),
    (Method::Post, "/v1/shop-facts",         [401,   401,    401,  401,    401,   401,        401]),
    (Method::Post, "/v1/commands",           [401,   401,    404,  200,    403,  200,        200]),
    (Method::Get,  "/v1/drafts",             [401,   401,    200,  200,    403,  200,        200]),
    (Method::Post, "/v1/plans",              [401,   401,    404,  403,    403,  200,        200]),
    (Method::Post, "/v1/suggestions",        [401,   401,    404,  403,    403,  200,        200]),
    (Method::Get,  "/v1/suggestions",        [401,   401,    200,  403,    403,  200,        200]),
    (Method::Get,  "/v1/members",            [401,   401,    200,  403,    403,  200,        200]),
    (Method::Post, "/v1/members",            [401,   401,    200,  403,    403,  403,        200]),
    (Method::Post, "/v1/tokens",             [401,   401,    404,  403,    403,  403,        200]),
    (Method::Post, "/v1/enrolment-codes",    [401,   401,    404,  403,    403,  403,        200]),
    (Method::Get,  "/v1/aside",              [401,   401,    200,  403,    403,  200,        200]),
    (Method::Get,  "/v1/devices",            [401,   401,    200,  403,    403,  200,        200]),
    // Of a device that nobody here knows; another co-op's is refused in app/revoke.rs.
    (Method::Post, "/v1/devices/revoke",     [401,   401,    200,  403,    403,  403,        200]),
    (Method::Get,  "/v1/board",              [401,   401,    200,  403,    403,  200,        200]),
    (Method::Get,  "/v1/board/stream",       [401,   401,    200,  403,    403,  200,        200]),
    (Method::Get,  "/v1/items",              [401,   401,    200,  403,    403,  200,        200]),
    (Method::Get,  "/v1/rounds/{id}",        [401,   401,    404,  403,    403,  200,        200]),
    (Method::Get,  "/v1/health",             [200,   200,    200,  200,    200,  200,        200]),
];

/// A service with a round, a member of each role, and a second co-op.
struct World {
    service: Service,
    courier: MemberId,
    round: RoundId,
    other_token: String,
    expired_token: String,
    tokens: Vec<(Role, String)>,
    draft_version: serde_json::Value,
}

const DRAFT: RoundId = RoundId([6; 16]);
/// One that nobody takes.
const PLANNED: RoundId = RoundId([9; 16]);

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let made = crate::init::init(folder.path(), "Ours", "Europe/Paris", MORNING, &mut random).unwrap();
        let other_token = second_co_op(folder.path(), &mut random);
        let expired_token = made.token.reveal().clone();
        let service = Service::open(folder, made.admin, expired_token.clone());
        service.later(Milliseconds(TERM.0 - 1));
        let mut world = Self {
            service,
            courier: MemberId([1; 16]),
            round: RoundId([2; 16]),
            other_token,
            expired_token,
            tokens: Vec::new(),
            draft_version: serde_json::Value::Null,
        };
        world.people().await;
        // Now the first admin's token is over; the others are fresh.
        world.service.later(Milliseconds(1));
        world.round().await;
        world.draft().await;
        world
    }

    async fn people(&mut self) {
        for (n, role) in (1..).zip(Role::ALL) {
            let member = MemberId([n; 16]);
            let new = NewMember { member, name: Personal::new(format!("Person {n}")), role: *role };
            let admin = Some(self.expired_token.as_str());
            assert_eq!(self.service.post("/v1/members", admin, &new).await.status, 200);
            let granted = self.service.post("/v1/tokens", admin, &json!({ "member": member })).await;
            self.tokens.push((*role, granted.json()["secret"].as_str().unwrap().to_owned()));
        }
    }

    async fn round(&self) {
        let command = json!({
            "act": to_text(&[3; 16]), "round": self.round, "command": { "make_round": { "courier": self.courier } },
        });
        let token = self.token(Caller::With(Role::Coordinator));
        assert_eq!(self.service.post("/v1/commands", token, &command).await.status, 200);
    }

    async fn draft(&mut self) {
        let command = json!({ "act": to_text(&[4; 16]), "round": DRAFT, "command": { "make_draft": {} } });
        let token = self.token(Caller::With(Role::Coordinator)).map(str::to_owned);
        let made = self.service.post("/v1/commands", token.as_deref(), &command).await;
        assert_eq!(made.status, 200);
        self.draft_version = made.json()["plan_version"].clone();
        let command = json!({ "act": to_text(&[5; 16]), "round": PLANNED, "command": { "make_draft": {} } });
        assert_eq!(self.service.post("/v1/commands", token.as_deref(), &command).await.status, 200);
    }

    fn token(&self, caller: Caller) -> Option<&str> {
        match caller {
            Caller::Nobody => None,
            Caller::Expired => Some(&self.expired_token),
            Caller::OtherCoop => Some(&self.other_token),
            Caller::With(role) => {
                self.tokens.iter().find(|(of, _)| *of == role).map(|(_, token)| token.as_str())
            }
        }
    }

    /// A request that would be good from a permitted caller. `n` keeps the callers' acts and members apart.
    fn request(&self, route: &Route, caller: Caller, n: u8) -> Request<Body> {
        let path = route.path.replace("{id}", &self.round.to_string());
        let builder = request(method_name(route.method), &path, self.token(caller));
        let json = |body: serde_json::Value| serde_json::to_vec(&body).unwrap();
        let body = match (route.method, route.path) {
            (Method::Get, _) => return builder.body(Body::empty()).unwrap(),
            (Method::Post, "/v1/sync") => {
                let (key, device) = (
                    core_sync::signing::key::PrivateKey::from_seed(&[7; 32]),
                    core_sync::domain::ids::DeviceId([7; 8]),
                );
                let body = SignedRequest::sign(&key, device, 1, Vec::new()).to_bytes();
                return builder.header("content-type", "application/cbor").body(body.into()).unwrap();
            }
            (Method::Post, "/v1/shop-facts") => {
                // By a device that nobody enrolled.
                json(json!({ "record": to_text(&[7; 24]), "bytes": to_text(&shop_fact()) }))
            }
            (Method::Post, "/v1/enrol") => {
                let key = core_sync::signing::key::PrivateKey::from_seed(&[7; 32]).public();
                json(json!({ "code": to_text(&[4; 16]), "key": key }))
            }
            // The one command that a courier may send.
            (Method::Post, "/v1/commands") if caller == Caller::With(Role::Courier) => json(json!({
                "act": to_text(&[100 + n; 16]), "round": DRAFT, "plan_version": self.draft_version,
                "command": { "take_draft": { "courier": self.courier } },
            })),
            (Method::Post, "/v1/commands") => {
                // Of our round: a member of another co-op is told that there is no such courier.
                let make = json!({ "make_round": { "courier": self.courier } });
                json(
                    json!({ "act": to_text(&[100 + n; 16]), "round": to_text(&[100 + n; 16]), "command": make }),
                )
            }
            (Method::Post, path @ ("/v1/plans" | "/v1/suggestions")) => {
                // Tokens were granted anew when the first was over.
                let from = MORNING.0 + TERM.0;
                let shift = json!({ "from_ms": from, "until_ms": from + 7_200_000 });
                let start = json!({ "latitude": 48.85, "longitude": 2.35 });
                let courier = json!({
                    "courier": self.courier, "shift": shift, "start": start, "litres": 220, "kilograms": 100,
                });
                json(match path {
                    "/v1/plans" => json!({ "drafts": [PLANNED], "couriers": [courier], "seconds": 1 }),
                    _ => json!({ "couriers": [courier] }),
                })
            }
            (Method::Post, "/v1/members") => {
                let member = to_text(&[50 + n; 16]);
                json(json!({ "member": member, "name": format!("New {n}"), "role": "courier" }))
            }
            (Method::Post, "/v1/tokens" | "/v1/enrolment-codes") => json(json!({ "member": self.courier })),
            (Method::Post, "/v1/devices/revoke") => json(json!({ "device": to_text(&[5; 8]) })),
            (Method::Post, path) => panic!("no request is made for POST {path}: add one"),
        };
        builder.header("content-type", "application/json").body(body.into()).unwrap()
    }
}

/// What a shop says, signed by a device of no co-op here.
fn shop_fact() -> Vec<u8> {
    let id = core_sync::domain::ids::RecordId([7; 24]);
    let moment = crate::testing::moment(MORNING);
    let word = core_sync::signing::shop_fact::ShopWord {
        member: MemberId([1; 16]),
        stamp: core_sync::domain::stamp::Stamp::new(moment, 1),
        direction: core_sync::domain::shop_fact::Direction::Given,
        parcels: vec![core_sync::domain::ids::ParcelId([1; 16])],
        follows: Vec::new(),
    };
    let key = core_sync::signing::key::PrivateKey::from_seed(&[7; 32]);
    core_sync::signing::shop_fact::sign(word, id, &key, vec![0; 10])
}

/// Founds a second co-op in a folder and gives its admin a token that is still good when the first is not.
fn second_co_op(folder: &std::path::Path, random: &mut ChaCha8Rng) -> String {
    let id = core_sync::domain::ids::CoopId([9; 16]);
    let key = core_sync::signing::key::PrivateKey::random(random);
    keys::write_co_op_key(&keys_in(folder), id, &key).unwrap();
    let server_key = keys::Keys::read(&keys_in(folder), []).unwrap().server.public();
    let new = NewCoop {
        id,
        name: "Theirs".into(),
        time_zone: "Europe/Paris".into(),
        public_key: key.public(),
        server_key,
    };
    let later = MORNING.plus(Milliseconds::hours(1));
    let mut connection = open::open(&database_in(folder)).unwrap();
    let founded = connection.write(|tx| init_co_op(tx, &new, later, random)).unwrap();
    founded.token.secret.reveal().clone()
}

fn method_name(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
    }
}

#[test]
fn every_role_is_among_the_callers_and_every_route_has_its_expectations() {
    for role in Role::ALL {
        assert!(CALLERS.contains(&Caller::With(*role)), "{role:?} does not call");
    }
    let of_table: Vec<_> = ROUTES.iter().map(|route| (route.method, route.path)).collect();
    let expected: Vec<_> = EXPECTED.iter().map(|(method, path, _)| (*method, *path)).collect();
    assert_eq!(of_table, expected);
}

#[tokio::test]
async fn every_route_answers_every_caller_as_the_table_says() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for (route, (_, _, statuses)) in ROUTES.iter().zip(EXPECTED) {
        for ((caller, expected), n) in CALLERS.iter().zip(statuses).zip(0..) {
            let answer = world.service.call(world.request(route, *caller, n)).await;
            if answer.status != *expected {
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                wrong.push(format!(
                    "{:?} {} by {caller:?}: {} {body}",
                    route.method, route.path, answer.status
                ));
            }
            if answer.status.is_client_error() {
                assert_eq!(answer.headers["content-type"], "application/problem+json");
                assert!(!answer.code().is_empty());
            }
            assert_eq!(answer.headers["cache-control"], "no-store");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn what_the_expectations_say_of_a_role_is_what_its_column_says() {
    for (route, (_, _, statuses)) in ROUTES.iter().zip(EXPECTED) {
        for (caller, status) in CALLERS.iter().zip(statuses) {
            if let Caller::With(role) = caller {
                let let_in = route.who.lets_in(*role) || route.who.nobody || route.who.device_signature;
                let shut_out = *status == 403 && !route.who.nobody;
                assert_eq!(let_in, !shut_out, "{} by {role:?}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn another_co_ops_admin_sees_nothing_of_ours() {
    let world = World::new().await;
    let token = world.token(Caller::OtherCoop);
    let board = world.service.get("/v1/board", token).await.json();
    assert_eq!(board["rounds"], json!([]));
    let members = world.service.get("/v1/members", token).await.json();
    assert_eq!((&members["co_op_name"], members["members"].as_array().unwrap().len()), (&json!("Theirs"), 1));
}
