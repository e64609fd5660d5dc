//! What the words of the glossary are: ids, records, stops, and the rules over sets of records.
//!
//! Nothing here knows how records travel or where they are kept. Every match over kinds is
//! written out, so that a kind added later is seen by every rule.

pub mod card;
pub mod coordinate;
pub mod coordinator_command;
pub mod courier_command;
pub mod fact;
pub mod hash;
pub mod ids;
pub mod item;
pub mod kind;
pub mod limits;
pub mod permissions;
pub mod personal;
pub mod plan_record;
pub mod plan_version;
pub mod reaction;
pub mod reasons;
pub mod record;
pub mod records;
pub mod remark;
pub mod round_reading;
pub mod round_state;
pub mod rules;
pub mod shop_fact;
pub(crate) mod sorted;
pub mod stamp;
pub mod stop;
mod stop_read;
pub mod time;
pub mod together;
