//! Faults that need the history of one resource: updates, deletes, creates after a delete, repeated
//! calls.

use appmesh_model::error::ErrorKind;
use appmesh_model::shared_rule::SharedRule;

use super::behaviour::{Edit, When, Writing};
use super::row::{CREATE, DELETE, DESCRIBE, Row, SPEC_LOST, UPDATE, row, rows};

/// The faults of a family that need the history of one resource.
pub(super) const ROWS: &[Row] = rows! { SharedRule:
    "lost-after-two-updates" Describes DESCRIBE (Refuse(ErrorKind::NotFound))
        "what was updated twice cannot be described" .when(When::UpdatedTwice).deep();
    // A repeated update is refused as well.
    "third-update-refused" Updates UPDATE (Refuse(ErrorKind::BadRequest))
        "the third update is refused"
        .when(When::UpdatedTwice).also(&[SharedRule::UpdateReplay]).deep();
    // A repeated update is the third to arrive.
    "third-update-counts-twice" UpdateVersion UPDATE (Store(Edit::AddVersion(1)))
        "the third update adds two to the version"
        .when(When::ThirdUpdate).also(&[SharedRule::UpdateReplay]).deep();
    "second-update-not-stored" DescribeSpec UPDATE (Behind(Edit::KeepSpec))
        "after the second update a describe shows what the first one set"
        .also(SPEC_LOST).when(When::UpdatedOnce).deep();
    "second-update-moves-arn" ArnStable UPDATE (Store(Edit::OtherRegion))
        "the second update moves the ARN" .when(When::UpdatedOnce).deep();
    "second-update-moves-created" CreatedStable UPDATE (Store(Edit::MoveCreated(-2_000)))
        "the second update moves createdAt" .when(When::UpdatedOnce).deep();
    "shrinking-update-keeps" UpdateReplaces UPDATE (Store(Edit::UnshrunkSpec))
        "an update that makes a list shorter leaves the old items in it"
        .when(When::ListShrinks).also(&[SharedRule::UpdateSpec]).deep();
    "updated-cannot-be-deleted" Deletes DELETE (Refuse(ErrorKind::BadRequest))
        "what was updated twice cannot be deleted" .when(When::UpdatedTwice).deep();
    "old-name-refused" Recreates CREATE (Refuse(ErrorKind::Conflict))
        "a name that was deleted is refused for ever" .when(When::Again).deep();
    "version-survives-delete" RecreatedVersion CREATE (Store(Edit::OldVersion))
        "a resource made again goes on with the version before" .when(When::Again).deep();
    "version-survives-with-token" RecreatedVersion CREATE (Store(Edit::OldVersion))
        "a resource made again with the same client token goes on with the version before"
        .when(When::AgainSameToken).deep();
    "spec-survives-with-token" CreateSpec CREATE (Store(Edit::OldSpec))
        "a resource made again with the same client token has the specification before"
        .when(When::AgainSameToken).deep();
    "uid-survives-delete" UidFresh CREATE (Store(Edit::OldUid))
        "a resource made again has the uid before" .when(When::Again).deep();
    "created-survives-delete" NewTimes CREATE (Store(Edit::OldCreated))
        "a resource made again has the createdAt before" .when(When::Again).deep();
    "recreated-skips-version" UpdateVersion UPDATE (Store(Edit::AddVersion(1)))
        "the second update after a re-create adds two to the version"
        .when(When::RecreatedUpdatedOnce).deep();
    "recreated-update-not-stored" DescribeSpec UPDATE (Behind(Edit::KeepSpec))
        "an update of a resource made again is answered but not stored"
        .also(SPEC_LOST).when(When::Recreated).deep();
    "recreated-updated-stays" UpdateTime UPDATE (Store(Edit::KeepUpdated))
        "an update of a resource made again leaves lastUpdatedAt where it was"
        .when(When::Recreated).deep();
    "recreated-is-overwritten" Duplicate CREATE (Permit)
        "a create overwrites what was made again" .when(When::Recreated).deep();
    "recreated-cannot-be-deleted" Deletes DELETE (Refuse(ErrorKind::BadRequest))
        "what was made again cannot be deleted" .when(When::Recreated).deep();
    "deleted-lingers" DescribeMissing DESCRIBE (Revive)
        "what was deleted can still be described" .when(When::Deleted).deep();
    "deleted-can-be-updated" UpdateMissing UPDATE (Revive)
        "what was deleted can still be updated" .when(When::Deleted).deep();
    "deleted-twice" DeleteMissing DELETE (Revive)
        "what was deleted can be deleted again" .when(When::Deleted).deep();
    "replay-changes-uid" CreateReplay CREATE (Store(Edit::NewUid))
        "a create that is sent again with its token changes the uid" .when(When::Replayed).deep();
    "replay-shows-next-version" CreateReplay CREATE (Show(Edit::AddVersion(1)))
        "a create that is sent again with its token answers the next version"
        .when(When::Replayed).deep();
    "long-name-refused" Creates CREATE (Refuse(ErrorKind::BadRequest))
        "a name of 255 characters is refused" .when(When::LongName).deep();
    "long-name-lost" Describes DESCRIBE (Refuse(ErrorKind::NotFound))
        "a resource with a name of 255 characters cannot be described" .when(When::LongName).deep();
    "long-name-cut" Names CREATE (Write(Writing::CutName))
        "the answer to a create cuts a name of 255 characters" .when(When::LongName).deep();
};
