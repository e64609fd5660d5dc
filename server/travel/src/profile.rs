//! Whom the ways are for: a name, the engine's word and a speed.

/// Kilometres an hour of a loaded cargo bike in a city, stops at lights included; calibrated from rounds.
const SPEED_DEFAULT_KM_H: u8 = 15;
/// Slower is on foot, and Valhalla takes no `cycling_speed` below.
const SPEED_MIN_KM_H: u8 = 5;
/// Faster is no bike, and Valhalla takes no `cycling_speed` above.
const SPEED_MAX_KM_H: u8 = 60;
/// Bytes of a name or word: it stands in an address and in every key.
const WORD_BYTES_MAX: usize = 40;

/// What kind of bike rides, as the source of the figures knows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Profile {
    name: String,
    word: String,
    speed_km_h: u8,
}

/// Why a profile is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// The name or the word cannot stand in an address.
    #[error("a profile's name and its word for the engine are 1 to {WORD_BYTES_MAX} of a-z, 0-9, - and _")]
    Word,
    /// A speed that no bike has.
    #[error("a profile's speed is {SPEED_MIN_KM_H} to {SPEED_MAX_KM_H} km/h")]
    Speed,
}

impl Profile {
    /// A profile: the co-op's name for it, the engine's word (Valhalla's costing, OSRM's profile), and how
    /// fast it is while it moves.
    pub fn new(name: &str, word: &str, speed_km_h: u8) -> Result<Self, ProfileError> {
        if !is_word(name) || !is_word(word) {
            return Err(ProfileError::Word);
        }
        if !(SPEED_MIN_KM_H..=SPEED_MAX_KM_H).contains(&speed_km_h) {
            return Err(ProfileError::Speed);
        }
        Ok(Self { name: name.to_owned(), word: word.to_owned(), speed_km_h })
    }

    /// A cargo bike of 15 km/h, `bicycle` to the engine.
    pub fn bicycle() -> Self {
        let word = "bicycle".to_owned();
        Self { name: word.clone(), word, speed_km_h: SPEED_DEFAULT_KM_H }
    }

    /// The co-op's name for it, which a matrix file uses.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The engine's word for it.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// Kilometres an hour while it moves. OSRM does not hear it: its speeds are those of its profile.
    pub fn speed_km_h(&self) -> u8 {
        self.speed_km_h
    }
}

fn is_word(text: &str) -> bool {
    (1..=WORD_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_change_an_address_is_no_word() {
        for word in ["", "Bike", "bike/../x", "bike?", "a b", "vélo", &"x".repeat(WORD_BYTES_MAX + 1)] {
            assert_eq!(Profile::new("bike", word, 15), Err(ProfileError::Word), "{word}");
            assert_eq!(Profile::new(word, "bicycle", 15), Err(ProfileError::Word), "{word}");
        }
        let longest = "x".repeat(WORD_BYTES_MAX);
        assert_eq!(Profile::new(&longest, "cargo-bike_2", 15).unwrap().word(), "cargo-bike_2");
    }

    #[test]
    fn speeds_that_an_engine_takes_are_taken() {
        for (speed, is_one) in [(0, false), (4, false), (5, true), (60, true), (61, false), (255, false)] {
            assert_eq!(Profile::new("bike", "bicycle", speed).is_ok(), is_one, "{speed}");
        }
        assert_eq!(Profile::new("bicycle", "bicycle", 15), Ok(Profile::bicycle()));
    }
}
