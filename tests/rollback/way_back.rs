//! The ways in which a server goes back in time.

use std::path::{Path, PathBuf};

use super::cut_tail;
use crate::harness::server_process::binary;
use crate::harness::world::World;

/// A way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The folder was copied while the server stood, and is swapped in.
    CopiedFolder,
    /// The disk was copied while the server ran, as a snapshot of its machine, and is resumed.
    ResumedSnapshot,
    /// `tournee backup` while the server ran, `tournee restore` later.
    Backup,
    /// The last rows are gone, consistently and behind the server's back: a failover that missed its tail.
    CutTail,
}

/// A moment to which a server can be put back.
pub struct Moment {
    way: Way,
    copy: PathBuf,
    row: i64,
}

impl Way {
    /// Remembers this moment.
    pub fn remember(self, world: &mut World, name: &str) -> Moment {
        let copy = world.folder.path().join(format!("copy-{name}"));
        match self {
            Self::CopiedFolder => {
                world.server.take().unwrap().terminate();
                copy_folder(&world.data(), &copy);
                world.start_server();
            }
            Self::ResumedSnapshot => copy_folder(&world.data(), &copy),
            Self::Backup => tournee(&["backup"], &[&world.data(), &copy]),
            Self::CutTail => {}
        }
        Moment { way: self, copy, row: cut_tail::last_row(&world.data()) }
    }
}

impl Moment {
    /// Kills the server and starts it as it was at this moment.
    pub fn put_back(&self, world: &mut World) {
        world.kill_server();
        match self.way {
            Way::CopiedFolder | Way::ResumedSnapshot => {
                std::fs::remove_dir_all(world.data()).unwrap();
                copy_folder(&self.copy, &world.data());
            }
            Way::Backup => tournee(&["restore", "--replace"], &[&self.copy, &world.data()]),
            Way::CutTail => cut_tail::cut_after(&world.data(), self.row),
        }
        world.start_server();
    }
}

/// Runs the binary, which must succeed.
fn tournee(words: &[&str], folders: &[&Path]) {
    let output = binary().args(words).args(folders).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Copies a folder with what is in it, for its owner's eyes as it was.
fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
}
