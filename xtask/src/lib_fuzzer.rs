//! What libFuzzer prints, read as it comes: how much was tried, how much of the code was reached.
//!
//! It owns how those lines are read. Of the line for each find only one in some seconds is shown, and all that is not
//! its own bookkeeping, such as what a crash says, is passed on.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// Between two lines about how far it is.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Beginnings of lines that are bookkeeping: settings, sanitizers that are not there, sums, words for a dictionary.
const BOOKKEEPING: [&str; 7] =
    ["INFO:", "WARNING: Failed to find function", "stat::", "Dictionary:", "Done ", "\"", "#"];

/// What a run came to so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Findings {
    /// Inputs tried.
    pub executions: u64,
    /// Inputs tried in a second, on average.
    pub per_second: u64,
    /// Edges of the code that were reached.
    pub edges: u64,
    /// Entries of its corpus: those it was given that reach something, and those it found.
    pub entries: u64,
}

impl Findings {
    /// Runs the fuzzer to its end and reads what it says; whether it ended well, and what it found.
    pub fn watch(mut fuzzer: Command, mut show: impl FnMut(&str)) -> Result<(bool, Self), Failure> {
        let broken = |error: std::io::Error| Failure::starting("the fuzzer", &error);
        let mut child = fuzzer.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(broken)?;
        let (mut findings, begun, mut shown) = (Self::default(), Instant::now(), Duration::ZERO);
        if let Some(stream) = child.stderr.take() {
            for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line);
                findings.read(&line);
                if !BOOKKEEPING.iter().any(|beginning| line.starts_with(beginning)) {
                    show(&line);
                } else if begun.elapsed() >= shown + BETWEEN_LINES {
                    shown = begun.elapsed();
                    show(&format!("  {:>4} s: {findings}", shown.as_secs()));
                }
            }
        }
        let well = child.wait().map_err(broken)?.success();
        findings.settle(begun.elapsed());
        Ok((well, findings))
    }

    /// Reads one line: `#4096 NEW cov: 60 ft: 60 corp: 4/25b lim: 86 exec/s: 512 rss: 27Mb ..` or one of its sums.
    fn read(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else { return };
        match first {
            "stat::number_of_executed_units:" => self.executions = number(words.next()),
            "stat::average_exec_per_sec:" => self.per_second = number(words.next()),
            _ => {
                let Some(Ok(executions)) = first.strip_prefix('#').map(str::parse) else { return };
                self.executions = executions;
                while let Some(word) = words.next() {
                    match word {
                        "cov:" => self.edges = number(words.next()),
                        "corp:" => self.entries = number(words.next()),
                        "exec/s:" => self.per_second = number(words.next()),
                        _ => {}
                    }
                }
            }
        }
    }

    /// A run of less than a second, or one that crashed, does not say how fast it was.
    fn settle(&mut self, took: Duration) {
        if self.per_second == 0 {
            self.per_second = self.executions / took.as_secs().max(1);
        }
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { executions, per_second, edges, entries } = self;
        write!(
            out,
            "{executions} executions, {per_second} executions per second, {edges} edges reached by {entries} entries"
        )
    }
}

/// The number that a word begins with.
fn number(word: Option<&str>) -> u64 {
    let digits: String = word.unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(lines: &str) -> Findings {
        let mut findings = Findings::default();
        lines.lines().for_each(|line| findings.read(line));
        findings
    }

    #[test]
    fn the_last_line_of_each_kind_holds() {
        let lines = "INFO: Seed: 3\n#2\tINITED cov: 40 ft: 41 corp: 1/1b exec/s: 0 rss: 26Mb\n\
            #8603\tNEW    cov: 60 ft: 62 corp: 4/25b lim: 86 exec/s: 512 rss: 27Mb L: 8/8 MS: 1 CMP-\n";
        assert_eq!(after(lines), Findings { executions: 8603, per_second: 512, edges: 60, entries: 4 });
        let sums = "stat::number_of_executed_units: 9001\nstat::average_exec_per_sec:     700\n";
        let whole = after(&format!("{lines}{sums}"));
        assert_eq!(whole, Findings { executions: 9001, per_second: 700, edges: 60, entries: 4 });
    }

    #[test]
    fn what_is_no_line_of_its_own_changes_nothing() {
        assert_eq!(
            after("###### Recommended dictionary. ######\n# of things\n\npanicked at cov: 3"),
            Findings::default()
        );
    }

    #[test]
    fn what_a_crash_says_is_passed_on_and_bookkeeping_is_not() {
        let mut fuzzer = Command::new("sh");
        fuzzer.args([
            "-c",
            "printf 'INFO: Seed: 3\n#5\tNEW cov: 7 corp: 1/1b exec/s: 0\nit is wrong\n' >&2; exit 77",
        ]);
        let mut shown = Vec::new();
        let (well, findings) = Findings::watch(fuzzer, |line| shown.push(line.to_owned())).unwrap();
        assert_eq!((well, shown.as_slice(), findings.edges), (false, &["it is wrong".to_owned()][..], 7));
    }
}
