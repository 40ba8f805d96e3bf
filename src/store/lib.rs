//! The store: one SQLCipher file. SQL is here and nowhere else.
//!
//! **Invariant:** [`Inbox`] writes content and can open nothing; [`Archive`] opens with a session whose role has the right.
//! **Invariant:** no SQLite idea stands in a public function, so that another backend can stand beside it.
//! **Not here:** what is kept of a message (`hl7`, `intake`), what a screen shows (`app`).

mod account_list;
mod accounts;
mod admission;
mod append;
mod archive;
mod asked;
mod audit_trail;
mod backup;
mod certificates;
mod clock;
mod column_rights;
mod confirmations;
mod connection;
mod connection_acts;
mod connections;
mod crew_changes;
mod crews;
mod day_keys;
mod deliver;
mod directory;
mod drafts;
mod duties;
mod entry;
mod error;
mod expiring;
mod faults;
mod feedback_list;
mod figures;
mod flags;
mod folder_taken;
mod identity;
mod identity_places;
mod inbox;
mod judged;
mod keystore;
mod leaving;
mod lines;
mod linking;
mod logged_file;
mod machine;
mod marks;
mod message_log;
mod message_note;
mod minimisation;
mod misplaced;
mod misplaced_counts;
mod notes;
mod one_number;
mod os_group;
mod own_settings;
mod own_trend;
mod peer_support;
mod place;
mod plain_read;
mod profiles;
mod published;
mod purge;
mod rav_contact;
mod reading;
mod receive_settings;
mod receiver;
mod recovery;
mod recovery_file;
mod reflections;
mod refused;
mod replaced;
mod resealing;
mod retention;
mod rewriting;
mod ride;
mod ride_files;
mod ride_folder;
mod ride_import;
mod ride_sources;
mod rides;
mod rotation;
mod sealed_parts;
mod self_test;
mod senders;
mod set_up;
mod slices;
mod status;
mod store;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;
mod trial;
mod troubles;
mod unlinked;
mod unrecognised;
mod watch;
mod window_settings;
mod withdrawal;
mod work;
mod worklist;
mod wraps;

pub use account_list::{ACTIVATION_DAYS, AccountMade, AccountRow};
pub use admission::MemberRow;
pub use archive::{Archive, OpenedParts};
pub use asked::Asked;
pub use audit_trail::Logged;
pub use certificates::{
    CertificateRefusal, CertificateRefused, CertificateSeen, HospitalCertificate, HospitalRefused, ListedCertificate,
    RefusedCertificateRow,
};
pub use clock::{DailyPurge, PurgeDue};
pub use column_rights::{ColumnRight, ColumnRightRule};
pub use connection::sqlcipher_opening;
pub use connection_acts::{ConnectionRule, may_test};
pub use connections::{Agreement as WorkAgreement, Contact, Hospital, Route, STEPS, StatusSince, Step};
pub use crew_changes::{CrewChange, CrewChanged};
pub use directory::KeyOwner;
pub use drafts::{DRAFT_OF_NOTE, DRAFT_OF_REFLECTION};
pub use duties::DutyDates;
pub use error::StoreError;
pub use expiring::{CertificateWarning, WarningStage};
#[cfg(feature = "fault-points")]
pub use faults::{ask_for_milliseconds, die_at, lies_on, next_migration, runs_on, tell_transactions};
pub use feedback_list::FeedbackHead;
pub use figures::{Columns, Counted};
pub use folder_taken::FolderMark;
pub use inbox::{Arrived, Inbox, Incoming, OfRegister, Outcome, Refused};
pub use judged::JudgedBy;
pub use keystore::{KeyError, KeySource};
pub use leaving::ResetRow;
pub use lines::LinesFault;
pub use marks::{Marked, OwnMarked};
pub use message_log::{MessageLine, MessagePage};
pub use message_note::{MessageNote, Way};
pub use minimisation::OverDeliveredPath;
pub use misplaced::{
    MISPLACED_DAYS, MISPLACED_UNDO_DAYS, Misplaced, MisplacedDecision, MisplacedOfRecord, MisplacedState, TextOfRecord,
    is_taken_out,
};
pub use misplaced_counts::MisplacedCount;
pub use notes::NOTE_CHARACTERS_MAX;
pub use one_number::{ContestedRecord, RideOfNumber};
pub use os_group::OsGroup;
pub use own_trend::{OWN_RECORDS_MAX, OwnCounted};
pub use peer_support::PeerSupport;
pub use place::{DATABASE, NewFolders, lies_in, make_shared as make_shared_folder, share_files, taken_elsewhere_by};
pub use plain_read::{OpensWhen, PlainRead};
pub use profiles::{LoadedProfile, ProfileActor, ProfileForce, ProfileLoad, ProfilesState};
pub use published::PublishedRow;
pub use purge::Purge;
pub use rav_contact::{RavContact, RavContactFault};
pub use reading::Reading;
pub use receive_settings::ReceiveSettings;
pub use receiver::{FileFault, FolderHealth, ReceiverState, ReceiverTurn, WrongFile};
pub use recovery::{KitUse, Recovery};
pub use recovery_file::{is_under_another_root, kit_numbers, open as open_recovery};
pub use reflections::{
    REFLECTION_CHARACTERS_MAX, REFLECTION_UNDO_SECONDS, ReflectedRecord, ReflectionChange, ReflectionContent,
    ReflectionKept, ReflectionOpened, ReflectionRow,
};
pub use retention::Purged;
pub use ride::{Imported, Ride};
pub use ride_files::{RideFilesNote, RideFilesOutcome, RideFilesWhy};
pub use ride_folder::{RideFilesTurn, RideFolderLook, RideFolderSettings, RideFolderState};
pub use ride_sources::RideSource;
pub use rides::announced_bsn;
pub use rotation::RotationProgress;
pub use self_test::{SELF_TEST_TERM, SelfTestCame, SelfTestPass, SelfTestState, SelfTestTurn};
pub use senders::{Agreed, Standing, Status as HospitalStatus};
pub use status::{Beginnings, Organisation, SenderCounts, Status};
pub use store::{Made, NewStore, Origin, Settings, Store, new_root};
pub use system::{create_folder, create_private, is_credential, sync_folder};
pub use trial::{CaseOutcome, SignOff, SignedOff, TestCase, TestCaseRow, Ticked};
pub use troubles::{Trouble, TroubleRow, free_bytes};
pub use unlinked::{Candidate, HeldRecord, NearMiss, UnlinkedRecord, WaitingCount};
pub use unrecognised::{Lacking, Unrecognised, UnrecognisedRow};
pub use watch::{ArrivalDay, Refusals, Silent, TakenUp, WatchAlarm};
pub use window_settings::WindowSettings;
pub use withdrawal::DISOWN_UNDO_SECONDS;
pub use work::{CLAIM_MINUTES, DESTROY_AFTER_DAYS, TAKEN_OVER_DAYS, UNDO_SECONDS, WorkReason, WorkState};
pub use worklist::{AwaitedRide, ClosedRide, RegisterRow, WorkRow};
// Of `seal`, what callers hold and hand in: they do not depend on it themselves.
pub use seal::{
    KitError, KitNumber, RecoveryKit, RecoverySheet, RootSecret, SHEET_WORDS, SHEETS, SheetError, digest as digest_of,
    is_sheet_word,
};
