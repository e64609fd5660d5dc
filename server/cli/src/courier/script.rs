//! `script`: one line, one act, one answer, as fast as they come. A line that fails says so and the next goes on.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use clap::{Parser, error::ErrorKind};

use super::{CourierAct, Phone};
use crate::failure::Failure;
use crate::output::Output;

/// Bytes of one line; nobody types more.
const LINE_BYTES_MAX: u64 = 4 * 1024;

/// A line, parsed as the same words after `tournee courier`.
#[derive(Debug, Parser)]
#[command(no_binary_name = true)]
struct Line {
    #[command(subcommand)]
    act: CourierAct,
}

/// Runs it. The exit code is that of the worst line.
pub(super) async fn run(phone: &mut Phone<'_>, file: &Path) -> Result<Output, Failure> {
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(|error| Failure::file(file, &error))?)
    };
    let mut lines = BufReader::new(input);
    let mut worst = 0;
    loop {
        let mut bytes = Vec::new();
        let read = (&mut lines).take(LINE_BYTES_MAX).read_until(b'\n', &mut bytes);
        if read.map_err(|error| Failure::file(file, &error))? == 0 {
            return Ok(Output { exit_code: worst, ..Output::default() }.silent());
        }
        let whole = bytes.len() < LINE_BYTES_MAX as usize || bytes.ends_with(b"\n");
        let Some(line) = String::from_utf8(bytes).ok().filter(|_| whole) else {
            // The rest of a line that is too long is not a line of its own.
            if !whole {
                lines.skip_until(b'\n').map_err(|error| Failure::file(file, &error))?;
            }
            let output = failed(&Failure::yours("line", phone.shell.word("cli.not_a_line")));
            worst = worst.max(output.exit_code);
            output.print(phone.shell.json).map_err(|error| Failure::file(Path::new("-"), &error))?;
            continue;
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.first().is_none_or(|word| word.starts_with('#')) {
            continue;
        }
        let output = match Line::try_parse_from(&words) {
            Ok(line) => Box::pin(phone.run(line.act)).await.unwrap_or_else(|failure| failed(&failure)),
            Err(error) if error.kind() == ErrorKind::DisplayHelp => {
                Output::new(error.to_string(), serde_json::Value::Null)
            }
            Err(error) => failed(&Failure::yours("line", format!("{}: {error}", line.trim()))),
        };
        worst = worst.max(output.exit_code);
        output.print(phone.shell.json).map_err(|error| Failure::file(Path::new("-"), &error))?;
    }
}

fn failed(failure: &Failure) -> Output {
    let mut output = Output::new(failure.sentence.clone(), failure.to_json());
    output.exit_code = failure.exit_code();
    output
}
