//! Errors of a target: what it cannot be, and why a call has no answer.
//!
//! The main types are [`TargetError`] and [`SendError`].

use std::io;

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

/// Why a call has no answer.
#[derive(Debug, Error)]
pub(super) enum SendError {
    /// The request cannot be signed.
    #[error("cannot be signed: {0}")]
    Signature(String),
    /// The request cannot be written.
    #[error(transparent)]
    Request(#[from] axum::http::Error),
    /// The connection failed, or the time was up.
    #[error("{}", explain(.0))]
    Connection(#[from] reqwest::Error),
    /// The answer is in a coding that the request ruled out.
    #[error("the answer is in the coding {0:?}, which was ruled out")]
    Coding(String),
    /// The answer is longer than this bound.
    #[error("the answer is longer than {0} bytes")]
    Bytes(usize),
    /// The answer holds more JSON values than this bound.
    #[error("the answer holds more than {0} JSON values")]
    Values(usize),
}

/// Why a body is not read.
#[derive(Debug, Error)]
pub(super) enum BodyError {
    /// There is none.
    #[error("an empty body")]
    Empty,
    /// It is no text.
    #[error("a body that is not UTF-8")]
    Utf8,
    /// It is no JSON, or nested too deep.
    #[error("a body that is not read as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// What went wrong, down to the first cause, in one line without the URL.
fn explain(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    if speaks_no_tls(cause) {
        return "the target does not speak TLS: is it http instead of https?".to_owned();
    }
    cause.to_string()
}

/// Whether what came is nothing that TLS begins with.
fn speaks_no_tls(cause: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = cause;
    // Errors of input and output do not count what they hold as their cause.
    while let Some(held) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        cause = held;
    }
    matches!(cause.downcast_ref(), Some(rustls::Error::InvalidMessage(_)))
}
