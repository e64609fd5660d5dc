//! `tournee admin`: members, tokens, enrolment codes, devices.

mod devices;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use core_sync::domain::ids::MemberId;
use core_sync::domain::personal::Personal;
use core_sync::wire::members::{ForMember, Granted, Member, Members, NewMember, Role};
use serde_json::json;

use crate::api_client::{Api, ServerArguments};
use crate::failure::Failure;
use crate::output::Output;
use crate::secret_file::NewSecretFile;
use crate::shell::Shell;
use crate::table::table;
use crate::zoned::Zone;

/// What an admin does.
#[derive(Debug, Args)]
pub(crate) struct AdminArguments {
    #[command(flatten)]
    server: ServerArguments,
    #[command(subcommand)]
    act: AdminAct,
}

#[derive(Debug, Subcommand)]
enum AdminAct {
    /// List the members.
    Members,
    /// Add a member.
    AddMember {
        /// Their name, unique in the co-op.
        name: String,
        /// What they may do: courier, shop, coordinator or admin.
        #[arg(long, value_parser = role)]
        role: Role,
        /// Who that is, if they stand in the list as `? ABCD` since an older copy was put back; by that name or by id.
        #[arg(long)]
        member: Option<String>,
    },
    /// Make a one-time code, good for ten minutes, with which a member enrols a phone.
    Code(Grant),
    /// Make a token for a coordinator or admin.
    Token(Grant),
    /// List the devices: whose they are, when they were heard, which were shut out or copied.
    Devices,
    /// Shut a lost device out, for good: what it sends is held, its cards are wiped when it next sends.
    Revoke {
        /// The member who has one device in use, by name, or the device's id.
        device: String,
    },
}

#[derive(Debug, Args)]
struct Grant {
    /// The member, by name or id.
    member: String,
    /// Write it to this new file, readable by you alone, instead of showing it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn role(code: &str) -> Result<Role, String> {
    code.parse().map_err(|()| "choose courier, shop, coordinator or admin".to_owned())
}

/// Runs it.
pub(crate) async fn run(arguments: AdminArguments, shell: &Shell) -> Result<Output, Failure> {
    let api = Api::new(&arguments.server, shell)?;
    match arguments.act {
        AdminAct::Members => list(&api, shell).await,
        AdminAct::AddMember { name, role, member } => {
            let member = match member {
                Some(known) => find(&api.get("/v1/members").await?, &known, shell)?.member,
                None => MemberId::random(&mut shell.random()),
            };
            let new = NewMember { member, name: Personal::new(name), role };
            let added: Member = api.post("/v1/members", &new).await?;
            let text = format!("{} ({})", added.name.reveal(), role_word(shell, added.role));
            Ok(Output::new(text, json!(added)))
        }
        AdminAct::Code(grant) => self::grant(&api, "/v1/enrolment-codes", &grant, shell).await,
        AdminAct::Token(grant) => self::grant(&api, "/v1/tokens", &grant, shell).await,
        AdminAct::Devices => devices::list(&api, shell).await,
        AdminAct::Revoke { device } => devices::revoke(&api, &device, shell).await,
    }
}

async fn list(api: &Api<'_>, shell: &Shell) -> Result<Output, Failure> {
    let members: Members = api.get("/v1/members").await?;
    let rows: Vec<Vec<String>> = members
        .members
        .iter()
        .map(|member| {
            vec![member.name.reveal().clone(), role_word(shell, member.role), member.member.to_string()]
        })
        .collect();
    Ok(Output::new(table(&rows, ""), json!(members)))
}

fn role_word(shell: &Shell, role: Role) -> String {
    shell.word(&format!("role.{}", role.code()))
}

async fn grant(api: &Api<'_>, path: &str, grant: &Grant, shell: &Shell) -> Result<Output, Failure> {
    let members: Members = api.get("/v1/members").await?;
    let member = find(&members, &grant.member, shell)?.member;
    // Nothing is granted if it would have nowhere to go.
    let file = grant.out.as_deref().map(NewSecretFile::make).transpose()?;
    let granted: Granted = api.post(path, &ForMember { member }).await?;
    let until =
        Zone::named(&members.time_zone, shell.language)?.day_or_minute(granted.until_ms, shell.moment().time);
    match file {
        Some(file) => {
            let file_name = file.path().display().to_string();
            file.write(granted.secret.reveal())?;
            let text = shell.phrase("cli.secret_written", &[("file", &file_name), ("time", &until)]);
            Ok(Output::new(text, json!({ "file": file_name, "until_ms": granted.until_ms })))
        }
        None => Ok(Output::new(granted.secret.reveal().clone(), json!(granted))),
    }
}

/// A member by name or id.
pub(crate) fn find<'a>(members: &'a Members, wanted: &str, shell: &Shell) -> Result<&'a Member, Failure> {
    let id: Option<MemberId> = wanted.parse().ok();
    let same_name = |member: &&Member| member.name.reveal().to_lowercase() == wanted.to_lowercase();
    let by_id = members.members.iter().find(|member| Some(member.member) == id);
    by_id.or_else(|| members.members.iter().find(same_name)).ok_or_else(|| {
        let names: Vec<&str> = members.members.iter().map(|member| member.name.reveal().as_str()).collect();
        let list = names.join(", ");
        let values = [("name", wanted), ("names", list.as_str())];
        Failure::yours("no_such_member", shell.phrase("cli.no_such_member", &values))
    })
}
