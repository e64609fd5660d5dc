//! `docs/by-hand.md`, run as printed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The ids that the page shows for items; what they are is the day's own affair.
const ITEM_IDS: [&str; 2] = ["Qm4x", "tR7k"];
/// The shape of a time of day.
const TIME: &str = "00:00:00";

#[test]
fn what_the_page_shows_is_what_happens() {
    let folder = tempfile::tempdir().unwrap();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/by-hand.md");
    let page = std::fs::read_to_string(page).unwrap();
    // The page is run in a folder of its own, beside an empty sandbox of its name.
    std::fs::write(folder.path().join("by-hand.md"), for_trycmd(&page)).unwrap();
    std::fs::create_dir(folder.path().join("by-hand.in")).unwrap();
    // A port that is free now; the page itself speaks of the usual one.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let binary = Path::new(env!("CARGO_BIN_EXE_tournee"));
    let cases = trycmd::TestCases::new();
    cases.register_bin("tournee", binary);
    for (name, value) in exports(&page) {
        cases.env(name, value);
    }
    cases.env("TOURNEE_LISTEN", &address).env("TOURNEE_SERVER", format!("http://{address}"));
    cases.case(folder.path().join("by-hand.md"));
    // Dropped before the folder, whether the page holds or not.
    let _server = Stopped { binary, data: folder.path().join("by-hand.in/coop") };
    cases.run();
}

/// Stops the page's server in the end: its own last line does, unless it was never reached.
struct Stopped<'a> {
    binary: &'a Path,
    data: PathBuf,
}

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        let _not_running = Command::new(self.binary).arg("stop").arg(&self.data).output();
    }
}

/// The page as trycmd wants it: `[..]` for each time of day with seconds, because whatever the clock says fits
/// there, and an empty line after each answer. The page itself shows both as a terminal does.
fn for_trycmd(page: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut in_console = false;
    for line in page.lines() {
        let fence = line.starts_with("```");
        let answered = lines.last().is_some_and(|before| !before.starts_with("```"));
        if in_console && answered && (fence || line.starts_with("$ ")) {
            lines.push(String::new());
        }
        if fence {
            in_console = line == "```console";
        }
        let id = ITEM_IDS.iter().find_map(|id| line.strip_prefix(id));
        lines.push(at_any_time(&id.map_or_else(|| line.to_owned(), |rest| format!("[..]{rest}"))));
    }
    lines.join("\n") + "\n"
}

/// A line with `[..]` for each time.
fn at_any_time(line: &str) -> String {
    let mut words = String::new();
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let time = is_time(rest);
        let (as_written, after) = rest.split_at(if time { TIME.len() } else { character.len_utf8() });
        words.push_str(if time { "[..]" } else { as_written });
        rest = after;
    }
    words
}

/// Whether a text begins with a time such as `09:21:05`.
fn is_time(text: &str) -> bool {
    let same = |(byte, shape): (u8, u8)| if shape == b':' { byte == b':' } else { byte.is_ascii_digit() };
    text.len() >= TIME.len() && text.bytes().zip(TIME.bytes()).all(same)
}

/// What the page tells its reader to set in the terminal; the search path is the reader's own affair.
fn exports(page: &str) -> Vec<(&str, &str)> {
    let lines = page.lines().filter_map(|line| line.strip_prefix("export "));
    let found: Vec<(&str, &str)> = lines
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| name.starts_with("TOURNEE_"))
        .collect();
    assert!(!found.is_empty(), "the page sets nothing");
    found
}
