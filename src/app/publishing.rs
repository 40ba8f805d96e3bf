//! Publishing ripe months (STATISTICS §4): one-dimensional tables of a month, suppressed together as one set.

use std::collections::{BTreeMap, BTreeSet};

use access::{MedicalManager, Session};
use chrono::{DateTime, Utc};
use domain::Agreement;
use stats::{
    CellCounts, Counts, Date, GroupMap, Month, OneWayTable, PublishedCounts, Threshold, publish_month,
    too_few_professionals,
};
use store::{Archive, Columns, Counted};

use crate::{error::AppError, marks_counted, measured::one_per_ride, period::PublishedTables};

pub(crate) const HOSPITAL: &str = "hospital";
pub(crate) const GROUP: &str = "group";
pub(crate) const URGENCY: &str = "urgency";
pub(crate) const POST: &str = "post";

/// The lasting name of the group that a working diagnosis counts in: the broader one of its code.
pub(crate) fn group_key(map: &GroupMap, working_code: u64) -> &str {
    &map.group(map.broader(map.group_of_snomed(working_code))).id
}

/// Opens the figures into columns, one row per ride and patient.
pub(crate) fn columns(
    archive: &mut Archive,
    session: &Session<MedicalManager>,
    now: DateTime<Utc>,
    go_on: impl FnMut(u64, u64) -> bool,
) -> Result<Columns, AppError> {
    let mut columns = archive.open_figures(session, now, go_on)?;
    columns.rows = one_per_ride(std::mem::take(&mut columns.rows));
    Ok(columns)
}

/// Counts a ride by its agreement.
pub(crate) fn count_agreement(counts: &mut Counts, agreement: Agreement) {
    match agreement {
        Agreement::Yes => counts.agreed += 1,
        Agreement::No => counts.not_agreed += 1,
        Agreement::NotAssessable | Agreement::Unknown | Agreement::NotReceived => counts.unknown += 1,
    }
}

fn counts_of(rows: &[&Counted]) -> Counts {
    let mut counts = Counts::default();
    for Counted { figure, .. } in rows {
        count_agreement(&mut counts, figure.agreement);
        if !figure.remark_medical_not_agreed {
            counts.remarks_medical_of += 1;
            counts.remarks_medical += u64::from(figure.remark_medical);
        }
        if !figure.remark_communication_not_agreed {
            counts.remarks_communication_of += 1;
            counts.remarks_communication += u64::from(figure.remark_communication);
        }
    }
    counts
}

/// The counts of some rows, and whether too few professionals stand behind them: each member of a crew took part.
pub(crate) fn cell(rows: &[&Counted], crews: &[Vec<u32>]) -> CellCounts {
    let mut by_professional: BTreeMap<u32, u64> = BTreeMap::new();
    for row in rows {
        for professional in usize::try_from(row.crew).ok().and_then(|at| crews.get(at)).into_iter().flatten() {
            *by_professional.entry(*professional).or_default() += 1;
        }
    }
    let records: Vec<u64> = by_professional.into_values().collect();
    let too_few = too_few_professionals(&records, rows.len() as u64);
    CellCounts { counts: counts_of(rows), too_few_professionals: too_few }
}

fn of_month(columns: &Columns, month: Month) -> Vec<&Counted> {
    columns.rows.iter().filter(|r| r.month == month.index()).collect()
}

/// An unripe month as it stands now: its total alone, under the same rules as what is published. `None`: nothing may be shown.
pub(crate) fn unripe(columns: &Columns, month: Month) -> Option<PublishedCounts> {
    let total = cell(&of_month(columns, month), &columns.crews);
    publish_month(&total, &[], None, Threshold::default()).ok().filter(|m| m.proven).map(|m| m.total)
}

fn table(dimension: &str, rows: &[&Counted], crews: &[Vec<u32>], key: impl Fn(&Counted) -> String) -> OneWayTable {
    let mut cells: BTreeMap<String, Vec<&Counted>> = BTreeMap::new();
    for row in rows {
        cells.entry(key(row)).or_default().push(row);
    }
    let cells = cells.into_iter().map(|(key, rows)| (key, cell(&rows, crews))).collect();
    OneWayTable { dimension: dimension.to_owned(), cells }
}

/// Months with figures that are ripe and not published yet, oldest first.
pub(crate) fn unpublished(archive: &Archive, columns: &Columns, today: Date) -> Result<Vec<Month>, AppError> {
    let published: BTreeSet<i32> = archive.store().published()?.into_iter().map(|p| p.month).collect();
    let months: BTreeSet<i32> = columns.rows.iter().map(|r| r.month).collect();
    let open = months.difference(&published).copied().filter_map(Month::from_index);
    Ok(open.filter(|m| m.is_ripe(today, stats::month::RIPENESS_DAYS)).collect())
}

/// Publishes every ripe month that waits and whose suppression is proven; gives how many.
pub(crate) fn publish_ripe(
    archive: &mut Archive,
    session: &Session<MedicalManager>,
    columns: &Columns,
    today: Date,
    now: DateTime<Utc>,
) -> Result<u64, AppError> {
    let map = GroupMap::shipped();
    let months = unpublished(archive, columns, today)?;
    let mut done = 0;
    for month in &months {
        let rows = of_month(columns, *month);
        let name = |n: i64| columns.hospitals.iter().find(|(h, _)| *h == n).map(|(_, name)| name.clone());
        let indexed = |list: &[String], i: u8| list.get(usize::from(i)).cloned().unwrap_or_default();
        let tables = [
            table(HOSPITAL, &rows, &columns.crews, |r| name(r.hospital).unwrap_or_default()),
            table(GROUP, &rows, &columns.crews, |r| group_key(&map, r.working_code).to_owned()),
            table(URGENCY, &rows, &columns.crews, |r| indexed(&columns.urgencies, r.urgency)),
            table(POST, &rows, &columns.crews, |r| indexed(&columns.posts, r.post)),
        ];
        let published = publish_month(&cell(&rows, &columns.crews), &tables, None, Threshold::default())
            .map_err(|_| AppError::refused("error-publishing", vec![]))?;
        if !published.proven {
            // What cannot be shown to be safe is not shown: the month stays among those that wait.
            continue;
        }
        let marks = marks_counted::of_month(columns, &rows, &published);
        let published = PublishedTables { month: published, marks };
        let bytes = serde_json::to_vec(&published).map_err(|_| AppError::refused("error-publishing", vec![]))?;
        archive.store_mut().publish(session, month.index(), map.version(), &bytes, now)?;
        done += 1;
    }
    Ok(done)
}
