//! Paper of a connection: the sheet for a hospital's team, and the sign-off of its test.

use chrono::NaiveDate;

use crate::TestCaseShown;

/// The sheet for a hospital's team and for the request of a VPN.
pub struct ConnectionSheet {
    /// The RAV.
    pub organisation: String,
    /// Of a test store.
    pub test: bool,
    /// The hospital.
    pub hospital: String,
    /// Keys and values, in order.
    pub rows: Vec<(&'static str, Vec<String>)>,
    /// Made on.
    pub made: NaiveDate,
}

/// A sign-off on paper.
pub struct SignOffSheet {
    /// The RAV.
    pub organisation: String,
    /// Of a test store.
    pub test: bool,
    /// The hospital.
    pub hospital: String,
    /// Made on.
    pub made: NaiveDate,
    /// Who signed it off in the program.
    pub by: String,
    /// Version of the program, and of the message profiles in force.
    pub versions: Vec<String>,
    /// Functions of those who sign.
    pub functions: String,
    /// Points that stay open.
    pub open_points: String,
    /// The cases with what was checked.
    pub cases: Vec<TestCaseShown>,
}
