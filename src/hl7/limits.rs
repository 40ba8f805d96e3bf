//! What a message may ask of this program at most (MESSAGE12 §4). Each can be set lower; bytes also higher, to 16 MiB.

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
