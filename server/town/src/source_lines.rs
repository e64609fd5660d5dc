//! Line numbers as an editor shows them.
//!
//! The csv reader counts too, but from where it stopped reading: it is one behind after a Windows line end
//! and names the empty line before the one that is meant. So lines are counted here, from the bytes themselves.

/// Counts lines of a file, forward only.
pub(crate) struct SourceLines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u64,
}

impl<'a> SourceLines<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0, line: 1 }
    }

    /// Returns where the next field starts: the first byte from the offset on that ends no line.
    pub(crate) fn skip_line_ends(&self, offset: usize) -> usize {
        let rest = self.bytes.get(offset..).unwrap_or_default();
        offset + rest.iter().take_while(|&&byte| byte == b'\n' || byte == b'\r').count()
    }

    /// Returns the line, from 1, of the byte at this offset, which must not lie before the last one asked for.
    pub(crate) fn line_at(&mut self, offset: usize) -> u64 {
        while self.offset < offset {
            let Some(byte) = self.bytes.get(self.offset) else { break };
            let next = self.bytes.get(self.offset + 1);
            // A carriage return alone ends a line in very old files; before a line feed it does not count twice.
            if *byte == b'\n' || (*byte == b'\r' && next != Some(&b'\n')) {
                self.line += 1;
            }
            self.offset += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_line_end_counts_once() {
        for text in ["a\nb\n\nc", "a\r\nb\r\n\r\nc", "a\rb\r\rc"] {
            let mut lines = SourceLines::new(text.as_bytes());
            let at = |letter| text.find(letter).unwrap_or_default();
            assert_eq!(lines.line_at(at('a')), 1);
            assert_eq!(lines.line_at(at('b')), 2);
            assert_eq!(lines.skip_line_ends(at('b') + 1), at('c'));
            assert_eq!(lines.line_at(at('c')), 4);
        }
    }
}
