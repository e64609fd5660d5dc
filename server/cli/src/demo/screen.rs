//! What the terminal shows of the day: one block, drawn again each minute, or a line each half hour where the output
//! is no terminal. Silent with `--json`.

use std::io::{IsTerminal as _, Write as _};

use town::play::{Frame, Phase};

use crate::shell::Shell;

/// Without a terminal, a line each so many minutes.
const LINE_MINUTES: u32 = 30;
/// Told moments under the block.
const TOLD_SHOWN: usize = 4;
/// Columns of a terminal that does not say how many it has.
const COLUMNS: usize = 80;
/// Cells of the day's bar.
const BAR_CELLS: usize = 40;
/// Up so many lines, to the first column, and everything from there on cleared.
fn up(lines: usize) -> String {
    format!("\x1b[{lines}F\x1b[J")
}

/// The screen.
pub(super) struct Screen<'a> {
    shell: &'a Shell,
    is_terminal: bool,
    /// Lines of the block that stands there.
    drawn: usize,
    said_comparing: bool,
    /// Whether the server was there when last shown.
    server_up: bool,
}

impl<'a> Screen<'a> {
    pub(super) fn new(shell: &'a Shell) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        Self { shell, is_terminal, drawn: 0, said_comparing: false, server_up: true }
    }

    /// Where to watch, and what it is, in one sentence.
    pub(super) fn hello(&self, address: &str) {
        self.say(&self.shell.phrase("town.hello", &[("address", address)]));
    }

    /// A frame.
    pub(super) fn show(&mut self, frame: &Frame) {
        if self.is_terminal {
            self.draw(frame);
            return;
        }
        if self.server_up != frame.server_up {
            self.server_up = frame.server_up;
            self.say(&format!("{}  {}", frame.clock, self.server(frame)));
        }
        let half_hour = frame.clock.0.is_multiple_of(LINE_MINUTES);
        match frame.phase {
            Phase::Day if half_hour => self.say(&self.line(frame)),
            Phase::Comparing if !self.said_comparing => {
                self.said_comparing = true;
                self.say(&self.line(frame));
                self.say(&self.shell.word("town.comparing"));
            }
            Phase::Opening | Phase::Day | Phase::Comparing | Phase::Over => {}
        }
    }

    /// The last frame: the block stays as it is, and what follows stands under it.
    pub(super) fn over(&mut self, frame: &Frame) {
        if self.is_terminal {
            self.draw(frame);
        }
    }

    fn say(&self, line: &str) {
        if !self.shell.json {
            // A listener who has gone changes nothing for the day.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }

    /// Whether the server is there, in words.
    fn server(&self, frame: &Frame) -> String {
        let key = match (frame.server_up, frame.kills) {
            (false, _) => "town.server.killed",
            (true, 0) => "town.server.up",
            (true, _) => "town.server.again",
        };
        self.shell.word(key)
    }

    fn line(&self, frame: &Frame) -> String {
        let [met, ..] = frame.disagreements.map(|count| count.to_string());
        self.shell.phrase(
            "town.line",
            &[
                ("clock", &frame.clock.to_string()),
                ("acts", &frame.acts.to_string()),
                ("on_server", &frame.on_server.to_string()),
                ("only", &frame.only_on_phones.to_string()),
                ("dark", &frame.dark.to_string()),
                ("met", &met),
            ],
        )
    }

    fn draw(&mut self, frame: &Frame) {
        let columns = columns();
        let mut block: Vec<String> = match frame.phase {
            Phase::Opening => {
                let values = [("clock", frame.clock.to_string()), ("couriers", frame.couriers.to_string())];
                vec![
                    self.shell.phrase("town.opening", &[("clock", &values[0].1), ("couriers", &values[1].1)]),
                ]
            }
            Phase::Day | Phase::Comparing | Phase::Over => self.block(frame),
        };
        let told = frame.told.len().saturating_sub(TOLD_SHOWN);
        block.push(String::new());
        for told in frame.told.iter().skip(told) {
            block.push(format!("{} {}", told.at, told.sentence(self.shell.language)));
        }
        if frame.phase == Phase::Comparing {
            block.push(self.shell.word("town.comparing"));
        }
        let mut text = if self.drawn > 0 { up(self.drawn) } else { String::new() };
        for line in &block {
            // A line that wraps would be two, and the block would climb.
            text.extend(line.chars().take(columns));
            text.push('\n');
        }
        self.drawn = block.len();
        if !self.shell.json {
            let mut out = std::io::stdout().lock();
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        }
    }

    fn block(&self, frame: &Frame) -> Vec<String> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of forty cells")]
        let full = (frame.day.clamp(0.0, 1.0) * BAR_CELLS as f64) as usize;
        let bar = format!("{}{}", "#".repeat(full), ".".repeat(BAR_CELLS - full));
        let [met, settled, open] = frame.disagreements.map(|count| count.to_string());
        let met =
            self.shell.phrase("town.block.met_of", &[("met", &met), ("settled", &settled), ("open", &open)]);
        let rows = [
            ("town.acts", frame.acts.to_string()),
            ("town.on_server", frame.on_server.to_string()),
            ("town.block.only", frame.only_on_phones.to_string()),
            ("town.dark", frame.dark.to_string()),
            ("town.disagreements", met),
        ];
        let widest = rows.iter().map(|(key, _)| self.shell.word(key).chars().count()).max().unwrap_or(0);
        let mut block = vec![format!("{}  {} {bar} {}", frame.clock, frame.from, frame.until), String::new()];
        block.extend(rows.iter().map(|(key, value)| {
            let word = self.shell.word(key);
            let gap = " ".repeat(widest - word.chars().count());
            format!("  {word}{gap}  {value}")
        }));
        block.push(String::new());
        block.push(format!("  {}", self.server(frame)));
        block
    }
}

/// How many columns the terminal has, the last one left free.
fn columns() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    let columns = size.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
    columns.unwrap_or(COLUMNS).saturating_sub(1)
}
