//! What a long command says on the way: a line on standard error every few seconds, and none for a short one.

use core_sync::domain::time::{Milliseconds, Timestamp};
use server::verify::Progress;

use crate::shell::Shell;

/// How often something is said: often enough to see that it goes on.
pub(super) const EVERY: Milliseconds = Milliseconds::seconds(2);

/// Says how many rounds are checked.
pub(super) fn rounds(shell: &Shell) -> impl FnMut(Progress) + '_ {
    let mut last: Timestamp = shell.moment().time;
    move |Progress { done, of }| {
        let now = shell.moment().time;
        if now.since(last) >= EVERY {
            last = now;
            say(&shell.phrase("cli.rounds_checked", &[("done", &done.to_string()), ("of", &of.to_string())]));
        }
    }
}

/// Says a line where it is in no program's way.
pub(super) fn say(line: &str) {
    use std::io::Write as _;
    // If nobody listens the work goes on.
    let _ = writeln!(std::io::stderr(), "{line}");
}
