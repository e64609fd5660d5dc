//! `docs/performance.md`: what was measured, where, when, beside whom.

use std::path::Path;

use super::{ACTS, CPU_OVER_SYNC_SERVER, DOCUMENTS, Outcome, STOPS};
use crate::clock;
use crate::error::BenchError;
use crate::figure::Reading;
use crate::machine;

/// Where what a person adds begins: the command leaves it as it is.
const BY_HAND: &str = "## What falls short, and why";

/// Writes the page. What stands under [`BY_HAND`] stays; figures stand there only if they were measured with it.
pub fn write(
    file: &Path,
    machine: &str,
    node: &str,
    outcomes: &[Outcome],
    ratio: &Reading,
    figures: &[Reading],
) -> Result<(), BenchError> {
    let before = std::fs::read_to_string(file).unwrap_or_default();
    let by_hand = before.find(BY_HAND).and_then(|at| before.get(at..)).unwrap_or(BY_HAND).trim_end();
    let text = format!("{}\n{}\n{}\n{by_hand}\n", head(machine, node), beside(outcomes, ratio), own(figures));
    std::fs::write(file, text).map_err(BenchError::file("write", file))
}

fn head(machine: &str, node: &str) -> String {
    format!(
        "# Performance\n\n\
         Written by `cargo xtask bench peers`, all but the last section. Measured on {}: {machine} (load at the \
         beginning); {node}; load at the end {}.\n\
         The senders share the processors with what is measured, and seconds on a wall depend on who else works: \
         compare what stands in one table.\n",
        clock::today(),
        machine::load(),
    )
}

fn beside(outcomes: &[Outcome], ratio: &Reading) -> String {
    let mut text = format!(
        "## Beside its peers\n\n\
         {DOCUMENTS} documents of {STOPS} stops; {ACTS} acts for each are made offline, the same bytes under the same \
         keys for all, and brought together when the client connects. Bytes are those of the client that brings them, \
         as a relay counts them, HTTP heads and frames of WebSockets among them. Seconds are those until second clients, \
         which held the documents before, have all acts; the processor's time is the server's until then. What \
         the product does after that, until it is at rest, stands under \"later\"; the peers are killed at once, and what \
         they would still have done is not known. The product is brought as many acts again and killed when the last was acknowledged. The server is killed with SIGKILL and started again, and clients that \
         hold nothing count.\n\n\
         | | version | changes | CPU ms per act | later | bytes up per act | bytes down per act | seconds | after SIGKILL |\n\
         |---|---|---|---|---|---|---|---|---|\n"
    );
    for outcome in outcomes {
        let Outcome { name, version, acts, changes, bytes: (up, down), wall_s, seen, found, .. } = outcome;
        text.push_str(&format!(
            "| {name} | {version} | {changes} | {:.3} | {} | {:.0} | {:.0} | {wall_s:.1} | {found} of {seen} |\n",
            outcome.cpu_ms_per_act(),
            outcome.later_ms_per_act(),
            *up as f64 / *acts as f64,
            *down as f64 / *acts as f64,
        ));
    }
    text.push_str(&format!(
        "\nAn act costs {} of what it costs {} (goal: {} at most): {}.\n\nWhat each promises:\n\n",
        ratio.value_text(),
        super::peer::SYNC_SERVER,
        CPU_OVER_SYNC_SERVER.goal.number().unwrap_or_default(),
        ratio.verdict(),
    ));
    for Outcome { name, promises, .. } in outcomes {
        text.push_str(&format!("- **{name}.** {promises}\n"));
    }
    text
}

fn own(figures: &[Reading]) -> String {
    if figures.is_empty() {
        return "## Figures\n\nNot measured in this run: `cargo xtask bench` prints them, `cargo xtask bench all peers` \
                writes them here.\n"
            .to_owned();
    }
    let mut text =
        "## Figures\n\n`cargo xtask bench`, in the same run.\n\n| figure | value | unit | goal | |\n|---|---|---|---|---|\n"
            .to_owned();
    for reading in figures {
        text.push_str(&reading.row());
        text.push('\n');
    }
    text.push_str("\nWhat exactly is measured:\n\n");
    for reading in figures {
        text.push_str(&format!("- `{}`: {}\n", reading.figure.name, reading.figure.says));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_machine_table_and_promises_and_leaves_what_people_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("performance.md");
        let outcome = Outcome {
            name: "one",
            version: "1.2".to_owned(),
            promises: "nothing at all",
            acts: 100,
            changes: 10,
            cpu_s: 0.5,
            later_cpu_s: Some(0.25),
            bytes: (1_000, 200),
            wall_s: 2.0,
            seen: 100,
            found: 97,
        };
        let ratio = Reading { figure: CPU_OVER_SYNC_SERVER, value: 0.25 };
        for reason in ["", "\n\nthe disk"] {
            if !reason.is_empty() {
                let text = std::fs::read_to_string(&file).unwrap();
                std::fs::write(&file, text.trim_end().to_owned() + reason).unwrap();
            }
            write(&file, "a machine", "node 22", std::slice::from_ref(&outcome), &ratio, &[]).unwrap();
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for part in [
            "a machine",
            "node 22",
            "| one | 1.2 | 10 | 5.000 | 2.500 | 10 | 2 | 2.0 | 97 of 100 |",
            "**one.** nothing at all",
            "falls short",
        ] {
            assert!(text.contains(part), "{part} is missing from:\n{text}");
        }
        assert!(text.ends_with("## What falls short, and why\n\nthe disk\n"), "{text}");
        assert_eq!(text.matches("## Beside its peers").count(), 1);
    }
}
