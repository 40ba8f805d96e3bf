//! What a person has typed and not yet sent: sealed to his own key at every pause and at a lock, given back when he is in again.
//!
//! **Invariant:** the engine holds what seals a draft and nothing that opens one; a draft opens by the own key, which is in
//! hand when its person comes in, and at no other time.
//! **Not here:** when a pause is one (`ui`), how it is kept (`store`).

mod connections;

use access::{DraftKey, OwnKey};
use chrono::{DateTime, Utc};
use domain::RoleName;
use viewmodel::{ConnectionsDraft, Draft, NewAccountDraft, Notice, NoticeKind};
use zeroize::Zeroizing;

use crate::{
    engine::{Engine, Place},
    error::AppError,
    rail::{self, role_of, role_shown},
    reflections,
};

/// The form for a new account.
pub(crate) const NEW_ACCOUNT: u8 = 1;
/// The forms of *Aansluitingen*.
const CONNECTIONS: u8 = 2;
// LIMIT: bytes of a draft; a form that is filled in to the last field has a tenth.
const BYTES_MAX: usize = 64 * 1024;

/// What comes with a person who comes in.
pub(crate) struct Kept {
    key: Option<DraftKey>,
    account: Option<NewAccountDraft>,
    connections: Option<ConnectionsDraft>,
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
    let opened = |place| {
        let sealed = engine.archive.store().draft(own.record().account, place, now).ok().flatten();
        sealed.and_then(|sealed| own.open_draft(place, &sealed).ok())
    };
    Kept {
        key: own.draft_key().ok(),
        account: opened(NEW_ACCOUNT).and_then(|text| read(std::str::from_utf8(&text).ok()?)),
        connections: opened(CONNECTIONS).and_then(|text| connections::read(std::str::from_utf8(&text).ok()?)),
    }
}

/// Gives it back to the session that has begun, where its role has the form.
pub(crate) fn give_back(engine: &mut Engine, kept: Kept) {
    let Place::Inside(signed_in) = &engine.place else { return };
    engine.drafts = None;
    if rail::who(signed_in).role != RoleName::FunctionalAdministrator {
        return;
    }
    engine.drafts = kept.key;
    let text = match (&kept.account, &kept.connections) {
        (None, None) => return,
        (Some(_), None) => "notice-draft-kept",
        (None, Some(_)) => "notice-draft-kept-connections",
        (Some(_), Some(_)) => "notice-draft-kept-both",
    };
    if let Some(draft) = kept.account {
        engine.view.accounts.begin(draft);
    }
    if let Some(draft) = kept.connections {
        engine.view.connections.begin(draft);
    }
    engine.notice.get_or_insert(Notice { kind: NoticeKind::Done, text, values: vec![] });
}

/// Keeps what was typed; also while the session is locked, by what was typed until then.
pub(crate) fn keep(engine: &mut Engine, draft: &Draft, now: DateTime<Utc>) -> Result<(), AppError> {
    let (place, text) = match draft {
        Draft::NewAccount(draft) => (NEW_ACCOUNT, (!draft.is_empty()).then(|| written(draft))),
        Draft::Connections(draft) => (CONNECTIONS, (!draft.is_empty()).then(|| connections::written(draft))),
        Draft::Reflection(typed) => return reflections::keep(engine, typed, now),
    };
    let Some(key) = &engine.drafts else { return Ok(()) };
    let seal = |text: Zeroizing<String>| key.seal(place, text.as_bytes());
    let text = text.filter(|text| text.len() <= BYTES_MAX);
    let sealed = text.map(seal).transpose().map_err(|_| AppError::refused("error-system", vec![]))?;
    engine.archive.store_mut().keep_draft(key.account(), place, sealed.as_deref(), now)?;
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
