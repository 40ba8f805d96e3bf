//! The strings of *Terugkoppelingen* and *Meldingen*, for `walk`.
//!
//! **Invariant:** structs are taken apart without `..`: a new field does not compile until its strings are looked at.

use viewmodel::{
    ClosedCard, FeedbackRow, FeedbackScreen, Masked, MaskedTexts, OpenedRecord, OpenedReflection, OversightScreen,
    PatientShown, ReflectionCard, ReflectionLine, ReflectionTerm, ReflectionsScreen, Rewriting, SehDiagnosisShown,
    Shown, TrendFigures, TrendOf, TrendRow, TrendScreen, TrendState,
};

use crate::walk::Found;

/// *Meldingen*: no text of a record.
pub fn oversight(screen: &OversightScreen, found: &mut Found) {
    let OversightScreen { reports, per_hospital, changes } = screen;
    found.debug(per_hospital);
    found.debug(changes);
    for report in reports {
        found.text(&report.hospital);
        found.debug(&(report.reason, report.text, report.length, report.day, report.destroyed_on, report.state));
    }
}

/// *Mijn verloop*: figures of the person himself.
pub fn trend(screen: &TrendScreen, found: &mut Found) {
    let TrendScreen { state, open: _, stop: _ } = screen;
    let TrendState::Ready(figures) = state else { return };
    let TrendFigures {
        period,
        is_shortened: _,
        own,
        counts,
        not_judged,
        unripe,
        rav,
        quarters,
        months,
        groups,
        remarks,
        thanks,
        themes,
    } = &**figures;
    found.debug(&(period, own, counts, not_judged, unripe, rav, remarks, thanks, themes));
    for TrendRow { of, own, rav } in [quarters, months, groups].into_iter().flatten() {
        match of {
            TrendOf::Months(first, last) => found.debug(&(first, last)),
            TrendOf::Group(name) => found.text(name),
        }
        found.debug(&(own, rav));
    }
}

pub fn feedback(screen: &FeedbackScreen, found: &mut Found) {
    let FeedbackScreen { unread: _, rows, more: _, card, opened, undo, opens, read_plain: _, refresh: _ } = screen;
    found.debug(opens);
    found.all(undo.iter().map(|undo| &undo.ride));
    for row in rows {
        let FeedbackRow {
            record: _,
            working_diagnosis,
            hospital,
            urgency,
            day,
            ride,
            updated: _,
            remarks: _,
            unread: _,
            selected: _,
            select: _,
        } = row;
        found.words(working_diagnosis.as_ref());
        found.text(ride);
        found.text(hospital);
        found.all(urgency);
        found.debug(day);
    }
    if let Some(card) = card {
        let ClosedCard {
            record: _,
            working_diagnosis,
            departed,
            handed_over,
            urgency,
            vehicle,
            hospital,
            remarks: _,
            others,
            manager_can_open: _,
            ride,
            updated: _,
            open: _,
            disown: _,
            peer_support,
        } = card;
        found.debug(peer_support);
        found.text(ride);
        found.words(working_diagnosis.as_ref());
        found.debug(&(departed, handed_over));
        found.all(urgency.iter().chain(vehicle).chain(others).chain([hospital]));
    }
    if let Some(opened) = opened {
        record(opened, found);
    }
}

fn record(opened: &OpenedRecord, found: &mut Found) {
    let OpenedRecord {
        record: _,
        peer_support,
        working_diagnosis,
        ride,
        departed,
        urgency,
        vehicle,
        hospital,
        agreement,
        diagnoses,
        description,
        patient: PatientShown { gender, birth_date, age },
        incomplete: _,
        remarks,
        masked,
        disappears,
        days_left: _,
        term_days: _,
        others,
        manager_can_open: _,
        crew_changes,
        updated: _,
        ticks: _,
        reportable,
        reported: _,
        reflection,
        disown: _,
        back: _,
        neighbours: _,
    } = opened;
    self::reflection(reflection, found);
    found.debug(&(crew_changes, peer_support));
    for sentence in reportable.iter().flat_map(|one| &one.sentences) {
        found.words(Some(&sentence.words));
    }
    found.words(working_diagnosis.as_ref());
    found.all(urgency.iter().chain(vehicle).chain(others).chain([ride, hospital]));
    found.debug(&(departed, agreement, gender, age, disappears));
    let MaskedTexts { diagnosis, medical, communication } = masked;
    for Masked { kinds, unmask: _ } in [diagnosis, medical, communication].into_iter().flatten() {
        found.debug(kinds);
    }
    found.words(birth_date.as_ref());
    for SehDiagnosisShown { display, code } in diagnoses {
        found.words(Some(display));
        found.words(code.as_ref());
    }
    let texts = remarks.iter().flat_map(|(medical, communication)| [medical, communication]).chain([description]);
    for text in texts {
        match text {
            Shown::Value(words) => found.words(Some(words)),
            Shown::NotReceived => {}
        }
    }
}

fn reflection(card: &ReflectionCard, found: &mut Found) {
    let ReflectionCard {
        reflection: _,
        text,
        minutes,
        filled: _,
        saved,
        unreadable: _,
        term,
        disappears,
        delete: _,
        undo,
        characters_max: _,
    } = card;
    found.words(Some(text));
    found.debug(&(minutes, saved, disappears));
    found.all(undo.iter().map(|undo| &undo.ride));
    self::term(term, found);
}

fn term(term: &ReflectionTerm, found: &mut Found) {
    match term {
        ReflectionTerm::Empty => {}
        ReflectionTerm::Confirmed(day) => found.debug(day),
        ReflectionTerm::Disappears { on, ask: _, confirming } => {
            found.debug(on);
            for (kind, words) in confirming.iter().flat_map(|confirming| &confirming.found) {
                found.debug(kind);
                found.words(Some(words));
            }
        }
    }
}

/// *Mijn reflecties*.
pub fn reflections(screen: &ReflectionsScreen, found: &mut Found) {
    let ReflectionsScreen { lines, more: _, chosen, export: _, undo, feedback: _ } = screen;
    found.debug(chosen);
    found.all(undo.iter().map(|undo| &undo.ride));
    for line in lines {
        let ReflectionLine { reflection: _, day, about, confirmed, disappears, chosen: _, choose: _, open: _, opened } =
            line;
        found.debug(&(day, about, confirmed, disappears));
        if let Some(OpenedReflection { text, minutes, rewrite: _, rewriting, term, write_on: _, delete: _ }) = opened {
            if let Some(rewriting) = rewriting {
                let Rewriting { text, minutes, filled: _, characters_max: _, ask: _, confirming, cancel: _ } =
                    &**rewriting;
                found.words(Some(text));
                found.debug(minutes);
                let found_in = confirming.iter().flat_map(|confirming| &confirming.found);
                found_in.for_each(|(_, words)| found.words(Some(words)));
            }
            found.words(text.as_ref());
            found.debug(minutes);
            self::term(term, found);
        }
    }
}
