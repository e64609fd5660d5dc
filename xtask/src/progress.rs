//! A long build, shown as it comes.
//!
//! On a terminal cargo draws a bar itself and is left alone. In a file or CI's log it writes one line for
//! each crate and never how many are still to come: there its bar is asked for all the same and turned
//! into a line for every tenth. It never holds back or rewords anything else cargo says.

use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::run;

/// Parts of the build that get a line.
const STEPS: u64 = 10;

/// Runs a build of cargo's; a bad end stops the verb with the sentence `otherwise`.
pub fn build(mut cargo: Command, otherwise: &str) -> Result<(), Failure> {
    if io::stderr().is_terminal() {
        return run::required(cargo, otherwise);
    }
    let broken = |error: io::Error| Failure::starting("cargo", &error);
    cargo.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "80");
    let mut child = cargo.stderr(Stdio::piped()).spawn().map_err(broken)?;
    if let Some(stream) = child.stderr.take() {
        in_lines(stream, |line| eprintln!("{line}"));
    }
    let status = child.wait().map_err(broken)?;
    if status.success() { Ok(()) } else { Err(Failure::Broken(otherwise.to_owned())) }
}

/// Passes on every line; of the bars, which stand before it, only the first of each step.
fn in_lines(stream: impl Read, mut show: impl FnMut(&str)) {
    let mut shown = 0;
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        let mut drawn = line.trim_end_matches('\r').split('\r').peekable();
        while let Some(text) = drawn.next() {
            match units(text) {
                Some((done, all)) => {
                    let step = done * STEPS / all.max(1);
                    if step > shown {
                        shown = step;
                        show(&format!("    Progress {done} of {all}"));
                    }
                }
                // What a bar was wiped out with.
                None if text.trim().is_empty() && drawn.peek().is_some() => {}
                None => show(text.trim_end()),
            }
        }
    }
}

/// How many units a bar says are done, and of how many: `Building [=> ] 12/268: tokio`.
fn units(text: &str) -> Option<(u64, u64)> {
    let bar = text.trim_start().strip_prefix("Building [")?;
    let (_, count) = bar.split_once("] ")?;
    let (done, rest) = count.split_once('/')?;
    let all = rest.split(|character: char| !character.is_ascii_digit()).next()?;
    Some((done.trim().parse().ok()?, all.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        in_lines(text.as_bytes(), |line| lines.push(line.to_owned()));
        lines
    }

    #[test]
    fn a_bar_becomes_a_line_for_every_tenth() {
        let text = "    Building [  ] 0/20: libc  \r   Compiling libc v0.2.1\n\
            Building [> ] 1/20: libc\r    Building [=> ] 2/20: syn\r      \r   Compiling syn v3.0.9\n\
            Building [=> ] 3/20: syn(build)\r    Finished `dev` profile\n";
        assert_eq!(
            shown(text),
            [
                "   Compiling libc v0.2.1",
                "    Progress 2 of 20",
                "   Compiling syn v3.0.9",
                "    Finished `dev` profile"
            ]
        );
    }

    #[test]
    fn what_the_compiler_says_is_passed_on_as_it_is() {
        let text = "error[E0425]: cannot find `x`\n\n  --> src/main.rs:1:1\n";
        assert_eq!(shown(text), ["error[E0425]: cannot find `x`", "", "  --> src/main.rs:1:1"]);
    }
}
