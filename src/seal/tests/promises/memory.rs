//! Keys that were forgotten are nowhere in the process: every writable page is read and searched.
#![cfg(target_os = "linux")]

use std::{
    collections::HashMap,
    fs::{self, File},
    os::unix::fs::FileExt,
};

use domain::{MessageToken, PartCode, ReaderId};
use seal::{MacKey, ReaderKey, ReaderPrivate, open_with, unwrap, wipe_stack, wrap};
use zeroize::Zeroize;

use crate::pair;

/// Keys are remembered masked, so that remembering them is no copy.
const MASK: u8 = 0xa5;
const KEYS: u32 = 24;
const READER: ReaderId = ReaderId(7);

type Masked = [u8; 32];

fn masked(key: &[u8]) -> Masked {
    let mut masked = [0; 32];
    for (to, from) in masked.iter_mut().zip(key) {
        *to = from ^ MASK;
    }
    masked
}

/// The ranges of this process's memory that can be written to.
fn writable() -> Vec<(u64, usize)> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines()
        .filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw")))
        .map(|line| {
            let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let number = |hex| u64::from_str_radix(hex, 16).unwrap();
            (number(from), usize::try_from(number(to) - number(from)).unwrap())
        })
        .collect()
}

/// How many of these keys stand somewhere in memory.
fn found(keys: &[Masked]) -> usize {
    let memory = File::open("/proc/self/mem").unwrap();
    let mut begins = vec![false; 1 << 16];
    for key in keys {
        begins[usize::from(u16::from_be_bytes([key[0] ^ MASK, key[1] ^ MASK]))] = true;
    }
    let mut seen = vec![false; keys.len()];
    // One piece with the end of the one before, so that a key over two pieces is seen.
    let mut piece = vec![0_u8; 1 << 20];
    for (from, length) in writable() {
        let mut at = 0;
        while at + 32 <= length {
            let take = piece.len().min(length - at);
            if memory.read_exact_at(&mut piece[..take], from + at as u64).is_err() {
                break;
            }
            for window in piece[..take].windows(32) {
                if begins[usize::from(u16::from_be_bytes([window[0], window[1]]))] {
                    let hit = keys.iter().position(|key| key.iter().zip(window).all(|(a, b)| a ^ MASK == *b));
                    hit.into_iter().for_each(|i| seen[i] = true);
                }
            }
            at += if take < piece.len() { length } else { take - 31 };
        }
    }
    piece.zeroize();
    seen.into_iter().filter(|seen| *seen).count()
}

/// The bytes of a reader key, by the way its reader gets them.
fn bytes_of(key: &ReaderKey) -> Masked {
    let (private, public) = pair();
    let place = [b"reader-key/".as_slice(), &READER.0.to_be_bytes(), &key.number().to_be_bytes()].concat();
    masked(&open_with(&private, &place, &key.sealed_to(&public).unwrap()).unwrap())
}

/// A table of keys that grows as it is filled, each key made, sealed, opened and used as a receiving process does.
#[inline(never)]
fn a_day(private: &ReaderPrivate) -> (HashMap<u32, ReaderKey>, Vec<Masked>) {
    let public = private.public().unwrap();
    let mut keys = HashMap::new();
    for number in 0..KEYS {
        let key = ReaderKey::generate(READER, number).unwrap();
        let opened = ReaderKey::open(private, READER, number, &key.sealed_to(&public).unwrap()).unwrap();
        let token = MessageToken([3; 16]);
        let place = seal::Place { token, part: PartCode::Remarks, schema: 1 };
        let (content_key, _) = seal::seal_content(&place, b"text").unwrap();
        let wrapped = wrap(&key, token, &[(PartCode::Remarks, &content_key)]).unwrap();
        assert_eq!(unwrap(&opened, token, &wrapped).unwrap().len(), 1);
        keys.insert(number, opened);
    }
    let remembered = keys.values().map(bytes_of).collect();
    (keys, remembered)
}

#[test]
fn a_day_s_reader_keys_are_nowhere_in_memory_once_forgotten() {
    let private = ReaderPrivate::generate().unwrap();
    let (keys, remembered) = a_day(&private);
    assert_eq!(found(&remembered), KEYS as usize, "while they are held they are found, so the search can see them");
    drop(keys);
    wipe_stack();
    assert_eq!(found(&remembered), 0);
}

#[test]
fn a_mac_key_that_was_used_is_nowhere_in_memory() {
    let mut key = MacKey::first().unwrap();
    let mut remembered = Vec::new();
    for entry in 0..64_u8 {
        remembered.push(masked(key.expose()));
        std::hint::black_box(key.mac(&[entry; 32]));
        key = key.advance();
    }
    wipe_stack();
    assert_eq!(found(&remembered), 0, "from the key of an entry the entries before it cannot be made anew");
    assert_eq!(found(&[masked(key.expose())]), 1, "the key of the next entry is there");
}
