//! The virtual service: a name for traffic, with a node or a router that provides it.
//! `CreateVirtualService`, `DescribeVirtualService`, `UpdateVirtualService`, `DeleteVirtualService`,
//! `ListVirtualServices`.

use super::{ACCOUNT_ID, MESH_OWNER, METADATA, SETTLE_MS, TAGS_INPUT, item_members, mesh_child};
use crate::family::{Family, OwnRule, Refused, Silence};
use crate::operation::{Action, Documents, Input, Operation, Role};
use crate::rule::Basis;
use crate::shape::{Member, NameCharacters, Shape, Text};
use crate::v2018_10_01::{ARN, CLIENT_TOKEN, LONG, RESOURCE_NAME, STATUS_CODES, STRING, TIMESTAMP};

/// User guide, virtual services: any name will do, and a host name is recommended.
static NAME: Shape =
    Shape::text("ServiceName", Text::Name(NameCharacters { accepted: "-_.", refused: "" }));
static NODE_NAME: Shape =
    Shape::bounded_text("ResourceName", 1, 255, Text::Reference("virtual-node"));
static ROUTER_NAME: Shape =
    Shape::bounded_text("ResourceName", 1, 255, Text::Reference("virtual-router"));
static NODE: Shape = Shape::structure(
    "VirtualNodeServiceProvider",
    &[Member::required("virtualNodeName", &NODE_NAME)],
);
static ROUTER: Shape = Shape::structure(
    "VirtualRouterServiceProvider",
    &[Member::required("virtualRouterName", &ROUTER_NAME)],
);
static PROVIDER: Shape = Shape::union(
    "VirtualServiceProvider",
    &[Member::optional("virtualNode", &NODE), Member::optional("virtualRouter", &ROUTER)],
    &[],
);
static SPEC: Shape =
    Shape::structure("VirtualServiceSpec", &[Member::optional("provider", &PROVIDER)]);
mesh_child!("VirtualService", "VirtualServices", "virtualServices", "virtualServices", [] "virtualServiceName" 1 &NAME, &SPEC, Documents::ServiceModel);

/// The family.
pub static FAMILY: Family = Family {
    id: "virtual-service",
    noun: "virtual service",
    parent: Some("mesh"),
    name_member: "virtualServiceName",
    payload: "virtualService",
    list_member: "virtualServices",
    arn_segment: "virtualService",
    operations: &[CREATE, DESCRIBE, UPDATE, DELETE, LIST],
    data: &DATA,
    item: &ITEM,
    page: &PAGE,
    own_rules: &[
        OwnRule {
            slug: "provider-exists",
            about: None,
            refuses: Refused::MissingReference {
                actions: &[Action::Create, Action::Update],
                families: &["virtual-node", "virtual-router"],
            },
            basis: Basis::Silent,
            statement: "Whether a virtual service can have a provider that does not exist is left open.",
            source: "User guide, virtual services, provider: nothing is said of one that does not exist",
        },
        OwnRule {
            slug: "delete-backend",
            about: None,
            refuses: Refused::ReferredTo { by: "virtual-node" },
            basis: Basis::Silent,
            statement: "Whether a virtual service that is a backend of a virtual node can be deleted is left open.",
            source: "User guide, virtual services, deleting: gateway routes alone are named",
        },
        OwnRule {
            slug: "delete-provider",
            about: Some("virtual-node"),
            refuses: Refused::ReferredTo { by: "virtual-service" },
            basis: Basis::Stated,
            statement: "A virtual node that provides a virtual service cannot be deleted: ResourceInUseException.",
            source: "User guide, virtual nodes, deleting; service model 2019-01-25, DeleteVirtualNode, ResourceInUseException",
        },
        OwnRule {
            slug: "delete-provider",
            about: Some("virtual-router"),
            refuses: Refused::ReferredTo { by: "virtual-service" },
            basis: Basis::Stated,
            statement: "A virtual router that provides a virtual service cannot be deleted: ResourceInUseException.",
            source: "User guide, virtual routers, deleting; service model 2019-01-25, DeleteVirtualRouter, ResourceInUseException",
        },
    ],
    evidence: &[],
    silence: Silence::NONE,
    // Public examples: a node that names a service makes it.
    implied_by: &["virtual-node"],
    settle_ms: SETTLE_MS,
};
