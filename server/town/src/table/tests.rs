use super::*;
use crate::address::Address;
use crate::sample::{addresses, shops};
use crate::shop::Shop;

fn rows<T: Place>(bytes: impl AsRef<[u8]>) -> Vec<String> {
    Table::<T>::read(bytes.as_ref()).bad_lines.iter().map(BadLine::to_string).collect()
}

#[test]
fn every_fault_of_a_line_is_told_with_what_would_be_right() {
    let cases: [(&[u8], &str); 13] = [
        (b"s9,,1 rue X,29999,,,47.9,-5.1,0", "name is empty, but should be filled in"),
        (b"s9,B, ,29999,,,47.9,-5.1,0", "address is empty, but should be filled in"),
        (b"s3,B,1 rue X,29999,,,47.9,-5.1,0", "id \"s3\" already stands on line 4, but should be used once"),
        (b"s9,B,1 rue X,29999,,47.9,-5.1,0", "8 fields found, but should be 9, as many as columns"),
        (b"s9,Caf\xe9,1 rue X,29999,,,47.9,-5.1,0", "name is not UTF-8: the file should be saved as UTF-8"),
        (
            b"s9,B\x1b[2J,1 rue X,29999,,,47.9,-5.1,0",
            "name holds a control character, but should be plain text",
        ),
        (
            b"s9,B,1 rue X,29999,,,\"47,9\",-5.1,0",
            "lat is \"47,9\", which is not a number: it should be degrees from -90 to 90, such as 2.3522",
        ),
        (
            b"s9,B,1 rue X,29999,,,NaN,-5.1,0",
            "lat is \"NaN\", which is not a number: it should be degrees from -90 to 90, such as 2.3522",
        ),
        (b"s9,B,1 rue X,29999,,,90.5,-5.1,0", "lat is 90.5, but should be degrees from -90 to 90"),
        (b"s9,B,1 rue X,29999,,,47.9,-181,0", "lon is -181, but should be degrees from -180 to 180"),
        (b"s9,B,1 rue X,29999,,,47.9,,0", "lon is empty, but should be filled in"),
        (
            b",B,1 rue X,,,,91,-5.1,0",
            "id is empty, but should be filled in; postcode is empty, but should be filled in; \
             lat is 91, but should be degrees from -90 to 90",
        ),
        (
            b"s9,B,\"1 rue X,29999,,,47.9,-5.1,0\n",
            "a quote opens here and never closes: it should be closed by another, or be removed",
        ),
    ];
    for (line, reason) in cases {
        let text = [shops("").as_bytes(), line].concat();
        assert_eq!(rows::<Shop>(text), [format!("shops.csv, line 10: {reason}")]);
    }
}

#[test]
fn addresses_are_held_to_the_same_rules() {
    let lines = "a9,x,rue,,rue Y,29999,47,-5\na9,x,,,,29999,47,-5\na10,x,3,b,rue Y,29999,47,\n";
    assert_eq!(
        rows::<Address>(addresses(lines)),
        [
            "addresses.csv, line 6: number is \"rue\", but should start with a digit or be empty",
            "addresses.csv, line 7: id \"a9\" already stands on line 6, but should be used once; \
             street is empty, but should be filled in",
            "addresses.csv, line 8: lon is empty, but should be filled in",
        ]
    );
}

#[test]
fn a_line_is_the_one_an_editor_shows() {
    let shop_lines = "\n\
        s9,\"Chez\n\nPaul\",1 rue X,29999,,,47.9,-5.1,0\n\
        s10,,1 rue X,29999,,,47.9,-5.1,0\n\
        s11,\"\",\"1\nrue X\",29999,,,47.9,-5.1,0\n\
        s12,B,\"1\nrue X,29999,\n,,47.9\",-5.1,0\n\
        s13,B,1 rue X,29999,,,x,-5.1,0";
    let found = |line_end: &str| rows::<Shop>(shops(shop_lines).replace('\n', line_end));
    let starts = |found: &[String]| -> Vec<String> {
        found.iter().map(|row| row.split(':').next().unwrap_or_default().to_owned()).collect()
    };
    let wanted = ["shops.csv, line 14", "shops.csv, line 15", "shops.csv, line 17", "shops.csv, line 20"];
    for line_end in ["\n", "\r\n", "\r"] {
        assert_eq!(starts(&found(line_end)), wanted, "with {line_end:?}");
    }
    assert_eq!(
        found("\n").get(2).map(String::as_str),
        Some(
            "shops.csv, line 17: 5 fields found (a quote joins the lines up to 19), \
             but should be 9, as many as columns"
        )
    );
}

#[test]
fn the_line_of_column_names_is_checked() {
    let header = |from: &str, to: &str| rows::<Shop>(shops("").replace(from, to));
    assert_eq!(
        header("address", "rue"),
        ["shops.csv, line 1: column address is missing: this line should name it"]
    );
    assert_eq!(
        header("far", "lat"),
        ["shops.csv, line 1: column lat is named twice, but should be named once"]
    );
    assert_eq!(
        header(",", ";"),
        ["shops.csv, line 1: the columns are separated by ';', but should be by a comma"]
    );
    assert_eq!(
        rows::<Shop>(b"id,n\xe9\n"),
        ["shops.csv, line 1: the line of column names is not UTF-8: the file should be saved as UTF-8"]
    );
    assert_eq!(
        rows::<Shop>("\n\n"),
        ["shops.csv: the file is empty, but its first line should name the columns \
             id, name, address, postcode, lat, lon"]
    );
}

#[test]
fn a_swallowed_text_is_too_long() {
    let text = format!("s9,{},1 rue X,29999,,,47.9,-5.1,0", "x".repeat(201));
    let found = rows::<Shop>(shops(&text));
    assert_eq!(
        found,
        ["shops.csv, line 10: name is too long: it should be at most 200 characters; is a quote missing?"]
    );
}
