//! What can be typed: the subcommands and what they share.

use clap::{Parser, Subcommand};
use core_sync::texts::Language;

/// The rounds of a cargo-bike courier co-op: server, courier and coordinator in one program.
#[derive(Debug, Parser)]
#[command(name = "tournee", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Language of what is printed: fr or en. Without it the locale decides.
    #[arg(long, global = true, env = "TOURNEE_LANGUAGE", value_parser = language)]
    pub(crate) language: Option<Language>,
    /// Print JSON instead of words.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a data folder with a co-op, its keys and one admin token.
    Init(crate::init::InitArguments),
    /// Serve a data folder until SIGTERM or Ctrl-C.
    Serve(crate::serve::ServeArguments),
    /// Stop the server that serves a data folder in the background.
    Stop(crate::serve::StopArguments),
    /// Copy a data folder whole, while it is served.
    Backup(crate::keep::BackupArguments),
    /// Put a backup back.
    Restore(crate::keep::RestoreArguments),
    /// Check everything that a data folder or a backup says: hashes, signatures, lineages.
    Verify(crate::keep::VerifyArguments),
    /// Say whether a data folder is fit to be served: files, keys, clock, disk, last backup.
    Check(crate::keep::CheckArguments),
    /// Members, tokens and enrolment codes.
    Admin(crate::admin::AdminArguments),
    /// Plan and watch rounds.
    Coordinator(Box<crate::coordinator::CoordinatorArguments>),
    /// Ride a round, with or without a network.
    Courier(crate::courier::CourierArguments),
    /// Say what a shop gave and received, with or without a network.
    Shop(crate::shop::ShopArguments),
    /// See it work: a day of forty couriers, mostly without a network, the server killed on the way.
    Demo(crate::demo::DemoArguments),
    /// The server of the demo's day: its clock is fed on the input.
    #[command(hide = true)]
    ServeFed(crate::demo::ServeFedArguments),
}

fn language(code: &str) -> Result<Language, String> {
    Language::from_code(code).ok_or_else(|| "choose fr or en".to_owned())
}
