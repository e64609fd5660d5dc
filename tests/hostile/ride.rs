//! Mutants among honest phones: a table of what the guard refused at which stage, and what was let in is tried whole.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::RoundId;
use core_sync::guard::refusal::RefusalCode;
use core_sync::round_doc::trial::try_document;
use core_sync::wire::sync_answer::Verdict;

use crate::crafted::{Attack, OUT_OF_REACH};
use crate::harness::world::World;
use crate::honest::{Rider, picture, riders};
use crate::log::Database;

/// Mutants if nobody says how many.
const MUTANTS: usize = 1_000;
/// Mutants in one request.
const PER_REQUEST: usize = 16;
/// Mutants on one round, so that 10,000 need fewer rounds than a courier may make in a day.
const PER_ROUND: usize = 400;

/// What became of the mutants.
#[derive(Default)]
struct Tally {
    sent: usize,
    passed: usize,
    missing: usize,
    refused: BTreeMap<String, usize>,
}

fn mutants() -> usize {
    let asked = std::env::var("TOURNEE_MUTANTS").ok();
    asked.map_or(MUTANTS, |count| count.parse().expect("TOURNEE_MUTANTS is a number"))
}

impl Tally {
    /// Sends the mutants; each that is let in is tried with everything before it.
    async fn attack(attack: &mut Attack, count: usize) -> Self {
        let mut tally = Self::default();
        while tally.sent < count {
            if tally.sent > 0 && tally.sent.is_multiple_of(PER_ROUND) {
                attack.begin_another_round().await;
            }
            let more = PER_REQUEST.min(count - tally.sent).min(PER_ROUND - tally.sent % PER_ROUND);
            let envelopes = (0..more).map(|n| attack.mutant(tally.sent + n)).collect();
            let document = attack.document;
            let before = attack.attacker.database.changes(document.round).len();
            let verdicts = attack.attacker.push(&document, envelopes).await;
            assert_eq!(verdicts.len(), more);
            verdicts.into_iter().for_each(|verdict| tally.note(verdict));
            let changes = attack.attacker.database.changes(document.round);
            for end in before + 1..=changes.len() {
                try_document(&document, &changes[..end]).unwrap();
            }
            tally.sent += more;
            if (tally.sent / PER_REQUEST).is_multiple_of((count / PER_REQUEST / 10).max(1)) {
                eprintln!(
                    "hostile: {} of {count} mutants, {} let in and tried whole",
                    tally.sent, tally.passed
                );
            }
        }
        tally
    }

    fn note(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Committed => self.passed += 1,
            Verdict::Missing(_) => self.missing += 1,
            Verdict::Refused(code, _) => *self.refused.entry(code).or_default() += 1,
            other => panic!("{other:?}"),
        }
    }

    fn print(&self) {
        println!("\n{:>8}  what became of {} mutants", "", self.sent);
        for code in RefusalCode::ALL {
            println!("{:>8}  refused: {}", self.refused.get(code.code()).unwrap_or(&0), code.code());
        }
        println!("{:>8}  standing on what is not there", self.missing);
        println!("{:>8}  let in, and each tried whole\n", self.passed);
    }

    fn check(&self) {
        let reached: BTreeSet<&str> = self.refused.keys().map(String::as_str).collect();
        for code in RefusalCode::ALL.iter().filter(|code| !OUT_OF_REACH.contains(code)) {
            assert!(reached.contains(code.code()), "no mutant came as far as {}", code.code());
        }
        assert!(!reached.contains(RefusalCode::Unjudgeable.code()), "judging a mutant panicked");
        assert!(self.passed * 5 >= self.sent, "only {} of {} were let in", self.passed, self.sent);
    }
}

impl Attack {
    /// A round of the attacker's own making, with an honest act in it.
    async fn begin_another_round(&mut self) {
        self.document.round = RoundId::random(&mut self.attacker.random);
        let record = self.attacker.arrival();
        self.taken = (record.id, record.bytes.clone());
        let tip = self.attacker.database.tip(&self.document);
        let minted =
            core_sync::round_doc::mint::mint(&self.document, self.attacker.device, &tip, &[record]).unwrap();
        let first = self.sign(minted.bytes);
        let document = self.document;
        assert_eq!(self.attacker.push(&document, vec![first]).await, [Verdict::Committed]);
    }
}

/// Everybody rides at once.
async fn ride(riders: Vec<Rider>) -> Vec<Rider> {
    let rides = riders.into_iter().map(|mut rider| {
        tokio::task::spawn_local(async move {
            rider.ride().await;
            rider
        })
    });
    let rides: Vec<_> = rides.collect();
    let mut ridden = Vec::new();
    for ride in rides {
        ridden.push(ride.await.unwrap());
    }
    ridden
}

fn pictures(database: &Database, riders: &[Rider]) -> Vec<Vec<String>> {
    riders.iter().map(|rider| picture(database, &rider.document)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn mutants_among_twenty_honest_phones_harm_nobody() {
    tokio::task::LocalSet::new().run_until(mutants_among_phones()).await;
}

async fn mutants_among_phones() {
    let mut quiet = World::new();
    let alone = riders(&mut quiet).await;
    let alone = ride(alone).await;
    let expected = pictures(&Database::of(&quiet.data()), &alone);
    drop(quiet);

    let mut world = World::new();
    let honest = riders(&mut world).await;
    let mut attack = Attack::begin(&mut world).await;
    let (mut honest, tally) = tokio::join!(ride(honest), Tally::attack(&mut attack, mutants()));
    tally.print();
    let database = Database::of(&world.data());
    assert_eq!(pictures(&database, &honest), expected, "nobody else's round is another for it");
    for rider in &mut honest {
        rider.act(0).await;
        database.trial(&rider.document);
    }
    let document = attack.document;
    let next = attack.attacker.honest(&document);
    assert_eq!(attack.attacker.push(&document, vec![next]).await, [Verdict::Committed]);
    let log = world.log();
    for panic in log.lines().filter(|line| line.contains("panicked")) {
        // One inside the document library is caught by the guard; none is ours, and none ends a request.
        assert!(panic.contains("automerge"), "{panic}");
    }
    assert_eq!(world.get("/v1/health", "").await.1["alarms"], 0);
    tally.check();
}
