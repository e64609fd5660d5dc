//! Hearing a request: its counter only grows, so a phone that was copied gives itself away.
//!
//! A phone saves its counter before it sends, and never sends two requests under one. So another request under a
//! counter that was heard means two phones with one key, or a folder put back. One under a counter that is missing
//! may only be late: a proxy held it back. Both phones are served; a person makes one of them enrol again.

use core_sync::domain::time::Timestamp;

use super::sender::Sender;
use crate::app::error::AppError;
use crate::db::connection::Tx;
use crate::db::{device, heard_request};

/// Requests of a device that are remembered: a phone has one under way, so more than this far behind none is late.
pub const REQUESTS_REMEMBERED: u64 = 16;

/// Notes the request and says whether two phones were ever noticed that send as this device.
pub(super) fn hear(tx: &Tx<'_>, sender: &Sender, now: Timestamp) -> Result<bool, AppError> {
    let (co_op, id, counter) = (sender.device.co_op, sender.device.device, sender.counter);
    let last = sender.device.last_counter.max(counter);
    let another = match heard_request::hash_of(tx, co_op, id, counter)? {
        Some(heard) => heard != sender.heard,
        None => counter.saturating_add(REQUESTS_REMEMBERED) <= last,
    };
    if another {
        tracing::warn!(device = %id, counter, "two phones send as one device, or its folder was put back");
        device::set_cloned(tx, co_op, id, now)?;
    }
    let keep_from = last.saturating_sub(REQUESTS_REMEMBERED - 1);
    heard_request::remember(tx, co_op, id, counter, sender.heard, keep_from)?;
    device::heard(tx, co_op, id, counter, now)?;
    Ok(device::cloned(tx, co_op, id)?.is_some())
}

#[cfg(test)]
mod tests {
    use core_sync::domain::ids::RoundId;
    use core_sync::wire::sync_answer::{Notice, SyncAnswer};

    use super::*;
    use crate::testing::{Phone, Riding, ask};

    /// A sync whose body says something of its own.
    fn sync(riding: &mut Riding, phone: &mut Phone, of: u8) -> SyncAnswer {
        let asked = vec![ask(phone.document(RoundId([of; 16])), Vec::new())];
        riding.coop.sync(phone, asked).unwrap()
    }

    fn phone(riding: &mut Riding) -> Phone {
        riding.coop.enrol(riding.courier)
    }

    #[test]
    fn two_phones_with_one_key_are_both_served_and_both_told_from_then_on() {
        let mut riding = Riding::with_stops(0);
        let mut phone = phone(&mut riding);
        sync(&mut riding, &mut phone, 1);
        let mut copy = phone.copy();
        assert!(sync(&mut riding, &mut phone, 2).notices.is_empty());
        assert_eq!(sync(&mut riding, &mut copy, 3).notices, [Notice::Cloned]);
        for _ in 0..3 {
            assert_eq!(sync(&mut riding, &mut phone, 4).notices, [Notice::Cloned]);
            assert_eq!(sync(&mut riding, &mut copy, 5).notices, [Notice::Cloned]);
        }
        // Enrolled anew a phone is free of it; the old device stays marked.
        let mut fresh = riding.coop.enrol(riding.courier);
        assert!(sync(&mut riding, &mut fresh, 6).notices.is_empty());
        assert_eq!(sync(&mut riding, &mut phone, 7).notices, [Notice::Cloned]);
    }

    #[test]
    fn a_request_that_comes_twice_or_late_is_nobodys_copy() {
        let mut riding = Riding::with_stops(0);
        let mut phone = phone(&mut riding);
        let requests: Vec<Vec<u8>> = (1..=4).map(|_| phone.request(Vec::new())).collect();
        for at in [0, 0, 3, 1, 3, 2, 0, 1] {
            let answer = riding.coop.sync_bytes(&requests[at]).unwrap();
            assert!(answer.notices.is_empty(), "request {at}");
        }
    }

    #[test]
    fn a_copy_that_slept_long_is_noticed_though_its_counters_are_forgotten() {
        let mut riding = Riding::with_stops(0);
        let mut phone = phone(&mut riding);
        let mut copy = phone.copy();
        for _ in 0..REQUESTS_REMEMBERED + 1 {
            assert!(sync(&mut riding, &mut phone, 1).notices.is_empty());
        }
        assert_eq!(sync(&mut riding, &mut copy, 1).notices, [Notice::Cloned]);
    }

    #[test]
    fn a_server_put_back_to_a_lower_count_raises_no_alarm() {
        let mut riding = Riding::with_stops(0);
        let mut phone = phone(&mut riding);
        sync(&mut riding, &mut phone, 1);
        // What the server heard from here on, it forgets again.
        phone.counter += 40;
        for _ in 0..3 {
            assert!(sync(&mut riding, &mut phone, 2).notices.is_empty());
        }
    }
}
