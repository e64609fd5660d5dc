//! The file of revocations and erasures: what must not come back when an older copy of the database is put back.
//!
//! It stands in the data folder and in no backup. A line is on the disk before the transaction that it belongs to
//! commits, so a line too many is possible and a line too few is not; doing a line again changes nothing. It holds
//! ids and hashes, never who a card was about. Lines are only ever added: a damaged one is passed over and said.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CardHash, CoopId, DeviceId, MemberId, to_text};
use core_sync::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The file's name in the data folder.
pub const FILE_NAME: &str = "revocations.jsonl";
/// Bytes of the file that are read at most: a co-op that erases 100 cards a day fills it in ten years.
const FILE_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// A line: what was decided, by whom and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Line {
    /// A device was shut out.
    Revoked {
        /// Its co-op.
        co_op: CoopId,
        /// The device.
        device: DeviceId,
        /// Who decided it.
        by: Option<MemberId>,
        /// When.
        at_ms: Timestamp,
    },
    /// A card was erased.
    Erased {
        /// Its co-op.
        co_op: CoopId,
        /// The card.
        card: CardHash,
        /// Who decided it.
        by: Option<MemberId>,
        /// When.
        at_ms: Timestamp,
    },
}

/// A line as it stands in the file: `sum` covers the JSON of `line`, so that a flipped bit names nobody else.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    line: Line,
    sum: String,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// The lines that can be read, in their sequence.
    pub lines: Vec<Line>,
    /// The numbers, from 1, of those that cannot.
    pub damaged: Vec<usize>,
}

/// Why the file was not read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} the file of revocations and erasures {}", path.display())]
pub struct RevocationsError {
    /// What was being done.
    doing: &'static str,
    /// The file.
    path: PathBuf,
    /// Why not.
    #[source]
    source: io::Error,
}

/// The file of a data folder. One server at a time holds the folder, so nobody else appends.
#[derive(Debug)]
pub struct Revocations {
    path: PathBuf,
    /// Held while appending.
    turn: Mutex<()>,
}

impl Revocations {
    /// The file of this data folder. It is made by the first line.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join(FILE_NAME), turn: Mutex::new(()) }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds lines. They are on the disk when it returns; after an error none of them is, and whatever they belong
    /// to must not be done. To be called inside the transaction of what they say, as its last step.
    pub fn append(&self, lines: &[Line]) -> Result<(), RevocationsError> {
        if lines.is_empty() {
            return Ok(());
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |source| RevocationsError { doing: "write", path: self.path.clone(), source };
        let is_new = !self.path.exists();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path).map_err(failed)?;
        let before = file.seek(SeekFrom::End(0)).map_err(failed)?;
        let written = written(lines)
            .and_then(|text| write_after(&mut file, before, &text))
            .and_then(|()| if is_new { save_name(&self.path) } else { Ok(()) });
        if let Err(source) = written {
            // What was begun goes again; should it stay, it is a damaged line and passed over.
            let _stays = file.set_len(before).and_then(|()| file.sync_all());
            return Err(failed(source));
        }
        Ok(())
    }
}

/// Reads a file; one that is not there says nothing.
pub fn read(path: &Path) -> Result<Lines, RevocationsError> {
    let failed = |source| RevocationsError { doing: "read", path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Lines::default()),
        Err(source) => return Err(failed(source)),
    };
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(failed)?;
    let mut read = Lines::default();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        match read_line(line) {
            Some(line) => read.lines.push(line),
            None if line.is_empty() => {}
            None => read.damaged.push(number + 1),
        }
    }
    Ok(read)
}

fn read_line(line: &[u8]) -> Option<Line> {
    let written: Written = serde_json::from_slice(line).ok()?;
    (written.sum == sum(&serde_json::to_string(&written.line).ok()?)).then_some(written.line)
}

fn sum(line: &str) -> String {
    to_text(&Hash::of("tournee/revocations/1", &[line.as_bytes()]).first::<6>())
}

fn written(lines: &[Line]) -> io::Result<String> {
    let mut text = String::new();
    for line in lines {
        let sum = sum(&serde_json::to_string(line)?);
        text.push_str(&serde_json::to_string(&Written { line: *line, sum })?);
        text.push('\n');
    }
    Ok(text)
}

/// Writes after `before` bytes; a line that was cut there is ended first, so that it spoils no other.
fn write_after(file: &mut File, before: u64, text: &str) -> io::Result<()> {
    let mut last = [b'\n'];
    if before > 0 {
        file.seek(SeekFrom::Start(before - 1))?;
        file.read_exact(&mut last)?;
    }
    if last != [b'\n'] {
        file.write_all(b"\n")?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The name is in the folder, which is a file of its own to the disk.
fn save_name(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn erased(n: u8) -> Line {
        Line::Erased { co_op: CoopId([1; 16]), card: CardHash([n; 32]), by: None, at_ms: Timestamp(7) }
    }

    fn revoked(n: u8) -> Line {
        let by = Some(MemberId([9; 16]));
        Line::Revoked { co_op: CoopId([1; 16]), device: DeviceId([n; 8]), by, at_ms: Timestamp(8) }
    }

    fn file() -> (tempfile::TempDir, Revocations) {
        let folder = tempfile::tempdir().unwrap();
        let file = Revocations::in_folder(folder.path());
        (folder, file)
    }

    #[test]
    fn lines_come_back_in_their_sequence_and_a_missing_file_says_nothing() {
        let (_folder, file) = file();
        assert_eq!(read(file.path()).unwrap(), Lines::default());
        file.append(&[]).unwrap();
        assert!(!file.path().exists());
        file.append(&[erased(1), revoked(2)]).unwrap();
        file.append(&[erased(3)]).unwrap();
        let lines = vec![erased(1), revoked(2), erased(3)];
        assert_eq!(read(file.path()).unwrap(), Lines { lines, damaged: Vec::new() });
    }

    #[test]
    #[cfg(unix)]
    fn nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, file) = file();
        file.append(&[erased(1)]).unwrap();
        assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_line_cut_anywhere_is_said_and_spoils_neither_those_before_nor_those_after() {
        let (_folder, file) = file();
        file.append(&[erased(1), revoked(2)]).unwrap();
        let whole = fs::read(file.path()).unwrap();
        let second = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for cut in second + 1..whole.len() - 1 {
            fs::write(file.path(), &whole[..cut]).unwrap();
            file.append(&[erased(3)]).unwrap();
            let read = read(file.path()).unwrap();
            assert_eq!(read, Lines { lines: vec![erased(1), erased(3)], damaged: vec![2] }, "cut at {cut}");
        }
        // Only the line's end is missing: nothing is lost.
        fs::write(file.path(), &whole[..whole.len() - 1]).unwrap();
        file.append(&[erased(3)]).unwrap();
        assert_eq!(read(file.path()).unwrap().lines, [erased(1), revoked(2), erased(3)]);
    }

    #[test]
    fn a_line_with_any_byte_changed_names_nobody_else() {
        let (_folder, file) = file();
        file.append(&[revoked(2)]).unwrap();
        let whole = fs::read(file.path()).unwrap();
        for at in 0..whole.len() - 1 {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(file.path(), &changed).unwrap();
            let read = read(file.path()).unwrap();
            assert!(read.lines.iter().all(|line| *line == revoked(2)), "byte {at}: {read:?}");
            assert!(!read.lines.is_empty() || !read.damaged.is_empty(), "byte {at}");
        }
    }

    #[test]
    fn a_file_that_takes_no_more_is_an_error() {
        let (folder, file) = file();
        fs::create_dir(file.path()).unwrap();
        let error = file.append(&[erased(1)]).unwrap_err().to_string();
        assert!(error.contains(FILE_NAME), "{error}");
        drop(folder);
        assert!(file.append(&[erased(1)]).is_err());
    }
}
