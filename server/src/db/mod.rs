//! All SQL of the server: one file per table, typed functions over a snapshot or a transaction.
//!
//! A [`Snapshot`](connection::Snapshot) can only read, a [`Tx`](connection::Tx) can write as well; nobody
//! outside this room holds a connection, so no query is written anywhere else. Nothing here decides: what may
//! be written is the log's and the app's to say. Every function takes the co-op first, because every key begins
//! with it.

pub mod act;
pub mod alarm;
pub mod aside;
pub mod card;
pub mod change;
pub mod co_op;
pub mod co_op_log;
mod columns;
pub mod connection;
pub mod damage;
pub mod device;
pub mod document;
pub mod draft;
pub mod enrolment_code;
pub mod erased_card;
pub mod error;
pub mod full_disk;
pub mod head;
pub mod heard_request;
pub mod log_row;
pub mod member;
pub(crate) mod migrations;
pub mod open;
pub mod parcel_round;
pub mod record;
pub mod revocation;
pub mod shop_fact;
pub mod sqlite_version;
pub mod suggestion;
#[cfg(test)]
pub(crate) mod tests;
pub mod token;
pub mod whole;
