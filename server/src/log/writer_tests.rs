//! Group commit: what a failing job, a failing commit, a full queue and a stop do to the others.

use std::sync::mpsc::{Receiver, Sender, channel};

use core_sync::domain::ids::CoopId;
use core_sync::domain::time::Timestamp;
use core_sync::signing::key::PublicKey;

use super::co_op_lineage;
use super::writer::{BATCH_JOBS_MAX, Pending, QUEUE_JOBS_MAX, StopError, WriteError, Writer};
use crate::db::co_op::{self, CoopRow};
use crate::db::connection::{Tx, WriteConnection};
use crate::db::error::DbError;
use crate::db::open;
use crate::db::tests::{fail_the_commit, roll_everything_back};
use core_sync::domain::ids::DeviceId;

#[derive(Debug, thiserror::Error)]
enum JobError {
    #[error("the job said no")]
    No,
    #[error(transparent)]
    Database(#[from] DbError),
}

/// A writer on a file whose thread waits until the test lets it go on, so that a batch can be put together.
struct Held {
    writer: Writer,
    go_on: Sender<()>,
    path: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl Held {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let writer = Writer::start(open::create(&path).unwrap()).unwrap();
        let (go_on, wait): (Sender<()>, Receiver<()>) = channel();
        let (inside, is_inside) = channel();
        let hold = writer.submit(move |_| -> Result<(), JobError> {
            inside.send(()).unwrap();
            let _released = wait.recv();
            Ok(())
        });
        drop(hold.unwrap());
        is_inside.recv().unwrap();
        Self { writer, go_on, path, _folder: folder }
    }

    fn add(&self, n: u8) -> Pending<(), JobError> {
        self.writer.submit(move |tx| insert(tx, n)).unwrap()
    }

    fn release(&self) {
        self.go_on.send(()).unwrap();
    }

    /// The co-ops that a new connection finds: what is committed.
    fn committed(&self) -> Vec<u8> {
        co_ops(&mut open::open(&self.path).unwrap())
    }
}

fn insert(tx: &Tx<'_>, n: u8) -> Result<(), JobError> {
    let id = CoopId([n; 16]);
    let row = CoopRow {
        id,
        name: "Test".into(),
        time_zone: "Europe/Paris".into(),
        public_key: PublicKey([0; 32]),
        server_device: DeviceId([0; 8]),
        made: Timestamp(0),
    };
    Ok(co_op::insert(tx, &row, co_op_lineage::start(id))?)
}

fn co_ops(connection: &mut WriteConnection) -> Vec<u8> {
    let rows = connection.write(|tx| co_op::all(tx)).unwrap();
    rows.iter().map(|row| row.id.0[0]).collect()
}

#[test]
fn a_job_that_fails_or_panics_leaves_the_others_of_its_batch() {
    let held = Held::new();
    let first = held.add(1);
    let failing = held.writer.submit(|tx| insert(tx, 2).and(Err::<(), _>(JobError::No))).unwrap();
    let panicking = held.writer.submit(|tx| -> Result<(), JobError> {
        insert(tx, 3)?;
        panic!("a bug")
    });
    // The same row again: the database says no, not the job.
    let doubling = held.add(1);
    let last = held.add(4);
    held.release();
    assert!(first.wait().is_ok());
    assert!(matches!(failing.wait(), Err(WriteError::Job(JobError::No))));
    assert!(matches!(panicking.unwrap().wait(), Err(WriteError::Panicked)));
    assert!(matches!(doubling.wait(), Err(WriteError::Job(JobError::Database(_)))));
    assert!(last.wait().is_ok());
    assert_eq!(held.committed(), [1, 4]);
}

#[test]
fn an_answer_means_that_it_is_on_the_disk() {
    let held = Held::new();
    held.release();
    for n in 1..=3 {
        held.add(n).wait().unwrap();
        assert_eq!(held.committed().last(), Some(&n));
    }
}

#[test]
fn a_commit_that_fails_acknowledges_nothing_and_the_next_one_works() {
    let held = Held::new();
    let first = held.add(1);
    let breaking = held.writer.submit(|tx| Ok::<(), JobError>(fail_the_commit(tx)?)).unwrap();
    let last = held.add(2);
    held.release();
    for answer in [first.wait(), breaking.wait(), last.wait()] {
        assert!(matches!(answer, Err(WriteError::Commit(_))), "{answer:?}");
    }
    assert!(held.committed().is_empty());
    held.add(3).wait().unwrap();
    assert_eq!(held.committed(), [3]);
}

#[test]
fn when_sqlite_gives_a_batch_up_nothing_after_it_is_committed_alone() {
    let held = Held::new();
    let first = held.add(1);
    let breaking = held.writer.submit(|tx| Ok::<(), JobError>(roll_everything_back(tx)?)).unwrap();
    let last = held.add(2);
    held.release();
    for answer in [first.wait(), breaking.wait(), last.wait()] {
        let Err(WriteError::Commit(error)) = answer else { panic!("{answer:?}") };
        assert!(matches!(*error, DbError::RolledBack), "{error}");
    }
    assert!(held.committed().is_empty());
}

#[test]
fn a_full_queue_says_so_and_what_waits_is_done() {
    let held = Held::new();
    let waiting: Vec<_> =
        (0..QUEUE_JOBS_MAX).map(|n| held.writer.submit(move |_| Ok::<usize, JobError>(n)).unwrap()).collect();
    assert!(matches!(held.writer.submit(|_| Ok::<(), JobError>(())), Err(WriteError::Busy)));
    held.release();
    let done: Vec<usize> = waiting.into_iter().map(|pending| pending.wait().unwrap()).collect();
    assert_eq!(done, (0..QUEUE_JOBS_MAX).collect::<Vec<_>>());
}

#[test]
fn stopping_does_what_waits_and_takes_nothing_more() {
    let held = Held::new();
    let jobs = u8::try_from(BATCH_JOBS_MAX + 20).unwrap();
    let waiting: Vec<_> = (1..=jobs).map(|n| held.add(n)).collect();
    held.release();
    held.writer.stop().unwrap();
    assert!(waiting.into_iter().all(|pending| pending.wait().is_ok()));
    assert_eq!(held.committed().len(), usize::from(jobs));
    assert!(matches!(held.writer.submit(|_| Ok::<(), JobError>(())), Err(WriteError::Stopped)));
    assert!(matches!(held.writer.stop(), Err(StopError::Ended)));
}
