//! What is half-typed on *Ritten*.

use crate::file_dialog::FileDialog;

/// What is half-typed on *Ritten*.
#[derive(Default)]
pub(crate) struct RidesState {
    /// Of which held message a reason is typed.
    pub(crate) accepting: Option<(viewmodel::RecordId, String)>,
    /// The name of a source.
    pub(crate) remember: Option<String>,
    /// What a crew column is to give.
    pub(crate) right: Option<viewmodel::ColumnRightTyped>,
    /// The watched folder, while it is being set.
    pub(crate) folder: Option<RideFolderForm>,
    /// The dialog that chooses it.
    pub(crate) folder_dialog: FileDialog,
}

/// The form of the watched folder of ride files.
pub(crate) struct RideFolderForm {
    pub(crate) typed: viewmodel::RideFolderTyped,
    /// As it was sent.
    pub(crate) sent: Option<viewmodel::RideFolderTyped>,
    /// The system has no dialog.
    pub(crate) no_dialog: bool,
}
