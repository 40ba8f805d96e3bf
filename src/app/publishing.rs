//! Publishing ripe months (STATISTICS §4): one-dimensional tables of a month, suppressed together as one set.

use std::collections::BTreeMap;

use access::{MedicalManager, Session};
use chrono::{DateTime, Utc};
use domain::Agreement;
use stats::{CellCounts, Counts, Date, GroupMap, Month, OneWayTable, Threshold, publish_month, too_few_professionals};
use store::{Archive, Columns, Counted};

use crate::error::AppError;

pub(crate) const HOSPITAL: &str = "hospital";
pub(crate) const GROUP: &str = "group";
pub(crate) const URGENCY: &str = "urgency";
pub(crate) const POST: &str = "post";

pub(crate) fn counts_of<'a>(rows: impl Iterator<Item = &'a Counted>) -> Counts {
    let mut counts = Counts::default();
    for row in rows {
        match row.figure.agreement {
            Agreement::Yes => counts.agreed += 1,
            Agreement::No => counts.not_agreed += 1,
            Agreement::NotAssessable | Agreement::Unknown | Agreement::NotReceived => counts.unknown += 1,
        }
        counts.remarks_medical += u64::from(row.figure.remark_medical);
        counts.remarks_communication += u64::from(row.figure.remark_communication);
    }
    counts
}

fn cell(rows: &[&Counted]) -> CellCounts {
    let mut by_crew: BTreeMap<u32, u64> = BTreeMap::new();
    for row in rows {
        *by_crew.entry(row.crew).or_default() += 1;
    }
    let records: Vec<u64> = by_crew.into_values().collect();
    let too_few = too_few_professionals(&records, rows.len() as u64);
    CellCounts { counts: counts_of(rows.iter().copied()), too_few_professionals: too_few }
}

fn table(dimension: &str, rows: &[&Counted], key: impl Fn(&Counted) -> String) -> OneWayTable {
    let mut cells: BTreeMap<String, Vec<&Counted>> = BTreeMap::new();
    for row in rows {
        cells.entry(key(row)).or_default().push(row);
    }
    let cells = cells.into_iter().map(|(key, rows)| (key, cell(&rows))).collect();
    OneWayTable { dimension: dimension.to_owned(), cells }
}

/// Months with figures that are ripe and not published yet, oldest first.
pub(crate) fn unpublished(archive: &Archive, columns: &Columns, today: Date) -> Result<Vec<Month>, AppError> {
    let published = archive.store().published()?;
    let newest = published.last().map(|p| p.month);
    let mut months: Vec<i32> = columns.rows.iter().map(|r| r.month).collect();
    months.sort_unstable();
    months.dedup();
    let open = months.into_iter().filter(|m| newest.is_none_or(|n| *m > n)).filter_map(Month::from_index);
    Ok(open.filter(|m| m.is_ripe(today, stats::month::RIPENESS_DAYS)).collect())
}

/// Publishes every ripe month that waits.
pub(crate) fn publish_ripe(
    archive: &mut Archive,
    session: &Session<MedicalManager>,
    columns: &Columns,
    today: Date,
    now: DateTime<Utc>,
) -> Result<u64, AppError> {
    let map = GroupMap::shipped();
    let months = unpublished(archive, columns, today)?;
    for month in &months {
        let rows: Vec<&Counted> = columns.rows.iter().filter(|r| r.month == month.index()).collect();
        let name = |n: i64| columns.hospitals.iter().find(|(h, _)| *h == n).map(|(_, name)| name.clone());
        let indexed = |list: &[String], i: u8| list.get(usize::from(i)).cloned().unwrap_or_default();
        let tables = [
            table(HOSPITAL, &rows, |r| name(r.hospital).unwrap_or_default()),
            table(GROUP, &rows, |r| map.group(map.broader(map.group_of_snomed(r.working_code))).id.clone()),
            table(URGENCY, &rows, |r| indexed(&columns.urgencies, r.urgency)),
            table(POST, &rows, |r| indexed(&columns.posts, r.post)),
        ];
        let published = publish_month(&cell(&rows), &tables, None, Threshold::default())
            .map_err(|_| AppError::refused("error-publishing", vec![]))?;
        let bytes = serde_json::to_vec(&published).map_err(|_| AppError::refused("error-publishing", vec![]))?;
        archive.store_mut().publish(session, month.index(), map.version(), &bytes, now)?;
    }
    Ok(months.len() as u64)
}
