//! The command line of DESIGN §8: which commands there are and what they take, with help in the locale's language.
//!
//! **Not here:** what a command does (`app`, wired in `main.rs`).

use std::path::PathBuf;

use app::AppError;
use clap::{
    Arg, ArgAction, ArgMatches, Command,
    error::{ContextKind, ContextValue, ErrorKind},
    value_parser,
};
use viewmodel::Texts;

use crate::{
    generate_line::{self, Generate},
    importing_rides::{self, ImportRides},
    profile_asked::{ProfileAsked, profile_asked},
    receive_line::{self, Receive},
    self_testing,
};

/// What the command line asks for.
pub enum Asked {
    /// The window on an existing store.
    Window,
    /// A temporary store full of invented data.
    Demo(Demo),
    /// A store without the assistant.
    Init {
        /// The TOML of DESIGN §8.
        config: PathBuf,
        /// Print the activation codes as JSON.
        json: bool,
        /// Folder for the recovery kit's sheets.
        recovery_kit: Option<PathBuf>,
    },
    /// The ride register from a file.
    ImportRides(ImportRides),
    /// Messages from files or folders.
    ImportMessages(Vec<PathBuf>),
    /// What messages hold, what would be kept and dropped.
    Inspect(Inspect),
    /// Invented messages and their rides.
    Generate(Generate),
    /// Counts per sender and result.
    Status {
        /// As JSON.
        json: bool,
        /// Exit code 1 where something asks for attention.
        check: bool,
    },
    /// Destroys what is past its term.
    Purge {
        /// Only say what would go.
        dry_run: bool,
        /// Somebody has looked at the clock.
        clock_is_right: bool,
    },
    /// Verifies the log's chain.
    AuditVerify,
    /// Hospitals and agreements to a TOML file.
    ConnectionsExport(PathBuf),
    /// Hospitals and agreements from a TOML file.
    ConnectionsImport(PathBuf),
    /// `connections self-test`, to this address instead of the settings'.
    SelfTest(Option<String>),
    /// Message profiles.
    Profile(ProfileAsked),
    /// A key and a request for the listener's certificate.
    CertificateRequest {
        /// Name under which the listener is reached.
        host: String,
        /// Folder for the two files.
        out: PathBuf,
    },
    /// A hospital's certificate, before it is used.
    CertificateAdd {
        /// Name or number of the hospital.
        hospital: String,
        /// PEM or DER.
        file: PathBuf,
    },
    /// The receiving process: delivers what waits, runs past midnight.
    Receive(Receive),
    /// One encrypted snapshot.
    Backup(PathBuf),
    /// A snapshot back into an empty place.
    Restore(PathBuf),
    /// Lost keys back by two sheets of the recovery kit.
    Recover(Recover),
    /// A new root secret.
    Rotate,
}

/// What is inspected, and how it is said.
pub struct Inspect {
    /// Number of this RAV; absent: the addressee is not judged.
    pub rav: Option<u8>,
    /// A profile beside the shipped ones.
    pub profile: Option<PathBuf>,
    /// In which form.
    pub form: Form,
    /// Files, and folders of files.
    pub paths: Vec<PathBuf>,
}

/// How `inspect` says what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A report to be read.
    Report,
    /// The JSON of MESSAGE12 §9.
    Json,
    /// A table as CSV, a line a file.
    Table,
}

/// What the demo is asked for.
pub struct Demo {
    /// Write every screen as PNG here instead of opening a window.
    pub screenshots: Option<PathBuf>,
    /// Messages to invent.
    pub messages: usize,
    /// Seed of the invention.
    pub seed: u64,
}

/// What the recovery kit is used for.
pub struct Recover {
    /// Files with a sheet each, as its QR code says it; else the sheets are typed.
    pub sheets: Vec<PathBuf>,
    /// Folder for the sheets of the kit that takes its place.
    pub recovery_kit: PathBuf,
    /// A backup that is put back first, where the store is gone too.
    pub backup: Option<PathBuf>,
    /// Staff number of an account that gets a role's keys, and the role.
    pub admit: Option<(String, domain::RoleName)>,
}

/// Where the store and its root secret are.
pub struct Place {
    /// The store's folder.
    pub store: Option<PathBuf>,
    /// The key file; absent: the operating system's key store.
    pub key_file: Option<PathBuf>,
    /// Readable for the group too (0640).
    pub group: bool,
}

/// Why nothing is to be done.
pub enum Ended {
    /// Help or the version, in this text.
    Said(String),
    /// Wrong use.
    Wrong(AppError),
}

/// Reads the command line.
///
/// # Errors
/// Help or version that was asked for, or wrong use.
pub fn read(texts: &Texts) -> Result<(Place, Asked), Ended> {
    let matches = commands(texts).try_get_matches().map_err(|error| ended(&error))?;
    let place = Place {
        store: matches.get_one("store").cloned(),
        key_file: matches.get_one("key-file").cloned(),
        group: matches.get_flag("group"),
    };
    Ok((place, asked(&matches)))
}

/// The parser's words are English and several lines: one sentence of ours, with what was typed.
fn ended(error: &clap::Error) -> Ended {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Ended::Said(error.render().to_string());
    }
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(_) | None => String::new(),
    };
    let argument = ("argument", context(ContextKind::InvalidArg));
    let value = ("value", context(ContextKind::InvalidValue));
    let named = |key, values| Ended::Wrong(AppError::refused(key, values));
    let kinds = [
        (ErrorKind::UnknownArgument, "cli-wrong-argument"),
        (ErrorKind::InvalidSubcommand, "cli-wrong-command"),
        (ErrorKind::MissingRequiredArgument, "cli-wrong-missing"),
        (ErrorKind::MissingSubcommand, "cli-wrong-no-command"),
        (ErrorKind::InvalidValue, "cli-wrong-value"),
        (ErrorKind::ValueValidation, "cli-wrong-value"),
    ];
    let key = kinds.iter().find(|(kind, _)| *kind == error.kind()).map_or("cli-wrong", |(_, key)| key);
    let command = ("command", context(ContextKind::InvalidSubcommand));
    named(key, vec![argument, value, command])
}

fn asked(matches: &ArgMatches) -> Asked {
    let path = |m: &ArgMatches| m.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let paths = |m: &ArgMatches| m.get_many::<PathBuf>("files").into_iter().flatten().cloned().collect::<Vec<_>>();
    match matches.subcommand() {
        Some(("demo", m)) => Asked::Demo(Demo {
            screenshots: m.get_one("screenshots").cloned(),
            messages: m.get_one("messages").copied().unwrap_or(20_000),
            seed: m.get_one("seed").copied().unwrap_or(12),
        }),
        Some(("init", m)) => Asked::Init {
            config: m.get_one::<PathBuf>("config").cloned().unwrap_or_default(),
            json: m.get_flag("json"),
            recovery_kit: m.get_one("recovery-kit").cloned(),
        },
        Some(("import-rides", m)) => Asked::ImportRides(importing_rides::asked(m)),
        Some(("import-messages", m)) => Asked::ImportMessages(paths(m)),
        Some(("inspect", m)) => Asked::Inspect(Inspect {
            rav: m.get_one("rav").copied(),
            profile: m.get_one("profile").cloned(),
            form: match (m.get_flag("json"), m.get_flag("table")) {
                (true, _) => Form::Json,
                (false, true) => Form::Table,
                (false, false) => Form::Report,
            },
            paths: paths(m),
        }),
        Some(("generate", m)) => Asked::Generate(generate_line::asked(m)),
        Some(("status", m)) => Asked::Status { json: m.get_flag("json"), check: m.get_flag("check") },
        Some(("purge", m)) => {
            Asked::Purge { dry_run: m.get_flag("dry-run"), clock_is_right: m.get_flag("clock-is-right") }
        }
        Some(("audit", _)) => Asked::AuditVerify,
        Some(("connections", m)) => match m.subcommand() {
            Some(("import", m)) => Asked::ConnectionsImport(path(m)),
            Some((self_testing::COMMAND, m)) => Asked::SelfTest(m.get_one("address").cloned()),
            Some((_, m)) => Asked::ConnectionsExport(path(m)),
            None => Asked::Window,
        },
        Some(("profile", m)) => {
            m.subcommand().map_or(Asked::Window, |(name, m)| Asked::Profile(profile_asked(name, m)))
        }
        Some(("certificate", m)) => match m.subcommand() {
            Some(("add", m)) => {
                Asked::CertificateAdd { hospital: m.get_one("hospital").cloned().unwrap_or_default(), file: path(m) }
            }
            Some((_, m)) => Asked::CertificateRequest {
                host: m.get_one("host").cloned().unwrap_or_default(),
                out: m.get_one("out").cloned().unwrap_or_default(),
            },
            None => Asked::Window,
        },
        Some(("receive", m)) => Asked::Receive(receive_line::asked(m)),
        Some(("backup", m)) => Asked::Backup(path(m)),
        Some(("restore", m)) => Asked::Restore(path(m)),
        Some(("rotate", _)) => Asked::Rotate,
        Some(("recover", m)) => Asked::Recover(Recover {
            sheets: m.get_many::<PathBuf>("sheet").into_iter().flatten().cloned().collect(),
            recovery_kit: m.get_one::<PathBuf>("recovery-kit").cloned().unwrap_or_default(),
            backup: m.get_one("backup").cloned(),
            admit: m.get_one::<String>("admit").cloned().zip(m.get_one::<domain::RoleName>("role").copied()),
        }),
        Some(_) | None => Asked::Window,
    }
}

/// Words of the help.
pub(crate) struct Help<'a>(pub(crate) &'a Texts);

impl Help<'_> {
    pub(crate) fn command(&self, name: &'static str) -> Command {
        let heading = |key: &str| self.0.get(key);
        Command::new(name)
            .about(self.0.get(&format!("cli-{name}")))
            .help_template(format!(
                "{{about}}\n\n{}: {{usage}}\n\n{{all-args}}{{after-help}}",
                heading("cli-heading-usage")
            ))
            .subcommand_help_heading(heading("cli-heading-commands"))
            .subcommand_value_name(heading("cli-value-command"))
            .next_help_heading(heading("cli-heading-options"))
            .disable_help_subcommand(true)
            .disable_help_flag(true)
            .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help).help(heading("cli-argument-help")))
    }

    pub(crate) fn option(&self, name: &'static str) -> Arg {
        Arg::new(name).long(name).help(self.0.get(&format!("cli-argument-{name}")))
    }

    pub(crate) fn flag(&self, name: &'static str) -> Arg {
        self.option(name).action(ArgAction::SetTrue)
    }

    pub(crate) fn path(&self, name: &'static str, value: &'static str) -> Arg {
        self.option(name).value_name(value).value_parser(value_parser!(PathBuf))
    }

    pub(crate) fn file(&self) -> Arg {
        self.place("file", "FILE").required(true)
    }

    /// A word that must be given.
    fn word(&self, name: &'static str, value: &'static str) -> Arg {
        let heading = self.0.get("cli-heading-arguments");
        let help = self.0.get(&format!("cli-argument-{name}"));
        Arg::new(name).help(help).help_heading(heading).value_name(value).required(true)
    }

    fn files(&self) -> Arg {
        self.place("files", "PATH").required(true).num_args(1..)
    }

    pub(crate) fn place(&self, name: &'static str, value: &'static str) -> Arg {
        Arg::new(name)
            .help(self.0.get(&format!("cli-argument-{name}")))
            .help_heading(self.0.get("cli-heading-arguments"))
            .value_name(value)
            .value_parser(value_parser!(PathBuf))
    }
}

fn commands(texts: &Texts) -> Command {
    let help = Help(texts);
    let self_test = help.command(self_testing::COMMAND).arg(help.option("address").value_name("HOST:PORT"));
    let connections = help
        .command("connections")
        .subcommand_required(true)
        .subcommand(help.command("export").about(texts.get("cli-connections-export")).arg(help.file()))
        .subcommand(help.command("import").about(texts.get("cli-connections-import")).arg(help.file()))
        .subcommand(self_test);
    let audit = help
        .command("audit")
        .subcommand_required(true)
        .subcommand(help.command("verify").about(texts.get("cli-audit-verify")));
    help.command("terugblik")
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(format!("\n{}", texts.get("cli-exit-codes")))
        .disable_version_flag(true)
        .arg(help.option("version").short('V').action(ArgAction::Version))
        .arg(help.path("store", "DIR").global(true))
        .arg(help.path("key-file", "FILE").global(true))
        .arg(help.flag("group").global(true))
        .subcommand(demo(&help))
        .subcommand(
            help.command("init")
                .arg(help.path("config", "FILE").required(true))
                .arg(help.flag("json"))
                .arg(help.path("recovery-kit", "DIR")),
        )
        .subcommand(importing_rides::command(&help))
        .subcommand(help.command("import-messages").arg(help.files()))
        .subcommand(inspect(&help))
        .subcommand(generate_line::command(&help))
        .subcommand(help.command("status").arg(help.flag("json")).arg(help.flag("check")))
        .subcommand(help.command("purge").arg(help.flag("dry-run")).arg(help.flag("clock-is-right")))
        .subcommand(audit)
        .subcommand(connections)
        .subcommand(profile(&help))
        .subcommand(certificate(&help))
        .subcommand(receive_line::command(&help))
        .subcommand(help.command("backup").arg(help.file()))
        .subcommand(help.command("restore").arg(help.file()))
        .subcommand(recover(&help))
        .subcommand(help.command("rotate"))
}

fn profile(help: &Help<'_>) -> Command {
    let name = || help.word("name", "NAME");
    let version = || help.word("of-version", "N").value_parser(value_parser!(u32).range(1..=9999));
    let date = |typed: &str| chrono::NaiveDate::parse_from_str(typed, "%Y-%m-%d").map_err(|_| "no date".to_owned());
    let command = |name: &'static str| {
        let key = format!("cli-profile-{name}");
        help.command(name).about(help.0.get(&key))
    };
    help.command("profile")
        .subcommand_required(true)
        .subcommand(command("check").arg(help.file()))
        .subcommand(command("load").arg(help.file()))
        .subcommand(command("list"))
        .subcommand(
            command("force").arg(name()).arg(version()).arg(help.option("from").value_name("DATE").value_parser(date)),
        )
        .subcommand(command("rollback").arg(name()))
}

fn certificate(help: &Help<'_>) -> Command {
    let request = help.command("request").about(help.0.get("cli-certificate-request"));
    let request = request.arg(help.option("host").value_name("NAME").required(true));
    let add = help.command("add").about(help.0.get("cli-certificate-add"));
    help.command("certificate")
        .subcommand_required(true)
        .subcommand(request.arg(help.path("out", "DIR").required(true)))
        .subcommand(add.arg(help.option("hospital").value_name("NAME").required(true)).arg(help.file()))
}

fn recover(help: &Help<'_>) -> Command {
    let role = |typed: &str| {
        let found = domain::RoleName::ALL.into_iter().find(|role| role.name() == typed);
        found.ok_or_else(|| "no role".to_owned())
    };
    help.command("recover")
        .arg(help.path("sheet", "FILE").action(ArgAction::Append))
        .arg(help.path("recovery-kit", "DIR").required(true))
        .arg(help.path("backup", "FILE"))
        .arg(help.option("admit").value_name("STAFF").requires("role"))
        .arg(help.option("role").value_name("ROLE").value_parser(role).requires("admit"))
}

fn demo(help: &Help<'_>) -> Command {
    help.command("demo")
        .arg(help.path("screenshots", "DIR"))
        .arg(help.option("messages").value_name("N").value_parser(value_parser!(usize)))
        .arg(help.option("seed").value_name("S").value_parser(value_parser!(u64)))
}

fn inspect(help: &Help<'_>) -> Command {
    help.command("inspect")
        .after_help(format!("\n{}", help.0.get("cli-inspect-more")))
        .arg(help.option("rav").value_name("N").value_parser(value_parser!(u8).range(1..=99)))
        .arg(help.path("profile", "FILE"))
        .arg(help.flag("json"))
        .arg(help.flag("table").conflicts_with("json"))
        .arg(help.files())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use viewmodel::Language;

    use super::*;

    #[test]
    fn the_demo_takes_its_numbers_and_has_those_of_the_issue_without() {
        let texts = Texts::load(Language::Dutch).unwrap();
        let demo = |arguments: &[&str]| {
            let matches = commands(&texts).try_get_matches_from([&["terugblik", "demo"], arguments].concat()).unwrap();
            let Asked::Demo(demo) = asked(&matches) else { panic!("the demo was asked for") };
            (demo.messages, demo.seed)
        };
        assert_eq!(demo(&[]), (20_000, 12));
        assert_eq!(demo(&["--messages", "5", "--seed", "7"]), (5, 7));
    }
}
