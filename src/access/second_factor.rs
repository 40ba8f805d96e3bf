//! The second factor of an account: sealed to its own public key, so that it opens only after the passphrase has.

use chrono::{DateTime, Utc};
use seal::{ReaderPrivate, ReaderPublic, STEP_SECONDS, SealError, TotpSecret};

fn place(account: i64) -> Vec<u8> {
    [b"second-factor/".as_slice(), &account.to_be_bytes()].concat()
}

pub(crate) fn seal_second_factor(account: i64, own: &ReaderPublic, secret: &TotpSecret) -> Result<Vec<u8>, SealError> {
    // REVEAL: the secret of the second factor, straight into HPKE to its own account.
    seal::seal_to(own, &place(account), secret.expose())
}

pub(crate) fn open_second_factor(account: i64, own: &ReaderPrivate, sealed: &[u8]) -> Result<TotpSecret, SealError> {
    TotpSecret::from_bytes(&seal::open_with(own, &place(account), sealed)?)
}

/// The step of a typed code at a moment; a clock before 1970 has no codes.
#[must_use]
pub fn second_factor_step(secret: &TotpSecret, typed: &str, now: DateTime<Utc>, used: Option<u64>) -> Option<u64> {
    secret.verify(typed.trim(), u64::try_from(now.timestamp()).ok()?, used)
}

/// The moment whose code can be used now: this step's, or the next one's where this one's was used.
#[must_use]
pub fn second_factor_moment(now: DateTime<Utc>, used: Option<u64>) -> DateTime<Utc> {
    let at = |seconds: u64| i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let next = used.and_then(|used| at((used + 1) * STEP_SECONDS)).filter(|next| *next > now);
    next.unwrap_or(now)
}

/// The code that an app shows at a moment, for whoever holds the secret: the demo, tests.
///
/// # Errors
/// When the secret is none, or the clock stands before 1970.
pub fn second_factor_code(secret: &TotpSecret, now: DateTime<Utc>) -> Result<zeroize::Zeroizing<String>, SealError> {
    secret.code(u64::try_from(now.timestamp()).map_err(|_| SealError::Format)?)
}
