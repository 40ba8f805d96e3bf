//! What `generate` takes on the command line.
//!
//! **Not here:** the other commands (`command_line`), what is invented (`invent`).

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use invent::{Encoding, Envelope, Fault, Version};

use crate::command_line::Help;

/// What is to be generated.
pub struct Generate {
    /// The folder it goes into.
    pub folder: PathBuf,
    /// The test script instead of any messages.
    pub is_script: bool,
    /// Messages.
    pub count: u32,
    /// Seed of the invention.
    pub seed: u64,
    /// The RAV they are for.
    pub rav: u8,
    /// The last day; absent: yesterday.
    pub until: Option<NaiveDate>,
    /// Version, envelope, encoding and fault.
    pub choice: invent::Choice,
}

/// What was asked for.
pub fn asked(m: &ArgMatches) -> Generate {
    Generate {
        folder: m.get_one::<PathBuf>("folder").cloned().unwrap_or_default(),
        is_script: m.get_flag("testscript"),
        count: m.get_one("count").copied().unwrap_or(100),
        seed: m.get_one("seed").copied().unwrap_or(12),
        rav: m.get_one("rav").copied().unwrap_or(12),
        until: m.get_one("until").copied(),
        choice: invent::Choice {
            version: m.get_one("profile").copied(),
            envelope: m.get_one("envelope").copied(),
            encoding: m.get_one("encoding").copied(),
            fault: m.get_one("fault").copied(),
        },
    }
}

/// Reads one of a list by its name.
fn named<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |typed| all.iter().copied().find(|one| name(*one) == typed).ok_or_else(|| "no such name".to_owned())
}

fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> String {
    all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(" ")
}

/// The command with its help.
pub(crate) fn command(help: &Help<'_>) -> Command {
    let of_generate = |name: &'static str| Arg::new(name).long(name).help(help.0.get(&format!("cli-generate-{name}")));
    let values = [
        ("profiles", names(&Version::ALL, Version::name)),
        ("envelopes", names(&Envelope::ALL, Envelope::name)),
        ("encodings", names(&Encoding::ALL, Encoding::name)),
        ("faults", names(Fault::ALL, Fault::name)),
    ];
    let day = |typed: &str| typed.parse::<NaiveDate>().map_err(|_| "no day".to_owned());
    // A script has its own versions, envelopes and faults.
    let of_messages =
        |name: &'static str, value: &'static str| of_generate(name).value_name(value).conflicts_with("testscript");
    help.command("generate")
        .after_help(format!("\n{}", help.0.format("cli-generate-more", &values)))
        .arg(of_generate("testscript").action(ArgAction::SetTrue))
        .arg(of_messages("count", "N").value_parser(value_parser!(u32).range(1..=100_000)))
        .arg(of_generate("seed").value_name("S").value_parser(value_parser!(u64)))
        .arg(of_generate("rav").value_name("N").value_parser(value_parser!(u8).range(1..=99)))
        .arg(of_generate("until").value_name("YYYY-MM-DD").value_parser(day))
        .arg(of_messages("profile", "NAME").value_parser(named(&Version::ALL, Version::name)))
        .arg(of_messages("envelope", "NAME").value_parser(named(&Envelope::ALL, Envelope::name)))
        .arg(of_messages("encoding", "NAME").value_parser(named(&Encoding::ALL, Encoding::name)))
        .arg(of_messages("fault", "NAME").value_parser(named(Fault::ALL, Fault::name)))
        .arg(help.place("folder", "DIR").required(true))
}
