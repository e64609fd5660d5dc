//! `POST /v1/devices/revoke`: a device is shut out, for good. Safe to repeat.
//!
//! What it sends from then on is held outside the documents, it is told nothing, its cards are wiped. What it sent
//! before stays. Whoever had it enrols again, as a new device.

use core_sync::domain::time::Timestamp;
use core_sync::wire::devices::{Device, RevokeDevice};

use super::authenticate::Caller;
use super::error::AppError;
use crate::db::connection::Tx;
use crate::db::{device, revocation};
use crate::revocations::{Line, Revocations};

/// Shuts a device out and gives it as it is now. The server's own device is not found, nor is another co-op's.
/// The file of revocations and erasures has it before the commit, so that no backup lets it in again.
pub fn revoke(
    tx: &Tx<'_>,
    revocations: &Revocations,
    caller: Caller,
    request: RevokeDevice,
    now: Timestamp,
) -> Result<Device, AppError> {
    let known = device::find_anywhere(tx, request.device)?;
    if known.is_some_and(|device| device.co_op != caller.co_op || device.member.is_none()) {
        return Err(AppError::NotFound);
    }
    let (co_op, device, by) = (caller.co_op, request.device, Some(caller.member));
    let is_new = revocation::insert(tx, co_op, device, by, now)?;
    let found = device::all(tx, co_op)?.into_iter().find(|row| row.device == device);
    if is_new {
        revocations.append(&[Line::Revoked { co_op, device, by, at_ms: now }])?;
    }
    found.ok_or(AppError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::devices::devices;
    use crate::db::co_op;
    use crate::revocations;
    use crate::testing::Riding;
    use core_sync::domain::ids::DeviceId;
    use core_sync::domain::time::Milliseconds;

    fn revoke_in(riding: &mut Riding, device: DeviceId) -> Result<Device, AppError> {
        riding.coop.write(|tx, coop| {
            revoke(tx, &coop.revocations(), coop.coordinator, RevokeDevice { device }, coop.now)
        })
    }

    #[test]
    fn a_device_is_shut_out_once_and_the_list_says_since_when() {
        let mut riding = Riding::with_stops(0);
        let (device, first) = (riding.phone.device, riding.coop.now);
        assert_eq!(revoke_in(&mut riding, device).unwrap().revoked_ms, Some(first));
        riding.coop.now = first.plus(Milliseconds(5));
        assert_eq!(revoke_in(&mut riding, device).unwrap().revoked_ms, Some(first), "the first time stays");
        let other = riding.coop.enrol(riding.courier).device;
        let listed = riding.coop.write(|tx, coop| devices(tx, coop.id)).unwrap().devices;
        let shut_out: Vec<_> = listed.iter().map(|row| (row.device, row.revoked_ms)).collect();
        assert_eq!(shut_out, [(device, Some(first)), (other, None)]);
        // Once in the file that no backup holds.
        let lines = revocations::read(riding.coop.revocations().path()).unwrap().lines;
        let by = Some(riding.coop.coordinator.member);
        assert_eq!(lines, [Line::Revoked { co_op: riding.coop.id, device, by, at_ms: first }]);
    }

    #[test]
    fn what_the_file_does_not_take_is_not_done() {
        let mut riding = Riding::with_stops(0);
        let device = riding.phone.device;
        std::fs::create_dir(riding.coop.revocations().path()).unwrap();
        assert!(matches!(revoke_in(&mut riding, device), Err(AppError::Fault(_))));
        assert!(riding.sync(Vec::new()).notices.is_empty());
    }

    #[test]
    fn a_device_that_is_not_known_here_can_be_shut_out_before_it_is_heard_of() {
        let mut riding = Riding::with_stops(0);
        let unknown = DeviceId([0x55; 8]);
        let row = revoke_in(&mut riding, unknown).unwrap();
        assert_eq!((row.device, row.member, row.revoked_ms), (unknown, None, Some(riding.coop.now)));
    }

    #[test]
    fn neither_the_server_nor_another_co_ops_device_can_be_shut_out() {
        let mut riding = Riding::with_stops(0);
        let server =
            riding.coop.write(|tx, coop| Ok(co_op::find(tx, coop.id)?.unwrap().server_device)).unwrap();
        assert!(matches!(revoke_in(&mut riding, server), Err(AppError::NotFound)));
        let (other, member) = riding.coop.second();
        let here = std::mem::replace(&mut riding.coop.id, other);
        let theirs = riding.coop.enrol(member).device;
        riding.coop.id = here;
        assert!(matches!(revoke_in(&mut riding, theirs), Err(AppError::NotFound)));
    }
}
