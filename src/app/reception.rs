//! *Ontvangst*, for the functional administrator: counts per hospital against what is usual, messages of late, alarms; no content.
//!
//! **Invariant:** no work grows with the number of records: the counters are by day, the log is read in bounded pages.
//! **Not here:** when a hospital is silent for too long (`silence`), messages no profile recognised (`unrecognised`).

use access::{Event, FunctionalAdministrator, Session, SignedIn};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::IdentifierKind;
use store::{
    Archive, CertificateWarning, MessageLine, OverDeliveredPath, ReceiverState, Refusals, SenderCounts, Silent, Store,
    StoreError, TroubleRow, WatchAlarm, Way,
};
use viewmodel::{
    Alarm, AlarmOf, Command, Frame, MessageList, MessageOutcome, ReceptionCommand, ReceptionFilter, ReceptionRow,
    ReceptionScreen, ScreenName, SenderRow, StoreHealth, TooMuch, Usual, WayIn,
};

use crate::{
    certificates, checks,
    engine::{Engine, Place},
    error::AppError,
    free_text,
    functional_administrator::key_alarm,
    local, silence, unrecognised,
};

// LIMIT: messages of a page.
const ROWS: usize = 100;
const DAYS: i64 = 14;
/// Between two looks at who is silent: the counters of four months are asked for it.
const WATCH_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What is in hand on this screen.
#[derive(Default)]
pub(crate) struct View {
    filter: ReceptionFilter,
    /// Messages before this entry are listed; `None`: the newest.
    before: Option<u64>,
    /// The structure that is open, by its entry.
    structure: Option<(u64, String)>,
    /// Last entry of the log when the screen was computed, and the day it was.
    seen: Option<(u64, NaiveDate)>,
    /// Who was silent, and when that was looked at.
    watched: Option<(DateTime<Utc>, Vec<Silent>)>,
    /// What hindered receiving when the screen was computed.
    troubles: Vec<TroubleRow>,
    /// What the receiving process said of itself then.
    receiver: Option<ReceiverState>,
    /// Which certificates were near their end then, and how near.
    certificates: Vec<CertificateWarning>,
}

impl View {
    fn turn_to(&mut self, before: Option<u64>) {
        self.before = before;
        self.structure = None;
    }

    /// Who is silent, looked at once a minute; whoever has sent since is not.
    fn silent(&mut self, store: &Store, senders: &[SenderCounts], now: DateTime<Utc>) -> Result<&[Silent], StoreError> {
        let is_due = |at: &DateTime<Utc>| now < *at || now - *at >= WATCH_EVERY;
        if self.watched.as_ref().is_none_or(|(at, _)| is_due(at)) {
            self.watched = Some((now, silence::silent(store, senders, now)?));
        }
        let Some((_, silent)) = &mut self.watched else { return Ok(&[]) };
        let has_sent = |silent: &Silent| {
            senders.iter().any(|sender| sender.number == silent.sender && sender.last > Some(silent.counted_from))
        };
        silent.retain(|silent| !has_sent(silent));
        Ok(silent)
    }
}

/// Does what is asked here.
pub(crate) fn execute(
    archive: &mut Archive,
    session: &Session<FunctionalAdministrator>,
    view: &mut View,
    command: ReceptionCommand,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    match command {
        ReceptionCommand::Filter(filter) => {
            view.filter = filter;
            view.turn_to(None);
        }
        ReceptionCommand::Older(before) => view.turn_to(Some(before)),
        ReceptionCommand::Newest => view.turn_to(None),
        ReceptionCommand::Structure(None) => view.structure = None,
        ReceptionCommand::Structure(Some(entry)) => {
            let structure = archive.store_mut().refused_structure(session, entry, now)?;
            view.structure = structure.map(|text| (entry, text));
        }
        ReceptionCommand::TakeUp(of) => {
            view.watched = None;
            let senders = archive.store().senders()?;
            let taken = match of {
                AlarmOf::Silence { sender, since } => {
                    let silent = view.silent(archive.store(), &senders, now)?;
                    let is_it = |s: &&Silent| s.sender == sender && s.counted_from.timestamp() == since;
                    silent.iter().find(is_it).map(Silent::alarm)
                }
                AlarmOf::ProfileMissing { sender, count } => {
                    let rows = archive.store().unrecognised(session)?;
                    let is_it = unrecognised::refused(&rows).any(|(row, of)| row.sender == sender && of >= count);
                    is_it.then_some(WatchAlarm::ProfileMissing(sender, count))
                }
            };
            // An alarm that has gone meanwhile needs nobody.
            if let Some(alarm) = taken {
                archive.store_mut().take_up(session, alarm, now)?;
            }
            view.watched = None;
        }
    }
    Ok(())
}

impl Engine {
    /// *Ontvangst* anew, where it is open at its newest messages and something came in, the day turned, somebody
    /// fell silent, or a certificate came nearer to its end.
    pub(crate) fn news(&mut self, now: DateTime<Utc>) -> Option<Frame> {
        let Place::Inside(signed_in) = &self.place else { return None };
        let is_open = matches!(signed_in.as_ref(), SignedIn::FunctionalAdministrator(_))
            && self.at(signed_in) == ScreenName::Reception;
        if !is_open || self.is_at_work() {
            return None;
        }
        // What cannot be read now is tried again at the next look; the screen says itself what is wrong.
        has_news(self.archive.store(), &mut self.view.reception, now).unwrap_or(false).then(|| self.frame(now))
    }
}

fn has_news(store: &Store, view: &mut View, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let Some((seen, day)) = view.seen else { return Ok(false) };
    // Who reads older messages, or a structure, is not disturbed.
    if view.before.is_some() || view.structure.is_some() {
        return Ok(false);
    }
    let (received, last) = store.received_since(seen)?;
    view.seen = Some((last, day));
    if received || day != local::day(now) {
        return Ok(true);
    }
    let Some((at, before)) = &view.watched else { return Ok(false) };
    if now - *at < WATCH_EVERY {
        return Ok(false);
    }
    let who = |silent: &[Silent]| -> Vec<_> { silent.iter().map(|s| (s.sender, s.taken_up)).collect() };
    if store.troubles(now)? != view.troubles
        || Some(store.receiver()?) != view.receiver
        || store.certificate_warnings(now)? != view.certificates
    {
        return Ok(true);
    }
    let before = who(before);
    let senders = store.senders()?;
    Ok(who(view.silent(store, &senders, now)?) != before)
}

/// What is known of the hospitals, besides their counts.
struct Known<'a> {
    paths: &'a [OverDeliveredPath],
    by_day: &'a [(i64, i64, u64)],
    today: i64,
    silent: &'a [Silent],
    refusals: &'a [Refusals],
}

pub(crate) fn screen(
    (archive, session): (&Archive, &Session<FunctionalAdministrator>),
    view: &mut View,
    may_import: bool,
    now: DateTime<Utc>,
) -> Result<ReceptionScreen, AppError> {
    let store = archive.store();
    // Before the rest: what comes in meanwhile is news.
    view.seen = Some((store.log_length()?, local::day(now)));
    view.troubles = store.troubles(now)?;
    view.certificates = store.certificate_warnings(now)?;
    let unrecognised = store.unrecognised(session)?;
    let counts = store.status(false)?;
    view.receiver = Some(counts.receiver.clone());
    let today = local::day(now).signed_duration_since(NaiveDate::default()).num_days();
    let silent = view.silent(store, &counts.senders, now)?.to_vec();
    let known = Known {
        paths: &store.over_delivered_paths()?,
        by_day: &store.taken_in_by_day(today - DAYS)?,
        today,
        silent: &silent,
        refusals: &silence::refusals(store, now)?,
    };
    let senders: Vec<SenderRow> = counts.senders.iter().map(|one| sender(one, &known)).collect();
    let stand_still = checks::of(&counts).into_iter().filter(|check| check.stands_apart(&view.troubles));
    let stand_still: Vec<Alarm> = stand_still.map(|check| check.alarm(&counts.receiver)).collect();
    let troubles = view.troubles.iter().map(certificates::trouble);
    let missing = unrecognised::alarms(&unrecognised, &store.taken_up()?);
    let of_nobody = counts.received.refused > counts.senders.iter().map(|sender| sender.refused).sum();
    Ok(ReceptionScreen {
        alarms: counts.swapped_keys.iter().map(key_alarm).chain(stand_still).chain(troubles).chain(missing).collect(),
        certificates: certificates::alarms(&view.certificates),
        silent: senders.iter().filter_map(|row| row.silence.clone()).filter(|s| s.take_up.is_some()).collect(),
        ask_again: unrecognised::ask_again(&unrecognised),
        senders,
        messages: messages(store, view, (&counts.senders, of_nobody), now)?,
        health: StoreHealth {
            records: counts.records,
            linked: counts.linked,
            unlinked: counts.unlinked,
            waiting: counts.waiting,
            rides: counts.rides,
            oldest: counts.oldest_record,
        },
        import: may_import.then_some(Command::ImportFiles),
        refresh: Command::Refresh,
    })
}

fn status(name: &str) -> Option<&'static str> {
    match name {
        "unlisted" => Some("status-unlisted"),
        "not_started" => Some("status-not-started"),
        "requested" => Some("status-requested"),
        "test" => Some("status-test"),
        "stopped" => Some("status-stopped"),
        _ => None,
    }
}

fn sender(sender: &SenderCounts, known: &Known<'_>) -> SenderRow {
    let Known { paths, by_day, today, silent, refusals } = *known;
    let on = |day: i64| by_day.iter().find(|(who, d, _)| *who == sender.number && *d == day).map_or(0, |(.., n)| *n);
    // Today is not over: a line that ends in it would seem to fall.
    let days: Vec<u64> = (1..=DAYS).rev().map(|ago| on(today - ago)).collect();
    let silence = silent.iter().find(|silent| silent.sender == sender.number);
    let refused = refusals.iter().find(|refused| refused.sender == sender.number);
    SenderRow {
        number: sender.number,
        name: sender.name.clone(),
        today: on(today),
        taken_in: sender.taken_in,
        repeated: sender.repeated,
        superseded: sender.superseded,
        refused: sender.refused,
        over_delivered: sender.over_delivered,
        too_much: paths.iter().filter(|p| p.sender == sender.number).map(too_much).collect(),
        in_text: in_text(sender),
        last: sender.last.map(local::time),
        usual: sender.last.and_then(|_| usual(&days)),
        days,
        status: status(sender.status),
        silence: silence.map(silence::alarm),
        refused_since: refused.map(|refused| silence::cause(refused, sender.status)),
    }
}

fn too_much(path: &OverDeliveredPath) -> TooMuch {
    let what = OVER_KEYS.iter().find(|(kind, _)| *kind == path.kind).map_or("over-other", |(_, key)| *key);
    TooMuch { what, path: path.path.clone(), count: path.count }
}

fn in_text(sender: &SenderCounts) -> Vec<(&'static str, u64)> {
    let counted = |kind: IdentifierKind| Some((free_text::key(kind), *sender.identifiers_in_text.get(kind.name())?));
    IdentifierKind::ALL.into_iter().filter_map(counted).collect()
}

/// Words for the kinds of over-delivery (MESSAGE12 §9).
const OVER_KEYS: [(&str, &str); 16] = [
    ("name", "over-name"),
    ("address", "over-address"),
    ("telecom", "over-telecom"),
    ("narrative", "over-narrative"),
    ("vital_sign", "over-vital-sign"),
    ("medication", "over-medication"),
    ("procedure", "over-procedure"),
    ("attachment", "over-attachment"),
    ("diagnosis_with_agreement", "over-diagnosis-with-agreement"),
    ("description_with_agreement", "over-description-with-agreement"),
    ("gender_with_agreement", "over-gender-with-agreement"),
    ("birth_date_with_agreement", "over-birth-date-with-agreement"),
    ("equal_bsn", "over-equal-bsn"),
    ("not_agreed", "over-not-agreed"),
    ("not_recognised", "over-not-recognised"),
    ("other", "over-other"),
];

/// What a day usually holds (XmR, charts §4).
fn usual(days: &[u64]) -> Option<Usual> {
    // Days hold fewer messages than a float tells apart.
    let values: Vec<Option<f64>> =
        days.iter().map(|n| Some(f64::from(u32::try_from(*n).unwrap_or(u32::MAX)))).collect();
    let chart = stats::xmr_chart(&values)?;
    Some(Usual { mean: chart.mean, low: chart.lower_control_limit.max(0.0), high: chart.upper_control_limit })
}

fn way_in(way: Way) -> WayIn {
    match way {
        Way::Https => WayIn::Https,
        Way::Folder => WayIn::Folder,
        Way::Hand => WayIn::Hand,
    }
}

fn outcome(line: &MessageLine) -> Option<MessageOutcome> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only events of receiving are messages")]
    match line.event {
        Event::MessageTakenIn if line.replaces => Some(MessageOutcome::NewerVersion),
        Event::MessageTakenIn => Some(MessageOutcome::TakenIn),
        Event::MessageRepeated => Some(MessageOutcome::Repeated),
        Event::MessageSuperseded => Some(MessageOutcome::Superseded),
        Event::MessageRefused => Some(MessageOutcome::Refused),
        _ => None,
    }
}

fn is_wanted(line: &MessageLine, filter: &ReceptionFilter) -> bool {
    let ReceptionFilter { hospital, outcome: wanted, way, findings } = filter;
    let found = || line.note.refused.is_some() || !line.note.found.is_empty() || line.note.over_delivered > 0;
    hospital.is_none_or(|number| number == line.note.sender)
        && wanted.is_none_or(|wanted| Some(wanted) == outcome(line))
        && way.is_none_or(|way| Some(way) == line.note.way.map(way_in))
        && (!findings || found())
}

fn messages(
    store: &Store,
    view: &View,
    (senders, of_nobody): (&[SenderCounts], bool),
    now: DateTime<Utc>,
) -> Result<MessageList, AppError> {
    let page = store.messages_of_late(view.before, ROWS, &|line| is_wanted(line, &view.filter))?;
    let structures = store.refused_structures(now)?;
    let act = |command| Command::Reception(command);
    let row = |line: MessageLine| {
        let is_kept = structures.contains(&line.number);
        let open = view.structure.as_ref().filter(|(number, _)| *number == line.number).map(|(_, text)| text.clone());
        let asked = ReceptionCommand::Structure(open.is_none().then_some(line.number));
        let mut row = message(&line, senders)?;
        row.structure = is_kept.then(|| act(asked));
        row.structure_open = open;
        Some(row)
    };
    let mut hospitals: Vec<(i64, String)> = senders.iter().map(|s| (s.number, s.name.clone())).collect();
    if of_nobody {
        hospitals.push((0, String::new()));
    }
    Ok(MessageList {
        rows: page.lines.into_iter().filter_map(row).collect(),
        filter: view.filter,
        refilter: |filter| Command::Reception(ReceptionCommand::Filter(filter)),
        hospitals,
        older: page.older.map(|before| act(ReceptionCommand::Older(before))),
        newest: view.before.map(|_| act(ReceptionCommand::Newest)),
    })
}

/// A message of the log.
fn message(line: &MessageLine, senders: &[SenderCounts]) -> Option<ReceptionRow> {
    let outcome = outcome(line)?;
    let note = &line.note;
    let refused = note.refused.as_deref().map(silence::rule_id);
    let answer = match (outcome, refused) {
        (MessageOutcome::Refused, Some(rule)) if rule.starts_with('X') => "CR",
        (MessageOutcome::Refused, _) => "CE",
        (
            MessageOutcome::TakenIn
            | MessageOutcome::NewerVersion
            | MessageOutcome::Repeated
            | MessageOutcome::Superseded,
            _,
        ) => "CA",
    };
    Some(ReceptionRow {
        number: line.number,
        at: local::time(line.at),
        sender: senders.iter().find(|s| s.number == note.sender).map(|s| s.name.clone()).unwrap_or_default(),
        way: note.way.map(way_in),
        bytes: line.size,
        outcome,
        answer,
        findings: refused.into_iter().chain(note.found.iter().map(String::as_str)).map(str::to_owned).collect(),
        more_findings: note.more,
        over_delivered: note.over_delivered,
        structure: None,
        structure_open: None,
    })
}
