//! Faults of the whole server, in the form of its answers.

use appmesh_model::operation::Action;
use appmesh_model::shared_rule::SharedRule;
use appmesh_model::wire::Wire;

use super::behaviour::{Mutation, When, WireMutation};
use super::row::{ANY, DELETE, DESCRIBE, LIST, Row, row};

const fn reply(mutation: WireMutation) -> Mutation {
    Mutation::Reply(mutation)
}

/// The faults of the whole server.
pub(super) const ROWS: &[Row<Wire>] = &[
    row(
        "created",
        Wire::SuccessStatus,
        &[Action::Create],
        reply(WireMutation::Created),
        "creates are answered with 201",
    ),
    row(
        "plain-text",
        Wire::ContentType,
        ANY,
        reply(WireMutation::PlainText),
        "answers are declared as text/plain",
    ),
    row(
        "time-as-text",
        Wire::Timestamp,
        ANY,
        reply(WireMutation::TimeAsText),
        "timestamps are strings",
    ),
    row(
        "number-as-text",
        Wire::MemberType,
        ANY,
        reply(WireMutation::NumberAsText),
        "versions are strings",
    ),
    row(
        "no-name",
        Wire::RequiredMember,
        ANY,
        reply(WireMutation::NoName),
        "answers leave out the name of the resource",
    ),
    row(
        "no-error-type",
        Wire::ErrorType,
        ANY,
        reply(WireMutation::NoErrorType),
        "errors do not name their type",
    ),
    row(
        "error-message-is-a-number",
        Wire::ErrorMessage,
        ANY,
        reply(WireMutation::NumberForMessage),
        "the message of an error is a number",
    ),
    row(
        "not-found-is-400",
        Wire::ErrorStatus,
        ANY,
        reply(WireMutation::NotFoundIs400),
        "NotFoundException comes with status 400",
    ),
    row(
        "validation-exception",
        Wire::InvalidInput,
        ANY,
        reply(WireMutation::ValidationException),
        "bad input is answered with ValidationException",
    ),
    row(
        "fails-on-garbage",
        Wire::NoServerFailure,
        ANY,
        reply(WireMutation::FailsOnGarbage),
        "a body that is not JSON is answered with 500",
    ),
    row(
        "takes-garbage",
        Wire::MalformedBody,
        ANY,
        Mutation::Permit,
        "a body that is not JSON is taken for an empty one",
    ),
    row(
        "name-out-of-bounds",
        Wire::Bounds,
        DESCRIBE,
        reply(WireMutation::OutOfBounds),
        "a describe fills the name up to 256 characters",
    )
    .also(&[SharedRule::Names]),
    row(
        "status-not-modelled",
        Wire::Choice,
        DESCRIBE,
        reply(WireMutation::OddChoice),
        "a describe shows the status READY",
    )
    .also(&[SharedRule::Status]),
    row(
        "token-error-not-modelled",
        Wire::ErrorModelled,
        LIST,
        reply(WireMutation::OddError),
        "an unknown nextToken is refused with an error of its own",
    )
    .when(When::LaterPage),
    row(
        "delete-answers-null",
        Wire::JsonBody,
        DELETE,
        reply(WireMutation::NoObject),
        "the answer to a delete is null",
    ),
    row(
        "missing-is-501",
        Wire::Status,
        DESCRIBE,
        reply(WireMutation::OddStatus),
        "a describe of what is missing is answered with 501",
    ),
];
