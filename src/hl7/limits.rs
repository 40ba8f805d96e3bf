//! What a message may ask of this program at most (MESSAGE12 §4). Each can be set lower; bytes also higher, to 16 MiB.

/// Limits of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a message. LIMIT: 1 MiB; the samples have 2–5 kB.
    pub message_bytes_max: usize,
    /// Nested elements. LIMIT: 64; CDA with its wrappers needs about 20.
    pub depth_max: usize,
    /// Elements. LIMIT: 50,000; memory is bounded by it.
    pub elements_max: usize,
    /// Attributes of one element. LIMIT: 64; HL7's widest type has 12.
    pub attributes_max: usize,
    /// Bytes of one attribute value. LIMIT: 64 KiB.
    pub attribute_bytes_max: usize,
    /// Bytes of one name. LIMIT: 256; CDA's longest has 33.
    pub name_bytes_max: usize,
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
        }
    }
}
