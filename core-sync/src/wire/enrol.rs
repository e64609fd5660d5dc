//! `POST /v1/enrol`: a one-time code and a fresh public key become a device.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{CoopId, DeviceId, MemberId};
use crate::domain::personal::{Personal, Secret};
use crate::domain::time::Timestamp;
use crate::signing::key::PublicKey;

/// What the phone sends.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// The code: 128 bits, base64url, once, ten minutes.
    pub code: Secret<String>,
    /// The device's public key.
    pub key: PublicKey,
}

/// What it gets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnrolAnswer {
    /// The co-op.
    pub co_op: CoopId,
    /// Its name.
    pub co_op_name: String,
    /// Its public key: what delegations are signed with.
    pub co_op_key: PublicKey,
    /// The time zone that draws its times (IANA name).
    pub time_zone: String,
    /// Whose device it is.
    pub member: MemberId,
    /// Their name.
    pub name: Personal<String>,
    /// The device's id for ever.
    pub device: DeviceId,
    /// The delegation, base64url of its bytes.
    pub delegation: String,
    /// The server's clock.
    pub server_time_ms: Timestamp,
}
