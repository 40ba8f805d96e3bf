//! How the window looks: the one setting a person has so far.

/// Which colours the window follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Licht.
    Light,
    /// Donker.
    Dark,
    /// As the system is set.
    #[default]
    System,
}
