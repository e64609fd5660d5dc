//! `tournee`: the server, and a courier and a coordinator in a terminal. The one crate that sees both sides.
//!
//! A command reads its arguments, does one thing and gives an [`output::Output`]; printing, exit codes and
//! clocks are only here and in `shell/`. Exit code 2 means your input, 1 means our fault.
#![forbid(unsafe_code)]

mod admin;
mod api_client;
mod arguments;
mod coordinator;
mod courier;
mod demo;
mod drafts;
mod failure;
mod init;
mod keep;
mod output;
mod place;
mod secret_file;
mod serve;
mod shell;
mod shop;
mod table;
mod zoned;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use failure::Failure;
use output::Output;
use shell::Shell;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let shell = match Shell::from_system(arguments.language, arguments.json) {
        Ok(shell) => shell,
        Err(failure) => return failure::report(&failure, arguments.json),
    };
    match run(arguments.command, &shell) {
        Ok(output) => match output.print(arguments.json) {
            // Whoever read our output has gone; what it said still counts.
            Ok(()) | Err(_) => ExitCode::from(output.exit_code),
        },
        Err(failure) => failure::report(&failure, arguments.json),
    }
}

fn run(command: Command, shell: &Shell) -> Result<Output, Failure> {
    match command {
        Command::Init(arguments) => init::run(&arguments, shell),
        Command::Serve(arguments) => serve::run(arguments, shell),
        Command::Stop(arguments) => serve::stop(&arguments, shell),
        Command::Admin(arguments) => shell.block_on(admin::run(arguments, shell)),
        Command::Coordinator(arguments) => shell.block_on(coordinator::run(*arguments, shell)),
        Command::Courier(arguments) => shell.block_on(courier::run(arguments, shell)),
        Command::Shop(arguments) => shell.block_on(shop::run(arguments, shell)),
        Command::Backup(arguments) => keep::backup(&arguments, shell),
        Command::Restore(arguments) => keep::restore(arguments, shell),
        Command::Verify(arguments) => keep::verify(&arguments, shell),
        Command::Check(arguments) => keep::check(&arguments, shell),
        Command::Demo(arguments) => demo::run(&arguments, shell),
        Command::ServeFed(arguments) => demo::serve_fed(&arguments, shell),
    }
}
