//! The forms of *Aansluitingen* as they are typed, and what of them is kept when a session locks.
//!
//! **Invariant:** contacts are functions; nothing of a patient is typed here.

use crate::{AgreedParts, ConnectionStatus, ConnectionTab, HospitalNumber, JudgedShown, RouteShown};

/// A new agreement as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementTyped {
    /// What it lets in.
    pub parts: AgreedParts,
    /// The day, as in `21-09-2026`.
    pub from: String,
    /// Days within which feedback is expected; may be empty.
    pub delay_days: String,
    /// Why; may be empty.
    pub reason: String,
}

/// A new hospital as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HospitalTyped {
    /// Name.
    pub name: String,
    /// URA.
    pub ura: String,
    /// Root of its location or application; may be empty.
    pub site_root: String,
    /// Extension of that.
    pub site_extension: String,
    /// It is an application; else a location.
    pub by_application: bool,
}

/// Particulars of a hospital as they were typed; days as in `21-09-2026`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParticularsTyped {
    /// Name.
    pub name: String,
    /// Supplier of the emergency department.
    pub supplier: String,
    /// Supplier of the RAV.
    pub supplier_rav: String,
    /// Route.
    pub route: Option<RouteShown>,
    /// Messages 8, 9 and 10 in use since.
    pub messages_since: String,
    /// The folder under the watched folder.
    pub folder: String,
    /// Telephone of the emergency department.
    pub contact: String,
    /// Function, telephone and mail of others.
    pub contacts: Vec<[String; 3]>,
    /// Day and function of each of the eight steps.
    pub steps: [[String; 2]; 8],
    /// How a judgement comes about there.
    pub judged: Option<JudgedShown>,
    /// Since when.
    pub judged_since: String,
}

/// What a sign-off says, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignOffTyped {
    /// Functions of those who sign.
    pub functions: String,
    /// Points that stay open; may be empty.
    pub open_points: String,
}

/// What was typed on *Aansluitingen* and not yet sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionsDraft {
    /// The hospital and the tab it belongs to; `None` where there is none yet.
    pub at: Option<(HospitalNumber, ConnectionTab)>,
    /// A new hospital.
    pub new: Option<HospitalTyped>,
    /// Particulars of the hospital.
    pub particulars: Option<ParticularsTyped>,
    /// Another status, and from which day.
    pub status: Option<(ConnectionStatus, String)>,
    /// An agreement.
    pub agreement: Option<AgreementTyped>,
    /// A fingerprint.
    pub certificate: String,
    /// A sign-off.
    pub sign_off: SignOffTyped,
}

impl ConnectionsDraft {
    /// Nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { at: self.at, ..Self::default() }
    }
}

/// What was typed in a form and is kept, so that a lock loses none of it.
#[derive(Clone)]
pub enum Draft {
    /// The form for a new account.
    NewAccount(crate::NewAccountDraft),
    /// The forms of *Aansluitingen*.
    Connections(Box<ConnectionsDraft>),
    /// *Mijn reflectie*: kept as what it is, not until it is sent.
    Reflection(Box<crate::ReflectionTyped>),
    /// The note at an item of *Patiëntidentificatie*.
    Note(crate::NoteTyped),
    /// A reflection whose record is gone, written anew.
    Rewriting(Box<crate::RewritingTyped>),
}
