//! What a disk holds after a power cut, computed from the operations before it.

use std::collections::BTreeMap;
use std::path::Path;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng as _};

/// What a disk writes at once or not at all.
pub const SECTOR_BYTES: u64 = 512;

/// Something that was done to a file of the folder.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    /// It came to be, empty.
    Create,
    /// Bytes were written at a place.
    Write(u64, Vec<u8>),
    /// It was cut or made longer to so many bytes.
    Truncate(u64),
    /// It was taken away.
    Delete,
    /// All of it is on the disk.
    Sync,
    /// The system was asked to put it on the disk and could not. What it had in its cache counts as clean from then
    /// on, as Linux has it: a later sync says yes and writes none of it.
    SyncFailed,
}

/// The files of a folder as a disk has them.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: BTreeMap<String, File>,
}

#[derive(Debug, Clone, Default)]
struct File {
    /// `None`: there is no such file.
    synced: Option<Vec<u8>>,
    pending: Vec<Operation>,
}

impl Disk {
    /// A disk with these files on it.
    pub(crate) fn of(files: BTreeMap<String, Vec<u8>>) -> Self {
        let files = files.into_iter();
        Self {
            files: files
                .map(|(name, bytes)| (name, File { synced: Some(bytes), pending: Vec::new() }))
                .collect(),
        }
    }

    pub(crate) fn follow(&mut self, name: &str, operation: &Operation, random: &mut ChaCha8Rng) {
        let file = self.files.entry(name.to_owned()).or_default();
        match operation {
            Operation::Sync => {
                for pending in std::mem::take(&mut file.pending) {
                    apply(&mut file.synced, &pending);
                }
            }
            Operation::SyncFailed => file.lose(random),
            Operation::Create | Operation::Write(..) | Operation::Truncate(_) | Operation::Delete => {
                file.pending.push(operation.clone());
            }
        }
    }

    /// The power goes: of what was not synced, some is there and some is not.
    pub(crate) fn lose(&mut self, random: &mut ChaCha8Rng) {
        self.files.values_mut().for_each(|file| file.lose(random));
    }

    /// Writes the files into a folder.
    pub fn write_into(&self, folder: &Path) {
        for (name, file) in &self.files {
            if let Some(bytes) = &file.synced {
                std::fs::write(folder.join(name), bytes).unwrap();
            }
        }
    }

    /// A file's bytes; `None` if it is not there.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name)?.synced.as_deref()
    }
}

/// How much of what was not synced is kept. Each kind of loss finds other mistakes, so each has its share.
enum Kept {
    Nothing,
    AllButATornEnd,
    Any,
}

impl File {
    /// Decides what became of everything not synced.
    fn lose(&mut self, random: &mut ChaCha8Rng) {
        let mut pending = std::mem::take(&mut self.pending);
        // A file that was taken away and made anew is another one: what was written to one is never found in the other.
        if let Some(last) = pending.iter().rposition(|operation| matches!(operation, Operation::Delete)) {
            let of_the_new = pending.split_off(last + 1);
            if random.next_u32().is_multiple_of(2) {
                for operation in &pending {
                    apply(&mut self.synced, operation);
                }
                pending = of_the_new;
            } else {
                pending.pop();
            }
        }
        let kept = match random.next_u32() % 4 {
            0 => Kept::Nothing,
            1 => Kept::AllButATornEnd,
            _ => Kept::Any,
        };
        let last = pending.len().saturating_sub(1);
        for (index, operation) in pending.iter().enumerate() {
            let fate = match kept {
                Kept::Nothing => Fate::Lost,
                Kept::AllButATornEnd if index == last => Fate::Torn,
                Kept::AllButATornEnd => Fate::Kept,
                Kept::Any => match random.next_u32() % 8 {
                    0..=3 => Fate::Kept,
                    4 => Fate::Torn,
                    _ => Fate::Lost,
                },
            };
            match (fate, operation) {
                (Fate::Lost, _) => {}
                (Fate::Torn, Operation::Write(at, bytes)) => {
                    let begun = torn(*at, bytes, random);
                    apply(&mut self.synced, &Operation::Write(*at, begun));
                }
                (Fate::Kept | Fate::Torn, operation) => apply(&mut self.synced, operation),
            }
        }
    }
}

enum Fate {
    Kept,
    Torn,
    Lost,
}

/// The beginning of a write, up to the border of a sector that lies in it.
fn torn(at: u64, bytes: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let first = SECTOR_BYTES - at % SECTOR_BYTES;
    let borders: Vec<u64> =
        (0..).map(|n| first + n * SECTOR_BYTES).take_while(|b| *b < bytes.len() as u64).collect();
    let chosen = random.next_u32() as usize % (borders.len() + 1);
    let end = borders.get(chosen).map_or(0, |border| usize::try_from(*border).unwrap());
    bytes[..end].to_vec()
}

fn apply(file: &mut Option<Vec<u8>>, operation: &Operation) {
    match operation {
        Operation::Create => {
            file.get_or_insert_default();
        }
        Operation::Write(_, bytes) if bytes.is_empty() => {}
        Operation::Write(at, bytes) => {
            let file = file.get_or_insert_default();
            let at = usize::try_from(*at).unwrap();
            let end = at + bytes.len();
            if file.len() < end {
                file.resize(end, 0);
            }
            file[at..end].copy_from_slice(bytes);
        }
        Operation::Truncate(size) => {
            if let Some(file) = file {
                file.resize(usize::try_from(*size).unwrap(), 0);
            }
        }
        Operation::Delete => *file = None,
        Operation::Sync | Operation::SyncFailed => {}
    }
}

/// The chance that decides about one power cut.
pub(crate) fn chance(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}
