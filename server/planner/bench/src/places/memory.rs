//! The memory this process had at most, as Linux counts it.

/// Tells the kernel to forget the most so far.
const FORGET_PEAK: &str = "5";

/// Begins anew; where that is not allowed, the most of the whole process is told, which is no less.
pub fn forget_peak() {
    let _where_allowed = std::fs::write("/proc/self/clear_refs", FORGET_PEAK);
}

/// The most since then, in MiB; nothing where it is not told.
pub fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes / 1_024.0)
}
