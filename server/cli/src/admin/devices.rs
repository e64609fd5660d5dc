//! `admin devices` and `admin revoke`: whose phones there are, and shutting one out.

use core_sync::domain::ids::DeviceId;
use core_sync::domain::time::Timestamp;
use core_sync::wire::devices::{Device, Devices, RevokeDevice};
use core_sync::wire::members::Members;
use serde_json::json;

use crate::api_client::Api;
use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;
use crate::table::table;
use crate::zoned::Zone;

/// Lists the devices.
pub(super) async fn list(api: &Api<'_>, shell: &Shell) -> Result<Output, Failure> {
    let members: Members = api.get("/v1/members").await?;
    let list: Devices = api.get("/v1/devices").await?;
    if list.devices.is_empty() {
        return Ok(Output::new(shell.word("cli.no_device"), json!(list)));
    }
    let (zone, now) = (Zone::named(&members.time_zone, shell.language)?, shell.moment().time);
    let time = |time: Timestamp| zone.day_or_minute(time, now);
    let or_nothing = |at: Option<Timestamp>| at.map_or_else(String::new, time);
    let said = |key: &str, at: Option<Timestamp>| at.map(|at| shell.phrase(key, &[("time", &time(at))]));
    let headings = ["cli.name", "cli.device", "cli.device_enrolled", "cli.heard", "cli.remarks"];
    let mut rows = vec![headings.map(|key| shell.word(key)).to_vec()];
    rows.extend(list.devices.iter().map(|device| {
        let remarks = [said("cli.revoked_at", device.revoked_ms), said("cli.cloned_at", device.cloned_ms)];
        vec![
            device.name.as_ref().map_or_else(String::new, |name| name.reveal().clone()),
            device.device.to_string(),
            or_nothing(device.enrolled_ms),
            or_nothing(device.last_heard_ms),
            remarks.into_iter().flatten().collect::<Vec<_>>().join("; "),
        ]
    }));
    Ok(Output::new(table(&rows, ""), json!(list)))
}

/// Shuts a device out.
pub(super) async fn revoke(api: &Api<'_>, wanted: &str, shell: &Shell) -> Result<Output, Failure> {
    let device = match wanted.parse() {
        Ok(id) => id,
        Err(_) => only_one_of(api, wanted, shell).await?,
    };
    let device: Device = api.post("/v1/devices/revoke", &RevokeDevice { device }).await?;
    let text = shell.phrase("cli.device_revoked", &[("device", &device.device.to_string())]);
    Ok(Output::new(text, json!(device)))
}

/// The one device that a member has in use. Of several a person chooses: shutting out is for good.
async fn only_one_of(api: &Api<'_>, name: &str, shell: &Shell) -> Result<DeviceId, Failure> {
    let list: Devices = api.get("/v1/devices").await?;
    let of_name = |device: &&Device| {
        let named = device.name.as_ref().map(|name| name.reveal().to_lowercase());
        device.revoked_ms.is_none() && named == Some(name.to_lowercase())
    };
    let ids: Vec<DeviceId> = list.devices.iter().filter(of_name).map(|device| device.device).collect();
    match ids.as_slice() {
        [only] => Ok(*only),
        [] => Err(Failure::yours("no_such_device", shell.phrase("cli.no_such_device", &[("name", name)]))),
        several => {
            let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
            let values = [("name", name), ("ids", &ids.join(", "))];
            Err(Failure::yours("which_device", shell.phrase("cli.which_device", &values)))
        }
    }
}
