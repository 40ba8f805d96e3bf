//! The rights of each role, as one table; it expands to the trait impls that the compiler holds and to [`RIGHTS`] for people.
//!
//! **Invariant:** a right is written here or nowhere: `Role` and `Right` are sealed, and `MayOpen` asks for both.
//! **Invariant:** an opening key yields the content keys of its part alone, though a wrap may hold several; there is none for a
//! purpose that the table does not name: a purpose of *quality* never opens an identification, nor the other way round (R1).

use std::marker::PhantomData;

use domain::{
    Case, Diagnosis, Figure, Identification, Marks, MessageToken, Part, PartCode, Purpose, ReaderId, Remarks, RoleName,
    WorkingDiagnosis,
};
use seal::{ContentKey, OpenedFigure, SealError};

use crate::session::{KeyRing, Session};

mod sealed {
    pub trait Role {}
    /// A line of the table: no other crate can name it, and so none can write another.
    pub trait Right<P> {}
}

/// A role: sealed to this crate.
pub trait Role: sealed::Role + Sized + 'static {
    /// Its name.
    const NAME: RoleName;
}

/// What a part was to be opened for is no purpose of the right (R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("role {role} may not open part {part} for purpose {why}")]
pub struct PurposeError {
    /// The role.
    pub role: &'static str,
    /// The part.
    pub part: &'static str,
    /// What was given as purpose.
    pub why: &'static str,
}

/// Role `Self` may open part `P`, for these purposes, and here is its key.
#[diagnostic::on_unimplemented(
    message = "role `{Self}` may not open part `{P}`",
    note = "the rights of each role are the table in src/access/policy.rs"
)]
pub trait MayOpen<P: Part>: Role + sealed::Right<P> {
    /// What it may be opened for.
    const PURPOSES: &'static [Purpose];

    /// The key that opens part `P` for this role.
    ///
    /// # Errors
    /// When `why` is none of the right's purposes.
    fn opening_key(keys: &KeyRing, why: Purpose) -> Result<OpeningKey<'_, P>, PurposeError> {
        if Self::PURPOSES.contains(&why) {
            Ok(OpeningKey { keys, part: PhantomData })
        } else {
            Err(PurposeError { role: Self::NAME.name(), part: P::CODE.name(), why: why.name() })
        }
    }
}

/// Opens part `P` and nothing else.
pub struct OpeningKey<'a, P: Part> {
    keys: &'a KeyRing,
    part: PhantomData<P>,
}

impl<P: Part> OpeningKey<'_, P> {
    /// Whose wraps it opens.
    #[must_use]
    pub fn reader(&self) -> ReaderId {
        self.keys.reader()
    }

    /// The content key of part `P` in a wrap; `None` where the wrap does not hold that part.
    /// `reader_key` gives the sealed reader key of a number; it is asked once per number and session.
    ///
    /// # Errors
    /// When the wrap is another reader's or record's, or was changed.
    pub fn content_key<E: From<SealError>>(
        &self,
        token: MessageToken,
        wrap: &[u8],
        reader_key: impl FnOnce(u32) -> Result<Vec<u8>, E>,
    ) -> Result<Option<ContentKey>, E> {
        let number = seal::wrap_number(wrap)?;
        let keys = self.keys.with_reader_key(number, reader_key, |key| seal::unwrap(key, token, wrap))??;
        Ok(keys.into_iter().find(|(part, _)| *part == P::CODE).map(|(_, key)| key))
    }
}

impl OpeningKey<'_, Figure> {
    /// Opens a figure, which is sealed under the reader key itself.
    ///
    /// # Errors
    /// When the figure is another record's, or was changed.
    pub fn figure<E: From<SealError>>(
        &self,
        token: MessageToken,
        sealed: &[u8],
        reader_key: impl FnOnce(u32) -> Result<Vec<u8>, E>,
    ) -> Result<OpenedFigure, E> {
        let number = seal::figure_number(sealed)?;
        Ok(self
            .keys
            .with_reader_key(number, reader_key, |key| seal::open_figure(key, token, Figure::SCHEMA, sealed))??)
    }
}

impl OpeningKey<'_, Figure> {
    /// Opens the reader key of a figure or working code, once per number and session, so that another thread that has no way
    /// to the store can open what is sealed under it.
    ///
    /// # Errors
    /// When the reader key is another's, or `reader_key` has none.
    pub fn learn<E: From<SealError>>(
        &self,
        sealed: &[u8],
        reader_key: impl FnOnce(u32) -> Result<Vec<u8>, E>,
    ) -> Result<(), E> {
        self.keys.with_reader_key(seal::figure_number(sealed)?, reader_key, |_| ())
    }
}

/// The schema under which a ride's working code is sealed: apart from the figures, which are sealed the same way.
pub const WORKING_CODE_SCHEMA: u8 = 0x80 | WorkingDiagnosis::SCHEMA;

impl OpeningKey<'_, WorkingDiagnosis> {
    /// Opens a ride's working code, the part of a working diagnosis that is counted in groups: SNOMED CT, 0 for none.
    ///
    /// # Errors
    /// When it is another ride's, or was changed.
    pub fn working_code<E: From<SealError>>(
        &self,
        token: MessageToken,
        sealed: &[u8],
        reader_key: impl FnOnce(u32) -> Result<Vec<u8>, E>,
    ) -> Result<u64, E> {
        let number = seal::figure_number(sealed)?;
        let plain = self
            .keys
            .with_reader_key(number, reader_key, |key| seal::open_figure(key, token, WORKING_CODE_SCHEMA, sealed))??;
        Ok(u64::from_be_bytes((*plain).try_into().map_err(|_| SealError::Format)?))
    }
}

/// The schema under which is sealed what a professional adds to a figure: apart from the figures themselves.
pub const MARKS_SCHEMA: u8 = 0x41;

impl OpeningKey<'_, Figure> {
    /// Opens what professionals added to figures under one reader key, given as it is stored and not kept: there are more of them
    /// than a session keeps.
    ///
    /// # Errors
    /// When one is another record's, or was changed.
    pub fn marks<'a>(
        &self,
        (number, reader_key): (u32, &[u8]),
        added: impl Iterator<Item = (MessageToken, &'a [u8])>,
    ) -> Result<Vec<Marks>, SealError> {
        let key = self.keys.reader_key(number, reader_key)?;
        let one = |(token, sealed)| marks_of(&seal::open_figure(&key, token, MARKS_SCHEMA, sealed)?);
        added.map(one).collect()
    }
}

/// What was ticked, as it is sealed.
fn marks_of(plain: &[u8]) -> Result<Marks, SealError> {
    let [byte] = plain else { return Err(SealError::Format) };
    Marks::from_byte(*byte).ok_or(SealError::Format)
}

/// How one professional keeps what he ticked: sealed for the figures by a key of the medical manager, and so that he alone finds it.
pub struct OwnTicks(seal::OwnMarks);

impl OwnTicks {
    /// Where his addition to a record stands.
    #[must_use]
    pub fn place(&self, token: MessageToken) -> i64 {
        self.0.place(token)
    }

    /// For himself.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn seal(&self, token: MessageToken, marks: Marks) -> Result<Vec<u8>, SealError> {
        self.0.seal(token, MARKS_SCHEMA, &[marks.byte()])
    }

    /// His own.
    ///
    /// # Errors
    /// When it is another's, of another record, or was changed.
    pub fn open(&self, token: MessageToken, sealed: &[u8]) -> Result<Marks, SealError> {
        marks_of(&self.0.open(token, MARKS_SCHEMA, sealed)?)
    }
}

impl Session<Professional> {
    /// How this person keeps what he ticks.
    ///
    /// # Errors
    /// When the session has no key; does not happen with one that was signed in.
    pub fn own_ticks(&self) -> Result<OwnTicks, SealError> {
        let private = self.newest_private().ok_or(SealError::DoesNotOpen)?;
        Ok(OwnTicks(private.own_marks(self.reader())))
    }
}

macro_rules! rights {
    ($($(#[$doc:meta])* $role:ident: $($part:ident for $($purpose:ident)|+),*;)*) => {
        $(
            $(#[$doc])*
            pub enum $role {}
            impl sealed::Role for $role {}
            impl Role for $role {
                const NAME: RoleName = RoleName::$role;
            }
            $(
                impl sealed::Right<$part> for $role {}
                impl MayOpen<$part> for $role {
                    const PURPOSES: &'static [Purpose] = &[$(Purpose::$purpose),+];
                }
            )*
        )*

        /// The same table as data: for menus and the printed matrix.
        pub const RIGHTS: &[(RoleName, &[(PartCode, &[Purpose])])] =
            &[$((RoleName::$role, &[$((PartCode::$part, &[$(Purpose::$purpose),+])),*])),*];
    };
}

rights! {
    /// RAV-administratie.
    Administration: Identification for CompleteRide | AskHospital;
    /// Ambulancezorgprofessional: own rides; without a grant there is nothing to open.
    Professional: Diagnosis for Quality | OwnTrend, Remarks for Quality | OwnTrend, WorkingDiagnosis for Quality | OwnTrend;
    /// Medisch manager ambulancezorg.
    MedicalManager: Case for Quality, Figure for Quality, WorkingDiagnosis for Quality;
    /// Functioneel beheerder: opens no part.
    FunctionalAdministrator: ;
    /// Privacy officer / logbeheerder: opens no part.
    PrivacyOfficer: ;
}

/// The table as text, a line a role: printed to `tests/role_matrix.txt` and compared.
#[must_use]
pub fn role_matrix() -> String {
    let mut text = format!("{:<26}", "role");
    for part in PartCode::ALL {
        text.push_str(&format!("{:<19}", part.name()));
    }
    let mut lines = vec![text.trim_end().to_owned()];
    for (role, parts) in RIGHTS {
        let mut line = format!("{:<26}", role.name());
        for part in PartCode::ALL {
            line.push_str(&format!("{:<19}", if parts.iter().any(|(own, _)| *own == part) { "opens" } else { "-" }));
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.push(String::new());
    lines.push(format!("{:<26}{:<19}purposes", "role", "part"));
    for (role, parts) in RIGHTS {
        for (part, purposes) in *parts {
            let purposes: Vec<&str> = purposes.iter().map(|purpose| purpose.name()).collect();
            lines.push(format!("{:<26}{:<19}{}", role.name(), part.name(), purposes.join(", ")));
        }
    }
    lines.join("\n") + "\n"
}
