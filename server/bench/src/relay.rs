//! A relay between a phone and the server that writes down what passes: how many bytes, in heads and in bodies.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::error::BenchError;
use crate::http::header;

/// What passed one way on one connection.
type Passed = Arc<Mutex<Vec<u8>>>;

/// The relay. It ends with the program.
#[derive(Debug)]
pub struct Relay {
    /// Where it listens.
    pub address: String,
    connections: Arc<Mutex<Vec<(Passed, Passed)>>>,
}

/// The messages that passed one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Messages {
    /// How many.
    pub count: usize,
    /// Bytes of their heads.
    pub head_bytes: usize,
    /// Bytes of their bodies, as they travelled.
    pub body_bytes: usize,
}

impl Relay {
    /// Starts one before the server at `host:port`.
    pub fn start(server: &str) -> Result<Self, BenchError> {
        let broken = || BenchError::doing("start a relay");
        let listener = TcpListener::bind("127.0.0.1:0").map_err(broken())?;
        let address = listener.local_addr().map_err(broken())?.to_string();
        let connections = Arc::new(Mutex::new(Vec::new()));
        let (noted, server) = (Arc::clone(&connections), server.to_owned());
        thread::spawn(move || {
            for phone in listener.incoming().map_while(Result::ok) {
                // A phone whose connection cannot be passed on sees it closed and says so.
                let Ok(server) = TcpStream::connect(&server) else { continue };
                let (up, down) = (Passed::default(), Passed::default());
                locked(&noted).push((Arc::clone(&up), Arc::clone(&down)));
                pass(&phone, &server, up);
                pass(&server, &phone, down);
            }
        });
        Ok(Self { address, connections })
    }

    /// Forgets what passed.
    pub fn forget(&self) {
        for (up, down) in locked(&self.connections).iter() {
            locked(up).clear();
            locked(down).clear();
        }
    }

    /// Bytes that passed up and down since, whatever they say.
    pub fn bytes(&self) -> (usize, usize) {
        let connections = locked(&self.connections);
        let sum = |of: fn(&(Passed, Passed)) -> &Passed| {
            connections.iter().map(|both| locked(of(both)).len()).sum()
        };
        (sum(|(up, _)| up), sum(|(_, down)| down))
    }

    /// What passed up and down since, whole messages each.
    pub fn passed(&self) -> (Messages, Messages) {
        let (mut ups, mut downs) = (Messages::default(), Messages::default());
        for (up, down) in locked(&self.connections).iter() {
            ups.add(&locked(up));
            downs.add(&locked(down));
        }
        (ups, downs)
    }
}

impl Messages {
    /// Takes a stream of HTTP/1.1 messages apart, each with the length of its body in its head.
    fn add(&mut self, mut stream: &[u8]) {
        while let Some(end) = stream.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let (head, rest) = stream.split_at(end + 4);
            let text = String::from_utf8_lossy(head).to_lowercase();
            let length = header(&text, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            let (body, rest) = rest.split_at(rest.len().min(length));
            self.count += 1;
            self.head_bytes += head.len();
            self.body_bytes += body.len();
            stream = rest;
        }
    }
}

fn pass(from: &TcpStream, to: &TcpStream, passed: Passed) {
    let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else { return };
    thread::spawn(move || {
        let mut bytes = [0; 16 * 1024];
        // Written down before it is passed on: who has the answer finds it counted.
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let read = bytes.get(..count).unwrap_or_default();
            locked(&passed).extend_from_slice(read);
            if to.write_all(read).is_err() {
                break;
            }
        }
        let _closed = to.shutdown(std::net::Shutdown::Write);
    });
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_and_bodies_of_several_messages_are_counted_apart() {
        let one = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";
        let mut messages = Messages::default();
        messages.add(one.repeat(2).as_bytes());
        let head_bytes = 2 * (one.len() - 5);
        assert_eq!(messages, Messages { count: 2, head_bytes, body_bytes: 10 });
    }
}
