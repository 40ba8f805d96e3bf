//! Whom a hospital asks at this organisation: a function, as the organisation filled it in. It stands on the connection sheet.
//!
//! **Not here:** contacts of the hospitals (`connections`), the sheet (`app`).

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};

use crate::{
    StoreError,
    lines::{self, LinesFault},
    store::Store,
};

const KEYS: [&str; 3] = ["rav_contact_function", "rav_contact_telephone", "rav_contact_mail"];

/// Whom a hospital asks. All empty: nobody was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RavContact {
    /// Function, rather than a person.
    pub function: String,
    /// Telephone number.
    pub telephone: String,
    /// Mail address.
    pub mail: String,
}

/// Why it is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RavContactFault {
    /// One of its lines.
    Line(LinesFault),
    /// What stands for a mail address is none.
    NoMail,
}

impl RavContact {
    // LIMIT: characters of a value: the function fits on a line of the sheet; 254 is what a mail address can have (RFC 5321).
    /// At most so many characters of function, telephone and mail.
    pub const CHARACTERS_MAX: [usize; 3] = [80, 40, 254];

    /// What was typed, without the space round it; or what is wrong with it.
    ///
    /// # Errors
    /// A value that is too long, has a line break, or stands without a function; a mail address that is none.
    pub fn typed(values: &[String; 3]) -> Result<Self, RavContactFault> {
        let lines = lines::read(values, Self::CHARACTERS_MAX).map_err(RavContactFault::Line)?;
        let [function, telephone, mail] = lines;
        let is_mail = mail.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
        if !mail.is_empty() && (!is_mail || mail.contains(char::is_whitespace) || mail.matches('@').count() > 1) {
            return Err(RavContactFault::NoMail);
        }
        Ok(Self { function, telephone, mail })
    }
}

impl Store {
    /// Whom a hospital asks.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn rav_contact(&self) -> Result<RavContact, StoreError> {
        let [function, telephone, mail] = self.lines(KEYS)?;
        Ok(RavContact { function, telephone, mail })
    }

    /// Fills it in, changes it or takes it away. Logged, without who it is: that stands in the settings.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_rav_contact(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        RavContact { function, telephone, mail }: &RavContact,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.set_lines(session, (Event::RavContactChanged, "rav_contact"), (KEYS, [function, telephone, mail]), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(function: &str, telephone: &str, mail: &str) -> Result<RavContact, RavContactFault> {
        RavContact::typed(&[function.into(), telephone.into(), mail.into()])
    }

    #[test]
    fn a_contact_has_a_function_and_a_mail_address_that_is_one() {
        let kept = typed(" Functioneel beheerder ", "012 345 67 00", "terugblik@rav.example").map(|kept| kept.function);
        assert_eq!(kept, Ok("Functioneel beheerder".into()));
        assert_eq!(typed("", "", ""), Ok(RavContact::default()));
        assert_eq!(typed("", "", "a@b.example"), Err(RavContactFault::Line(LinesFault::NoName)));
        assert_eq!(typed("FAB", &"1".repeat(41), ""), Err(RavContactFault::Line(LinesFault::TooLong)));
        assert_eq!(typed("FAB\nen meer", "", ""), Err(RavContactFault::Line(LinesFault::NoText)));
        for wrong in ["rav", "@rav.example", "a@rav", "a b@rav.example", "a@b@rav.example"] {
            assert_eq!(typed("FAB", "", wrong), Err(RavContactFault::NoMail), "{wrong}");
        }
    }
}
