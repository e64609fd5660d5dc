//! What cannot be played is said before anything is made.

use std::fmt::Write as _;

use super::run::{demo, text};

#[test]
fn what_was_typed_wrong_is_an_error_of_the_user() {
    let folder = tempfile::tempdir().unwrap();
    for words in [
        &["--hours", "11"][..],
        &["--hours", "0"],
        &["--speed", "-1"],
        &["--thread", "--hours", "2"],
        &["--sabotage", "some"],
        &["--account", "no/such/folder/account.json"],
        &["--keep", "no/such/folder/kept"],
    ] {
        let done = demo(words, folder.path()).output().unwrap();
        assert_eq!(done.status.code(), Some(2), "{words:?}: {}", text(&done.stderr));
        assert!(!text(&done.stderr).is_empty());
    }
}

#[test]
fn places_that_hold_no_town_say_what_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let mut shops = "id,name,address,postcode,lat,lon\n".to_owned();
    let mut addresses = "id,number,suffix,street,postcode,lat,lon\n".to_owned();
    for place in 0..40 {
        let latitude = 45.0 + f64::from(place) * 0.0001;
        writeln!(shops, "s{place},Chez {place},{place} rue Haute,63000,{latitude},3.0").unwrap();
        writeln!(addresses, "a{place},{place},,rue Basse,63000,{latitude},3.001").unwrap();
    }
    std::fs::write(folder.path().join("shops.csv"), shops).unwrap();
    std::fs::write(folder.path().join("addresses.csv"), addresses).unwrap();
    let done = demo(&["--places", "."], folder.path()).output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("150 shops"), "{}", text(&done.stderr));
    // A line of the optional file is held to the same rules.
    std::fs::write(folder.path().join("street_nodes.csv"), "id,lat,lon\nn1,91,3\n").unwrap();
    let done = demo(&["--places", "."], folder.path()).output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("street_nodes.csv, line 2"), "{}", text(&done.stderr));
}
