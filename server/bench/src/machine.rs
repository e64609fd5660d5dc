//! The machine that figures come from: without it they say little.

/// Processor, cores, memory, system and load, in one line.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let memory = first_after("/proc/meminfo", "MemTotal:");
    let memory_gib = memory.trim_end_matches("kB").trim().parse::<f64>().unwrap_or(0.0) / (1024.0 * 1024.0);
    format!(
        "{}, {cores} cores, {memory_gib:.0} GiB, Linux {}, load {}",
        first_after("/proc/cpuinfo", "model name").trim_start_matches(':').trim(),
        kernel.trim(),
        load()
    )
}

/// The load of the last minutes: above the number of cores somebody else works too.
pub fn load() -> String {
    read("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn first_after(path: &str, name: &str) -> String {
    let text = read(path);
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_default().trim().to_owned()
}

/// Nothing where the system does not say.
fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
