//! What a professional of the demo does with a record once it is opened: ticks, *niet mijn rit*, *hoort hier niet*, a reflection; and
//! what the privacy officer and the clerk do beside it.
//!
//! **Invariant:** the store's own doors, with a session; what is done depends on reader and record alone, so that a seed gives one demo.
//! **Not here:** who looks when (`demo_habits`).

use access::{Administration, PrivacyOfficer, Professional, Session};
use chrono::{DateTime, Utc};
use domain::{Agreement, Mark, Marks, MessageId, RemarksContent, Sensitive, Theme, identifiers_in_text};
use store::{
    Archive, FeedbackHead, MisplacedDecision, MisplacedState, OpenedParts, ReflectionChange, ReflectionContent,
    ReflectionKept, StoreError,
};
use viewmodel::{FreeText, MisplacedReason, RecordId};

use crate::{error::AppError, reporting};

// Of a thousand records that are opened, or texts that are read.
const NOT_MINE: u64 = 7;
const REFLECTED: u64 = 20;
const MISPLACED: u64 = 12;
/// Texts that name somebody and are reported; the others stay, masked.
const NAMING_REPORTED: u64 = 400;
/// Days after which the privacy officer decides.
const DECIDED_AFTER_DAYS: i64 = 4;
// LIMIT: reports of a week.
const REPORTS_MAX: u32 = 100;

/// Draws that are the same whenever the same person opens the same record.
struct Lots(u64);

impl Lots {
    fn of(reader: &Session<Professional>, message: MessageId) -> Self {
        Self(message.0.cast_unsigned().rotate_left(32) ^ reader.account().cast_unsigned())
    }

    /// Below `bound`: SplitMix64 (Steele, Lea and Flood, 2014).
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }

    fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }
}

/// Opens a record and does with it what people do.
pub(crate) fn reads(
    archive: &mut Archive,
    reader: &Session<Professional>,
    head: &FeedbackHead,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let mut lots = Lots::of(reader, head.message);
    if lots.chance(NOT_MINE) {
        archive.disown_ride(reader, head.message, now)?;
        return Ok(());
    }
    let Some(parts) = archive.open_record(reader, head.message, now)? else { return Ok(()) };
    let marks: Marks = ticked(head, &parts, &mut lots).collect();
    // One ticks, his colleague never does.
    if reader.account() % 2 == 1 && !marks.is_empty() {
        archive.set_marks(reader, head.message, marks, now)?;
    }
    if let Some(passage) = misplaced(&parts, &mut lots) {
        report(archive, reader, head.message, passage, now)?;
    }
    if lots.chance(REFLECTED) {
        let one = usize::try_from(lots.below(REFLECTIONS.len() as u64)).unwrap_or_default();
        let kept = reflect(archive, reader, head.message, REFLECTIONS[one], now)?;
        if let Some((number, words)) = kept.filter(|_| lots.chance(400)) {
            archive.store_mut().confirm_reflection(reader, number, &words, now)?;
        }
    }
    Ok(())
}

fn ticked(head: &FeedbackHead, parts: &OpenedParts, lots: &mut Lots) -> impl Iterator<Item = Mark> + use<> {
    let remarks = parts.remarks.as_ref();
    // Whoever read something that he learnt from thanks for it more often.
    let thanks = lots.chance(if remarks.is_some() { 800 } else { 500 });
    let agrees = matches!(parts.diagnosis.agreement, Agreement::Yes);
    let differently = head.working_diagnosis.is_some() && lots.chance(if agrees { 60 } else { 500 });
    let theme = remarks.and_then(|remarks| remarks.communication.as_ref()).filter(|_| lots.chance(900)).map(theme_of);
    let ticks = [thanks.then_some(Mark::Thanks), differently.then_some(Mark::TakenOverDifferently)];
    ticks.into_iter().flatten().chain(theme.map(Mark::Theme))
}

/// What a remark is about, by the words that stand first in it.
fn theme_of(text: &Sensitive) -> Theme {
    // REVEAL: read by its reader, in the demo.
    let text = text.reveal();
    let first = |words: &[&str]| words.iter().filter_map(|word| text.find(word)).min();
    let places = [
        (
            first(&["ontbr", "niet overgedragen", "kwam niet aan", "pas na de overdracht", "lastig"]),
            Theme::MissedInformation,
        ),
        (first(&["keuze van het ziekenhuis", "betere keuze"]), Theme::ChoiceOfHospital),
        (first(&["overdracht was volledig", "ABCDE", "op tijd", "nog eens genoemd"]), Theme::HandoverComplete),
    ];
    let earliest = places.into_iter().filter_map(|(at, theme)| Some((at?, theme))).min_by_key(|(at, _)| *at);
    earliest.map_or(Theme::Other, |(_, theme)| theme)
}

/// A passage, by its text and characters, with the reason.
type Passage = (FreeText, std::ops::Range<u32>, MisplacedReason);

fn texts(parts: &OpenedParts) -> impl Iterator<Item = (&Sensitive, FreeText)> {
    let RemarksContent { medical, communication } =
        parts.remarks.as_ref().unwrap_or(&RemarksContent { medical: None, communication: None });
    let all = [
        (parts.diagnosis.description.as_ref(), FreeText::Diagnosis),
        (medical.as_ref(), FreeText::RemarksMedical),
        (communication.as_ref(), FreeText::RemarksCommunication),
    ];
    all.into_iter().filter_map(|(text, which)| Some((text?, which)))
}

/// What does not belong there: what names somebody, and now and then a sentence that is not what the text is for.
fn misplaced(parts: &OpenedParts, lots: &mut Lots) -> Option<Passage> {
    texts(parts).find_map(|(text, which)| {
        // REVEAL: read by its reader, in the demo.
        let names = identifiers_in_text(text.reveal()).first().map(|one| one.start);
        let reports = lots.chance(if names.is_some() { NAMING_REPORTED } else { MISPLACED });
        let reason = match (names, which) {
            (Some(_), _) => MisplacedReason::Identifying,
            (None, FreeText::Diagnosis) => {
                MisplacedReason::DescriptionRule(u8::try_from(1 + lots.below(4)).unwrap_or(1))
            }
            (None, FreeText::RemarksMedical) if lots.chance(300) => MisplacedReason::AboutAPerson,
            (None, _) => MisplacedReason::RemarksRule(u8::try_from(1 + lots.below(6)).unwrap_or(1)),
        };
        reports.then(|| passage(text, which, names, reason)).flatten()
    })
}

/// The sentence in which a character stands; else the last one.
fn passage(text: &Sensitive, which: FreeText, at: Option<usize>, reason: MisplacedReason) -> Option<Passage> {
    let sentences = reporting::reportable(Some(text), which, true)?.sentences;
    let at = at.and_then(|at| u32::try_from(at).ok());
    let of_it = sentences.iter().find(|one| at.is_some_and(|at| (one.from..one.until).contains(&at)));
    let chosen = of_it.or(sentences.last())?;
    Some((which, chosen.from..chosen.until, reason))
}

fn report(
    archive: &mut Archive,
    reader: &Session<Professional>,
    message: MessageId,
    (text, range, reason): Passage,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    reporting::report(archive, reader, (RecordId(message.0), text), range, reason, now)
}

/// Opens these records, the newest first, and reports the last sentence of the first that has a remark: something for the privacy officer to decide.
pub(crate) fn reports_one(
    archive: &mut Archive,
    reader: &Session<Professional>,
    heads: &[FeedbackHead],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    for head in heads.iter().filter(|head| head.remarks) {
        let Some(parts) = archive.open_record(reader, head.message, now)? else { continue };
        let remark = texts(&parts).find(|(_, which)| *which != FreeText::Diagnosis);
        let found = remark.and_then(|(text, which)| passage(text, which, None, MisplacedReason::RemarksRule(2)));
        if let Some(found) = found {
            return report(archive, reader, head.message, found, now);
        }
    }
    Ok(())
}

/// Decides what was reported some days ago: most of it is destroyed, some joined again.
pub(crate) fn decides(
    archive: &mut Archive,
    officer: &Session<PrivacyOfficer>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let reports = archive.misplaced(officer, REPORTS_MAX)?;
    let due = |at: DateTime<Utc>| (now - at).num_days() >= DECIDED_AFTER_DAYS;
    for one in reports.iter().filter(|one| one.state == MisplacedState::Reported && due(one.at)) {
        let joins = one.number % 4 == 0;
        let decision = if joins { MisplacedDecision::Join } else { MisplacedDecision::Destroy };
        archive.decide_misplaced(officer, one.number, decision, now)?;
    }
    Ok(())
}

/// What a nurse takes from a ride, with the minutes that she gave it.
pub(crate) const REFLECTIONS: [(&str, u16); 4] = [
    (
        "Het eerste beeld stond zo voorop dat de saturatie pas onderweg opviel.\n\nVolgende keer vraag ik eerder: wat past hier \
         niet bij? En dat zeg ik hardop, zodat mijn collega kan meedenken.",
        20,
    ),
    ("De overdracht liep goed: eerst de vraag, dan de metingen, dan wat wij deden. Dat houden we zo.", 10),
    (
        "Ik was te snel tevreden met de eerste verklaring. Nog één keer alles langslopen voordat we rijden kost een minuut.",
        15,
    ),
    (
        "Mooi om te horen dat de pijnstilling op tijd was. We twijfelden over de dosis; volgende keer overleggen we eerder.",
        5,
    ),
];

/// Writes about a record; the number and the words of what was kept.
pub(crate) fn reflect(
    archive: &mut Archive,
    reader: &Session<Professional>,
    message: MessageId,
    (text, minutes): (&str, u16),
    now: DateTime<Utc>,
) -> Result<Option<(i64, Sensitive)>, AppError> {
    let content = ReflectionContent { text: Sensitive::new(text.to_owned()), minutes: Some(minutes) };
    let key = reader.reflection_key().map_err(StoreError::from)?;
    let change = (&content, ReflectionChange::Text);
    Ok(match archive.store_mut().keep_reflection(&key, (message, None), change, now)? {
        ReflectionKept::Kept(number) => Some((number, content.text)),
        ReflectionKept::Deleted(_) | ReflectionKept::Nothing | ReflectionKept::Gone => None,
    })
}

/// What a clerk notes at an item that is asked after; no patient in it.
const NOTES: [&str; 4] = [
    "SEH gebeld, zoekt het uit en belt terug.",
    "Secretariaat SEH gemaild, antwoord na het weekend.",
    "Opnieuw gebeld: wachten op de opnameadministratie.",
    "Collega vragen of de rit dubbel is ingevoerd.",
];

/// Notes something at an item that the clerk has taken up.
pub(crate) fn notes(
    archive: &mut Archive,
    clerk: &Session<Administration>,
    item: i64,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let note = NOTES[usize::try_from(item).unwrap_or_default() % NOTES.len()];
    Ok(archive.store_mut().set_note(clerk, item, note, now)?)
}
