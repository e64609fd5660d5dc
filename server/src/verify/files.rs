//! The files of a folder: the hashes that a manifest names, and the keys that the database names.

use std::path::Path;

use core_sync::domain::ids::to_text;

use super::report::{FaultCode, Place, Report};
use crate::backup::manifest::{self, Manifest};
use crate::db::co_op::{self, CoopRow};
use crate::db::connection::Snapshot;
use crate::db::device;
use crate::db::error::DbError;
use crate::db::whole;
use crate::folder::keys_in;
use crate::keys::{self, Keys};

/// Compares every file with its hash and gives the manifest, if it can be read.
pub(super) fn check_manifest(path: &Path, report: &mut Report) -> Option<Manifest> {
    let Ok(manifest) = manifest::read(path) else {
        report.fault(FaultCode::Manifest, Place::File(manifest::FILE_NAME.to_owned()));
        return None;
    };
    for file in &manifest.files {
        report.checked.files += 1;
        let place = Place::File(file.path.clone());
        // A name that leads out of the folder is not one that a backup writes.
        let here = manifest::place_of(path, &file.path).and_then(|path| manifest::sha256(&path).ok());
        match here {
            None => report.fault(FaultCode::FileMissing, place),
            Some((bytes, sha256)) if bytes != file.bytes || sha256 != file.sha256 => {
                report.fault(FaultCode::FileChanged, place);
            }
            Some(_) => {}
        }
    }
    Some(manifest)
}

/// Compares what the manifest says of the logs with the logs.
pub(super) fn compare(
    snapshot: &Snapshot<'_>,
    manifest: &Manifest,
    co_ops: &[CoopRow],
    report: &mut Report,
) -> Result<(), DbError> {
    let mut same = manifest.schema == whole::schema(snapshot)? && manifest.co_ops.len() == co_ops.len();
    for co_op in co_ops {
        let end = co_op::log_end(snapshot, co_op.id)?;
        let rounds = whole::rounds(snapshot, co_op.id)?.len() as u64;
        same &= manifest.co_ops.iter().any(|said| {
            said.co_op == co_op.id
                && said.rounds == rounds
                && end.is_some_and(|(position, lineage)| {
                    (said.position, &said.lineage) == (position, &to_text(&lineage.0.0))
                })
        });
    }
    if !same {
        report.fault(FaultCode::ManifestDiffers, Place::File(manifest::FILE_NAME.to_owned()));
    }
    Ok(())
}

/// Reads the keys and compares them with those the database names.
pub(crate) fn check_keys(
    snapshot: &Snapshot<'_>,
    path: &Path,
    co_ops: &[CoopRow],
    report: &mut Report,
) -> Result<(), DbError> {
    let folder = keys_in(path);
    for co_op in co_ops {
        report.checked.keys += 2;
        let (server_file, co_op_file) = keys::file_names(co_op.id);
        let server = device::find(snapshot, co_op.id, co_op.server_device)?;
        match Keys::read_server(&folder) {
            Ok(key) if server.is_some_and(|server| server.key == key.public()) => {}
            Ok(_) | Err(_) => report.fault(FaultCode::Key, Place::File(format!("keys/{server_file}"))),
        }
        match Keys::read(&folder, [co_op.id]).and_then(|keys| Ok(keys.of_co_op(co_op.id)?.public())) {
            Ok(key) if key == co_op.public_key => {}
            Ok(_) | Err(_) => report.fault(FaultCode::Key, Place::File(format!("keys/{co_op_file}"))),
        }
    }
    Ok(())
}
