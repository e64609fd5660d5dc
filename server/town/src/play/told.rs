//! Moments worth telling: a key of the catalogue and what is filled in, so that each reader has them in her language.

use core_sync::texts::{self, Language};

use super::day_clock::Minute;

/// What is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A name, as it is.
    Text(String),
    /// A word of the catalogue, by its key.
    Word(String),
}

/// A moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: Minute,
    key: String,
    count: Option<usize>,
    values: Vec<(&'static str, Value)>,
}

impl Told {
    /// A moment without anything filled in.
    #[must_use]
    pub fn new(at: Minute, key: impl Into<String>) -> Self {
        Self { at, key: key.into(), count: None, values: Vec::new() }
    }

    /// The same in the words of another key.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// With a count, which chooses between one and other.
    #[must_use]
    pub fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// With a name.
    #[must_use]
    pub fn text(mut self, place: &'static str, text: impl Into<String>) -> Self {
        self.values.push((place, Value::Text(text.into())));
        self
    }

    /// With a word of the catalogue.
    #[must_use]
    pub fn word(mut self, place: &'static str, key: impl Into<String>) -> Self {
        self.values.push((place, Value::Word(key.into())));
        self
    }

    /// The sentence.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let filled: Vec<(&str, String)> = self
            .values
            .iter()
            .map(|(place, value)| {
                let text = match value {
                    Value::Text(text) => text.clone(),
                    Value::Word(key) => texts::word(language, key).to_owned(),
                };
                (*place, text)
            })
            .collect();
        let filled: Vec<(&str, &str)> = filled.iter().map(|(place, text)| (*place, text.as_str())).collect();
        match self.count {
            Some(count) => texts::count(language, &self.key, count, &filled),
            None => texts::phrase(language, &self.key, &filled),
        }
    }
}
