//! Replies: what the reference server puts on the wire.
//!
//! The main type is [`Reply`].

use appmesh_model::error::ErrorKind;
use serde_json::{Value, json};

/// An answer to put on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// Value of `x-amzn-ErrorType`, if it is sent.
    pub error_type: Option<String>,
    /// Body, as JSON.
    pub body: Value,
}

impl Reply {
    /// A success with this body.
    pub(super) fn success(body: Value) -> Self {
        Self { status: 200, content_type: "application/json", error_type: None, body }
    }

    /// Whether the call was performed.
    pub(super) fn is_success(&self) -> bool {
        self.status == 200
    }

    /// The error where no operation is served: of a type that no operation has, so that a
    /// client can tell it from a missing resource.
    pub(super) fn unknown_operation(message: &str) -> Self {
        Self {
            error_type: Some("UnknownOperationException".to_owned()),
            ..Self::error(ErrorKind::NotFound, message)
        }
    }

    /// An error that names its type in the header, without a namespace.
    pub(super) fn error(error: ErrorKind, message: &str) -> Self {
        Self {
            status: error.status(),
            content_type: "application/json",
            error_type: Some(error.type_name().to_owned()),
            body: json!({ "message": message }),
        }
    }
}
