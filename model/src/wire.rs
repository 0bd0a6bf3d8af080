//! Wire rules: what holds of every answer, whatever the resource.
//!
//! The main type is [`Wire`]; [`Wire::text`] gives its row in the table.

use crate::rule::Basis;

/// A rule about the form of answers and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Wire {
    /// Success is 200.
    SuccessStatus,
    /// Only modelled statuses come back.
    Status,
    /// Answers are declared as JSON.
    ContentType,
    /// Answers are JSON.
    JsonBody,
    /// Members have the modelled JSON type.
    MemberType,
    /// Required members are there.
    RequiredMember,
    /// Enumerated members have a modelled value.
    Choice,
    /// Bounded members keep within their bounds.
    Bounds,
    /// Timestamps are epoch seconds, and none lies in the future.
    Timestamp,
    /// An error names its type.
    ErrorType,
    /// An error type goes with its status.
    ErrorStatus,
    /// Only modelled errors come back.
    ErrorModelled,
    /// Invalid input is answered with the error made for it.
    InvalidInput,
    /// A body that is not JSON is refused.
    MalformedBody,
    /// No call makes the server fail.
    NoServerFailure,
    /// The message of an error is text.
    ErrorMessage,
    /// What else an error's body holds.
    ErrorBody,
}

/// The row of a [`Wire`] rule.
#[derive(Clone, Copy, Debug)]
pub struct WireText {
    /// Which rule this is.
    pub wire: Wire,
    /// The part of the rule id behind `wire/`.
    pub slug: &'static str,
    /// How sure we are.
    pub basis: Basis,
    /// The promise, in our own words.
    pub statement: &'static str,
    /// Where it comes from; `{version}` is filled in.
    pub source: &'static str,
}

const fn row(
    wire: Wire,
    slug: &'static str,
    basis: Basis,
    statement: &'static str,
    source: &'static str,
) -> WireText {
    WireText { wire, slug, basis, statement, source }
}

/// One row per wire rule, in the order of the enum.
pub const WIRE: &[WireText] = &[
    row(
        Wire::SuccessStatus,
        "success-status",
        Basis::Stated,
        "Every success is answered with status 200.",
        "Service model {version}, http.responseCode of each operation",
    ),
    row(
        Wire::Status,
        "status",
        Basis::Stated,
        "An answer has the status of a success or of a modelled error.",
        "Service model {version}, http.responseCode and error.httpStatusCode",
    ),
    row(
        Wire::ContentType,
        "content-type",
        Basis::Inferred,
        "The content type of a success is JSON.",
        "Service model {version}, metadata.protocol: rest-json",
    ),
    row(
        Wire::JsonBody,
        "json-body",
        Basis::Stated,
        "The body of a success is a JSON object.",
        "Service model {version}, metadata.protocol: rest-json, and the payload of each operation",
    ),
    row(
        Wire::MemberType,
        "member-type",
        Basis::Stated,
        "Every modelled member of an answer has the modelled JSON type.",
        "Service model {version}, the output shape of the operation",
    ),
    row(
        Wire::RequiredMember,
        "required-member",
        Basis::Stated,
        "No required member of an answer is missing.",
        "Service model {version}, required members of the output shape",
    ),
    row(
        Wire::Choice,
        "choice",
        Basis::Stated,
        "An enumerated member of an answer has one of the modelled values.",
        "Service model {version}, enum of the member's shape",
    ),
    row(
        Wire::Bounds,
        "bounds",
        Basis::Stated,
        "A bounded member of an answer keeps within its bounds.",
        "Service model {version}, min and max of the member's shape",
    ),
    row(
        Wire::Timestamp,
        "timestamp",
        Basis::Stated,
        "A timestamp is a JSON number of epoch seconds. One that lies more than a day ahead of every known clock counts something else, such as milliseconds.",
        "API reference 2018-10-01, metadata.createdAt",
    ),
    row(
        Wire::ErrorType,
        "error-type",
        Basis::Inferred,
        "An error names its type in x-amzn-ErrorType, or as code or __type in the body.",
        "Service model {version}, metadata.protocol: rest-json",
    ),
    row(
        Wire::ErrorStatus,
        "error-status",
        Basis::Stated,
        "An error comes with the status that is modelled for its type.",
        "Service model {version}, error.httpStatusCode of the error's shape",
    ),
    row(
        Wire::ErrorModelled,
        "error-modelled",
        Basis::Stated,
        "An error is one of those that are modelled for the operation.",
        "Service model {version}, errors of the operation",
    ),
    row(
        Wire::InvalidInput,
        "invalid-input",
        Basis::Inferred,
        "Input outside its bounds is refused with BadRequestException.",
        "Service model {version}, BadRequestException: the only modelled error for malformed requests",
    ),
    row(
        Wire::MalformedBody,
        "malformed-body",
        Basis::Inferred,
        "A body that is not a JSON object is refused with BadRequestException.",
        "Service model {version}, BadRequestException",
    ),
    row(
        Wire::NoServerFailure,
        "no-server-failure",
        Basis::Inferred,
        "No request, however malformed, makes the server fail.",
        "Service model {version}, InternalServerErrorException is a fault of the server, never the answer to a bad request",
    ),
    row(
        Wire::ErrorMessage,
        "error-message",
        Basis::Stated,
        "The message of an error, where it has one, is a string.",
        "Service model {version}, the shape of each error, member message",
    ),
    row(
        Wire::ErrorBody,
        "error-body",
        Basis::Silent,
        "Whether an error has a body, what besides its message stands in it and of which content type it is are left open.",
        "Service model {version}, the shape of each error: no member is required; the recordings hold successes only",
    ),
];

impl Wire {
    /// How many wire rules there are.
    pub const COUNT: usize = WIRE.len();

    /// The row of this rule.
    pub const fn text(self) -> &'static WireText {
        &WIRE[self as usize]
    }
}
