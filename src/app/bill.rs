//! The closed rides of *Patiëntidentificatie* as a table for the bill: that the BSN is right, and never the BSN.

use std::path::Path;

use access::{Administration, Authorisation, Event, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use store::Archive;
use viewmodel::{Notice, NoticeKind};

use crate::{error::AppError, local, paper::write_logged, spreadsheet};

/// Writes a new file, and its entry in the log, or neither.
pub(crate) fn export(
    archive: &mut Archive,
    session: &Session<Administration>,
    path: &Path,
    now: DateTime<Utc>,
) -> Result<Notice, AppError> {
    let closed = archive.store().closed_for_the_bill(now)?;
    let mut lines = vec![spreadsheet::line(["ride", "hospital", "status", "closed"])?];
    for one in &closed {
        // Taken over: the ride file carries the BSN.
        let status = if one.confirmed.is_some() { "taken_over" } else { "closed" };
        lines.push(spreadsheet::line([&one.ride, &one.hospital, status, &local::day(one.closed).to_string()])?);
    }
    let mut entry = archive.store().entry(now, Event::ClosedExported, Purpose::CompleteRide);
    (entry.user, entry.role) = (Some(session.account()), Some(session.role()));
    entry.authorisation = Authorisation::RolesTask;
    entry.count = Some(closed.len() as u64);
    write_logged(archive.store_mut(), &entry, path, (lines.join("\r\n") + "\r\n").as_bytes())?;
    let values = vec![("place", path.display().to_string()), ("count", closed.len().to_string())];
    Ok(Notice { kind: NoticeKind::Done, text: "notice-bill-exported", values })
}
