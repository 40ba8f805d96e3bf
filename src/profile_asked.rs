//! What the command line asks of message profiles.
//!
//! **Not here:** the words it takes (`command_line`), what is done (`configuring`).

use std::path::PathBuf;

use clap::ArgMatches;

/// What is asked of message profiles.
pub enum ProfileAsked {
    /// Whether one is right.
    Check(PathBuf),
    /// To keep one.
    Load(PathBuf),
    /// Which there are.
    List,
    /// To read by one from a day; absent: from today.
    Force {
        /// Its name.
        name: String,
        /// Its version.
        version: u32,
        /// The day.
        from: Option<chrono::NaiveDate>,
    },
    /// To undo the last of these.
    Rollback(String),
}

/// What is asked by a word after `profile`.
pub fn profile_asked(name: &str, m: &ArgMatches) -> ProfileAsked {
    let file = || m.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let named = || m.get_one::<String>("name").cloned().unwrap_or_default();
    match name {
        "load" => ProfileAsked::Load(file()),
        "list" => ProfileAsked::List,
        "force" => ProfileAsked::Force {
            name: named(),
            version: m.get_one("of-version").copied().unwrap_or_default(),
            from: m.get_one("from").copied(),
        },
        "rollback" => ProfileAsked::Rollback(named()),
        _ => ProfileAsked::Check(file()),
    }
}
