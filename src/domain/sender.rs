//! Who sent a message: an organisation, and of its sites the one that is a hospital of its own.
//!
//! **Not here:** which sites are listed as hospitals (`store`), where they stand in a message (`hl7`).

use serde::{Deserialize, Serialize};

use crate::InstanceId;

/// What tells hospitals of one organisation apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Site {
    /// A location.
    Location(InstanceId),
    /// An application that sends.
    Application(InstanceId),
}

impl Site {
    /// What identifies it.
    #[must_use]
    pub fn id(&self) -> &InstanceId {
        match self {
            Self::Location(id) | Self::Application(id) => id,
        }
    }
}

/// A hospital as messages name it: identity of messages, sets and replacements holds within one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sender {
    /// Its organisation.
    pub organisation: InstanceId,
    /// Its site, where the organisation has several hospitals.
    pub site: Option<Site>,
}

impl From<InstanceId> for Sender {
    /// An organisation as a whole.
    fn from(organisation: InstanceId) -> Self {
        Self { organisation, site: None }
    }
}
