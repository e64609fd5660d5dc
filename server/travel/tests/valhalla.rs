//! A real Valhalla on the streets of Paris: tiles are built, the service runs, a day's places are asked.
//!
//! `cargo xtask test --only travel` runs it and says where both are; by itself it is not run, because
//! neither is part of this checkout.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says so by panicking; its two paths are read here"
)]

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use core_sync::domain::coordinate::Coordinate;
use travel::{Profile, Source, Travel, TravelTimes, Valhalla};

/// Where the unpacked wheel is.
const PROGRAMS: &str = "TOURNEE_VALHALLA";
/// The streets, an `.osm.pbf` of Paris.
const STREETS: &str = "TOURNEE_STREETS";
/// How often it is looked whether the service listens, and how long a line of its log is waited for between.
const LOOKS_MAX: usize = 600;
const WAIT_FOR_A_LINE: Duration = Duration::from_millis(50);

/// The service; it ends with the test.
struct Service {
    process: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn given(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable);
    let path = path.unwrap_or_else(|| panic!("{variable} is not set: use `cargo xtask test --only travel`"));
    let path = PathBuf::from(path);
    assert!(path.exists(), "{variable} names nothing: {}", path.display());
    path
}

fn program(programs: &Path, name: &str) -> Command {
    Command::new(programs.join("valhalla/bin").join(name))
}

impl Service {
    /// Builds tiles and serves them, with the limits that this Valhalla is shipped with.
    fn start() -> Self {
        let (programs, streets) = (given(PROGRAMS), given(STREETS));
        let folder = tempfile::tempdir().unwrap();
        let tiles = folder.path().join("tiles");
        std::fs::create_dir(&tiles).unwrap();
        // Free now; if another takes it meanwhile, the service ends at once and the test says so.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();

        let mut config = Command::new("python3");
        config.arg(programs.join("valhalla/valhalla_build_config.py"));
        config.args(["--httpd-service-listen", &format!("tcp://127.0.0.1:{port}")]);
        config.arg("--mjolnir-tile-dir").arg(&tiles);
        let config = config.output().unwrap();
        assert!(config.status.success(), "{}", String::from_utf8_lossy(&config.stderr));
        let file = folder.path().join("valhalla.json");
        std::fs::write(&file, config.stdout).unwrap();

        let built = program(&programs, "valhalla_build_tiles")
            .arg("-c")
            .arg(&file)
            .args(["-j", "1"])
            .arg(&streets)
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));

        let mut process = program(&programs, "valhalla_service")
            .arg(&file)
            .arg("1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let log = BufReader::new(process.stdout.take().unwrap());
        let mut service = Self { process, url: format!("http://127.0.0.1:{port}"), _folder: folder };
        let (said, lines) = mpsc::channel();
        // Read to its end, or the service would stop at a full pipe; nobody listening is no reason to stop.
        std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(|line| drop(said.send(line))));
        for _ in 0..LOOKS_MAX {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return service;
            }
            assert!(service.process.try_wait().unwrap().is_none(), "the service ended at its start");
            let _ = lines.recv_timeout(WAIT_FOR_A_LINE);
        }
        panic!("the service does not listen");
    }

    fn end(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Invented doors all over Paris.
fn doors(count: u32) -> Vec<Coordinate> {
    let spread = |number: u32, stride: u32| f64::from(number * stride % 101) / 101.0;
    let door = |number| (48.835 + 0.05 * spread(number, 37), 2.27 + 0.13 * spread(number, 53));
    (1..=count).map(door).map(|(north, east)| Coordinate::from_degrees(north, east).unwrap()).collect()
}

fn at(latitude: f64, longitude: f64) -> Coordinate {
    Coordinate::from_degrees(latitude, longitude).unwrap()
}

#[tokio::test]
#[ignore = "needs Valhalla and the streets of Paris: `cargo xtask test --only travel`"]
async fn a_real_valhalla_is_asked_remembered_and_missed() {
    let service = Service::start();
    let valhalla = Valhalla::new(&service.url).unwrap();
    let travel = Travel::by(valhalla.clone());
    let profile = Profile::bicycle();
    let points = doors(80);

    let started = Instant::now();
    let answer = travel.ways(&points, &profile).await.unwrap();
    println!("80 x 80 by Valhalla: {:.1} s", started.elapsed().as_secs_f64());
    assert_eq!(answer.source, Source::Valhalla);
    assert!(answer.fell_back.is_none(), "{:?}", answer.fell_back);
    believable(&answer, &points);

    // Twice as fast is sooner there.
    let [slow, fast] = [10, 20].map(|speed| Profile::new("bike", "bicycle", speed).unwrap());
    let few = &points[..5];
    let slow = travel.ways(few, &slow).await.unwrap().ways.leg(0, 1).unwrap();
    let fast = travel.ways(few, &fast).await.unwrap().ways.leg(0, 1).unwrap();
    assert!(slow.seconds > fast.seconds + fast.seconds / 4, "{slow:?} {fast:?}");

    // The bound of a block is the service's own.
    let many = doors(51);
    valhalla.table(&many[..50], &many[..50], &profile).await.unwrap();
    let refused = valhalla.table(&many, &many[..50], &profile).await.unwrap_err();
    assert_eq!(refused.code(), "engine_refused", "{refused}");

    // One door that it would move by twenty kilometres, one that it refuses: both are estimated, no other.
    let mut with_odd = points.clone();
    with_odd.extend([at(49.05, 2.3), at(49.24, 2.3)]);
    let odd = travel.ways(&with_odd, &profile).await.unwrap();
    assert_eq!(odd.source, Source::Valhalla);
    let fell_back = odd.fell_back.unwrap();
    assert_eq!((fell_back.why.code(), fell_back.pairs), ("off_the_map", 82 * 81 - 80 * 79));

    // What is remembered needs no service; one door more does, and says so.
    service.end();
    let started = Instant::now();
    let again = travel.ways(&points, &profile).await.unwrap();
    println!("80 x 80 remembered: {:.0} ms", started.elapsed().as_secs_f64() * 1_000.0);
    assert_eq!((again.source, again.ways), (Source::Valhalla, answer.ways));
    let missed = travel.ways(&doors(81), &profile).await.unwrap();
    assert_eq!((missed.source, missed.fell_back.unwrap().why.code()), (Source::Formula, "engine_away"));
}

/// Ways as a city has them: never shorter than the straight line, slower than a racer, longer one way.
fn believable(answer: &travel::Answer, points: &[Coordinate]) {
    let (mut detours, mut speeds, mut one_ways, mut none) = (Vec::new(), Vec::new(), 0, 0);
    for (row, from) in points.iter().enumerate() {
        for (column, to) in points.iter().enumerate().filter(|(column, _)| *column != row) {
            let Some(leg) = answer.ways.leg(row, column) else {
                none += 1;
                continue;
            };
            // The formula is 260 m and 1.23 x the straight line.
            let straight = f64::from(core_sync::travel::leg(*from, *to).metres - 260) / 1.23;
            if straight > 500.0 {
                detours.push(f64::from(leg.metres) / straight);
                speeds.push(f64::from(leg.metres) * 3.6 / f64::from(leg.seconds));
            }
            one_ways +=
                usize::from(answer.ways.leg(column, row).is_some_and(|back| back.metres != leg.metres));
        }
    }
    let middle = |all: &mut Vec<f64>| {
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let (detour, speed) = (middle(&mut detours), middle(&mut speeds));
    let (least, most) = (detours[0], detours[detours.len() - 1]);
    println!(
        "metres per straight metre: median {detour:.2}, {least:.2} to {most:.2}; median {speed:.1} km/h"
    );
    println!("{one_ways} of {} pairs are longer one way, {none} have no way", answer.pairs());
    assert!(least > 0.7, "a way is shorter than the straight line by more than two doors are off the street");
    assert!((1.15..1.6).contains(&detour), "{detour}");
    assert!((9.0..18.0).contains(&speed), "{speed}");
    assert!(one_ways > 100, "{one_ways}");
    assert_eq!(none, 0);
}
