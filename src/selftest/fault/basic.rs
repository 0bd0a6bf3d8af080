//! Basic faults: those that one or two calls show.

use appmesh_model::error::ErrorKind;
use appmesh_model::shared_rule::SharedRule;

use super::behaviour::{Cutting, Edit, When, Writing};
use super::row::{CREATE, DELETE, DESCRIBE, LIST, Row, SPEC_LOST, UPDATE, row, rows};

/// The basic faults of a family.
pub(super) const ROWS: &[Row] = rows! { SharedRule:
    "missing-is-bad-request" DescribeMissing DESCRIBE (RefuseAs(ErrorKind::BadRequest))
        "a describe of what is missing answers BadRequestException";
    "missing-update-is-conflict" UpdateMissing UPDATE (RefuseAs(ErrorKind::Conflict))
        "an update of what is missing answers ConflictException";
    "missing-delete-is-bad-request" DeleteMissing DELETE (RefuseAs(ErrorKind::BadRequest))
        "a delete of what is missing answers BadRequestException";
    "tokens-refused" Continues LIST (Refuse(ErrorKind::BadRequest))
        "every nextToken is refused" .when(When::LaterPage);
    "empty-list-refused" Lists LIST (Refuse(ErrorKind::NotFound))
        "a list with nothing in it is answered with NotFoundException" .when(When::EmptyList);
    "forgets-tokens" CreateReplay CREATE (Refuse(ErrorKind::Conflict))
        "a create that is sent again with its token is a conflict" .when(When::Replayed);
    "update-replay-counts" UpdateReplay UPDATE (CountReplay)
        "an update that is sent again with its token counts again";
    "version-stays" UpdateVersion UPDATE (Store(Edit::KeepVersion))
        "an update does not move the version";
    "starts-at-zero" NewVersion CREATE (Store(Edit::SetVersion(0)))
        "a new resource has version 0" .when(When::New);
    "describe-counts" VersionStable DESCRIBE (Store(Edit::AddVersion(1)))
        "a describe moves the version";
    "update-changes-uid" UidStable UPDATE (Store(Edit::NewUid))
        "an update changes the uid";
    "describe-changes-uid" UidStable DESCRIBE (Store(Edit::NewUid))
        "a describe changes the uid";
    "one-uid" UidUnique CREATE (Store(Edit::OneUid))
        "all resources have the same uid" .also(&[SharedRule::UidFresh]).when(When::Missing);
    "uid-in-capitals" UidFormat CREATE (Store(Edit::UpperUid))
        "uids are in upper case" .when(When::Missing);
    "short-arn" ArnFormat CREATE (Store(Edit::ShortArn))
        "the ARN ends with the bare name" .when(When::Missing);
    "describe-moves-arn" ArnStable DESCRIBE (Store(Edit::OtherRegion))
        "a describe moves the ARN to another region";
    "describe-changes-owner" OwnerStable DESCRIBE (Show(Edit::OtherOwner))
        "a describe tells another owner";
    "update-moves-created" CreatedStable UPDATE (Store(Edit::MoveCreated(1_000)))
        "an update moves createdAt";
    "describe-moves-created" CreatedStable DESCRIBE (Store(Edit::MoveCreated(-2_000)))
        "a describe moves createdAt";
    "updated-before-created" NewTimes CREATE (Store(Edit::MoveUpdated(-5_000)))
        "a new resource was last updated before it was created" .when(When::Missing);
    "describe-moves-updated" UpdatedStable DESCRIBE (Store(Edit::MoveUpdated(-2_000)))
        "a describe moves lastUpdatedAt";
    "updated-stays" UpdateTime UPDATE (Store(Edit::KeepUpdated))
        "an update leaves lastUpdatedAt where it was";
    "create-stores-less" CreateSpec CREATE (Store(Edit::LessSpec))
        "a create loses the last member of the specification" .when(When::Missing);
    "describe-shows-less" DescribeSpec DESCRIBE (Show(Edit::LessSpec))
        "a describe leaves out the last member of the specification";
    "update-stores-less" UpdateSpec UPDATE (Store(Edit::LessSpec))
        "an update loses the last member of the specification";
    "update-merges" UpdateReplaces UPDATE (Store(Edit::MergedSpec))
        "an update keeps what the new specification leaves out";
    "update-not-stored" DescribeSpec UPDATE (Behind(Edit::KeepSpec))
        "an update is answered, but a describe shows the old specification" .also(SPEC_LOST);
    "delete-shows-less" DeletedSpec DELETE (Show(Edit::LessSpec))
        "the answer to a delete leaves out the last member of the specification";
    "describe-is-inactive" Status DESCRIBE (Write(Writing::Status("INACTIVE")))
        "a describe shows the status INACTIVE";
    "deleted-is-active" DeletedStatus DELETE (Write(Writing::Status("ACTIVE")))
        "the answer to a delete shows ACTIVE";
    "name-in-capitals" Names DESCRIBE (Write(Writing::UpperName))
        "a describe answers the name in capitals";
    "item-arn-differs" ListItem LIST (Item(Edit::BareArn))
        "the items of a list have other ARNs";
    "items-without-arn" ListItemArn LIST (Item(Edit::NoArn))
        "the items of a list have no ARN";
    "page-overlaps" ListOnce LIST (Cut(Cutting::Overlap))
        "the last item of a page comes again on the next" .when(When::LaterPage);
    "page-skips" ListComplete LIST (Cut(Cutting::Skip))
        "the first item of every later page is left out" .when(When::LaterPage);
    "page-too-long" PageSize LIST (Cut(Cutting::OneMore))
        "a page holds one more than asked for" .when(When::Limited);
    "empty-last-token" LastPage LIST (Cut(Cutting::EmptyToken))
        "the last page has an empty string for a token";
    "deleted-still-listed" ListExisting LIST (Cut(Cutting::LastDeleted))
        "what was deleted last is still listed";
};
