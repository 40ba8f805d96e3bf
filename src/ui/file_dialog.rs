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
    /// Files, at least one; or a folder.
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
        self.ask_by(context, move || pick(&title, rfd::FileDialog::pick_files));
    }

    /// Opens it for one folder, unless it is open.
    pub(crate) fn ask_folder(&mut self, context: &Context, title: String) {
        let folder = |dialog: rfd::FileDialog| dialog.pick_folder().map(|folder| vec![folder]);
        self.ask_by(context, move || pick(&title, folder));
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
        let _ = std::thread::Builder::new().name("file-dialog".into()).spawn(ask);
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

fn pick(title: &str, pick: impl FnOnce(rfd::FileDialog) -> Option<Vec<PathBuf>>) -> Chosen {
    if !portal::is_there() {
        return Chosen::NoDialog;
    }
    match pick(rfd::FileDialog::new().set_title(title)) {
        Some(files) if !files.is_empty() => Chosen::Files(files),
        Some(_) | None => Chosen::Nothing,
    }
}

/// Linux: the desktop portal on the session's bus, at work or to be started by it.
#[cfg(target_os = "linux")]
mod portal {
    use zbus::{
        blocking::{connection::Builder, fdo::DBusProxy},
        names::BusName,
    };

    pub(super) const NAME: &str = "org.freedesktop.portal.Desktop";

    pub(super) fn is_there() -> bool {
        Builder::session().and_then(is_on).unwrap_or(false)
    }

    /// Whether a bus has it.
    pub(super) fn is_on(bus: Builder<'_>) -> zbus::Result<bool> {
        let connection = bus.build()?;
        let bus = DBusProxy::new(&connection)?;
        let name = BusName::try_from(NAME)?;
        Ok(bus.name_has_owner(name)? || bus.list_activatable_names()?.iter().any(|one| one.as_str() == NAME))
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
    #![allow(clippy::expect_used)]
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

    /// A bus of this test's own, gone with it; nothing where the tool is to be left out.
    #[cfg(target_os = "linux")]
    fn own_bus() -> Option<(std::process::Child, String)> {
        use std::{io::BufRead, process::Stdio};
        if std::env::var("TERUGBLIK_SKIP").unwrap_or_default().split([' ', ',']).any(|tool| tool == "dbus-daemon") {
            return None;
        }
        let mut command = std::process::Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--print-address"]).stdout(Stdio::piped());
        let mut bus = command.spawn().expect("dbus-daemon is missing: packaging/dev test installs it");
        let mut address = String::new();
        let said = bus.stdout.take().expect("it says its address");
        std::io::BufReader::new(said).read_line(&mut address).expect("it says its address");
        Some((bus, address.trim().to_owned()))
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_dialog_is_there_where_the_session_s_bus_has_the_portal_and_only_there() {
        use zbus::blocking::connection::Builder;
        let nowhere = Builder::address("unix:path=/nowhere").and_then(portal::is_on);
        assert!(nowhere.is_err(), "no bus");
        let Some((mut bus, address)) = own_bus() else { return };
        let on_it = || Builder::address(address.as_str()).and_then(portal::is_on);
        // A desktop's portal may be one that this bus could start.
        let before = on_it().expect("the bus answers");
        let portal = Builder::address(address.as_str()).and_then(|bus| bus.name(portal::NAME)).and_then(Builder::build);
        assert!(on_it().expect("the bus answers"), "it is there now; before: {before}");
        drop(portal);
        bus.kill().expect("it runs");
        bus.wait().expect("it ends");
    }
}
