//! One raw 16 KiB write + fdatasync over a written file: what the disk asks, taken in lockstep with what is measured.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::FileExt,
    path::Path,
    time::{Duration, Instant},
};

/// A written file of 4 MiB that is overwritten round and round.
pub struct RawSync {
    file: File,
    block: Vec<u8>,
    at: u64,
}

const FILE_BYTES: u64 = 4 << 20;
const BLOCK_BYTES: usize = 16 << 10;

impl RawSync {
    pub fn new(folder: &Path) -> Self {
        let path = folder.join("raw.sync");
        let file = OpenOptions::new().create(true).truncate(true).read(true).write(true).open(path).unwrap();
        file.write_all_at(&vec![0x5a; usize::try_from(FILE_BYTES).unwrap()], 0).unwrap();
        file.sync_all().unwrap();
        Self { file, block: vec![0xa5; BLOCK_BYTES], at: 0 }
    }

    /// One write and one fdatasync.
    pub fn once(&mut self) -> Duration {
        let started = Instant::now();
        self.file.write_all_at(&self.block, self.at).unwrap();
        self.file.sync_data().unwrap();
        self.at = (self.at + BLOCK_BYTES as u64) % FILE_BYTES;
        started.elapsed()
    }
}

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

/// User and system time of this process so far.
pub fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(") ").unwrap().1;
    let ticks: Vec<u64> = after_name.split_whitespace().skip(11).take(2).map(|t| t.parse().unwrap()).collect();
    // Linux reports in clock ticks of 10 ms on every machine Rust supports (USER_HZ = 100).
    Duration::from_millis((ticks[0] + ticks[1]) * 10)
}

/// Resident memory of this process, in MB.
pub fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}
