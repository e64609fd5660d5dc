use proptest::prelude::*;

use super::*;
use crate::testing::recorded_places;

const GOOD: &str = "\
profile,from_latitude,from_longitude,to_latitude,to_longitude,seconds,metres
bicycle,48.8566000,2.2735000,48.8606000,2.2850000,431,1672
bicycle,48.8606000,2.2850000,48.8566000,2.2735000,322,1229
bicycle,48.8606000,2.2850000,48.8700000,2.2900000,,
trike,48.8566,2.2735,48.8606,2.285,600,1700
";

fn entry(file: &MatrixFile, profile: &str, from: usize, to: usize) -> Entry {
    let places = recorded_places();
    let pairs = file.profiles.get(profile);
    pairs.and_then(|pairs| pairs.get(&(places[from], places[to]))).copied().unwrap_or(Entry::NotKnown)
}

#[test]
fn a_line_is_a_pair_of_one_profile_in_one_direction() {
    for text in [GOOD.to_owned(), format!("\u{feff}{}", GOOD.replace('\n', "\r\n"))] {
        let file = MatrixFile::read(text.as_bytes()).unwrap();
        assert_eq!(file.pairs(), 4);
        assert_eq!(entry(&file, "bicycle", 0, 1), Entry::Ride(Leg { metres: 1_672, seconds: 431 }));
        assert_eq!(entry(&file, "bicycle", 1, 0), Entry::Ride(Leg { metres: 1_229, seconds: 322 }));
        assert_eq!(entry(&file, "bicycle", 1, 2), Entry::NoWay);
        assert_eq!(entry(&file, "bicycle", 2, 1), Entry::NotKnown);
        assert_eq!(entry(&file, "trike", 0, 1), Entry::Ride(Leg { metres: 1_700, seconds: 600 }));
    }
}

#[test]
fn a_file_is_read_from_the_disk_and_a_missing_one_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ways.csv");
    assert!(matches!(MatrixFile::open(&path), Err(MatrixFileError::Disk(_))));
    std::fs::write(&path, GOOD).unwrap();
    assert_eq!(MatrixFile::open(&path).unwrap().pairs(), 4);
}

#[test]
fn an_error_names_the_line_and_what_to_write() {
    let with = |line: &str| format!("{GOOD}{line}\n");
    let number =
        "line 6, seconds: write a whole number below 268435456, or leave seconds and metres empty for no way";
    let metres =
        "line 6, metres: write a whole number up to 40075000, or leave seconds and metres empty for no way";
    for (text, said) in [
        (String::new(), "line 1: write exactly `profile,from_latitude,"),
        (GOOD.replace(',', ";"), "line 1: write exactly `profile,from_latitude,"),
        (GOOD.replace("metres", "meters"), "line 1: write exactly `profile,from_latitude,"),
        (with("bicycle,48,2,48,2.1,1"), "line 6: 6 columns instead of 7"),
        (with("bicycle,48,85,2,27,48,86,2,28,1,1"), "line 6: 11 columns instead of 7"),
        (with("My bike,48,2,48,2.1,1,1"), "line 6, profile: write the name of a profile"),
        (with("bicycle,91,2,48,2.1,1,1"), "line 6, from_latitude: write degrees from -90 to 90"),
        (with("bicycle,north,2,48,2.1,1,1"), "line 6, from_latitude: write degrees from -90 to 90"),
        (with("bicycle,NaN,2,48,2.1,1,1"), "line 6, from_latitude: write degrees from -90 to 90"),
        (with("bicycle,48,181,48,2.1,1,1"), "line 6, from_longitude: write degrees from -180 to 180"),
        (with("bicycle,48,2,inf,2.1,1,1"), "line 6, to_latitude: write degrees from -90 to 90"),
        (with("bicycle,48,2,48,,1,1"), "line 6, to_longitude: write degrees from -180 to 180"),
        (with("bicycle,48,2,48,2.1,-1,1"), number),
        (with("bicycle,48,2,48,2.1,1.5,1"), number),
        (with("bicycle,48,2,48,2.1,,1"), number),
        (with("bicycle,48,2,48,2.1,268435456,1"), number),
        (with("bicycle,48,2,48,2.1,1,"), metres),
        (with("bicycle,48,2,48,2.1,1,40075001"), metres),
        (
            with("bicycle,48.8566,2.2735,48.8606,2.285,1,1"),
            "line 6: this pair stands above already: keep one",
        ),
        // A blank line is none, but has its number.
        (format!("{GOOD}\n\nbicycle,48,2,48,2.1,-1,1\n"), "line 8, seconds: write"),
    ] {
        let error = MatrixFile::read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(said), "{text}\n{error}");
    }
    let error =
        MatrixFile::read(&[GOOD.as_bytes(), b"bicycle,\xff\xff,2,48,2.1,1,1\n"].concat()).unwrap_err();
    assert_eq!(error.to_string(), "line 6: it cannot be read: save the file as CSV in UTF-8");
}

#[test]
fn nothing_that_is_printed_holds_a_position() {
    let file = MatrixFile::read(GOOD.as_bytes()).unwrap();
    assert_eq!(format!("{file:?}"), "MatrixFile(4 pairs)");
    let twice = format!("{GOOD}bicycle,48.8566,2.2735,48.8606,2.285,1,1\n");
    let error = MatrixFile::read(twice.as_bytes()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("48.8"));
}

proptest! {
    #[test]
    fn a_file_with_bytes_changed_or_cut_never_panics(
        changes in prop::collection::vec((0..GOOD.len(), any::<u8>()), 0..8),
        length in 0..=GOOD.len(),
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.truncate(length);
        if let Ok(file) = MatrixFile::read(&bytes) {
            prop_assert!(file.pairs() <= 4 + 8, "{}", file.pairs());
        }
    }
}
