//! Every byte of a SQLCipher file and its write-ahead log in clear, by nothing but the key: free pages and old frames too.
//!
//! Source: SQLCipher's design page. 4096-byte pages of AES-256-CBC; the last 48 bytes are IV 16 ‖ HMAC-SHA256 32; of page 1 the
//! first 16 bytes are the salt. A frame of SQLite's write-ahead log is a head of 24 bytes (page number first) and a page.

use std::path::Path;

use cbc::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::NoPadding};

const PAGE: usize = 4096;
const RESERVED: usize = 48;
const SALT: usize = 16;
const LOG_HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

fn page(key: &[u8; 32], number: u32, bytes: &[u8]) -> Vec<u8> {
    let (content, reserved) = bytes.split_at(PAGE - RESERVED);
    let mut content = content[if number == 1 { SALT } else { 0 }..].to_vec();
    let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(key, &reserved[..16]).unwrap();
    cipher.decrypt_padded::<NoPadding>(&mut content).unwrap();
    content
}

fn key_of(hex: &str) -> [u8; 32] {
    std::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
}

/// All pages of the file and all frames of its log, one after another. `key` is SQLCipher's raw key in hexadecimal.
pub fn whole(file: &Path, key: &str) -> Vec<u8> {
    let key = key_of(key);
    let database = std::fs::read(file).unwrap();
    let mut clear = Vec::with_capacity(database.len());
    for (i, bytes) in database.chunks_exact(PAGE).enumerate() {
        clear.extend(page(&key, u32::try_from(i + 1).unwrap(), bytes));
    }
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::read(log).unwrap_or_default();
    for frame in log.get(LOG_HEAD..).unwrap_or_default().chunks_exact(FRAME_HEAD + PAGE) {
        let number = u32::from_be_bytes(frame[..4].try_into().unwrap());
        if number > 0 {
            clear.extend(page(&key, number, &frame[FRAME_HEAD..]));
        }
    }
    clear
}

/// Whether the bytes stand anywhere.
pub fn holds(bytes: &[u8], sought: &[u8]) -> bool {
    let Some(first) = sought.first() else { return false };
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|b| b == first) {
        from += at;
        if bytes[from..].starts_with(sought) {
            return true;
        }
        from += 1;
    }
    false
}
