//! What an open session owes its role: the acts of *Accounts*, the next epoch, and the door once its account is shut.
//!
//! **Invariant:** each act is executed by a function that takes that role's session, as in `engine`.
//! **Not here:** the acts themselves (`accounts`), epochs (`store`).

use access::SignedIn;
use chrono::{DateTime, Utc};
use viewmodel::{AccountsCommand, Notice, NoticeKind, ScreenName};

use crate::{
    accounts,
    engine::{Engine, Place},
    error::AppError,
    rail, rights,
};

impl Engine {
    /// Whose account was closed or made anew since he came in, goes out at his next wish.
    pub(crate) fn is_shut_out(&mut self, now: DateTime<Utc>) -> Result<bool, AppError> {
        let Place::Inside(signed_in) = &self.place else { return Ok(false) };
        if self.archive.store().is_open(rail::who(signed_in).account)? {
            return Ok(false);
        }
        self.sign_out(now);
        self.notice = Some(Notice { kind: NoticeKind::Refused, text: "notice-account-shut", values: vec![] });
        Ok(true)
    }

    /// Where a member of this session's role has left, the session makes the next epoch.
    pub(crate) fn renew_epoch(&mut self, now: DateTime<Utc>) -> Result<(), AppError> {
        let Self { archive, place: Place::Inside(signed_in), notice, .. } = self else { return Ok(()) };
        let store = archive.store_mut();
        let made = match signed_in.as_mut() {
            SignedIn::Administration(session) => store.renew_epoch(session, now)?,
            SignedIn::MedicalManager(session) => store.renew_epoch(session, now)?,
            SignedIn::PrivacyOfficer(session) => store.renew_officers_epoch(session, now)?,
            SignedIn::Professional(_) | SignedIn::FunctionalAdministrator(_) => false,
        };
        if made && notice.is_none() {
            *notice = Some(Notice { kind: NoticeKind::Done, text: "notice-epoch-made", values: vec![] });
        }
        Ok(())
    }

    /// *Accounts*: each act by a function of the role whose act it is.
    pub(crate) fn accounts(&mut self, command: AccountsCommand, now: DateTime<Utc>) -> Result<(), AppError> {
        let Self { archive, place: Place::Inside(signed_in), view, notice, paper, language, .. } = self else {
            return Ok(());
        };
        let who = rail::who(signed_in);
        if let AccountsCommand::ExportRights(path) = &command {
            if rail::screens_of(who.role).contains(&ScreenName::Rights) {
                *notice = rights::export(archive, &who, path, now)?;
            }
            return Ok(());
        }
        let view = &mut view.accounts;
        *notice = match signed_in.as_ref() {
            SignedIn::Administration(session) => accounts::member(archive, session, view, command, now)?,
            SignedIn::MedicalManager(session) => accounts::member(archive, session, view, command, now)?,
            SignedIn::FunctionalAdministrator(session) => {
                accounts::administrator(archive, session, view, command, (paper.as_deref(), *language), now)?
            }
            SignedIn::PrivacyOfficer(session) => accounts::officer(archive, session, view, command, now)?,
            SignedIn::Professional(_) => None,
        };
        Ok(())
    }
}
