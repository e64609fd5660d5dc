//! A folder of instances, whichever of the formats they are in.

use std::fs;
use std::path::{Path, PathBuf};

use crate::instance::Instance;
use crate::numbers::Numbers;
use crate::read_error::ReadError;
use crate::{li_lim, mpdptw, sartori_buriol};

/// Reads every `.txt` of a folder, in the order of their names; a name must contain `only`.
pub fn read_folder(folder: &Path, only: &str) -> Result<Vec<Instance>, ReadError> {
    let file = |source| ReadError::File { path: folder.to_owned(), source };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(file)? {
        let path = entry.map_err(file)?.path();
        if path.extension().is_some_and(|extension| extension == "txt") && name(&path).contains(only) {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(ReadError::Empty { path: folder.to_owned(), only: only.to_owned() });
    }
    paths.iter().map(|path| read_file(path)).collect()
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read_file(path: &Path) -> Result<Instance, ReadError> {
    let text =
        fs::read_to_string(path).map_err(|source| ReadError::File { path: path.to_owned(), source })?;
    read(&name(path), &text)
        .map_err(|source| ReadError::Instance { path: path.to_owned(), source: Box::new(source) })
}

/// Tells the formats apart by their first lines: words, three numbers or two.
fn read(name: &str, text: &str) -> Result<Instance, ReadError> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let head = lines.next().unwrap_or_default();
    let depot = Numbers::read(2, lines.next().unwrap_or_default());
    if head.starts_with("NAME") {
        sartori_buriol::read(name, text)
    } else if depot.count() == 9 && depot.whole(8).is_ok_and(|request| request == -1) {
        mpdptw::read(name, text)
    } else if depot.count() == 9 {
        li_lim::read(name, text)
    } else {
        Err(ReadError::Format)
    }
}
