//! What is to be done first, on the first screen of a role, while there is nothing yet to work with.
//!
//! **Invariant:** numbers and dates only; what only another can do has no command.

use crate::Command;

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextState {
    /// This role can do it now.
    ToDo,
    /// It waits for somebody else.
    Waits,
    /// It is done.
    Done,
}

/// One step.
#[derive(Clone)]
pub struct NextStep {
    /// How it stands.
    pub state: NextState,
    /// Key of the sentence.
    pub text: &'static str,
    /// Values of the text, by name.
    pub values: Vec<(&'static str, String)>,
    /// A day of the text, `date` by name.
    pub day: Option<chrono::NaiveDate>,
    /// Where it is done: the words of the button, and what leads there.
    pub go: Option<(&'static str, Command)>,
}

/// The steps of a role, in their order.
#[derive(Clone)]
pub struct NextSteps {
    /// Key of the head.
    pub head: &'static str,
    /// Key of the sentence under it.
    pub under: &'static str,
    /// The steps.
    pub steps: Vec<NextStep>,
}
