//! The trial: do a document's changes load, save and load again to the same heads?
//!
//! The guard decides by bytes; this is the proof, off the request, that it decided right. A failure is an
//! alarm, never a refusal: views go on from the rows.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, Change};

use super::DocumentName;
use super::genesis::genesis;

/// What a trial found wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrialError {
    /// A change could not be read or applied.
    #[error("a change does not apply")]
    Apply,
    /// The document has other heads than the changes say.
    #[error("the heads differ")]
    Heads,
    /// What was saved does not load to the same.
    #[error("the saved document does not load to the same heads")]
    SaveLoad,
    /// The document library panicked.
    #[error("the document library panicked")]
    Panicked,
}

/// Applies genesis and `changes`, saves, loads and compares heads.
pub fn try_document(document: &DocumentName, changes: &[Vec<u8>]) -> Result<Vec<[u8; 32]>, TrialError> {
    catch_unwind(AssertUnwindSafe(|| run(document, changes)))
        .unwrap_or(Err(TrialError::Panicked))
        .map(|(heads, _)| heads)
}

/// The document as any Automerge loads it, after the same trial: what an archive keeps.
pub fn saved_document(document: &DocumentName, changes: &[Vec<u8>]) -> Result<Vec<u8>, TrialError> {
    catch_unwind(AssertUnwindSafe(|| run(document, changes)))
        .unwrap_or(Err(TrialError::Panicked))
        .map(|(_, saved)| saved)
}

/// The heads and the saved bytes.
type Tried = (Vec<[u8; 32]>, Vec<u8>);

fn run(document: &DocumentName, changes: &[Vec<u8>]) -> Result<Tried, TrialError> {
    let mut all = vec![Change::from_bytes(genesis(document).bytes).map_err(|_| TrialError::Apply)?];
    for bytes in changes {
        all.push(Change::from_bytes(bytes.clone()).map_err(|_| TrialError::Apply)?);
    }
    let named: BTreeSet<_> = all.iter().flat_map(|change| change.deps().to_vec()).collect();
    let expected: BTreeSet<_> = all.iter().map(Change::hash).filter(|hash| !named.contains(hash)).collect();
    let mut live = Automerge::new();
    live.apply_changes(all).map_err(|_| TrialError::Apply)?;
    if live.get_heads().into_iter().collect::<BTreeSet<_>>() != expected {
        return Err(TrialError::Heads);
    }
    let saved = live.save();
    #[expect(clippy::disallowed_methods, reason = "the bytes are this function's own, not a device's")]
    let loaded = Automerge::load(&saved).map_err(|_| TrialError::SaveLoad)?;
    if loaded.get_heads() != live.get_heads() {
        return Err(TrialError::SaveLoad);
    }
    Ok((loaded.get_heads().into_iter().map(|hash| hash.0).collect(), saved))
}
