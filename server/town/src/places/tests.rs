use std::error::Error;
use std::fs;

use super::*;
use crate::bad_line::listed;
use crate::coordinate::Coordinate;
use crate::sample::{ADDRESS_COLUMNS, SHOP_COLUMNS, addresses, shops};

type Outcome = Result<(), Box<dyn Error>>;

fn read(shops: impl AsRef<[u8]>, addresses: impl AsRef<[u8]>) -> Result<Places, PlacesError> {
    let dir = tempfile::tempdir().and_then(|dir| {
        fs::write(dir.path().join("shops.csv"), shops)?;
        fs::write(dir.path().join("addresses.csv"), addresses)?;
        Ok(dir)
    });
    let dir = dir.map_err(|source| PlacesError::FolderUnreadable { folder: "temporary".into(), source })?;
    Places::read(dir.path())
}

/// The rows of the list, without its heading.
fn faults(outcome: Result<Places, PlacesError>) -> Vec<String> {
    match outcome {
        Ok(_) => Vec::new(),
        Err(PlacesError::BadLines { lines }) => listed(&lines).lines().skip(1).map(str::to_owned).collect(),
        Err(other) => vec![other.to_string()],
    }
}

#[test]
fn good_files_are_read_whole() -> Outcome {
    let places = read(shops(""), addresses(""))?;
    assert_eq!((places.shops.len(), places.addresses.len()), (8, 4));
    let first = places.shops.first().ok_or("no shop")?;
    assert_eq!(first.address_line, "1, rue X");
    assert_eq!(Coordinate::new(47.91, -5.1), Some(first.coordinate));
    Ok(())
}

#[test]
fn columns_may_stand_in_any_order_among_others() -> Outcome {
    let turned = |text: String| -> String {
        let turn = |line: &str| line.split(',').rev().collect::<Vec<_>>().join(",") + "\n";
        text.lines().map(turn).collect()
    };
    assert_eq!(read(shops(""), turned(addresses("")))?, read(shops(""), addresses(""))?);
    Ok(())
}

#[test]
fn byte_order_mark_windows_line_ends_and_blank_lines_change_nothing() -> Outcome {
    let windows = |text: String| format!("\u{feff}\r\n{}\r\n  \r\n,,,,\r\n", text.replace('\n', "\r\n\r\n"));
    assert_eq!(read(windows(shops("")), windows(addresses("")))?, read(shops(""), addresses(""))?);
    Ok(())
}

#[test]
fn text_over_several_lines_becomes_one() -> Outcome {
    let places = read(shops("s9,\"  Chez\r\n Paul \",1 rue X,29999,,,47.9,-5.1,0"), addresses(""))?;
    assert_eq!(places.shops.last().map(|shop| shop.name.as_str()), Some("Chez Paul"));
    Ok(())
}

#[test]
fn bad_lines_of_both_files_are_listed_together() {
    assert_eq!(
        faults(read(shops("s9,,1 rue X,29999,,,47.9,-5.1,0\ns9"), addresses("a9,x,1,,,29999,47.9,-5.1"))),
        [
            "shops.csv, line 10: name is empty, but should be filled in",
            "shops.csv, line 11: 1 field found, but should be 9, as many as columns",
            "addresses.csv, line 6: street is empty, but should be filled in",
        ]
    );
}

#[test]
fn too_few_places_are_said_so() {
    assert_eq!(
        faults(read(SHOP_COLUMNS, ADDRESS_COLUMNS)),
        [
            "shops.csv: there are 0 places, but should be at least 8 for a round",
            "addresses.csv: there are 0 places, but should be at least 4 for a round",
        ]
    );
}

#[test]
fn missing_files_and_folders_are_named() -> Outcome {
    let dir = tempfile::tempdir()?;
    fs::create_dir(dir.path().join("addresses.csv"))?;
    assert_eq!(
        faults(Places::read(dir.path())),
        [
            "shops.csv: the file is missing, but should stand in the places folder",
            "addresses.csv: it is not a file, but should be a text file of comma-separated values",
        ]
    );
    assert!(matches!(Places::read(&dir.path().join("nowhere")), Err(PlacesError::FolderMissing { .. })));
    let file = dir.path().join("file");
    fs::write(&file, "")?;
    assert!(matches!(Places::read(&file), Err(PlacesError::NotAFolder { .. })));
    Ok(())
}
