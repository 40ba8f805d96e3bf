//! The one way in: bytes to a valid message, or to a refusal with all its findings.

use chrono::{DateTime, Utc};
use domain::{RavNumber, StoreKind};

use crate::{Limits, Profiles, Refusal, ValidMessage, rules};

/// What the reader must be told: it has no clock and knows no settings.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// When the message came in.
    pub received: DateTime<Utc>,
    /// The RAV we are; `None`: the addressee is not judged.
    pub rav: Option<RavNumber>,
    /// What the store holds (R12).
    pub kind: StoreKind,
    /// The charset of the HTTP content type, where there was one.
    pub charset: Option<&'a str>,
}

/// Reads a message.
///
/// # Errors
/// The refusal, with all findings and what is needed to answer.
pub fn read(bytes: &[u8], profiles: &Profiles, limits: &Limits, context: &Context<'_>) -> Result<ValidMessage, Refusal> {
    let _ = (bytes, profiles, limits, context);
    Err(Refusal::unread(rules::NOT_WELL_FORMED))
}
