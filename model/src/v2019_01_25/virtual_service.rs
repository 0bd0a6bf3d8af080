//! The virtual service: a name for traffic, with a node or a router that provides it.
//! `CreateVirtualService`, `DescribeVirtualService`, `UpdateVirtualService`, `DeleteVirtualService`,
//! `ListVirtualServices`.

use super::{ACCOUNT_ID, MESH_IN_PATH, MESH_OWNER, METADATA, SETTLE_MS, TAGS_INPUT, item_members};
use crate::family::{Family, OwnRule, Refused, Silence};
use crate::operation::{Action, Input, Operation, Role};
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
static STATUS_CODE: Shape = Shape::choice("VirtualServiceStatusCode", STATUS_CODES);
static STATUS: Shape =
    Shape::structure("VirtualServiceStatus", &[Member::required("status", &STATUS_CODE)]);
static DATA: Shape = Shape::structure(
    "VirtualServiceData",
    &[
        Member::required("meshName", &RESOURCE_NAME),
        Member::required("metadata", &METADATA),
        Member::required("spec", &SPEC),
        Member::required("status", &STATUS),
        Member::required("virtualServiceName", &NAME),
    ],
);
static ITEM: Shape =
    Shape::structure("VirtualServiceRef", item_members!("virtualServiceName": &NAME));
static ITEMS: Shape = Shape::list("VirtualServiceList", &ITEM);
static PAGE: Shape = Shape::structure(
    "ListVirtualServicesOutput",
    &[Member::optional("nextToken", &STRING), Member::required("virtualServices", &ITEMS)],
);
static LIMIT: Shape = Shape::integer("ListVirtualServicesLimit", 1, 100);

const SERVICE: Input = Input::path("virtualServiceName", Role::Name(1), &NAME);
const ALL_PATH: &str = "/v20190125/meshes/{meshName}/virtualServices";
const ONE_PATH: &str = "/v20190125/meshes/{meshName}/virtualServices/{virtualServiceName}";

const CREATE: Operation = Operation {
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        MESH_IN_PATH,
        MESH_OWNER,
        Input::body("spec", Role::Spec, &SPEC),
        TAGS_INPUT,
        Input::body("virtualServiceName", Role::Name(1), &NAME),
    ],
    ..Operation::create("CreateVirtualService", ALL_PATH).of_service_model()
};
const DESCRIBE: Operation = Operation {
    inputs: &[MESH_IN_PATH, MESH_OWNER, SERVICE],
    ..Operation::describe("DescribeVirtualService", ONE_PATH).of_service_model()
};
const UPDATE: Operation = Operation {
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        MESH_IN_PATH,
        MESH_OWNER,
        Input::body("spec", Role::Spec, &SPEC),
        SERVICE,
    ],
    ..Operation::update("UpdateVirtualService", ONE_PATH).of_service_model()
};
const DELETE: Operation = Operation {
    inputs: &[MESH_IN_PATH, MESH_OWNER, SERVICE],
    ..Operation::delete("DeleteVirtualService", ONE_PATH).of_service_model()
};
const LIST: Operation = Operation {
    inputs: &[
        Input::query("limit", Role::Limit, &LIMIT),
        MESH_IN_PATH,
        MESH_OWNER,
        Input::query("nextToken", Role::PageToken, &STRING),
    ],
    ..Operation::list("ListVirtualServices", ALL_PATH).of_service_model()
};

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
