//! The second factor: a code of six digits that changes every thirty seconds (TOTP with SHA-1, RFC 6238).
//!
//! SHA-1 is what authenticator apps speak; as HMAC it is not touched by collisions (RFC 6238 §1.2, RFC 4226 B.2).
//! **Not here:** that a code works once (`access`, `store`: the step of the last one is kept).

use data_encoding::BASE32_NOPAD;
use totp_rs::{Builder, Totp};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::secret::{SealError, fill};

/// Bytes of a secret: as long as SHA-1's result (RFC 4226 §4, requirement 6).
const SECOND_FACTOR_BYTES: usize = 20;
/// Seconds of a step (RFC 6238 §5.2).
pub const STEP_SECONDS: u64 = 30;
// One step early or late: clocks differ, and people type slowly (RFC 6238 §5.2).
const SKEW_STEPS: u16 = 1;

/// The secret that an account's authenticator app holds.
pub struct TotpSecret(Zeroizing<Vec<u8>>);

impl ZeroizeOnDrop for TotpSecret {}

impl TotpSecret {
    /// A fresh secret.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, SealError> {
        let mut secret = Self(Zeroizing::new(vec![0; SECOND_FACTOR_BYTES]));
        fill(secret.0.as_mut_slice())?;
        Ok(secret)
    }

    /// From unsealed bytes.
    ///
    /// # Errors
    /// When there are not exactly twenty.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let mut secret = Self(Zeroizing::new(vec![0; SECOND_FACTOR_BYTES]));
        if bytes.len() != SECOND_FACTOR_BYTES {
            return Err(SealError::Format);
        }
        secret.0.copy_from_slice(bytes);
        Ok(secret)
    }

    /// The bytes, to be sealed. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_slice()
    }

    fn totp(&self) -> Result<Totp, SealError> {
        let secret = <[u8; SECOND_FACTOR_BYTES]>::try_from(self.0.as_slice()).map_err(|_| SealError::Format)?;
        Builder::new()
            .with_secret(secret)
            .with_skew(SKEW_STEPS)
            .with_step_duration(STEP_SECONDS)
            .build()
            .map_err(|_| SealError::Format)
    }

    /// The code at a moment, in seconds since 1970: what the app shows then.
    ///
    /// # Errors
    /// When the secret is none; cannot happen for one this crate made.
    pub fn code(&self, seconds: u64) -> Result<Zeroizing<String>, SealError> {
        Ok(Zeroizing::new(self.totp()?.generate(seconds).to_string()))
    }

    /// The step of which `typed` is the code, if it is one of the moment, or of the step before or after it, and later than
    /// `used`: a code works once.
    #[must_use]
    pub fn verify(&self, typed: &str, seconds: u64, used: Option<u64>) -> Option<u64> {
        let step = self.totp().ok()?.check(typed, seconds)?;
        used.is_none_or(|used| step > used).then_some(step)
    }

    /// The secret in Base32, in groups of four, to be typed into an app. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let text = Zeroizing::new(BASE32_NOPAD.encode(self.0.as_slice()));
        let mut groups = Zeroizing::new(String::with_capacity(text.len() + text.len() / 4));
        for (place, character) in text.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                groups.push(' ');
            }
            groups.push(character);
        }
        groups
    }

    /// The address that a QR code carries to an app (Key URI Format). Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let secret = Zeroizing::new(BASE32_NOPAD.encode(self.0.as_slice()));
        Zeroizing::new(format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", *secret))
    }
}

/// RFC 3986 §2.1: everything but unreserved characters as `%XX`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// RFC 6238, appendix B, the lines of SHA-1. It prints eight digits; a code of six is their end (RFC 4226 §5.3).
    const VECTORS: [(u64, &str); 6] = [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ];

    fn of_rfc() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn the_codes_of_rfc_6238_are_made_and_taken() {
        for (seconds, printed) in VECTORS {
            assert_eq!(*of_rfc().code(seconds).unwrap(), printed[2..], "{seconds}");
            assert_eq!(of_rfc().verify(&printed[2..], seconds, None), Some(seconds / STEP_SECONDS), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_one_step_early_and_one_late_and_no_further() {
        let code = of_rfc().code(1_234_567_890).unwrap();
        let step = 1_234_567_890 / STEP_SECONDS;
        let taken = |seconds: u64| of_rfc().verify(&code, seconds, None);
        // 1234567890 is the first second of its step.
        for seconds in [1_234_567_860, 1_234_567_889, 1_234_567_890, 1_234_567_949] {
            assert_eq!(taken(seconds), Some(step), "{seconds}");
        }
        for seconds in [1_234_567_859, 1_234_567_950] {
            assert_eq!(taken(seconds), None, "{seconds}");
        }
    }

    #[test]
    fn a_code_of_a_step_that_was_used_or_of_an_earlier_one_is_not_taken() {
        let (secret, seconds) = (of_rfc(), 1_234_567_890);
        let step = seconds / STEP_SECONDS;
        let code = secret.code(seconds).unwrap();
        assert_eq!(secret.verify(&code, seconds, Some(step - 1)), Some(step));
        assert_eq!(secret.verify(&code, seconds, Some(step)), None);
        assert_eq!(secret.verify(&code, seconds, Some(step + 5)), None, "a clock set back makes nothing usable again");
    }

    #[test]
    fn what_is_no_code_is_not_taken() {
        for typed in ["", "28708", "2870822", "28708a", "287 082", "+87082", "２８７０８２"] {
            assert_eq!(of_rfc().verify(typed, 59, None), None, "{typed}");
        }
    }

    #[test]
    fn an_app_reads_secret_and_name_from_the_address() {
        let address = of_rfc().uri("Terugblik RAV 12", "1001/a");
        let wanted = "otpauth://totp/Terugblik%20RAV%2012:1001%2Fa?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Terugblik%20RAV%2012";
        assert_eq!(*address, wanted);
        assert_eq!(*of_rfc().reveal(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
