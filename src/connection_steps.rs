//! The pictures of *Aansluitingen*: how to get there, and the test script of which some cases come in.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use viewmodel::{
    Command, ConnectionPage, ConnectionStatus, ConnectionTab, ConnectionsScreen, Frame, Screen, ScreenName,
};

static PLACE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Makes room for it: it lies there as long as the folder is held.
///
/// # Errors
/// When the system refuses.
pub fn room() -> std::io::Result<tempfile::TempDir> {
    let folder = tempfile::Builder::new().prefix("terugblik-").tempdir()?;
    *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder.path().join("testscript"));
    Ok(folder)
}

fn place() -> Option<PathBuf> {
    PLACE.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Goes there.
pub fn to_connections(_: &Frame) -> Option<Command> {
    Some(Command::Open(ScreenName::Connections))
}

/// The screen, where a frame shows it.
pub fn connections(frame: &Frame) -> Option<&ConnectionsScreen> {
    if let Screen::Connections(screen) = &frame.screen { Some(screen) } else { None }
}

/// The second hospital that sends: its agreement and the way in which it judges have changed.
pub fn changed(frame: &Frame) -> Option<Command> {
    let screen = connections(frame)?;
    screen.lines.iter().find(|line| line.name == "Merwedekade Ziekenhuis").map(|line| line.select.clone())
}

/// The hospital in test.
pub fn in_test(frame: &Frame) -> Option<Command> {
    let screen = connections(frame)?;
    screen.lines.iter().find(|line| line.status == ConnectionStatus::Test).map(|line| line.select.clone())
}

/// A location of an organisation that has several.
pub fn location(frame: &Frame) -> Option<Command> {
    let screen = connections(frame)?;
    screen.lines.iter().find(|line| line.name.contains(", locatie Sint")).map(|line| line.select.clone())
}

/// Forty hospitals and those that send.
pub fn shows_many(frame: &Frame) -> bool {
    connections(frame).is_some_and(|screen| screen.lines.len() > 45)
}

/// A location.
pub fn shows_location(frame: &Frame) -> bool {
    connections(frame).is_some_and(|screen| screen.detail.as_ref().is_some_and(|detail| detail.site.is_some()))
}

fn tab(frame: &Frame, tab: ConnectionTab) -> Option<Command> {
    connections(frame).map(|screen| (screen.to_tab)(tab))
}

/// *Status*.
pub fn status(frame: &Frame) -> Option<Command> {
    tab(frame, ConnectionTab::Status)
}

/// *Afspraak*.
pub fn agreement(frame: &Frame) -> Option<Command> {
    tab(frame, ConnectionTab::Agreement)
}

/// *Certificaat*.
pub fn certificate(frame: &Frame) -> Option<Command> {
    tab(frame, ConnectionTab::Certificate)
}

/// *Test*.
pub fn test(frame: &Frame) -> Option<Command> {
    tab(frame, ConnectionTab::Test)
}

/// The page of the hospital in hand.
pub fn page(frame: &Frame) -> Option<&ConnectionPage> {
    connections(frame)?.detail.as_ref().map(|detail| &detail.page)
}

/// Opens the form.
pub fn edit(frame: &Frame) -> Option<Command> {
    if let ConnectionPage::Status(page) = page(frame)? { Some(page.edit.clone()) } else { None }
}

/// Makes the script.
pub fn make(frame: &Frame) -> Option<Command> {
    let hospital = connections(frame)?.detail.as_ref()?.hospital;
    let ConnectionPage::Test(page) = page(frame)? else { return None };
    Some((page.make?)(hospital, place()?))
}

/// Reads the first cases in by hand.
pub fn import(_: &Frame) -> Option<Command> {
    let files = std::fs::read_dir(place()?).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut cases: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|e| e == "xml")).collect();
    cases.sort();
    cases.truncate(6);
    Some(Command::ImportFiles(cases))
}

/// Ticks the first check that is not ticked.
pub fn tick(frame: &Frame) -> Option<Command> {
    let ConnectionPage::Test(page) = page(frame)? else { return None };
    let open = |check: &&viewmodel::CheckShown| check.ticked.is_none() && check.tick.is_some();
    page.cases.iter().flat_map(|case| &case.checks).find(open).and_then(|check| check.tick.clone())
}

/// How *akkoord* comes about has changed there.
pub fn shows_status(frame: &Frame) -> bool {
    matches!(page(frame), Some(ConnectionPage::Status(page)) if page.judged.len() == 2)
}

/// The form.
pub fn shows_form(frame: &Frame) -> bool {
    matches!(page(frame), Some(ConnectionPage::Status(page)) if page.edit_open)
}

/// An agreement.
pub fn shows_agreement(frame: &Frame) -> bool {
    matches!(page(frame), Some(ConnectionPage::Agreement(page)) if page.present.is_some())
}

/// None.
pub fn shows_none(frame: &Frame) -> bool {
    matches!(page(frame), Some(ConnectionPage::Agreement(page)) if page.present.is_none())
}

/// A certificate.
pub fn shows_certificate(frame: &Frame) -> bool {
    matches!(page(frame), Some(ConnectionPage::Certificate(page)) if !page.certificates.is_empty())
}

/// Some cases came, some checks are ticked.
pub fn shows_test(frame: &Frame) -> bool {
    matches!(page(frame), Some(ConnectionPage::Test(page)) if page.received().0 == 6 && page.checked().0 == 2)
}
