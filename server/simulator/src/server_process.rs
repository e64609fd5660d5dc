//! The server: the real one in its folder, behind its real router, called without a socket.
//!
//! Killing it leaves what stood on its disk at that moment: the folder as it is, copied before the process is let go.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use core_sync::domain::ids::{CoopId, DeviceId};
use core_sync::domain::personal::Secret;
use core_sync::signing::key::PublicKey;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use server::Server;
use server::backup::backup;
use server::backup::restore::{Restore, restore};
use server::db::co_op::{self, CoopRow};
use server::db::open;
use server::folder::database_in;
use tower::ServiceExt as _;

use crate::clock::TrueClock;
use crate::copy::copy_folder;
use crate::halt::{Halt, OrBroken as _, Played, found};
use crate::inventory::{Inventory, ReadBefore};
use crate::refusing_disk;

/// Bytes of an answer that are read: more is none of ours.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// How the disk is while a request is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disk {
    Room,
    /// It takes no byte.
    Refuses,
}

/// The server, its folder, and the means to let it die and come back.
pub(crate) struct ServerProcess {
    runtime: tokio::runtime::Runtime,
    folders: PathBuf,
    /// How often its folder was another one.
    folder_number: u32,
    starts: u64,
    seed: u64,
    clock: TrueClock,
    running: Option<(Router, Arc<Server>)>,
    read_before: RefCell<ReadBefore>,
    pub(crate) co_op: CoopId,
    pub(crate) admin_token: Secret<String>,
}

impl ServerProcess {
    /// Makes the folder of a new co-op and starts.
    pub(crate) fn init(folders: &Path, seed: u64, clock: TrueClock) -> Played<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.or_broken("starting a runtime")?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let data = folders.join("server-0");
        let made = server::init::init(&data, "Simulated", "Europe/Paris", clock.server_time(), &mut random)
            .or_broken("making the server's folder")?;
        let mut process = Self {
            runtime,
            folders: folders.to_owned(),
            folder_number: 0,
            starts: 0,
            seed,
            clock,
            running: None,
            read_before: RefCell::default(),
            co_op: made.co_op,
            admin_token: made.token,
        };
        process.start()?;
        Ok(process)
    }

    /// Where its data stands now.
    pub(crate) fn data(&self) -> PathBuf {
        self.folders.join(format!("server-{}", self.folder_number))
    }

    /// Starts it, if it does not run.
    pub(crate) fn start(&mut self) -> Played<()> {
        if self.running.is_some() {
            return Ok(());
        }
        self.starts += 1;
        let random = ChaCha8Rng::seed_from_u64(self.seed ^ (self.starts << 32));
        // A folder that cannot be served is what a crash must never leave.
        let server = server::open(&self.data(), self.clock.for_server(), random)
            .map_err(|error| found("the server starts again", format!("{error}: {error:?}")))?;
        let server = Arc::new(server);
        self.running = Some((server::api::build_router(Arc::clone(&server)), server));
        Ok(())
    }

    /// Lets it go after its folder was copied: what the process still does is done to a folder nobody looks at.
    pub(crate) fn kill(&mut self) -> Played<()> {
        let old = self.data();
        self.folder_number += 1;
        copy_folder(&old, &self.data())?;
        self.running = None;
        std::fs::remove_dir_all(old).or_broken("taking the folder of a dead server away")?;
        self.start()
    }

    /// Copies the folder as it stands, as a snapshot of the machine's disk does while everything runs.
    pub(crate) fn snapshot(&self, name: &str) -> Played<PathBuf> {
        let to = self.folders.join(name);
        copy_folder(&self.data(), &to)?;
        Ok(to)
    }

    /// Stops it in order, copies the folder, starts it again.
    pub(crate) fn copy_while_stopped(&mut self, name: &str) -> Played<PathBuf> {
        self.running = None;
        let to = self.folders.join(name);
        copy_folder(&self.data(), &to)?;
        self.start()?;
        Ok(to)
    }

    /// Puts a copy in the folder's place and starts on it. The copy stays.
    pub(crate) fn put_back(&mut self, copy: &Path) -> Played<()> {
        self.running = None;
        let old = self.data();
        self.folder_number += 1;
        copy_folder(copy, &self.data())?;
        std::fs::remove_dir_all(old).or_broken("taking the folder before a copy away")?;
        self.start()
    }

    /// Makes a backup while it runs, with the product's own command.
    pub(crate) fn backup(&self, name: &str) -> Played<PathBuf> {
        let to = self.folders.join(name);
        backup(&self.data(), &to, self.clock.server_time()).or_broken("making a backup")?;
        Ok(to)
    }

    /// Restores a backup in the folder's place, with the product's own command.
    pub(crate) fn restore(&mut self, backup: &Path) -> Played<()> {
        self.running = None;
        let asked = Restore {
            backup: backup.to_owned(),
            data: self.data(),
            replace: true,
            force: false,
            revocations: None,
        };
        let restored = restore(&asked, self.clock.server_time(), &mut |_| {});
        let restored =
            restored.map_err(|error| found("a backup can be restored", format!("{error}: {error:?}")))?;
        if let Some(aside) = restored.moved_aside {
            std::fs::remove_dir_all(aside).or_broken("taking what a restore moved aside away")?;
        }
        self.start()
    }

    /// The key that vouches for the co-op's devices.
    pub(crate) fn co_op_key(&self) -> Played<PublicKey> {
        Ok(self.co_op_row()?.public_key)
    }

    /// The device that the server itself writes as.
    pub(crate) fn server_device(&self) -> Played<DeviceId> {
        Ok(self.co_op_row()?.server_device)
    }

    fn co_op_row(&self) -> Played<CoopRow> {
        let mut connection =
            open::open_beside(&database_in(&self.data())).or_broken("opening the server's database")?;
        let row = connection.read(|snapshot| co_op::find(snapshot, self.co_op));
        row.or_broken("reading the co-op")?.or_broken("the co-op is there")
    }

    /// Everything that stands committed in its folder, read beside it.
    pub(crate) fn inventory(&self) -> Played<Inventory> {
        Inventory::read(&self.data(), self.co_op, &mut self.read_before.borrow_mut())
    }

    /// Posts CBOR to `/v1/sync`.
    pub(crate) fn sync(&self, body: Vec<u8>, disk: Disk) -> Played<Answer> {
        self.call(post("/v1/sync", None, "application/cbor", body)?, disk)
    }

    /// Posts JSON.
    pub(crate) fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: &impl Serialize,
        disk: Disk,
    ) -> Played<Answer> {
        let body = serde_json::to_vec(body).or_broken("writing JSON")?;
        self.call(post(path, token, "application/json", body)?, disk)
    }

    /// Posts JSON as an admin and reads the answer, which must be a yes.
    pub(crate) fn ask_as_admin<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Played<T> {
        let answer = self.post(path, Some(self.admin_token.reveal()), body, Disk::Room)?;
        answer.json(path)
    }

    /// Gets JSON.
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str, token: &str) -> Played<T> {
        let request = Request::get(path).header("authorization", format!("Bearer {token}"));
        let request = request.body(Body::empty()).or_broken("building a request")?;
        self.call(request, Disk::Room)?.json(path)
    }

    fn call(&self, request: Request<Body>, disk: Disk) -> Played<Answer> {
        let path = request.uri().path().to_owned();
        let (router, _) = self.running.as_ref().or_broken("calling a server that does not run")?;
        let router = router.clone();
        let serve = || {
            self.runtime.block_on(async move {
                let response = router.oneshot(request).await.map_err(|_| "no answer")?;
                let status = response.status().as_u16();
                let body = axum::body::to_bytes(response.into_body(), ANSWER_BYTES_MAX).await;
                body.map(|body| Answer { status, body: body.to_vec() }).map_err(|_| "no body")
            })
        };
        let answer = match disk {
            Disk::Room => serve(),
            Disk::Refuses => refusing_disk::while_refusing(serve)?,
        };
        let answer = answer.or_broken("calling the server")?;
        if answer.status == 500 && disk == Disk::Room {
            return Err(found(
                "the server never fails by its own fault",
                format!("{path}: {}", String::from_utf8_lossy(&answer.body)),
            ));
        }
        Ok(answer)
    }
}

impl Answer {
    /// Reads a yes.
    pub(crate) fn json<T: DeserializeOwned>(&self, path: &str) -> Played<T> {
        if self.status >= 400 {
            return Err(Halt::Broken(format!("{path}: {}", String::from_utf8_lossy(&self.body))));
        }
        serde_json::from_slice(&self.body).or_broken("reading an answer")
    }

    /// The code of a no.
    pub(crate) fn code(&self) -> Option<core_sync::wire::error_code::ErrorCode> {
        let problem: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        core_sync::wire::error_code::ErrorCode::from_code(problem.get("code")?.as_str()?)
    }

    /// A member of a no.
    pub(crate) fn member<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let mut problem: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        serde_json::from_value(problem.get_mut(name)?.take()).ok()
    }
}

fn post(path: &str, token: Option<&str>, kind: &str, body: Vec<u8>) -> Played<Request<Body>> {
    let request = Request::post(path).header("content-type", kind);
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    request.body(Body::from(body)).or_broken("building a request")
}
