//! `take_in`: the one way into the store, for listener, folder, hand, import and demo alike.
//!
//! **Invariant:** the acknowledgement of a message taken in is made after the commit is durable.
//! **Not here:** reading (`hl7`), sealing and writing (`store`), how bytes got here.

mod board;
mod certificate_file;
mod committer;
mod folder;
pub mod listener;
mod noted;
mod queue;
mod self_test;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;
mod take_in;

pub use certificate_file::certificate_in;
pub use committer::{Answered, Clock, Committer, Door, Entrance, Message, NotTaken, OpenDoor, QueueLimits, Waiting};
pub use folder::{FolderSettings, FolderWatch, Handling, RideFileThere, RideFolder, Terms, is_folder_of_hospital};
pub use self_test::{
    SelfTest, SelfTestAsked, SelfTestDone, SelfTestFault, SelfTestIdentity, SelfTestMessage, SelfTestReport,
};
pub use take_in::{
    Arrival, ReadMessage, Reader, Taken, TakenOutcome, Unanswered, Way, not_stored, read_message, take_in, take_in_all,
    take_in_read,
};
