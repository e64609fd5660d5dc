//! Copies of folders: what a file copy, a snapshot of a disk or a killed process leaves.

use std::fs;
use std::path::Path;

use crate::halt::{OrBroken as _, Played};

/// Copies a folder with what is in it, without its lock and SQLite's shared memory, which no copy carries on.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Played<()> {
    fs::create_dir_all(to).or_broken("making the folder of a copy")?;
    for entry in fs::read_dir(from).or_broken("reading a folder to copy")? {
        let entry = entry.or_broken("reading a folder to copy")?;
        let target = to.join(entry.file_name());
        if entry.file_type().or_broken("looking at what is to be copied")?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if !entry.file_name().to_string_lossy().ends_with("-shm") {
            fs::copy(entry.path(), target).or_broken("copying a file")?;
        }
    }
    let like = fs::metadata(from).or_broken("looking at a folder")?.permissions();
    fs::set_permissions(to, like).or_broken("setting a copy's permissions")
}
