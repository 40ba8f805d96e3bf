//! What leaves the program: results on standard output, everything else on standard error, a line at a time.
//!
//! **Invariant:** a reader that has gone is an error with an exit code, never a panic.

use std::{
    io::{ErrorKind, Write},
    path::Path,
};

use app::{AppError, Exit};

/// Writes a result.
///
/// # Errors
/// When nobody reads it any more, or the disk is full.
pub fn result(text: &str) -> Result<(), AppError> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.trim_end_matches('\n').as_bytes()).and_then(|()| out.write_all(b"\n"));
    written.and_then(|()| out.flush()).map_err(|error| match error.kind() == ErrorKind::BrokenPipe {
        true => AppError { key: "error-output-closed", values: vec![], exit: Exit::System },
        false => AppError::file(Path::new("/dev/stdout"), &error),
    })
}

/// Says something beside the result. Where nobody hears it, there is nobody to tell either.
pub fn aside(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
