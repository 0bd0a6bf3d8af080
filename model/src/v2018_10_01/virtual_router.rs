//! The virtual router: holds routes for the service names it answers to. `CreateVirtualRouter`,
//! `DescribeVirtualRouter`, `UpdateVirtualRouter`, `DeleteVirtualRouter`, `ListVirtualRouters`.

use serde_json::Value;

use super::{ARN, CLIENT_TOKEN, METADATA, RESOURCE_NAME, SERVICE_NAME, STATUS_CODES, STRING};
use crate::family::{Family, Silence};
use crate::operation::{Input, Operation, Role};
use crate::shape::{Member, Shape};
use crate::spec;

static LIMIT: Shape = Shape::integer("ListVirtualRoutersLimit", 1, 100);
static SERVICE_NAMES: Shape = Shape::bounded_list("ServiceNames", &SERVICE_NAME, None, 10);
static SPEC: Shape =
    Shape::structure("VirtualRouterSpec", &[Member::optional("serviceNames", &SERVICE_NAMES)]);

static STATUS_CODE: Shape = Shape::choice("VirtualRouterStatusCode", STATUS_CODES);
static STATUS: Shape =
    Shape::structure("VirtualRouterStatus", &[Member::optional("status", &STATUS_CODE)]);
static DATA: Shape = Shape::structure(
    "VirtualRouterData",
    &[
        Member::required("meshName", &RESOURCE_NAME),
        Member::optional("metadata", &METADATA),
        Member::optional("spec", &SPEC),
        Member::optional("status", &STATUS),
        Member::required("virtualRouterName", &RESOURCE_NAME),
    ],
);
static ITEM: Shape = Shape::structure(
    "VirtualRouterRef",
    &[
        Member::optional("arn", &ARN),
        Member::optional("meshName", &RESOURCE_NAME),
        Member::optional("virtualRouterName", &RESOURCE_NAME),
    ],
);
static ITEMS: Shape = Shape::list("VirtualRouterList", &ITEM);
static PAGE: Shape = Shape::structure(
    "ListVirtualRoutersOutput",
    &[Member::optional("nextToken", &STRING), Member::required("virtualRouters", &ITEMS)],
);

const MESH: Input = Input::path("meshName", Role::Name(0), &RESOURCE_NAME);
const ROUTER: Input = Input::path("virtualRouterName", Role::Name(1), &RESOURCE_NAME);

/// `CreateVirtualRouter`.
pub const CREATE: Operation = Operation {
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        MESH,
        Input::body("spec", Role::Spec, &SPEC),
        Input::body("virtualRouterName", Role::Name(1), &RESOURCE_NAME),
    ],
    ..Operation::create("CreateVirtualRouter", "/meshes/{meshName}/virtualRouters")
};

/// `DescribeVirtualRouter`.
pub const DESCRIBE: Operation = Operation {
    inputs: &[MESH, ROUTER],
    ..Operation::describe(
        "DescribeVirtualRouter",
        "/meshes/{meshName}/virtualRouters/{virtualRouterName}",
    )
};

/// `UpdateVirtualRouter`.
pub const UPDATE: Operation = Operation {
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        MESH,
        Input::body("spec", Role::Spec, &SPEC),
        ROUTER,
    ],
    ..Operation::update(
        "UpdateVirtualRouter",
        "/meshes/{meshName}/virtualRouters/{virtualRouterName}",
    )
};

/// `DeleteVirtualRouter`.
pub const DELETE: Operation = Operation {
    inputs: &[MESH, ROUTER],
    ..Operation::delete(
        "DeleteVirtualRouter",
        "/meshes/{meshName}/virtualRouters/{virtualRouterName}",
    )
};

/// `ListVirtualRouters`.
pub const LIST: Operation = Operation {
    inputs: &[
        Input::query("limit", Role::Limit, &LIMIT),
        MESH,
        Input::query("nextToken", Role::PageToken, &STRING),
    ],
    ..Operation::list("ListVirtualRouters", "/meshes/{meshName}/virtualRouters")
};

/// The family.
pub static FAMILY: Family = BASE;

/// The family as a constant, for later versions to build on.
pub const BASE: Family = Family {
    id: "virtual-router",
    noun: "virtual router",
    parent: Some("mesh"),
    name_member: "virtualRouterName",
    payload: "virtualRouter",
    list_member: "virtualRouters",
    arn_segment: "virtualRouter",
    operations: &[CREATE, DESCRIBE, UPDATE, DELETE, LIST],
    data: &DATA,
    item: &ITEM,
    page: &PAGE,
    own_rules: &[],
    evidence: &[],
    silence: Silence { spec: is_unclear, ..Silence::NONE },
    implied_by: &[],
    settle_ms: 0,
};

/// Whether a router without service names is accepted is not known.
fn is_unclear(spec: &Value) -> bool {
    let names = spec::items(spec, "serviceNames");
    names.is_empty() || !names.iter().all(spec::is_host) || spec::has_duplicates(names)
}
