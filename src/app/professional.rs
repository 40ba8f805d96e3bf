//! *Terugkoppelingen*, for the professionals of the ride: a list without outcome, and the record opened by choice.

use access::{Professional, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Agreement, DiagnosisContent, IdentifierKind, Marks, MessageId, RemarksContent, SNOMED_CT, SehDiagnosis, Sensitive,
    same_system,
};
use store::{
    Archive, CrewChange, CrewChanged, DISOWN_UNDO_SECONDS, FeedbackHead, OpenedParts, OpensWhen, PeerSupport, PlainRead,
};
use viewmodel::{
    AgreementShown, ClosedCard, Command, CrewChangeKind, CrewChangeShown, FeedbackCommand, FeedbackRow, FeedbackScreen,
    FreeText, MaskedTexts, Notice, NoticeKind, OpenedRecord, Opening, PatientShown, PeerSupportShown, RecordId,
    ReflectionCard, Reportable, Reported, SehDiagnosisShown, Shown, Words,
};

use crate::{
    administration::gender_key, error::AppError, free_text, local, reflections, reporting, ticking, undo::Undoable,
};

// LIMIT: lines of the list that are computed at once, and that each wish for more adds.
const ROWS: u32 = 200;

pub(crate) struct View {
    heads: Option<Vec<FeedbackHead>>,
    rows_max: u32,
    selected: Option<RecordId>,
    opened: Option<Opened>,
    /// The last *niet mijn rit*.
    disowned: Option<Undoable<RecordId>>,
}

impl View {
    /// Seconds in which *niet mijn rit* can still be undone; zero: the keys are to be handed back.
    pub(crate) fn undo_seconds(&self, now: DateTime<Utc>) -> Option<u32> {
        let left = self.disowned.as_ref().map(|disowned| (disowned.until - now).num_seconds())?;
        Some(u32::try_from(left.max(0)).unwrap_or(0))
    }

    /// The keys were handed back: there is nothing to undo.
    pub(crate) fn handed_back(&mut self, now: DateTime<Utc>) {
        self.disowned.take_if(|disowned| disowned.until <= now);
    }
}

impl Default for View {
    fn default() -> Self {
        Self { heads: None, rows_max: ROWS, selected: None, opened: None, disowned: None }
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
) -> Result<Option<Notice>, AppError> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the commands of other screens do nothing here")]
    match command {
        Command::SelectRecord(record) => select(archive, session, view, record, now)?,
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
        Command::Feedback(command) => return further(archive, session, view, command, now),
        _ => {}
    }
    Ok(None)
}

fn further(
    archive: &mut Archive,
    session: &Session<Professional>,
    view: &mut View,
    command: FeedbackCommand,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    match command {
        FeedbackCommand::Disown(record) => {
            let head = view.heads.iter().flatten().find(|head| head.message.0 == record.0);
            let ride = head.map(|head| head.ride.clone()).unwrap_or_default();
            if !archive.disown_ride(session, MessageId(record.0), now)? {
                return Err(AppError::refused("error-record-gone", vec![]));
            }
            let until = now + TimeDelta::seconds(DISOWN_UNDO_SECONDS);
            (view.opened, view.selected, view.heads) = (None, None, None);
            view.disowned = Some(Undoable { of: record, ride, until });
        }
        FeedbackCommand::UndoDisowning(record) => {
            view.disowned = None;
            if !archive.undo_disowning(session, MessageId(record.0), now)? {
                return Err(AppError::refused("error-disowned-for-good", vec![]));
            }
            (view.heads, view.selected) = (None, Some(record));
        }
        FeedbackCommand::Opens(opening) => archive.store_mut().set_opens_when(session, opens_when(opening), now)?,
        FeedbackCommand::Report { record, text, from, until, reason } => {
            reporting::report(archive, session, (record, text), from..until, reason, now)?;
            open(archive, session, view, record, now)?;
        }
        FeedbackCommand::UndoReport(number) => {
            if !archive.undo_misplaced(session, number, now)? {
                return Err(AppError::refused("error-report-decided", vec![]));
            }
            if let Some(record) = view.opened.as_ref().map(|opened| opened.record) {
                open(archive, session, view, record, now)?;
            }
        }
        FeedbackCommand::Tick(record, of) => {
            let Some(opened) = view.opened.as_ref().filter(|opened| opened.record == record) else { return Ok(None) };
            ticking::toggle(archive, session, (record, of), opened.remarks.is_some(), now)?;
        }
        FeedbackCommand::ReadPlain => {
            let mut read = PlainRead::default();
            while !read.done {
                read = archive.read_plain(session, read, now)?;
            }
            view.heads = None;
            let values = vec![("n", read.read.to_string())];
            return Ok(Some(Notice { kind: NoticeKind::Done, text: "notice-plain-read", values }));
        }
    }
    Ok(None)
}

fn opens_when(opening: Opening) -> OpensWhen {
    match opening {
        Opening::Asked => OpensWhen::Asked,
        Opening::MoreThanAgreement => OpensWhen::MoreThanAgreement,
        Opening::Chosen => OpensWhen::Chosen,
    }
}

fn opening(when: OpensWhen) -> Opening {
    match when {
        OpensWhen::Asked => Opening::Asked,
        OpensWhen::MoreThanAgreement => Opening::MoreThanAgreement,
        OpensWhen::Chosen => Opening::Chosen,
    }
}

/// Selects a record; it opens by itself only where its reader chose so.
fn select(
    archive: &mut Archive,
    session: &Session<Professional>,
    view: &mut View,
    record: RecordId,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    view.opened = None;
    view.selected = Some(record);
    match archive.store().opens_when(session)? {
        OpensWhen::Asked => {}
        OpensWhen::MoreThanAgreement => {
            if let Some(parts) = archive.open_plain(session, MessageId(record.0), now)? {
                opened(view, record, parts, now);
            }
        }
        OpensWhen::Chosen => open(archive, session, view, record, now)?,
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
    view.opened = None;
    view.selected = Some(record);
    let Some(parts) = archive.open_record(session, MessageId(record.0), now)? else {
        return Err(AppError::refused("error-record-gone", vec![]));
    };
    opened(view, record, parts, now);
    Ok(())
}

fn opened(view: &mut View, record: RecordId, parts: OpenedParts, now: DateTime<Utc>) {
    let OpenedParts { diagnosis, remarks } = parts;
    view.opened = Some(Opened { record, diagnosis, remarks, unmasked: Vec::new() });
    // The list keeps its order while the record is open: listed anew, a read one would go behind all that is unread.
    if let Some(head) = view.heads.iter_mut().flatten().find(|head| head.message.0 == record.0) {
        head.read = head.read.or(Some(now));
    }
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
    (view, reflections): (&mut View, &mut reflections::View),
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
    reflections.at(archive.store(), session, opened.map(|opened| opened.record), now)?;
    let sight = match selected {
        Some(record) => Sight::of(archive, session, MessageId(record.0), opened.is_some(), now)?,
        None => Sight::default(),
    };
    Ok(FeedbackScreen {
        unread,
        rows: heads.iter().map(|h| row(h, selected)).collect(),
        more: (in_all > heads.len() as u64).then_some(Command::ShowMore),
        card: head.filter(|_| opened.is_none()).map(|head| card(head, &sight)),
        opened: match (head, opened, at) {
            (Some(head), Some(opened), Some(at)) => {
                let reflection = reflections.card(opened.record, head.purge_after, now);
                Some(Box::new(record(head, opened, (sight, reflection), (heads, at), now)))
            }
            (_, _, _) => None,
        },
        undo: view.disowned.as_ref().and_then(|disowned| {
            disowned.shown(|record| Command::Feedback(FeedbackCommand::UndoDisowning(record)), now)
        }),
        opens: opening(archive.store().opens_when(session)?),
        read_plain: (unread > 0).then_some(Command::Feedback(FeedbackCommand::ReadPlain)),
        refresh: Command::Refresh,
    })
}

/// Who else sees a record, and what changed in that.
#[derive(Default)]
struct Sight {
    others: Vec<String>,
    changes: Vec<CrewChangeShown>,
    reported: Vec<Reported>,
    /// What this reader ticked himself.
    marks: Marks,
    peer_support: Option<PeerSupportShown>,
}

impl Sight {
    fn of(
        archive: &Archive,
        session: &Session<Professional>,
        message: MessageId,
        opened: bool,
        now: DateTime<Utc>,
    ) -> Result<Self, AppError> {
        let others = archive.seen_by(session, message)?;
        let PeerSupport { name, telephone, hours } = archive.store().peer_support()?;
        let peer_support = (!name.is_empty()).then_some(PeerSupportShown { name, telephone, hours });
        if !opened {
            return Ok(Self { others, peer_support, ..Self::default() });
        }
        let shown = |CrewChange { number: _, ride: _, at, who, kind }| CrewChangeShown {
            who,
            kind: crew_change_kind(kind),
            day: local::day(at),
        };
        let changes = archive.crew_changes(session, message)?.into_iter().map(shown).collect();
        let reported = archive.misplaced_of(session, message, now)?.into_iter().map(reporting::reported).collect();
        let marks = archive.marks_of(session, message)?;
        Ok(Self { others, changes, reported, marks, peer_support })
    }
}

pub(crate) fn crew_change_kind(kind: CrewChanged) -> CrewChangeKind {
    match kind {
        CrewChanged::Got => CrewChangeKind::Got,
        CrewChanged::Lost => CrewChangeKind::Lost,
        CrewChanged::Disowned => CrewChangeKind::Disowned,
    }
}

fn row(head: &FeedbackHead, selected: Option<RecordId>) -> FeedbackRow {
    let record = RecordId(head.message.0);
    FeedbackRow {
        record,
        working_diagnosis: working_diagnosis(head),
        hospital: head.hospital.clone(),
        urgency: head.register.urgency.clone(),
        day: local::day(head.register.handed_over.or(head.register.departed).unwrap_or(head.received)),
        ride: head.ride.clone(),
        updated: head.updated,
        remarks: head.remarks,
        unread: head.read.is_none(),
        selected: selected == Some(record),
        select: Command::SelectRecord(record),
    }
}

fn card(head: &FeedbackHead, sight: &Sight) -> ClosedCard {
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
        others: sight.others.clone(),
        manager_can_open: head.case,
        ride: head.ride.clone(),
        updated: head.updated,
        open: Command::OpenRecord(record),
        disown: Command::Feedback(FeedbackCommand::Disown(record)),
        peer_support: sight.peer_support.clone(),
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

fn reportable(opened: &Opened) -> Vec<Reportable> {
    let remarks = opened.remarks.as_ref();
    let texts = [
        (opened.diagnosis.description.as_ref(), FreeText::Diagnosis),
        (remarks.and_then(|remarks| remarks.medical.as_ref()), FreeText::RemarksMedical),
        (remarks.and_then(|remarks| remarks.communication.as_ref()), FreeText::RemarksCommunication),
    ];
    let one = |(text, which)| reporting::reportable(text, which, opened.unmasked.contains(&which));
    texts.into_iter().filter_map(one).collect()
}

fn record(
    head: &FeedbackHead,
    opened: &Opened,
    (sight, reflection): (Sight, ReflectionCard),
    (heads, at): (&[FeedbackHead], usize),
    now: DateTime<Utc>,
) -> OpenedRecord {
    let Opened { record, diagnosis, remarks: given, unmasked: _ } = opened;
    let communication = given.as_ref().is_some_and(|remarks| remarks.communication.is_some());
    let Said { diagnoses, description, remarks, masked } = said(opened);
    let ride_day = local::day(head.register.departed.unwrap_or(head.received));
    let neighbour =
        |i: Option<usize>| i.and_then(|i| heads.get(i)).map(|h| Command::SelectRecord(RecordId(h.message.0)));
    let began = head.register.handed_over.unwrap_or(head.received).min(head.received);
    OpenedRecord {
        record: *record,
        peer_support: sight.peer_support,
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
        others: sight.others,
        manager_can_open: head.case,
        crew_changes: sight.changes,
        ticks: ticking::shown(*record, sight.marks, (head.working_diagnosis.is_some(), communication)),
        reportable: reportable(opened),
        reported: sight.reported,
        updated: head.updated,
        reflection,
        disown: Command::Feedback(FeedbackCommand::Disown(*record)),
        back: Command::CloseRecord,
        neighbours: (neighbour(at.checked_sub(1)), neighbour(Some(at + 1))),
    }
}
