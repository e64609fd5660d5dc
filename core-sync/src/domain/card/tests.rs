//! Cards: their codec, their limits, their salt.

use proptest::option;
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;

fn text(name: &str) -> CardText {
    CardText {
        name: Personal::new(name.to_owned()),
        address: Personal::new("3 quai du Port, Port-Brume".to_owned()),
        coordinate: Personal::new(Coordinate::from_degrees(48.1, -4.5).unwrap()),
        telephone: None,
        door_code: None,
        instructions: None,
    }
}

fn longest() -> CardText {
    // Four bytes each in UTF-8: the longest text in bytes that its characters allow.
    let text = |characters| Personal::new("🚲".repeat(characters));
    CardText {
        name: text(NAME_CHARACTERS_MAX),
        address: text(NAME_CHARACTERS_MAX),
        coordinate: Personal::new(Coordinate::from_degrees(-90.0, -180.0).unwrap()),
        telephone: Some(text(NAME_CHARACTERS_MAX)),
        door_code: Some(text(NAME_CHARACTERS_MAX)),
        instructions: Some(text(INSTRUCTIONS_CHARACTERS_MAX)),
    }
}

#[test]
fn the_longest_card_that_passes_the_check_can_be_read_back() {
    let card = Card { salt: [9; 16], replaces: Some(CardHash([8; 32])), text: longest() };
    assert_eq!(card.text.check(), Ok(()));
    assert_eq!(Card::from_bytes(&card.to_bytes()).unwrap(), card);
}

#[test]
fn the_check_names_the_field_that_is_wrong() {
    type Spoil = fn(&mut CardText, Personal<String>);
    let fields: [(&str, Spoil, usize); 5] = [
        ("name", |card, text| card.name = text, NAME_CHARACTERS_MAX),
        ("address", |card, text| card.address = text, NAME_CHARACTERS_MAX),
        ("telephone", |card, text| card.telephone = Some(text), NAME_CHARACTERS_MAX),
        ("door_code", |card, text| card.door_code = Some(text), NAME_CHARACTERS_MAX),
        ("instructions", |card, text| card.instructions = Some(text), INSTRUCTIONS_CHARACTERS_MAX),
    ];
    for (field, spoil, characters_max) in fields {
        let wrong =
            ["", "  ", "two\nlines", "a bell \u{7}", "next line \u{85}", "escape \u{1b}[2J", "del \u{7f}"];
        let too_long = "é".repeat(characters_max + 1);
        for wrong in wrong.into_iter().chain([too_long.as_str()]) {
            let mut card = text("Anne");
            spoil(&mut card, Personal::new(wrong.to_owned()));
            assert_eq!(card.check(), Err(CardError { field, characters_max }), "{wrong:?}");
        }
    }
}

#[test]
fn another_salt_is_another_hash() {
    let random = &mut ChaCha8Rng::seed_from_u64(1);
    let (one, other) = (Card::new(text("Anne"), None, random), Card::new(text("Anne"), None, random));
    assert_ne!(one.salt, other.salt);
    assert_ne!(card_hash(&one.to_bytes()), card_hash(&other.to_bytes()));
    let again = Card { salt: other.salt, ..one };
    assert_eq!(card_hash(&again.to_bytes()), card_hash(&other.to_bytes()));
}

#[test]
fn a_card_never_prints_what_it_says() {
    let card = Card::new(text("Anne Kerbrat"), None, &mut ChaCha8Rng::seed_from_u64(1));
    let printed = format!("{card:?} {card:#?}");
    assert!(!["Kerbrat", "quai", "481000000", "48.1"].iter().any(|word| printed.contains(word)), "{printed}");
}

#[test]
fn a_card_over_its_limit_of_bytes_is_not_read() {
    let mut card = Card { salt: [9; 16], replaces: None, text: longest() };
    card.text.instructions = Some(Personal::new("x".repeat(CARD_BYTES_MAX)));
    assert!(Card::from_bytes(&card.to_bytes()).is_err());
}

fn words(most: usize) -> impl Strategy<Value = Personal<String>> {
    proptest::collection::vec(any::<char>(), 0..most)
        .prop_map(|characters| Personal::new(characters.into_iter().collect()))
}

prop_compose! {
    fn cards()(
        (salt, replaces) in (any::<[u8; 16]>(), option::of(any::<[u8; 32]>())),
        (name, address) in (words(20), words(20)),
        (latitude, longitude) in (-900_000_000_i64..=900_000_000, -1_800_000_000_i64..=1_800_000_000),
        (telephone, door_code, instructions) in (option::of(words(9)), option::of(words(9)), option::of(words(40))),
    ) -> Card {
        let coordinate = Personal::new(Coordinate::from_e7(latitude, longitude).unwrap());
        let text = CardText { name, address, coordinate, telephone, door_code, instructions };
        Card { salt, replaces: replaces.map(CardHash), text }
    }
}

proptest! {
    #[test]
    fn any_card_comes_back_from_its_bytes(card in cards()) {
        let bytes = card.to_bytes();
        let read = Card::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&read, &card);
        prop_assert_eq!(read.to_bytes(), bytes);
    }

    #[test]
    fn random_bytes_are_no_card_and_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        prop_assert!(Card::from_bytes(&bytes).is_err());
    }
}
