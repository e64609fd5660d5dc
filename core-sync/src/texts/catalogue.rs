//! The texts of a language by key, parsed once from the file that ships inside the program.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::language::Language;

type Texts = BTreeMap<String, String>;

static FRENCH: LazyLock<Texts> = LazyLock::new(|| parse(Language::Fr));
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| parse(Language::En));

/// The file of a language: one flat JSON object, a key and its text on each line.
pub(super) const fn file(language: Language) -> &'static str {
    match language {
        Language::Fr => include_str!("fr.json"),
        Language::En => include_str!("en.json"),
    }
}

/// Every text of a language.
pub(super) fn texts(language: Language) -> &'static Texts {
    match language {
        Language::Fr => &FRENCH,
        Language::En => &ENGLISH,
    }
}

/// The text of a key, if there is one.
pub(super) fn find(language: Language, key: &str) -> Option<&'static str> {
    texts(language).get(key).map(String::as_str)
}

/// A file that does not parse would show keys, not stop a courier; the tests beside it keep that from happening.
fn parse(language: Language) -> Texts {
    serde_json::from_str(file(language)).unwrap_or_default()
}
