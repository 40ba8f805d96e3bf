//! Who of a crew is served: the rights of the columns on a day, and the accounts of those who stand in them. A crew is a text:
//! `staff:column;…`.
//!
//! **Not here:** what they get (`append` and `deliver` wrap it).

use std::collections::HashMap;

use access::{AccountProofs, SigningPublic};
use domain::{ReaderId, RoleName};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    StoreError,
    confirmations::{Confirmations, PROOFS, proofs},
    store::Secrets,
};

/// A member of a crew with a right to something.
struct CrewMember {
    /// The reader of the served account; `None`: an account is missing, not confirmed, or not yet activated.
    reader: Option<ReaderId>,
    /// One of the member's columns gives remarks too.
    remarks: bool,
}

/// Who of a crew gets something, by the rights of the columns on a day.
#[derive(Default)]
pub(crate) struct Crew {
    members: Vec<CrewMember>,
    /// A column gives something to an account that is closed.
    closed: bool,
}

impl Crew {
    /// Those who are served, with whether remarks are theirs too; each once, however many columns name them.
    pub(crate) fn served(&self) -> impl Iterator<Item = (ReaderId, bool)> + '_ {
        self.members.iter().filter_map(|member| member.reader.map(|reader| (reader, member.remarks)))
    }

    /// Whether somebody is still waited for: a member who is not served yet, who said that the ride is another's, or nobody
    /// named at all who may have all of it (the register may be corrected). A closed account is no longer waited for.
    pub(crate) fn waits(&self, has_remarks: bool) -> bool {
        let for_all = self.members.iter().any(|member| member.remarks || !has_remarks);
        self.members.iter().any(|member| member.reader.is_none()) || (!for_all && !self.closed)
    }

    /// Whether a reader is served, and if so whether remarks are his too.
    pub(crate) fn right_of(&self, reader: ReaderId) -> Option<bool> {
        self.served().find(|(served, _)| *served == reader).map(|(_, remarks)| remarks)
    }

    fn add(&mut self, reader: Option<ReaderId>, remarks: bool) {
        match self.members.iter_mut().find(|member| reader.is_some() && member.reader == reader) {
            Some(member) => member.remarks |= remarks,
            None => self.members.push(CrewMember { reader, remarks }),
        }
    }
}

fn members(crew: &str) -> impl Iterator<Item = (&str, &str)> {
    crew.split(';').filter_map(|one| one.rsplit_once(':'))
}

/// Takes a ride's crew out of the register: by key, since the table stands in order of staff.
pub(crate) fn forget(transaction: &Transaction<'_>, ride: i64) -> Result<(), StoreError> {
    let crew: Option<String> = transaction
        .prepare_cached("SELECT crew FROM ride_wrap WHERE ride = ?1")?
        .query_row([ride], |row| row.get(0))
        .optional()?;
    for (staff, _) in members(&crew.unwrap_or_default()) {
        transaction.prepare_cached("DELETE FROM crew WHERE staff = ?1 AND ride = ?2")?.execute(params![staff, ride])?;
    }
    Ok(())
}

/// How an account stands to what is delivered.
#[derive(Clone, Copy)]
enum Account {
    Served(i64),
    NotYet,
    Closed,
}

/// The crews of one transaction: a column's rights and an account are read once.
pub(crate) struct Crews<'a> {
    transaction: &'a Transaction<'a>,
    secrets: &'a Secrets,
    confirmations: &'a Confirmations,
    /// The privacy officers' signing key, once it was needed.
    officer: Option<SigningPublic>,
    /// By column and day: whether remarks are given too; `None`: nothing is.
    rights: HashMap<(i64, i64), Option<bool>>,
    accounts: HashMap<String, Account>,
    /// Whether anybody said of any ride that it is not theirs, once it was asked.
    withdrawals: Option<bool>,
}

impl<'a> Crews<'a> {
    pub(crate) fn of(transaction: &'a Transaction<'a>, secrets: &'a Secrets, confirmations: &'a Confirmations) -> Self {
        let (rights, accounts) = (HashMap::new(), HashMap::new());
        Self { transaction, secrets, confirmations, officer: None, rights, accounts, withdrawals: None }
    }

    /// The crew of a ride as `staff:column;…`, judged by the rights of its columns on a day.
    pub(crate) fn crew(&mut self, ride: &str, crew: &str, day: i64) -> Result<Crew, StoreError> {
        let mut found = self.named(crew, day)?;
        if self.anybody_withdrew()? {
            for member in &mut found.members {
                // He is waited for as who has no account yet: until the register says another crew.
                member.reader = match member.reader {
                    Some(reader) if withdrew(self.transaction, ride, reader)? => None,
                    reader => reader,
                };
            }
        }
        Ok(found)
    }

    /// The staff numbers of a crew to whose columns something is given on a day.
    pub(crate) fn entitled(&mut self, crew: &str, day: i64) -> Result<Vec<String>, StoreError> {
        let mut staff: Vec<String> = Vec::new();
        for (one, place) in members(crew) {
            let Ok(place) = place.parse() else { continue };
            if self.right(place, day)?.is_some() && !staff.iter().any(|known| known == one) {
                staff.push(one.to_owned());
            }
        }
        Ok(staff)
    }

    fn anybody_withdrew(&mut self) -> Result<bool, StoreError> {
        let known = match self.withdrawals {
            Some(known) => known,
            None => self
                .transaction
                .prepare_cached("SELECT EXISTS(SELECT 1 FROM withdrawn)")?
                .query_row([], |row| row.get(0))?,
        };
        self.withdrawals = Some(known);
        Ok(known)
    }

    /// The register's crew for a ride has changed: who said that it is another's is served again, where it names him.
    pub(crate) fn forget_withdrawals(&mut self, ride: &str) -> Result<(), StoreError> {
        self.transaction.prepare_cached("DELETE FROM withdrawn WHERE ride = ?1")?.execute([ride])?;
        Ok(())
    }

    fn named(&mut self, crew: &str, day: i64) -> Result<Crew, StoreError> {
        let mut found = Crew::default();
        for (staff, place) in members(crew) {
            let Ok(place) = place.parse() else { continue };
            let Some(remarks) = self.right(place, day)? else { continue };
            match self.account(staff)? {
                Account::Closed => found.closed = true,
                Account::Served(n) => found.add(Some(ReaderId::professional(n)), remarks),
                Account::NotYet => found.add(None, remarks),
            }
        }
        Ok(found)
    }

    fn right(&mut self, place: i64, day: i64) -> Result<Option<bool>, StoreError> {
        if let Some(known) = self.rights.get(&(place, day)) {
            return Ok(*known);
        }
        let found = self
            .transaction
            .prepare_cached(
                "SELECT diagnosis, remarks FROM crew_right WHERE place = ?1 AND from_day <= ?2 ORDER BY from_day DESC, n DESC LIMIT 1",
            )?
            .query_row(params![place, day], |row| Ok((row.get::<_, bool>(0)?, row.get::<_, bool>(1)?)))
            .optional()?;
        let right = found.and_then(|(diagnosis, remarks)| diagnosis.then_some(remarks));
        self.rights.insert((place, day), right);
        Ok(right)
    }

    fn account(&mut self, staff: &str) -> Result<Account, StoreError> {
        if let Some(known) = self.accounts.get(staff) {
            return Ok(*known);
        }
        let found = self
            .transaction
            .prepare_cached(&format!("SELECT {PROOFS}, closed IS NOT NULL FROM account WHERE staff = ?1"))?
            .query_row([staff], |row| Ok((proofs(row)?, row.get::<_, bool>(7)?)))
            .optional()?;
        let account = match found {
            Some((_, true)) => Account::Closed,
            Some((Some(proofs), false)) if self.is_served(&proofs)? => Account::Served(proofs.account),
            Some((_, false)) | None => Account::NotYet,
        };
        self.accounts.insert(staff.to_owned(), account);
        Ok(account)
    }

    /// Served is a professional from his activation on, if a privacy officer confirmed that he is one: no column says it.
    fn is_served(&mut self, account: &AccountProofs) -> Result<bool, StoreError> {
        if account.roles & RoleName::Professional.bit() == 0 || account.public.is_none() {
            return Ok(false);
        }
        let officer = match self.officer {
            Some(officer) => officer,
            None => *self.officer.insert(self.confirmations.officer(self.transaction, self.secrets)?),
        };
        Ok(self.confirmations.hold(&officer, account))
    }
}

fn withdrew(transaction: &Transaction<'_>, ride: &str, reader: ReaderId) -> Result<bool, StoreError> {
    Ok(transaction
        .prepare_cached("SELECT 1 FROM withdrawn WHERE ride = ?1 AND reader = ?2")?
        .exists(params![ride, reader.0])?)
}
