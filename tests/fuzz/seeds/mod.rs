//! The seeds: honest inputs of every kind and some that are wrong in one way, from which fuzzing begins.
//!
//! `cargo test --test corpora -- --ignored` writes them anew; what fuzzing found and somebody kept stays beside them. A
//! test holds them to the code, for seeds of ids that are no longer there would reach nothing and nobody would notice.

mod facts;
mod guard;
mod json;
mod sync;

use crate::kept::folder;

/// A seed: its target, its name and its bytes.
struct Seed {
    target: &'static str,
    name: String,
    bytes: Vec<u8>,
}

impl Seed {
    fn new(target: &'static str, name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { target, name: format!("seed-{}", name.into()), bytes }
    }

    fn path(&self) -> std::path::PathBuf {
        folder("corpus").join(self.target).join(&self.name)
    }
}

fn seeds() -> Vec<Seed> {
    [guard::seeds(), facts::seeds(), sync::seeds(), json::seeds()].into_iter().flatten().collect()
}

#[test]
#[ignore = "writes the seeds anew"]
fn write_the_seeds() {
    for seed in seeds() {
        std::fs::create_dir_all(seed.path().parent().unwrap()).unwrap();
        std::fs::write(seed.path(), &seed.bytes).unwrap();
    }
}

#[test]
fn the_seeds_are_what_the_code_makes_today() {
    let anew = "write them anew: cargo test --test corpora -- --ignored";
    for seed in seeds() {
        let kept = std::fs::read(seed.path()).unwrap_or_default();
        assert!(kept == seed.bytes, "{} is not as it is made: {anew}", seed.path().display());
    }
    let names: std::collections::BTreeSet<_> = seeds().iter().map(Seed::path).collect();
    assert_eq!(names.len(), seeds().len(), "two seeds have one name");
}
