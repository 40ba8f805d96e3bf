// Figures of a person are opened by that person's own session; what a manager counts knows no person; and neither is written down.
fn look(
    archive: &mut store::Archive,
    own: &access::Session<access::Professional>,
    manager: &access::Session<access::MedicalManager>,
    officer: &access::Session<access::PrivacyOfficer>,
    administrator: &access::Session<access::FunctionalAdministrator>,
    clerk: &access::Session<access::Administration>,
    entry: &access::Entry,
) {
    let own = archive.open_own_trend(own, entry.at, |_, _| true).unwrap_or_default();
// FORBIDDEN:     let own = archive.open_own_trend(manager, entry.at, |_, _| true).unwrap_or_default();
    let _ = manager;
// FORBIDDEN:     let _ = archive.open_own_trend(officer, entry.at, |_, _| true);
    let _ = officer;
// FORBIDDEN:     let _ = archive.open_own_trend(administrator, entry.at, |_, _| true);
    let _ = administrator;
// FORBIDDEN:     let _ = archive.open_own_trend(clerk, entry.at, |_, _| true);
    let figures = archive.open_figures(manager, entry.at, |_, _| true).unwrap_or_default();
// FORBIDDEN:     let figures = archive.open_figures(clerk, entry.at, |_, _| true).unwrap_or_default();
    let _ = figures.rows.first().map(|row| row.crew);
// FORBIDDEN:     let _ = figures.rows.first().map(|row| row.account);
    let _ = figures.rows.first().map(|row| row.ride);
// FORBIDDEN:     let _ = figures.rows.first().map(|row| row.staff);
    let _ = own.first().map(|row| row.month);
// FORBIDDEN:     let _ = own.first().cloned();
    let _ = own.first().map(|row| row.agreement);
// FORBIDDEN:     let _ = own.first().map(|row| format!("{row:?}"));
    let _ = own.first().map(|row| row.working_code);
// FORBIDDEN:     let _ = own.first().map(|row| row.account);
}
