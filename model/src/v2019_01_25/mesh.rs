//! The mesh, with an optional specification and tags. `UpdateMesh` comes later.

use super::{ACCOUNT_ID, MESH_OWNER, METADATA, SETTLE_MS, TAGS_INPUT, item_members};
use crate::family::{Evidence, Family};
use crate::operation::{Input, Operation, Role};
use crate::rule::Basis;
use crate::shape::{Member, Shape};
use crate::shared_rule::SharedRule;
use crate::v2018_10_01::mesh as preview;
use crate::v2018_10_01::{ARN, CLIENT_TOKEN, LONG, RESOURCE_NAME, STRING, TIMESTAMP};

static EGRESS_TYPE: Shape = Shape::choice("EgressFilterType", &["ALLOW_ALL", "DROP_ALL"]);
static EGRESS_FILTER: Shape =
    Shape::structure("EgressFilter", &[Member::required("type", &EGRESS_TYPE)]);
static SPEC: Shape = Shape::partial(
    "MeshSpec",
    &[Member::optional("egressFilter", &EGRESS_FILTER)],
    &["serviceDiscovery"],
);
static DATA: Shape = Shape::structure(
    "MeshData",
    &[
        Member::required("meshName", &RESOURCE_NAME),
        Member::required("metadata", &METADATA),
        Member::required("spec", &SPEC),
        Member::required("status", &preview::STATUS),
    ],
);
static ITEM: Shape = Shape::structure("MeshRef", item_members!());
static ITEMS: Shape = Shape::list("MeshList", &ITEM);
static PAGE: Shape = Shape::structure(
    "ListMeshesOutput",
    &[Member::required("meshes", &ITEMS), Member::optional("nextToken", &STRING)],
);

const CREATE: Operation = Operation {
    path: "/v20190125/meshes",
    inputs: &[
        Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN),
        Input::body("meshName", Role::Name(0), &RESOURCE_NAME),
        Input::optional("spec", Role::Spec, &SPEC),
        TAGS_INPUT,
    ],
    ..preview::CREATE
};
const DESCRIBE: Operation = Operation {
    path: "/v20190125/meshes/{meshName}",
    inputs: &[super::MESH_IN_PATH, MESH_OWNER],
    ..preview::DESCRIBE
};
const DELETE: Operation = Operation { path: "/v20190125/meshes/{meshName}", ..preview::DELETE };
const LIST: Operation = Operation { path: "/v20190125/meshes", ..preview::LIST };

/// The family.
pub static FAMILY: Family = Family {
    operations: &[CREATE, DESCRIBE, DELETE, LIST],
    data: &DATA,
    item: &ITEM,
    page: &PAGE,
    evidence: &[
        // In the preview a mesh has no specification, so its pages say nothing of one.
        Evidence {
            rule: SharedRule::CreateSpec,
            basis: Basis::Stated,
            source: "Service model 2019-01-25, CreateMesh, member spec, and shape MeshData, the full description of a mesh",
        },
        Evidence {
            rule: SharedRule::DescribeSpec,
            basis: Basis::Stated,
            source: "Service model 2019-01-25, DescribeMesh, shape MeshData, member spec",
        },
        Evidence {
            rule: SharedRule::DeletedSpec,
            basis: Basis::Observed,
            source: "AWS CLI example outputs of the deletes; service model 2019-01-25, DeleteMesh, shape MeshData, member spec",
        },
        Evidence {
            rule: SharedRule::UnclearSpec,
            basis: Basis::Silent,
            source: "Service model 2019-01-25, CreateMesh, spec and tags: which of them go together is not said",
        },
    ],
    settle_ms: SETTLE_MS,
    ..preview::BASE
};
