//! Changes that nobody honest makes, for the guard's tests. Only under `cfg(test)`, and in `tests/hostile`, which
//! takes this file in by its path and sends what it makes to a real server.
//!
//! Two ways: [`Craft`] builds any change the document library can encode; [`Chunk`] takes the bytes apart
//! and puts them together again as an attacker would, with length and checksum made right.

use std::num::NonZeroU64;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, Author, Automerge, Change, ChangeHash, ExpandedChange, ScalarValue};

use super::DocumentName;
use super::genesis::{genesis, genesis_actor};
use super::legacy;
use super::mint::derive_actor;
use crate::domain::ids::DeviceId;
use crate::domain::kind::MapName;

/// One operation.
#[derive(Debug, Clone)]
pub(crate) enum Craftwork {
    /// As everybody should.
    Put(MapName, String, Vec<u8>),
    /// Into the document's root.
    RootPut(String, Vec<u8>),
    /// Into an object of this number, made by genesis or (`false`) by somebody else.
    PutInto(u64, bool, String, Vec<u8>),
    /// A number where bytes belong.
    PutNumber(MapName, String, i64),
    /// Over an earlier operation of genesis.
    PutOver(MapName, String, Vec<u8>),
    /// Out of the map.
    Delete(MapName, String),
    /// As into a list.
    Insert(MapName, Vec<u8>),
    /// Another map in the root.
    MakeMap(MapName),
}

impl Craftwork {
    /// What the actor of an honest change is derived from.
    pub(crate) fn as_put(&self) -> Option<(MapName, &str, &[u8])> {
        if let Self::Put(map, key, bytes) = self { Some((*map, key, bytes)) } else { None }
    }
}

/// A change as somebody wants it; whatever is not said is as it should be.
#[derive(Debug, Clone)]
pub(crate) struct Craft {
    pub(crate) work: Vec<Craftwork>,
    pub(crate) deps: Vec<[u8; 32]>,
    pub(crate) start_op: u64,
    pub(crate) seq: u64,
    pub(crate) time: i64,
    pub(crate) message: Option<String>,
    pub(crate) author: bool,
    pub(crate) extra_bytes: Vec<u8>,
    /// `None`: derived, as the guard derives it.
    pub(crate) actor: Option<[u8; 16]>,
}

impl Craft {
    /// A change on genesis that would be honest if `work` was.
    pub(crate) fn on_genesis(document: &DocumentName, work: Vec<Craftwork>) -> Self {
        Self {
            work,
            deps: vec![genesis(document).hash],
            start_op: 3,
            seq: 1,
            time: 0,
            message: None,
            author: false,
            extra_bytes: Vec::new(),
            actor: None,
        }
    }

    /// The bytes, raw.
    pub(crate) fn bytes(&self, document: &DocumentName, signer: DeviceId) -> Vec<u8> {
        self.change(document, signer).raw_bytes().to_vec()
    }

    /// The bytes as the document library sends them: deflated once they are many.
    pub(crate) fn deflated(&self, document: &DocumentName, signer: DeviceId) -> Vec<u8> {
        self.change(document, signer).bytes().into_owned()
    }

    /// The document that holds it, saved whole.
    pub(crate) fn saved_document(&self, document: &DocumentName, signer: DeviceId) -> Vec<u8> {
        let mut whole = Automerge::new();
        let genesis = Change::from_bytes(genesis(document).bytes).unwrap();
        whole.apply_changes([genesis, self.change(document, signer)]).unwrap();
        whole.save()
    }

    fn change(&self, document: &DocumentName, signer: DeviceId) -> Change {
        let genesis = genesis_actor(document);
        // The library writes deps in ascending order, whatever order they are given in.
        let mut deps = self.deps.clone();
        deps.sort_unstable();
        let puts = self.work.iter().filter_map(Craftwork::as_put);
        let derived = derive_actor(signer, &deps, self.start_op, puts);
        let mut extra_bytes = self.extra_bytes.clone();
        let author = self.author.then(|| Author::from(&b"somebody"[..]).into_owned());
        if author.is_some() {
            // As the library itself writes an author: footer 1, length, bytes.
            extra_bytes.extend([1, 8]);
            extra_bytes.extend(b"somebody");
        }
        Change::from(ExpandedChange {
            operations: self.work.iter().map(|work| operation(work, genesis)).collect(),
            actor_id: ActorId::from(self.actor.unwrap_or(derived)),
            hash: None,
            seq: self.seq,
            start_op: NonZeroU64::new(self.start_op).unwrap(),
            time: self.time,
            message: self.message.clone(),
            deps: deps.into_iter().map(ChangeHash).collect(),
            extra_bytes,
            author,
        })
    }
}

fn operation(work: &Craftwork, genesis: [u8; 16]) -> Op {
    let put = |map: MapName, key: &str, bytes: &[u8]| legacy::put(map, genesis, key, bytes);
    match work {
        Craftwork::Put(map, key, bytes) => put(*map, key, bytes),
        Craftwork::RootPut(key, bytes) => Op { obj: ObjectId::Root, ..put(MapName::Plan, key, bytes) },
        Craftwork::PutInto(number, by_genesis, key, bytes) => {
            let maker = ActorId::from(if *by_genesis { genesis } else { [0xbd; 16] });
            Op { obj: ObjectId::Id(OpId::new(*number, &maker)), ..put(MapName::Plan, key, bytes) }
        }
        Craftwork::PutNumber(map, key, number) => {
            Op { action: OpType::Put(ScalarValue::Int(*number)), ..put(*map, key, &[]) }
        }
        Craftwork::PutOver(map, key, bytes) => {
            let pred = SortedVec::from(vec![OpId::new(1, &ActorId::from(genesis))]);
            Op { pred, ..put(*map, key, bytes) }
        }
        Craftwork::Delete(map, key) => Op { action: OpType::Delete, ..put(*map, key, &[]) },
        Craftwork::Insert(map, bytes) => {
            Op { key: Key::Seq(ElementId::Head), insert: true, ..put(*map, "", bytes) }
        }
        Craftwork::MakeMap(map) => legacy::make_map(*map),
    }
}

/// The column of a change that says how many operations there are.
pub(crate) const ACTION: u64 = 0x42;

/// The parts of a change chunk, none of them judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) deps: Vec<[u8; 32]>,
    pub(crate) actor: Vec<u8>,
    pub(crate) seq: u64,
    pub(crate) start_op: u64,
    /// Time and message, as bytes: two zeros in an honest change.
    pub(crate) time_and_message: Vec<u8>,
    pub(crate) other_actors: Vec<Vec<u8>>,
    /// Each column's number and bytes.
    pub(crate) columns: Vec<(u64, Vec<u8>)>,
    pub(crate) extra_bytes: Vec<u8>,
}

impl Chunk {
    /// Takes an honest change apart.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut rest = &bytes[9..];
        leb(&mut rest);
        let deps = (0..leb(&mut rest)).map(|_| take(&mut rest, 32).try_into().unwrap()).collect();
        let actor = prefixed(&mut rest);
        let (seq, start_op) = (leb(&mut rest), leb(&mut rest));
        let time_and_message = take(&mut rest, 2).to_vec();
        let other_actors = (0..leb(&mut rest)).map(|_| prefixed(&mut rest)).collect();
        let heads: Vec<(u64, u64)> = (0..leb(&mut rest)).map(|_| (leb(&mut rest), leb(&mut rest))).collect();
        let columns = heads
            .into_iter()
            .map(|(column, length)| (column, take(&mut rest, usize::try_from(length).unwrap()).to_vec()))
            .collect();
        Self {
            deps,
            actor,
            seq,
            start_op,
            time_and_message,
            other_actors,
            columns,
            extra_bytes: rest.to_vec(),
        }
    }

    /// The bytes of one column.
    pub(crate) fn column(&mut self, number: u64) -> &mut Vec<u8> {
        &mut self.columns.iter_mut().find(|(column, _)| *column == number).unwrap().1
    }

    /// Puts it together, with length and checksum as they should be.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut content = to_leb(self.deps.len() as u64);
        content.extend(self.deps.iter().flatten());
        push_prefixed(&mut content, &self.actor);
        content.extend(to_leb(self.seq));
        content.extend(to_leb(self.start_op));
        content.extend(&self.time_and_message);
        content.extend(to_leb(self.other_actors.len() as u64));
        for actor in &self.other_actors {
            push_prefixed(&mut content, actor);
        }
        content.extend(to_leb(self.columns.len() as u64));
        for (column, data) in &self.columns {
            content.extend(to_leb(*column));
            content.extend(to_leb(data.len() as u64));
        }
        content.extend(self.columns.iter().flat_map(|(_, data)| data));
        content.extend(&self.extra_bytes);
        chunk(1, &to_leb(content.len() as u64), &content)
    }
}

/// A chunk of any type with any spelling of its length; the checksum is right.
pub(crate) fn chunk(chunk_type: u8, length: &[u8], content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, chunk_type];
    bytes.extend(length);
    bytes.extend(content);
    with_checksum(bytes)
}

/// The same bytes with the checksum made right, as long as there is room for one.
pub(crate) fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(hash) = super::change::change_hash(&bytes) {
        bytes[4..8].copy_from_slice(&hash[..4]);
    }
    bytes
}

/// The shortest spelling of a number in LEB128.
pub(crate) fn to_leb(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn leb(rest: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = take(rest, 1)[0];
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return number;
        }
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, left) = rest.split_at(count);
    *rest = left;
    taken
}

fn prefixed(rest: &mut &[u8]) -> Vec<u8> {
    let length = usize::try_from(leb(rest)).unwrap();
    take(rest, length).to_vec()
}

fn push_prefixed(content: &mut Vec<u8>, bytes: &[u8]) {
    content.extend(to_leb(bytes.len() as u64));
    content.extend(bytes);
}
