//! A hand-over note: the parcels of a stop, an id a line, and nothing about anybody.

use std::collections::BTreeSet;
use std::path::Path;

use core_sync::domain::ids::ParcelId;

use crate::coordinator::numbers;
use crate::failure::Failure;
use crate::shell::Shell;

/// Reads the parcels of a note, or those of some lines of it, counted from 1.
pub(super) fn read(file: &Path, only: Option<&str>, shell: &Shell) -> Result<Vec<ParcelId>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::file(file, &error))?;
    let name = file.display().to_string();
    let not_a_note = || Failure::yours("note", shell.phrase("cli.not_a_note", &[("file", &name)]));
    let parcels: Vec<ParcelId> =
        text.lines().map(|line| line.trim().parse()).collect::<Result<_, _>>().map_err(|_| not_a_note())?;
    let Some(only) = only else {
        return if parcels.is_empty() { Err(not_a_note()) } else { Ok(parcels) };
    };
    // A line named twice is one parcel.
    let lines: BTreeSet<usize> = numbers(only, shell)?.into_iter().collect();
    let parcel = |line: usize| {
        line.checked_sub(1).and_then(|index| parcels.get(index)).copied().ok_or_else(|| {
            let values = [("number", &*line.to_string()), ("file", &name)];
            Failure::yours("no_such_line", shell.phrase("cli.no_such_line", &values))
        })
    };
    lines.into_iter().map(parcel).collect()
}
