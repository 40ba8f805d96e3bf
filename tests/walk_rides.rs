//! Every text of *Ritten*'s view model, and of *Instellingen*: a new field does not compile until someone says whether it holds one.

use viewmodel::{
    ColumnRightShown, ContestedRow, HeldRow, RideColumn, RideColumns, RideFileShown, RideFolderShown, RideFolderTyped,
    RideLineShown, RideOfNumber, RidesChecked, RidesImported, RidesScreen, RidesStep, SettingsScreen, Unlinked,
    UnlinkedRow,
};

pub fn strings(screen: &RidesScreen) -> Vec<String> {
    let RidesScreen { step, file, read: _, back: _, close: _, folder: watched, rights, set_right: _, unlinked: of } =
        screen;
    let mut found = unlinked(of);
    found.extend(folder(watched));
    if let Some(RideFileShown { name, lines: _, text: _ }) = file {
        found.push(name.clone());
    }
    for ColumnRightShown { field: _, place: _, diagnosis: _, remarks: _, since: _, later: _ } in rights {}
    match step {
        RidesStep::File => {}
        RidesStep::Columns(columns) => columns_strings(columns, &mut found),
        RidesStep::Checked(checked) => {
            let RidesChecked {
                rides: _,
                refused: _,
                lines,
                staff_unknown: _,
                staff_zeros: _,
                skip: _,
                set_skip: _,
                import: _,
                keep_refused: _,
            } = &**checked;
            for RideLineShown { line: _, column, rule: _ } in lines {
                found.extend(column.clone());
            }
        }
        RidesStep::Imported(imported, _) => {
            let RidesImported {
                new: _,
                changed: _,
                unchanged: _,
                refused: _,
                past_term: _,
                contested: _,
                linked: _,
                confirmed: _,
                left: _,
                failed,
            } = &**imported;
            found.push(format!("{failed:?}"));
        }
    }
    found
}

fn folder(of: &RideFolderShown) -> Vec<String> {
    let RideFolderShown { on: _, set_now, looked, last, receiver_runs: _, sources, set: _, put_off: _ } = of;
    let RideFolderTyped { folder, source, every_minutes: _, skip_bad_lines: _ } = set_now;
    let mut found = vec![folder.clone(), format!("{source:?} {looked:?} {last:?}")];
    found.extend(sources.iter().cloned());
    found
}

fn columns_strings(columns: &RideColumns, found: &mut Vec<String>) {
    let RideColumns {
        sheets,
        sheet: _,
        set_sheet: _,
        sheet_gone,
        columns,
        map: _,
        header: _,
        set_header: _,
        dates: _,
        dates_found: _,
        set_dates: _,
        filled_from,
        gone,
        anew: _,
        remember,
        set_remember: _,
        check: _,
        lacks,
    } = columns;
    for RideColumn { name, sample, field: _, check } in columns {
        found.extend(name.clone());
        found.push(format!("{sample:?} {check:?}"));
    }
    found.extend(sheets.iter().chain(sheet_gone).cloned());
    found.extend(filled_from.clone());
    found.extend(gone.clone());
    found.push(remember.clone());
    found.push(format!("{lacks:?}"));
}

/// It holds none.
pub fn settings(screen: &SettingsScreen) {
    let SettingsScreen {
        lock_minutes: _,
        lock_minutes_now: _,
        content_protected: _,
        protect: _,
        can_protect: _,
        duties: _,
        open_duties: _,
        peer_support: _,
        rav_contact: _,
    } = screen;
}

fn unlinked(of: &Unlinked) -> Vec<String> {
    let Unlinked {
        total: _,
        rows,
        more: _,
        contested: _,
        contested_more: _,
        contested_rows,
        held,
        held_total: _,
        held_more: _,
        accept: _,
        doubted,
        doubted_total: _,
        doubted_more: _,
        waiting: _,
        without_account: _,
    } = of;
    let mut found = Vec::new();
    for UnlinkedRow { record: _, number, sender, vehicle, age_days: _, candidates } in rows {
        found.extend([number, sender].into_iter().chain(vehicle).cloned());
        found.extend(candidates.iter().map(|candidate| candidate.number.clone()));
    }
    for ContestedRow { number, sender, vehicle, age_days: _, rides } in contested_rows {
        found.extend([number, sender].into_iter().chain(vehicle).cloned());
        for ride in rides {
            let RideOfNumber {
                service,
                vehicle,
                handed_over: _,
                cancelled: _,
                of_sender: _,
                implausible: _,
                choose: _,
            } = ride;
            found.extend(service.iter().chain(vehicle).cloned());
        }
    }
    for HeldRow { record: _, number, sender, hospital, age_days: _ } in held.iter().chain(doubted) {
        found.extend([number, sender, hospital].into_iter().cloned());
    }
    found
}
