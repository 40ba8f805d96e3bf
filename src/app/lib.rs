//! What the program does for a person: commands executed, screens computed, on a thread of its own.
//!
//! **Invariant:** no query, file or key derivation runs in a frame of the window.
//! **Not here:** SQL (`store`), drawing (`ui`), sentences (`resources/i18n`, by key).

mod account_file;
mod accounts;
mod accounts_screen;
mod administration;
pub mod assistant;
mod assistant_pages;
mod background;
mod bill;
mod certificates;
mod checks;
mod connection_acts;
mod connection_pages;
mod connection_paper;
pub mod connections;
mod connections_screen;
pub mod demo;
mod demo_habits;
mod deriving;
mod drafts;
mod ending;
mod engine;
mod entry;
mod error;
mod findings;
mod frame;
mod free_text;
mod functional_administrator;
pub mod inspecting;
mod inspecting_report;
mod inspecting_table;
mod installation;
mod kit_paper;
mod local;
mod made_store;
mod measured;
mod medical_manager;
mod membership;
mod my_account;
mod paper;
mod period;
mod presence;
mod privacy_officer;
mod professional;
pub mod profiles;
mod profiles_screen;
mod publishing;
mod rail;
mod receiving;
mod reception;
mod recovery;
mod recovery_steps;
pub mod reports;
mod ride_file;
mod ride_line;
mod rights;
mod rounds;
mod self_test;
mod set_up;
pub mod settings;
mod sign_in;
mod silence;
mod spreadsheet;
mod store_place;
mod unrecognised;
mod worker;

pub use access::{Parameters, SignedIn};
pub use background::Tell;
pub use certificates::{LetIn, let_in, let_in_text, listener_file, listener_limit, listener_limits};
pub use connection_paper::{ScriptFor, status_key as connection_status_key};
pub use engine::{DemoKey, Ending, Engine, Progress};
pub use error::{AppError, Exit, purge_withheld};
pub use installation::{After, Installation};
pub use kit_paper::{KitPaper, WORDS_ASKED, words_to_ask};
pub use paper::Paper;
pub use receiving::{
    Daily, Receiving, RefusedMessage, RidesSummary, Summary, message_bytes_max, read_at_most, read_rides, read_text,
};
pub use recovery::{Typed, WriteSheets, read_sheet, recover, restore_by_kit, sheets_must_lie_apart, unfinished_sheet};
pub use ride_line::{RideRemark, RideRule};
pub use self_test::{SelfTestFor, SelfTestRun};
pub use set_up::{ActivationCodeOf, init, read_config, share_whole};
pub use store_place::StorePlace;
pub use worker::{Locker, MakeEngine, OPENING, OpenEngine, Worker, opening};
