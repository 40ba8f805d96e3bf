//! What `receive` takes on the command line.
//!
//! **Not here:** the other commands (`command_line`), what is done (`receive`).

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use tracing::Level;

use crate::{command_line::Help, log::Form};

/// What is asked of the receiving process; what is absent is as the store's settings have it.
#[derive(Clone)]
pub struct Receive {
    /// One round instead of running on.
    pub once: bool,
    /// Keep what is said here in the store, and end.
    pub save: bool,
    /// Address and port to listen on.
    pub listen: Option<String>,
    /// Path that messages are posted to.
    pub path: Option<String>,
    /// The server's certificate.
    pub certificate: Option<PathBuf>,
    /// The server's private key.
    pub private_key: Option<PathBuf>,
    /// Who issues the clients' certificates.
    pub client_ca: Option<PathBuf>,
    /// File with the listener's limits.
    pub limits: Option<PathBuf>,
    /// Where a monitor on this machine asks.
    pub health: Option<String>,
    /// The watched folder.
    pub folder: Option<PathBuf>,
    /// Nothing in it is altered.
    pub read_only: bool,
    /// Hours that originals of messages that were taken in are kept.
    pub keep_taken: Option<u32>,
    /// Hours that originals of refused messages are kept.
    pub keep_refused: Option<u32>,
    /// Days that acknowledgements are kept.
    pub keep_acknowledgements: Option<u32>,
    /// A structured log instead of sentences.
    pub log: Option<Form>,
    /// How much of it.
    pub level: Level,
}

/// What was asked for.
pub fn asked(m: &ArgMatches) -> Receive {
    let path = |name: &str| m.get_one::<PathBuf>(name).cloned();
    let number = |name: &str| m.get_one::<u32>(name).copied();
    Receive {
        once: m.get_flag("once"),
        save: m.get_flag("save"),
        listen: m.get_one::<std::net::SocketAddr>("listen").map(ToString::to_string),
        path: m.get_one::<String>("path").cloned(),
        certificate: path("certificate"),
        private_key: path("private-key"),
        client_ca: path("client-ca"),
        limits: path("limits"),
        health: m.get_one::<std::net::SocketAddr>("health").map(ToString::to_string),
        folder: path("watched"),
        read_only: m.get_flag("read-only"),
        keep_taken: number("keep-taken"),
        keep_refused: number("keep-refused"),
        keep_acknowledgements: number("keep-acknowledgements"),
        log: m.get_one("log").copied(),
        level: m.get_one("log-level").copied().unwrap_or(Level::INFO),
    }
}

/// The command with its help.
pub(crate) fn command(help: &Help<'_>) -> Command {
    let of_receive = |name: &'static str| Arg::new(name).long(name).help(help.0.get(&format!("cli-receive-{name}")));
    let file = |name| of_receive(name).value_name("FILE").value_parser(value_parser!(PathBuf));
    // LIMIT: originals in clear at most 30 days, acknowledgements a year.
    let hours = |name| of_receive(name).value_name("HOURS").value_parser(value_parser!(u32).range(0..=720));
    let days = |name| of_receive(name).value_name("DAYS").value_parser(value_parser!(u32).range(1..=365));
    let address = || value_parser!(std::net::SocketAddr);
    let form = |typed: &str| Form::named(typed).ok_or_else(|| "no form".to_owned());
    let level = |typed: &str| match typed {
        "error" => Ok(Level::ERROR),
        "warn" => Ok(Level::WARN),
        "info" => Ok(Level::INFO),
        "debug" => Ok(Level::DEBUG),
        _ => Err("no level".to_owned()),
    };
    help.command("receive")
        .after_help(format!("\n{}", help.0.get("cli-receive-more")))
        .arg(of_receive("listen").value_name("ADDR:PORT").value_parser(address()))
        .arg(of_receive("path").value_name("PATH"))
        .arg(file("certificate").requires("private-key"))
        .arg(file("private-key").requires("certificate"))
        .arg(file("client-ca"))
        .arg(file("limits"))
        .arg(of_receive("health").value_name("ADDR:PORT").value_parser(address()))
        .arg(
            Arg::new("watched")
                .long("folder")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .help(help.0.get("cli-receive-folder")),
        )
        .arg(of_receive("read-only").action(ArgAction::SetTrue))
        .arg(hours("keep-taken"))
        .arg(hours("keep-refused"))
        .arg(days("keep-acknowledgements"))
        .arg(of_receive("save").action(ArgAction::SetTrue))
        .arg(of_receive("log").value_name("json|text").value_parser(form))
        .arg(of_receive("log-level").value_name("error|warn|info|debug").value_parser(level).requires("log"))
        .arg(help.flag("once"))
}
