//! The program's own test message, from its button to its last step.

use crate::{Command, Said};

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SelfTestState {
    /// It went well.
    Well,
    /// It is being tried.
    Now,
    /// It went no further.
    Failed,
    /// It was not reached.
    Later,
}

impl SelfTestState {
    /// The key of its word.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Well => "self-test-state-well",
            Self::Now => "self-test-state-now",
            Self::Failed => "self-test-state-failed",
            Self::Later => "self-test-state-later",
        }
    }
}

/// A step of the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTestStepShown {
    /// Key of its name.
    pub name: &'static str,
    /// How far it is.
    pub state: SelfTestState,
    /// What was found, or what is wrong.
    pub said: Option<Said>,
    /// Key of what to do.
    pub remedy: Option<&'static str>,
}

/// The program's own test message.
#[derive(Clone)]
pub struct SelfTestShown {
    /// Begins it; `None`: it is under way, or cannot be here.
    pub start: Option<Command>,
    /// Key of why it cannot be here.
    pub why_not: Option<&'static str>,
    /// Stops it.
    pub stop: Option<Command>,
    /// The steps; none before the first test.
    pub steps: Vec<SelfTestStepShown>,
    /// All went well; `None`: it is not over.
    pub well: Option<bool>,
}

/// What is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelfTestAct {
    /// Begin.
    Begin,
    /// Stop.
    Stop,
}
