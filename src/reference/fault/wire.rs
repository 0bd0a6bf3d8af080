//! Faults in the form of answers, which the whole server has.

use appmesh_model::operation::Action;
use appmesh_model::shared_rule::SharedRule;
use appmesh_model::wire::Wire;

use super::act::{Act, Via, What, When, WireMutation};
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
    pub also: &'static [SharedRule],
    /// What it does.
    pub act: Act,
}

const fn row(
    slug: &'static str,
    breaks: Wire,
    on: &'static [Action],
    what: What,
    summary: &'static str,
) -> WireRow {
    let act = Act { on, via: Via::Itself, when: When::Always, what };
    WireRow { slug, breaks, summary, also: &[], act }
}

impl WireRow {
    const fn also(mut self, also: &'static [SharedRule]) -> Self {
        self.also = also;
        self
    }

    const fn when(mut self, when: When) -> Self {
        self.act.when = when;
        self
    }
}

const fn slip(slip: WireMutation) -> What {
    What::Reply(slip)
}

/// The faults of the whole server.
pub(super) const ROWS: &[WireRow] = &[
    row(
        "created",
        Wire::SuccessStatus,
        &[Action::Create],
        slip(WireMutation::Created),
        "creates are answered with 201",
    ),
    row(
        "plain-text",
        Wire::ContentType,
        ANY,
        slip(WireMutation::PlainText),
        "answers are declared as text/plain",
    ),
    row(
        "time-as-text",
        Wire::Timestamp,
        ANY,
        slip(WireMutation::TimeAsText),
        "timestamps are strings",
    ),
    row(
        "time-in-milliseconds",
        Wire::Timestamp,
        ANY,
        slip(WireMutation::TimeInMilliseconds),
        "timestamps are in milliseconds",
    ),
    row(
        "number-as-text",
        Wire::MemberType,
        ANY,
        slip(WireMutation::NumberAsText),
        "versions are strings",
    ),
    row(
        "no-name",
        Wire::RequiredMember,
        ANY,
        slip(WireMutation::NoName),
        "answers leave out the name of the resource",
    ),
    row(
        "no-error-type",
        Wire::ErrorType,
        ANY,
        slip(WireMutation::NoErrorType),
        "errors do not name their type",
    ),
    row(
        "error-message-is-a-number",
        Wire::ErrorMessage,
        ANY,
        slip(WireMutation::NumberForMessage),
        "the message of an error is a number",
    ),
    row(
        "not-found-is-400",
        Wire::ErrorStatus,
        ANY,
        slip(WireMutation::NotFoundIs400),
        "NotFoundException comes with status 400",
    ),
    row(
        "validation-exception",
        Wire::InvalidInput,
        ANY,
        slip(WireMutation::ValidationException),
        "bad input is answered with ValidationException",
    ),
    row(
        "fails-on-garbage",
        Wire::NoServerFailure,
        ANY,
        slip(WireMutation::FailsOnGarbage),
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
        slip(WireMutation::OutOfBounds),
        "a describe fills the name up to 256 characters",
    )
    .also(&[SharedRule::Names]),
    row(
        "status-not-modelled",
        Wire::Choice,
        DESCRIBE,
        slip(WireMutation::OddChoice),
        "a describe shows the status READY",
    )
    .also(&[SharedRule::Status]),
    row(
        "token-error-not-modelled",
        Wire::ErrorModelled,
        LIST,
        slip(WireMutation::OddError),
        "an unknown nextToken is refused with an error of its own",
    )
    .when(When::LaterPage),
    row(
        "delete-answers-null",
        Wire::JsonBody,
        DELETE,
        slip(WireMutation::NoObject),
        "the answer to a delete is null",
    ),
    row(
        "missing-is-501",
        Wire::Status,
        DESCRIBE,
        slip(WireMutation::OddStatus),
        "a describe of what is missing is answered with 501",
    ),
];
