//! `docs/conflicts.md` and the code name each other: every row of the table has its rule and its file here, every
//! file here its row, and every rule its place on the page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/conflicts.md";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The targets of links in a text.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

/// The cells of the table's rows, without its head.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let table = page.lines().filter(|line| line.starts_with("| ")).skip(1);
    table.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

/// The names of the files of a folder, but for those.
fn names(folder: &str, but: &[&str]) -> BTreeSet<String> {
    let files = std::fs::read_dir(root().join(folder)).unwrap();
    let names = files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some());
    let names = names.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    names.filter(|name| !but.contains(&name.as_str())).collect()
}

#[test]
fn every_row_has_its_rule_and_its_tests_and_every_file_of_tests_its_row() {
    let page = std::fs::read_to_string(root().join(PAGE)).unwrap();
    let main = std::fs::read_to_string(root().join("tests/conflicts/main.rs")).unwrap();
    let mut shown = BTreeSet::new();
    for row in rows(&page) {
        let [apart, _, _, rules, tests] = row[..] else { panic!("five cells: {row:?}") };
        let rules = links(rules);
        assert!(!rules.is_empty(), "{apart}: no rule");
        for rule in rules {
            let path = root().join("docs").join(rule);
            assert!(rule.ends_with(".rs") && path.is_file(), "{apart}: {rule}");
        }
        let [test] = links(tests)[..] else { panic!("{apart}: one file of tests") };
        let name = test.trim_start_matches("../tests/conflicts/").trim_end_matches(".rs");
        let code = std::fs::read_to_string(root().join("docs").join(test)).unwrap();
        assert!(code.contains("#[tokio::test") && code.contains("EVERY_ORDER"), "{test} shows nothing");
        assert!(main.contains(&format!("\nmod {name};\n")), "{name} does not run");
        assert!(shown.insert(name.to_owned()), "{name} shows two rows");
    }
    let helpers = ["main", "items", "meeting", "order", "page", "people", "picture", "side"];
    assert_eq!(shown, names("tests/conflicts", &helpers));
}

#[test]
fn every_rule_stands_on_the_page() {
    let page = std::fs::read_to_string(root().join(PAGE)).unwrap();
    let rules = names("core-sync/src/domain/rules", &["mod", "tests"]);
    assert!(rules.len() > 5, "{rules:?}");
    for rule in rules {
        assert!(page.contains(&format!("](../core-sync/src/domain/rules/{rule}.rs)")), "{rule} is not there");
    }
}
