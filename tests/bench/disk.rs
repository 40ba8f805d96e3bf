//! The disk under the figures: which file system, and what one raw write and fdatasync asks of it.

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

/// The file system of a folder, as the kernel names it.
pub fn file_system(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap();
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let of = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let (place, kind) = (words.next()?, words.next()?);
        folder.starts_with(place).then(|| (place.len(), kind.to_owned()))
    };
    mounts.lines().filter_map(of).max().map_or("?".to_owned(), |(_, kind)| kind)
}
