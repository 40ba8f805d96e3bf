//! The parts of one message, each sealed under a key of its own.
//!
//! **Not here:** for whom the keys are wrapped (`append`, `deliver`).

use domain::{MessageToken, Part, PartCode, ReaderId};
use seal::{ContentKey, Place};

use crate::{StoreError, wraps::Wraps};

pub(crate) struct SealedPart {
    pub(crate) code: PartCode,
    pub(crate) key: ContentKey,
    pub(crate) bytes: Vec<u8>,
}

/// Seals one part; without content an empty one.
pub(crate) fn sealed<P: Part>(token: MessageToken, content: Option<&P::Content>) -> Result<SealedPart, StoreError> {
    let place = Place { token, part: P::CODE, schema: P::SCHEMA };
    let plain = content.map(P::encode).transpose()?;
    let (key, bytes) = seal::seal_content(&place, plain.as_ref().map_or(&[], |p| p.as_slice()))?;
    Ok(SealedPart { code: P::CODE, key, bytes })
}

pub(crate) struct SealedParts {
    pub(crate) ident: Option<SealedPart>,
    // Always there, so that lengths tell nothing; empty for an identification-only message.
    pub(crate) diagnosis: SealedPart,
    pub(crate) case: Option<SealedPart>,
    pub(crate) remarks: Option<SealedPart>,
    pub(crate) figure: Option<Vec<u8>>,
}

impl SealedParts {
    pub(crate) fn digests(&self) -> Vec<(PartCode, seal::Digest)> {
        let parts = [self.ident.as_ref(), Some(&self.diagnosis), self.case.as_ref(), self.remarks.as_ref()];
        let mut list: Vec<_> = parts.into_iter().flatten().map(|p| (p.code, seal::digest(&p.bytes))).collect();
        list.extend(self.figure.as_ref().map(|f| (PartCode::Figure, seal::digest(f))));
        list
    }

    /// The keys the crew gets.
    pub(crate) fn crew_keys(&self, remarks: bool) -> Vec<(PartCode, &ContentKey)> {
        let mut keys = vec![(PartCode::Diagnosis, &self.diagnosis.key)];
        if let Some(part) = self.remarks.as_ref().filter(|_| remarks) {
            keys.push((PartCode::Remarks, &part.key));
        }
        keys
    }
}

/// The row of a record.
pub(crate) struct Row<'a> {
    /// The number that it is kept under.
    pub(crate) ride: &'a str,
    /// Where the ride stands in the register.
    pub(crate) ride_row: Option<i64>,
    pub(crate) token: MessageToken,
    pub(crate) flags: i64,
    pub(crate) receipt: u64,
    pub(crate) purge_after: i64,
    pub(crate) wraps: Wraps,
    pub(crate) holders: &'a [u8],
    pub(crate) identities: &'a [i64],
    pub(crate) updated: bool,
}

/// Who of the crew is given a record, and whether somebody waits for it.
#[derive(Default)]
pub(crate) struct Grants {
    // Reader, whether his wrap holds the key of the remarks.
    pub(crate) list: Vec<(ReaderId, bool)>,
    pub(crate) wraps: Wraps,
    pub(crate) holders: Vec<u8>,
    pub(crate) waits: bool,
    pub(crate) due: bool,
}
