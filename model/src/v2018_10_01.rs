//! The preview API, `2018-10-01`: one file a family, and here what the families share.
//!
//! The main item is [`FAMILIES`]. To add a family, write its file and list it here, parents before
//! children.

use crate::family::Family;
use crate::shape::{Echo, Member, NameCharacters, Shape, Text};

pub mod mesh;
pub mod route;
pub mod virtual_node;
pub mod virtual_router;

/// The families of this version, parents before children.
pub const FAMILIES: &[&Family] =
    &[&mesh::FAMILY, &virtual_node::FAMILY, &virtual_router::FAMILY, &route::FAMILY];

/// A string of which nothing more is said.
pub static STRING: Shape = Shape::text("String", Text::Free);
/// A client token.
pub static CLIENT_TOKEN: Shape = Shape::text("String", Text::Token);
/// The name of a resource.
pub static RESOURCE_NAME: Shape =
    Shape::bounded_text("ResourceName", 1, 255, Text::Name(CHARACTERS));

/// Public roadmap issue 101: a name with a slash is refused.
const CHARACTERS: NameCharacters = NameCharacters { accepted: "-_", refused: "/" };
/// A DNS name.
pub static SERVICE_NAME: Shape = Shape::text("ServiceName", Text::Host);
/// An Amazon Resource Name.
pub static ARN: Shape = Shape::text("Arn", Text::Free);
/// A point in time.
pub static TIMESTAMP: Shape = Shape { name: "Timestamp", kind: crate::shape::Kind::Timestamp };
/// A version number.
pub static LONG: Shape =
    Shape { name: "Long", kind: crate::shape::Kind::Integer { min: None, max: None } };
/// A TCP port.
pub static PORT_NUMBER: Shape = Shape::integer("PortNumber", 1, 65_535);
/// The protocol of a port.
pub static PORT_PROTOCOL: Shape = Shape::choice("PortProtocol", &["http", "tcp"]);

/// A port with its protocol.
pub static PORT_MAPPING: Shape = Shape::structure(
    "PortMapping",
    &[Member::optional("port", &PORT_NUMBER), Member::optional("protocol", &PORT_PROTOCOL)],
);

/// What the service itself says of a resource.
pub static METADATA: Shape = Shape::structure(
    "ResourceMetadata",
    &[
        Member::optional("arn", &ARN),
        Member::optional("createdAt", &TIMESTAMP),
        Member::optional("lastUpdatedAt", &TIMESTAMP),
        Member::optional("uid", &STRING),
        Member::optional("version", &LONG),
    ],
);

/// The states of a resource.
pub const STATUS_CODES: &[&str] = &["ACTIVE", "DELETED", "INACTIVE"];

static HEALTH_CHECK_THRESHOLD: Shape = Shape::integer("HealthCheckThreshold", 2, 10);
static HEALTH_CHECK_INTERVAL_MILLIS: Shape =
    Shape::integer("HealthCheckIntervalMillis", 5_000, 300_000);
static HEALTH_CHECK_TIMEOUT_MILLIS: Shape =
    Shape::integer("HealthCheckTimeoutMillis", 2_000, 60_000);
static HEALTH_CHECK_PATH: Shape = Shape::text("String", Text::LoosePath);

/// The members of a health check, with the protocol shape of the version.
pub const fn health_check(protocol: &'static Shape) -> [Member; 7] {
    [
        Member::required("healthyThreshold", &HEALTH_CHECK_THRESHOLD),
        Member::required("intervalMillis", &HEALTH_CHECK_INTERVAL_MILLIS),
        // A TCP check ignores its path, so it may or may not come back.
        Member::optional("path", &HEALTH_CHECK_PATH)
            .echoed(Echo::KeptWith { member: "protocol", value: "http" }),
        Member::optional("port", &PORT_NUMBER).echoed(Echo::FilledIn),
        Member::required("protocol", protocol),
        Member::required("timeoutMillis", &HEALTH_CHECK_TIMEOUT_MILLIS),
        Member::required("unhealthyThreshold", &HEALTH_CHECK_THRESHOLD),
    ]
}

/// The operations of a family whose resources live in a mesh, or in something inside it, and the pages
/// of its list, in any version: the path of the mesh, the nouns and the path below the mesh, the
/// list's member, the members for the names below the mesh with depth and shape, the resource's own
/// name last, the specification, the inputs of every call and of creates alone that the version adds,
/// and the documents that describe the operations. An item of the list is `ITEM`.
macro_rules! mesh_child_operations {
    ($mesh_path:literal, $noun:literal, $nouns:literal, $path:literal, $list:literal,
     [$($parent:literal $parent_depth:literal $parent_shape:expr,)*]
     $name:literal $depth:literal $name_shape:expr, $spec:expr,
     [$($owner:expr)?] [$($tags:expr)?], $documents:expr) => {
        static ITEMS: Shape = Shape::list(concat!($noun, "List"), &ITEM);
        static PAGE: Shape = Shape::structure(
            concat!("List", $nouns, "Output"),
            &[Member::optional("nextToken", &STRING), Member::required($list, &ITEMS)],
        );
        static LIMIT: Shape = Shape::integer(concat!("List", $nouns, "Limit"), 1, 100);

        const TOKEN: Input = Input::optional("clientToken", Role::ClientToken, &CLIENT_TOKEN);
        const MESH_INPUT: Input = Input::path("meshName", Role::Name(0), &RESOURCE_NAME);
        const NAME_INPUT: Input = Input::path($name, Role::Name($depth), $name_shape);
        const NEW_NAME: Input = Input::body($name, Role::Name($depth), $name_shape);
        const SPEC_INPUT: Input = Input::body("spec", Role::Spec, $spec);
        const ALL_PATH: &str = concat!($mesh_path, $path);
        const ONE_PATH: &str = concat!($mesh_path, $path, "/{", $name, "}");
        const ONE: &[Input] = &[
            MESH_INPUT,
            $(Input::path($parent, Role::Name($parent_depth), $parent_shape),)*
            $($owner,)?
            NAME_INPUT,
        ];
        const CREATE: Operation = Operation {
            inputs: &[
                TOKEN,
                MESH_INPUT,
                $(Input::path($parent, Role::Name($parent_depth), $parent_shape),)*
                $($owner,)?
                SPEC_INPUT,
                $($tags,)?
                NEW_NAME,
            ],
            documents: $documents,
            ..Operation::create(concat!("Create", $noun), ALL_PATH)
        };
        const DESCRIBE: Operation = Operation {
            inputs: ONE,
            documents: $documents,
            ..Operation::describe(concat!("Describe", $noun), ONE_PATH)
        };
        const UPDATE: Operation = Operation {
            inputs: &[
                TOKEN,
                MESH_INPUT,
                $(Input::path($parent, Role::Name($parent_depth), $parent_shape),)*
                $($owner,)?
                SPEC_INPUT,
                NAME_INPUT,
            ],
            documents: $documents,
            ..Operation::update(concat!("Update", $noun), ONE_PATH)
        };
        const DELETE: Operation = Operation {
            inputs: ONE,
            documents: $documents,
            ..Operation::delete(concat!("Delete", $noun), ONE_PATH)
        };
        const LIST: Operation = Operation {
            inputs: &[
                Input::query("limit", Role::Limit, &LIMIT),
                MESH_INPUT,
                $(Input::path($parent, Role::Name($parent_depth), $parent_shape),)*
                $($owner,)?
                Input::query("nextToken", Role::PageToken, &STRING),
            ],
            documents: $documents,
            ..Operation::list(concat!("List", $nouns), ALL_PATH)
        };
    };
}
pub(crate) use mesh_child_operations;

/// The answers and operations of a family whose resources live in a mesh, or in something inside it:
/// the noun in the names of operations and shapes, its plural, the path below the mesh, the list's
/// member, the members for the names below the mesh with their depths, the resource's own name last,
/// the specification.
macro_rules! mesh_child {
    ($noun:literal, $nouns:literal, $path:literal, $list:literal,
     [$($parent:literal $parent_depth:literal,)*] $name:literal $depth:literal, $spec:expr) => {
        static STATUS_CODE: Shape = Shape::choice(concat!($noun, "StatusCode"), STATUS_CODES);
        static STATUS: Shape =
            Shape::structure(concat!($noun, "Status"), &[Member::optional("status", &STATUS_CODE)]);
        static DATA: Shape = Shape::structure(
            concat!($noun, "Data"),
            &[
                Member::required("meshName", &RESOURCE_NAME),
                Member::optional("metadata", &METADATA),
                Member::optional("spec", $spec),
                Member::optional("status", &STATUS),
                $(Member::required($parent, &RESOURCE_NAME),)*
                Member::required($name, &RESOURCE_NAME),
            ],
        );
        static ITEM: Shape = Shape::structure(
            concat!($noun, "Ref"),
            &[
                Member::optional("arn", &ARN),
                Member::optional("meshName", &RESOURCE_NAME),
                $(Member::optional($parent, &RESOURCE_NAME),)*
                Member::optional($name, &RESOURCE_NAME),
            ],
        );
        $crate::v2018_10_01::mesh_child_operations!(
            "/meshes/{meshName}/", $noun, $nouns, $path, $list,
            [$($parent $parent_depth &RESOURCE_NAME,)*] $name $depth &RESOURCE_NAME, $spec,
            [] [], Documents::ApiReference
        );
    };
}
pub(crate) use mesh_child;
