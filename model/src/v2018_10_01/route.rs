//! The route: sends a router's traffic to virtual nodes. `CreateRoute`, `DescribeRoute`,
//! `UpdateRoute`, `DeleteRoute`, `ListRoutes`. Their paths have the singular `virtualRouter`.

use serde_json::Value;

use super::{ARN, CLIENT_TOKEN, METADATA, RESOURCE_NAME, STATUS_CODES, STRING, mesh_child};
use crate::family::{Family, OwnRule, Refused, Silence};
use crate::operation::{Action, Documents, Input, Operation, Role};
use crate::rule::Basis;
use crate::shape::{Member, Shape, Text};
use crate::spec_queries;

/// The name of the node that a target sends to.
pub static TARGET_NODE: Shape =
    Shape::bounded_text("ResourceName", 1, 255, Text::Reference("virtual-node"));
/// The relative weight of a target.
pub static PERCENT: Shape = Shape::integer("PercentInt", 0, 100);
/// A path prefix.
pub static PREFIX: Shape = Shape::text("String", Text::Path);
static TARGET: Shape = Shape::structure(
    "WeightedTarget",
    &[Member::optional("virtualNode", &TARGET_NODE), Member::optional("weight", &PERCENT)],
);
static TARGETS: Shape = Shape::list("WeightedTargets", &TARGET);
static ACTION: Shape =
    Shape::structure("HttpRouteAction", &[Member::optional("weightedTargets", &TARGETS)]);
static MATCH: Shape = Shape::structure("HttpRouteMatch", &[Member::optional("prefix", &PREFIX)]);
static HTTP_ROUTE: Shape = Shape::structure(
    "HttpRoute",
    &[Member::optional("action", &ACTION), Member::optional("match", &MATCH)],
);
static SPEC: Shape = Shape::structure("RouteSpec", &[Member::optional("httpRoute", &HTTP_ROUTE)]);

mesh_child!(
    "Route", "Routes", "virtualRouter/{virtualRouterName}/routes", "routes",
    ["virtualRouterName" 1,] "routeName" 2, &SPEC
);

/// The family.
pub static FAMILY: Family = BASE;

/// The family as a constant, for later versions to build on.
pub const BASE: Family = Family {
    id: "route",
    noun: "route",
    parent: Some("virtual-router"),
    name_member: "routeName",
    payload: "route",
    list_member: "routes",
    arn_segment: "route",
    operations: &[CREATE, DESCRIBE, UPDATE, DELETE, LIST],
    data: &DATA,
    item: &ITEM,
    page: &PAGE,
    own_rules: &[
        OwnRule {
            slug: "create-target-exists",
            about: None,
            refuses: Refused::MissingReference {
                actions: &[Action::Create],
                families: &["virtual-node"],
            },
            basis: Basis::Inferred,
            statement: "A route cannot be created to a virtual node that does not exist: NotFoundException.",
            source: "Public issue, February 2019: UpdateRoute answers so; presumed for CreateRoute, weightedTargets.virtualNode",
        },
        OwnRule {
            slug: "update-target-exists",
            about: None,
            refuses: Refused::MissingReference {
                actions: &[Action::Update],
                families: &["virtual-node"],
            },
            basis: Basis::Observed,
            statement: "A route cannot be updated to a virtual node that does not exist: NotFoundException.",
            source: "Public issue, February 2019: UpdateRoute, weightedTargets.virtualNode",
        },
        OwnRule {
            slug: "delete-of-target",
            about: Some("virtual-node"),
            refuses: Refused::ReferredTo { by: "route" },
            basis: Basis::Silent,
            statement: "Whether a virtual node that a route sends to can be deleted is left open.",
            source: "API reference 2018-10-01, DeleteVirtualNode, introduction: nothing is said of routes",
        },
    ],
    evidence: &[],
    silence: Silence { spec: is_unclear, quota: may_exceed_quota, ..Silence::NONE },
    implied_by: &[],
    settle_ms: 0,
};

/// A quota bounds the targets of a route; more than one may exceed it.
pub(crate) fn may_exceed_quota(spec: &Value) -> bool {
    targets(spec).count() > 1
}

pub(crate) fn targets(spec: &Value) -> impl Iterator<Item = &Value> {
    spec_queries::items(&spec["httpRoute"]["action"], "weightedTargets").iter()
}

/// Whether the documents leave open that this specification is accepted. An empty one is known to
/// be (Terraform acceptance tests).
fn is_unclear(spec: &Value) -> bool {
    spec.get("httpRoute").is_some() && has_unclear_http_route(spec)
}

pub(crate) fn has_unclear_http_route(spec: &Value) -> bool {
    let nodes: Vec<&Value> = targets(spec).map(|target| &target["virtualNode"]).collect();
    nodes.is_empty()
        || !targets(spec)
            .all(|target| target["virtualNode"].is_string() && target["weight"].is_i64())
        || nodes.iter().enumerate().any(|(index, node)| nodes[..index].contains(node))
        || !spec["httpRoute"]["match"]["prefix"].is_string()
}
