//! SQLite, the C that libsqlite3-sys compiles into the binary and cargo's tree does not name.
//!
//! It owns how its version is found: in the header of the source that was compiled, and believed only if
//! the binary carries the same source's id. It never guesses from the crate's version.

use std::fs;
use std::path::Path;

use crate::component::Component;
use crate::failure::Failure;

/// The crate that brings it.
pub const BRINGER: &str = "libsqlite3-sys";

/// What is in `binary`, brought by that version of [`BRINGER`] from somewhere below `sources`.
pub fn bundled(binary: &Path, sources: &Path, version: &str) -> Result<Component, Failure> {
    let program = fs::read(binary).map_err(|error| Failure::reading(binary, &error))?;
    let registries = fs::read_dir(sources).into_iter().flatten().flatten();
    for registry in registries {
        let header = registry.path().join(format!("{BRINGER}-{version}/sqlite3/sqlite3.h"));
        let Ok(text) = fs::read_to_string(header) else { continue };
        if let (Some(sqlite), Some(source)) =
            (defined(&text, "SQLITE_VERSION"), defined(&text, "SQLITE_SOURCE_ID"))
            && contains(&program, source.as_bytes())
        {
            return Ok(Component {
                name: "sqlite".to_owned(),
                version: sqlite.to_owned(),
                // What the list of SPDX calls SQLite's public domain.
                licence: Some("blessing".to_owned()),
                purl: format!("pkg:generic/sqlite@{sqlite}"),
                sha256: None,
            });
        }
    }
    Err(Failure::Broken(format!(
        "the SQLite in the binary was not found in the source of {BRINGER} {version} below {}, and the list \
         of components would lack it: get the source with `cargo fetch` (vendored crates are not read).",
        sources.display()
    )))
}

/// The text a C header gives a name: `#define NAME "text"`.
fn defined<'text>(header: &'text str, name: &str) -> Option<&'text str> {
    header.lines().find_map(|line| {
        let value = line.strip_prefix("#define ")?.strip_prefix(name)?.strip_prefix(' ')?;
        value.trim().strip_prefix('"')?.strip_suffix('"')
    })
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    !wanted.is_empty() && bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_told_from_one_that_begins_alike() {
        let header = "#define SQLITE_VERSION_NUMBER 3054001\n#define SQLITE_VERSION        \"3.54.1\"\n";
        assert_eq!(defined(header, "SQLITE_VERSION"), Some("3.54.1"));
        assert_eq!(defined(header, "SQLITE_SOURCE_ID"), None);
    }

    #[test]
    fn an_id_is_found_where_it_stands_and_nowhere_else() {
        assert!(contains(b"..2026-10-16..", b"2026-10-16"));
        assert!(!contains(b"..2026-10-15..", b"2026-10-16"));
        assert!(!contains(b"", b"2026-10-16"));
        assert!(!contains(b"..", b""));
    }
}
