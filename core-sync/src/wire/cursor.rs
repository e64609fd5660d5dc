//! A cursor: how much of a log somebody has, and eight bytes that say whose log that was.

use std::fmt;
use std::str::FromStr;

use crate::domain::ids::{from_text, to_text};

/// A position in a log with the short lineage there. As text `position.lineage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// How many rows precede what comes next.
    pub position: u64,
    /// The first eight bytes of the lineage at that position.
    pub lineage: [u8; 8],
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cursor is a number, a dot and 11 characters of A-Z a-z 0-9 - _")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.position, to_text(&self.lineage))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;
    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (position, lineage) = text.split_once('.').ok_or(CursorError)?;
        // One spelling per cursor: no sign, no leading zero, no more than 63 bits.
        let number: i64 = position.parse().map_err(|_| CursorError)?;
        if number.to_string() != position {
            return Err(CursorError);
        }
        Ok(Self {
            position: u64::try_from(number).map_err(|_| CursorError)?,
            lineage: from_text(lineage).map_err(|_| CursorError)?,
        })
    }
}

impl serde::Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
