//! A folder as one file, with hashes inside and beside it.
//!
//! It owns how it is packed: the same files give the same bytes, whoever packs them, because owners, modes
//! and the order are set and every time is the commit's. It never chooses what is in the folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::run;
use crate::workspace::Workspace;

/// The list of hashes in the folder.
const SUMS: &str = "SHA256SUMS";

/// Packs the folder of that name, which lies where packages are made, and says where the tarball is.
pub fn pack(workspace: &Workspace, name: &str) -> Result<PathBuf, Failure> {
    let packages = workspace.packages();
    sum(workspace, &packages.join(name))?;

    println!("Packing.");
    let mut commit = workspace.program("git");
    commit.args(["log", "-1", "--format=%ct"]);
    let time = run::required_text(commit, "files get the time of the commit: run it in a git checkout.")?;
    let file = format!("{name}.tar.gz");
    let mut tar = workspace.program("tar");
    tar.args("--format=gnu --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX".split(' '));
    tar.arg(format!("--mtime=@{}", time.trim())).args(["-I", "gzip -n", "-cf", &file, name]);
    tar.current_dir(&packages);
    run::required(tar, "tar failed: its message is above. It has to be GNU tar, 1.28 or newer.")?;

    write(&packages.join(format!("{file}.sha256")), &hashes(workspace, &packages, &[file.as_str()])?)?;
    Ok(packages.join(file))
}

/// Writes the hashes of all files there are, and reads them back as the receiver will.
fn sum(workspace: &Workspace, folder: &Path) -> Result<(), Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| Failure::reading(folder, &error))? {
        let name = entry.map_err(|error| Failure::reading(folder, &error))?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    println!("Writing {SUMS} and checking it:");
    write(&folder.join(SUMS), &hashes(workspace, folder, &names)?)?;
    let mut check = workspace.program("sha256sum");
    check.args(["--strict", "-c", SUMS]).current_dir(folder);
    run::required(check, "the files are not what was written: is another `package` running?")
}

fn hashes(workspace: &Workspace, folder: &Path, names: &[impl AsRef<str>]) -> Result<String, Failure> {
    let mut hashes = workspace.program("sha256sum");
    hashes.args(names.iter().map(AsRef::as_ref)).current_dir(folder);
    run::required_text(hashes, "sha256sum failed: its message is above.")
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::writing(path, &error))
}
