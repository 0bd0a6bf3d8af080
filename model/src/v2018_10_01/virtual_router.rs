//! The virtual router: holds routes for the service names it answers to. `CreateVirtualRouter`,
//! `DescribeVirtualRouter`, `UpdateVirtualRouter`, `DeleteVirtualRouter`, `ListVirtualRouters`.

use serde_json::Value;

use super::{
    ARN, CLIENT_TOKEN, METADATA, RESOURCE_NAME, SERVICE_NAME, STATUS_CODES, STRING, mesh_child,
};
use crate::family::{Family, Silence};
use crate::operation::{Documents, Input, Operation, Role};
use crate::shape::{Member, Shape};
use crate::spec_queries;

static SERVICE_NAMES: Shape = Shape::bounded_list("ServiceNames", &SERVICE_NAME, None, 10);
static SPEC: Shape =
    Shape::structure("VirtualRouterSpec", &[Member::optional("serviceNames", &SERVICE_NAMES)]);

mesh_child!("VirtualRouter", "VirtualRouters", "virtualRouters", "virtualRouters", [] "virtualRouterName" 1, &SPEC);

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
    let names = spec_queries::items(spec, "serviceNames");
    names.is_empty()
        || !names.iter().all(spec_queries::is_host)
        || spec_queries::has_duplicates(names)
}
