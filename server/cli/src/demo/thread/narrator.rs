//! Tells what happens while it happens, a line at a time, in the user's language. Silent with `--json`.

use std::io::Write as _;

use crate::shell::Shell;

/// The narrator.
pub(super) struct Narrator<'a> {
    shell: &'a Shell,
}

impl<'a> Narrator<'a> {
    pub(super) fn new(shell: &'a Shell) -> Self {
        Self { shell }
    }

    /// Tells one line.
    pub(super) fn tell(&self, key: &str, values: &[(&str, &str)]) {
        if !self.shell.json {
            // A listener who has gone changes nothing for the demo.
            let _ = writeln!(std::io::stdout(), "{}", self.shell.phrase(key, values));
        }
    }
}
