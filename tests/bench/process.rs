//! What a process has used, and how samples are summed up.

use std::time::Duration;

/// Median of the samples, in microseconds.
pub fn median_us(samples: &mut [Duration]) -> f64 {
    samples.sort();
    samples[samples.len() / 2].as_secs_f64() * 1e6
}

/// The 99th percentile, in microseconds.
pub fn p99_us(samples: &mut [Duration]) -> f64 {
    samples.sort();
    samples[samples.len() * 99 / 100].as_secs_f64() * 1e6
}

/// User and system time of a process so far; of this one: `self`.
pub fn cpu(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let after_name = stat.rsplit_once(") ").unwrap().1;
    let ticks: Vec<u64> = after_name.split_whitespace().skip(11).take(2).map(|t| t.parse().unwrap()).collect();
    // Linux reports in clock ticks of 10 ms on every machine Rust supports (USER_HZ = 100).
    Duration::from_millis((ticks[0] + ticks[1]) * 10)
}

/// Resident memory of a process now, in MB.
pub fn resident_mb(process: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

/// Whether a tool of the system is there.
pub fn has(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}
