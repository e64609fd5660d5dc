//! The server of the town's day, in the process that the day starts: its clock is fed on the input.

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;

/// What the day tells it.
#[derive(Debug, Args)]
pub(crate) struct ServeFedArguments {
    #[arg(long)]
    data_dir: PathBuf,
    #[arg(long)]
    listen: String,
    #[arg(long)]
    seed: u64,
    #[arg(long)]
    start: u64,
}

/// Runs it until its input ends.
pub(crate) fn run(arguments: &ServeFedArguments, shell: &Shell) -> Result<Output, Failure> {
    crate::serve::log_to_stderr();
    let ServeFedArguments { data_dir, listen, seed, start } = arguments;
    let served = shell.block_on(town::play::fed_server::serve(data_dir, listen, *seed, *start));
    served.map(|()| Output::default()).map_err(|error| Failure::chain("serve", &error))
}
