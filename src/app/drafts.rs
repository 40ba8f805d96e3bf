//! What a person has typed and not yet sent: sealed to his own key at every pause and at a lock, given back when he is in again.
//!
//! **Invariant:** the engine holds what seals a draft and nothing that opens one; a draft opens by the own key, which is in
//! hand when its person comes in, and at no other time.
//! **Not here:** when a pause is one (`ui`), how it is kept (`store`).

use access::{DraftKey, OwnKey};
use chrono::{DateTime, Utc};
use domain::RoleName;
use viewmodel::{NewAccountDraft, Notice, NoticeKind};
use zeroize::Zeroizing;

use crate::{
    engine::{Engine, Place},
    error::AppError,
    rail::{self, role_of, role_shown},
};

/// The form for a new account.
pub(crate) const NEW_ACCOUNT: u8 = 1;

/// What comes with a person who comes in.
pub(crate) struct Kept {
    key: Option<DraftKey>,
    draft: Option<NewAccountDraft>,
}

fn written(draft: &NewAccountDraft) -> Zeroizing<String> {
    let roles = draft.roles.iter().fold(0, |set, role| set | role_of(*role).bit());
    // A field is one line.
    Zeroizing::new(format!("{}\n{}\n{roles}", draft.staff, draft.name))
}

fn read(text: &str) -> Option<NewAccountDraft> {
    let mut lines = text.splitn(3, '\n').map(str::to_owned);
    let (staff, name, roles) = (lines.next()?, lines.next()?, lines.next()?.parse().ok()?);
    Some(NewAccountDraft { staff, name, roles: RoleName::in_set(roles).map(role_shown).collect() })
}

/// What was kept for who comes in. What cannot be read is no draft, and keeps nobody out.
pub(crate) fn kept(engine: &Engine, own: &OwnKey, now: DateTime<Utc>) -> Kept {
    let sealed = engine.archive.store().draft(own.record().account, NEW_ACCOUNT, now).ok().flatten();
    let opened = sealed.and_then(|sealed| own.open_draft(NEW_ACCOUNT, &sealed).ok());
    let draft = opened.and_then(|text| read(std::str::from_utf8(&text).ok()?));
    Kept { key: own.draft_key().ok(), draft }
}

/// Gives it back to the session that has begun, where its role has the form.
pub(crate) fn give_back(engine: &mut Engine, kept: Kept) {
    let Place::Inside(signed_in) = &engine.place else { return };
    engine.drafts = None;
    if rail::who(signed_in).role != RoleName::FunctionalAdministrator {
        return;
    }
    engine.drafts = kept.key;
    if let Some(draft) = kept.draft {
        engine.view.accounts.begin(draft);
        let notice = Notice { kind: NoticeKind::Done, text: "notice-draft-kept", values: vec![] };
        engine.notice.get_or_insert(notice);
    }
}

/// Keeps what was typed; also while the session is locked, by what was typed until then.
pub(crate) fn keep(engine: &mut Engine, draft: &NewAccountDraft, now: DateTime<Utc>) -> Result<(), AppError> {
    let Some(key) = &engine.drafts else { return Ok(()) };
    let sealed = if draft.is_empty() {
        None
    } else {
        let text = written(draft);
        Some(key.seal(NEW_ACCOUNT, text.as_bytes()).map_err(|_| AppError::refused("error-system", vec![]))?)
    };
    engine.archive.store_mut().keep_draft(key.account(), NEW_ACCOUNT, sealed.as_deref(), now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use viewmodel::Role;

    use super::*;

    #[test]
    fn a_draft_is_read_as_it_was_written() {
        let draft = NewAccountDraft {
            staff: "10".into(),
            name: "Wilhelmina van der Me".into(),
            roles: vec![Role::Administration, Role::PrivacyOfficer],
        };
        for draft in [draft, NewAccountDraft::default()] {
            assert_eq!(read(&written(&draft)), Some(draft));
        }
        for text in ["", "10", "10\nnaam", "10\nnaam\nveel"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
