//! `init`: a co-op, the server's device in it, its first admin and the token to begin with.

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{CoopId, DeviceId, MemberId};
use core_sync::domain::limits::NAME_CHARACTERS_MAX;
use core_sync::domain::personal::Personal;
use core_sync::domain::time::Timestamp;
use core_sync::signing::key::PublicKey;
use core_sync::wire::members::{ForMember, Granted, NewMember, Role};
use rand_core::Rng;

use super::error::AppError;
use super::{add_member, enrol, grant_token};
use crate::db::co_op::{self, CoopRow};
use crate::db::connection::Tx;
use crate::db::device::{self, DeviceRow};
use crate::log::co_op_lineage;

/// The name of the member who can make the others.
pub const ADMIN_NAME: &str = "admin";

/// A co-op to be.
#[derive(Debug, Clone)]
pub struct NewCoop {
    /// Its id; its key file is named after it.
    pub id: CoopId,
    /// Its name.
    pub name: String,
    /// The time zone that draws its times: an IANA name.
    pub time_zone: String,
    /// The public half of its key.
    pub public_key: PublicKey,
    /// The public half of the server's key.
    pub server_key: PublicKey,
}

/// What a new co-op begins with.
#[derive(Debug)]
pub struct Founded {
    /// Its first admin.
    pub admin: MemberId,
    /// A token of theirs, shown once.
    pub token: Granted,
}

/// Founds a co-op.
pub fn init_co_op(
    tx: &Tx<'_>,
    new: &NewCoop,
    now: Timestamp,
    random: &mut impl Rng,
) -> Result<Founded, AppError> {
    check(&new.name, &new.time_zone)?;
    let server_device = enrol::free_device_id(tx, random)?;
    let row = CoopRow {
        id: new.id,
        name: new.name.clone(),
        time_zone: new.time_zone.clone(),
        public_key: new.public_key,
        server_device,
        made: now,
    };
    co_op::insert(tx, &row, co_op_lineage::start(new.id))?;
    device::insert(tx, &server_device_row(new, server_device, now))?;
    let admin = MemberId::random(random);
    let member = NewMember { member: admin, name: Personal::new(ADMIN_NAME.to_owned()), role: Role::Admin };
    add_member::add_member(tx, new.id, &member, now)?;
    let token = grant_token::grant_token(tx, new.id, &ForMember { member: admin }, now, random)?;
    Ok(Founded { admin, token })
}

/// Checks a co-op's name and time zone.
pub fn check(name: &str, time_zone: &str) -> Result<(), FieldError> {
    if !add_member::is_a_name(name) {
        return Err(FieldError::new("name", format!("1 to {NAME_CHARACTERS_MAX} characters on one line")));
    }
    if jiff::tz::TimeZone::get(time_zone).is_err() {
        return Err(FieldError::new("time_zone", "a name of the IANA time zone database, as Europe/Paris"));
    }
    Ok(())
}

fn server_device_row(new: &NewCoop, device: DeviceId, now: Timestamp) -> DeviceRow {
    DeviceRow { co_op: new.id, device, member: None, key: new.server_key, enrolled: now, last_counter: 0 }
}
