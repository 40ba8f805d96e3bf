//! How judgements come about at a hospital, and since when: a change is a proposed phase of its charts.
//!
//! **Invariant:** one way a day. What is said of the same day again is a correction: it takes the place of what was said, and the log keeps both.
//! **Not here:** the charts (`app`), the form (`app/connection_acts`).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rusqlite::{Connection, Transaction, params};

use crate::{
    StoreError,
    connections::{Hospital, date, day},
};

/// How a judgement comes about at a hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JudgedBy {
    /// Nobody knows.
    Unknown,
    /// By its system.
    Automatic,
    /// By a member of staff.
    Staff,
}

impl JudgedBy {
    /// All, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::Automatic, Self::Staff, Self::Unknown];

    /// The word in `connections` files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Automatic => "automatic",
            Self::Staff => "staff",
        }
    }

    /// The way of a word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

fn judged_code(way: JudgedBy) -> i64 {
    match way {
        JudgedBy::Unknown => 1,
        JudgedBy::Automatic => 2,
        JudgedBy::Staff => 3,
    }
}

type Judged = (NaiveDate, JudgedBy);

impl Hospital {
    /// Proposed phases of its charts: the days on which judgements came to come about otherwise, oldest first, with what they were and are.
    /// A day on which nothing changed (after a correction) is none.
    #[must_use]
    pub fn proposed_phases(&self) -> Vec<(NaiveDate, JudgedBy, JudgedBy)> {
        let pairs = self.judged.windows(2).filter_map(|pair| match pair {
            [(_, was), (from, is)] if was != is => Some((*from, *was, *is)),
            [..] => None,
        });
        pairs.collect()
    }
}

/// Keeps what is said, with a line of the log for each day of which it is another than before.
pub(crate) fn write(
    transaction: &Transaction<'_>,
    n: i64,
    (before, after): (&[Judged], &[Judged]),
    changed: &mut Vec<String>,
) -> Result<(), StoreError> {
    if before == after {
        return Ok(());
    }
    transaction.execute("DELETE FROM hospital_judgement WHERE hospital = ?1", [n])?;
    for (from, way) in after {
        transaction.execute(
            "INSERT OR REPLACE INTO hospital_judgement VALUES (?1, ?2, ?3)",
            params![n, day(*from), judged_code(*way)],
        )?;
    }
    changed.extend(changes(before, after));
    Ok(())
}

/// What is kept of a hospital, oldest first.
pub(crate) fn read(connection: &Connection, n: i64) -> Result<Vec<Judged>, StoreError> {
    let mut judged = connection
        .prepare_cached("SELECT from_day, way FROM hospital_judgement WHERE hospital = ?1 ORDER BY from_day")?;
    let judged = judged.query_map([n], |row| Ok((date(row.get(0)?), row.get::<_, i64>(1)?)))?;
    let way = |code| JudgedBy::ALL.into_iter().find(|way| judged_code(*way) == code).unwrap_or(JudgedBy::Unknown);
    Ok(judged.map(|row| row.map(|(from, code)| (from, way(code)))).collect::<Result<_, _>>()?)
}

/// A line of the log for each day of which another way is kept: what it is, and what it was.
fn changes(before: &[Judged], after: &[Judged]) -> Vec<String> {
    let at = |of: &[Judged], day| of.iter().find(|(from, _)| *from == day).map(|(_, way)| way.name());
    let days: BTreeSet<NaiveDate> = before.iter().chain(after).map(|(from, _)| *from).collect();
    let changed = days.into_iter().filter_map(|day| match (at(before, day), at(after, day)) {
        (was, is) if was == is => None,
        (None, Some(is)) => Some(format!("judged/{day}/{is}")),
        (Some(was), Some(is)) => Some(format!("judged/{day}/{is}/was/{was}")),
        (Some(was), None) => Some(format!("judged/{day}/none/was/{was}")),
        (None, None) => None,
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use domain::InstanceId;

    use super::*;
    use crate::HospitalStatus;

    fn on(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    #[test]
    fn a_phase_is_a_change_and_a_correction_that_undoes_one_leaves_none_that_changes_nothing() {
        let id = InstanceId { root: "1.2".into(), extension: None };
        let phases = |judged: &[Judged]| {
            let hospital = Hospital {
                judged: judged.to_vec(),
                ..Hospital::new(id.clone(), "Zuiderveld", HospitalStatus::Production)
            };
            hospital.proposed_phases()
        };
        let (staff, automatic) = (JudgedBy::Staff, JudgedBy::Automatic);
        assert_eq!(phases(&[(on(1), staff)]), []);
        assert_eq!(phases(&[(on(1), staff), (on(9), automatic)]), [(on(9), staff, automatic)]);
        // The second was a mistake: nothing changed that day.
        assert_eq!(phases(&[(on(1), staff), (on(9), staff)]), []);
        // The first was: the later change stays, of other ways.
        let corrected = [(on(1), JudgedBy::Unknown), (on(9), automatic), (on(20), staff)];
        assert_eq!(phases(&corrected), [(on(9), JudgedBy::Unknown, automatic), (on(20), automatic, staff)]);
    }

    #[test]
    fn the_log_says_of_each_day_what_it_is_and_what_it_was() {
        let (staff, automatic) = (JudgedBy::Staff, JudgedBy::Automatic);
        let before = [(on(1), staff), (on(9), automatic)];
        let said = |after: &[Judged]| changes(&before, after);
        assert_eq!(said(&[(on(1), automatic), (on(9), automatic)]), ["judged/2026-03-01/automatic/was/staff"]);
        assert_eq!(said(&[before[0], before[1], (on(20), staff)]), ["judged/2026-03-20/staff"]);
        assert_eq!(said(&before[..1]), ["judged/2026-03-09/none/was/automatic"]);
    }
}
