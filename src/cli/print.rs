//! Text on standard output and in files, with the messages for writes that fail.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::atomic_write;
use super::error::UsageError;

/// Writes to standard output. A reader that has closed the pipe is no error.
pub(super) fn print(text: &str) -> Result<(), UsageError> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A value as indented JSON.
pub(super) fn json_text(value: &impl Serialize) -> Result<String, UsageError> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// Writes a file as a whole or not at all.
pub(super) fn write(file: &Path, text: &str) -> Result<(), UsageError> {
    atomic_write::save(file, text).map_err(|error| cannot_write(file, &error))
}

/// Checks that a file can be written.
pub(super) fn can_write(file: &Path) -> Result<(), UsageError> {
    atomic_write::can_save(file).map_err(|error| cannot_write(file, &error))
}

/// Checks that files can be written into a folder.
pub(super) fn can_fill(folder: &Path) -> Result<(), UsageError> {
    atomic_write::can_fill(folder)
        .map_err(|error| UsageError(format!("cannot write into {}: {error}", folder.display())))
}

/// The error of a file that cannot be written.
pub(super) fn cannot_write(file: &Path, error: &io::Error) -> UsageError {
    UsageError(format!("cannot write {}: {error}", file.display()))
}
