//! Lines of numbers.

use crate::read_error::ReadError;

/// One line of numbers, and which line it is.
#[derive(Debug)]
pub struct Numbers {
    /// Counted from 1.
    pub line: usize,
    values: Vec<f64>,
}

impl Numbers {
    /// Reads the numbers of a line, as far as they are ones.
    pub fn read(line: usize, text: &str) -> Self {
        Self { line, values: text.split_whitespace().map_while(|word| word.parse().ok()).collect() }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// The number at that index.
    pub fn float(&self, index: usize) -> Result<f64, ReadError> {
        self.values
            .get(index)
            .copied()
            .filter(|value| value.is_finite())
            .ok_or(ReadError::Line { line: self.line, expected: "one more number" })
    }

    /// The whole number at that index.
    pub fn whole(&self, index: usize) -> Result<i64, ReadError> {
        let value = self.float(index)?;
        if value.fract() != 0.0 || value.abs() > 1e9 {
            return Err(ReadError::Line { line: self.line, expected: "a whole number" });
        }
        Ok(value as i64)
    }

    /// The whole number at that index, which is not negative.
    pub fn count_at(&self, index: usize) -> Result<u32, ReadError> {
        u32::try_from(self.whole(index)?)
            .map_err(|_| ReadError::Line { line: self.line, expected: "a number that is not negative" })
    }
}
