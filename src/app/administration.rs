//! *Patiëntidentificatie*, for the RAV's administration: masked BSN, reveal with purpose, made sure, closed.

use access::{Administration, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Gender, Identification, IdentificationContent, MessageId, Purpose};
use store::{Archive, DESTROY_AFTER_DAYS, RegisterRow, WorkReason, WorkRow, WorkState};
use viewmodel::{
    AscertainedBy, Command, IdentificationDetail, IdentificationRow, IdentificationTab, IdentificationsScreen, ItemId,
    MaskedBsn, Reason, RevealPurpose, RideData, Words,
};

use crate::{error::AppError, local};

/// Seconds a BSN stays shown.
const SHOWN_SECONDS: i64 = 30;
// LIMIT: lines of a worklist that are computed at once.
const ROWS_MAX: u32 = 500;

pub(crate) struct View {
    tab: IdentificationTab,
    selected: Option<ItemId>,
    shown: Option<Shown>,
}

struct Shown {
    item: ItemId,
    message: MessageId,
    content: IdentificationContent,
    until: DateTime<Utc>,
}

impl Default for View {
    fn default() -> Self {
        Self { tab: IdentificationTab::Open, selected: None, shown: None }
    }
}

impl View {
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
) -> Result<(), AppError> {
    match command {
        Command::IdentificationTab(tab) => *view = View { tab, ..View::default() },
        Command::SelectItem(item) => {
            view.shown = None;
            view.selected = Some(item);
        }
        Command::Claim(item) => archive.store_mut().claim(session, item.0, now)?,
        Command::RevealBsn(item, purpose) => reveal(archive, session, view, item, purpose, now)?,
        Command::MaskBsn => view.shown = None,
        Command::CopyBsn(item) => {
            if let Some(shown) = view.shown.as_ref().filter(|s| s.item == item && s.until > now) {
                archive.log_copied(session, shown.message, now)?;
                // REVEAL: to the clipboard, which is cleared after 30 seconds.
                let words = Words::new(shown.content.bsn.reveal().to_string());
                *clipboard = Some((words, u32::try_from(SHOWN_SECONDS).unwrap_or(30)));
            }
        }
        Command::CloseItem { item, by } => {
            archive.store_mut().close_item(session, item.0, ascertained(by), now)?;
            view.shown = None;
            view.selected = None;
        }
        Command::Investigate(item) => {
            archive.store_mut().investigate(session, item.0, now)?;
            view.shown = None;
            view.selected = None;
        }
        Command::SignIn { .. }
        | Command::SignInDemo(_)
        | Command::ChooseRole(_)
        | Command::StartActivation
        | Command::Activate { .. }
        | Command::BackToSignIn
        | Command::Lock
        | Command::SignOut
        | Command::Open(_)
        | Command::Cancel
        | Command::Refresh
        | Command::SelectRecord(_)
        | Command::OpenRecord(_)
        | Command::CloseRecord
        | Command::Publish
        | Command::ImportFiles(_)
        | Command::VerifyChain
        | Command::SelectAuditLine(_)
        | Command::AuditPage { .. } => {}
    }
    Ok(())
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
    let Some(row) = archive.store().work_item(item.0, now)? else { return Ok(()) };
    view.shown = None;
    if let Some(content) = archive.open::<Identification, _>(session, row.message, why, now)? {
        let until = now + TimeDelta::seconds(SHOWN_SECONDS);
        view.shown = Some(Shown { item, message: row.message, content, until });
    }
    Ok(())
}

fn reason(reason: WorkReason) -> Reason {
    match reason {
        WorkReason::NotAnnounced => Reason::NotAnnounced,
        WorkReason::Differs => Reason::Differs,
        WorkReason::Invalid => Reason::Invalid,
        WorkReason::TwoNumbers => Reason::TwoNumbers,
        WorkReason::RideUnknown => Reason::RideUnknown,
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
    let mut rows = Vec::new();
    let mut detail = None;
    match state {
        Some(state) => {
            let list = store.work_list(state, now, ROWS_MAX)?;
            let selected = view.selected.map(|s| s.0).filter(|s| list.iter().any(|r| r.item == *s));
            let selected = selected.or_else(|| list.first().map(|r| r.item));
            for row in list {
                let is_selected = selected == Some(row.item);
                rows.push(work_row(&row, session, is_selected, now));
                if is_selected {
                    detail = Some(self::detail(row, session, view, now));
                }
            }
        }
        None => rows = awaited_rows(store, now)?,
    }
    let in_all = counts.iter().find(|(tab, _)| *tab == view.tab).map_or(0, |(_, n)| *n);
    let more = in_all.saturating_sub(rows.len() as u64);
    let counts = counts.into_iter().map(|(tab, n)| (tab, n, Command::IdentificationTab(tab))).collect();
    Ok(IdentificationsScreen { tab: view.tab, counts, rows, more, detail })
}

fn awaited_rows(store: &store::Store, now: DateTime<Utc>) -> Result<Vec<IdentificationRow>, AppError> {
    let rides = store.awaited_rides(now, ROWS_MAX)?;
    let rows = rides.into_iter().enumerate().map(|(i, ride)| {
        // Rides are no work items: negative numbers, which no command accepts.
        let item = ItemId(-1 - i64::try_from(i).unwrap_or(0));
        IdentificationRow {
            item,
            reason: Reason::NotAnnounced,
            ride: ride.ride,
            hospital: ride.hospital,
            age_days: (now - ride.handed_over).num_days(),
            claimed_by: None,
            mine: false,
            selected: false,
            select: Command::SelectItem(item),
        }
    });
    Ok(rows.collect())
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

fn detail(row: WorkRow, session: &Session<Administration>, view: &View, now: DateTime<Utc>) -> IdentificationDetail {
    let item = ItemId(row.item);
    let shown = view.shown.as_ref().filter(|s| s.item == item && s.until > now);
    let claim = row.claimed.as_ref().filter(|(account, ..)| *account == session.account());
    let others = row.claimed.is_some() && claim.is_none();
    let closed = row.closed.is_some();
    let destroyed = closed && row.destroy_after.is_none();
    let invalid = row.reason == WorkReason::Invalid;
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
        bsns: if destroyed { Vec::new() } else { bsns(item, shown, invalid, closed || others, now) },
        birth_date: shown.and_then(|s| s.content.birth_date).map(|d| Words::new(d.to_string())),
        gender: shown.and_then(|s| s.content.gender).map(gender_key),
        claimed: mine,
        claim: (!closed && mine.is_none() && !others).then_some(Command::Claim(item)),
        close: may_act,
        investigate: may_act.then_some(Command::Investigate(item)),
        disappears: local::day(destroy),
        closed: row.closed.map(local::time),
    }
}

fn bsns(item: ItemId, shown: Option<&Shown>, invalid: bool, locked: bool, now: DateTime<Utc>) -> Vec<MaskedBsn> {
    let purposes = if locked { &[][..] } else { &[RevealPurpose::CompleteRide, RevealPurpose::AskHospital][..] };
    let reveal = || purposes.iter().map(|p| (*p, Command::RevealBsn(item, *p))).collect();
    let Some(shown) = shown else {
        let mask = "••• ••• •••".to_owned();
        return vec![MaskedBsn { mask, valid: !invalid, shown: None, reveal: reveal(), copy: None, mask_again: None }];
    };
    let seconds = u32::try_from((shown.until - now).num_seconds().max(0)).unwrap_or(0);
    let all = std::iter::once(&shown.content.bsn).chain(&shown.content.other_bsns);
    all.map(|bsn| MaskedBsn {
        mask: bsn.masked(),
        valid: bsn.is_valid(),
        // REVEAL: on the clerk's screen, for the seconds that are left; logged when opened.
        shown: Some((Words::new(bsn.reveal().to_string()), seconds)),
        reveal: reveal(),
        copy: Some(Command::CopyBsn(item)),
        mask_again: Some(Command::MaskBsn),
    })
    .collect()
}
