//! *Rechten*: the table of rights as a person reads it, and who holds which role since when.
//!
//! **Invariant:** it is read from `access::RIGHTS`: what the compiler holds is what is shown.

use std::path::{Path, PathBuf};

use access::RIGHTS;
use chrono::{DateTime, Utc};
use domain::{PartCode, RoleName};
use store::{AccountRow, Archive, MemberRow};
use viewmodel::{AccountsCommand, Command, Notice, NoticeKind, Right, RightsScreen, RoleHolder, RoleRights};

use crate::{
    error::AppError,
    local,
    paper::write_logged,
    rail::{Who, role_shown},
    spreadsheet,
};

fn part_key(part: PartCode) -> &'static str {
    match part {
        PartCode::Identification => "rights-part-identification",
        PartCode::Diagnosis => "rights-part-diagnosis",
        PartCode::Case => "rights-part-case",
        PartCode::Remarks => "rights-part-remarks",
        PartCode::Figure => "rights-part-figure",
        PartCode::WorkingDiagnosis => "rights-part-working-diagnosis",
    }
}

/// How a role opens a part: as a person says it.
fn how_key(role: RoleName, part: PartCode) -> &'static str {
    match (role, part) {
        (RoleName::Professional, _) => "rights-how-own-rides",
        (_, PartCode::Identification) => "rights-how-taken-up",
        (_, PartCode::Case) => "rights-how-case",
        (_, PartCode::Figure) => "rights-how-counted",
        (_, PartCode::Diagnosis | PartCode::Remarks | PartCode::WorkingDiagnosis) => "rights-how-counted",
    }
}

fn rights(role: RoleName) -> Vec<Right> {
    let opens =
        |part: PartCode| RIGHTS.iter().any(|(of, parts)| *of == role && parts.iter().any(|(own, _)| *own == part));
    PartCode::ALL
        .into_iter()
        .map(|part| {
            let opens = opens(part);
            let how = if opens { how_key(role, part) } else { "rights-how-not" };
            Right { part: part_key(part), how, opens }
        })
        .collect()
}

/// Who has a role: admitted to it by a member; or activated in one that has no key, by who stands for the account.
fn holders(role: RoleName, rows: &[AccountRow], members: &[MemberRow]) -> Vec<RoleHolder> {
    let has_key = access::reader_of(role).is_some();
    let name = |account: i64| rows.iter().find(|row| row.account == account).map(|row| row.name.clone());
    let had = |row: &AccountRow| {
        let member = members.iter().find(|member| member.account == row.account && member.role == role);
        if has_key {
            member.and_then(|member| Some((member.since?, member.admitted_by)))
        } else {
            row.since.map(|since| (since, row.confirmed_by.map(|(by, _)| by)))
        }
    };
    let holds = rows.iter().filter(|row| row.closed.is_none() && row.roles.contains(&role) && row.activated);
    let mut held: Vec<_> = holds
        .filter_map(|row| {
            let (since, by) = had(row)?;
            Some(RoleHolder {
                name: row.name.clone(),
                staff: row.staff.clone(),
                since: local::day(since),
                by: by.and_then(name),
            })
        })
        .collect();
    held.sort_by_key(|holder| holder.name.to_lowercase());
    held
}

pub(crate) fn screen(archive: &Archive) -> Result<RightsScreen, AppError> {
    let (rows, members) = (archive.store().accounts_ever()?, archive.store().members()?);
    let of_role = |role: RoleName| RoleRights {
        role: role_shown(role),
        rights: rights(role),
        holders: holders(role, &rows, &members),
    };
    Ok(RightsScreen {
        roles: RoleName::ALL.into_iter().map(of_role).collect(),
        export: |path: PathBuf| Command::Accounts(AccountsCommand::ExportRights(path)),
    })
}

/// Writes the matrix and the holders as CSV, for a person's own spreadsheet: a new file, and its entry in the log, or neither.
pub(crate) fn export(
    archive: &mut Archive,
    who: &Who,
    path: &Path,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    let bytes = table(archive)?;
    let mut entry = archive.store().entry(now, access::Event::RightsExported, domain::Purpose::Supervision);
    (entry.user, entry.role) = (Some(who.account), Some(who.role));
    entry.authorisation = access::Authorisation::RolesTask;
    write_logged(archive.store_mut(), &entry, path, &bytes)?;
    let values = vec![("place", path.display().to_string())];
    Ok(Some(Notice { kind: NoticeKind::Done, text: "notice-rights-exported", values }))
}

fn table(archive: &Archive) -> Result<Vec<u8>, AppError> {
    let (rows, members) = (archive.store().accounts_ever()?, archive.store().members()?);
    let mut table = csv::WriterBuilder::new().delimiter(b';').flexible(true).from_writer(Vec::new());
    let failed = |_| AppError::refused("error-system", vec![]);
    table.write_record(["role", "part", "opens"]).map_err(failed)?;
    for role in RoleName::ALL {
        for part in PartCode::ALL {
            let opens = RIGHTS.iter().any(|(of, parts)| *of == role && parts.iter().any(|(own, _)| *own == part));
            table.write_record([role.name(), part.name(), if opens { "yes" } else { "no" }]).map_err(failed)?;
        }
    }
    table.write_record(["role", "staff", "name", "since", "by"]).map_err(failed)?;
    for role in RoleName::ALL {
        for RoleHolder { name, staff, since, by } in holders(role, &rows, &members) {
            let (staff, name) = (spreadsheet::safe(&staff), spreadsheet::safe(&name));
            let by = spreadsheet::safe(&by.unwrap_or_default());
            table.write_record([role.name(), &staff, &name, &since.to_string(), &by]).map_err(failed)?;
        }
    }
    table.into_inner().map_err(|_| AppError::refused("error-system", vec![]))
}
