//! `tournee shop`: what a shop gives and receives, from its own device, with or without a network.
//!
//! Until shops have a screen, parcels are named by a hand-over note: a file of ids that coordination writes.

mod note;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use core_sync::domain::ids::ParcelId;
use core_sync::domain::kind::Kind;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::shop_fact::Direction;
use courier_session::error::SessionError;
use courier_session::session::SyncEnd;
use courier_session::shop::ShopSession;
use serde_json::json;

use crate::courier::{EnrolArguments, badge, content_hash, end_code};
use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;
use crate::table::table;
use crate::zoned::Zone;

/// What a shop does.
#[derive(Debug, Args)]
pub(crate) struct ShopArguments {
    /// The folder of the shop's device.
    #[arg(long, global = true, env = "TOURNEE_FOLDER", value_name = "DIR")]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    act: ShopAct,
}

#[derive(Debug, Subcommand)]
enum ShopAct {
    /// Make this folder the device of the shop that the code was made for.
    Enrol(EnrolArguments),
    /// Say that parcels were given to a courier: saved here first, then sent if there is a network.
    Given(Parcels),
    /// Say that parcels came back from a courier.
    Received(Parcels),
    /// Send what is kept here, now.
    Sync,
    /// Show what is only on this device.
    Queue,
    /// Cut the link (on) or use it again (off). What you say is kept either way.
    Offline {
        /// on or off.
        #[arg(value_parser = ["on", "off"])]
        switch: String,
    },
}

/// Which parcels. Until shops have a screen, take them from a hand-over note: `tournee coordinator handover`.
#[derive(Debug, Args)]
struct Parcels {
    /// The parcels' ids.
    #[arg(required_unless_present = "of", conflicts_with = "of", allow_hyphen_values = true)]
    parcels: Vec<ParcelId>,
    /// The hand-over note that names them, a parcel a line.
    #[arg(long, value_name = "FILE")]
    of: Option<PathBuf>,
    /// Only these lines of the note, such as 1,2.
    #[arg(long, value_name = "LINES", requires = "of")]
    only: Option<String>,
}

/// An open device and what draws it.
struct Counter<'a> {
    session: ShopSession,
    shell: &'a Shell,
}

/// Runs it.
pub(crate) async fn run(arguments: ShopArguments, shell: &Shell) -> Result<Output, Failure> {
    let folder = arguments.folder.ok_or_else(|| Failure::yours("folder", shell.word("cli.give_a_folder")))?;
    let session = ShopSession::open(&folder).map_err(|error| Failure::session(&error, shell.language))?;
    let mut counter = Counter { session, shell };
    match arguments.act {
        ShopAct::Enrol(arguments) => counter.enrol(&arguments).await,
        ShopAct::Given(parcels) => counter.say(Direction::Given, parcels).await,
        ShopAct::Received(parcels) => counter.say(Direction::Received, parcels).await,
        ShopAct::Sync => counter.sync().await,
        ShopAct::Queue => counter.queue(),
        ShopAct::Offline { switch } => counter.offline(switch == "on"),
    }
}

impl Counter<'_> {
    fn said<T>(&self, result: Result<T, SessionError>) -> Result<T, Failure> {
        result.map_err(|error| Failure::session(&error, self.shell.language))
    }

    async fn enrol(&mut self, arguments: &EnrolArguments) -> Result<Output, Failure> {
        let code = arguments.code()?;
        let result = self.session.enrol(&arguments.server, &code, &mut self.shell.random()).await;
        self.said(result)?;
        let enrolled = self.said(self.session.enrolled())?;
        let values = [("name", enrolled.name.reveal().as_str()), ("co_op", enrolled.co_op_name.as_str())];
        let json = json!({ "device": enrolled.identity.device, "member": enrolled.identity.member });
        Ok(Output::new(self.shell.phrase("cli.enrolled", &values), json))
    }

    /// Saves the word, says so, and only then asks the network, which may take its time.
    async fn say(&mut self, direction: Direction, parcels: Parcels) -> Result<Output, Failure> {
        let parcels = match &parcels.of {
            Some(file) => note::read(file, parcels.only.as_deref(), self.shell)?,
            None => parcels.parcels,
        };
        let count = parcels.len();
        let result = self.session.say(direction, parcels, self.shell.moment(), &mut self.shell.random());
        let saved = self.said(result)?;
        let kind = match direction {
            Direction::Given => Kind::Given,
            Direction::Received => Kind::Received,
        };
        let text = format!(
            "{} {} ({})",
            self.shell.word("cli.saved"),
            self.shell.word(&format!("kind.{}", kind.code())),
            self.shell.count("cli.parcel_count", count)
        );
        let json = json!({ "saved": {
            "record": saved.record, "content": content_hash(&saved.bytes), "kind": kind.code(), "n": saved.n,
        } });
        // Whoever reads has gone: the word is saved all the same.
        let _ = Output::new(text, json).print(self.shell.json);
        let mut output = self.sync().await?;
        // Saying something without a network is no failure.
        output.exit_code = 0;
        Ok(output)
    }

    async fn sync(&mut self) -> Result<Output, Failure> {
        let result = self.session.sync().await;
        let end = self.said(result)?;
        let sync_badge = self.said(self.session.badge())?;
        let json = json!({ "sync": end_code(end), "badge": sync_badge });
        let mut output = Output::new(badge(&sync_badge, self.shell), json);
        output.exit_code = u8::from(matches!(end, SyncEnd::NoAnswer));
        Ok(output)
    }

    fn queue(&self) -> Result<Output, Failure> {
        let zone = Zone::named(&self.said(self.session.enrolled())?.time_zone, self.shell.language)?;
        let (mut rows, mut list) = (Vec::new(), Vec::new());
        for word in self.said(self.session.queue())? {
            let record = Record::from_bytes(&word.bytes).map_err(|error| Failure::chain("record", &error))?;
            let kind = record.kind().map_or("unknown", Kind::code);
            let tapped = record.stamp().map(|stamp| stamp.time);
            let parcels = if let Record::Act { body: ActBody::ShopFact(fact), .. } = &record {
                fact.parcels.len()
            } else {
                0
            };
            let refused = word
                .refused
                .as_deref()
                .map(|code| core_sync::texts::word_of(self.shell.language, "error", code).to_owned());
            rows.push(vec![
                tapped.map_or_else(String::new, |time| zone.second(time)),
                self.shell.word(&format!("kind.{kind}")),
                self.shell.count("cli.parcel_count", parcels),
                refused.unwrap_or_default(),
            ]);
            list.push(json!({
                "record": word.record, "content": content_hash(&word.bytes), "kind": kind,
                "parcels": parcels, "tapped_ms": tapped, "refused": word.refused,
            }));
        }
        let sync_badge = self.said(self.session.badge())?;
        let text = format!("{}{}", table(&rows, ""), badge(&sync_badge, self.shell));
        Ok(Output::new(text, json!({ "queue": list, "badge": sync_badge })))
    }

    fn offline(&mut self, on: bool) -> Result<Output, Failure> {
        let result = self.session.set_link(!on);
        self.said(result)?;
        let key = if on { "cli.link_cut" } else { "cli.link_up" };
        Ok(Output::new(self.shell.word(key), json!({ "offline": on })))
    }
}
