//! The route, with required members and a priority. HTTP/2, TCP and gRPC routes come later.

use serde_json::Value;

use super::{ACCOUNT_ID, MESH_OWNER, METADATA, SETTLE_MS, TAGS_INPUT, item_members, mesh_child};
use crate::family::{Evidence, Family, OwnRule, Refused, Silence};
use crate::operation::{Action, Documents, Input, Operation, Role};
use crate::rule::Basis;
use crate::shape::{Member, Shape};
use crate::shared_rule::SharedRule;
use crate::spec_queries;
use crate::v2018_10_01::route as preview;
use crate::v2018_10_01::route::{PERCENT, PREFIX, TARGET_NODE};
use crate::v2018_10_01::{ARN, CLIENT_TOKEN, LONG, RESOURCE_NAME, STATUS_CODES, STRING, TIMESTAMP};

static TARGET: Shape = Shape::partial(
    "WeightedTarget",
    &[Member::required("virtualNode", &TARGET_NODE), Member::required("weight", &PERCENT)],
    &["port"],
);
static TARGETS: Shape = Shape::bounded_list("WeightedTargets", &TARGET, Some(1), 10);
static ACTION: Shape =
    Shape::structure("HttpRouteAction", &[Member::required("weightedTargets", &TARGETS)]);
static MATCH: Shape = Shape::partial(
    "HttpRouteMatch",
    &[Member::optional("prefix", &PREFIX)],
    &["headers", "method", "path", "port", "queryParameters", "scheme"],
);
static HTTP_ROUTE: Shape = Shape::partial(
    "HttpRoute",
    &[Member::required("action", &ACTION), Member::required("match", &MATCH)],
    &["retryPolicy", "timeout"],
);
static PRIORITY: Shape = Shape::integer("RoutePriority", 0, 1_000);
static SPEC: Shape = Shape::partial(
    "RouteSpec",
    &[Member::optional("httpRoute", &HTTP_ROUTE), Member::optional("priority", &PRIORITY)],
    &["grpcRoute", "http2Route", "tcpRoute"],
);
mesh_child!(
    "Route", "Routes", "virtualRouter/{virtualRouterName}/routes", "routes",
    ["virtualRouterName" 1 &RESOURCE_NAME,] "routeName" 2 &RESOURCE_NAME, &SPEC, Documents::ApiReference
);

/// The family.
pub static FAMILY: Family = Family {
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
            source: "Public issue, February 2019, on UpdateRoute of the preview; presumed for CreateRoute, weightedTargets.virtualNode",
        },
        OwnRule {
            slug: "update-target-exists",
            about: None,
            refuses: Refused::MissingReference {
                actions: &[Action::Update],
                families: &["virtual-node"],
            },
            basis: Basis::Inferred,
            statement: "A route cannot be updated to a virtual node that does not exist: NotFoundException.",
            source: "Public issue, February 2019, on UpdateRoute of the preview; presumed here, weightedTargets.virtualNode",
        },
        OwnRule {
            slug: "delete-targeted",
            about: Some("virtual-node"),
            refuses: Refused::ReferredTo { by: "route" },
            basis: Basis::Observed,
            statement: "A virtual node that a route sends to cannot be deleted: ResourceInUseException.",
            source: "Public roadmap issue 103 and Terraform issue 38444: DeleteVirtualNode answers so since 2020",
        },
    ],
    evidence: &[Evidence {
        rule: SharedRule::UnclearSpec,
        basis: Basis::Silent,
        source: "Service model 2019-01-25, {writes}, shape RouteSpec: which members go together is not said",
    }],
    silence: Silence {
        spec: is_unclear,
        in_parent: Some(is_unclear_router),
        quota: preview::may_exceed_quota,
    },
    settle_ms: SETTLE_MS,
    ..preview::BASE
};

/// Whether the documents leave open that this specification is accepted.
fn is_unclear(spec: &Value) -> bool {
    // The service model says that weights add up to 100 at most; the service did not enforce it.
    let weights = preview::targets(spec).filter_map(|target| target["weight"].as_i64());
    preview::has_unclear_http_route(spec) || weights.sum::<i64>() > 100
}

/// Whether a router does not speak HTTP on its one listener; on what else an HTTP route may sit is
/// not said.
fn is_unclear_router(router: &Value) -> bool {
    match spec_queries::items(router, "listeners") {
        [listener] => listener["portMapping"]["protocol"] != "http",
        _ => true,
    }
}
