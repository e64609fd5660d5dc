//! The product beside its peers, in one run: the same acts, brought together, what they cost, and what of them is
//! there after a kill. By hand: it wants Node and the packages in `server/bench/peers`.

mod ours;
mod page;
mod peer;
mod theirs;

use std::path::PathBuf;

use crate::bench::Bench;
use crate::error::BenchError;
use crate::figure::{Figure, Goal, Reading};
use ours::Changes;
pub use page::write;
use peer::PEERS;

/// Documents.
const DOCUMENTS: usize = 200;
/// Acts of each, brought together after they were made offline.
const ACTS: usize = 50;
/// Stops of each.
const STOPS: usize = 10;

/// The figure that has a goal.
pub const CPU_OVER_SYNC_SERVER: Figure = Figure {
    name: "cpu_per_act_over_sync_server",
    unit: "times",
    goal: Goal::AtMost(0.1),
    says: "Processor seconds of the server for an act, until second clients have all of them, over those of \
           automerge-repo-sync-server in the same run; what the product does later stands in the table. The same acts, each as its own client brings them: the product's phones put what waits for a round into one signed \
           change, the peer's client makes a change for each act. The table has the product with a change for each \
           act as well.",
};

/// Where Node is, and the folder with the clients and their packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools {
    /// The program.
    pub node: PathBuf,
    /// `server/bench/peers`.
    pub folder: PathBuf,
}

impl Tools {
    /// The same with the program itself where `node` only starts it, as the one of a Python package does: what is
    /// measured and killed has to be the peer.
    fn themselves(&self) -> Result<Self, BenchError> {
        let said = std::process::Command::new(&self.node).args(["-p", "process.execPath"]).output();
        let said = said.map_err(BenchError::file("start", &self.node))?;
        let node = PathBuf::from(String::from_utf8_lossy(&said.stdout).trim());
        if node.is_file() {
            return Ok(Self { node, ..self.clone() });
        }
        Err(BenchError::Unexpected("Node does not say where it is".to_owned()))
    }
}

/// What one of them came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    /// What it promises, and how it was set up.
    pub promises: &'static str,
    /// Acts that were brought.
    pub acts: usize,
    /// Changes of the document that they were brought in.
    pub changes: usize,
    /// Seconds of the server's processor until a second client had all of them.
    pub cpu_s: f64,
    /// Seconds of it after that, until the server was at rest; none where it was killed before.
    pub later_cpu_s: Option<f64>,
    /// Bytes that the bringing client sent, with everything around them, and got.
    pub bytes: (usize, usize),
    /// Seconds on the wall until then.
    pub wall_s: f64,
    /// Acts that were seen or acknowledged before the kill, and those that a new client found after it.
    pub seen: usize,
    /// Those found after it.
    pub found: usize,
}

impl Outcome {
    fn cpu_ms_per_act(&self) -> f64 {
        self.cpu_s * 1_000.0 / self.acts as f64
    }

    fn later_ms_per_act(&self) -> String {
        self.later_cpu_s.map_or("".to_owned(), |later| format!("{:.3}", later * 1_000.0 / self.acts as f64))
    }

    fn line(&self) -> String {
        let Self { name, acts, bytes: (up, down), wall_s, seen, found, .. } = self;
        format!(
            "{name:<28} {:>7.3} ms CPU/act {:>6} later {:>6.0} B up/act {:>6.0} B down/act {wall_s:>6.1} s   {found} of {seen} after SIGKILL",
            self.cpu_ms_per_act(),
            self.later_ms_per_act(),
            *up as f64 / *acts as f64,
            *down as f64 / *acts as f64,
        )
    }
}

/// Drives all of them. What comes first is the product.
pub fn run(bench: Bench, tools: &Tools) -> Result<(Vec<Outcome>, Reading), BenchError> {
    let (documents, acts) = (bench.many(DOCUMENTS), ACTS);
    let tools = &tools.themselves()?;
    bench.say(&format!(
        "{documents} documents of {STOPS} stops, {acts} acts in each, made offline and brought together"
    ));
    let ours = ours::drive(documents, acts, STOPS, Changes::Together)?;
    bench.say(&ours.outcome.line());
    let apart = ours::drive(documents, acts, STOPS, Changes::Apart)?.outcome;
    bench.say(&apart.line());
    let mut outcomes = vec![ours.outcome, apart];
    for peer in &PEERS {
        let outcome = theirs::drive(peer, tools, &ours.acts)?;
        bench.say(&outcome.line());
        outcomes.push(outcome);
    }
    let reading = Reading { figure: CPU_OVER_SYNC_SERVER, value: over_sync_server(&outcomes)? };
    Ok((outcomes, reading))
}

fn over_sync_server(outcomes: &[Outcome]) -> Result<f64, BenchError> {
    let of = |name: &str| {
        let found = outcomes.iter().find(|outcome| outcome.name == name);
        found.map(Outcome::cpu_ms_per_act).ok_or_else(|| BenchError::Unexpected(format!("no {name}")))
    };
    Ok(of(ours::NAME)? / of(peer::SYNC_SERVER)?)
}
