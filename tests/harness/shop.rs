//! A shop's device in the test's hand: it signs what the shop gave or received, and posts it.

use core_sync::domain::ids::{ActId, BootId, MemberId, ParcelId, RecordId, bytes_from_text, to_text};
use core_sync::domain::shop_fact::Direction;
use core_sync::domain::stamp::{Moment, Stamp};
use core_sync::domain::time::Timestamp;
use core_sync::signing::key::PrivateKey;
use core_sync::signing::shop_fact::{ShopWord, sign};
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use core_sync::wire::shop_fact::ShopFactRequest;
use courier_session::client::{Client, Said};
use rand_core::Rng;

use super::world::World;

/// The device.
pub struct Shop {
    key: PrivateKey,
    enrolled: EnrolAnswer,
    words: u64,
}

impl Shop {
    /// Enrols a device for a member of the co-op who is a shop.
    pub async fn enrol(world: &mut World, member: MemberId) -> Self {
        let key = PrivateKey::random(&mut world.random);
        let code = world.code(member).await;
        let request = EnrolRequest { code, key: key.public() };
        match Client::new(&world.address).unwrap().enrol(&request).await.unwrap() {
            Said::Answer(enrolled) => Self { key, enrolled, words: 0 },
            Said::Error(code) => panic!("the server said {}", code.code()),
        }
    }

    /// What the shop says, signed and not yet sent.
    pub fn says(
        &mut self,
        random: &mut impl Rng,
        direction: Direction,
        parcels: Vec<ParcelId>,
    ) -> ShopFactRequest {
        self.words += 1;
        let time = Timestamp(self.enrolled.server_time_ms.0 + i64::try_from(self.words).unwrap());
        let moment = Moment { time, boot: BootId([9; 8]), monotonic_ms: 1_000 * self.words };
        let record = RecordId::new(ActId::random(random), self.enrolled.device);
        let stamp = Stamp::new(moment, self.words);
        let word = ShopWord { member: self.enrolled.member, stamp, direction, parcels, follows: Vec::new() };
        let delegation = bytes_from_text(&self.enrolled.delegation).unwrap();
        ShopFactRequest { record, bytes: to_text(&sign(word, record, &self.key, delegation)) }
    }
}
