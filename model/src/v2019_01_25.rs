//! The general-availability API, `2019-01-25`: the families of the preview, changed where the
//! service model changed.
//!
//! The main item is [`FAMILIES`]. What is not modelled yet has its place: further members wait in
//! the `later` list of their structure, and further families (virtual gateway, gateway route) become
//! a file here and a line in [`FAMILIES`].

use crate::family::Family;
use crate::operation::{Input, Role};
use crate::shape::{Member, Shape, Text};
use crate::v2018_10_01::{ARN, LONG, PORT_NUMBER, RESOURCE_NAME, STRING, TIMESTAMP};

pub mod mesh;
pub mod route;
pub mod virtual_node;
pub mod virtual_router;
pub mod virtual_service;

/// The families of this version, parents before children.
pub const FAMILIES: &[&Family] = &[
    &mesh::FAMILY,
    &virtual_node::FAMILY,
    &virtual_router::FAMILY,
    &route::FAMILY,
    &virtual_service::FAMILY,
];

/// For how long a describe may miss a fresh create (Terraform issues 15084 and 18529 saw it happen
/// for a while; how long is not known, and a server on the same machine needs none).
pub const SETTLE_MS: u64 = 1_000;

/// An account number.
pub static ACCOUNT_ID: Shape = Shape::bounded_text("AccountId", 12, 12, Text::Account);
/// The protocol of a port.
pub static PORT_PROTOCOL: Shape = Shape::choice("PortProtocol", &["http", "tcp", "http2", "grpc"]);

/// A port with its protocol.
pub static PORT_MAPPING: Shape = Shape::structure(
    "PortMapping",
    &[Member::required("port", &PORT_NUMBER), Member::required("protocol", &PORT_PROTOCOL)],
);

/// What the service itself says of a resource.
pub static METADATA: Shape = Shape::structure(
    "ResourceMetadata",
    &[
        Member::required("arn", &ARN),
        Member::required("createdAt", &TIMESTAMP),
        Member::required("lastUpdatedAt", &TIMESTAMP),
        Member::required("meshOwner", &ACCOUNT_ID),
        Member::required("resourceOwner", &ACCOUNT_ID),
        Member::required("uid", &STRING),
        Member::required("version", &LONG),
    ],
);

static TAG_KEY: Shape = Shape::bounded_text("TagKey", 1, 128, Text::Free);
static TAG_VALUE: Shape = Shape::bounded_text("TagValue", 0, 256, Text::Free);
static TAG: Shape = Shape::structure(
    "TagRef",
    &[Member::required("key", &TAG_KEY), Member::required("value", &TAG_VALUE)],
);
/// The tags of a create.
pub static TAGS: Shape = Shape::bounded_list("TagList", &TAG, Some(0), 50);

/// The owner of the mesh that a call is about.
pub const MESH_OWNER: Input = Input::query("meshOwner", Role::Owner, &ACCOUNT_ID);
/// Tags for a new resource.
pub const TAGS_INPUT: Input = Input::optional("tags", Role::Tags, &TAGS);
/// The name of the mesh, in the path.
pub const MESH_IN_PATH: Input = Input::path("meshName", Role::Name(0), &RESOURCE_NAME);

/// The members that every item of a list has beside the names below the mesh.
macro_rules! item_members {
    ($($name:literal: $shape:expr),*) => {
        &[
            Member::required("arn", &ARN),
            Member::required("createdAt", &TIMESTAMP),
            Member::required("lastUpdatedAt", &TIMESTAMP),
            Member::required("meshName", &RESOURCE_NAME),
            Member::required("meshOwner", &ACCOUNT_ID),
            Member::required("resourceOwner", &ACCOUNT_ID),
            Member::required("version", &LONG),
            $(Member::required($name, $shape)),*
        ]
    };
}
pub(crate) use item_members;

/// The answers and operations of a family whose resources live in a mesh, or in something inside it:
/// the noun in the names of operations and shapes, its plural, the path below the mesh, the list's
/// member, the members for the names below the mesh with depth and shape, the resource's own name
/// last, the specification, and the documents that describe the operations.
macro_rules! mesh_child {
    ($noun:literal, $nouns:literal, $path:literal, $list:literal,
     [$($parent:literal $parent_depth:literal $parent_shape:expr,)*]
     $name:literal $depth:literal $name_shape:expr, $spec:expr, $documents:expr) => {
        static STATUS_CODE: Shape = Shape::choice(concat!($noun, "StatusCode"), STATUS_CODES);
        static STATUS: Shape =
            Shape::structure(concat!($noun, "Status"), &[Member::required("status", &STATUS_CODE)]);
        static DATA: Shape = Shape::structure(
            concat!($noun, "Data"),
            &[
                Member::required("meshName", &RESOURCE_NAME),
                Member::required("metadata", &METADATA),
                Member::required("spec", $spec),
                Member::required("status", &STATUS),
                $(Member::required($parent, $parent_shape),)*
                Member::required($name, $name_shape),
            ],
        );
        static ITEM: Shape = Shape::structure(
            concat!($noun, "Ref"),
            item_members!($($parent: $parent_shape,)* $name: $name_shape),
        );
        $crate::v2018_10_01::mesh_child_operations!(
            "/v20190125/meshes/{meshName}/", $noun, $nouns, $path, $list,
            [$($parent $parent_depth $parent_shape,)*] $name $depth $name_shape, $spec,
            [MESH_OWNER] [TAGS_INPUT], $documents
        );
    };
}
pub(crate) use mesh_child;
