//! The virtual router, with listeners in place of service names.

use serde_json::Value;

use super::{
    ACCOUNT_ID, MESH_IN_PATH, MESH_OWNER, METADATA, PORT_MAPPING, SETTLE_MS, TAGS_INPUT,
    item_members,
};
use crate::family::{Evidence, Family, Silence};
use crate::operation::{Input, Operation, Role};
use crate::rule::Basis;
use crate::shape::{Member, Shape};
use crate::shared_rule::SharedRule;
use crate::spec;
use crate::v2018_10_01::virtual_router as preview;
use crate::v2018_10_01::{ARN, CLIENT_TOKEN, LONG, RESOURCE_NAME, STATUS_CODES, STRING, TIMESTAMP};

static LISTENER: Shape =
    Shape::structure("VirtualRouterListener", &[Member::required("portMapping", &PORT_MAPPING)]);
static LISTENERS: Shape = Shape::list("VirtualRouterListeners", &LISTENER);
static SPEC: Shape =
    Shape::structure("VirtualRouterSpec", &[Member::optional("listeners", &LISTENERS)]);
static STATUS_CODE: Shape = Shape::choice("VirtualRouterStatusCode", STATUS_CODES);
static STATUS: Shape =
    Shape::structure("VirtualRouterStatus", &[Member::required("status", &STATUS_CODE)]);
static DATA: Shape = Shape::structure(
    "VirtualRouterData",
    &[
        Member::required("meshName", &RESOURCE_NAME),
        Member::required("metadata", &METADATA),
        Member::required("spec", &SPEC),
        Member::required("status", &STATUS),
        Member::required("virtualRouterName", &RESOURCE_NAME),
    ],
);
static ITEM: Shape =
    Shape::structure("VirtualRouterRef", item_members!("virtualRouterName": &RESOURCE_NAME));
static ITEMS: Shape = Shape::list("VirtualRouterList", &ITEM);
static PAGE: Shape = Shape::structure(
    "ListVirtualRoutersOutput",
    &[Member::optional("nextToken", &STRING), Member::required("virtualRouters", &ITEMS)],
);
static LIMIT: Shape = Shape::integer("ListVirtualRoutersLimit", 1, 100);

const ROUTER: Input = Input::path("virtualRouterName", Role::Name(1), &RESOURCE_NAME);
const ALL_PATH: &str = "/v20190125/meshes/{meshName}/virtualRouters";
const ONE_PATH: &str = "/v20190125/meshes/{meshName}/virtualRouters/{virtualRouterName}";

const CREATE: Operation = Operation {
    path: ALL_PATH,
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        MESH_IN_PATH,
        MESH_OWNER,
        Input::body("spec", Role::Spec, &SPEC),
        TAGS_INPUT,
        Input::body("virtualRouterName", Role::Name(1), &RESOURCE_NAME),
    ],
    ..preview::CREATE
};
const DESCRIBE: Operation =
    Operation { path: ONE_PATH, inputs: &[MESH_IN_PATH, MESH_OWNER, ROUTER], ..preview::DESCRIBE };
const UPDATE: Operation = Operation {
    path: ONE_PATH,
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        MESH_IN_PATH,
        MESH_OWNER,
        Input::body("spec", Role::Spec, &SPEC),
        ROUTER,
    ],
    ..preview::UPDATE
};
const DELETE: Operation =
    Operation { path: ONE_PATH, inputs: &[MESH_IN_PATH, MESH_OWNER, ROUTER], ..preview::DELETE };
const LIST: Operation = Operation {
    path: ALL_PATH,
    inputs: &[
        Input::query("limit", Role::Limit, &LIMIT),
        MESH_IN_PATH,
        MESH_OWNER,
        Input::query("nextToken", Role::PageToken, &STRING),
    ],
    ..preview::LIST
};

/// The family.
pub static FAMILY: Family = Family {
    operations: &[CREATE, DESCRIBE, UPDATE, DELETE, LIST],
    data: &DATA,
    item: &ITEM,
    page: &PAGE,
    evidence: &[Evidence {
        promise: SharedRule::UnclearSpec,
        basis: Basis::Silent,
        source: "Service model 2019-01-25, {writes}, shape VirtualRouterSpec: how many listeners there may be is not said",
    }],
    silence: Silence { spec: is_unclear, ..Silence::NONE },
    settle_ms: SETTLE_MS,
    ..preview::BASE
};

/// Whether a router without a listener, or with several, is accepted is not known.
fn is_unclear(spec: &Value) -> bool {
    spec::items(spec, "listeners").len() != 1
}
