//! The listener of `receive`: from settings and command line to `intake::listener`.
//!
//! **Not here:** what it does (`intake`), when it starts and stops (`receive`).

use std::{io::ErrorKind, net::SocketAddr, path::Path};

use app::{AppError, Exit};
use intake::{
    Entrance,
    listener::{FILES_EVERY, Listener, ListenerError, ListenerFiles, ListenerLimits, ListenerSettings, RefusalTexts},
};
use store::ReceiveSettings;
use viewmodel::Texts;

/// Its limits: from the file that is named, or as the program has them.
pub fn limits(settings: &ReceiveSettings) -> Result<ListenerLimits, AppError> {
    let Some(file) = &settings.limits else { return Ok(ListenerLimits::default()) };
    let text = app::read_text(file)?;
    app::listener_limits(&text).map_err(|error| error.at(file))
}

/// Its files, where the settings name them.
pub fn files(settings: &ReceiveSettings) -> Option<ListenerFiles> {
    Some(ListenerFiles {
        certificate: settings.certificate.clone()?,
        private_key: settings.private_key.clone()?,
        client_ca: settings.client_ca.clone(),
    })
}

/// What a listener is told, by the settings; `None`: there is to be none.
pub fn told(settings: &ReceiveSettings, store: &Path, texts: &Texts) -> Result<Option<ListenerSettings>, AppError> {
    let Some(listen) = &settings.listen else { return Ok(None) };
    let Some(files) = files(settings) else {
        return Err(AppError::refused("error-listener-no-certificate", vec![]));
    };
    Ok(Some(ListenerSettings {
        listen: address(listen)?,
        health: settings.health.as_deref().map(address).transpose()?,
        path: settings.path.clone(),
        files,
        limits: limits(settings)?,
        texts: RefusalTexts::of(|key| texts.get(key)),
        store: store.to_path_buf(),
        files_every: FILES_EVERY,
    }))
}

/// Listens as it is told.
pub fn start(told: ListenerSettings, entrance: Entrance) -> Result<Listener, AppError> {
    Listener::start(told, entrance).map_err(|error| said(&error))
}

fn address(text: &str) -> Result<SocketAddr, AppError> {
    text.parse().map_err(|_| AppError::refused("error-listener-address", vec![("address", text.to_owned())]))
}

fn said(error: &ListenerError) -> AppError {
    let system = |address: &SocketAddr, kind: ErrorKind| {
        let known = [
            (ErrorKind::AddrInUse, "error-listener-in-use"),
            (ErrorKind::AddrNotAvailable, "error-listener-elsewhere"),
            (ErrorKind::PermissionDenied, "error-listener-port"),
        ];
        let key = known.iter().find(|(of, _)| *of == kind).map_or("error-listener-system", |(_, key)| key);
        AppError { key, values: vec![("address", address.to_string())], exit: Exit::System }
    };
    match error {
        ListenerError::File(error) => app::listener_file(error),
        ListenerError::Limit(wrong) => app::listener_limit(wrong),
        ListenerError::HealthNotLocal(address) => {
            AppError::refused("error-listener-health", vec![("address", address.to_string())])
        }
        ListenerError::Path => AppError::refused("error-listener-path", vec![]),
        ListenerError::Address { address, kind } => system(address, *kind),
        ListenerError::Threads(_) => AppError { key: "error-system", values: vec![], exit: Exit::System },
    }
}
