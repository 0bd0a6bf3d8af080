//! Faults in the form of answers, which the whole server has.

use appmesh_model::operation::Verb;
use appmesh_model::promise::Promise;
use appmesh_model::wire::Wire;

use super::act::{Act, Slip, Via, What, When};
use super::row::{ANY, DELETE, DESCRIBE, LIST};

/// A fault of the whole server.
pub(super) struct WireRow {
    /// The part of the fault's id behind `wire.`.
    pub slug: &'static str,
    /// The rule that it breaks.
    pub breaks: Wire,
    /// What it does, for a person.
    pub summary: &'static str,
    /// The promises that it may break, too, in every family.
    pub also: &'static [Promise],
    /// What it does.
    pub act: Act,
}

const fn row(
    slug: &'static str,
    breaks: Wire,
    on: &'static [Verb],
    what: What,
    summary: &'static str,
) -> WireRow {
    let act = Act { on, via: Via::Itself, when: When::Always, what };
    WireRow { slug, breaks, summary, also: &[], act }
}

impl WireRow {
    const fn also(mut self, also: &'static [Promise]) -> Self {
        self.also = also;
        self
    }

    const fn when(mut self, when: When) -> Self {
        self.act.when = when;
        self
    }
}

const fn slip(slip: Slip) -> What {
    What::Reply(slip)
}

/// The faults of the whole server.
pub(super) const ROWS: &[WireRow] = &[
    row(
        "created",
        Wire::SuccessStatus,
        &[Verb::Create],
        slip(Slip::Created),
        "creates are answered with 201",
    ),
    row(
        "plain-text",
        Wire::ContentType,
        ANY,
        slip(Slip::PlainText),
        "answers are declared as text/plain",
    ),
    row("time-as-text", Wire::Timestamp, ANY, slip(Slip::TimeAsText), "timestamps are strings"),
    row("number-as-text", Wire::MemberType, ANY, slip(Slip::NumberAsText), "versions are strings"),
    row(
        "no-name",
        Wire::RequiredMember,
        ANY,
        slip(Slip::NoName),
        "answers leave out the name of the resource",
    ),
    row(
        "no-error-type",
        Wire::ErrorType,
        ANY,
        slip(Slip::NoErrorType),
        "errors do not name their type",
    ),
    row(
        "error-message-is-a-number",
        Wire::ErrorMessage,
        ANY,
        slip(Slip::NumberForMessage),
        "the message of an error is a number",
    ),
    row(
        "not-found-is-400",
        Wire::ErrorStatus,
        ANY,
        slip(Slip::NotFoundIs400),
        "NotFoundException comes with status 400",
    ),
    row(
        "validation-exception",
        Wire::InvalidInput,
        ANY,
        slip(Slip::ValidationException),
        "bad input is answered with ValidationException",
    ),
    row(
        "fails-on-garbage",
        Wire::NoServerFailure,
        ANY,
        slip(Slip::FailsOnGarbage),
        "a body that is not JSON is answered with 500",
    ),
    row(
        "takes-garbage",
        Wire::MalformedBody,
        ANY,
        What::Permit,
        "a body that is not JSON is taken for an empty one",
    ),
    row(
        "name-out-of-bounds",
        Wire::Bounds,
        DESCRIBE,
        slip(Slip::OutOfBounds),
        "a describe fills the name up to 256 characters",
    )
    .also(&[Promise::Names]),
    row(
        "status-not-modelled",
        Wire::Choice,
        DESCRIBE,
        slip(Slip::OddChoice),
        "a describe shows the status READY",
    )
    .also(&[Promise::Status]),
    row(
        "token-error-not-modelled",
        Wire::ErrorModelled,
        LIST,
        slip(Slip::OddError),
        "an unknown nextToken is refused with an error of its own",
    )
    .when(When::LaterPage),
    row(
        "delete-answers-null",
        Wire::JsonBody,
        DELETE,
        slip(Slip::NoObject),
        "the answer to a delete is null",
    ),
    row(
        "missing-is-501",
        Wire::Status,
        DESCRIBE,
        slip(Slip::OddStatus),
        "a describe of what is missing is answered with 501",
    ),
];
