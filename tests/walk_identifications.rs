//! Every text of *Patiëntidentificatie*'s view model: a new field does not compile until someone says whether it holds one.

use viewmodel::{
    AwaitedRide, IdentificationDetail, IdentificationRow, IdentificationsScreen, MaskedBsn, NoteShown, WaitingRow,
};

use crate::walk::{Found, ride_data};

pub fn identifications(screen: &IdentificationsScreen, found: &mut Found) {
    let IdentificationsScreen { tab: _, counts: _, rows, more: _, detail, awaited, undo, export: _ } = screen;
    found.all(undo.iter().map(|undo| &undo.ride));
    for row in rows {
        let IdentificationRow {
            item: _,
            reason,
            ride,
            hospital,
            age_days: _,
            claimed_by,
            mine: _,
            waits,
            selected: _,
            select: _,
        } = row;
        if let Some(WaitingRow { handed_over, telephone, called, none }) = waits {
            found.debug(&(handed_over, called, none));
            found.all(telephone);
        }
        found.debug(reason);
        found.all([ride, hospital]);
        found.all(claimed_by);
    }
    if let Some(AwaitedRide {
        ride,
        hospital,
        age_days: _,
        ride_data: data,
        contact,
        called,
        none,
        note_called: _,
        note_none: _,
    }) = awaited
    {
        found.debug(&(called, none));
        found.all([ride, hospital]);
        found.all(contact);
        ride_data(data, found);
    }
    let Some(detail) = detail else { return };
    let IdentificationDetail {
        item: _,
        reason,
        ride,
        hospital,
        received,
        ride_data: data,
        bsns,
        birth_date,
        gender,
        claimed,
        claim: _,
        note,
        close: _,
        investigate: _,
        later: _,
        ambulance_had,
        before,
        confirmed,
        disappears,
        closed,
    } = detail;
    note.iter().for_each(|note| noted(note, found));
    found.debug(&(reason, received, gender, claimed, disappears, closed));
    found.debug(&(ambulance_had, before, confirmed));
    found.all([ride, hospital]);
    data.iter().for_each(|data| ride_data(data, found));
    found.words(birth_date.as_ref());
    bsns.iter().for_each(|bsn| masked(bsn, found));
}

fn noted(note: &NoteShown, found: &mut Found) {
    let NoteShown { words, characters_max: _, typed, keep: _ } = note;
    found.words(Some(words));
    found.words(typed.as_ref());
}

fn masked(bsn: &MaskedBsn, found: &mut Found) {
    let MaskedBsn { mask, valid: _, shown, reveal: _, copy: _, mask_again: _ } = bsn;
    found.text(mask);
    found.words(shown.as_ref().map(|(words, _)| words));
}
