//! `tournee courier`: the same session that the phones drive, in a terminal.

mod act;
mod drafts;
mod fetch;
mod script;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use core_sync::domain::ids::RoundId;
use core_sync::domain::personal::Secret;
use courier_session::error::SessionError;
use courier_session::session::{CourierSession, SyncEnd};
use serde_json::json;

use crate::api_client::ServerArguments;
use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;
use crate::zoned::Zone;
pub(crate) use show::{badge, content_hash};

/// What a courier does.
#[derive(Debug, Args)]
pub(crate) struct CourierArguments {
    /// The phone's folder.
    #[arg(long, global = true, env = "TOURNEE_FOLDER", value_name = "DIR")]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    act: CourierAct,
}

/// A line of a courier, typed or in a script.
#[derive(Debug, Subcommand)]
pub(crate) enum CourierAct {
    /// Make this folder the phone of whoever the code was made for.
    Enrol(EnrolArguments),
    /// Show today's rounds.
    Today,
    /// Show one stop.
    Card {
        /// The stop's number.
        stop: usize,
    },
    #[command(flatten)]
    Tap(act::Tap),
    /// Send what is queued and fetch what is new, now.
    Sync,
    /// Cut the link (on) or use it again (off). What you do is kept either way.
    Offline {
        /// on or off.
        #[arg(value_parser = ["on", "off"])]
        switch: String,
    },
    /// Show what is only on this phone.
    Queue,
    /// Enrol an empty folder and show every record of this courier's rounds of the last seven days.
    Fetch(EnrolArguments),
    /// Read lines such as `collected 3` from a file, or from standard input with -.
    Script {
        /// The file, or -.
        file: PathBuf,
    },
    /// Show the drafts that nobody took.
    Drafts(ServerArguments),
    /// Take a draft: it becomes your round, and the next sync fetches it.
    Take {
        /// The draft's id.
        #[arg(allow_hyphen_values = true)]
        draft: RoundId,
        #[command(flatten)]
        server: ServerArguments,
    },
    /// Forget everything on this phone. Refused while acts are not sent.
    LogOut {
        /// Log out all the same; the acts are sealed in a file that your next phone can send.
        #[arg(long)]
        force: bool,
    },
    /// Take the acts of a sealed file into the queue.
    Unseal {
        /// The file that a forced log-out left.
        file: PathBuf,
    },
}

/// Where to enrol, and with what.
#[derive(Debug, Args)]
pub(crate) struct EnrolArguments {
    /// Address of the server.
    #[arg(long, env = "TOURNEE_SERVER", default_value = "http://127.0.0.1:8480")]
    pub(crate) server: String,
    /// File that holds the one-time code.
    #[arg(long, value_name = "FILE", conflicts_with = "code", required_unless_present = "code")]
    code_file: Option<PathBuf>,
    /// The one-time code itself.
    #[arg(long, allow_hyphen_values = true)]
    code: Option<String>,
}

impl EnrolArguments {
    /// The code, from wherever it is.
    pub(crate) fn code(&self) -> Result<Secret<String>, Failure> {
        let code = match (&self.code, &self.code_file) {
            (Some(code), _) => code.clone(),
            (None, Some(file)) => {
                std::fs::read_to_string(file).map_err(|error| Failure::file(file, &error))?
            }
            (None, None) => String::new(),
        };
        Ok(Secret::new(code.trim().to_owned()))
    }
}

/// An open phone and what draws it.
pub(crate) struct Phone<'a> {
    pub(crate) session: CourierSession,
    pub(crate) shell: &'a Shell,
}

/// Runs it.
pub(crate) async fn run(arguments: CourierArguments, shell: &Shell) -> Result<Output, Failure> {
    let folder = arguments.folder.ok_or_else(|| Failure::yours("folder", shell.word("cli.give_a_folder")))?;
    let session = CourierSession::open(&folder).map_err(|error| Failure::session(&error, shell.language))?;
    let mut phone = Phone { session, shell };
    if let CourierAct::Script { file } = &arguments.act {
        return script::run(&mut phone, file).await;
    }
    phone.run(arguments.act).await
}

impl Phone<'_> {
    /// Runs one line.
    pub(crate) async fn run(&mut self, act: CourierAct) -> Result<Output, Failure> {
        match act {
            CourierAct::Enrol(arguments) => self.enrol(&arguments).await,
            CourierAct::Today => show::today(self),
            CourierAct::Card { stop } => show::card(self, stop),
            CourierAct::Tap(tap) => act::run(self, &tap),
            CourierAct::Sync => self.sync().await,
            CourierAct::Offline { switch } => self.offline(switch == "on"),
            CourierAct::Queue => show::queue(self),
            CourierAct::Fetch(arguments) => fetch::run(self, &arguments).await,
            CourierAct::Script { .. } => Err(Failure::yours("script", "a script cannot read another script")),
            CourierAct::Drafts(server) => drafts::list(self, &server).await,
            CourierAct::Take { draft, server } => drafts::take(self, draft, &server).await,
            CourierAct::LogOut { force } => self.log_out(force),
            CourierAct::Unseal { file } => {
                let result = self.session.unseal(&file);
                let count = self.said(result)?;
                Ok(Output::new(self.shell.count("cli.unsealed", count), json!({ "unsealed": count })))
            }
        }
    }

    /// A session's error in words.
    pub(crate) fn said<T>(
        &self,
        result: Result<T, courier_session::error::SessionError>,
    ) -> Result<T, Failure> {
        result.map_err(|error| Failure::session(&error, self.shell.language))
    }

    /// The time zone that draws this phone's times.
    pub(crate) fn zone(&self) -> Result<Zone, Failure> {
        Zone::named(&self.said(self.session.enrolled())?.time_zone, self.shell.language)
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

    async fn sync(&mut self) -> Result<Output, Failure> {
        let result = self.session.sync(self.shell.moment(), &mut self.shell.random()).await;
        let end = self.said(result)?;
        let badge = self.said(self.session.badge())?;
        let text = format!("{}{}", show::plan_news(self)?, show::badge(&badge, self.shell));
        let round = if let SyncEnd::NotBelieved(round) = end { Some(round) } else { None };
        let json = json!({ "sync": end_code(end), "not_believed": round, "badge": badge });
        let mut output = Output::new(text, json);
        // A courier without a network did nothing wrong, but a script wants to know.
        output.exit_code = u8::from(matches!(end, SyncEnd::NoAnswer | SyncEnd::NotBelieved(_)));
        Ok(output)
    }

    fn offline(&mut self, on: bool) -> Result<Output, Failure> {
        let result = self.session.set_link(!on);
        self.said(result)?;
        let key = if on { "cli.link_cut" } else { "cli.link_up" };
        Ok(Output::new(self.shell.word(key), json!({ "offline": on })))
    }

    fn log_out(&mut self, force: bool) -> Result<Output, Failure> {
        let result = self.session.log_out(force, self.shell.moment());
        let refused = matches!(result, Err(SessionError::Unsent { .. } | SessionError::OnlyHere { .. }));
        let sealed = self.said(result).map_err(|mut failure| {
            if refused {
                failure.sentence = format!("{}\n{}", failure.sentence, self.shell.word("cli.log_out_forced"));
            }
            failure
        })?;
        match sealed {
            Some(path) => {
                let file = path.display().to_string();
                let text = self.shell.phrase("cli.logged_out_sealed", &[("file", &file)]);
                Ok(Output::new(text, json!({ "sealed": file })))
            }
            None => Ok(Output::new(self.shell.word("cli.logged_out"), json!({ "sealed": null }))),
        }
    }
}

/// The code of how a sync ended.
pub(crate) fn end_code(end: SyncEnd) -> &'static str {
    match end {
        SyncEnd::Synced => "synced",
        SyncEnd::NotBelieved(_) => "not_believed",
        SyncEnd::NoAnswer => "no_answer",
        SyncEnd::LinkDown => "link_down",
    }
}
