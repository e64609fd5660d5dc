//! What stands in the binary, one by one, read from what cargo prints and from `Cargo.lock`.
//!
//! It owns the two texts' forms. What it does not understand is a failure, never left out: a list of
//! components that lacks one is worse than none. It never reads a crate.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Failure;

/// What cargo is asked. The build has the features of all default members together, which add no crate to it.
pub const TREE: &str =
    "tree --locked --package tournee --edges normal --prefix none --color never --format {p}|{l}";

/// One thing in the binary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub licence: Option<String>,
    pub purl: String,
    /// Of the file the registry gave; our own crates have none.
    pub sha256: Option<String>,
}

/// The crates of a tree, each version once, in the order of their names.
pub fn crates(tree: &str, lock: &str) -> Result<Vec<Component>, Failure> {
    let hashes = hashes(lock);
    let mut found = BTreeSet::new();
    for line in tree.lines().filter(|line| !line.trim().is_empty()) {
        let Some((component, is_ours)) = component(line) else {
            return Err(Failure::Broken(format!("this line of cargo's tree was not understood: {line}")));
        };
        let sha256 = hashes.get(&(component.name.as_str(), component.version.as_str()));
        if sha256.is_none() && !is_ours {
            return Err(Failure::Broken(format!(
                "Cargo.lock has no checksum of {} {}: take it from the registry.",
                component.name, component.version
            )));
        }
        found.insert(Component { sha256: sha256.map(|&hash| hash.to_owned()), ..component });
    }
    Ok(found.into_iter().collect())
}

/// A crate without its hash, and whether it is ours: `name v1.2.3 (/path)|MIT (*)`.
fn component(line: &str) -> Option<(Component, bool)> {
    let line = line.strip_suffix(" (*)").unwrap_or(line);
    let (package, licence) = line.rsplit_once('|')?;
    let mut words = package.splitn(3, ' ');
    let name = words.next().filter(|name| !name.is_empty())?.to_owned();
    let version = words.next()?.strip_prefix('v')?.to_owned();
    let is_ours = words.next().is_some_and(|origin| origin.contains("(/"));
    // A plus sign in a package URL would be read as a blank.
    let purl = format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"));
    // The slash is cargo's old way to write OR.
    let licence = Some(licence.trim().replace('/', " OR ")).filter(|licence| !licence.is_empty());
    Some((Component { name, version, licence, purl, sha256: None }, is_ours))
}

/// The checksums of a lock file by name and version.
fn hashes(lock: &str) -> BTreeMap<(&str, &str), &str> {
    let mut hashes = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let value = |key: &str| {
            package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
        };
        if let (Some(name), Some(version), Some(hash)) = (value("name"), value("version"), value("checksum"))
        {
            hashes.insert((name, version), hash);
        }
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.229\"\n\
        source = \"registry+https://example\"\nchecksum = \"ab12\"\ndependencies = [\n \"serde_core\",\n]\n\n\
        [[package]]\nname = \"tournee\"\nversion = \"0.1.0\"\ndependencies = [\n \"serde\",\n]\n";

    #[test]
    fn a_crate_is_listed_once_with_the_hash_of_the_lock_file() {
        let tree = "tournee v0.1.0 (/a checkout/server/cli)|Apache-2.0\nserde v1.0.229|MIT OR Apache-2.0\n\
            serde v1.0.229|MIT OR Apache-2.0 (*)\n";
        let found = crates(tree, LOCK).unwrap();
        let short: Vec<_> = found.iter().map(|one| (one.purl.as_str(), one.sha256.as_deref())).collect();
        assert_eq!(short, [("pkg:cargo/serde@1.0.229", Some("ab12")), ("pkg:cargo/tournee@0.1.0", None)]);
    }

    #[test]
    fn a_tree_line_gives_name_version_and_licence() {
        let (derive, is_ours) = component("derive v1.2.3+4 (proc-macro)|Unlicense/MIT (*)").unwrap();
        assert!(!is_ours);
        assert_eq!((derive.name.as_str(), derive.version.as_str()), ("derive", "1.2.3+4"));
        assert_eq!(derive.licence.as_deref(), Some("Unlicense OR MIT"));
        assert_eq!(derive.purl, "pkg:cargo/derive@1.2.3%2B4");
        assert_eq!(component("bare v1.0.0|").unwrap().0.licence, None);
    }

    #[test]
    fn a_crate_without_a_hash_is_not_passed_over() {
        let failure = crates("stranger v1.0.0|MIT", LOCK).unwrap_err();
        assert!(failure.to_string().contains("stranger 1.0.0"), "{failure}");
    }

    #[test]
    fn a_line_that_is_no_crate_is_a_failure() {
        assert!(crates("warning: something", LOCK).is_err());
        assert!(crates("name 1.0.0|MIT", LOCK).is_err());
    }
}
