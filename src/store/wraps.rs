//! Several wraps in one value: of a message's readers, or of a ride's working diagnosis. (reader 8 ‖ length 2 ‖ wrap)*

use domain::ReaderId;
use zeroize::Zeroizing;

use crate::StoreError;

/// A list of wraps by reader. Wiped when dropped: what Routing's key opens is gone from memory when it is from the store.
#[derive(Default)]
pub(crate) struct Wraps(Vec<(ReaderId, Zeroizing<Vec<u8>>)>);

impl Wraps {
    pub(crate) fn decode(mut bytes: &[u8]) -> Result<Self, StoreError> {
        let mut list = Vec::new();
        while !bytes.is_empty() {
            let (head, rest) = bytes.split_at_checked(10).ok_or(StoreError::Tampered)?;
            let reader = i64::from_be_bytes(head[..8].try_into().map_err(|_| StoreError::Tampered)?);
            let length = usize::from(u16::from_be_bytes([head[8], head[9]]));
            let (wrap, rest) = rest.split_at_checked(length).ok_or(StoreError::Tampered)?;
            list.push((ReaderId(reader), Zeroizing::new(wrap.to_vec())));
            bytes = rest;
        }
        Ok(Self(list))
    }

    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let size = self.0.iter().map(|(_, wrap)| wrap.len() + 10).sum();
        let mut bytes = Zeroizing::new(Vec::with_capacity(size));
        for (reader, wrap) in &self.0 {
            bytes.extend_from_slice(&reader.0.to_be_bytes());
            // A wrap holds at most six keys: 250 bytes.
            bytes.extend_from_slice(&u16::try_from(wrap.len()).unwrap_or(u16::MAX).to_be_bytes());
            bytes.extend_from_slice(wrap);
        }
        bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, reader: ReaderId) -> Option<&[u8]> {
        self.0.iter().find(|(r, _)| *r == reader).map(|(_, wrap)| wrap.as_slice())
    }

    /// A reader's wraps, the latest first: of a part that was sealed anew the key stands in a later one.
    pub(crate) fn of(&self, reader: ReaderId) -> impl Iterator<Item = &[u8]> {
        self.0.iter().rev().filter(move |(r, _)| *r == reader).map(|(_, wrap)| wrap.as_slice())
    }

    /// How many keys a reader's wraps hold at least.
    pub(crate) fn keys_of(&self, reader: ReaderId) -> Result<usize, StoreError> {
        let keys = self.of(reader).map(seal::wrapped_keys).collect::<Result<Vec<_>, _>>()?;
        Ok(keys.into_iter().max().unwrap_or(0))
    }

    /// Adds a wrap to those that a reader has.
    pub(crate) fn add(&mut self, reader: ReaderId, wrap: Vec<u8>) {
        self.0.push((reader, Zeroizing::new(wrap)));
    }

    /// The readers that have a wrap, each once.
    pub(crate) fn readers(&self) -> Vec<ReaderId> {
        let mut readers: Vec<ReaderId> = self.0.iter().map(|(reader, _)| *reader).collect();
        readers.sort_unstable_by_key(|reader| reader.0);
        readers.dedup();
        readers
    }

    pub(crate) fn put(&mut self, reader: ReaderId, wrap: Vec<u8>) {
        self.remove(reader);
        self.0.push((reader, Zeroizing::new(wrap)));
    }

    /// Takes the wraps of another list in too.
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Takes out what is not of a person of the crew nor of Routing.
    pub(crate) fn take_roles(&mut self) -> Self {
        let is_crew = |reader: ReaderId| reader == ReaderId::ROUTING || reader.account().is_some();
        Self(self.0.extract_if(.., |(reader, _)| !is_crew(*reader)).collect())
    }

    pub(crate) fn remove(&mut self, reader: ReaderId) {
        self.0.retain(|(r, _)| *r != reader);
    }
}
