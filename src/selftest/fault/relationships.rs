//! Faults between resources: parents and children, siblings, namesakes.

use appmesh_model::error::ErrorKind;
use appmesh_model::shared_rule::SharedRule;

use super::behaviour::{Edit, Related, When};
use super::row::{CREATE, DELETE, DESCRIBE, Row, SPEC_STORED, UPDATE, row, rows};

/// The rules on a resource that was deleted along with another: it is not found, it may be created
/// again, and a repeated create creates it anew.
const TAKEN: &[SharedRule] = &[
    SharedRule::Describes,
    SharedRule::ListComplete,
    SharedRule::Updates,
    SharedRule::Deletes,
    SharedRule::Duplicate,
    SharedRule::CreateReplay,
    SharedRule::CreatedStable,
];

/// The faults of a family that show between resources.
pub(super) const ROWS: &[Row] = rows! { SharedRule:
    "emptied-stays-in-use" Deletes DELETE (Refuse(ErrorKind::ResourceInUse))
        "what once held others can never be deleted" .when(When::Emptied).deep();
    "deleted-with-one-child" DeleteInUse DELETE (Permit)
        "what holds exactly one other can be deleted" .when(When::OneChild).deep();
    "deleted-with-updated-children" DeleteInUse DELETE (Permit)
        "what holds others can be deleted if all of them were updated"
        .when(When::UpdatedChildren).deep();
    "recreated-children-not-counted" DeleteInUse DELETE (Permit)
        "what holds others can be deleted if all of them were made again"
        .when(When::RecreatedChildren).deep();
    "created-in-deleted-parent" CreateInMissing CREATE (Permit)
        "a create inside a parent that was deleted succeeds" .when(When::ParentDeleted).deep();
    "child-moves-updated" UpdatedStable CREATE (Touch(Related::Parent, Edit::UpdatedNow))
        "a new child moves its parent's lastUpdatedAt" .when(When::Missing).via_children().deep();
    "child-moves-created" CreatedStable CREATE (Touch(Related::Parent, Edit::MoveCreated(-2_000)))
        "a new child moves its parent's createdAt" .when(When::Missing).via_children().deep();
    // A repeated update after that seems to have counted twice.
    "child-delete-counts" VersionStable DELETE (Touch(Related::Parent, Edit::AddVersion(1)))
        "a delete of a child moves its parent's version"
        .also(&[SharedRule::UpdateVersion, SharedRule::UpdateReplay]).via_children().deep();
    // A repeated create shows it as well.
    "child-update-changes-uid" UidStable UPDATE (Touch(Related::Parent, Edit::NewUid))
        "an update of a child changes its parent's uid"
        .via_children().also(&[SharedRule::CreateReplay]).deep();
    "update-hits-namesake" DescribeSpec UPDATE (Touch(Related::Namesake, Edit::SentSpec))
        "an update changes the resource of the same name in another parent, too"
        .when(When::Namesake).also(SPEC_STORED).deep();
    // The namesake may have the specification that this one had before its last update.
    "describe-shows-namesake" DescribeSpec DESCRIBE (Show(Edit::NamesakeSpec))
        "a describe shows the specification of the resource of the same name in another parent"
        .when(When::Namesake).also(&[SharedRule::UpdateReplaces]).deep();
    "delete-takes-namesake" Describes DELETE (Take(Related::Namesake))
        "a delete takes the resource of the same name in another parent along"
        .when(When::Namesake).also(TAKEN).deep();
    // A repeated update after that seems to have counted twice.
    "update-counts-for-sibling" VersionStable UPDATE (Touch(Related::Older, Edit::AddVersion(1)))
        "an update moves the version of the next older resource, too"
        .when(When::OlderSibling).also(&[SharedRule::UpdateVersion, SharedRule::UpdateReplay]).deep();
    "update-hits-sibling" DescribeSpec UPDATE (Touch(Related::Older, Edit::SentSpec))
        "an update changes the next older resource, too"
        .when(When::OlderSibling).also(&[SharedRule::UpdateSpec, SharedRule::UpdateReplaces, SharedRule::DeletedSpec]).deep();
    "delete-takes-sibling" ListComplete DELETE (Take(Related::Younger))
        "a delete takes the next younger resource along"
        .when(When::YoungerSibling).also(TAKEN).deep();
    "uid-of-deleted" UidUnique CREATE (Store(Edit::LastUid))
        "a new resource gets the uid of the one that was deleted before"
        .when(When::FreedSlot).deep();
    "freed-slots-are-lost" QuotaSteady CREATE (Refuse(ErrorKind::LimitExceeded))
        "what was deleted still counts against the quota" .when(When::FreedSlot).deep();
    "hundred-and-first-refused" Creates CREATE (Refuse(ErrorKind::Conflict))
        "the 101st resource in one parent is refused with ConflictException"
        .when(When::Hundred).deep();
};
