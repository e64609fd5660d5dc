//! The words of every code and state, in French and English: the one place that says something to people.
//!
//! Web, Android and iOS are generated from `fr.json` and `en.json`. A key is a list and a code
//! (`status.delivered`); named places in braces are filled in; a count chooses between `.one` and `.other`.
//! Nothing here knows times or numbers of a country: whoever draws them gives them as text. A key without
//! a text gives itself, never a panic, and the tests keep that from happening to any code we know.

mod catalogue;
mod language;
#[cfg(test)]
mod tests;

pub use language::Language;

use catalogue::find;

/// The code that stands in a list for whatever a later version says.
const UNKNOWN: &str = "unknown";

/// The text of a key as it stands, for texts without places.
#[must_use]
pub fn word(language: Language, key: &str) -> &str {
    find(language, key).unwrap_or(key)
}

/// Every key of a language, in their sequence: for whoever hands a part of the catalogue on.
pub fn keys(language: Language) -> impl Iterator<Item = &'static str> {
    catalogue::texts(language).keys().map(String::as_str)
}

/// The text of a code in a list, such as `word_of(language, "refusal", code)`.
///
/// A code of a later version gets the list's `unknown`, if it has one, else itself.
#[must_use]
pub fn word_of<'a>(language: Language, list: &str, code: &'a str) -> &'a str {
    let of = |code: &str| find(language, &format!("{list}.{code}"));
    of(code).or_else(|| of(UNKNOWN)).unwrap_or(code)
}

/// The text of a key with its places filled; a place that is not given stays as it is written.
#[must_use]
pub fn phrase(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    fill(word(language, key), values)
}

/// The text for a count of things: `key.one` or `key.other`, with the place `count` and the other places filled.
#[must_use]
pub fn count(language: Language, key: &str, count: usize, values: &[(&str, &str)]) -> String {
    let form = language.plural_form(count).code();
    let Some(text) = find(language, &format!("{key}.{form}")) else { return key.to_owned() };
    let number = count.to_string();
    let mut all = vec![("count", number.as_str())];
    all.extend(values);
    fill(text, &all)
}

/// Fills places in one pass, so that braces in a name are never taken for a place.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from_brace)) = rest.split_once('{') {
        filled.push_str(before);
        let place = from_brace.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, after))
        });
        match place {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = from_brace;
            }
        }
    }
    filled.push_str(rest);
    filled
}
