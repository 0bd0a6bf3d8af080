//! The virtual node: where traffic ends. `CreateVirtualNode`, `DescribeVirtualNode`,
//! `UpdateVirtualNode`, `DeleteVirtualNode`, `ListVirtualNodes`.

use serde_json::Value;

use super::{
    ARN, CLIENT_TOKEN, METADATA, PORT_MAPPING, PORT_PROTOCOL, RESOURCE_NAME, SERVICE_NAME,
    STATUS_CODES, STRING, health_check, mesh_child,
};
use crate::family::{Family, Silence};
use crate::operation::{Documents, Input, Operation, Role};
use crate::shape::{Echo, Member, Shape};
use crate::spec_queries;

static HEALTH_CHECK: Shape = Shape::structure("HealthCheckPolicy", &health_check(&PORT_PROTOCOL));
static LISTENER: Shape = Shape::structure(
    "Listener",
    &[
        // CreateVirtualNode, healthCheck: not available during the preview.
        Member::optional("healthCheck", &HEALTH_CHECK).echoed(Echo::Unavailable),
        Member::optional("portMapping", &PORT_MAPPING),
    ],
);
static LISTENERS: Shape = Shape::list("Listeners", &LISTENER);
static BACKENDS: Shape = Shape::list("Backends", &SERVICE_NAME);
static DNS: Shape =
    Shape::structure("DnsServiceDiscovery", &[Member::optional("serviceName", &SERVICE_NAME)]);
static SERVICE_DISCOVERY: Shape =
    Shape::structure("ServiceDiscovery", &[Member::optional("dns", &DNS)]);
static SPEC: Shape = Shape::structure(
    "VirtualNodeSpec",
    &[
        Member::optional("backends", &BACKENDS),
        Member::optional("listeners", &LISTENERS),
        Member::optional("serviceDiscovery", &SERVICE_DISCOVERY),
    ],
);

mesh_child!("VirtualNode", "VirtualNodes", "virtualNodes", "virtualNodes", [] "virtualNodeName" 1, &SPEC);

/// The family.
pub static FAMILY: Family = BASE;

/// The family as a constant, for later versions to build on.
pub const BASE: Family = Family {
    id: "virtual-node",
    noun: "virtual node",
    parent: Some("mesh"),
    name_member: "virtualNodeName",
    payload: "virtualNode",
    list_member: "virtualNodes",
    arn_segment: "virtualNode",
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

/// Whether the documents leave open that this specification is accepted. An empty one is known to
/// be (Terraform acceptance tests).
fn is_unclear(spec: &Value) -> bool {
    let listeners = spec_queries::items(spec, "listeners");
    let complete = |listener: &Value| {
        let port = &listener["portMapping"];
        // Health checks are documented as not available in the preview.
        listener.get("healthCheck").is_none()
            && port["port"].is_i64()
            && port["protocol"].is_string()
    };
    let discovery_named = match spec.get("serviceDiscovery") {
        None => true,
        Some(discovery) => spec_queries::is_host(&discovery["dns"]["serviceName"]),
    };
    let backends = spec_queries::items(spec, "backends");
    listeners.len() > 1
        || !listeners.iter().all(complete)
        || !discovery_named
        || !backends.iter().all(spec_queries::is_host)
        || spec_queries::has_duplicates(backends)
}
