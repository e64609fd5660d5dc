//! Items to settle: listed with the evidence of both sides, and answered with one press.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{MemberId, RecordId, RoundId};
use core_sync::domain::item::{Choice, ItemKind};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::reasons::Answer;
use core_sync::domain::record::{ActBody, Record};
use core_sync::wire::item::{EvidenceView, ItemView};
use core_sync::wire::round::RoundView;

use super::people::People;
use super::picture::Letters;

impl People {
    /// What somebody has to settle about these rounds, in words.
    pub async fn asked(&self, rounds: &[RoundId]) -> Vec<String> {
        let views = self.views(rounds).await;
        let letters = Letters::of(&views);
        let open = self.open_items(rounds).await;
        let mut told: Vec<String> = open.iter().map(|item| self.told(item, &views, &letters)).collect();
        told.sort();
        told
    }

    /// The items of these rounds that nobody settled.
    pub async fn open_items(&self, rounds: &[RoundId]) -> Vec<ItemView> {
        let items = self.world.items().await.into_iter();
        items.filter(|item| item.settled.is_none() && rounds.contains(&item.round)).collect()
    }

    /// The only open item of these rounds.
    pub async fn only_item(&self, rounds: &[RoundId]) -> ItemView {
        let mut open = self.open_items(rounds).await;
        assert_eq!(open.len(), 1, "{open:?}");
        open.remove(0)
    }

    /// Answers an item, and everybody meets; gives what everybody sees then. Every phone of its rounds is told.
    pub async fn settle(&mut self, item: &ItemView, choice: Choice, rounds: &[RoundId]) -> Vec<String> {
        self.all_look(item).await;
        let (status, body) = self.world.settle(item, choice).await;
        assert_eq!(status, 200, "{body}");
        let open = self.open_items(rounds).await;
        assert!(open.iter().all(|open| open.id != item.id), "it is closed");
        let seen = self.meet(rounds).await;
        let names: Vec<RecordId> = item.evidence.iter().map(|evidence| evidence.record).collect();
        for round in &item.rounds {
            let holder = self.world.round(*round).await.courier;
            for courier in
                self.couriers.iter_mut().filter(|courier| courier.member == holder && !courier.away)
            {
                let stored = courier.phone.session().records(*round).unwrap();
                let told = stored.records.iter().filter(|(_, entry)| settles(&entry.record, &names, choice));
                assert_eq!(told.count(), 1, "the phone is told once");
                let today = courier.phone.session().today().unwrap();
                let today = today.into_iter().find(|today| today.round == *round).unwrap();
                assert!(!today.plan_diff.settled.is_empty(), "and says so");
            }
        }
        seen
    }

    /// Every courier who will be told has looked at the plan before, so that the answer is news.
    async fn all_look(&mut self, item: &ItemView) {
        for round in &item.rounds {
            let holder = self.world.round(*round).await.courier;
            for courier in
                self.couriers.iter_mut().filter(|courier| courier.member == holder && !courier.away)
            {
                courier.phone.tap(*round, &CourierCommand::SeePlan);
            }
        }
        self.all_hear().await;
        self.all_hear().await;
    }

    fn told(&self, item: &ItemView, views: &[RoundView], letters: &Letters) -> String {
        let round = views.iter().find(|view| view.id == item.round).unwrap();
        let mut evidence: Vec<String> = item
            .evidence
            .iter()
            .map(|evidence| {
                assert!(evidence.tapped_ms.is_some() && evidence.received_ms.is_some(), "both times");
                let kind = evidence.kind.as_deref().unwrap();
                format!("{} {kind}", self.name(evidence.member.unwrap(), views))
            })
            .collect();
        evidence.sort();
        let mut choices: Vec<String> = item.choices.iter().map(|choice| answer(item, *choice)).collect();
        choices.sort();
        // Who disputes a parcel does so as equals: whichever round has the smaller id stands for the item.
        let place = match item.kind {
            ItemKind::CustodyDisputed => String::new(),
            _ => format!("{} {}", round.courier_name.reveal(), item.stop_number.unwrap()),
        };
        let parcels = letters.of_parcels(&item.parcels);
        let about = [item.kind.code(), &place, &parcels].into_iter().filter(|word| !word.is_empty());
        let about: Vec<&str> = about.collect();
        format!("{}: {}; {}", about.join(" "), evidence.join(", "), choices.join(", "))
    }

    /// A courier by name; who has no phone is at the board or in a shop.
    fn name(&self, member: MemberId, views: &[RoundView]) -> String {
        let courier = views.iter().find(|view| view.courier == member);
        courier.map_or_else(
            || {
                (if self.shop.as_ref().is_some_and(|(shop, _)| *shop == member) { "shop" } else { "board" })
                    .to_owned()
            },
            |view| view.courier_name.reveal().clone(),
        )
    }
}

/// The choice of an answer that names no record.
pub fn says(item: &ItemView, answer: Answer) -> Choice {
    *item.choices.iter().find(|choice| choice.answer == answer).unwrap()
}

/// The choice that this record holds.
pub fn holds(item: &ItemView, is_it: impl Fn(&EvidenceView) -> bool) -> Choice {
    let record = item.evidence.iter().find(|evidence| is_it(evidence)).unwrap().record;
    *item.choices.iter().find(|choice| choice.holds == Some(record)).unwrap()
}

/// Whether a record is of this kind.
pub fn of_kind(kind: &str) -> impl Fn(&EvidenceView) -> bool {
    move |evidence| evidence.kind.as_deref() == Some(kind)
}

/// An answer in words.
fn answer(item: &ItemView, choice: Choice) -> String {
    match choice.holds {
        None => choice.answer.code().to_owned(),
        Some(record) => {
            let evidence = item.evidence.iter().find(|evidence| evidence.record == record).unwrap();
            format!("{} {}", choice.answer.code(), evidence.kind.as_deref().unwrap())
        }
    }
}

fn settles(record: &Record, names: &[RecordId], choice: Choice) -> bool {
    match record {
        Record::Act { body: ActBody::Plan(PlanRecord::Settled { records, answer, holds }), .. } => {
            let (mut these, mut those) = (records.clone(), names.to_vec());
            these.sort_unstable();
            those.sort_unstable();
            these == those && *answer == choice.answer && *holds == choice.holds
        }
        _ => false,
    }
}
