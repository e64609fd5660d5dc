//! The parts of the test: what each runs, what it needs, what it shows.
//!
//! It owns the table and its order, cheapest feedback first. Product crates are never chosen with `-p`:
//! another choice of crates is another set of features, and everything would be compiled again. A new
//! part is one row here; it is run by `verbs/test.rs` and gets its tools from `verbs/setup.rs`.

use crate::failure::Failure;
use crate::purity::WHOLE_TREE;
use crate::tool::{INDEPENDENT, Tool};

/// What cargo-deny is asked. Not its advisories: their database is not to be had where CI runs.
/// Two generations of a crate are a page of warnings that nobody can act on: left to a run by hand.
pub const DENY: &str = "check --allow duplicate bans licenses sources";

/// The tests that a plain `cargo test` leaves out, because they need what is not in the checkout.
/// What they measured is what they show.
pub const WITH_VALHALLA: &str = "test --test valhalla -- --include-ignored --nocapture";

/// One part of the test.
#[derive(Debug)]
pub struct Part {
    /// What is typed after `--only` and after `setup`.
    pub name: &'static str,
    /// What it shows, for the help.
    pub shows: &'static str,
    /// What it runs.
    pub work: Work,
    /// The tools it cannot run without.
    pub needs: &'static [Tool],
}

/// What a part runs; the commands are written as they would be typed after `cargo`.
#[derive(Debug, Clone, Copy)]
pub enum Work {
    /// Commands that pass or fail as a whole, together one check.
    Check(&'static [&'static str]),
    /// Test runners; each must run at least one test.
    Tests(&'static [&'static str]),
    /// Test runners that send mutants: `--mutants` says how many.
    Mutants(&'static [&'static str]),
    /// Test runners that kill servers: `--kills` says how often.
    Kills(&'static [&'static str]),
    /// The lists of `purity.rs`, against core-sync's tree.
    Purity,
    /// cargo-deny with `deny.toml`.
    Licences,
    /// The generated Python half of mobile-bindings, and its tests.
    Bindings,
    /// The crate `travel` against a Valhalla of its own.
    Travel,
    /// The JavaScript client in `tests/independent`, against the real binary.
    Independent,
}

/// All parts, in the order they run.
pub static PARTS: [Part; 22] = [
    Part {
        name: "format",
        shows: "the code is formatted",
        work: Work::Check(&["fmt --all --check"]),
        needs: &[Tool::Rustfmt],
    },
    Part {
        name: "purity",
        shows: "core-sync stands on no clock, chance, disk or network",
        work: Work::Purity,
        needs: &[],
    },
    Part {
        name: "lints",
        shows: "no lint complains",
        work: Work::Check(&[
            "clippy --all-targets -- -D warnings",
            "clippy -p xtask --all-targets -- -D warnings",
        ]),
        needs: &[Tool::Clippy],
    },
    Part {
        name: "licences",
        shows: "every dependency may be used, and comes from the registry",
        work: Work::Licences,
        needs: &[Tool::CargoDeny],
    },
    Part {
        name: "unit",
        shows: "the tests beside the code",
        // All failures of a run are wanted in the table, not the first one's alone.
        work: Work::Tests(&["test --no-fail-fast --lib --bins", "test --no-fail-fast -p xtask"]),
        needs: &[],
    },
    Part {
        name: "docs",
        shows: "links and names in the documents lead somewhere",
        work: Work::Tests(&["test --test docs"]),
        needs: &[],
    },
    Part {
        name: "stories",
        shows: "phones, a server, cut links, kills and restarts",
        work: Work::Tests(&["test --test stories"]),
        needs: &[],
    },
    Part {
        name: "fixtures",
        shows: "what earlier versions wrote is gone on from",
        work: Work::Tests(&["test --test fixtures"]),
        needs: &[],
    },
    Part {
        name: "conflicts",
        shows: "every row of docs/conflicts.md, in every order of sending and hearing",
        work: Work::Tests(&["test --test conflicts"]),
        needs: &[],
    },
    Part {
        name: "hostile",
        shows: "an enrolled courier who means harm, slow and silent clients, and honest phones among them",
        // Its table and its measures are what it shows.
        work: Work::Mutants(&["test --test hostile -- --nocapture"]),
        needs: &[],
    },
    Part {
        name: "corpora",
        shows: "what fuzzing begins with and what once crashed, tried again",
        work: Work::Tests(&["test --test corpora"]),
        needs: &[],
    },
    Part {
        name: "rollback",
        shows: "a server put back in every way gets back what phones hold, with a table of what came from whom",
        work: Work::Tests(&["test --test rollback"]),
        needs: &[],
    },
    Part {
        name: "crash",
        shows: "servers and phones killed, power cut, disks full, failing and rotting: nothing acknowledged is lost",
        // Its tables are what it shows; one test after the other, so that each is alone with its disk.
        work: Work::Kills(&["test --test crash -- --nocapture --test-threads=1"]),
        needs: &[],
    },
    Part {
        name: "by-hand",
        shows: "docs/by-hand.md does what it says",
        work: Work::Tests(&["test --test by_hand"]),
        needs: &[],
    },
    Part {
        name: "thread",
        shows: "the demo, with every act there at its end",
        work: Work::Tests(&["test --test thread"]),
        needs: &[],
    },
    Part {
        name: "planner",
        shows: "plans that an independent checker believes, the same from the same seed in both profiles, odd problems too",
        // The number that a plan is held to is the same in both profiles: the one with checks for overflow,
        // and the one that is shipped, of which nothing but the planner's own tests is built here.
        work: Work::Tests(&[
            "test --test alone --test checker --test determinism --test evenness --test families --test late_break --test live --test new_orders --test odd_problems --test place --test reasons --test ways --test would_fit",
            "test --release --test determinism",
        ]),
        needs: &[],
    },
    Part {
        name: "instances",
        shows: "ten published problems planned with a number of steps, each plan checked, near the best known and the same twice",
        work: Work::Tests(&["test --test ten_instances"]),
        needs: &[Tool::Instances],
    },
    Part {
        name: "travel",
        shows: "travel times by a real Valhalla on the streets of Paris: asked, remembered and missed",
        work: Work::Travel,
        needs: &[Tool::Python, Tool::Valhalla, Tool::Streets],
    },
    Part {
        name: "town",
        shows: "a day of the town: the same twice, nothing lost, and sabotage found out",
        work: Work::Tests(&["test --test town"]),
        needs: &[Tool::Python],
    },
    Part {
        name: "simulator",
        shows: "twenty days of phones and a server with everything that can go wrong, in virtual time",
        work: Work::Tests(&["test --test seeds"]),
        needs: &[],
    },
    Part {
        name: "bindings",
        shows: "the phones' library, called from Python",
        work: Work::Bindings,
        needs: &[Tool::Python],
    },
    Part {
        name: "independent",
        shows: "a client written from docs/sync-protocol.md alone, with stock Automerge",
        work: Work::Independent,
        needs: &[Tool::Node, Tool::NodePackages],
    },
];

impl Part {
    /// The part of that name; an unknown name is answered with the names there are.
    pub fn find(name: &str) -> Result<&'static Self, Failure> {
        PARTS.iter().find(|part| part.name == name).ok_or_else(|| {
            let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
            Failure::Input(format!("there is no part '{name}'. The parts are: {}.", names.join(", ")))
        })
    }

    /// The commands a reader could type instead.
    pub fn runs(&self) -> String {
        match self.work {
            Work::Check(commands)
            | Work::Tests(commands)
            | Work::Mutants(commands)
            | Work::Kills(commands) => {
                commands.iter().map(|command| format!("cargo {command}")).collect::<Vec<_>>().join(" && ")
            }
            Work::Purity => format!("cargo {WHOLE_TREE}"),
            Work::Licences => format!("cargo-deny {DENY}"),
            Work::Bindings => {
                "cargo xtask bindings, then python3 -m unittest in mobile-bindings/tests".to_owned()
            }
            Work::Travel => format!("cargo {WITH_VALHALLA}"),
            Work::Independent => format!("cargo build --bin tournee, then node --test in {INDEPENDENT}"),
        }
    }

    /// The command that gets what the part lacks.
    pub fn setup_command(&self) -> String {
        format!("cargo xtask setup {}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn an_unknown_part_is_answered_with_the_parts_there_are() {
        let failure = Part::find("nonsense").unwrap_err();
        let Failure::Input(text) = failure else { panic!("{failure:?}") };
        for part in &PARTS {
            assert!(text.contains(part.name), "{text}");
        }
    }

    #[test]
    fn every_part_is_found_by_its_name_and_names_are_used_once() {
        for part in &PARTS {
            assert_eq!(Part::find(part.name).unwrap().name, part.name);
            assert_eq!(PARTS.iter().filter(|other| other.name == part.name).count(), 1, "{}", part.name);
        }
    }

    /// A file of tests that no part names is run by nobody.
    #[test]
    fn every_file_of_the_planners_tests_is_in_a_part() {
        let commands = ["planner", "instances"].into_iter().flat_map(|part| {
            let Work::Tests(commands) = Part::find(part).unwrap().work else { panic!() };
            commands
        });
        let named: Vec<&str> = commands.flat_map(|command| command.split(' ')).collect();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for folder in ["server/planner/tests", "server/planner/bench/tests"] {
            for file in std::fs::read_dir(root.join(folder)).unwrap() {
                let file = file.unwrap().path();
                let is_tests = file.extension().is_some_and(|extension| extension == "rs");
                let name = file.file_stem().unwrap().to_str().unwrap();
                assert!(!is_tests || named.contains(&name), "{}", file.display());
            }
        }
    }

    #[test]
    fn product_crates_are_never_chosen_one_by_one() {
        for part in &PARTS {
            let (Work::Check(commands)
            | Work::Tests(commands)
            | Work::Mutants(commands)
            | Work::Kills(commands)) = part.work
            else {
                continue;
            };
            for command in commands {
                let words: Vec<&str> = command.split(' ').collect();
                let chosen = words.windows(2).find(|pair| matches!(pair, ["-p" | "--package", _]));
                assert!(matches!(chosen, None | Some([_, "xtask"])), "{command}");
            }
        }
    }
}
