//! The route, with required members and a priority. HTTP/2, TCP and gRPC routes come later.

use serde_json::Value;

use super::{ACCOUNT_ID, MESH_IN_PATH, MESH_OWNER, METADATA, SETTLE_MS, TAGS_INPUT, item_members};
use crate::error::ErrorKind;
use crate::expect::CallContext;
use crate::operation::{Evidence, Family, Input, Operation, OwnRule, Role};
use crate::rule::{Basis, RuleKind};
use crate::shape::{Kind, Member, Shape};
use crate::shared_rule::SharedRule;
use crate::spec;
use crate::v2018_10_01::route as preview;
use crate::v2018_10_01::route::{PERCENT, PREFIX, TARGET_NODE};
use crate::v2018_10_01::{ARN, CLIENT_TOKEN, LONG, RESOURCE_NAME, STATUS_CODES, STRING, TIMESTAMP};

static TARGET: Shape = Shape {
    name: "WeightedTarget",
    kind: Kind::Structure {
        members: &[
            Member::required("virtualNode", &TARGET_NODE),
            Member::required("weight", &PERCENT),
        ],
        union: false,
        later: &["port"],
    },
};
static TARGETS: Shape = Shape {
    name: "WeightedTargets",
    kind: Kind::List { item: &TARGET, min: Some(1), max: Some(10) },
};
static ACTION: Shape =
    Shape::structure("HttpRouteAction", &[Member::required("weightedTargets", &TARGETS)]);
static MATCH: Shape = Shape {
    name: "HttpRouteMatch",
    kind: Kind::Structure {
        members: &[Member::optional("prefix", &PREFIX)],
        union: false,
        later: &["headers", "method", "path", "port", "queryParameters", "scheme"],
    },
};
static HTTP_ROUTE: Shape = Shape {
    name: "HttpRoute",
    kind: Kind::Structure {
        members: &[Member::required("action", &ACTION), Member::required("match", &MATCH)],
        union: false,
        later: &["retryPolicy", "timeout"],
    },
};
static PRIORITY: Shape = Shape::integer("RoutePriority", 0, 1_000);
static SPEC: Shape = Shape {
    name: "RouteSpec",
    kind: Kind::Structure {
        members: &[
            Member::optional("httpRoute", &HTTP_ROUTE),
            Member::optional("priority", &PRIORITY),
        ],
        union: false,
        later: &["grpcRoute", "http2Route", "tcpRoute"],
    },
};
static STATUS_CODE: Shape = Shape::choice("RouteStatusCode", STATUS_CODES);
static STATUS: Shape = Shape::structure("RouteStatus", &[Member::required("status", &STATUS_CODE)]);
static DATA: Shape = Shape::structure(
    "RouteData",
    &[
        Member::required("meshName", &RESOURCE_NAME),
        Member::required("metadata", &METADATA),
        Member::required("routeName", &RESOURCE_NAME),
        Member::required("spec", &SPEC),
        Member::required("status", &STATUS),
        Member::required("virtualRouterName", &RESOURCE_NAME),
    ],
);
static ITEM: Shape = Shape::structure("RouteRef", item_members!("routeName", "virtualRouterName"));
static ITEMS: Shape = Shape::list("RouteList", &ITEM);
static PAGE: Shape = Shape::structure(
    "ListRoutesOutput",
    &[Member::optional("nextToken", &STRING), Member::required("routes", &ITEMS)],
);
static LIMIT: Shape = Shape::integer("ListRoutesLimit", 1, 100);

const ROUTER: Input = Input::path("virtualRouterName", Role::Name(1), &RESOURCE_NAME);
const ROUTE: Input = Input::path("routeName", Role::Name(2), &RESOURCE_NAME);
const ALL_PATH: &str = "/v20190125/meshes/{meshName}/virtualRouter/{virtualRouterName}/routes";
const ONE_PATH: &str =
    "/v20190125/meshes/{meshName}/virtualRouter/{virtualRouterName}/routes/{routeName}";

const CREATE: Operation = Operation {
    path: ALL_PATH,
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        MESH_IN_PATH,
        MESH_OWNER,
        Input::body("routeName", Role::Name(2), &RESOURCE_NAME),
        Input::body("spec", Role::Spec, &SPEC),
        TAGS_INPUT,
        ROUTER,
    ],
    ..preview::CREATE
};
const DESCRIBE: Operation = Operation {
    path: ONE_PATH,
    inputs: &[MESH_IN_PATH, MESH_OWNER, ROUTE, ROUTER],
    ..preview::DESCRIBE
};
const UPDATE: Operation = Operation {
    path: ONE_PATH,
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        MESH_IN_PATH,
        MESH_OWNER,
        ROUTE,
        Input::body("spec", Role::Spec, &SPEC),
        ROUTER,
    ],
    ..preview::UPDATE
};
const DELETE: Operation = Operation {
    path: ONE_PATH,
    inputs: &[MESH_IN_PATH, MESH_OWNER, ROUTE, ROUTER],
    ..preview::DELETE
};
const LIST: Operation = Operation {
    path: ALL_PATH,
    inputs: &[
        Input::query("limit", Role::Limit, &LIMIT),
        MESH_IN_PATH,
        MESH_OWNER,
        Input::query("nextToken", Role::PageToken, &STRING),
        ROUTER,
    ],
    ..preview::LIST
};

/// The family.
pub static FAMILY: Family = Family {
    operations: &[CREATE, DESCRIBE, UPDATE, DELETE, LIST],
    data: &DATA,
    item: &ITEM,
    page: &PAGE,
    own_rules: &[
        OwnRule {
            slug: "create-target-exists",
            kind: RuleKind::Refusal(ErrorKind::NotFound),
            basis: Basis::Inferred,
            statement: "A route cannot be created to a virtual node that does not exist: NotFoundException.",
            source: "Public issue, February 2019, on UpdateRoute of the preview; presumed for CreateRoute, weightedTargets.virtualNode",
        },
        OwnRule {
            slug: "update-target-exists",
            kind: RuleKind::Refusal(ErrorKind::NotFound),
            basis: Basis::Inferred,
            statement: "A route cannot be updated to a virtual node that does not exist: NotFoundException.",
            source: "Public issue, February 2019, on UpdateRoute of the preview; presumed here, weightedTargets.virtualNode",
        },
    ],
    evidence: &[Evidence {
        promise: SharedRule::UnclearSpec,
        basis: Basis::Silent,
        source: "Service model 2019-01-25, {writes}, shape RouteSpec: which members go together is not said",
    }],
    own_expectations,
    settle_ms: SETTLE_MS,
    ..preview::BASE
};

fn own_expectations(asked: &mut CallContext<'_>) {
    super::leave_tags(asked);
    preview::demand_targets(asked);
    let Some(spec) = asked.spec() else { return };
    let unclear = is_unclear(spec) || !router_speaks_http(asked);
    if preview::targets(spec).count() > 1 {
        asked.leave(SharedRule::QuotaOpen, ErrorKind::LimitExceeded);
    }
    if unclear {
        asked.leave(SharedRule::UnclearSpec, ErrorKind::BadRequest);
    }
}

/// Whether the documents leave open that this specification is accepted.
fn is_unclear(spec: &Value) -> bool {
    // The service model says that weights add up to 100 at most; the service did not enforce it.
    let weights = preview::targets(spec).filter_map(|target| target["weight"].as_i64());
    preview::has_unclear_http_route(spec) || weights.sum::<i64>() > 100
}

/// Whether the router's one listener speaks HTTP; what else an HTTP route may sit on is not said.
fn router_speaks_http(asked: &CallContext<'_>) -> bool {
    let (Some(mesh), Some(router)) = (asked.name(0), asked.name(1)) else { return false };
    let mut specs = asked.specs_of("virtual-router", &[mesh, router]).peekable();
    let is_known = specs.peek().is_some();
    is_known
        && specs.all(|spec| match spec::items(spec, "listeners") {
            [listener] => listener["portMapping"]["protocol"] == "http",
            _ => false,
        })
}
