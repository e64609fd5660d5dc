//! The places a trial round takes its stops from: shops to pick up at, addresses to drop off at.
//!
//! Places are all or nothing. A folder with a bad line gives no places but the list of all its bad lines,
//! because a round laid from half a file looks right until somebody stands at the wrong door.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::address::Address;
use crate::bad_line::BadLine;
use crate::place::Place;
use crate::places_error::PlacesError;
use crate::reason::Reason;
use crate::shop::Shop;
use crate::street_node::StreetNode;
use crate::table::Table;

/// The most that is read of one file: Paris takes 0.5 MB, so this is a large country, and still fits in memory.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A file of corners that holds none.
const NO_STREETS: &[u8] = b"id,lat,lon\n";

/// Shops and addresses of a town, enough of both for a round, each in the order of its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Places {
    /// Where parcels are picked up.
    pub shops: Vec<Shop>,
    /// Where parcels are dropped off.
    pub addresses: Vec<Address>,
    /// Corners of the street network, to draw; none where the folder has no such file.
    pub streets: Vec<StreetNode>,
}

impl Places {
    /// Reads `shops.csv` and `addresses.csv` of a folder.
    ///
    /// Shops need the columns `id,name,address,postcode,lat,lon`, addresses
    /// `id,number,suffix,street,postcode,lat,lon`, in any order; other columns are ignored. `street_nodes.csv` with
    /// `id,lat,lon` may be there too, for the map.
    /// All files are always read to the end, so that one run lists all that has to be mended.
    pub fn read(dir: &Path) -> Result<Self, PlacesError> {
        let folder = || dir.to_path_buf();
        match fs::metadata(dir) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(PlacesError::NotAFolder { folder: folder() }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(PlacesError::FolderMissing { folder: folder() });
            }
            Err(source) => return Err(PlacesError::FolderUnreadable { folder: folder(), source }),
        }
        let streets =
            if dir.join(StreetNode::FILE).exists() { read_file(dir) } else { Table::read(NO_STREETS) };
        Self::from_tables(read_file(dir), read_file(dir), streets)
    }

    /// Reads places from the texts of the three files.
    pub(crate) fn from_texts(shops: &str, addresses: &str, streets: &str) -> Result<Self, PlacesError> {
        let [shops, addresses, streets] = [shops, addresses, streets].map(str::as_bytes);
        Self::from_tables(Table::read(shops), Table::read(addresses), Table::read(streets))
    }

    fn from_tables(
        shops: Table<Shop>,
        addresses: Table<Address>,
        streets: Table<StreetNode>,
    ) -> Result<Self, PlacesError> {
        let lines = shops.bad_lines.into_iter().chain(addresses.bad_lines).chain(streets.bad_lines);
        let lines: Vec<BadLine> = lines.collect();
        if !lines.is_empty() {
            return Err(PlacesError::BadLines { lines });
        }
        Ok(Self { shops: shops.places, addresses: addresses.places, streets: streets.places })
    }
}

fn read_file<T: Place>(dir: &Path) -> Table<T> {
    match read_bytes(&dir.join(T::FILE)) {
        Ok(bytes) => Table::read(&bytes),
        Err(reason) => Table { places: Vec::new(), bad_lines: vec![BadLine::of_file(T::FILE, reason)] },
    }
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Reason> {
    let unreadable = |error: io::Error| {
        let kind = error.kind();
        if kind == ErrorKind::NotFound { Reason::FileMissing } else { Reason::FileUnreadable { kind } }
    };
    // Asked before opening: opening a pipe would wait for a writer for ever.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Reason::NotAFile);
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Reason::FileTooLarge { bytes_max: FILE_BYTES_MAX });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
