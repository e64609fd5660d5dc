//! Ids as they are shown and typed: as many characters as tell one from all others.

/// Characters that are shown at least: a dozen ids seldom share four.
const CHARACTERS_MIN: usize = 4;

/// The beginning of an id that no other of them has.
pub(super) fn shortest(id: &str, all: &[String]) -> String {
    let start = |characters| id.chars().take(characters).collect::<String>();
    let alone = |start: &String| !all.iter().any(|other| other != id && other.starts_with(start.as_str()));
    (CHARACTERS_MIN..id.len()).map(start).find(alone).unwrap_or_else(|| id.to_owned())
}

/// Whether what was typed can mean this id.
pub(super) fn means(typed: &str, id: &str) -> bool {
    typed.len() >= CHARACTERS_MIN && id.starts_with(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_characters_as_it_takes_and_four_at_least() {
        let all = ["abcdefgh", "abcdeXYZ", "12345678"].map(str::to_owned);
        assert_eq!(all.clone().map(|id| shortest(&id, &all)), ["abcdef", "abcdeX", "1234"]);
        assert!(means("1234", "12345678") && !means("123", "12345678") && !means("1235", "12345678"));
    }
}
