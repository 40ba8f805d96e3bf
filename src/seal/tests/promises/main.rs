//! What `seal` promises: what is sealed for one opens for that one only, where it belongs, as it was.
#![allow(clippy::unwrap_used, missing_docs)]

mod kit;
mod memory;
mod parts;
mod readers;
mod secrets;
mod sheet;

/// A reader's key pair.
fn pair() -> (seal::ReaderPrivate, seal::ReaderPublic) {
    let private = seal::ReaderPrivate::generate().unwrap();
    let public = private.public().unwrap();
    (private, public)
}

/// Every change of one byte, every cut at either end and one byte too many.
fn spoilt(sealed: &[u8]) -> Vec<Vec<u8>> {
    let changed = (0..sealed.len()).map(|at| {
        let mut bytes = sealed.to_vec();
        bytes[at] ^= 0x40;
        bytes
    });
    let cut = (0..sealed.len()).flat_map(|at| [sealed[..at].to_vec(), sealed[at + 1..].to_vec()]);
    changed.chain(cut).chain([[sealed, &[0]].concat()]).collect()
}
