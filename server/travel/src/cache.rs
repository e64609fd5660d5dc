//! What an engine said, by profile and pair; for the life of the process, but for what nobody asks any more.
//!
//! Streets do not change while a process runs, so that nothing grows old by a clock. Two generations bound
//! it: what is asked again moves to the younger, and the older goes whole when the younger is full.

use std::collections::{BTreeMap, HashMap};

use core_sync::domain::coordinate::Coordinate;

use crate::profile::Profile;
use crate::times::Entry;

/// Pairs that are remembered: all of 2,000 places, in 45 bytes each or 180 MB; a day of 300 places is 4 MB.
pub(crate) const PAIRS_MAX: usize = 4_000_000;

type Pairs = HashMap<(Coordinate, Coordinate), Entry>;
type Generation = BTreeMap<Profile, Pairs>;

/// The memory of one source.
pub(crate) struct Cache {
    young: Generation,
    young_pairs: usize,
    old: Generation,
    pairs_max: usize,
}

/// Not its pairs: they are positions.
impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cache({} young pairs)", self.young_pairs)
    }
}

impl Cache {
    /// An empty one that holds at most so many pairs.
    pub(crate) fn new(pairs_max: usize) -> Self {
        Self { young: BTreeMap::new(), young_pairs: 0, old: BTreeMap::new(), pairs_max }
    }

    /// Tells all that is known between these places.
    pub(crate) fn tell(
        &mut self,
        profile: &Profile,
        places: &[Coordinate],
        mut hear: impl FnMut(usize, usize, Entry),
    ) {
        let mut asked_again = Vec::new();
        let (young, old) = (self.young.get(profile), self.old.get(profile));
        for (row, from) in places.iter().enumerate() {
            for (column, to) in places.iter().enumerate() {
                let pair = (*from, *to);
                if let Some(entry) = young.and_then(|pairs| pairs.get(&pair)) {
                    hear(row, column, *entry);
                } else if let Some(entry) = old.and_then(|pairs| pairs.get(&pair)) {
                    hear(row, column, *entry);
                    asked_again.push((pair, *entry));
                }
            }
        }
        for ((from, to), entry) in asked_again {
            self.keep(profile, from, to, entry);
        }
    }

    /// Remembers a pair.
    pub(crate) fn keep(&mut self, profile: &Profile, from: Coordinate, to: Coordinate, entry: Entry) {
        // Each generation takes half, so that both together are within the bound.
        if self.young_pairs >= (self.pairs_max / 2).max(1) {
            self.old = std::mem::take(&mut self.young);
            self.young_pairs = 0;
        }
        if !self.young.contains_key(profile) {
            self.young.insert(profile.clone(), Pairs::new());
        }
        if let Some(pairs) = self.young.get_mut(profile) {
            self.young_pairs += usize::from(pairs.insert((from, to), entry).is_none());
        }
    }

    #[cfg(test)]
    fn pairs(&self) -> usize {
        self.young.values().chain(self.old.values()).map(HashMap::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(number: i64) -> Coordinate {
        Coordinate::from_e7(488_500_000 + number, 23_500_000).unwrap()
    }

    fn known(cache: &mut Cache, profile: &Profile, places: &[Coordinate]) -> usize {
        let mut known = 0;
        cache.tell(profile, places, |_, _, _| known += 1);
        known
    }

    #[test]
    fn it_is_bounded_and_forgets_what_nobody_asks() {
        let profile = Profile::bicycle();
        let mut cache = Cache::new(100);
        cache.keep(&profile, place(0), place(1), Entry::NoWay);
        for number in 0..1_000 {
            cache.keep(&profile, place(number), place(5_000), Entry::NoWay);
            assert!(cache.pairs() <= 100, "{}", cache.pairs());
            // Asked at every step, so it stays.
            assert_eq!(known(&mut cache, &profile, &[place(0), place(1)]), 1, "{number}");
        }
        assert_eq!(known(&mut cache, &profile, &[place(3), place(5_000)]), 0);
        assert_eq!(known(&mut cache, &profile, &[place(999), place(5_000)]), 1);
    }

    #[test]
    fn a_pair_is_of_its_direction_and_its_profile() {
        let (bike, trike) = (Profile::bicycle(), Profile::new("trike", "bicycle", 12).unwrap());
        let mut cache = Cache::new(100);
        cache.keep(&bike, place(0), place(1), Entry::NoWay);
        let mut heard = Vec::new();
        cache.tell(&bike, &[place(0), place(1)], |from, to, entry| heard.push((from, to, entry)));
        assert_eq!(heard, [(0, 1, Entry::NoWay)]);
        assert_eq!(known(&mut cache, &trike, &[place(0), place(1)]), 0);
    }
}
