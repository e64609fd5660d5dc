//! How many tests passed and failed, read from what a test runner prints.
//!
//! It owns the three texts it understands: the Rust runner's `test result:` line and the closing lines of
//! Python's unittest and of TAP, which Node's runner writes. It never trusts a silent success: a runner that exits well without having run a
//! test has failed, otherwise a renamed folder would turn a whole part green.
//! Read from the text because the machine-readable formats are not in the stable Rust runner.

/// Tests counted so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed, or 1 for a runner that broke before it could count.
    pub failed: usize,
    /// Tests that exist and were not run.
    pub ignored: usize,
}

impl Count {
    /// One check that is no test runner.
    pub fn of_check(passed: bool) -> Self {
        if passed { Self { passed: 1, ..Self::default() } } else { Self { failed: 1, ..Self::default() } }
    }

    /// Adds the counts of another runner.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }

    /// Reads one line of `cargo test`; a line that is no result changes nothing.
    pub fn read_cargo(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        self.add(Self {
            passed: number_before(result, " passed"),
            failed: number_before(result, " failed"),
            ignored: number_before(result, " ignored"),
        });
    }

    /// Reads one line of Python's unittest; `Ran N tests` comes before the verdict.
    pub fn read_unittest(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("Ran ") {
            self.passed += rest.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0);
            return;
        }
        let failed = if line.starts_with("FAILED (") {
            number_after(line, "failures=")
                + number_after(line, "errors=")
                + number_after(line, "unexpected successes=")
        } else if line.starts_with("OK (") {
            0
        } else {
            return;
        };
        let ignored = number_after(line, "skipped=");
        // A class whose set-up fails is an error that `Ran N` does not count.
        self.passed = self.passed.saturating_sub(failed + ignored);
        self.failed += failed;
        self.ignored += ignored;
    }

    /// Reads one line of TAP as Node's runner writes it; its sums stand in comments at the end.
    pub fn read_tap(&mut self, line: &str) {
        let sum = |word| line.strip_prefix(word).and_then(|number| number.parse().ok()).unwrap_or(0);
        self.add(Self {
            passed: sum("# pass "),
            failed: sum("# fail ") + sum("# cancelled "),
            ignored: sum("# skipped ") + sum("# todo "),
        });
    }

    /// Weighs the count against how the runner ended: a bad end is at least one failure, and so is a
    /// good end without a single test. Returns the sentence to print in either case.
    pub fn weigh(&mut self, ended_well: bool) -> Option<&'static str> {
        if !ended_well && self.failed == 0 {
            self.failed = 1;
            return Some("the runner itself failed (it did not compile, or died): counted as 1 failed");
        }
        if ended_well && self.passed + self.failed == 0 {
            self.failed = 1;
            return Some("no test ran: counted as 1 failed");
        }
        None
    }
}

fn number_before(text: &str, word: &str) -> usize {
    let before = text.split(word).next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn number_after(text: &str, word: &str) -> usize {
    let Some((before, after)) = text.split_once(word) else { return 0 };
    // "failures=" must not be found inside "expected failures=", which are passes.
    if before.ends_with("expected ") {
        return number_after(after, word);
    }
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cargo(text: &str) -> Count {
        let mut count = Count::default();
        text.lines().for_each(|line| count.read_cargo(line));
        count
    }

    fn unittest(text: &str) -> Count {
        let mut count = Count::default();
        text.lines().for_each(|line| count.read_unittest(line));
        count
    }

    #[test]
    fn results_of_several_test_binaries_are_added() {
        let text = "running 2 tests\ntest a ... ok\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 10 passed; 3 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.20s\n";
        assert_eq!(cargo(text), Count { passed: 12, failed: 3, ignored: 1 });
    }

    #[test]
    fn the_sums_of_tap_are_read() {
        let text = "TAP version 13\n# Subtest: enrols\nok 1 - enrols\n    # pass 9\n1..3\n# tests 5\n# suites 0\n\
            # pass 2\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n# duration_ms 80.5\n";
        let mut count = Count::default();
        text.lines().for_each(|line| count.read_tap(line));
        assert_eq!(count, Count { passed: 2, failed: 2, ignored: 1 });
    }

    #[test]
    fn lines_that_only_mention_a_result_are_not_counted() {
        assert_eq!(cargo("the words test result: ok. 2 passed; 0 failed\nok. 3 passed"), Count::default());
    }

    #[test]
    fn unittest_success_counts_every_test() {
        assert_eq!(unittest("Ran 12 tests in 0.801s\n\nOK"), Count { passed: 12, failed: 0, ignored: 0 });
        assert_eq!(unittest("Ran 1 test in 0.1s\n\nOK"), Count { passed: 1, failed: 0, ignored: 0 });
    }

    #[test]
    fn unittest_failures_errors_and_skips_are_told_apart() {
        let text = "Ran 9 tests in 0.1s\n\nFAILED (failures=2, errors=1, skipped=3, unexpected successes=1)";
        assert_eq!(unittest(text), Count { passed: 2, failed: 4, ignored: 3 });
    }

    #[test]
    fn unittest_expected_failures_are_passes() {
        assert_eq!(unittest("Ran 3 tests in 0.1s\n\nOK (expected failures=1)").passed, 3);
        let text = "Ran 5 tests in 0.1s\n\nFAILED (expected failures=3, failures=1)";
        assert_eq!(unittest(text), Count { passed: 4, failed: 1, ignored: 0 });
    }

    #[test]
    fn a_runner_that_breaks_before_counting_is_one_failure() {
        let mut count = Count { passed: 4, ..Count::default() };
        assert!(count.weigh(false).is_some());
        assert_eq!(count, Count { passed: 4, failed: 1, ignored: 0 });
    }

    #[test]
    fn a_good_end_without_a_test_is_a_failure() {
        let mut count = Count { ignored: 3, ..Count::default() };
        assert!(count.weigh(true).is_some());
        assert_eq!(count.failed, 1);
    }

    #[test]
    fn counted_failures_are_not_counted_twice() {
        let mut count = Count { passed: 1, failed: 2, ignored: 0 };
        assert_eq!(count.weigh(false), None);
        assert_eq!(count.failed, 2);
    }
}
