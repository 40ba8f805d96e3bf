//! What a person has typed and not yet sent: sealed to his own key at every pause and at a lock, given back when he is in again.
//!
//! **Invariant:** the engine holds what seals a draft and nothing that opens one; a draft opens by the own key, which is in
//! hand when its person comes in, and at no other time.
//! **Not here:** when a pause is one (`ui`), how it is kept (`store`).

mod connections;

use access::{DraftKey, OwnKey, SignedIn};
use chrono::{DateTime, Utc};
use domain::RoleName;
use store::{DRAFT_OF_NOTE, DRAFT_OF_REFLECTION};
use viewmodel::{ConnectionsDraft, Draft, NewAccountDraft, NoteTyped, Notice, NoticeKind};
use zeroize::Zeroizing;

use crate::{
    engine::{Engine, Place},
    error::AppError,
    rail::{self, role_of, role_shown},
    reflections, rewriting,
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
    notes: Vec<(i64, Zeroizing<String>)>,
    rewriting: Vec<(i64, Zeroizing<String>)>,
}

/// What the drafts of a session are sealed to, and whose forms it has.
pub(crate) struct Drafts {
    key: DraftKey,
    role: RoleName,
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
    let all = |place| {
        let sealed = engine.archive.store().drafts(own.record().account, place, now).unwrap_or_default();
        sealed
            .into_iter()
            .filter_map(move |(about, sealed)| Some((about, own.open_draft((place, about), &sealed).ok()?)))
    };
    let one = |place| all(place).find(|(about, _)| *about == 0).map(|(_, text)| text);
    let words = |(about, text): (i64, Zeroizing<Vec<u8>>)| {
        Some((about, Zeroizing::new(std::str::from_utf8(&text).ok()?.to_owned())))
    };
    Kept {
        key: own.draft_key().ok(),
        account: one(NEW_ACCOUNT).and_then(|text| read(std::str::from_utf8(&text).ok()?)),
        connections: one(CONNECTIONS).and_then(|text| connections::read(std::str::from_utf8(&text).ok()?)),
        notes: all(DRAFT_OF_NOTE).filter_map(words).collect(),
        rewriting: all(DRAFT_OF_REFLECTION).filter_map(words).collect(),
    }
}

/// Gives it back to the session that has begun, where its role has the form.
pub(crate) fn give_back(engine: &mut Engine, kept: Kept) {
    let Place::Inside(signed_in) = &engine.place else { return };
    let role = rail::who(signed_in).role;
    let Kept { key, account, connections, notes, rewriting } = kept;
    engine.drafts = None;
    let text = match role {
        RoleName::FunctionalAdministrator => administrators(engine, account, connections),
        RoleName::Administration => {
            let text = (!notes.is_empty()).then_some("notice-draft-kept-note");
            engine.view.administration.give_back(notes);
            text
        }
        RoleName::Professional => {
            let view = &mut engine.view.reflections.rewriting;
            // The newest alone: one is written at a time.
            let given = rewriting.first().is_some_and(|(number, text)| view.give_back(*number, text));
            given.then_some("notice-draft-kept-reflection")
        }
        RoleName::MedicalManager | RoleName::PrivacyOfficer => return,
    };
    engine.drafts = key.map(|key| Drafts { key, role });
    if let Some(text) = text {
        engine.notice.get_or_insert(Notice { kind: NoticeKind::Done, text, values: vec![] });
    }
}

fn administrators(
    engine: &mut Engine,
    account: Option<NewAccountDraft>,
    connections: Option<ConnectionsDraft>,
) -> Option<&'static str> {
    let text = match (&account, &connections) {
        (None, None) => None,
        (Some(_), None) => Some("notice-draft-kept"),
        (None, Some(_)) => Some("notice-draft-kept-connections"),
        (Some(_), Some(_)) => Some("notice-draft-kept-both"),
    };
    if let Some(draft) = account {
        engine.view.accounts.begin(draft);
    }
    if let Some(draft) = connections {
        engine.view.connections.begin(draft);
    }
    text
}

/// Keeps what was typed; also while the session is locked, by what was typed until then.
pub(crate) fn keep(engine: &mut Engine, draft: &Draft, now: DateTime<Utc>) -> Result<(), AppError> {
    let administrator = RoleName::FunctionalAdministrator;
    let (role, place, text) = match draft {
        Draft::NewAccount(draft) => (administrator, (NEW_ACCOUNT, 0), (!draft.is_empty()).then(|| written(draft))),
        Draft::Connections(draft) => {
            (administrator, (CONNECTIONS, 0), (!draft.is_empty()).then(|| connections::written(draft)))
        }
        Draft::Reflection(typed) => return reflections::keep(engine, typed, now),
        Draft::Note(typed) => {
            let is_other = is_other(engine, typed)?;
            (RoleName::Administration, (DRAFT_OF_NOTE, typed.item.0), is_other.then(|| typed.words.clone()))
        }
        Draft::Rewriting(typed) => {
            let is_other = reflections::is_rewritten(engine, typed, now)?;
            let place = (DRAFT_OF_REFLECTION, typed.reflection.0);
            (RoleName::Professional, place, is_other.then(|| rewriting::written(typed)))
        }
    };
    let Some(Drafts { key, .. }) = engine.drafts.as_ref().filter(|drafts| drafts.role == role) else { return Ok(()) };
    let seal = |text: Zeroizing<String>| key.seal(place, text.as_bytes());
    let text = text.filter(|text| text.len() <= BYTES_MAX);
    let sealed = text.map(seal).transpose().map_err(|_| AppError::refused("error-system", vec![]))?;
    engine.archive.store_mut().keep_draft(key.account(), place, sealed.as_deref(), now)?;
    Ok(())
}

/// Whether a note that is typed says something else than is noted; while the session is locked nobody knows, and it is kept.
fn is_other(engine: &mut Engine, typed: &NoteTyped) -> Result<bool, AppError> {
    let Engine { archive, view, place: Place::Inside(signed_in), .. } = engine else { return Ok(true) };
    match signed_in.as_ref() {
        SignedIn::Administration(session) => view.administration.typed(archive.store(), session, typed),
        SignedIn::Professional(_)
        | SignedIn::MedicalManager(_)
        | SignedIn::FunctionalAdministrator(_)
        | SignedIn::PrivacyOfficer(_) => Ok(false),
    }
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
