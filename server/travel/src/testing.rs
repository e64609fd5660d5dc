//! What the tests of several files stand on: an engine on loopback, and one that counts what it is asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use core_sync::domain::coordinate::Coordinate;
use core_sync::travel::Leg;

use crate::block::Block;
use crate::profile::Profile;
use crate::times::{Asked, Entry, Source, Table, TravelTimes};
use crate::travel_error::{Refusal, TravelError};

pub(crate) fn at(latitude: f64, longitude: f64) -> Coordinate {
    Coordinate::from_degrees(latitude, longitude).unwrap()
}

/// The places of the recorded answers.
pub(crate) fn recorded_places() -> [Coordinate; 3] {
    [at(48.8566, 2.2735), at(48.8606, 2.285), at(48.87, 2.29)]
}

/// A place of a small town for each number.
pub(crate) fn places(numbers: std::ops::Range<u32>) -> Vec<Coordinate> {
    numbers.map(|number| at(48.85 + f64::from(number) * 0.000_1, 2.35)).collect()
}

/// What an engine on loopback does with a request.
pub(crate) enum Reply {
    /// A whole answer.
    Says(u16, Vec<u8>),
    /// An answer that ends before it said it would.
    Cut(Vec<u8>),
    /// A body without end.
    Endless,
    /// Nothing, with the connection open until the caller gives up.
    Silence,
    /// Nothing, with the connection closed.
    HangsUp,
}

/// A request: its first line, and its body.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) body: String,
}

type Replies = dyn Fn(&Request) -> Reply + Send + Sync;

/// An engine on loopback; it ends when it is dropped.
pub(crate) struct Loopback {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Loopback {
    pub(crate) fn new(replies: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (requests, ended) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (heard, is_ended, replies) = (requests.clone(), ended.clone(), Arc::new(replies));
        let thread = std::thread::spawn(move || {
            let mut connections = Vec::new();
            for stream in listener.incoming() {
                if is_ended.load(Ordering::SeqCst) {
                    break;
                }
                let (stream, heard, replies) = (stream.unwrap(), heard.clone(), replies.clone());
                connections.push(std::thread::spawn(move || serve(stream, &heard, replies.as_ref())));
            }
        });
        Self { address, requests, ended, thread: Some(thread) }
    }

    /// One that always says the same.
    pub(crate) fn saying(status: u16, body: &str) -> Self {
        let body = body.as_bytes().to_vec();
        Self::new(move |_| Reply::Says(status, body.clone()))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it has ended.
        let _ = TcpStream::connect(self.address);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn serve(stream: TcpStream, heard: &Mutex<Vec<Request>>, replies: &Replies) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(request) = request(&mut reader) {
        heard.lock().unwrap().push(request.clone());
        let head = |status: u16, bytes: usize| {
            format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {bytes}\r\n\r\n"
            )
        };
        // A caller that has gone is what some tests are about.
        let sent = match replies(&request) {
            Reply::Says(status, body) => {
                stream.write_all(head(status, body.len()).as_bytes()).and_then(|()| stream.write_all(&body))
            }
            Reply::Cut(body) => {
                let _ = stream.write_all(head(200, body.len() + 10).as_bytes());
                let _ = stream.write_all(&body);
                return;
            }
            Reply::Endless => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n");
                while stream.write_all(&[b' '; 65_536]).is_ok() {}
                return;
            }
            Reply::Silence => {
                let _ = reader.read_to_end(&mut Vec::new());
                return;
            }
            Reply::HangsUp => return,
        };
        if sent.is_err() {
            return;
        }
    }
}

fn request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
    let mut bytes = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|bytes| *bytes > 0)?;
        let header = header.trim().to_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(length) = header.strip_prefix("content-length:") {
            bytes = length.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; bytes];
    reader.read_exact(&mut body).ok()?;
    Some(Request { line: line.trim().to_owned(), body: String::from_utf8(body).unwrap() })
}

/// What an engine that counts was asked: sources and targets.
pub(crate) type Questions = Arc<Mutex<Vec<(Vec<Coordinate>, Vec<Coordinate>)>>>;

/// What an engine that counts does with a question; nothing is an answer by its rule.
type Fault = Box<dyn Fn(&[Coordinate], &[Coordinate]) -> Option<TravelError> + Send + Sync>;

/// An engine in memory that counts what it is asked, takes 50 x 50, and rides a way that is not the formula's.
pub(crate) struct Counted {
    pub(crate) questions: Questions,
    pub(crate) fault: Fault,
    pub(crate) entry: fn(Coordinate, Coordinate) -> Entry,
}

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Counted")
    }
}

/// Longer to the north than to the south, and never the formula's.
pub(crate) fn counted_leg(from: Coordinate, to: Coordinate) -> Leg {
    let north = u32::from(to > from);
    let apart = from.e7().0.abs_diff(to.e7().0) + from.e7().1.abs_diff(to.e7().1);
    Leg { metres: apart / 100 + 1, seconds: apart / 500 + 1 + north }
}

impl Counted {
    pub(crate) fn new() -> (Self, Questions) {
        let questions = Questions::default();
        let fault: Fault = Box::new(|_, _| None);
        let entry = |from, to| Entry::Ride(counted_leg(from, to));
        (Self { questions: questions.clone(), fault, entry }, questions)
    }

    /// One that cannot place these points.
    pub(crate) fn refusing(points: Vec<Coordinate>) -> (Self, Questions) {
        let (counted, questions) = Self::new();
        let fault: Fault = Box::new(move |sources, targets| {
            let refused = sources.iter().chain(targets).any(|point| points.contains(point));
            refused.then_some(TravelError::PointRefused { refusal: Refusal::Number(171) })
        });
        (Self { fault, ..counted }, questions)
    }
}

impl TravelTimes for Counted {
    fn source(&self) -> Source {
        Source::Valhalla
    }

    fn at_once(&self, sources: usize, targets: usize) -> Option<Block> {
        Some(Block::by_pairs(2_500, sources, targets))
    }

    fn table<'a>(
        &'a self,
        sources: &'a [Coordinate],
        targets: &'a [Coordinate],
        _: &'a Profile,
    ) -> Asked<'a> {
        assert!(sources.len() * targets.len() <= 2_500, "more than the service takes");
        self.questions.lock().unwrap().push((sources.to_vec(), targets.to_vec()));
        let pairs = sources.iter().flat_map(|from| targets.iter().map(move |to| (*from, *to)));
        let answer = match (self.fault)(sources, targets) {
            Some(error) => Err(error),
            None => {
                let entries = pairs.map(|(from, to)| (self.entry)(from, to)).collect();
                Ok(Table::new(sources.len(), targets.len(), entries).unwrap())
            }
        };
        Box::pin(std::future::ready(answer))
    }
}

/// How many pairs were asked.
pub(crate) fn pairs(questions: &Questions) -> usize {
    questions.lock().unwrap().iter().map(|(sources, targets)| sources.len() * targets.len()).sum()
}
