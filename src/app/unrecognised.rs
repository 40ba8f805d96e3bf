//! Messages that no profile recognised, for the functional administrator: whom to ask for which, and the masked structure of one.
//!
//! **Not here:** what is kept of them (`store`), and how their structure is masked (`hl7`).

use access::{FunctionalAdministrator, Session};
use store::{Store, TakenUp, UnrecognisedRow, WatchAlarm};
use viewmodel::{Alarm, AlarmOf, AskAgain, Command, ProfilesCommand, ReceptionCommand, UnrecognisedMessage};

use crate::{error::AppError, local};

/// The structure that is open, by its number in the list.
pub(crate) type Opened = (i64, String);

/// By sender, as the store gives them: those of one sender stand together.
fn by_sender(rows: &[UnrecognisedRow]) -> impl Iterator<Item = &[UnrecognisedRow]> {
    rows.chunk_by(|one, other| one.sender == other.sender)
}

/// Senders whose messages were refused, and how many.
pub(crate) fn refused(rows: &[UnrecognisedRow]) -> impl Iterator<Item = (&UnrecognisedRow, u64)> {
    let count = |of: &[UnrecognisedRow]| of.iter().filter(|row| row.refused).count() as u64;
    by_sender(rows).filter_map(move |of| of.first().map(|row| (row, count(of)))).filter(|(_, count)| *count > 0)
}

/// A sender in production whose messages are refused: until they have come again and were read, or somebody has taken it up.
pub(crate) fn alarms(rows: &[UnrecognisedRow], taken_up: &TakenUp) -> Vec<Alarm> {
    let alarm = |(row, count): (&UnrecognisedRow, u64)| {
        let text = if count == 1 { "alarm-profile-missing-one" } else { "alarm-profile-missing" };
        let values = vec![("name", row.name.clone()), ("count", count.to_string())];
        let of = AlarmOf::ProfileMissing { sender: row.sender, count };
        Alarm { text, values, take_up: Some(Command::Reception(ReceptionCommand::TakeUp(of))) }
    };
    let is_open =
        |(row, count): &(&UnrecognisedRow, u64)| taken_up.at(WatchAlarm::ProfileMissing(row.sender, *count)).is_none();
    refused(rows).filter(is_open).map(alarm).collect()
}

/// Which messages to ask each hospital for: their ids, and nothing else of them.
pub(crate) fn ask_again(rows: &[UnrecognisedRow]) -> Vec<AskAgain> {
    let ask = |of: &[UnrecognisedRow]| {
        let ids: Vec<String> = of
            .iter()
            .filter_map(|row| row.id.as_ref())
            .map(|id| match &id.extension {
                Some(extension) => format!("{} {extension}", id.root),
                None => id.root.clone(),
            })
            .collect();
        AskAgain {
            name: of.first().map(|row| row.name.clone()).unwrap_or_default(),
            without_id: (of.len() - ids.len()) as u64,
            ids,
        }
    };
    by_sender(rows).map(ask).collect()
}

/// The list of those whose structure is kept, with the one that is open.
pub(crate) fn listed(
    store: &Store,
    session: &Session<FunctionalAdministrator>,
    opened: Option<&Opened>,
) -> Result<Vec<UnrecognisedMessage>, AppError> {
    let act = |number| Command::Profiles(ProfilesCommand::Structure(number));
    let shown = |row: UnrecognisedRow| {
        let structure = opened.filter(|(number, _)| *number == row.number).map(|(_, text)| text.clone());
        UnrecognisedMessage {
            sender: row.name,
            at: local::time(row.at),
            act: act(structure.is_none().then_some(row.number)),
            structure,
        }
    };
    let rows = store.unrecognised(session)?;
    Ok(rows.into_iter().filter(|row| row.has_structure).map(shown).collect())
}
