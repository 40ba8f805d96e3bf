//! The system's lock and sleep, as systemd-logind tells them over the system bus: the session locks with them.
//!
//! **Invariant:** sleep is held up (a delay lock of logind's) until the session's keys are gone, as long as logind lets it.
//! Without logind on the bus it hears nothing, and that is all.
//! **Not here:** what a lock does (`app`); other systems than Linux (the manual says what holds there).

use std::{collections::HashMap, time::Duration};

use app::Locker;
use zbus::{
    MatchRule,
    blocking::{Connection, MessageIterator},
    message::{Message, Type},
    zvariant::{ObjectPath, OwnedFd, OwnedObjectPath, OwnedValue},
};

const SERVICE: &str = "org.freedesktop.login1";
const MANAGER: &str = "/org/freedesktop/login1";
const MANAGES: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
// LIMIT: logind itself waits five seconds for a delay lock, unless its administrator says otherwise.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who this process is to logind.
pub struct Own {
    /// Its session, where the environment names one.
    pub session: Option<String>,
    /// Its number.
    pub process: u32,
    /// Its user.
    pub user: u32,
}

/// Locks whenever logind tells that this session is locked or left, or that the system goes to sleep; until the bus goes away.
///
/// # Errors
/// When the bus does not let us listen.
pub fn listen(bus: &Connection, own: &Own, locker: &Locker) -> zbus::Result<()> {
    let rule = MatchRule::builder().msg_type(Type::Signal).sender(SERVICE)?.build();
    // Heard from here on, so that nothing is missed while logind is asked who we are.
    let signals = MessageIterator::for_match_rule(rule, bus, None)?;
    let session = session(bus, own);
    let mut delay = delay_sleep(bus);
    for message in signals {
        match told(&message?, session.as_ref()) {
            Some(Told::Locked) => {
                locker.lock(PATIENCE);
            }
            Some(Told::FallsAsleep) => {
                locker.lock(PATIENCE);
                drop(delay.take());
            }
            Some(Told::Woke) => delay = delay.or_else(|| delay_sleep(bus)),
            None => {}
        }
    }
    Ok(())
}

enum Told {
    Locked,
    FallsAsleep,
    Woke,
}

/// What a signal of logind's means for this session.
fn told(message: &Message, session: Option<&OwnedObjectPath>) -> Option<Told> {
    let header = message.header();
    let (interface, member) = (header.interface()?.as_str(), header.member()?.as_str());
    if (interface, member) == (MANAGES, "PrepareForSleep") {
        let begins: bool = message.body().deserialize().ok()?;
        return Some(if begins { Told::FallsAsleep } else { Told::Woke });
    }
    if header.path().map(ObjectPath::as_str) != session.map(|session| session.as_str()) {
        return None;
    }
    match (interface, member) {
        (SESSION, "Lock") => Some(Told::Locked),
        (PROPERTIES, "PropertiesChanged") => {
            let body = message.body();
            let (_, changed, _): (String, HashMap<String, OwnedValue>, Vec<String>) = body.deserialize().ok()?;
            let is = |name: &str| changed.get(name).and_then(|value| bool::try_from(value).ok());
            // The desktop says that its screen is locked, or another person's session is before the screen.
            (is("LockedHint") == Some(true) || is("Active") == Some(false)).then_some(Told::Locked)
        }
        _ => None,
    }
}

/// Our session: as the environment names it, of this process, or the user's one with a display.
fn session(bus: &Connection, own: &Own) -> Option<OwnedObjectPath> {
    let path = |answer: zbus::Result<Message>| answer.ok()?.body().deserialize::<OwnedObjectPath>().ok();
    let of_id = |id: &String| path(bus.call_method(Some(SERVICE), MANAGER, Some(MANAGES), "GetSession", id));
    let of_process = || path(bus.call_method(Some(SERVICE), MANAGER, Some(MANAGES), "GetSessionByPID", &own.process));
    let of_user = || {
        let user = path(bus.call_method(Some(SERVICE), MANAGER, Some(MANAGES), "GetUser", &own.user))?;
        let question = &("org.freedesktop.login1.User", "Display");
        let answer = bus.call_method(Some(SERVICE), &user, Some(PROPERTIES), "Get", question).ok()?;
        let display: OwnedValue = answer.body().deserialize().ok()?;
        let (_, path): (String, OwnedObjectPath) = display.try_into().ok()?;
        Some(path)
    };
    own.session.as_ref().and_then(of_id).or_else(of_process).or_else(of_user)
}

/// Has sleep wait for us; as long as what it gives is not closed.
fn delay_sleep(bus: &Connection) -> Option<OwnedFd> {
    let question = &("sleep", "Terugblik", "Terugblik", "delay");
    let answer = bus.call_method(Some(SERVICE), MANAGER, Some(MANAGES), "Inhibit", question).ok()?;
    answer.body().deserialize().ok()
}
