//! What no text may break: both languages say the same, every code has its words, and the words are the glossary's.

use std::collections::BTreeSet;

use super::catalogue::{file, texts};
use super::*;
use crate::domain::courier_command::RuleViolation;
use crate::domain::item::ItemKind;
use crate::domain::kind::Kind;
use crate::domain::reasons::{Answer, FailReason, HandedTo, StopKind, WithdrawReason};
use crate::domain::remark::Remark;
use crate::domain::stop::StopStatus;
use crate::guard::refusal::RefusalCode;
use crate::view::sync_badge::BadgeState;
use crate::view::today::RoundProgress;
use crate::wire::aside::AsideState;
use crate::wire::error_code::ErrorCode;
use crate::wire::members::Role;
use crate::wire::sync_answer::{HELD, Later, Notice};

const GLOSSARY: &str = include_str!("../../../docs/glossary.md");

/// Lists whose codes are an enum's; each has all of them and, where `true`, one more for later versions.
fn lists() -> Vec<(&'static str, bool, Vec<&'static str>)> {
    macro_rules! codes {
        ($name:ident) => {
            $name::ALL.iter().map(|item| item.code()).collect()
        };
    }
    vec![
        ("kind", true, codes!(Kind)),
        ("status", false, codes!(StopStatus)),
        ("remark", false, codes!(Remark)),
        ("fail", false, codes!(FailReason)),
        ("withdraw", false, codes!(WithdrawReason)),
        ("answer", false, codes!(Answer)),
        ("item", false, codes!(ItemKind)),
        ("notice", false, codes!(Notice)),
        ("handed_to", false, codes!(HandedTo)),
        ("stop_kind", false, codes!(StopKind)),
        ("refusal", true, RefusalCode::ALL.iter().map(|code| code.code()).chain([HELD]).collect()),
        ("aside", false, codes!(AsideState)),
        ("later", false, codes!(Later)),
        ("error", true, codes!(ErrorCode)),
        ("violation", false, codes!(RuleViolation)),
        ("role", false, codes!(Role)),
        ("round", false, codes!(RoundProgress)),
    ]
}

/// Lists that screens add to.
const OPEN_LISTS: &[&str] = &[
    "badge",
    "plan_diff",
    "board",
    "session",
    "cli",
    "demo",
    "sync",
    "fault",
    "check",
    "town",
    "left_out",
    "would_fit",
    "not_looked_at",
    "travel",
];

fn keys(language: Language) -> BTreeSet<&'static str> {
    super::keys(language).collect()
}

fn has_words(key: &str) -> bool {
    let plural = texts(Language::En).contains_key(&format!("{key}.one"));
    plural || texts(Language::En).contains_key(key)
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}

#[test]
fn files_parse_and_hold_each_key_once_in_the_same_line_of_both_languages() {
    let lines = |language| -> Vec<&str> {
        file(language).lines().map(|line| line.split("\": \"").next().unwrap_or(line)).collect()
    };
    assert_eq!(lines(Language::Fr), lines(Language::En));
    for language in Language::ALL {
        let entries = file(*language).lines().filter(|line| line.contains("\": \"")).count();
        assert_eq!(texts(*language).len(), entries, "{language:?}");
        assert!(texts(*language).values().all(|text| !text.trim().is_empty() && text.trim() == text));
    }
}

#[test]
fn both_languages_have_the_same_keys_and_places() {
    assert_eq!(keys(Language::Fr), keys(Language::En));
    for (key, french) in texts(Language::Fr) {
        assert_eq!(places(french), places(word(Language::En, key)), "{key}");
    }
}

#[test]
fn every_code_has_its_words() {
    let codes =
        lists().into_iter().flat_map(|(list, _, codes)| codes.into_iter().map(move |code| (list, code)));
    let badge = BadgeState::ALL.iter().map(|state| ("badge", state.code()));
    let missing: Vec<_> =
        codes.chain(badge).filter(|(list, code)| !has_words(&format!("{list}.{code}"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_key_belongs_to_a_list_and_every_code_to_an_enum() {
    for key in keys(Language::En) {
        let (list, code) = key.split_once('.').unwrap();
        match lists().into_iter().find(|(name, ..)| *name == list) {
            Some((_, later, codes)) => assert!(codes.contains(&code) || (later && code == UNKNOWN), "{key}"),
            None => assert!(OPEN_LISTS.contains(&list), "{key}"),
        }
    }
}

#[test]
fn plural_keys_come_in_pairs_with_the_same_places_and_the_count() {
    for language in Language::ALL {
        for (key, text) in texts(*language) {
            let other = match key.rsplit_once('.') {
                Some((stem, "one")) => format!("{stem}.other"),
                Some((stem, "other")) => format!("{stem}.one"),
                _ => {
                    assert!(!places(text).contains("count"), "{key}");
                    continue;
                }
            };
            assert_eq!(places(word(*language, &other)), places(text), "{key}");
            assert!(places(text).contains("count"), "{key}");
        }
    }
}

#[test]
fn french_has_its_narrow_spaces_and_english_is_plain() {
    for (key, text) in texts(Language::Fr) {
        let marks =
            text.char_indices().filter(|(_, character)| matches!(character, ':' | ';' | '?' | '!' | '»'));
        for (at, _) in marks {
            // The colon of a clock stands between digits.
            if text[at..].starts_with(':') && text[at + 1..].starts_with(|next: char| next.is_ascii_digit()) {
                continue;
            }
            assert!(text[..at].ends_with('\u{202f}'), "{key}: {text}");
        }
        assert!(!text.contains(['\'', '"', '\u{a0}']) && !text.contains("..."), "{key}: {text}");
    }
    for (key, text) in texts(Language::En) {
        assert!(text.is_ascii(), "{key}: {text}");
    }
}

/// The words of the glossary's last column, without those that are a word of their own in its first.
fn never_words() -> BTreeSet<String> {
    let section = GLOSSARY.split("## ").find(|section| section.starts_with("Words of the people")).unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
    let rows: Vec<Vec<&str>> =
        rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect();
    assert!(
        rows.len() > 10 && rows.iter().all(|row| row.len() == 5),
        "the glossary's table has another shape"
    );
    let words = |cell: &str| -> Vec<String> {
        let plain = cell.split('(').next().unwrap_or_default().replace(" / ", ",");
        plain
            .split(',')
            .map(|word| word.trim().to_lowercase())
            .filter(|word| !word.is_empty() && word != "-")
            .collect()
    };
    let ours: BTreeSet<String> = rows.iter().flat_map(|row| words(row[0])).collect();
    rows.iter().flat_map(|row| words(row[4])).filter(|word| !ours.contains(word)).collect()
}

/// A text's words with hyphens kept, so that `drop-off` is not `drop`, and without the plural's ending.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric() && character != '-');
    words
        .map(str::to_lowercase)
        .flat_map(|word| {
            let singular = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
            [
                singular
                    .or_else(|| word.strip_suffix('s').map(str::to_owned))
                    .unwrap_or_else(|| word.clone()),
                word,
            ]
        })
        .collect()
}

#[test]
fn no_english_text_holds_a_word_that_the_glossary_forbids() {
    let never = never_words();
    for expected in ["delivery", "task", "route", "dispatcher", "status", "conflict"] {
        assert!(never.contains(expected), "{expected} is not read from the glossary: {never:?}");
    }
    // The customer's order is a word of its own: it is only never a sequence.
    assert!(!never.contains("order"));
    for (key, text) in texts(Language::En) {
        let found: Vec<_> = words_of(text).into_iter().filter(|word| never.contains(word)).collect();
        assert!(found.is_empty(), "{key}: {text}: {found:?}");
    }
}

#[test]
fn forbidden_words_are_found_whole_in_plural_and_in_capitals() {
    assert!(words_of("Two Deliveries, no routes").contains(&"delivery".to_owned()));
    assert!(words_of("Two Deliveries, no routes").contains(&"route".to_owned()));
    assert!(!words_of("a drop-off").contains(&"drop".to_owned()));
}

#[test]
fn counts_follow_the_language() {
    let sent = |language, count_| count(language, "plan_diff.added", count_, &[]);
    assert_eq!(
        [sent(Language::Fr, 0), sent(Language::Fr, 1), sent(Language::Fr, 2)],
        ["0 arrêt ajouté", "1 arrêt ajouté", "2 arrêts ajoutés"]
    );
    assert_eq!(
        [sent(Language::En, 0), sent(Language::En, 1), sent(Language::En, 2)],
        ["0 stops added", "1 stop added", "2 stops added"]
    );
}

#[test]
fn places_are_filled_once_and_names_with_braces_stay_names() {
    assert_eq!(
        phrase(Language::En, "board.no_signal", &[("time", "{time} {count}")]),
        "last heard {time} {count}"
    );
    assert_eq!(fill("a {b} {c", &[("c", "x")]), "a {b} {c");
    assert_eq!(fill("{a}{b}{{a}", &[("a", "1"), ("b", "2")]), "12{1");
}

#[test]
fn a_missing_key_gives_itself_and_an_unknown_code_its_list_s_word() {
    assert_eq!(word(Language::Fr, "no.such"), "no.such");
    assert_eq!(count(Language::Fr, "no.such", 3, &[]), "no.such");
    assert_eq!(word_of(Language::En, "refusal", "of_next_year"), word(Language::En, "refusal.unknown"));
    assert_eq!(word_of(Language::En, "status", "of_next_year"), "of_next_year");
}
