//! What the functional administrator's commands do; *Instellingen*: what holds for every window.
//!
//! **Not here:** *Ontvangst* (`reception`), *Berichtprofielen* (`profiles_screen`), accounts (`accounts`).

use std::{collections::BTreeSet, path::PathBuf};

use access::{FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use domain::RoleName;
use store::{Archive, DutyDates, KeyOwner, LinesFault, PeerSupport, RavContact, RavContactFault, WindowSettings};
use viewmodel::{Alarm, Command, Notice, NoticeKind, SettingsScreen};

use crate::{
    assistant::open_duties,
    assistant_pages::date,
    background::Work,
    engine::Progress,
    error::{AppError, shown},
    receiving::Receiving,
    reception,
};

/// Does what a command asks; gives what it begins behind the screen. Commands of other screens do nothing here.
pub(crate) fn execute(
    archive: &mut Archive,
    session: &Session<FunctionalAdministrator>,
    view: &mut reception::View,
    may_import: bool,
    command: Command,
    now: DateTime<Utc>,
) -> Result<Option<Work>, AppError> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the commands of other screens do nothing here")]
    match command {
        Command::ImportFiles(paths) if may_import => return Ok(Some(Work::Import(paths))),
        Command::SetWindows { lock_minutes, content_protected } => {
            let new = WindowSettings { lock_minutes, content_protected };
            archive.store_mut().set_window_settings(session, new, now)?;
        }
        Command::SetDuties(dates) => {
            let [dpia, works_council, register] = dates.map(|typed| date(&typed));
            let dates = DutyDates { dpia: dpia?, works_council: works_council?, register: register? };
            archive.store_mut().change_duty_dates(session, &dates, now)?;
        }
        Command::SetPeerSupport(typed) => {
            let new = PeerSupport::typed(&typed).map_err(peer_support_fault)?;
            archive.store_mut().set_peer_support(session, &new, now)?;
        }
        Command::SetRavContact(typed) => {
            let new = RavContact::typed(&typed).map_err(rav_contact_fault)?;
            archive.store_mut().set_rav_contact(session, &new, now)?;
        }
        Command::Reception(command) => reception::execute(archive, session, view, command, now)?,
        _ => {}
    }
    Ok(None)
}

fn peer_support_fault(fault: LinesFault) -> AppError {
    let [name, telephone, hours] = PeerSupport::CHARACTERS_MAX.map(|most| most.to_string());
    match fault {
        LinesFault::NoName => AppError::refused("error-peer-support-name", vec![]),
        LinesFault::NoText => AppError::refused("error-peer-support-text", vec![]),
        LinesFault::TooLong => AppError::refused(
            "error-peer-support-long",
            vec![("name", name), ("telephone", telephone), ("hours", hours)],
        ),
    }
}

fn rav_contact_fault(fault: RavContactFault) -> AppError {
    let [function, telephone, mail] = RavContact::CHARACTERS_MAX.map(|most| most.to_string());
    match fault {
        RavContactFault::Line(LinesFault::NoName) => AppError::refused("error-rav-contact-function", vec![]),
        RavContactFault::Line(LinesFault::NoText) => AppError::refused("error-rav-contact-text", vec![]),
        RavContactFault::Line(LinesFault::TooLong) => AppError::refused(
            "error-rav-contact-long",
            vec![("function", function), ("telephone", telephone), ("mail", mail)],
        ),
        RavContactFault::NoMail => AppError::refused("error-rav-contact-mail", vec![]),
    }
}

/// *Instellingen*.
pub(crate) fn settings(
    now: WindowSettings,
    duties: &DutyDates,
    peer_support: PeerSupport,
    rav_contact: RavContact,
) -> SettingsScreen {
    let PeerSupport { name, telephone: crew, hours } = peer_support;
    let RavContact { function, telephone, mail } = rav_contact;
    let WindowSettings { lock_minutes, content_protected } = now;
    let set = |lock_minutes, content_protected| Command::SetWindows { lock_minutes, content_protected };
    // Few enough to choose from; one that was set otherwise stands among them.
    let mut minutes = vec![1, 2, 5, 10, 15, lock_minutes];
    minutes.sort_unstable();
    minutes.dedup();
    SettingsScreen {
        lock_minutes: minutes.into_iter().map(|minutes| (minutes, set(minutes, content_protected))).collect(),
        lock_minutes_now: lock_minutes,
        content_protected,
        protect: set(lock_minutes, !content_protected),
        can_protect: cfg!(any(windows, target_os = "macos")),
        duties: [duties.dpia, duties.works_council, duties.register],
        open_duties: open_duties(duties),
        peer_support: [name, crew, hours],
        rav_contact: [function, telephone, mail],
    }
}

/// That nothing is destroyed while the clock is in doubt.
pub(crate) fn clock(archive: &Archive) -> Result<Option<Notice>, AppError> {
    let doubted = archive.store().clock_doubted()?;
    Ok(doubted.map(|last| {
        let values = vec![("last", shown(last))];
        Notice { kind: NoticeKind::Attention, text: "notice-clock-doubted", values }
    }))
}

/// Takes files in. The notice holds counts alone: a file's name may say whom it is about.
pub(crate) fn import(
    receiving: Option<&mut Receiving>,
    paths: &[PathBuf],
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Result<Option<Notice>, AppError> {
    let Some(receiving) = receiving else { return Ok(None) };
    let mut go_on = |done, all| progress("progress-import", done, all);
    let done = receiving.import_messages(paths, now, &mut go_on).map_err(without_place)?;
    // With nothing taken in, or nothing left, there is nothing to tell but why.
    if let Some(error) = &done.failed
        && (done.left == 0 || done.taken_in + done.repeated + done.superseded + done.refused == 0)
    {
        return Err(error.clone());
    }
    let rules: BTreeSet<&str> = done.refusals.iter().map(|refused| refused.rule.id()).collect();
    let values = vec![
        ("taken", done.taken_in.to_string()),
        ("repeated", done.repeated.to_string()),
        ("superseded", done.superseded.to_string()),
        ("refused", done.refused.to_string()),
        ("rules", rules.into_iter().collect::<Vec<_>>().join(", ")),
        ("unreadable", done.unreadable.len().to_string()),
        ("left", done.left.to_string()),
    ];
    let (kind, text) = match (done.left, done.refused, done.unreadable.is_empty()) {
        (0, 0, true) => (NoticeKind::Done, "notice-imported"),
        (0, 0, false) => (NoticeKind::Attention, "notice-imported-unreadable"),
        (0, _, _) => (NoticeKind::Attention, "notice-imported-refused"),
        (_, _, _) if done.failed.is_some() => (NoticeKind::Attention, "notice-imported-failed"),
        (_, _, _) => (NoticeKind::Attention, "notice-imported-left"),
    };
    Ok(Some(Notice { kind, text, values }))
}

/// A file that cannot be read, without its name.
pub(crate) fn without_place(error: AppError) -> AppError {
    if error.key.starts_with("error-file") {
        return AppError { key: "error-import-file", values: Vec::new(), ..error };
    }
    error
}

/// That a public key was exchanged: whose, by role or staff number.
pub(crate) fn key_alarm(owner: &KeyOwner) -> Alarm {
    let of_role = |text| Alarm { text, values: Vec::new(), take_up: None };
    match owner {
        KeyOwner::Role(RoleName::Administration) => of_role("alarm-key-administration"),
        KeyOwner::Role(RoleName::MedicalManager) => of_role("alarm-key-medical-manager"),
        KeyOwner::Role(RoleName::PrivacyOfficer) => of_role("alarm-key-privacy-officer"),
        // These roles have no key of their own.
        KeyOwner::Role(RoleName::Professional | RoleName::FunctionalAdministrator) | KeyOwner::Routing => {
            of_role("alarm-key-routing")
        }
        KeyOwner::Staff(staff) => {
            Alarm { text: "alarm-key-staff", values: vec![("staff", staff.clone())], take_up: None }
        }
    }
}
