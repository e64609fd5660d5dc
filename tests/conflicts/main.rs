//! Every row of `docs/conflicts.md` as it happens: the real server, real phones on cut links, one file per row.
//!
//! What two sides did apart is sent and heard in all six orders, on a fresh round each. Whatever the order,
//! everybody must come to see the same, and that is the row.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says so by panicking"
)]

#[path = "../harness/mod.rs"]
mod harness;

mod items;
mod meeting;
mod order;
mod page;
mod people;
mod picture;
mod side;

mod amended_twice;
mod both_set_a_sequence;
mod card_changed_offline;
mod given_and_ridden_on;
mod moved_and_done;
mod same_parcel_twice;
mod shop_and_courier_differ;
mod two_coordinators;
mod withdrawn_and_delivered;
mod withdrawn_with_parcels_in_hand;
