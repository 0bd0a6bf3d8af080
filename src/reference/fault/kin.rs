//! Faults between resources: parents and children, siblings, namesakes.

use appmesh_model::operation::ErrorKind;
use appmesh_model::promise::Promise;

use super::act::{Edit, What, When, Whose};
use super::row::{CREATE, DELETE, DESCRIBE, Row, SPEC_STORED, UPDATE, row};

/// What is taken along is nowhere to be found, may be made again, and is made anew by the create that
/// is sent again.
const TAKEN: &[Promise] = &[
    Promise::Describes,
    Promise::ListComplete,
    Promise::Updates,
    Promise::Deletes,
    Promise::Duplicate,
    Promise::CreateReplay,
    Promise::CreatedStable,
];

/// The faults of a family that show between resources.
pub(super) const ROWS: &[Row] = &[
    row(
        "emptied-stays-in-use",
        Promise::Deletes,
        DELETE,
        What::Refuse(ErrorKind::ResourceInUse),
        "what once held others can never be deleted",
    )
    .when(When::Emptied)
    .deep(),
    row(
        "deleted-with-one-child",
        Promise::DeleteInUse,
        DELETE,
        What::Permit,
        "what holds exactly one other can be deleted",
    )
    .when(When::OneChild)
    .deep(),
    row(
        "deleted-with-updated-children",
        Promise::DeleteInUse,
        DELETE,
        What::Permit,
        "what holds others can be deleted if all of them were updated",
    )
    .when(When::UpdatedChildren)
    .deep(),
    row(
        "recreated-children-not-counted",
        Promise::DeleteInUse,
        DELETE,
        What::Permit,
        "what holds others can be deleted if all of them were made again",
    )
    .when(When::RecreatedChildren)
    .deep(),
    row(
        "created-in-deleted-parent",
        Promise::CreateInMissing,
        CREATE,
        What::Permit,
        "a create inside a parent that was deleted succeeds",
    )
    .when(When::ParentDeleted)
    .deep(),
    row(
        "child-moves-updated",
        Promise::UpdatedStable,
        CREATE,
        What::Touch(Whose::Parent, Edit::UpdatedNow),
        "a new child moves its parent's lastUpdatedAt",
    )
    .when(When::Missing)
    .via_children()
    .deep(),
    row(
        "child-moves-created",
        Promise::CreatedStable,
        CREATE,
        What::Touch(Whose::Parent, Edit::MoveCreated(-2_000)),
        "a new child moves its parent's createdAt",
    )
    .when(When::Missing)
    .via_children()
    .deep(),
    row(
        "child-delete-counts",
        Promise::VersionStable,
        DELETE,
        What::Touch(Whose::Parent, Edit::AddVersion(1)),
        "a delete of a child moves its parent's version",
    )
    // And an update that is sent again after that seems to have counted twice.
    .also(&[Promise::UpdateVersion, Promise::UpdateReplay])
    .via_children()
    .deep(),
    row(
        "child-update-changes-uid",
        Promise::UidStable,
        UPDATE,
        What::Touch(Whose::Parent, Edit::NewUid),
        "an update of a child changes its parent's uid",
    )
    .via_children()
    // The create sent again shows it as well.
    .also(&[Promise::CreateReplay])
    .deep(),
    row(
        "update-hits-namesake",
        Promise::DescribeSpec,
        UPDATE,
        What::Touch(Whose::Namesake, Edit::SentSpec),
        "an update changes the resource of the same name in another parent, too",
    )
    .when(When::Namesake)
    .also(SPEC_STORED)
    .deep(),
    row(
        "describe-shows-namesake",
        Promise::DescribeSpec,
        DESCRIBE,
        What::Show(Edit::NamesakeSpec),
        "a describe shows the specification of the resource of the same name in another parent",
    )
    .when(When::Namesake)
    // The namesake may have what this one had before its last update.
    .also(&[Promise::UpdateReplaces])
    .deep(),
    row(
        "delete-takes-namesake",
        Promise::Describes,
        DELETE,
        What::Take(Whose::Namesake),
        "a delete takes the resource of the same name in another parent along",
    )
    .when(When::Namesake)
    .also(TAKEN)
    .deep(),
    row(
        "update-counts-for-sibling",
        Promise::VersionStable,
        UPDATE,
        What::Touch(Whose::Older, Edit::AddVersion(1)),
        "an update moves the version of the next older resource, too",
    )
    .when(When::OlderSibling)
    // And an update that is sent again after that seems to have counted twice.
    .also(&[Promise::UpdateVersion, Promise::UpdateReplay])
    .deep(),
    row(
        "update-hits-sibling",
        Promise::DescribeSpec,
        UPDATE,
        What::Touch(Whose::Older, Edit::SentSpec),
        "an update changes the next older resource, too",
    )
    .when(When::OlderSibling)
    .also(&[Promise::UpdateSpec, Promise::UpdateReplaces, Promise::DeletedSpec])
    .deep(),
    row(
        "delete-takes-sibling",
        Promise::ListComplete,
        DELETE,
        What::Take(Whose::Younger),
        "a delete takes the next younger resource along",
    )
    .when(When::YoungerSibling)
    .also(TAKEN)
    .deep(),
    row(
        "uid-of-deleted",
        Promise::UidUnique,
        CREATE,
        What::Store(Edit::LastUid),
        "a new resource gets the uid of the one that was deleted before",
    )
    .when(When::FreedSlot)
    .deep(),
    row(
        "freed-slots-are-lost",
        Promise::QuotaSteady,
        CREATE,
        What::Refuse(ErrorKind::LimitExceeded),
        "what was deleted still counts against the quota",
    )
    .when(When::FreedSlot)
    .deep(),
    row(
        "hundred-and-first-refused",
        Promise::Creates,
        CREATE,
        What::Refuse(ErrorKind::Conflict),
        "the 101st resource in one parent is refused with ConflictException",
    )
    .when(When::Hundred)
    .deep(),
];
