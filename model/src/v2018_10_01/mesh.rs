//! The mesh: the root of everything else. `CreateMesh`, `DescribeMesh`, `DeleteMesh`,
//! `ListMeshes`; there is no update in the preview.

use super::{ARN, CLIENT_TOKEN, METADATA, RESOURCE_NAME, STATUS_CODES, STRING};
use crate::family::{Family, Silence};
use crate::operation::{Input, Operation, Role};
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
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        Input::body("meshName", Role::Name(0), &RESOURCE_NAME),
    ],
    ..Operation::create("CreateMesh", "/meshes")
};

/// `DescribeMesh`.
pub const DESCRIBE: Operation = Operation {
    inputs: &[NAME_IN_PATH],
    ..Operation::describe("DescribeMesh", "/meshes/{meshName}")
};

/// `DeleteMesh`.
pub const DELETE: Operation =
    Operation { inputs: &[NAME_IN_PATH], ..Operation::delete("DeleteMesh", "/meshes/{meshName}") };

/// `ListMeshes`.
pub const LIST: Operation = Operation {
    inputs: &[
        Input::query("limit", Role::Limit, &LIMIT),
        Input::query("nextToken", Role::PageToken, &STRING),
    ],
    ..Operation::list("ListMeshes", "/meshes")
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
    silence: Silence::NONE,
    implied_by: &[],
    settle_ms: 0,
};
