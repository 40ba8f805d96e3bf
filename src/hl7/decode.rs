//! Bytes to text: a BOM first, then UTF-16 by its first bytes, then the transport's charset, then the declaration, else UTF-8.

use std::{borrow::Cow, ops::Deref};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use zeroize::Zeroizing;

use crate::{limits::DECLARATION_BYTES_MAX, rules::Rule};

/// The text of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decoded<'b> {
    /// UTF-8 is read where it stands.
    AsItCame(&'b str),
    Converted(Zeroizing<String>),
}

impl Deref for Decoded<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::AsItCame(text) => text,
            Self::Converted(text) => text,
        }
    }
}

/// Decodes; bytes that the encoding does not have are refused, never replaced.
pub(crate) fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Decoded<'b>, Rule> {
    let (encoding, skip) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        None if bytes.starts_with(&[0, b'<']) => (UTF_16BE, 0),
        None if bytes.starts_with(&[b'<', 0]) => (UTF_16LE, 0),
        None => {
            let declared = declared(bytes);
            let label = charset.or(declared.as_deref());
            let encoding = match label {
                Some(label) => Encoding::for_label(label.trim_matches(['"', '\'']).as_bytes()).ok_or(Rule::Encoding)?,
                None => UTF_8,
            };
            // A declaration read byte by byte cannot be UTF-16: what it says of itself is wrong, its bytes are not.
            (if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding }, 0)
        }
    };
    let bytes = bytes.get(skip..).unwrap_or_default();
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(Cow::Borrowed(text)) => Ok(Decoded::AsItCame(text)),
        Some(Cow::Owned(text)) => Ok(Decoded::Converted(Zeroizing::new(text))),
        None => Err(Rule::Encoding),
    }
}

fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(DECLARATION_BYTES_MAX))?;
    let end = head.windows(2).position(|w| w == b"?>")?;
    let declaration = std::str::from_utf8(head.get(..end)?).ok()?;
    let declaration = declaration.trim_start().strip_prefix("<?xml")?;
    let (_, after) = declaration.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after.get(1..)?.split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_transport_is_believed_before_the_declaration_and_a_bom_before_both() {
        let declared = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xeb</a>";
        assert!(decode(declared, None).unwrap().contains('ë'));
        assert_eq!(decode(declared, Some("utf-8")), Err(Rule::Encoding), "the transport says UTF-8, and it is not");
        assert!(decode(b"\xef\xbb\xbf<a>\xc3\xab</a>", Some("iso-8859-1")).unwrap().contains('ë'));
        assert!(decode(b"<a>\x80</a>", Some("windows-1252")).unwrap().contains('€'));
        assert_eq!(decode(b"<a/>", Some("ebcdic-nl")), Err(Rule::Encoding));
    }

    #[test]
    fn utf_16_is_known_by_its_first_bytes() {
        let little: Vec<u8> = "<a>ë</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "<a>ë</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(&*decode(&little, None).unwrap(), "<a>ë</a>");
        assert_eq!(&*decode(&big, None).unwrap(), "<a>ë</a>");
        assert_eq!(decode(&little[..little.len() - 1], None), Err(Rule::Encoding), "cut in the middle of a character");
    }
}
