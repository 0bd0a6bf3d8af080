//! The error that ends a command with a message and exit code 2.
//!
//! The main type is [`UsageError`].

/// A problem that the caller must solve, as the message for standard error.
pub(super) struct UsageError(pub(super) String);

impl<E: std::error::Error> From<E> for UsageError {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
