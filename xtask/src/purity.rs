//! What core-sync must never stand on, read from cargo's own tree.
//!
//! It owns the two lists. core-sync is the rules of a round, run alike on the server, on phones and in
//! tests: time, chance, disk and network reach it as arguments. A list of names rather than a lint,
//! because a dependency brings its clock and its threads whether or not our code calls them.

use crate::count::Count;
use crate::failure::Failure;
use crate::run;
use crate::workspace::Workspace;

/// A crate core-sync must not stand on, and why.
type Banned = (&'static str, &'static str);

/// Not anywhere below core-sync.
const NEVER_BELOW: [Banned; 9] = [
    ("rusqlite", "core-sync holds no store"),
    ("libsqlite3-sys", "core-sync holds no store"),
    ("reqwest", "core-sync opens no connection"),
    ("hyper", "core-sync opens no connection"),
    ("axum", "core-sync serves nothing"),
    ("tokio", "core-sync starts no thread and waits for nothing"),
    ("tower", "core-sync serves nothing"),
    ("rustls", "core-sync opens no connection"),
    ("uniffi", "core-sync knows nothing of phones"),
];

/// Not directly under core-sync. The document library brings some of them; core-sync must not call them.
const NEVER_BESIDE: [Banned; 4] = [
    ("rand", "chance is an argument: take `&mut impl RngCore` from rand_core"),
    ("getrandom", "chance is an argument: take `&mut impl RngCore` from rand_core"),
    ("fastrand", "chance is an argument: take `&mut impl RngCore` from rand_core"),
    ("tokio", "core-sync starts no thread and waits for nothing"),
];

/// The tree of all targets: a phone's dependency would not be seen from a Linux machine.
pub const WHOLE_TREE: &str = "tree -p core-sync -e normal --target all --prefix none";

/// The same, first level only.
const FIRST_LEVEL: &str = "tree -p core-sync -e normal --target all --prefix none --depth 1";

/// Counts one check: passed when neither list is met; every offender is named with its reason.
pub fn check(workspace: &Workspace) -> Result<Count, Failure> {
    let mut pure = true;
    for (command, banned) in [(WHOLE_TREE, &NEVER_BELOW[..]), (FIRST_LEVEL, &NEVER_BESIDE[..])] {
        let Some(tree) = run::kept(workspace.cargo(command))? else {
            println!("cargo could not lay out core-sync's tree: its message is above.");
            return Ok(Count::of_check(false));
        };
        for (name, reason) in offenders(&tree, banned) {
            pure = false;
            println!("core-sync stands on {name}: {reason}.");
            println!("see where it comes from: cargo tree -p core-sync -e normal --target all -i {name}");
        }
    }
    if pure {
        println!("core-sync's tree names none of the banned crates.");
    }
    Ok(Count::of_check(pure))
}

/// The banned crates a tree names, in the list's order.
fn offenders<'list>(tree: &str, banned: &'list [Banned]) -> Vec<&'list Banned> {
    let crates: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    banned.iter().filter(|(name, _)| crates.contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "core-sync v0.1.0 (/checkout/core-sync)\nautomerge v0.12.0\nrand v0.10.3\n\
        tokio-like v1.0.0\nrand_core v0.10.1\nrand v0.10.3 (*)\n";

    #[test]
    fn a_banned_crate_is_named_once() {
        let names: Vec<&str> = offenders(TREE, &NEVER_BESIDE).iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["rand"]);
    }

    #[test]
    fn a_crate_whose_name_only_begins_alike_is_let_through() {
        assert!(offenders(TREE, &NEVER_BELOW).is_empty());
    }
}
