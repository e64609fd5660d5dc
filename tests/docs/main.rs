//! Documents that do not lie: every link leads somewhere, every file a document names is there, and no
//! document names a machine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says so by panicking"
)]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every Markdown file that git would keep.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with(".git") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Text without fenced blocks: what stands in them is an example.
fn prose(text: &str) -> String {
    let mut fenced = false;
    text.lines()
        .filter(|line| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            !fenced && !fence
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The targets of `[text](target)`.
fn links(text: &str) -> Vec<String> {
    text.match_indices("](")
        .filter_map(|(at, _)| text[at + 2..].split_once(')').map(|(target, _)| target.to_owned()))
        .collect()
}

/// A heading as its anchor: lower case, blanks as hyphens, punctuation gone.
fn anchor(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|character| match character {
            ' ' => Some('-'),
            '-' | '_' => Some(character),
            _ if character.is_alphanumeric() => Some(character),
            _ => None,
        })
        .collect()
}

fn anchors(path: &Path) -> Vec<String> {
    let text = prose(&std::fs::read_to_string(path).unwrap());
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#')))
        .collect()
}

#[test]
fn every_link_of_every_document_leads_somewhere() {
    let mut broken = Vec::new();
    let mut checked = 0;
    for document in documents() {
        for link in links(&prose(&std::fs::read_to_string(&document).unwrap())) {
            if link.starts_with("http://") || link.starts_with("https://") || link.starts_with("mailto:") {
                continue;
            }
            checked += 1;
            let (file, place) = link.split_once('#').unwrap_or((&link, ""));
            let target =
                if file.is_empty() { document.clone() } else { document.parent().unwrap().join(file) };
            if !target.exists() {
                broken.push(format!("{}: {link}", document.display()));
            } else if !place.is_empty() && target.is_file() && !anchors(&target).contains(&place.to_owned()) {
                broken.push(format!("{}: {link} (no such heading)", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
    assert!(checked > 30, "only {checked} links: the search is broken");
}

#[test]
fn the_journey_of_a_tap_passes_real_files_and_functions() {
    let journey = root().join("docs/a-taps-journey.md");
    let text = std::fs::read_to_string(&journey).unwrap();
    let files: Vec<String> = links(&text).into_iter().filter(|link| link.contains(".rs")).collect();
    assert!(files.len() >= 12, "a tap passes more files than {}", files.len());
    // `name` in [file](path) must stand in that file: "`tap` in [session.rs](...)".
    for (at, _) in text.match_indices("` in [") {
        let name = text[..at].rsplit('`').next().unwrap();
        let target = links(&text[at..])[0].clone();
        let code = std::fs::read_to_string(journey.parent().unwrap().join(&target)).unwrap();
        let defined = [format!("fn {name}("), format!("fn {name}<")].iter().any(|start| code.contains(start));
        assert!(defined, "{target} has no function {name}");
    }
}

#[test]
fn no_document_names_a_machine() {
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for word in ["/home/", "/Users/", "C:\\"] {
            assert!(!text.contains(word), "{} names {word}", document.display());
        }
    }
}
