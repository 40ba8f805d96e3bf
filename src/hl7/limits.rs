//! What a message may ask of this program at most (MESSAGE12 §4), and what a profile and a masked structure may. Each of [`Limits`] can be set
//! lower; bytes also higher, to 16 MiB.
//!
//! **Invariant:** every limit of `hl7` stands here; `tests/tidy.rs` looks.

/// Limits of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a message, and of the text that is read from it: a reference can name the same text again and again.
    /// LIMIT: 1 MiB; the samples have 2–5 kB.
    pub message_bytes_max: usize,
    /// Nested elements. LIMIT: 64; CDA with its wrappers needs about 20.
    pub depth_max: usize,
    /// Elements. LIMIT: 50,000; memory is bounded by it.
    pub elements_max: usize,
    /// Attributes of one element, declarations of namespaces included. LIMIT: 64; HL7's widest type has 12.
    pub attributes_max: usize,
    /// Bytes of one attribute value. LIMIT: 64 KiB.
    pub attribute_bytes_max: usize,
    /// Bytes of one name, its prefix included. LIMIT: 256; CDA's longest has 33.
    pub name_bytes_max: usize,
    /// Namespaces declared at one place of the message. LIMIT: 128; each name is looked for among them.
    pub namespaces_max: usize,
    /// Different BSNs in one message. LIMIT: 32; two are a work item already.
    pub bsns_max: usize,
    /// Codes of diagnoses in one message, translations included. LIMIT: 256; a stay has a handful, each in two or three systems.
    pub codes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes_max: 1 << 20,
            depth_max: 64,
            elements_max: 50_000,
            attributes_max: 64,
            attribute_bytes_max: 64 << 10,
            name_bytes_max: 256,
            namespaces_max: 128,
            bsns_max: 32,
            codes_max: 256,
        }
    }
}

// LIMIT: distinct paths of over-delivery of one message (MESSAGE12 §7).
pub(crate) const PATHS_MAX: usize = 64;

// LIMIT: characters and digits of an ambulance number, which stands in the clear: `12-104` has six, and fewer than eight
// digits cannot hide a BSN.
pub(crate) const VEHICLE_CHARACTERS_MAX: usize = 10;
pub(crate) const VEHICLE_DIGITS_MAX: usize = 6;

// LIMIT: days between hand-over and receipt within which a hand-over counts (MESSAGE12 §7).
pub(crate) const HAND_OVER_DAYS_MAX: i64 = 400;

// LIMIT: days that a message may be sent ahead of this program's clock; more is no clock that runs fast.
pub(crate) const SENT_AHEAD_DAYS_MAX: i64 = 1;

// LIMIT: `versionNumber` of a message; a correction a day for as long as a record is kept is under 400.
pub(crate) const VERSION_NUMBER_MAX: u32 = 9999;

// LIMIT: bytes in which an XML declaration is looked for; the longest that means something has about 60.
pub(crate) const DECLARATION_BYTES_MAX: usize = 256;

// LIMIT: sites of a sender that are looked at; a message names one or two.
pub(crate) const SITES_MAX: usize = 8;

// LIMIT: findings of one message; each is another rule or another place, and CDA has more places than a person reads.
pub(crate) const FINDINGS_MAX: usize = 64;

// LIMIT: bytes set aside for what is fingerprinted; most messages need a few hundred, more makes another buffer.
pub(crate) const FINGERPRINT_BYTES: usize = 2048;

// LIMIT: seconds after which a message that could not be stored may come again; a full disk is not mended sooner.
pub(crate) const RETRY_AFTER_SECONDS: u32 = 300;

/// Of the masked structure of a message.
pub(crate) mod skeleton {
    // LIMIT: lines; the fullest sample has under 150, and more than a screen or a mail to a helpdesk are not read.
    pub(crate) const LINES_MAX: usize = 400;
    // LIMIT: elements looked at. Siblings of one form become one line, so a message as long as the limits allow is cut here, not by its lines.
    pub(crate) const ELEMENTS_MAX: usize = 5_000;
    // LIMIT: nested elements; a document without its wrappers needs about 15.
    pub(crate) const DEPTH_MAX: usize = 24;
    // LIMIT: attributes of one element; HL7's widest type has 12.
    pub(crate) const ATTRIBUTES_MAX: usize = 16;
    // LIMIT: what is counted of a value; a longer number could say something itself.
    pub(crate) const COUNT_MAX: usize = 99;
}

/// Of a profile's file.
pub(crate) mod profile {
    // LIMIT: bytes of a profile; the shipped ones have 2 kB, one with every list full would have 40.
    pub(crate) const BYTES_MAX: usize = 64 << 10;
    // LIMIT: characters of a name; they stand in a list on the screen.
    pub(crate) const NAME_MAX: usize = 64;
    // LIMIT: characters of a code, extension or root; HL7's longest OIDs have about 60.
    pub(crate) const CODE_MAX: usize = 128;
    // LIMIT: the number of a profile's version, as of a message's; kept in the store beside each message that was read by it.
    pub(crate) const VERSION_MAX: u32 = 9999;
    // LIMIT: ways in which one profile recognises a message: templates of some versions, with and without an application.
    pub(crate) const ACCEPTS_MAX: usize = 32;
    // LIMIT: selectors of one field; each is held against every entry of a message.
    pub(crate) const SELECTORS_MAX: usize = 8;
    // LIMIT: places one in another; CDA's sections and organizers are seldom deeper.
    pub(crate) const WITHIN_MAX: usize = 4;
    // LIMIT: roots of one identifier; a hospital has one for each system it had.
    pub(crate) const ROOTS_MAX: usize = 16;
    // LIMIT: values of agreement; a code list has a handful, in a few spellings.
    pub(crate) const VALUES_MAX: usize = 32;
    // LIMIT: faults that are listed; nobody mends more at once, and another file than a profile could have thousands.
    pub(crate) const FAULTS_MAX: usize = 50;
}
