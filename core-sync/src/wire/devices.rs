//! `GET /v1/devices` and `POST /v1/devices/revoke`: whose phones there are, and which were shut out.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{DeviceId, MemberId};
use crate::domain::personal::Personal;
use crate::domain::time::Timestamp;

/// A device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its id.
    pub device: DeviceId,
    /// Whose it is; `None` for one that is only known from its revocation.
    pub member: Option<MemberId>,
    /// Their name.
    pub name: Option<Personal<String>>,
    /// When it was enrolled.
    pub enrolled_ms: Option<Timestamp>,
    /// When it was last heard.
    pub last_heard_ms: Option<Timestamp>,
    /// When it was shut out, if it was.
    pub revoked_ms: Option<Timestamp>,
    /// When two phones were noticed that send as it, if they were.
    pub cloned_ms: Option<Timestamp>,
}

/// `GET /v1/devices`: the members' devices by name and age, then revoked ones that are not known otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Devices {
    /// The devices.
    pub devices: Vec<Device>,
}

/// `POST /v1/devices/revoke`: which device to shut out. Safe to repeat; the answer is the [`Device`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeDevice {
    /// The device. It need not be known here: a server put back from an older backup may hear of it later.
    pub device: DeviceId,
}
