//! *Ritten*: what each crew column gives, shown and set.
//!
//! **Not here:** what becomes of it (`store::column_rights`).

use access::{FunctionalAdministrator, Session};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use store::{ColumnRight, ColumnRightRule, Store};
use viewmodel::{ColumnRightShown, ColumnRightTyped, RideField};

use crate::{assistant_pages::date, error::AppError, local};

pub(crate) fn set(
    store: &mut Store,
    session: &Session<FunctionalAdministrator>,
    typed: ColumnRightTyped,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let ColumnRightTyped { place, diagnosis, remarks, from, reason } = typed;
    let from = if from.trim().is_empty() { None } else { date(&from)? };
    let from_day = from.unwrap_or_else(|| local::day(now)).signed_duration_since(NaiveDate::default()).num_days();
    let right = ColumnRight { place, diagnosis, remarks, from_day, reason };
    let key = match store.set_column_right(session, &right, now)? {
        Ok(()) => return Ok(()),
        Err(ColumnRightRule::Past) => "error-column-right-past",
        Err(ColumnRightRule::Reason) => "error-column-right-reason",
        Err(ColumnRightRule::RemarksAlone) => "error-column-right-remarks",
    };
    Err(AppError::refused(key, vec![]))
}

pub(crate) fn shown(store: &Store, now: DateTime<Utc>) -> Result<Vec<ColumnRightShown>, AppError> {
    let today = local::day(now).signed_duration_since(NaiveDate::default()).num_days();
    let of_day = |day| NaiveDate::default() + TimeDelta::days(day);
    let later = store.column_rights_to_come(today)?;
    let field = |place| match place {
        1 => RideField::Nurse,
        2 => RideField::Driver,
        _ => RideField::Third,
    };
    let shown = |right: ColumnRight| ColumnRightShown {
        field: field(right.place),
        place: right.place,
        diagnosis: right.diagnosis,
        remarks: right.remarks,
        since: (right.from_day > 0).then(|| of_day(right.from_day)),
        later: later
            .iter()
            .find(|next| next.place == right.place)
            .map(|next| (of_day(next.from_day), next.diagnosis, next.remarks)),
    };
    Ok(store.column_rights(today)?.into_iter().map(shown).collect())
}
