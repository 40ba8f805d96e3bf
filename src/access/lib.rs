//! Who may open what: the rights table, sessions with a role's keys only, and the audit entry that goes with every look.
//!
//! **Invariant:** roles and rights are sealed to this crate: no other crate can make a role, nor give a role a right.
//! **Invariant:** a `Session<R>` holds the keys of role `R` and no others; it comes from [`Admitted`] alone.
//! **Not here:** rows and transactions (`store`), screens (`app`), ciphers (`seal`).

mod account;
mod audit;
mod confirmation;
mod lock_out;
mod membership;
mod own_key;
mod passphrase;
mod policy;
mod reflection;
mod second_factor;
mod session;
mod set_up;
mod sign_in;

pub use account::{AccountKeys, RoleMember};
pub use audit::{Authorisation, ChainBreak, Entry, EntryError, Event, Head, Row, Verification, Verifier, entry_digest};
pub use confirmation::{AccountProofs, OfficerKey};
pub use lock_out::{Attempt, LockOut};
pub use membership::{NewEpoch, OfficersSecret};
pub use own_key::{Admitted, Chosen, DraftKey, OwnKey, Proven, Renew, Renewal};
pub use passphrase::{PASSPHRASE_CHARACTERS_MIN, PassphraseFault, must_be_strong};
pub use policy::{
    Administration, FunctionalAdministrator, MARKS_SCHEMA, MayOpen, MedicalManager, OpeningKey, OwnTicks,
    PrivacyOfficer, Professional, PurposeError, RIGHTS, Role, WORKING_CODE_SCHEMA, role_matrix,
};
pub use reflection::ReflectionKey;
pub use second_factor::{second_factor_code, second_factor_moment, second_factor_step};
pub use session::{Locked, Session, SignedIn, note_place};
pub use set_up::{
    AccountSetUp, EpochKey, NewAccount, RoleKey, SetUp, activation_by_kit, confirm_by_kit, make_set_up, members_by_kit,
    open_with_kit, reader_of, renew_activation, seal_first_mac_key, seal_for_kit, seal_pseudonym_key, vouch_for_kit,
};
pub use sign_in::{
    Activation, SignInError, activate, activate_and_enter, check_activation, open_with_sheet, recover, sign_in, unlock,
};
// Of `seal`, what callers need to hand in: they do not depend on it themselves.
pub use seal::{
    ActivationCode, ActivationCodeError, Parameters, Passphrase, Pepper, PersonalSheetCode, PersonalSheetError,
    SHEET_GROUP_CHARACTERS, SigningPublic, TotpSecret, wipe_stack,
};
