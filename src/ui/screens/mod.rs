//! The screens, one file each, drawn from the view model alone.
//!
//! **Invariant:** a screen never blocks, reads no clock and no file, and knows no role: what may be done is in its data.

mod account_detail;
mod account_list;
mod accounts;
mod appearance;
mod audit_log;
mod awaited_ride;
mod connection_agreement;
mod connection_certificate;
mod connection_form;
mod connection_status;
mod connection_test;
mod connections;
mod connections_months;
mod door;
mod entry;
mod feedback;
mod feedback_acts;
mod help;
mod identification_detail;
mod identification_foot;
mod identification_note;
mod identifications;
mod import_files;
mod installation;
mod installation_pages;
mod kit_paper;
mod locked;
mod manual;
mod my_account;
mod next_steps;
mod oversight;
mod own_paper;
mod profiles;
mod quality;
mod quality_charts;
mod quality_intervals;
mod quality_marks;
mod reception;
mod reception_alarms;
mod reception_messages;
mod record;
mod recovery_pages;
mod reflection_card;
mod reflections;
mod report_passage;
mod rides;
mod rides_columns;
mod rides_folder;
mod rides_rights;
mod rides_unlinked;
mod rights;
mod select;
mod self_test;
mod sent_too_much;
mod settings;
mod sign_in;
mod trend;
mod trend_rows;
mod undoing;
mod unrecognised;
mod waiting;

use chrono::Datelike as _;
use egui::Ui;
pub(crate) use help::help_ui;
pub(crate) use manual::{Reading, manual_ui};
pub(crate) use next_steps::next_steps_ui;
pub(crate) use quality_charts::marker_key;
pub(crate) use report_passage::Choosing;
use viewmodel::{Appearance, Outbox, QualityState, Screen, Texts};

use crate::view_state::ViewState;

/// What a screen draws with: state of the window, texts, and where wishes go.
pub struct Desk<'a> {
    /// Half-typed text, ticks.
    pub state: &'a mut ViewState,
    /// The texts of the language.
    pub texts: &'a Texts,
    /// Where commands go.
    pub outbox: &'a mut Outbox,
    /// How the window looks and speaks; set otherwise, it holds from the next picture on.
    pub appearance: &'a mut Appearance,
}

impl Desk<'_> {
    /// A text by its key.
    pub(crate) fn text(&self, key: &str) -> String {
        self.texts.get(key)
    }

    /// A birth date as precise as it was received, in the form of the language.
    pub(crate) fn birth_date(&self, words: &viewmodel::Words) -> String {
        // REVEAL: opened by its reader, on that reader's screen; the audit log has the entry.
        let received = words.reveal();
        let day = chrono::NaiveDate::parse_from_str(received, "%Y-%m-%d");
        let month = || chrono::NaiveDate::parse_from_str(&format!("{received}-01"), "%Y-%m-%d");
        match (day, month()) {
            (Ok(day), _) => self.texts.date_numeric(day),
            (Err(_), Ok(month)) => format!("{} {}", self.text(&format!("month-{}", month.month())), month.year()),
            (Err(_), Err(_)) => received.to_owned(),
        }
    }

    /// How long ago, in whole days.
    pub(crate) fn age(&self, days: i64) -> String {
        match days {
            0 => self.text("ui-day-none"),
            1 => self.text("ui-day-one"),
            days => self.with("ui-days", "n", days.to_string()),
        }
    }

    /// A text with one value.
    pub(crate) fn with(&self, key: &str, name: &'static str, value: String) -> String {
        self.texts.format(key, &[(name, value)])
    }
}

/// Height of page that a screen needs for its panels; what scrolls as a whole needs none.
pub(crate) fn least_height(screen: &Screen) -> f32 {
    match screen {
        Screen::Identifications(screen) if !screen.rows.is_empty() => PANELS,
        Screen::Feedback(screen) if screen.opened.is_none() && !screen.rows.is_empty() => PANELS,
        // A line about the opening stands over the page.
        Screen::Quality(screen) if screen.state != QualityState::Ready => PANELS,
        Screen::Identifications(_)
        | Screen::Feedback(_)
        | Screen::Trend(_)
        | Screen::Reflections(_)
        | Screen::SignIn(_)
        | Screen::Entry(_)
        | Screen::Installation(_)
        | Screen::MyAccount(_)
        | Screen::Locked(_)
        | Screen::Progress(_)
        | Screen::Quality(_)
        | Screen::Reception(_)
        | Screen::Rides(_)
        | Screen::AuditLog(_)
        | Screen::Settings(_)
        | Screen::Accounts(_)
        | Screen::Profiles(_)
        | Screen::Connections(_)
        | Screen::Oversight(_)
        | Screen::Rights(_)
        | Screen::Failed(_) => 0.0,
    }
}

/// A page's head, and a list or what is chosen of it with its foot.
const PANELS: f32 = 480.0;

/// Draws a screen over the page at hand.
pub fn screen_ui(ui: &mut Ui, screen: &Screen, desk: &mut Desk<'_>) {
    match screen {
        Screen::SignIn(screen) => sign_in::sign_in_ui(ui, screen, desk),
        Screen::Entry(screen) => entry::entry_ui(ui, screen, desk),
        Screen::Installation(screen) => installation::installation_ui(ui, screen, desk),
        Screen::MyAccount(screen) => my_account::my_account_ui(ui, screen, desk),
        Screen::Locked(screen) => locked::locked_ui(ui, screen, desk),
        Screen::Progress(screen) => waiting::progress_ui(ui, screen, desk),
        Screen::Identifications(screen) => identifications::identifications_ui(ui, screen, desk),
        Screen::Feedback(screen) => feedback::feedback_ui(ui, screen, desk),
        Screen::Trend(screen) => trend::trend_ui(ui, screen, desk),
        Screen::Reflections(screen) => reflections::reflections_ui(ui, screen, desk),
        Screen::Quality(screen) => quality::quality_ui(ui, screen, desk),
        Screen::Reception(screen) => reception::reception_ui(ui, screen, desk),
        Screen::Rides(screen) => rides::rides_ui(ui, screen, desk),
        Screen::AuditLog(screen) => audit_log::audit_log_ui(ui, screen, desk),
        Screen::Settings(screen) => settings::settings_ui(ui, screen, desk),
        Screen::Accounts(screen) => accounts::accounts_ui(ui, screen, desk),
        Screen::Profiles(screen) => profiles::profiles_ui(ui, screen, desk),
        Screen::Connections(screen) => connections::connections_ui(ui, screen, desk),
        Screen::Oversight(screen) => oversight::oversight_ui(ui, screen, desk),
        Screen::Rights(screen) => rights::rights_ui(ui, screen, desk),
        Screen::Failed(screen) => waiting::failed_ui(ui, screen, desk),
    }
}
