//! One line of the ride file: what stands in its columns becomes a ride, or the rule says why not.
//!
//! **Invariant:** a remark names line, column and rule, never the value that stands there.
//! **Not here:** finding lines and columns in the file (`ride_file`).

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use csv::StringRecord;
use domain::{InstanceId, RavNumber, RideNumber, SehDiagnosis, Sensitive, Ura, WorkingDiagnosisContent};
use store::Ride;

use crate::local;

/// The columns, by their names in the file.
pub(crate) const COLUMNS: [&str; 15] = [
    "inzetnummer",
    "ambulancenummer",
    "vertrek",
    "overdracht_seh",
    "urgentie",
    "standplaats",
    "ziekenhuis_ura",
    "werkdiagnose_code",
    "werkdiagnose_stelsel",
    "werkdiagnose",
    "bsn_vooraankondiging",
    "bericht_8_9_10",
    "verpleegkundige",
    "chauffeur",
    "derde",
];
const NUMBER: usize = 0;
const DEPARTED: usize = 2;
const HANDED_OVER: usize = 3;
const URGENCY: usize = 4;
const HOSPITAL: usize = 6;
const WORKING_DIAGNOSIS: usize = 9;
const SENT_8_TO_10: usize = 11;
/// The first of the three columns of the crew.
const CREW: usize = 12;

// Urgencies of Dutch ambulance care; B1 and B2 divide B in newer suites.
const URGENCIES: [&str; 6] = ["A0", "A1", "A2", "B", "B1", "B2"];
// LIMIT: how far a time may lie ahead of our clock: clocks of two machines, no more.
const AHEAD_MINUTES_MAX: i64 = 60;

/// What is wrong with a line, or with one of its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RideRule {
    /// Another number of columns than the head.
    Columns,
    /// Longer than a ride is.
    TooLong,
    /// A control character.
    Control,
    /// No ride number.
    Number,
    /// No date and time.
    Time,
    /// A hand-over before the departure.
    BeforeDeparture,
    /// Ahead of the clock.
    Future,
    /// No URA number.
    Hospital,
    /// Neither yes nor no.
    YesOrNo,
    /// No staff number.
    Staff,
    /// An urgency that nobody knows: the ride is taken without it.
    Urgency,
    /// A number given by another RAV: the ride is taken all the same.
    OtherRav,
}

impl RideRule {
    /// The key of its words.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Columns => "ride-rule-columns",
            Self::TooLong => "ride-rule-long",
            Self::Control => "ride-rule-control",
            Self::Number => "ride-rule-number",
            Self::Time => "ride-rule-time",
            Self::BeforeDeparture => "ride-rule-before-departure",
            Self::Future => "ride-rule-future",
            Self::Hospital => "ride-rule-hospital",
            Self::YesOrNo => "ride-rule-yes-or-no",
            Self::Staff => "ride-rule-staff",
            Self::Urgency => "ride-rule-urgency",
            Self::OtherRav => "ride-rule-other-rav",
        }
    }
}

/// What is said of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RideRemark {
    /// The line, as an editor counts.
    pub line: u64,
    /// The column; none where it is the line as a whole.
    pub column: Option<&'static str>,
    /// The rule.
    pub rule: RideRule,
}

/// A staff number can stand in the register's list of a crew, whose marks are `;` and `:`.
pub(crate) fn is_staff_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| !matches!(c, ';' | ':') && !c.is_control())
}

/// One line, with what it is judged by.
pub(crate) struct Line<'a> {
    pub(crate) record: &'a StringRecord,
    pub(crate) places: &'a [usize; COLUMNS.len()],
    pub(crate) line: u64,
    pub(crate) rav: RavNumber,
    pub(crate) now: DateTime<Utc>,
}

impl Line<'_> {
    fn text(&self, column: usize) -> Option<String> {
        let text = self.record.get(self.places[column]).unwrap_or_default().trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn remark(&self, column: usize, rule: RideRule) -> RideRemark {
        RideRemark { line: self.line, column: Some(COLUMNS[column]), rule }
    }

    /// Text is text: only the working diagnosis, which people type, may have lines.
    fn without_control(&self) -> Result<(), RideRemark> {
        for column in 0..COLUMNS.len() {
            let may = |c: char| column == WORKING_DIAGNOSIS && matches!(c, '\n' | '\r' | '\t');
            if self.text(column).is_some_and(|text| text.chars().any(|c| c.is_control() && !may(c))) {
                return Err(self.remark(column, RideRule::Control));
            }
        }
        Ok(())
    }

    /// The two moments of a local time: of the hour that comes twice, else the same.
    fn moments(&self, column: usize) -> Result<Option<[DateTime<Utc>; 2]>, RideRemark> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
        let read = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok());
        let moments = read.and_then(local::moments).ok_or_else(|| self.remark(column, RideRule::Time))?;
        if moments[0] > self.now + TimeDelta::minutes(AHEAD_MINUTES_MAX) {
            return Err(self.remark(column, RideRule::Future));
        }
        Ok(Some(moments))
    }

    /// The hand-over, not before the departure; compared by the minute, since one may have seconds and the other none.
    fn handed_over(&self, departed: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, RideRemark> {
        let Some(moments) = self.moments(HANDED_OVER)? else { return Ok(None) };
        let minute = |at: DateTime<Utc>| at.timestamp().div_euclid(60);
        let after = moments.into_iter().find(|at| departed.is_none_or(|start| minute(*at) >= minute(start)));
        after.map(Some).ok_or_else(|| self.remark(HANDED_OVER, RideRule::BeforeDeparture))
    }

    /// `ja` or `nee`; an empty cell is *nee*.
    fn yes(&self, column: usize) -> Result<bool, RideRemark> {
        match self.text(column).map(|text| text.to_ascii_lowercase()).as_deref() {
            Some("ja") => Ok(true),
            Some("nee") | None => Ok(false),
            Some(_) => Err(self.remark(column, RideRule::YesOrNo)),
        }
    }

    /// Staff numbers with their column of the crew, 1–3.
    fn crew(&self) -> Result<Vec<(String, u8)>, RideRemark> {
        let mut crew = Vec::new();
        for (column, place) in (CREW..COLUMNS.len()).zip(1..) {
            let Some(staff) = self.text(column) else { continue };
            if !is_staff_number(&staff) {
                return Err(self.remark(column, RideRule::Staff));
            }
            crew.push((staff, place));
        }
        Ok(crew)
    }

    fn urgency(&self, remarks: &mut Vec<RideRemark>) -> Option<String> {
        let urgency = self.text(URGENCY)?.to_ascii_uppercase();
        if URGENCIES.contains(&urgency.as_str()) {
            return Some(urgency);
        }
        remarks.push(self.remark(URGENCY, RideRule::Urgency));
        None
    }

    /// The ride, and what is said of it although it is taken.
    ///
    /// # Errors
    /// Why it is not taken.
    pub(crate) fn ride(&self) -> Result<(Ride, Vec<RideRemark>), RideRemark> {
        self.without_control()?;
        let mut remarks = Vec::new();
        let number = self.text(NUMBER).and_then(|text| RideNumber::parse(&text).ok());
        let number = number.ok_or_else(|| self.remark(NUMBER, RideRule::Number))?;
        if number.rav() != self.rav.get() {
            remarks.push(self.remark(NUMBER, RideRule::OtherRav));
        }
        let hospital = match self.text(HOSPITAL) {
            None => None,
            Some(text) => {
                let ura = Ura::parse(&text).map_err(|_| self.remark(HOSPITAL, RideRule::Hospital))?;
                Some(InstanceId { root: Ura::ROOT.to_owned(), extension: Some(ura.as_str().to_owned()) })
            }
        };
        let departed = self.moments(DEPARTED)?.map(|[earlier, _]| earlier);
        let handed_over = self.handed_over(departed)?;
        let code = self.text(7).map(Sensitive::new);
        let display = self.text(WORKING_DIAGNOSIS).map(Sensitive::new);
        let working_diagnosis = (code.is_some() || display.is_some()).then(|| WorkingDiagnosisContent {
            diagnosis: SehDiagnosis { code, system: self.text(8), display, translations: Vec::new() },
            registered: None,
        });
        let ride = Ride {
            number,
            vehicle: self.text(1),
            departed,
            handed_over,
            urgency: self.urgency(&mut remarks),
            post: self.text(5),
            hospital,
            sent_8_to_10: self.yes(SENT_8_TO_10)?,
            announced: self.text(10).as_deref().and_then(store::announced_bsn),
            crew: self.crew()?,
            working_diagnosis,
        };
        Ok((ride, remarks))
    }
}
