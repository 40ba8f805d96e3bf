//! *Terugkoppelingen*, for the professionals of the ride: a list without outcome, and the record opened by choice.

use access::{Professional, Session};
use chrono::{DateTime, Utc};
use domain::{
    Agreement, Diagnosis, DiagnosisContent, IdentifierKind, MessageId, Purpose, Remarks, RemarksContent, SNOMED_CT,
    SehDiagnosis, Sensitive, same_system,
};
use store::{Archive, FeedbackHead};
use viewmodel::{
    AgreementShown, ClosedCard, Command, FeedbackRow, FeedbackScreen, FreeText, MaskedTexts, OpenedRecord,
    PatientShown, RecordId, SehDiagnosisShown, Shown, Words,
};

use crate::{administration::gender_key, error::AppError, free_text, local};

// LIMIT: lines of the list that are computed at once, and that each wish for more adds.
const ROWS: u32 = 200;

pub(crate) struct View {
    heads: Option<Vec<FeedbackHead>>,
    rows_max: u32,
    selected: Option<RecordId>,
    opened: Option<Opened>,
}

impl Default for View {
    fn default() -> Self {
        Self { heads: None, rows_max: ROWS, selected: None, opened: None }
    }
}

struct Opened {
    record: RecordId,
    diagnosis: DiagnosisContent,
    remarks: Option<RemarksContent>,
    unmasked: Vec<FreeText>,
}

pub(crate) fn execute(
    archive: &mut Archive,
    session: &Session<Professional>,
    view: &mut View,
    command: Command,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the commands of other screens do nothing here")]
    match command {
        Command::SelectRecord(record) => {
            view.opened = None;
            view.selected = Some(record);
        }
        Command::OpenRecord(record) => open(archive, session, view, record, now)?,
        Command::UnmaskText(record, text) => unmask(archive, session, view, record, text, now)?,
        Command::CloseRecord => {
            view.opened = None;
            view.heads = None;
        }
        Command::Refresh if view.opened.is_none() => view.heads = None,
        Command::ShowMore => {
            view.rows_max = view.rows_max.saturating_add(ROWS);
            view.heads = None;
        }
        _ => {}
    }
    Ok(())
}

fn open(
    archive: &mut Archive,
    session: &Session<Professional>,
    view: &mut View,
    record: RecordId,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let message = MessageId(record.0);
    view.opened = None;
    view.selected = Some(record);
    let Some(diagnosis) = archive.open::<Diagnosis, _>(session, message, Purpose::Quality, now)? else {
        return Err(AppError::refused("error-record-gone", vec![]));
    };
    let remarks = archive.open::<Remarks, _>(session, message, Purpose::Quality, now)?;
    view.opened = Some(Opened { record, diagnosis, remarks, unmasked: Vec::new() });
    // The list keeps its order while the record is open: listed anew, a read one would go behind all that is unread.
    if let Some(head) = view.heads.iter_mut().flatten().find(|head| head.message == message) {
        head.read = head.read.or(Some(now));
    }
    Ok(())
}

/// Shows what is masked in one text of the opened record, for as long as it is open. No entry in the log, nothing shown.
fn unmask(
    archive: &mut Archive,
    session: &Session<Professional>,
    view: &mut View,
    record: RecordId,
    text: FreeText,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let Some(opened) = view.opened.as_mut().filter(|opened| opened.record == record) else { return Ok(()) };
    if opened.unmasked.contains(&text) {
        return Ok(());
    }
    if !archive.log_unmasked(session, MessageId(record.0), now)? {
        view.opened = None;
        return Err(AppError::refused("error-record-gone", vec![]));
    }
    opened.unmasked.push(text);
    Ok(())
}

fn words(text: &Sensitive) -> Words {
    // REVEAL: on the screen of a professional of this ride; logged when opened.
    Words::new(text.reveal().to_owned())
}

fn working_diagnosis(head: &FeedbackHead) -> Option<Words> {
    let diagnosis = &head.working_diagnosis.as_ref()?.diagnosis;
    diagnosis.display.as_ref().or(diagnosis.code.as_ref()).map(words)
}

pub(crate) fn screen(
    archive: &mut Archive,
    session: &Session<Professional>,
    view: &mut View,
    now: DateTime<Utc>,
) -> Result<FeedbackScreen, AppError> {
    let (unread, in_all) = archive.feedback_counts(session)?;
    if view.heads.as_ref().is_none_or(|heads| heads.len() as u64 != in_all.min(u64::from(view.rows_max))) {
        view.heads = Some(archive.feedback_list(session, view.rows_max, now)?);
    }
    let heads = view.heads.as_deref().unwrap_or_default();
    let selected = view.selected.filter(|s| heads.iter().any(|h| h.message.0 == s.0));
    let selected = selected.or_else(|| heads.first().map(|h| RecordId(h.message.0)));
    let at = heads.iter().position(|h| Some(RecordId(h.message.0)) == selected);
    let head = at.map(|at| &heads[at]);
    let opened = view.opened.as_ref().filter(|o| Some(o.record) == selected);
    Ok(FeedbackScreen {
        unread,
        rows: heads.iter().map(|h| row(h, selected)).collect(),
        more: (in_all > heads.len() as u64).then_some(Command::ShowMore),
        card: head.filter(|_| opened.is_none()).map(card),
        opened: match (head, opened, at) {
            (Some(head), Some(opened), Some(at)) => Some(record(head, opened, heads, at, now)),
            (_, _, _) => None,
        },
        refresh: Command::Refresh,
    })
}

fn row(head: &FeedbackHead, selected: Option<RecordId>) -> FeedbackRow {
    let record = RecordId(head.message.0);
    FeedbackRow {
        record,
        working_diagnosis: working_diagnosis(head),
        hospital: head.hospital.clone(),
        urgency: head.register.urgency.clone(),
        day: local::day(head.register.handed_over.or(head.register.departed).unwrap_or(head.received)),
        remarks: head.remarks,
        unread: head.read.is_none(),
        selected: selected == Some(record),
        select: Command::SelectRecord(record),
    }
}

fn card(head: &FeedbackHead) -> ClosedCard {
    let record = RecordId(head.message.0);
    ClosedCard {
        record,
        working_diagnosis: working_diagnosis(head),
        departed: head.register.departed.map(local::time),
        handed_over: head.register.handed_over.map(local::time),
        urgency: head.register.urgency.clone(),
        vehicle: head.register.vehicle.clone(),
        hospital: head.hospital.clone(),
        remarks: head.remarks,
        others: head.others.clone(),
        manager_can_open: head.case,
        open: Command::OpenRecord(record),
    }
}

fn agreement(agreement: Agreement) -> AgreementShown {
    match agreement {
        Agreement::Yes => AgreementShown::Yes,
        Agreement::No => AgreementShown::No,
        Agreement::NotAssessable => AgreementShown::NotAssessable,
        Agreement::Unknown => AgreementShown::Unknown,
        Agreement::NotReceived => AgreementShown::NotReceived,
    }
}

/// A diagnosis, and what is masked in it: a name without a code was typed, not chosen.
fn coded(diagnosis: &SehDiagnosis, unmasked: bool) -> Option<(SehDiagnosisShown, Vec<IdentifierKind>)> {
    let (display, kinds) = match (&diagnosis.display, &diagnosis.code) {
        (Some(display), None) => free_text::words(display, unmasked),
        (Some(text), Some(_)) | (None, Some(text)) => (words(text), Vec::new()),
        (None, None) => return None,
    };
    let system = match diagnosis.system.as_deref() {
        Some(system) if same_system(system, SNOMED_CT) => "SNOMED CT",
        Some("2.16.840.1.113883.6.90") => "ICD-10",
        Some(_) | None => "",
    };
    // REVEAL: on the screen of a professional of this ride; logged when opened.
    let code = diagnosis.code.as_ref().map(|code| Words::new(format!("{system} {}", code.reveal()).trim().to_owned()));
    Some((SehDiagnosisShown { display, code }, kinds))
}

fn shown(text: Option<&Sensitive>, unmasked: bool) -> (Shown<Words>, Vec<IdentifierKind>) {
    text.map_or((Shown::NotReceived, Vec::new()), |text| {
        let (words, kinds) = free_text::words(text, unmasked);
        (Shown::Value(words), kinds)
    })
}

/// The hospital's words of an opened record, with what is masked in them.
struct Said {
    diagnoses: Vec<SehDiagnosisShown>,
    description: Shown<Words>,
    remarks: Option<(Shown<Words>, Shown<Words>)>,
    masked: MaskedTexts,
}

fn said(opened: &Opened) -> Said {
    let Opened { record, diagnosis, remarks, unmasked } = opened;
    let shows = |text| unmasked.contains(&text);
    let told = |kinds: &[IdentifierKind], text| free_text::masked(kinds, *record, text);
    let in_diagnosis = shows(FreeText::Diagnosis);
    let (description, mut kinds) = shown(diagnosis.description.as_ref(), in_diagnosis);
    let mut diagnoses = Vec::with_capacity(diagnosis.diagnoses.len());
    for (one, found) in diagnosis.diagnoses.iter().filter_map(|one| coded(one, in_diagnosis)) {
        diagnoses.push(one);
        kinds.extend(found);
    }
    let mut masked = MaskedTexts { diagnosis: told(&kinds, FreeText::Diagnosis), medical: None, communication: None };
    let remarks = remarks.as_ref().map(|remarks| {
        let (medical, kinds) = shown(remarks.medical.as_ref(), shows(FreeText::RemarksMedical));
        masked.medical = told(&kinds, FreeText::RemarksMedical);
        let (communication, kinds) = shown(remarks.communication.as_ref(), shows(FreeText::RemarksCommunication));
        masked.communication = told(&kinds, FreeText::RemarksCommunication);
        (medical, communication)
    });
    Said { diagnoses, description, remarks, masked }
}

fn record(head: &FeedbackHead, opened: &Opened, heads: &[FeedbackHead], at: usize, now: DateTime<Utc>) -> OpenedRecord {
    let Opened { record, diagnosis, remarks: _, unmasked: _ } = opened;
    let Said { diagnoses, description, remarks, masked } = said(opened);
    let ride_day = local::day(head.register.departed.unwrap_or(head.received));
    let neighbour =
        |i: Option<usize>| i.and_then(|i| heads.get(i)).map(|h| Command::SelectRecord(RecordId(h.message.0)));
    let began = head.register.handed_over.unwrap_or(head.received).min(head.received);
    OpenedRecord {
        record: *record,
        working_diagnosis: working_diagnosis(head),
        ride: head.ride.clone(),
        departed: head.register.departed.map(local::time),
        urgency: head.register.urgency.clone(),
        vehicle: head.register.vehicle.clone(),
        hospital: head.hospital.clone(),
        agreement: agreement(diagnosis.agreement),
        diagnoses,
        description,
        patient: PatientShown {
            gender: diagnosis.gender.map(gender_key),
            birth_date: diagnosis.birth_date.map(|d| Words::new(d.to_string())),
            age: diagnosis.birth_date.and_then(|d| d.age_on(ride_day)),
        },
        incomplete: diagnosis.incomplete,
        remarks,
        masked,
        disappears: local::day(head.purge_after),
        days_left: (head.purge_after - now).num_days(),
        term_days: (head.purge_after - began).num_days(),
        others: head.others.clone(),
        manager_can_open: head.case,
        back: Command::CloseRecord,
        neighbours: (neighbour(at.checked_sub(1)), neighbour(Some(at + 1))),
    }
}
