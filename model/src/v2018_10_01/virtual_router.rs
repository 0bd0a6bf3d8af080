//! The virtual router: holds routes for the service names it answers to. `CreateVirtualRouter`,
//! `DescribeVirtualRouter`, `UpdateVirtualRouter`, `DeleteVirtualRouter`, `ListVirtualRouters`.

use super::{ARN, CLIENT_TOKEN, METADATA, RESOURCE_NAME, SERVICE_NAME, STATUS_CODES, STRING};
use crate::error::ErrorKind;
use crate::expect::CallContext;
use crate::operation::{
    Action, DELETE_ERRORS, Family, Input, Operation, READ_ERRORS, Role, WRITE_ERRORS,
};
use crate::shape::{Kind, Member, Shape};
use crate::shared_rule::SharedRule;
use crate::spec;

static LIMIT: Shape = Shape::integer("ListVirtualRoutersLimit", 1, 100);
static SERVICE_NAMES: Shape = Shape {
    name: "ServiceNames",
    kind: Kind::List { item: &SERVICE_NAME, min: None, max: Some(10) },
};
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
    name: "CreateVirtualRouter",
    action: Action::Create,
    method: "PUT",
    path: "/meshes/{meshName}/virtualRouters",
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        MESH,
        Input::body("spec", Role::Spec, &SPEC),
        Input::body("virtualRouterName", Role::Name(1), &RESOURCE_NAME),
    ],
    errors: WRITE_ERRORS,
};

/// `DescribeVirtualRouter`.
pub const DESCRIBE: Operation = Operation {
    name: "DescribeVirtualRouter",
    action: Action::Describe,
    method: "GET",
    path: "/meshes/{meshName}/virtualRouters/{virtualRouterName}",
    inputs: &[MESH, ROUTER],
    errors: READ_ERRORS,
};

/// `UpdateVirtualRouter`.
pub const UPDATE: Operation = Operation {
    name: "UpdateVirtualRouter",
    action: Action::Update,
    method: "PUT",
    path: "/meshes/{meshName}/virtualRouters/{virtualRouterName}",
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        MESH,
        Input::body("spec", Role::Spec, &SPEC),
        ROUTER,
    ],
    errors: WRITE_ERRORS,
};

/// `DeleteVirtualRouter`.
pub const DELETE: Operation = Operation {
    name: "DeleteVirtualRouter",
    action: Action::Delete,
    method: "DELETE",
    path: "/meshes/{meshName}/virtualRouters/{virtualRouterName}",
    inputs: &[MESH, ROUTER],
    errors: DELETE_ERRORS,
};

/// `ListVirtualRouters`.
pub const LIST: Operation = Operation {
    name: "ListVirtualRouters",
    action: Action::List,
    method: "GET",
    path: "/meshes/{meshName}/virtualRouters",
    inputs: &[
        Input::query("limit", Role::Limit, &LIMIT),
        MESH,
        Input::query("nextToken", Role::PageToken, &STRING),
    ],
    errors: READ_ERRORS,
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
    own_expectations,
    settle_ms: 0,
};

/// Whether a router without service names is accepted is not known.
fn own_expectations(asked: &mut CallContext<'_>) {
    let is_unclear = asked.spec().is_some_and(|spec| {
        let names = spec::items(spec, "serviceNames");
        names.is_empty() || !names.iter().all(spec::is_host) || spec::has_duplicates(names)
    });
    if is_unclear {
        asked.leave(SharedRule::UnclearSpec, ErrorKind::BadRequest);
    }
}
