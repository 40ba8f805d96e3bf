//! One line of the ride file: what stands in its columns becomes a ride, or the rule says why not.
//!
//! **Invariant:** a remark names line, column and rule, never the value that stands there.
//! **Not here:** finding lines and columns in the file (`ride_file`).

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use domain::{InstanceId, RavNumber, RideNumber, SehDiagnosis, Sensitive, Ura, WorkingDiagnosisContent};
use store::Ride;
use viewmodel::{DateOrder, RideField};

use crate::{
    local,
    ride_layout::Placed,
    ride_table::{Cell, Row},
};

/// The columns of the crew, in the order of the register.
const CREW: [RideField; 3] = [RideField::Nurse, RideField::Driver, RideField::Third];
/// What people type as yes and as no.
const YES: [&str; 6] = ["ja", "j", "yes", "y", "1", "x"];
const NO: [&str; 5] = ["nee", "n", "no", "0", "-"];

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
    /// A time of the hour that the clocks skip in March.
    Skipped,
    /// No time of the day, in a column of its own.
    Clock,
    /// A hand-over before the departure.
    BeforeDeparture,
    /// Ahead of the clock.
    Future,
    /// A date whose day and month may be each other's: nobody has said which it is.
    DateOrder,
    /// A number of days where a date should stand.
    SerialDate,
    /// No URA number.
    Hospital,
    /// A URA number without the zeros it begins with.
    LostZeros,
    /// Neither yes nor no.
    YesOrNo,
    /// No staff number.
    Staff,
    /// A formula of a workbook.
    Formula,
    /// An error, a truth value or an impossible date of a workbook.
    Unfit,
    /// The file ends in the middle of this line.
    CutOff,
    /// Another line has the same number.
    Twice,
    /// An urgency that nobody knows: the ride is taken without it.
    Urgency,
    /// A number given by another RAV: the ride is taken all the same.
    OtherRav,
    /// An announced BSN of eight digits, which may have lost a zero: the ride is taken, its BSN counts as announced and not valid.
    BsnZeros,
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
            Self::Skipped => "ride-rule-skipped",
            Self::Clock => "ride-rule-clock",
            Self::BeforeDeparture => "ride-rule-before-departure",
            Self::Future => "ride-rule-future",
            Self::DateOrder => "ride-rule-date-order",
            Self::SerialDate => "ride-rule-serial-date",
            Self::Hospital => "ride-rule-hospital",
            Self::LostZeros => "ride-rule-lost-zeros",
            Self::YesOrNo => "ride-rule-yes-or-no",
            Self::Staff => "ride-rule-staff",
            Self::Formula => "ride-rule-formula",
            Self::Unfit => "ride-rule-unfit",
            Self::CutOff => "ride-rule-cut-off",
            Self::Twice => "ride-rule-twice",
            Self::Urgency => "ride-rule-urgency",
            Self::OtherRav => "ride-rule-other-rav",
            Self::BsnZeros => "ride-rule-bsn-zeros",
        }
    }
}

/// What is said of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RideRemark {
    /// The line, as an editor counts.
    pub line: u64,
    /// The column, by the name that the layout gives it; none where it is the line as a whole.
    pub column: Option<String>,
    /// The rule.
    pub rule: RideRule,
}

/// A staff number can stand in the register's list of a crew, whose marks are `;` and `:`.
pub(crate) fn is_staff_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| !matches!(c, ';' | ':') && !c.is_control())
}

/// One row, with what it is judged by.
pub(crate) struct Line<'a> {
    pub(crate) row: &'a Row,
    pub(crate) placed: &'a Placed,
    pub(crate) rav: RavNumber,
    pub(crate) now: DateTime<Utc>,
}

impl Line<'_> {
    fn cell(&self, field: RideField) -> Option<&Cell> {
        let place = self.placed.places[field.index()]?;
        self.row.cells.get(place).filter(|cell| !cell.is_empty())
    }

    fn text(&self, field: RideField) -> Option<String> {
        let shown = self.cell(field)?.shown();
        let text = shown.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn remark(&self, field: RideField, rule: RideRule) -> RideRemark {
        let name = &self.placed.names[field.index()];
        RideRemark { line: self.row.line, column: Some(name.clone()), rule }
    }

    /// Text is text: only the working diagnosis, which people type, may have lines.
    fn must_be_text(&self) -> Result<(), RideRemark> {
        for field in RideField::ALL {
            let may = |c: char| field == RideField::Diagnosis && matches!(c, '\n' | '\r' | '\t');
            match self.cell(field) {
                Some(Cell::Formula) => return Err(self.remark(field, RideRule::Formula)),
                Some(Cell::Unfit) => return Err(self.remark(field, RideRule::Unfit)),
                Some(Cell::Text(text)) if text.trim().chars().any(|c| c.is_control() && !may(c)) => {
                    return Err(self.remark(field, RideRule::Control));
                }
                Some(Cell::Text(_) | Cell::Number(_) | Cell::Moment(_)) | None => {}
            }
        }
        Ok(())
    }

    /// The two moments of a local time: of the hour that comes twice, else the same.
    fn moments(&self, field: RideField) -> Result<Option<[DateTime<Utc>; 2]>, RideRemark> {
        let clock = if field == RideField::Departed { RideField::DepartedTime } else { RideField::HandedOverTime };
        let read = match (self.cell(field), self.placed.places[clock.index()]) {
            (_, Some(_)) => match self.joined(field, clock)? {
                Some(read) => Ok(read),
                None => return Ok(None),
            },
            (None, None) => return Ok(None),
            (Some(Cell::Moment(at)), None) => Ok(*at),
            (Some(Cell::Number(_)), None) => Err(RideRule::SerialDate),
            (Some(cell), None) => local_time(cell.shown().trim(), self.placed.dates),
        };
        let read = read.map_err(|rule| self.remark(field, rule))?;
        let moments = local::moments(read).ok_or_else(|| self.remark(field, RideRule::Skipped))?;
        if moments[0] > self.now + TimeDelta::minutes(AHEAD_MINUTES_MAX) {
            return Err(self.remark(field, RideRule::Future));
        }
        Ok(Some(moments))
    }

    /// Day and time of the day from two columns; neither or both.
    fn joined(&self, day: RideField, clock_of: RideField) -> Result<Option<NaiveDateTime>, RideRemark> {
        let date = match self.cell(day) {
            None if self.cell(clock_of).is_none() => return Ok(None),
            None => Err(RideRule::Time),
            Some(Cell::Moment(at)) => Ok(at.date()),
            Some(cell) => {
                let shown = cell.shown();
                let text = shown.trim();
                if is_serial(text) {
                    Err(RideRule::SerialDate)
                } else {
                    // A suite may write midnight behind a day.
                    local_date(date_and_time(text).map_or(text, |(date, _)| date), self.placed.dates)
                }
            }
        };
        let date = date.map_err(|rule| self.remark(day, rule))?;
        let time = match self.cell(clock_of) {
            Some(Cell::Moment(at)) => Some(at.time()),
            Some(cell) => clock(cell.shown().trim()),
            None => None,
        };
        let time = time.ok_or_else(|| self.remark(clock_of, RideRule::Clock))?;
        Ok(Some(date.and_time(time)))
    }

    /// The hand-over, not before the departure; compared by the minute, since one may have seconds and the other none.
    fn handed_over(&self, departed: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, RideRemark> {
        let Some(moments) = self.moments(RideField::HandedOver)? else { return Ok(None) };
        let minute = |at: DateTime<Utc>| at.timestamp().div_euclid(60);
        let after = moments.into_iter().find(|at| departed.is_none_or(|start| minute(*at) >= minute(start)));
        after.map(Some).ok_or_else(|| self.remark(RideField::HandedOver, RideRule::BeforeDeparture))
    }

    /// An empty cell is *nee*.
    fn yes(&self, field: RideField) -> Result<bool, RideRemark> {
        let Some(text) = self.text(field).map(|text| text.to_lowercase()) else { return Ok(false) };
        match (YES.contains(&text.as_str()), NO.contains(&text.as_str())) {
            (true, _) => Ok(true),
            (false, true) => Ok(false),
            (false, false) => Err(self.remark(field, RideRule::YesOrNo)),
        }
    }

    /// Staff numbers with their column of the crew, 1–3.
    fn crew(&self) -> Result<Vec<(String, u8)>, RideRemark> {
        let mut crew = Vec::new();
        for (field, place) in CREW.into_iter().zip(1..) {
            let Some(staff) = self.text(field) else { continue };
            if !is_staff_number(&staff) {
                return Err(self.remark(field, RideRule::Staff));
            }
            crew.push((staff, place));
        }
        Ok(crew)
    }

    fn urgency(&self, remarks: &mut Vec<RideRemark>) -> Option<String> {
        let urgency = self.text(RideField::Urgency)?.to_ascii_uppercase();
        if URGENCIES.contains(&urgency.as_str()) {
            return Some(urgency);
        }
        remarks.push(self.remark(RideField::Urgency, RideRule::Urgency));
        None
    }

    fn hospital(&self) -> Result<Option<InstanceId>, RideRemark> {
        let Some(text) = self.text(RideField::Hospital) else { return Ok(None) };
        let ura = Ura::parse(&text).map_err(|_| {
            // What begins with zeros loses them where a program takes it for a number.
            let is_short = text.len() < 8 && text.bytes().all(|byte| byte.is_ascii_digit());
            self.remark(RideField::Hospital, if is_short { RideRule::LostZeros } else { RideRule::Hospital })
        })?;
        Ok(Some(InstanceId { root: Ura::ROOT.to_owned(), extension: Some(ura.as_str().to_owned()) }))
    }

    fn working_diagnosis(&self) -> Option<WorkingDiagnosisContent> {
        let code = self.text(RideField::DiagnosisCode).map(Sensitive::new);
        let display = self.text(RideField::Diagnosis).map(Sensitive::new);
        let system = self.text(RideField::DiagnosisSystem);
        (code.is_some() || display.is_some()).then(|| WorkingDiagnosisContent {
            diagnosis: SehDiagnosis { code, system, display, translations: Vec::new() },
            registered: None,
        })
    }

    /// The ride, and what is said of it although it is taken.
    ///
    /// # Errors
    /// Why it is not taken.
    pub(crate) fn ride(&self) -> Result<(Ride, Vec<RideRemark>), RideRemark> {
        self.must_be_text()?;
        let mut remarks = Vec::new();
        let number = self.text(RideField::Number).and_then(|text| RideNumber::parse(&text).ok());
        let number = number.ok_or_else(|| self.remark(RideField::Number, RideRule::Number))?;
        if number.rav() != self.rav.get() {
            remarks.push(self.remark(RideField::Number, RideRule::OtherRav));
        }
        let departed = self.moments(RideField::Departed)?.map(|[earlier, _]| earlier);
        let handed_over = self.handed_over(departed)?;
        let announced = self.text(RideField::AnnouncedBsn);
        if announced.as_ref().is_some_and(|text| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())) {
            remarks.push(self.remark(RideField::AnnouncedBsn, RideRule::BsnZeros));
        }
        let ride = Ride {
            number,
            vehicle: self.text(RideField::Vehicle),
            departed,
            handed_over,
            urgency: self.urgency(&mut remarks),
            post: self.text(RideField::Post),
            hospital: self.hospital()?,
            sent_8_to_10: self.yes(RideField::SentMessages)?,
            announced: announced.as_deref().and_then(store::announced_bsn),
            crew: self.crew()?,
            working_diagnosis: self.working_diagnosis(),
            service: self.text(RideField::Service),
            cancelled: self.yes(RideField::Cancelled)?,
        };
        Ok((ride, remarks))
    }
}

/// Three numbers joined by one of the marks that dates have.
fn date_parts(text: &str) -> Option<[(u32, usize); 3]> {
    let mark = ['-', '/', '.'].into_iter().find(|mark| text.contains(*mark))?;
    let mut parts = text.split(mark).map(|part| {
        let is_number = !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| is_number).map(|number: u32| (number, part.len()))
    });
    let found = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(found)
}

/// What a date is, in every order that makes one of it; a year has four digits.
pub(crate) fn dates(text: &str) -> Vec<(DateOrder, NaiveDate)> {
    let Some([(a, a_digits), (b, b_digits), (c, c_digits)]) = date_parts(text) else { return Vec::new() };
    if b_digits > 2 {
        return Vec::new();
    }
    let of =
        |order, year: u32, month, day| Some((order, NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?));
    let read = match (a_digits, c_digits) {
        (4, 1 | 2) => vec![of(DateOrder::YearFirst, a, b, c)],
        (1 | 2, 4) => vec![of(DateOrder::DayFirst, c, b, a), of(DateOrder::MonthFirst, c, a, b)],
        (_, _) => Vec::new(),
    };
    read.into_iter().flatten().collect()
}

/// Date and time of a text, parted by `T` or a space.
pub(crate) fn date_and_time(text: &str) -> Option<(&str, NaiveTime)> {
    let (date, time) = text.split_once(['T', ' '])?;
    clock(time.trim_start()).map(|time| (date.trim_end_matches(','), time))
}

/// A time of the day: `9:05` is one; `9` is not.
pub(crate) fn clock(text: &str) -> Option<NaiveTime> {
    let is_clock = text.contains(':') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let time = ["%H:%M", "%H:%M:%S"].iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok());
    time.filter(|_| is_clock)
}

/// A number, as programs count days.
fn is_serial(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

/// A local time as it is written. Day and month may change places only where both orders give another date and the layout says
/// which it is.
fn local_time(text: &str, said: Option<DateOrder>) -> Result<NaiveDateTime, RideRule> {
    if is_serial(text) {
        return Err(RideRule::SerialDate);
    }
    let (date, time) = date_and_time(text).ok_or(RideRule::Time)?;
    Ok(local_date(date, said)?.and_time(time))
}

/// The same of a day.
fn local_date(date: &str, said: Option<DateOrder>) -> Result<NaiveDate, RideRule> {
    let read = dates(date);
    let year_first = read.iter().find(|(order, _)| *order == DateOrder::YearFirst);
    let chosen = match (year_first, said) {
        (Some(found), _) => Some(found),
        (None, Some(said)) => read.iter().find(|(order, _)| *order == said),
        (None, None) if read.len() == 2 && read[0].1 != read[1].1 => return Err(RideRule::DateOrder),
        (None, None) => read.first(),
    };
    chosen.map(|(_, date)| *date).ok_or(RideRule::Time)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str, said: Option<DateOrder>) -> Result<String, RideRule> {
        local_time(text, said).map(|at| at.format("%Y%m%d %H%M%S").to_string())
    }

    #[test]
    fn a_date_whose_day_and_month_may_be_each_others_is_a_question_until_a_layout_says_which() {
        assert_eq!(read("03-04-2026 10:05", None), Err(RideRule::DateOrder));
        assert_eq!(read("03-04-2026 10:05", Some(DateOrder::DayFirst)), Ok("20260403 100500".to_owned()));
        assert_eq!(read("03-04-2026 10:05", Some(DateOrder::MonthFirst)), Ok("20260304 100500".to_owned()));
        assert_eq!(read("03/04/2026 10:05", Some(DateOrder::YearFirst)), Err(RideRule::Time), "it does not stand so");
    }

    #[test]
    fn a_date_that_can_be_only_one_is_that_one_whatever_the_marks() {
        for text in ["25-03-2026 9:05", "25/3/2026 09:05:00", "2026-03-25T09:05", "2026/3/25 9:05", "25.03.2026, 9:05"]
        {
            assert_eq!(read(text, None), Ok("20260325 090500".to_owned()), "{text}");
        }
        assert_eq!(read("04-04-2026 10:05", None), Ok("20260404 100500".to_owned()), "both orders say the same");
    }

    #[test]
    fn what_is_no_date_and_time_is_refused_and_a_number_of_days_said_as_such() {
        for text in ["25-03-26 10:05", "25-03-2026", "2026-02-30 10:05", "25-03-2026 10", "25-03-2026 24:05", "x"] {
            assert_eq!(read(text, Some(DateOrder::DayFirst)), Err(RideRule::Time), "{text}");
        }
        for text in ["46106,4583", "46106.42", "46106"] {
            assert_eq!(read(text, None), Err(RideRule::SerialDate), "{text}");
        }
    }
}
