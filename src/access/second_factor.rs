//! The second factor of an account: sealed to its own public key, so that it opens only after the passphrase has.

use chrono::{DateTime, TimeDelta, Utc};
use seal::{ReaderPrivate, ReaderPublic, STEP_SECONDS, SealError, TotpSecret};

use crate::sign_in::SignInError;

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

// LIMIT: a code that the app showed five minutes ago is late, an older one wrong: so long somebody looks for his reading glasses.
const LATE_STEPS: u64 = 10;

/// The step of a typed code, where it lets in; else whether the app did show it, and it was used or came too late.
pub(crate) fn judged_code(
    secret: &TotpSecret,
    typed: &str,
    now: DateTime<Utc>,
    used: Option<u64>,
) -> Result<u64, SignInError> {
    if let Some(step) = second_factor_step(secret, typed, now, used) {
        return Ok(step);
    }
    let back = |steps: u64| TimeDelta::seconds(i64::try_from(steps * STEP_SECONDS).unwrap_or_default());
    let shown = (0..LATE_STEPS)
        .find_map(|steps| second_factor_step(secret, typed, now - back(steps), None).map(|step| (step, steps)));
    Err(match shown {
        None => SignInError::Wrong,
        Some((_, 0)) => SignInError::CodeUsed,
        Some((step, _)) if used.is_some_and(|used| step <= used) => SignInError::CodeUsed,
        Some(_) => SignInError::CodeLate,
    })
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
