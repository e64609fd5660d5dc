//! The three formats, by instances small enough to know the best plan of.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

use std::fs;
use std::time::Duration;

use planner_bench::{
    Best, BestKnown, Clock, Family, Instance, Limit, ReadError, Run, figures, not_compared, read_folder, run,
};

/// One vehicle does both orders: out along a line and back, 40 in all.
const LI_LIM: &str = "\
2\t10\t1
0\t0\t0\t0\t0\t1000\t0\t0\t0
1\t10\t0\t4\t0\t500\t5\t0\t2
2\t20\t0\t-4\t0\t600\t5\t1\t0
3\t0\t0\t3\t0\t500\t5\t0\t4
4\t15\t0\t-3\t0\t600\t5\t3\t0
";

/// Two pickups and a delivery on a square of side 10; the diagonal is not needed: 40.
const MPDPTW: &str = "\
3 20
0 0 0 0 0 1000 0 -1 -1
0 0 10 5 0 900 10 0 0
1 10 10 5 0 900 10 0 0
2 10 0 -10 0 900 10 1 0
";

/// The ways are not symmetric: there 3, 4 and 5 minutes.
const SARTORI_BURIOL: &str = "\
NAME: tiny
SIZE: 3
CAPACITY: 10
NODES
0 41.0 2.0 0 0 240 0 0 0
1 41.1 2.1 5 0 100 5 0 2
2 41.2 2.2 -5 10 200 5 1 0
EDGES
0 3 9
9 0 4
5 9 0
EOF
";

fn read(text: &str) -> Instance {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tiny.txt"), text).unwrap();
    read_folder(folder.path(), "").unwrap().remove(0)
}

fn steps(steps: u64) -> Limit {
    Limit { clock: Clock::Processor, time: Duration::from_secs(60), steps: Some(steps) }
}

fn solved(text: &str) -> (Family, Run) {
    let instance = read(text);
    (instance.family, run(&instance, None, 1, steps(200)).unwrap())
}

#[test]
fn where_no_best_result_is_known_nothing_is_said_to_hold() {
    let instance = read(LI_LIM);
    let figures_of = |best| {
        let all = vec![(&instance, vec![run(&instance, best, 1, steps(200)).unwrap()])];
        let names: Vec<String> = figures(&all).into_iter().map(|figure| figure.name).collect();
        (names, not_compared(&all).is_some())
    };
    let (names, said) = figures_of(None);
    assert_eq!((names.len(), said), (2, true), "{names:?}");
    let (names, said) = figures_of(Some(Best { vehicles: Some(1), cost: 40.0 }));
    assert_eq!((names.len(), said), (4, false), "{names:?}");
    // With a vehicle too many there is no gap to speak of.
    let (names, said) = figures_of(Some(Best { vehicles: Some(0), cost: 40.0 }));
    assert_eq!((names.last().unwrap().as_str(), said), ("li_lim_100_vehicles_too_many", false));
}

#[test]
fn a_table_of_best_results_without_its_columns_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bks.csv"), "name,vehicles,best_cost\nlc101,10,828.94\n").unwrap();
    let refused = BestKnown::read_near(folder.path());
    assert!(matches!(refused, Err(ReadError::BestKnownColumn { column: "instance", .. })), "{refused:?}");
}

#[test]
fn li_lim_is_read_and_planned_to_the_best() {
    let (family, run) = solved(LI_LIM);
    assert_eq!((family, run.vehicles, run.left_out, run.fault), (Family::LiLim, 1, 0, None));
    assert!((run.length - 40.0).abs() < 1e-9, "{}", run.length);
}

#[test]
fn mpdptw_is_read_and_planned_to_the_best() {
    let (family, run) = solved(MPDPTW);
    assert_eq!((family, run.vehicles, run.left_out, run.fault), (Family::Mpdptw, 1, 0, None));
    assert!((run.length - 40.0).abs() < 1e-9, "{}", run.length);
}

#[test]
fn sartori_buriol_is_read_and_planned_to_the_best() {
    let (family, run) = solved(SARTORI_BURIOL);
    assert_eq!((family, run.vehicles, run.left_out, run.fault), (Family::SartoriBuriol, 1, 0, None));
    assert!((run.length - 12.0).abs() < 1e-9, "{}", run.length);
}

#[test]
fn a_text_that_is_no_instance_is_refused_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    for text in [
        "",
        "hello",
        "1 2 3\n4 5\n",
        "25 200 1\n0 1 2 3 4 5 6 7\n",
        "NAME: x\nNODES\n",
        "3 20\n0 0 0 0 0 1 0 -1 -1\n0 1 1 5 0 9 1 0 0\n",
    ] {
        fs::write(folder.path().join("odd.txt"), text).unwrap();
        let error = read_folder(folder.path(), "").unwrap_err();
        assert!(
            matches!(&error, ReadError::Instance { path, .. } if path.ends_with("odd.txt")),
            "{text}: {error}"
        );
    }
}

#[test]
fn a_folder_without_instances_is_said_to_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(read_folder(folder.path(), ""), Err(ReadError::Empty { .. })));
}

#[test]
fn best_results_are_read_beside_the_folder_and_figures_say_what_holds() {
    let folder = tempfile::tempdir().unwrap();
    let set = folder.path().join("set");
    fs::create_dir(&set).unwrap();
    fs::write(set.join("tiny.txt"), LI_LIM).unwrap();
    let table = "set,instance,tasks,vehicles,best_cost,objective,source,by\ns,tiny,4,1,32,\"a, b\",c,d\n";
    fs::write(folder.path().join("bks.csv"), table).unwrap();
    let best = BestKnown::read_near(&set).unwrap();
    let instance = read_folder(&set, "").unwrap().remove(0);
    let runs: Vec<Run> =
        (1..=3).map(|seed| run(&instance, best.of("tiny"), seed, steps(200)).unwrap()).collect();
    let figures = figures(&[(&instance, runs)]);
    let found: Vec<(&str, f64, bool)> =
        figures.iter().map(|figure| (figure.name.as_str(), figure.value, figure.holds())).collect();
    assert_eq!(
        found[..3],
        [
            ("li_lim_100_plans_refused", 0.0, true),
            ("li_lim_100_orders_left_out", 0.0, true),
            ("li_lim_100_vehicles_too_many", 0.0, true),
        ]
    );
    assert_eq!(found[3].0, "li_lim_100_gap_mean");
    assert!((found[3].1 - 25.0).abs() < 1e-6 && !found[3].2, "{found:?}");
    assert_eq!(figures[0].json()["goal"], 0.0);
}
