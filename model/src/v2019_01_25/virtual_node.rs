//! The virtual node, with backends as references to virtual services and `dns.hostname`.

use serde_json::Value;

use super::{
    ACCOUNT_ID, MESH_OWNER, METADATA, PORT_MAPPING, PORT_PROTOCOL, SETTLE_MS, TAGS_INPUT,
    item_members, mesh_child,
};
use crate::family::{Evidence, Family, OwnRule, Refused, Silence};
use crate::operation::{Documents, Input, Operation, Role};
use crate::rule::Basis;
use crate::shape::{Member, Shape, Text};
use crate::shared_rule::SharedRule;
use crate::spec_queries;
use crate::v2018_10_01::virtual_node as preview;
use crate::v2018_10_01::{
    ARN, CLIENT_TOKEN, LONG, RESOURCE_NAME, STATUS_CODES, STRING, TIMESTAMP, health_check,
};

static HOSTNAME: Shape = Shape::text("Hostname", Text::Host);
static HEALTH_CHECK: Shape = Shape::structure("HealthCheckPolicy", &health_check(&PORT_PROTOCOL));
static LISTENER: Shape = Shape::partial(
    "Listener",
    &[
        Member::optional("healthCheck", &HEALTH_CHECK),
        Member::required("portMapping", &PORT_MAPPING),
    ],
    &["connectionPool", "outlierDetection", "timeout", "tls"],
);
static LISTENERS: Shape = Shape::list("Listeners", &LISTENER);
static BACKEND_NAME: Shape = Shape::text("ServiceName", Text::Reference("virtual-service"));
static VIRTUAL_SERVICE: Shape = Shape::partial(
    "VirtualServiceBackend",
    &[Member::required("virtualServiceName", &BACKEND_NAME)],
    &["clientPolicy"],
);
static BACKEND: Shape =
    Shape::union("Backend", &[Member::optional("virtualService", &VIRTUAL_SERVICE)], &[]);
static BACKENDS: Shape = Shape::list("Backends", &BACKEND);
static DNS: Shape = Shape::partial(
    "DnsServiceDiscovery",
    &[Member::required("hostname", &HOSTNAME)],
    &["ipPreference", "responseType"],
);
static SERVICE_DISCOVERY: Shape =
    Shape::union("ServiceDiscovery", &[Member::optional("dns", &DNS)], &["awsCloudMap"]);
static SPEC: Shape = Shape::partial(
    "VirtualNodeSpec",
    &[
        Member::optional("backends", &BACKENDS),
        Member::optional("listeners", &LISTENERS),
        Member::optional("serviceDiscovery", &SERVICE_DISCOVERY),
    ],
    &["backendDefaults", "logging"],
);
mesh_child!("VirtualNode", "VirtualNodes", "virtualNodes", "virtualNodes", [] "virtualNodeName" 1 &RESOURCE_NAME, &SPEC, Documents::ApiReference);

/// The family.
pub static FAMILY: Family = Family {
    operations: &[CREATE, DESCRIBE, UPDATE, DELETE, LIST],
    data: &DATA,
    item: &ITEM,
    page: &PAGE,
    own_rules: &[
        OwnRule {
            slug: "health-check-path",
            about: None,
            refuses: Refused::Spec(lacks_check_path),
            basis: Basis::Inferred,
            statement: "An HTTP health check without a path is refused with BadRequestException.",
            source: "Public roadmap issue 199 and user guide: CreateVirtualNode and UpdateVirtualNode, healthCheck.path",
        },
        OwnRule {
            slug: "health-check-port",
            about: None,
            refuses: Refused::Spec(checks_other_port),
            basis: Basis::Inferred,
            statement: "A health check on another port than its listener's is refused with BadRequestException.",
            source: "Public roadmap issue 199 and user guide: CreateVirtualNode and UpdateVirtualNode, healthCheck.port",
        },
    ],
    evidence: &[Evidence {
        rule: SharedRule::UnclearSpec,
        basis: Basis::Silent,
        source: "Service model 2019-01-25, {writes}, shape VirtualNodeSpec: which members go together is not said",
    }],
    silence: Silence { spec: is_unclear, ..Silence::NONE },
    settle_ms: SETTLE_MS,
    ..preview::BASE
};

/// Whether a listener has an HTTP health check without a path.
fn lacks_check_path(spec: &Value) -> bool {
    spec_queries::items(spec, "listeners").iter().any(|listener| {
        let check = &listener["healthCheck"];
        check["protocol"] == "http" && check.get("path").is_none()
    })
}

/// Whether a listener has a health check on another port than its own.
fn checks_other_port(spec: &Value) -> bool {
    spec_queries::items(spec, "listeners").iter().any(|listener| {
        let (port, checked) = (&listener["portMapping"]["port"], &listener["healthCheck"]["port"]);
        checked.is_i64() && port.is_i64() && checked != port
    })
}

/// Whether the documents leave open that this specification is accepted.
fn is_unclear(spec: &Value) -> bool {
    let listeners = spec_queries::items(spec, "listeners");
    let backends = spec_queries::items(spec, "backends");
    let named =
        |backend: &Value| spec_queries::is_host(&backend["virtualService"]["virtualServiceName"]);
    listeners.len() != 1
        || listeners.iter().any(has_unclear_check)
        || !spec_queries::is_host(&spec["serviceDiscovery"]["dns"]["hostname"])
        || !backends.iter().all(named)
        || spec_queries::has_duplicates(backends)
}

/// How the members of a health check must go together is not written down.
fn has_unclear_check(listener: &Value) -> bool {
    let Some(check) = listener.get("healthCheck") else { return false };
    let (interval_ms, timeout_ms) =
        (check["intervalMillis"].as_i64(), check["timeoutMillis"].as_i64());
    let path_is_plain = match check.get("path").and_then(Value::as_str) {
        Some(path) => path.starts_with('/') && check["protocol"] == "http",
        None => check["protocol"] == "tcp",
    };
    check["protocol"] != listener["portMapping"]["protocol"]
        || !path_is_plain
        || interval_ms
            .zip(timeout_ms)
            .is_none_or(|(interval_ms, timeout_ms)| timeout_ms >= interval_ms)
}
