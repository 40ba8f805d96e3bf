//! Which machine has a store open: its name and its boot, in a file of the store's folder, for where a share or a synced folder was
//! not seen to be one.
//!
//! **Invariant:** the file names a machine for as long as a process of that machine has the store open. One that was killed leaves it
//! so; the same machine, also started anew or with another name since, takes no notice of that.
//! **Not here:** the processes of one machine (`place`).

use std::{
    fs::File,
    io::{Read as _, Seek as _, Write as _},
    path::Path,
    time::Duration,
};

use crate::{StoreError, faults, place, system};

/// Name of the file in a store's folder.
const MACHINE_LOCK: &str = "machine.lock";
// LIMIT: how long one waits for who opens or closes the store at the same moment; each reads and writes a line.
const TURN: Duration = Duration::from_secs(10);
// LIMIT: bytes of a name and a boot that are read; a name of a host has at most 255.
const BYTES_MAX: u64 = 1024;

/// A machine as the file names it.
#[derive(PartialEq, Eq)]
struct Machine {
    name: String,
    /// Empty where the system does not say.
    boot: String,
}

impl Machine {
    fn this(name: &str) -> Self {
        let [name, boot] = faults::machine().unwrap_or_else(|| [name.to_owned(), system::boot().unwrap_or_default()]);
        Self { name, boot }
    }

    /// A container has another name each time, and the boot of its host; a machine that was started anew has its name.
    fn is(&self, other: &Self) -> bool {
        self.name == other.name || (!self.boot.is_empty() && self.boot == other.boot)
    }
}

/// The file that names the machine.
pub(crate) struct MachineFile(File);

/// While it is held nobody else opens or closes the store.
pub(crate) struct MachineTurn<'a>(&'a File);

impl Drop for MachineTurn<'_> {
    fn drop(&mut self) {
        // A lock that cannot be given back goes with the file.
        let _ = self.0.unlock();
    }
}

impl MachineFile {
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        place::lock_file(folder, MACHINE_LOCK).map(Self)
    }

    fn turn(&self) -> Result<MachineTurn<'_>, StoreError> {
        if place::lock_within(&self.0, TURN) {
            return Ok(MachineTurn(&self.0));
        }
        Err(StoreError::Busy(TURN.as_secs()))
    }

    /// Names this machine.
    ///
    /// # Errors
    /// Where another has the store open, or had it when it was stopped.
    pub(crate) fn enter(&self, folder: &Path, name: &str) -> Result<MachineTurn<'_>, StoreError> {
        let turn = self.turn()?;
        let this = Machine::this(name);
        match self.read() {
            Some(there) if there == this => {}
            Some(there) if !there.is(&this) => {
                return Err(StoreError::OtherMachine { name: there.name, file: folder.join(MACHINE_LOCK) });
            }
            // On a full disk it is not written down; the locks of this machine hold all the same.
            Some(_) | None => drop(self.write(&this)),
        }
        Ok(turn)
    }

    /// Names no machine any more, if nobody else here has the store open.
    pub(crate) fn leave(&self, open: &File) {
        let Ok(_turn) = self.turn() else { return };
        // Not every system lets a lock grow.
        let _ = open.unlock();
        if open.try_lock().is_ok() {
            let _ = self.0.set_len(0);
            let _ = open.unlock();
        }
    }

    fn read(&self) -> Option<Machine> {
        let mut text = String::new();
        let mut file = &self.0;
        file.rewind().and_then(|()| file.take(BYTES_MAX).read_to_string(&mut text)).ok()?;
        let (name, boot) = text.split_once('\n')?;
        Some(Machine { name: name.to_owned(), boot: boot.trim_end().to_owned() })
    }

    fn write(&self, Machine { name, boot }: &Machine) -> std::io::Result<()> {
        let mut file = &self.0;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(format!("{}\n{boot}\n", name.replace(char::is_control, " ")).as_bytes())
    }
}
