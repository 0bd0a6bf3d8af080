//! Faults that need the history of one resource: updates, deletes, creates after a delete, repeated
//! calls.

use appmesh_model::error::ErrorKind;
use appmesh_model::shared_rule::SharedRule;

use super::behaviour::{Edit, Mutation, When, Writing};
use super::row::{CREATE, DELETE, DESCRIBE, Row, SPEC_LOST, UPDATE, row};

/// The faults of a family that need the history of one resource.
pub(super) const ROWS: &[Row] = &[
    row(
        "lost-after-two-updates",
        SharedRule::Describes,
        DESCRIBE,
        Mutation::Refuse(ErrorKind::NotFound),
        "what was updated twice cannot be described",
    )
    .when(When::UpdatedTwice)
    .deep(),
    row(
        "third-update-refused",
        SharedRule::Updates,
        UPDATE,
        Mutation::Refuse(ErrorKind::BadRequest),
        "the third update is refused",
    )
    .when(When::UpdatedTwice)
    // A repeated update is refused as well.
    .also(&[SharedRule::UpdateReplay])
    .deep(),
    row(
        "third-update-counts-twice",
        SharedRule::UpdateVersion,
        UPDATE,
        Mutation::Store(Edit::AddVersion(1)),
        "the third update adds two to the version",
    )
    .when(When::ThirdUpdate)
    // A repeated update is the third to arrive.
    .also(&[SharedRule::UpdateReplay])
    .deep(),
    row(
        "second-update-not-stored",
        SharedRule::DescribeSpec,
        UPDATE,
        Mutation::Behind(Edit::KeepSpec),
        "after the second update a describe shows what the first one set",
    )
    .also(SPEC_LOST)
    .when(When::UpdatedOnce)
    .deep(),
    row(
        "second-update-moves-arn",
        SharedRule::ArnStable,
        UPDATE,
        Mutation::Store(Edit::OtherRegion),
        "the second update moves the ARN",
    )
    .when(When::UpdatedOnce)
    .deep(),
    row(
        "second-update-moves-created",
        SharedRule::CreatedStable,
        UPDATE,
        Mutation::Store(Edit::MoveCreated(-2_000)),
        "the second update moves createdAt",
    )
    .when(When::UpdatedOnce)
    .deep(),
    row(
        "shrinking-update-keeps",
        SharedRule::UpdateReplaces,
        UPDATE,
        Mutation::Store(Edit::UnshrunkSpec),
        "an update that makes a list shorter leaves the old items in it",
    )
    .when(When::ListShrinks)
    .also(&[SharedRule::UpdateSpec])
    .deep(),
    row(
        "updated-cannot-be-deleted",
        SharedRule::Deletes,
        DELETE,
        Mutation::Refuse(ErrorKind::BadRequest),
        "what was updated twice cannot be deleted",
    )
    .when(When::UpdatedTwice)
    .deep(),
    row(
        "old-name-refused",
        SharedRule::Recreates,
        CREATE,
        Mutation::Refuse(ErrorKind::Conflict),
        "a name that was deleted is refused for ever",
    )
    .when(When::Again)
    .deep(),
    row(
        "version-survives-delete",
        SharedRule::RecreatedVersion,
        CREATE,
        Mutation::Store(Edit::OldVersion),
        "a resource made again goes on with the version before",
    )
    .when(When::Again)
    .deep(),
    row(
        "version-survives-with-token",
        SharedRule::RecreatedVersion,
        CREATE,
        Mutation::Store(Edit::OldVersion),
        "a resource made again with the same client token goes on with the version before",
    )
    .when(When::AgainSameToken)
    .deep(),
    row(
        "spec-survives-with-token",
        SharedRule::CreateSpec,
        CREATE,
        Mutation::Store(Edit::OldSpec),
        "a resource made again with the same client token has the specification before",
    )
    .when(When::AgainSameToken)
    .deep(),
    row(
        "uid-survives-delete",
        SharedRule::UidFresh,
        CREATE,
        Mutation::Store(Edit::OldUid),
        "a resource made again has the uid before",
    )
    .when(When::Again)
    .deep(),
    row(
        "created-survives-delete",
        SharedRule::NewTimes,
        CREATE,
        Mutation::Store(Edit::OldCreated),
        "a resource made again has the createdAt before",
    )
    .when(When::Again)
    .deep(),
    row(
        "recreated-skips-version",
        SharedRule::UpdateVersion,
        UPDATE,
        Mutation::Store(Edit::AddVersion(1)),
        "the second update after a re-create adds two to the version",
    )
    .when(When::RecreatedUpdatedOnce)
    .deep(),
    row(
        "recreated-update-not-stored",
        SharedRule::DescribeSpec,
        UPDATE,
        Mutation::Behind(Edit::KeepSpec),
        "an update of a resource made again is answered but not stored",
    )
    .also(SPEC_LOST)
    .when(When::Recreated)
    .deep(),
    row(
        "recreated-updated-stays",
        SharedRule::UpdateTime,
        UPDATE,
        Mutation::Store(Edit::KeepUpdated),
        "an update of a resource made again leaves lastUpdatedAt where it was",
    )
    .when(When::Recreated)
    .deep(),
    row(
        "recreated-is-overwritten",
        SharedRule::Duplicate,
        CREATE,
        Mutation::Permit,
        "a create overwrites what was made again",
    )
    .when(When::Recreated)
    .deep(),
    row(
        "recreated-cannot-be-deleted",
        SharedRule::Deletes,
        DELETE,
        Mutation::Refuse(ErrorKind::BadRequest),
        "what was made again cannot be deleted",
    )
    .when(When::Recreated)
    .deep(),
    row(
        "deleted-lingers",
        SharedRule::DescribeMissing,
        DESCRIBE,
        Mutation::Revive,
        "what was deleted can still be described",
    )
    .when(When::Deleted)
    .deep(),
    row(
        "deleted-can-be-updated",
        SharedRule::UpdateMissing,
        UPDATE,
        Mutation::Revive,
        "what was deleted can still be updated",
    )
    .when(When::Deleted)
    .deep(),
    row(
        "deleted-twice",
        SharedRule::DeleteMissing,
        DELETE,
        Mutation::Revive,
        "what was deleted can be deleted again",
    )
    .when(When::Deleted)
    .deep(),
    row(
        "replay-changes-uid",
        SharedRule::CreateReplay,
        CREATE,
        Mutation::Store(Edit::NewUid),
        "a create that is sent again with its token changes the uid",
    )
    .when(When::Replayed)
    .deep(),
    row(
        "replay-shows-next-version",
        SharedRule::CreateReplay,
        CREATE,
        Mutation::Show(Edit::AddVersion(1)),
        "a create that is sent again with its token answers the next version",
    )
    .when(When::Replayed)
    .deep(),
    row(
        "long-name-refused",
        SharedRule::Creates,
        CREATE,
        Mutation::Refuse(ErrorKind::BadRequest),
        "a name of 255 characters is refused",
    )
    .when(When::LongName)
    .deep(),
    row(
        "long-name-lost",
        SharedRule::Describes,
        DESCRIBE,
        Mutation::Refuse(ErrorKind::NotFound),
        "a resource with a name of 255 characters cannot be described",
    )
    .when(When::LongName)
    .deep(),
    row(
        "long-name-cut",
        SharedRule::Names,
        CREATE,
        Mutation::Write(Writing::CutName),
        "the answer to a create cuts a name of 255 characters",
    )
    .when(When::LongName)
    .deep(),
];
