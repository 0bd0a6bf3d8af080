//! The mesh: the root of everything else. `CreateMesh`, `DescribeMesh`, `DeleteMesh`,
//! `ListMeshes`; there is no update in the preview.

use super::{ARN, CLIENT_TOKEN, METADATA, RESOURCE_NAME, STATUS_CODES, STRING};
use crate::operation::{
    Action, DELETE_ERRORS, Family, Input, Operation, READ_ERRORS, Role, WRITE_ERRORS,
};
use crate::shape::{Member, Shape};

static LIMIT: Shape = Shape::integer("ListMeshesLimit", 1, 100);
static STATUS_CODE: Shape = Shape::choice("MeshStatusCode", STATUS_CODES);
/// The status of a mesh.
pub static STATUS: Shape =
    Shape::structure("MeshStatus", &[Member::optional("status", &STATUS_CODE)]);

static DATA: Shape = Shape::structure(
    "MeshData",
    &[
        Member::required("meshName", &RESOURCE_NAME),
        Member::required("metadata", &METADATA),
        Member::optional("status", &STATUS),
    ],
);

static ITEM: Shape = Shape::structure(
    "MeshRef",
    &[Member::optional("arn", &ARN), Member::optional("meshName", &RESOURCE_NAME)],
);
static ITEMS: Shape = Shape::list("MeshList", &ITEM);
static PAGE: Shape = Shape::structure(
    "ListMeshesOutput",
    &[Member::required("meshes", &ITEMS), Member::optional("nextToken", &STRING)],
);

const NAME_IN_PATH: Input = Input::path("meshName", Role::Name(0), &RESOURCE_NAME);

/// `CreateMesh`.
pub const CREATE: Operation = Operation {
    name: "CreateMesh",
    action: Action::Create,
    method: "PUT",
    path: "/meshes",
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        Input::body("meshName", Role::Name(0), &RESOURCE_NAME),
    ],
    errors: WRITE_ERRORS,
};

/// `DescribeMesh`.
pub const DESCRIBE: Operation = Operation {
    name: "DescribeMesh",
    action: Action::Describe,
    method: "GET",
    path: "/meshes/{meshName}",
    inputs: &[NAME_IN_PATH],
    errors: READ_ERRORS,
};

/// `DeleteMesh`.
pub const DELETE: Operation = Operation {
    name: "DeleteMesh",
    action: Action::Delete,
    method: "DELETE",
    path: "/meshes/{meshName}",
    inputs: &[NAME_IN_PATH],
    errors: DELETE_ERRORS,
};

/// `ListMeshes`.
pub const LIST: Operation = Operation {
    name: "ListMeshes",
    action: Action::List,
    method: "GET",
    path: "/meshes",
    inputs: &[
        Input::query("limit", Role::Limit, &LIMIT),
        Input::query("nextToken", Role::PageToken, &STRING),
    ],
    errors: READ_ERRORS,
};

/// The family.
pub static FAMILY: Family = BASE;

/// The family as a constant, for later versions to build on.
pub const BASE: Family = Family {
    id: "mesh",
    noun: "mesh",
    parent: None,
    name_member: "meshName",
    payload: "mesh",
    list_member: "meshes",
    arn_segment: "mesh",
    operations: &[CREATE, DESCRIBE, DELETE, LIST],
    data: &DATA,
    item: &ITEM,
    page: &PAGE,
    own_rules: &[],
    evidence: &[],
    own_expectations: |_| {},
    settle_ms: 0,
};
