//! Basic faults: those that one or two calls bring out.

use appmesh_model::operation::ErrorKind;
use appmesh_model::shared_rule::SharedRule;

use super::act::{Cutting, Edit, What, When, Writing};
use super::row::{CREATE, DELETE, DESCRIBE, LIST, Row, SPEC_LOST, UPDATE, row};

/// The basic faults of a family.
pub(super) const ROWS: &[Row] = &[
    row(
        "missing-is-bad-request",
        SharedRule::DescribeMissing,
        DESCRIBE,
        What::RefuseAs(ErrorKind::BadRequest),
        "a describe of what is missing answers BadRequestException",
    ),
    row(
        "missing-update-is-conflict",
        SharedRule::UpdateMissing,
        UPDATE,
        What::RefuseAs(ErrorKind::Conflict),
        "an update of what is missing answers ConflictException",
    ),
    row(
        "missing-delete-is-bad-request",
        SharedRule::DeleteMissing,
        DELETE,
        What::RefuseAs(ErrorKind::BadRequest),
        "a delete of what is missing answers BadRequestException",
    ),
    row(
        "tokens-refused",
        SharedRule::Continues,
        LIST,
        What::Refuse(ErrorKind::BadRequest),
        "every nextToken is refused",
    )
    .when(When::LaterPage),
    row(
        "empty-list-refused",
        SharedRule::Lists,
        LIST,
        What::Refuse(ErrorKind::NotFound),
        "a list with nothing in it is answered with NotFoundException",
    )
    .when(When::EmptyList),
    row(
        "forgets-tokens",
        SharedRule::CreateReplay,
        CREATE,
        What::Refuse(ErrorKind::Conflict),
        "a create that is sent again with its token is a conflict",
    )
    .when(When::Replayed),
    row(
        "update-replay-counts",
        SharedRule::UpdateReplay,
        UPDATE,
        What::CountReplay,
        "an update that is sent again with its token counts again",
    ),
    row(
        "version-stays",
        SharedRule::UpdateVersion,
        UPDATE,
        What::Store(Edit::KeepVersion),
        "an update does not move the version",
    ),
    row(
        "starts-at-zero",
        SharedRule::NewVersion,
        CREATE,
        What::Store(Edit::SetVersion(0)),
        "a new resource has version 0",
    )
    .when(When::New),
    row(
        "describe-counts",
        SharedRule::VersionStable,
        DESCRIBE,
        What::Store(Edit::AddVersion(1)),
        "a describe moves the version",
    ),
    row(
        "update-changes-uid",
        SharedRule::UidStable,
        UPDATE,
        What::Store(Edit::NewUid),
        "an update changes the uid",
    ),
    row(
        "describe-changes-uid",
        SharedRule::UidStable,
        DESCRIBE,
        What::Store(Edit::NewUid),
        "a describe changes the uid",
    ),
    row(
        "one-uid",
        SharedRule::UidUnique,
        CREATE,
        What::Store(Edit::OneUid),
        "all resources have the same uid",
    )
    .also(&[SharedRule::UidFresh])
    .when(When::Missing),
    row(
        "uid-in-capitals",
        SharedRule::UidFormat,
        CREATE,
        What::Store(Edit::UpperUid),
        "uids are in upper case",
    )
    .when(When::Missing),
    row(
        "short-arn",
        SharedRule::ArnFormat,
        CREATE,
        What::Store(Edit::ShortArn),
        "the ARN ends with the bare name",
    )
    .when(When::Missing),
    row(
        "describe-moves-arn",
        SharedRule::ArnStable,
        DESCRIBE,
        What::Store(Edit::OtherRegion),
        "a describe moves the ARN to another region",
    ),
    row(
        "describe-changes-owner",
        SharedRule::OwnerStable,
        DESCRIBE,
        What::Show(Edit::OtherOwner),
        "a describe tells another owner",
    ),
    row(
        "update-moves-created",
        SharedRule::CreatedStable,
        UPDATE,
        What::Store(Edit::MoveCreated(1_000)),
        "an update moves createdAt",
    ),
    row(
        "describe-moves-created",
        SharedRule::CreatedStable,
        DESCRIBE,
        What::Store(Edit::MoveCreated(-2_000)),
        "a describe moves createdAt",
    ),
    row(
        "updated-before-created",
        SharedRule::NewTimes,
        CREATE,
        What::Store(Edit::MoveUpdated(-5_000)),
        "a new resource was last updated before it was created",
    )
    .when(When::Missing),
    row(
        "describe-moves-updated",
        SharedRule::UpdatedStable,
        DESCRIBE,
        What::Store(Edit::MoveUpdated(-2_000)),
        "a describe moves lastUpdatedAt",
    ),
    row(
        "updated-stays",
        SharedRule::UpdateTime,
        UPDATE,
        What::Store(Edit::KeepUpdated),
        "an update leaves lastUpdatedAt where it was",
    ),
    row(
        "create-stores-less",
        SharedRule::CreateSpec,
        CREATE,
        What::Store(Edit::LessSpec),
        "a create loses the last member of the specification",
    )
    .when(When::Missing),
    row(
        "describe-shows-less",
        SharedRule::DescribeSpec,
        DESCRIBE,
        What::Show(Edit::LessSpec),
        "a describe leaves out the last member of the specification",
    ),
    row(
        "update-stores-less",
        SharedRule::UpdateSpec,
        UPDATE,
        What::Store(Edit::LessSpec),
        "an update loses the last member of the specification",
    ),
    row(
        "update-merges",
        SharedRule::UpdateReplaces,
        UPDATE,
        What::Store(Edit::MergedSpec),
        "an update keeps what the new specification leaves out",
    ),
    row(
        "update-not-stored",
        SharedRule::DescribeSpec,
        UPDATE,
        What::Behind(Edit::KeepSpec),
        "an update is answered, but a describe shows the old specification",
    )
    .also(SPEC_LOST),
    row(
        "delete-shows-less",
        SharedRule::DeletedSpec,
        DELETE,
        What::Show(Edit::LessSpec),
        "the answer to a delete leaves out the last member of the specification",
    ),
    row(
        "describe-is-inactive",
        SharedRule::Status,
        DESCRIBE,
        What::Write(Writing::Status("INACTIVE")),
        "a describe shows the status INACTIVE",
    ),
    row(
        "deleted-is-active",
        SharedRule::DeletedStatus,
        DELETE,
        What::Write(Writing::Status("ACTIVE")),
        "the answer to a delete shows ACTIVE",
    ),
    row(
        "name-in-capitals",
        SharedRule::Names,
        DESCRIBE,
        What::Write(Writing::UpperName),
        "a describe answers the name in capitals",
    ),
    row(
        "item-arn-differs",
        SharedRule::ListItem,
        LIST,
        What::Item(Edit::BareArn),
        "the items of a list have other ARNs",
    ),
    row(
        "items-without-arn",
        SharedRule::ListItemArn,
        LIST,
        What::Item(Edit::NoArn),
        "the items of a list have no ARN",
    ),
    row(
        "page-overlaps",
        SharedRule::ListOnce,
        LIST,
        What::Cut(Cutting::Overlap),
        "the last item of a page comes again on the next",
    )
    .when(When::LaterPage),
    row(
        "page-skips",
        SharedRule::ListComplete,
        LIST,
        What::Cut(Cutting::Skip),
        "the first item of every later page is left out",
    )
    .when(When::LaterPage),
    row(
        "page-too-long",
        SharedRule::PageSize,
        LIST,
        What::Cut(Cutting::OneMore),
        "a page holds one more than asked for",
    )
    .when(When::Limited),
    row(
        "empty-last-token",
        SharedRule::LastPage,
        LIST,
        What::Cut(Cutting::EmptyToken),
        "the last page has an empty string for a token",
    ),
    row(
        "deleted-still-listed",
        SharedRule::ListExisting,
        LIST,
        What::Cut(Cutting::LastDeleted),
        "what was deleted last is still listed",
    ),
];
