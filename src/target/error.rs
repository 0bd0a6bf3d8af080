//! Errors of a target that cannot be used.
//!
//! The main type is [`TargetError`].

use thiserror::Error;

/// A URL that cannot be a target.
#[derive(Debug, Error)]
pub enum TargetError {
    /// The text cannot be parsed as a URL.
    #[error("{url:?} is not a URL ({error}): use one like http://127.0.0.1:5000")]
    NoUrl {
        /// The text.
        url: String,
        /// The problem, in the words of the parser.
        error: String,
    },
    /// The URL has another scheme, or no host.
    #[error("{0:?} is not an http URL: use one like http://127.0.0.1:5000")]
    NoHttp(String),
    /// The URL has more than a path behind its host.
    #[error("{0:?} has a query or a fragment: paths are put behind the URL, so leave them out")]
    Query(String),
    /// The URL has a user or a password.
    #[error("the URL holds credentials: use AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead")]
    Credentials,
    /// The HTTP library makes no client.
    #[error("no HTTP client can be made: {0}")]
    Client(#[from] reqwest::Error),
}
