//! Ten of the published instances, where they are laid beside the checkout, with steps instead of seconds.
//!
//! `cargo xtask test` says in its table where they are missing.
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use planner_bench::{BestKnown, Clock, Limit, read_folder, run};

/// Steps of each.
const STEPS: u64 = 4_000;

#[test]
fn ten_published_instances_are_planned_and_pass_the_checker() {
    let sets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/pdptw");
    if !sets.is_dir() {
        // Not `println`: a test that passes does not show what it prints.
        writeln!(std::io::stderr(), "SKIPPED: no published instances at {}", sets.display()).unwrap();
        return;
    }
    let limit = Limit { clock: Clock::Processor, time: Duration::from_secs(60), steps: Some(STEPS) };
    let chosen = [
        ("li-lim-100", &["lc101", "lr105", "lrc107"][..]),
        ("li-lim-200", &["lr1_2_1"][..]),
        ("mpdptw", &["l_4_25_1", "l_8_50_1", "n_4_50_1", "w_8_25_1"][..]),
        ("sartori-buriol-100", &["bar-n100-1", "poa-n100-5"][..]),
    ];
    for (set, names) in chosen {
        let best = BestKnown::read_near(&sets.join(set)).unwrap();
        for name in names {
            let instance = read_folder(&sets.join(set), name).unwrap().remove(0);
            let best = best.of(name);
            let done = run(&instance, best, 1, limit).unwrap();
            assert_eq!((done.fault.as_ref(), done.left_out), (None, 0), "{name}");
            let longest = best.unwrap().cost * 1.25;
            assert!(done.length < longest, "{name}: {} against {longest}", done.length);
            let again = run(&instance, best, 1, limit).unwrap();
            assert_eq!(done.plan, again.plan, "{name}");
        }
    }
}
