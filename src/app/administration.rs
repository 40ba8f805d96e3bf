//! *Patiëntidentificatie*, for the RAV's administration: masked BSN, reveal with purpose, made sure, closed.

use std::collections::BTreeMap;

use access::{Administration, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Gender, Identification, IdentificationContent, MessageId, Purpose, Sensitive};
use store::{
    Archive, Asked, DESTROY_AFTER_DAYS, NOTE_CHARACTERS_MAX, RegisterRow, StoreError, UNDO_SECONDS, WorkReason,
    WorkRow, WorkState,
};
use viewmodel::{
    AscertainedBy, AwaitedRide, Command, IdentificationCommand, IdentificationDetail, IdentificationRow,
    IdentificationTab, IdentificationsScreen, ItemId, MaskedBsn, NoteShown, NoteTyped, Notice, NoticeKind, Reason,
    RevealPurpose, RideData, WaitingRow, Words,
};
use zeroize::Zeroizing;

use crate::{bill, error::AppError, local, undo::Undoable};

/// Seconds a BSN stays shown.
const SHOWN_SECONDS: i64 = 30;
// LIMIT: lines of a worklist that are computed at once, and that each wish for more adds.
const ROWS: u32 = 200;

pub(crate) struct View {
    tab: IdentificationTab,
    rows_max: u32,
    selected: Option<ItemId>,
    shown: Option<Shown>,
    closed: Option<Undoable<ItemId>>,
    /// Notes that were typed and not kept yet, by item.
    notes: BTreeMap<i64, Zeroizing<String>>,
}

struct Shown {
    item: ItemId,
    message: MessageId,
    why: Purpose,
    content: IdentificationContent,
    until: DateTime<Utc>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            tab: IdentificationTab::Open,
            rows_max: ROWS,
            selected: None,
            shown: None,
            closed: None,
            notes: BTreeMap::new(),
        }
    }
}

impl View {
    /// What was in hand goes; what was typed stays.
    fn anew(&mut self) -> Self {
        Self { notes: std::mem::take(&mut self.notes), ..Self::default() }
    }

    /// What was typed comes back with its person.
    pub(crate) fn give_back(&mut self, notes: Vec<(i64, Zeroizing<String>)>) {
        self.notes = notes.into_iter().collect();
    }

    /// What is typed at an item: other words than are noted there, which are to be kept, or the same.
    pub(crate) fn typed(
        &mut self,
        store: &store::Store,
        session: &Session<Administration>,
        typed: &NoteTyped,
    ) -> Result<bool, AppError> {
        // REVEAL: compared with what its writer types.
        let noted = store.note(session, typed.item.0)?.map(|note| note.reveal().to_owned()).unwrap_or_default();
        let is_other = typed.words.trim() != noted;
        if is_other {
            self.notes.insert(typed.item.0, typed.words.clone());
        } else {
            self.notes.remove(&typed.item.0);
        }
        Ok(is_other)
    }

    /// Seconds left of what is shown.
    pub(crate) fn shown_seconds(&self, now: DateTime<Utc>) -> Option<u32> {
        let left = self.shown.as_ref().map(|s| (s.until - now).num_seconds() + 1)?;
        Some(u32::try_from(left.max(0)).unwrap_or(0))
    }
}

pub(crate) fn execute(
    archive: &mut Archive,
    session: &Session<Administration>,
    view: &mut View,
    command: Command,
    clipboard: &mut Option<(Words, u32)>,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the commands of other screens do nothing here")]
    match command {
        Command::IdentificationTab(tab) => *view = View { tab, ..view.anew() },
        Command::SelectItem(item) => {
            view.shown = None;
            view.selected = Some(item);
        }
        Command::Claim(item) => archive.store_mut().claim(session, item.0, now)?,
        Command::RevealBsn(item, purpose) => reveal(archive, session, view, item, purpose, now)?,
        Command::MaskBsn => view.shown = None,
        Command::CopyBsn(item, index) => {
            let shown = view.shown.as_ref().filter(|s| s.item == item && s.until > now);
            if let Some((shown, bsn)) = shown.and_then(|s| Some((s, bsns_of(&s.content).nth(index)?))) {
                archive.log_copied(session, shown.message, shown.why, now)?;
                // REVEAL: to the clipboard, which is cleared after 30 seconds.
                let words = Words::new(bsn.reveal().to_string());
                *clipboard = Some((words, u32::try_from(SHOWN_SECONDS).unwrap_or(30)));
            }
        }
        Command::ShowMore => view.rows_max = view.rows_max.saturating_add(ROWS),
        Command::CloseItem { item, by } => {
            let ride = archive.store().work_item(item.0, now)?.map(|row| row.ride).unwrap_or_default();
            archive.store_mut().close_item(session, item.0, ascertained(by), now)?;
            // The next stands first now.
            *view = View { tab: view.tab, rows_max: view.rows_max, ..view.anew() };
            view.closed = Some(Undoable { of: item, ride, until: now + TimeDelta::seconds(UNDO_SECONDS) });
        }
        Command::Investigate(item) => {
            archive.store_mut().investigate(session, item.0, now)?;
            view.shown = None;
            view.selected = None;
        }
        Command::Identification(command) => return further(archive, session, view, command, now),
        _ => {}
    }
    Ok(None)
}

fn further(
    archive: &mut Archive,
    session: &Session<Administration>,
    view: &mut View,
    command: IdentificationCommand,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    let store = archive.store_mut();
    match command {
        IdentificationCommand::Reopen(item) => {
            store.reopen_item(session, item.0, now)?;
            *view = View { selected: Some(item), ..view.anew() };
        }
        IdentificationCommand::Later(item) => {
            store.let_go(session, item.0, now)?;
            (view.shown, view.selected) = (None, None);
        }
        IdentificationCommand::Note(item, note) => {
            let note = note.trim();
            store.set_note(session, item.0, note, now)?;
            view.notes.remove(&item.0);
            let doubtful = !domain::identifiers_in_text(note).is_empty();
            let (kind, text) = match (doubtful, note.is_empty()) {
                (true, _) => (NoticeKind::Attention, "notice-note-identifies"),
                (false, false) => (NoticeKind::Done, "notice-note-kept"),
                (false, true) => (NoticeKind::Done, "notice-note-gone"),
            };
            return Ok(Some(Notice { kind, text, values: vec![] }));
        }
        IdentificationCommand::Called(ride) => store.note_asked(session, ride, Asked::Called, now)?,
        IdentificationCommand::HasNone(ride) => store.note_asked(session, ride, Asked::HasNone, now)?,
        IdentificationCommand::ExportClosed(path) => return bill::export(archive, session, &path, now).map(Some),
    }
    Ok(None)
}

fn ascertained(by: AscertainedBy) -> u8 {
    match by {
        AscertainedBy::BirthDateAndGender => 1,
        AscertainedBy::AskedHospital => 2,
        AscertainedBy::SbvZ => 3,
        AscertainedBy::Cov => 4,
    }
}

fn reveal(
    archive: &mut Archive,
    session: &Session<Administration>,
    view: &mut View,
    item: ItemId,
    purpose: RevealPurpose,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let why = match purpose {
        RevealPurpose::CompleteRide => Purpose::CompleteRide,
        RevealPurpose::AskHospital => Purpose::AskHospital,
    };
    view.shown = None;
    // The screen offers it for an item that this clerk holds; another clerk may have taken it up since.
    let row = archive.store().work_item(item.0, now)?.filter(|row| holds(row, session));
    let Some(row) = row else { return Err(StoreError::NotYours.into()) };
    if let Some(content) = archive.open::<Identification, _>(session, row.message, why, now)? {
        let until = now + TimeDelta::seconds(SHOWN_SECONDS);
        view.shown = Some(Shown { item, message: row.message, why, content, until });
    }
    Ok(())
}

/// This session's account has taken the item up, and it is not closed.
fn holds(row: &WorkRow, session: &Session<Administration>) -> bool {
    row.closed.is_none() && row.claimed.as_ref().is_some_and(|(account, ..)| *account == session.account())
}

/// The BSNs of an item, in the order of the screen.
fn bsns_of(content: &IdentificationContent) -> impl Iterator<Item = &domain::ReturnedBsn> {
    std::iter::once(&content.bsn).chain(&content.other_bsns)
}

fn reason(reason: WorkReason) -> Reason {
    match reason {
        WorkReason::NotAnnounced => Reason::NotAnnounced,
        WorkReason::Differs => Reason::Differs,
        WorkReason::Invalid => Reason::Invalid,
        WorkReason::TwoNumbers => Reason::TwoNumbers,
        WorkReason::RideUnknown => Reason::RideUnknown,
        WorkReason::NotTakenOver => Reason::NotTakenOver,
    }
}

pub(crate) fn screen(
    archive: &Archive,
    session: &Session<Administration>,
    view: &View,
    now: DateTime<Utc>,
) -> Result<IdentificationsScreen, AppError> {
    let store = archive.store();
    let (open, investigating, closed, awaited) = store.work_counts(now)?;
    let counts = [
        (IdentificationTab::Open, open),
        (IdentificationTab::AwaitingHospital, awaited),
        (IdentificationTab::Investigating, investigating),
        (IdentificationTab::Closed, closed),
    ];
    let state = match view.tab {
        IdentificationTab::Open => Some(WorkState::Open),
        IdentificationTab::Investigating => Some(WorkState::Investigating),
        IdentificationTab::Closed => Some(WorkState::Closed),
        IdentificationTab::AwaitingHospital => None,
    };
    let mut list = List::default();
    match state {
        Some(state) => {
            // One more than is shown tells whether there is more.
            let mut found = store.work_list(state, now, view.rows_max.saturating_add(1))?;
            list.has_more = cut(&mut found, view.rows_max);
            let selected = view.selected.map(|s| s.0).filter(|s| found.iter().any(|r| r.item == *s));
            let selected = selected.or_else(|| found.first().map(|r| r.item));
            for row in found {
                let is_selected = selected == Some(row.item);
                list.rows.push(work_row(&row, session, is_selected, now));
                if is_selected {
                    let note = store.note(session, row.item)?;
                    list.detail = Some(self::detail(row, note, session, view, now));
                }
            }
        }
        None => self::awaited(store, view, &mut list, now)?,
    }
    let counts = counts.into_iter().map(|(tab, n)| (tab, n, Command::IdentificationTab(tab))).collect();
    let List { rows, has_more, detail, awaited } = list;
    Ok(IdentificationsScreen {
        tab: view.tab,
        counts,
        rows,
        more: has_more.then_some(Command::ShowMore),
        detail,
        awaited,
        undo: view
            .closed
            .as_ref()
            .and_then(|closed| closed.shown(|item| Command::Identification(IdentificationCommand::Reopen(item)), now)),
        export: (view.tab == IdentificationTab::Closed && closed > 0)
            .then_some(|path| Command::Identification(IdentificationCommand::ExportClosed(path))),
    })
}

#[derive(Default)]
struct List {
    rows: Vec<IdentificationRow>,
    has_more: bool,
    detail: Option<IdentificationDetail>,
    awaited: Option<AwaitedRide>,
}

/// Keeps so many rows; whether there were more.
fn cut<T>(rows: &mut Vec<T>, most: u32) -> bool {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    more
}

fn awaited(store: &store::Store, view: &View, list: &mut List, now: DateTime<Utc>) -> Result<(), AppError> {
    let mut rides = store.awaited_rides(now, view.rows_max.saturating_add(1))?;
    list.has_more = cut(&mut rides, view.rows_max);
    // Rides are no work items: negative numbers, which no command of an item accepts.
    let number = |ride: &store::AwaitedRide| ItemId(-1 - ride.id);
    let selected = view.selected.filter(|item| rides.iter().any(|ride| number(ride) == *item));
    let selected = selected.or_else(|| rides.first().map(number));
    for ride in rides {
        let item = number(&ride);
        let age_days = (now - ride.handed_over).num_days();
        list.rows.push(IdentificationRow {
            item,
            reason: Reason::NotAnnounced,
            ride: ride.ride.clone(),
            hospital: ride.hospital.clone(),
            age_days,
            claimed_by: None,
            mine: false,
            waits: Some(WaitingRow {
                handed_over: local::time(ride.handed_over),
                telephone: ride.telephone.clone(),
                called: ride.called.map(local::day),
                none: ride.none.is_some(),
            }),
            selected: Some(item) == selected,
            select: Command::SelectItem(item),
        });
        if Some(item) == selected {
            list.awaited = Some(AwaitedRide {
                ride: ride.ride,
                hospital: ride.hospital,
                age_days,
                ride_data: ride_data(ride.register),
                contact: ride.telephone,
                called: ride.called.map(local::day),
                none: ride.none.map(|(at, by_message)| (local::day(at), by_message)),
                note_called: Command::Identification(IdentificationCommand::Called(ride.id)),
                note_none: Command::Identification(IdentificationCommand::HasNone(ride.id)),
            });
        }
    }
    Ok(())
}

fn work_row(row: &WorkRow, session: &Session<Administration>, selected: bool, now: DateTime<Utc>) -> IdentificationRow {
    let mine = row.claimed.as_ref().is_some_and(|(account, ..)| *account == session.account());
    IdentificationRow {
        item: ItemId(row.item),
        reason: reason(row.reason),
        ride: row.ride.clone(),
        hospital: row.hospital.clone(),
        age_days: (now - row.received).num_days(),
        claimed_by: row.claimed.as_ref().map(|(_, name, _)| name.clone()),
        mine,
        waits: None,
        selected,
        select: Command::SelectItem(ItemId(row.item)),
    }
}

pub(crate) fn ride_data(register: RegisterRow) -> RideData {
    RideData {
        departed: register.departed.map(local::time),
        handed_over: register.handed_over.map(local::time),
        vehicle: register.vehicle,
        post: register.post,
        urgency: register.urgency,
    }
}

pub(crate) fn gender_key(gender: Gender) -> &'static str {
    match gender {
        Gender::Male => "gender-male",
        Gender::Female => "gender-female",
        Gender::Undifferentiated => "gender-undifferentiated",
    }
}

fn noted(note: Option<Sensitive>, typed: Option<&Zeroizing<String>>, may_act: bool) -> Option<NoteShown> {
    if note.is_none() && !may_act {
        return None;
    }
    // REVEAL: on the screen of the administration, to which it is sealed.
    let words = note.map(|note| note.reveal().to_owned()).unwrap_or_default();
    Some(NoteShown {
        words: Words::new(words),
        characters_max: NOTE_CHARACTERS_MAX,
        // REVEAL: back into the field of who typed it.
        typed: typed.filter(|_| may_act).map(|words| Words::new(words.to_string())),
        keep: may_act.then_some(|item, note| Command::Identification(IdentificationCommand::Note(item, note))),
    })
}

fn detail(
    row: WorkRow,
    note: Option<Sensitive>,
    session: &Session<Administration>,
    view: &View,
    now: DateTime<Utc>,
) -> IdentificationDetail {
    let item = ItemId(row.item);
    let shown = view.shown.as_ref().filter(|s| s.item == item && s.until > now);
    let claim = row.claimed.as_ref().filter(|(account, ..)| *account == session.account());
    let others = row.claimed.is_some() && claim.is_none();
    let closed = row.closed.is_some();
    let destroyed = closed && row.destroy_after.is_none();
    let destroy = row.destroy_after.unwrap_or(now + TimeDelta::days(DESTROY_AFTER_DAYS));
    let may_act = claim.is_some() && !closed;
    let mine = claim.map(|(_, _, at)| local::time(*at));
    IdentificationDetail {
        item,
        reason: reason(row.reason),
        ride: row.ride,
        hospital: row.hospital,
        received: local::time(row.received),
        ride_data: row.register.map(ride_data),
        bsns: if destroyed { Vec::new() } else { bsns(item, shown, row.reason, may_act, now) },
        birth_date: shown.and_then(|s| s.content.birth_date).map(|d| Words::new(d.to_string())),
        gender: shown.and_then(|s| s.content.gender).map(gender_key),
        claimed: mine,
        claim: (!closed && mine.is_none() && !others).then_some(Command::Claim(item)),
        close: if may_act {
            AscertainedBy::ALL.map(|by| (by, Command::CloseItem { item, by })).into()
        } else {
            Vec::new()
        },
        note: noted(note, view.notes.get(&row.item), may_act),
        investigate: may_act.then_some(Command::Investigate(item)),
        later: may_act.then_some(Command::Identification(IdentificationCommand::Later(item))),
        ambulance_had: row.announced,
        before: row.before.map(|(at, same)| (local::day(at), same)),
        confirmed: row.confirmed.map(local::day),
        disappears: local::day(destroy),
        closed: row.closed.map(local::time),
    }
}

fn bsns(item: ItemId, shown: Option<&Shown>, reason: WorkReason, may_show: bool, now: DateTime<Utc>) -> Vec<MaskedBsn> {
    let purposes = if may_show { &[RevealPurpose::CompleteRide, RevealPurpose::AskHospital][..] } else { &[][..] };
    let reveal = || purposes.iter().map(|p| (*p, Command::RevealBsn(item, *p))).collect();
    let Some(shown) = shown else {
        let masked = |reveal| MaskedBsn {
            mask: "••• ••• •••".to_owned(),
            valid: reason != WorkReason::Invalid,
            shown: None,
            reveal,
            copy: None,
            mask_again: None,
        };
        // Both are shown at once: one way to ask for it.
        let second = (reason == WorkReason::TwoNumbers).then(|| masked(Vec::new()));
        return std::iter::once(masked(reveal())).chain(second).collect();
    };
    let seconds = u32::try_from((shown.until - now).num_seconds().max(0)).unwrap_or(0);
    let all = bsns_of(&shown.content).enumerate();
    all.map(|(index, bsn)| MaskedBsn {
        mask: bsn.masked(),
        valid: bsn.is_valid(),
        // REVEAL: on the clerk's screen, for the seconds that are left; logged when opened.
        shown: Some((Words::new(bsn.reveal().to_string()), seconds)),
        reveal: reveal(),
        copy: Some(Command::CopyBsn(item, index)),
        mask_again: Some(Command::MaskBsn),
    })
    .collect()
}
