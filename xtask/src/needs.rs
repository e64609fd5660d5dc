//! What a Linux binary needs of the machine it runs on, read from the binary itself.
//!
//! It owns how `objdump -p` is read. It never asks the machine that builds: that one's glibc may be much
//! newer than what the binary asks for.

/// The oldest glibc that will do, and every library by its file's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    pub glibc: String,
    pub libraries: Vec<String>,
}

impl Needs {
    /// Reads what `objdump -p` printed; nothing if it names no glibc.
    pub fn read(dump: &str) -> Option<Self> {
        let libraries = dump
            .lines()
            .filter_map(|line| line.trim().strip_prefix("NEEDED "))
            .map(str::trim)
            .map(str::to_owned);
        let versions = dump.lines().filter_map(|line| line.split_whitespace().last()?.strip_prefix("GLIBC_"));
        let newest = versions.max_by_key(|version| numbers(version))?;
        Some(Self { glibc: newest.to_owned(), libraries: libraries.collect() })
    }
}

/// `2.4` is older than `2.34`; `PRIVATE` is older than both.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_by_number_is_what_it_needs() {
        let dump = "Dynamic Section:\n  NEEDED               libgcc_s.so.1\n  NEEDED               libc.so.6\n\
            \nVersion References:\n  required from libgcc_s.so.1:\n    0x0b792650 0x00 17 GCC_3.0\n\
            required from libc.so.6:\n    0x06969194 0x00 15 GLIBC_2.34\n    0x0d696914 0x00 14 GLIBC_2.4\n\
            0x0963cf85 0x00 02 GLIBC_PRIVATE\n";
        let needs = Needs::read(dump).unwrap();
        assert_eq!(needs.glibc, "2.34");
        assert_eq!(needs.libraries, ["libgcc_s.so.1", "libc.so.6"]);
    }

    #[test]
    fn a_binary_without_glibc_is_told_apart() {
        assert_eq!(Needs::read("Program Header:\n"), None);
    }
}
