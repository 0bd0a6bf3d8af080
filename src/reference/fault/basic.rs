//! Basic faults: those that one or two calls bring out.

use appmesh_model::operation::ErrorKind;
use appmesh_model::promise::Promise;

use super::act::{Cutting, Edit, What, When, Writing};
use super::row::{CREATE, DELETE, DESCRIBE, LIST, Row, SPEC_LOST, UPDATE, row};

/// The basic faults of a family.
pub(super) const ROWS: &[Row] = &[
    row(
        "missing-is-bad-request",
        Promise::DescribeMissing,
        DESCRIBE,
        What::RefuseAs(ErrorKind::BadRequest),
        "a describe of what is missing answers BadRequestException",
    ),
    row(
        "missing-update-is-conflict",
        Promise::UpdateMissing,
        UPDATE,
        What::RefuseAs(ErrorKind::Conflict),
        "an update of what is missing answers ConflictException",
    ),
    row(
        "missing-delete-is-bad-request",
        Promise::DeleteMissing,
        DELETE,
        What::RefuseAs(ErrorKind::BadRequest),
        "a delete of what is missing answers BadRequestException",
    ),
    row(
        "tokens-refused",
        Promise::Continues,
        LIST,
        What::Refuse(ErrorKind::BadRequest),
        "every nextToken is refused",
    )
    .when(When::LaterPage),
    row(
        "empty-list-refused",
        Promise::Lists,
        LIST,
        What::Refuse(ErrorKind::NotFound),
        "a list with nothing in it is answered with NotFoundException",
    )
    .when(When::EmptyList),
    row(
        "forgets-tokens",
        Promise::CreateReplay,
        CREATE,
        What::Refuse(ErrorKind::Conflict),
        "a create that is sent again with its token is a conflict",
    )
    .when(When::Replayed),
    row(
        "update-replay-counts",
        Promise::UpdateReplay,
        UPDATE,
        What::CountReplay,
        "an update that is sent again with its token counts again",
    ),
    row(
        "version-stays",
        Promise::UpdateVersion,
        UPDATE,
        What::Store(Edit::KeepVersion),
        "an update does not move the version",
    ),
    row(
        "starts-at-zero",
        Promise::NewVersion,
        CREATE,
        What::Store(Edit::SetVersion(0)),
        "a new resource has version 0",
    )
    .when(When::New),
    row(
        "describe-counts",
        Promise::VersionStable,
        DESCRIBE,
        What::Store(Edit::AddVersion(1)),
        "a describe moves the version",
    ),
    row(
        "update-changes-uid",
        Promise::UidStable,
        UPDATE,
        What::Store(Edit::NewUid),
        "an update changes the uid",
    ),
    row(
        "describe-changes-uid",
        Promise::UidStable,
        DESCRIBE,
        What::Store(Edit::NewUid),
        "a describe changes the uid",
    ),
    row(
        "one-uid",
        Promise::UidUnique,
        CREATE,
        What::Store(Edit::OneUid),
        "all resources have the same uid",
    )
    .also(&[Promise::UidFresh])
    .when(When::Missing),
    row(
        "uid-in-capitals",
        Promise::UidFormat,
        CREATE,
        What::Store(Edit::UpperUid),
        "uids are in upper case",
    )
    .when(When::Missing),
    row(
        "short-arn",
        Promise::ArnFormat,
        CREATE,
        What::Store(Edit::ShortArn),
        "the ARN ends with the bare name",
    )
    .when(When::Missing),
    row(
        "describe-moves-arn",
        Promise::ArnStable,
        DESCRIBE,
        What::Store(Edit::OtherRegion),
        "a describe moves the ARN to another region",
    ),
    row(
        "describe-changes-owner",
        Promise::OwnerStable,
        DESCRIBE,
        What::Show(Edit::OtherOwner),
        "a describe tells another owner",
    ),
    row(
        "update-moves-created",
        Promise::CreatedStable,
        UPDATE,
        What::Store(Edit::MoveCreated(1_000)),
        "an update moves createdAt",
    ),
    row(
        "describe-moves-created",
        Promise::CreatedStable,
        DESCRIBE,
        What::Store(Edit::MoveCreated(-2_000)),
        "a describe moves createdAt",
    ),
    row(
        "updated-before-created",
        Promise::NewTimes,
        CREATE,
        What::Store(Edit::MoveUpdated(-5_000)),
        "a new resource was last updated before it was created",
    )
    .when(When::Missing),
    row(
        "describe-moves-updated",
        Promise::UpdatedStable,
        DESCRIBE,
        What::Store(Edit::MoveUpdated(-2_000)),
        "a describe moves lastUpdatedAt",
    ),
    row(
        "updated-stays",
        Promise::UpdateTime,
        UPDATE,
        What::Store(Edit::KeepUpdated),
        "an update leaves lastUpdatedAt where it was",
    ),
    row(
        "create-stores-less",
        Promise::CreateSpec,
        CREATE,
        What::Store(Edit::LessSpec),
        "a create loses the last member of the specification",
    )
    .when(When::Missing),
    row(
        "describe-shows-less",
        Promise::DescribeSpec,
        DESCRIBE,
        What::Show(Edit::LessSpec),
        "a describe leaves out the last member of the specification",
    ),
    row(
        "update-stores-less",
        Promise::UpdateSpec,
        UPDATE,
        What::Store(Edit::LessSpec),
        "an update loses the last member of the specification",
    ),
    row(
        "update-merges",
        Promise::UpdateReplaces,
        UPDATE,
        What::Store(Edit::MergedSpec),
        "an update keeps what the new specification leaves out",
    ),
    row(
        "update-not-stored",
        Promise::DescribeSpec,
        UPDATE,
        What::Behind(Edit::KeepSpec),
        "an update is answered, but a describe shows the old specification",
    )
    .also(SPEC_LOST),
    row(
        "delete-shows-less",
        Promise::DeletedSpec,
        DELETE,
        What::Show(Edit::LessSpec),
        "the answer to a delete leaves out the last member of the specification",
    ),
    row(
        "describe-is-inactive",
        Promise::Status,
        DESCRIBE,
        What::Write(Writing::Status("INACTIVE")),
        "a describe shows the status INACTIVE",
    ),
    row(
        "deleted-is-active",
        Promise::DeletedStatus,
        DELETE,
        What::Write(Writing::Status("ACTIVE")),
        "the answer to a delete shows ACTIVE",
    ),
    row(
        "name-in-capitals",
        Promise::Names,
        DESCRIBE,
        What::Write(Writing::UpperName),
        "a describe answers the name in capitals",
    ),
    row(
        "item-arn-differs",
        Promise::ListItem,
        LIST,
        What::Item(Edit::BareArn),
        "the items of a list have other ARNs",
    ),
    row(
        "page-overlaps",
        Promise::ListOnce,
        LIST,
        What::Cut(Cutting::Overlap),
        "the last item of a page comes again on the next",
    )
    .when(When::LaterPage),
    row(
        "page-skips",
        Promise::ListComplete,
        LIST,
        What::Cut(Cutting::Skip),
        "the first item of every later page is left out",
    )
    .when(When::LaterPage),
    row(
        "page-too-long",
        Promise::PageSize,
        LIST,
        What::Cut(Cutting::OneMore),
        "a page holds one more than asked for",
    )
    .when(When::Limited),
    row(
        "empty-last-token",
        Promise::LastPage,
        LIST,
        What::Cut(Cutting::EmptyToken),
        "the last page has an empty string for a token",
    ),
    row(
        "deleted-still-listed",
        Promise::ListExisting,
        LIST,
        What::Cut(Cutting::LastDeleted),
        "what was deleted last is still listed",
    ),
];
