//! The files that are kept: `tests/fuzz/corpus/TARGET` and `tests/fuzz/crashers/TARGET`.

use std::path::{Path, PathBuf};

/// Says what a folder is for, in each that may be empty.
const README: &str = "README.md";

/// A file that is kept.
pub struct Kept {
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// Where they stand.
pub fn folder(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz").join(folder)
}

/// The targets that have a folder in there, by name.
pub fn targets(of: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder(of)).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What is kept for a target, by name.
pub fn kept(of: &str, target: &str) -> Vec<Kept> {
    let entries = std::fs::read_dir(folder(of).join(target)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.file_name().is_some_and(|name| name != README));
    paths.sort();
    let read = |path: PathBuf| Kept { bytes: std::fs::read(&path).unwrap(), path };
    paths.into_iter().map(read).collect()
}
