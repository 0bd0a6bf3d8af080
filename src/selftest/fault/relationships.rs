//! Faults between resources: parents and children, siblings, namesakes.

use appmesh_model::error::ErrorKind;
use appmesh_model::shared_rule::SharedRule;

use super::behaviour::{Edit, Mutation, Related, When};
use super::row::{CREATE, DELETE, DESCRIBE, Row, SPEC_STORED, UPDATE, row};

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
pub(super) const ROWS: &[Row] = &[
    row(
        "emptied-stays-in-use",
        SharedRule::Deletes,
        DELETE,
        Mutation::Refuse(ErrorKind::ResourceInUse),
        "what once held others can never be deleted",
    )
    .when(When::Emptied)
    .deep(),
    row(
        "deleted-with-one-child",
        SharedRule::DeleteInUse,
        DELETE,
        Mutation::Permit,
        "what holds exactly one other can be deleted",
    )
    .when(When::OneChild)
    .deep(),
    row(
        "deleted-with-updated-children",
        SharedRule::DeleteInUse,
        DELETE,
        Mutation::Permit,
        "what holds others can be deleted if all of them were updated",
    )
    .when(When::UpdatedChildren)
    .deep(),
    row(
        "recreated-children-not-counted",
        SharedRule::DeleteInUse,
        DELETE,
        Mutation::Permit,
        "what holds others can be deleted if all of them were made again",
    )
    .when(When::RecreatedChildren)
    .deep(),
    row(
        "created-in-deleted-parent",
        SharedRule::CreateInMissing,
        CREATE,
        Mutation::Permit,
        "a create inside a parent that was deleted succeeds",
    )
    .when(When::ParentDeleted)
    .deep(),
    row(
        "child-moves-updated",
        SharedRule::UpdatedStable,
        CREATE,
        Mutation::Touch(Related::Parent, Edit::UpdatedNow),
        "a new child moves its parent's lastUpdatedAt",
    )
    .when(When::Missing)
    .via_children()
    .deep(),
    row(
        "child-moves-created",
        SharedRule::CreatedStable,
        CREATE,
        Mutation::Touch(Related::Parent, Edit::MoveCreated(-2_000)),
        "a new child moves its parent's createdAt",
    )
    .when(When::Missing)
    .via_children()
    .deep(),
    row(
        "child-delete-counts",
        SharedRule::VersionStable,
        DELETE,
        Mutation::Touch(Related::Parent, Edit::AddVersion(1)),
        "a delete of a child moves its parent's version",
    )
    // A repeated update after that seems to have counted twice.
    .also(&[SharedRule::UpdateVersion, SharedRule::UpdateReplay])
    .via_children()
    .deep(),
    row(
        "child-update-changes-uid",
        SharedRule::UidStable,
        UPDATE,
        Mutation::Touch(Related::Parent, Edit::NewUid),
        "an update of a child changes its parent's uid",
    )
    .via_children()
    // A repeated create shows it as well.
    .also(&[SharedRule::CreateReplay])
    .deep(),
    row(
        "update-hits-namesake",
        SharedRule::DescribeSpec,
        UPDATE,
        Mutation::Touch(Related::Namesake, Edit::SentSpec),
        "an update changes the resource of the same name in another parent, too",
    )
    .when(When::Namesake)
    .also(SPEC_STORED)
    .deep(),
    row(
        "describe-shows-namesake",
        SharedRule::DescribeSpec,
        DESCRIBE,
        Mutation::Show(Edit::NamesakeSpec),
        "a describe shows the specification of the resource of the same name in another parent",
    )
    .when(When::Namesake)
    // The namesake may have the specification that this one had before its last update.
    .also(&[SharedRule::UpdateReplaces])
    .deep(),
    row(
        "delete-takes-namesake",
        SharedRule::Describes,
        DELETE,
        Mutation::Take(Related::Namesake),
        "a delete takes the resource of the same name in another parent along",
    )
    .when(When::Namesake)
    .also(TAKEN)
    .deep(),
    row(
        "update-counts-for-sibling",
        SharedRule::VersionStable,
        UPDATE,
        Mutation::Touch(Related::Older, Edit::AddVersion(1)),
        "an update moves the version of the next older resource, too",
    )
    .when(When::OlderSibling)
    // A repeated update after that seems to have counted twice.
    .also(&[SharedRule::UpdateVersion, SharedRule::UpdateReplay])
    .deep(),
    row(
        "update-hits-sibling",
        SharedRule::DescribeSpec,
        UPDATE,
        Mutation::Touch(Related::Older, Edit::SentSpec),
        "an update changes the next older resource, too",
    )
    .when(When::OlderSibling)
    .also(&[SharedRule::UpdateSpec, SharedRule::UpdateReplaces, SharedRule::DeletedSpec])
    .deep(),
    row(
        "delete-takes-sibling",
        SharedRule::ListComplete,
        DELETE,
        Mutation::Take(Related::Younger),
        "a delete takes the next younger resource along",
    )
    .when(When::YoungerSibling)
    .also(TAKEN)
    .deep(),
    row(
        "uid-of-deleted",
        SharedRule::UidUnique,
        CREATE,
        Mutation::Store(Edit::LastUid),
        "a new resource gets the uid of the one that was deleted before",
    )
    .when(When::FreedSlot)
    .deep(),
    row(
        "freed-slots-are-lost",
        SharedRule::QuotaSteady,
        CREATE,
        Mutation::Refuse(ErrorKind::LimitExceeded),
        "what was deleted still counts against the quota",
    )
    .when(When::FreedSlot)
    .deep(),
    row(
        "hundred-and-first-refused",
        SharedRule::Creates,
        CREATE,
        Mutation::Refuse(ErrorKind::Conflict),
        "the 101st resource in one parent is refused with ConflictException",
    )
    .when(When::Hundred)
    .deep(),
];
