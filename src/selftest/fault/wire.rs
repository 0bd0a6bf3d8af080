//! Faults of the whole server, in the form of its answers.

use appmesh_model::shared_rule::SharedRule;
use appmesh_model::wire_rule::Wire;

use super::behaviour::{When, WireMutation};
use super::row::{ANY, CREATE, DELETE, DESCRIBE, LIST, Row, row, rows};

/// The faults of the whole server.
pub(super) const ROWS: &[Row<Wire>] = rows! { Wire:
    "created" SuccessStatus CREATE (Reply(WireMutation::Created))
        "creates are answered with 201";
    "plain-text" ContentType ANY (Reply(WireMutation::PlainText))
        "answers are declared as text/plain";
    "time-as-text" Timestamp ANY (Reply(WireMutation::TimeAsText))
        "timestamps are strings";
    "time-in-milliseconds" Timestamp ANY (Reply(WireMutation::TimeInMilliseconds))
        "timestamps are in milliseconds";
    "number-as-text" MemberType ANY (Reply(WireMutation::NumberAsText))
        "versions are strings";
    "no-name" RequiredMember ANY (Reply(WireMutation::NoName))
        "answers leave out the name of the resource";
    "no-error-type" ErrorType ANY (Reply(WireMutation::NoErrorType))
        "errors do not name their type";
    "error-message-is-a-number" ErrorMessage ANY (Reply(WireMutation::NumberForMessage))
        "the message of an error is a number";
    "not-found-is-400" ErrorStatus ANY (Reply(WireMutation::NotFoundIs400))
        "NotFoundException comes with status 400";
    "validation-exception" InvalidInput ANY (Reply(WireMutation::ValidationException))
        "bad input is answered with ValidationException";
    "fails-on-garbage" NoServerFailure ANY (Reply(WireMutation::FailsOnGarbage))
        "a body that is not JSON is answered with 500";
    "takes-garbage" MalformedBody ANY (Permit)
        "a body that is not JSON is taken for an empty one";
    "name-out-of-bounds" Bounds DESCRIBE (Reply(WireMutation::OutOfBounds))
        "a describe fills the name up to 256 characters" .also(&[SharedRule::Names]);
    "status-not-modelled" Choice DESCRIBE (Reply(WireMutation::OddChoice))
        "a describe shows the status READY" .also(&[SharedRule::Status]);
    "token-error-not-modelled" ErrorModelled LIST (Reply(WireMutation::OddError))
        "an unknown nextToken is refused with an error of its own" .when(When::LaterPage);
    "delete-answers-null" JsonBody DELETE (Reply(WireMutation::NoObject))
        "the answer to a delete is null";
    "missing-is-501" Status DESCRIBE (Reply(WireMutation::OddStatus))
        "a describe of what is missing is answered with 501";
};
