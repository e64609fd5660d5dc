//! The peers: how each is started, and what it promises.

use std::path::Path;
use std::process::Command;

use super::Tools;

/// A peer.
#[derive(Debug)]
pub struct Peer {
    /// Its name here and in `drive.mjs`.
    pub name: &'static str,
    /// The package whose version is told.
    pub package: &'static str,
    /// What it promises and how it is set up.
    pub promises: &'static str,
    /// Starts it on a port, with a folder for what it keeps.
    pub start: fn(&Tools, u16, &Path) -> Command,
}

/// The peer that the goal names: the same document library, and the usual server for it.
pub const SYNC_SERVER: &str = "automerge-repo-sync-server";

/// All of them.
pub static PEERS: [Peer; 3] = [
    Peer {
        name: SYNC_SERVER,
        package: "@automerge/automerge-repo-sync-server",
        promises: "Says nothing of when a change is on its disk; writes files, and never syncs them. Who knows a \
                   document's id reads and writes it; nothing is signed or judged.",
        start: |tools, port, folder| {
            let mut command =
                node(tools, &["node_modules/@automerge/automerge-repo-sync-server/src/index.js"]);
            command.env("PORT", port.to_string()).env("DATA_DIR", folder);
            command
        },
    },
    Peer {
        name: "hocuspocus",
        package: "@hocuspocus/server",
        promises: "Stores a document 2 s after it was last changed, at the latest 10 s after it was first (its \
                   defaults), here into SQLite. Who may open a document is asked once, by a hook; no change is judged.",
        start: |tools, port, folder| {
            let mut command = node(tools, &["--no-warnings", "hocuspocus.mjs", &port.to_string()]);
            command.arg(folder);
            command
        },
    },
    Peer {
        name: "y-websocket",
        package: "y-websocket",
        promises: "Hands each update to LevelDB, which writes when it likes. No sign-in, no judging.",
        start: |tools, port, folder| {
            let mut command = node(tools, &["node_modules/y-websocket/bin/server.cjs"]);
            command.env("HOST", "127.0.0.1").env("PORT", port.to_string()).env("YPERSISTENCE", folder);
            command
        },
    },
];

/// Node with arguments, in the folder of the peers.
pub fn node(tools: &Tools, arguments: &[&str]) -> Command {
    let mut command = Command::new(&tools.node);
    command.args(arguments).current_dir(&tools.folder);
    command
}
