//! The witness's own tests, which are in its own language.

use std::path::Path;
use std::process::Command;

use super::run::text;

#[test]
fn the_witness_finds_what_is_lost_changed_torn_or_contradicted() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let mut python = Command::new("python3");
    python.args(["-B", "-m", "unittest", "witness_test"]).current_dir(tests);
    let done = python.output().expect("python3 is there: cargo xtask setup town");
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("Ran "), "{}", text(&done.stderr));
}
