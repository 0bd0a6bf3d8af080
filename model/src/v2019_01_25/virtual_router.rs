//! The virtual router, with listeners in place of service names.

use serde_json::Value;

use super::{
    ACCOUNT_ID, MESH_OWNER, METADATA, PORT_MAPPING, SETTLE_MS, TAGS_INPUT, item_members, mesh_child,
};
use crate::family::{Evidence, Family, Silence};
use crate::operation::{Documents, Input, Operation, Role};
use crate::rule::Basis;
use crate::shape::{Member, Shape};
use crate::shared_rule::SharedRule;
use crate::spec_queries;
use crate::v2018_10_01::virtual_router as preview;
use crate::v2018_10_01::{ARN, CLIENT_TOKEN, LONG, RESOURCE_NAME, STATUS_CODES, STRING, TIMESTAMP};

static LISTENER: Shape =
    Shape::structure("VirtualRouterListener", &[Member::required("portMapping", &PORT_MAPPING)]);
static LISTENERS: Shape = Shape::list("VirtualRouterListeners", &LISTENER);
static SPEC: Shape =
    Shape::structure("VirtualRouterSpec", &[Member::optional("listeners", &LISTENERS)]);
mesh_child!("VirtualRouter", "VirtualRouters", "virtualRouters", "virtualRouters", [] "virtualRouterName" 1 &RESOURCE_NAME, &SPEC, Documents::ApiReference);

/// The family.
pub static FAMILY: Family = Family {
    operations: &[CREATE, DESCRIBE, UPDATE, DELETE, LIST],
    data: &DATA,
    item: &ITEM,
    page: &PAGE,
    evidence: &[Evidence {
        rule: SharedRule::UnclearSpec,
        basis: Basis::Silent,
        source: "Service model 2019-01-25, {writes}, shape VirtualRouterSpec: how many listeners there may be is not said",
    }],
    silence: Silence { spec: is_unclear, ..Silence::NONE },
    settle_ms: SETTLE_MS,
    ..preview::BASE
};

/// Whether a router without a listener, or with several, is accepted is not known.
fn is_unclear(spec: &Value) -> bool {
    spec_queries::items(spec, "listeners").len() != 1
}
