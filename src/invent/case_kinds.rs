//! What a case of the test script leads to, and who sends it.

use domain::Agreement;

/// What becomes of a case's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A record of its own.
    TakenIn,
    /// A record that takes the place of an older version.
    NewerVersion,
    /// An exact repeat.
    Repeated,
    /// Refused, by the rule of this id.
    Refused(&'static str),
}

/// Why the administration gets a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Announced without a BSN.
    NotAnnounced,
    /// Another BSN than announced.
    Differs,
    /// A BSN that fails the elfproef.
    Invalid,
    /// Two different ones.
    TwoNumbers,
}

/// What the crew of the ride sees of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crew {
    /// Nothing.
    Nothing,
    /// This judgement, and all of diagnosis, description and remarks that was sent.
    All(Agreement),
    /// This judgement and the remarks: no diagnosis and no description, whatever was sent.
    Judgement(Agreement),
}

/// Who sends the cases of a script.
#[derive(Clone, Debug)]
pub struct CaseSender {
    /// URA and name.
    pub hospital: (String, String),
    /// Root and extension of its location, where it is one.
    pub location: Option<(String, String)>,
    /// Root and extension of its application, where it is told by that.
    pub application: Option<(String, String)>,
    /// Rides of different scripts have numbers of their own: after this one.
    pub after: usize,
}
