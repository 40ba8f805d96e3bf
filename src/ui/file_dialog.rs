//! The system's file dialog, on a thread of its own: the window goes on, and takes the answer when it comes.
//!
//! **Invariant:** no picture waits for it; one dialog at a time; cancelled, nothing happens.
//! **Not here:** what is done with the files (`screens`), files dropped on the window.

use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, TryRecvError, sync_channel},
};

use egui::Context;

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// Files, at least one.
    Files(Vec<PathBuf>),
    /// Nothing was chosen.
    Nothing,
    /// The system has no file dialog for programs.
    NoDialog,
}

/// The dialog, as the window holds it.
#[derive(Default)]
pub(crate) struct FileDialog {
    answer: Option<Receiver<Chosen>>,
}

impl FileDialog {
    /// Whether it is open.
    pub(crate) fn is_open(&self) -> bool {
        self.answer.is_some()
    }

    /// Opens it, unless it is open.
    pub(crate) fn ask(&mut self, context: &Context, title: String) {
        self.ask_by(context, move || pick(&title));
    }

    /// Has the answer given by this, on a thread of its own.
    fn ask_by(&mut self, context: &Context, pick: impl FnOnce() -> Chosen + Send + 'static) {
        if self.is_open() {
            return;
        }
        let (tell, answer) = sync_channel(1);
        let context = context.clone();
        let ask = move || {
            // Who does not wait any more closed the form.
            let _ = tell.try_send(pick());
            context.request_repaint();
        };
        // Where no thread can be had, the answer's other end is gone, and that is no dialog.
        let _ = std::thread::Builder::new().name("file dialog".into()).spawn(ask);
        self.answer = Some(answer);
    }

    /// The answer, once it is there.
    pub(crate) fn take(&mut self) -> Option<Chosen> {
        let chosen = match self.answer.as_ref()?.try_recv() {
            Ok(chosen) => chosen,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Chosen::NoDialog,
        };
        self.answer = None;
        Some(chosen)
    }
}

fn pick(title: &str) -> Chosen {
    if !portal::is_there() {
        return Chosen::NoDialog;
    }
    match rfd::FileDialog::new().set_title(title).pick_files() {
        Some(files) if !files.is_empty() => Chosen::Files(files),
        Some(_) | None => Chosen::Nothing,
    }
}

/// Linux: the desktop portal on the session's bus, at work or to be started by it.
#[cfg(target_os = "linux")]
mod portal {
    use zbus::{blocking::Connection, blocking::fdo::DBusProxy, names::BusName};

    const NAME: &str = "org.freedesktop.portal.Desktop";

    pub(super) fn is_there() -> bool {
        let found = || -> zbus::Result<bool> {
            let connection = Connection::session()?;
            let bus = DBusProxy::new(&connection)?;
            let name = BusName::try_from(NAME)?;
            Ok(bus.name_has_owner(name)? || bus.list_activatable_names()?.iter().any(|one| one.as_str() == NAME))
        };
        found().unwrap_or(false)
    }
}

/// Elsewhere the system has one of its own.
#[cfg(not(target_os = "linux"))]
mod portal {
    pub(super) fn is_there() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(dialog: &mut FileDialog) -> Chosen {
        loop {
            if let Some(chosen) = dialog.take() {
                return chosen;
            }
            std::thread::yield_now();
        }
    }

    #[test]
    fn the_answer_comes_when_it_is_there_and_a_second_dialog_waits_for_the_first() {
        let (context, mut dialog) = (Context::default(), FileDialog::default());
        let (choose, chosen) = sync_channel(1);
        dialog.ask_by(&context, move || chosen.recv().unwrap_or(Chosen::NoDialog));
        assert!(dialog.is_open() && dialog.take().is_none(), "nothing is chosen yet, and nothing waited");
        dialog.ask_by(&context, || Chosen::Files(vec!["second".into()]));
        let _ = choose.send(Chosen::Files(vec!["first".into()]));
        assert_eq!(answered(&mut dialog), Chosen::Files(vec!["first".into()]));
        assert!(!dialog.is_open());
        dialog.ask_by(&context, || Chosen::Nothing);
        assert_eq!(answered(&mut dialog), Chosen::Nothing);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn without_a_session_bus_it_is_known_that_there_is_no_dialog() {
        if std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() && std::env::var_os("XDG_RUNTIME_DIR").is_none() {
            assert_eq!(pick("-"), Chosen::NoDialog);
        }
    }
}
