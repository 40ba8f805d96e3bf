//! What leaves the program: results on standard output, everything else on standard error, a line at a time.
//!
//! **Invariant:** a reader that has gone is an error with an exit code, never a panic.

use std::{
    io::{ErrorKind, Write},
    path::Path,
};

use app::{AppError, Exit};
use viewmodel::Texts;

/// Writes a result.
///
/// # Errors
/// When nobody reads it any more, or the disk is full.
pub fn result(text: &str) -> Result<(), AppError> {
    let mut out = std::io::stdout().lock();
    let text = plain(text.trim_end_matches('\n'));
    let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n"));
    written.and_then(|()| out.flush()).map_err(|error| match error.kind() == ErrorKind::BrokenPipe {
        true => AppError { key: "error-output-closed", values: vec![], exit: Exit::System },
        false => AppError::file(Path::new("/dev/stdout"), &error),
    })
}

/// Says something beside the result. Where nobody hears it, there is nobody to tell either.
pub fn aside(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", plain(text));
}

/// A sentence with its values on one line: a line break, which a file's name may have, is written as `\\n`.
pub fn said(texts: &Texts, key: &str, values: &[(&'static str, String)]) -> String {
    let escaped = |value: &str| -> String {
        let breaks = |c: char| matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
        value.chars().map(|c| if breaks(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
    };
    let values: Vec<_> = values.iter().map(|(name, value)| (*name, escaped(value))).collect();
    texts.format(key, &values)
}

/// Text for a terminal: what would steer it, or turn the order of letters, is shown as a replacement character. File names,
/// names of hospitals and texts of messages are other people's.
fn plain(text: &str) -> String {
    let steers = |c: char| {
        (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_steers_a_terminal_is_not_passed_on() {
        assert_eq!(plain("a\u{1b}[31mb\u{9b}c\u{202e}d\tone\ntwo é"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\tone\ntwo é");
    }
}
