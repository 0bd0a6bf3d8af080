//! Operations as data: the action, path, members, errors and documents of each.
//!
//! The main type is [`Operation`]. [`crate::expect`] says what a call means in a given state.

use crate::error::ErrorKind;
use crate::shape::Shape;
use crate::version::Version;

/// What an operation does to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Makes a new resource.
    Create,
    /// Reads one resource.
    Describe,
    /// Replaces the specification of a resource.
    Update,
    /// Removes a resource.
    Delete,
    /// Reads the resources under a parent, page by page.
    List,
}

impl Action {
    /// Every action, in the order of the enum.
    pub const ALL: [Self; 5] =
        [Self::Create, Self::Describe, Self::Update, Self::Delete, Self::List];
}

/// Where a member of a request travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the path, at the placeholder of its name.
    Path,
    /// In the query string.
    Query,
    /// In the JSON body.
    Body,
}

/// What a member of a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A resource name; the number is its depth: 0 for the root family, and so on down.
    Name(usize),
    /// The specification.
    Spec,
    /// The idempotency token.
    ClientToken,
    /// The page size.
    Limit,
    /// The token of the page to continue with.
    PageToken,
    /// The account that owns the root resource.
    Owner,
    /// Tags to attach.
    Tags,
}

/// A member of a request.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Its name on the wire.
    pub name: &'static str,
    /// Where it travels.
    pub location: Location,
    /// What it is for.
    pub role: Role,
    /// Its type.
    pub shape: &'static Shape,
    /// Whether the service model requires it.
    pub required: bool,
}

impl Input {
    /// A required member in the path.
    pub const fn path(name: &'static str, role: Role, shape: &'static Shape) -> Self {
        Self { name, location: Location::Path, role, shape, required: true }
    }

    /// A required member in the body.
    pub const fn body(name: &'static str, role: Role, shape: &'static Shape) -> Self {
        Self { name, location: Location::Body, role, shape, required: true }
    }

    /// An optional member in the body.
    pub const fn optional(name: &'static str, role: Role, shape: &'static Shape) -> Self {
        Self { name, location: Location::Body, role, shape, required: false }
    }

    /// An optional member in the query string.
    pub const fn query(name: &'static str, role: Role, shape: &'static Shape) -> Self {
        Self { name, location: Location::Query, role, shape, required: false }
    }
}

/// Errors modelled for every create and update.
const WRITE_ERRORS: &[ErrorKind] = &[
    ErrorKind::BadRequest,
    ErrorKind::Conflict,
    ErrorKind::Forbidden,
    ErrorKind::InternalServerError,
    ErrorKind::LimitExceeded,
    ErrorKind::NotFound,
    ErrorKind::ServiceUnavailable,
    ErrorKind::TooManyRequests,
];

/// Errors modelled for every describe and list.
const READ_ERRORS: &[ErrorKind] = &[
    ErrorKind::BadRequest,
    ErrorKind::Forbidden,
    ErrorKind::InternalServerError,
    ErrorKind::NotFound,
    ErrorKind::ServiceUnavailable,
    ErrorKind::TooManyRequests,
];

/// Errors modelled for every delete.
const DELETE_ERRORS: &[ErrorKind] = &[
    ErrorKind::BadRequest,
    ErrorKind::Forbidden,
    ErrorKind::InternalServerError,
    ErrorKind::NotFound,
    ErrorKind::ResourceInUse,
    ErrorKind::ServiceUnavailable,
    ErrorKind::TooManyRequests,
];

/// The documents that describe an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Documents {
    /// Its page in the API reference of 2018-10-01, and the service model of its version.
    ApiReference,
    /// The service model of its version.
    ServiceModel,
}

impl Documents {
    /// The documents as a source cites them, for an operation of this version.
    pub fn cite(self, version: Version) -> String {
        match self {
            Self::ApiReference if version.is_preview() => format!("API reference {version}"),
            Self::ApiReference => {
                let preview = Version::PREVIEW;
                format!("API reference {preview} and service model {version}")
            }
            Self::ServiceModel => format!("Service model {version}"),
        }
    }
}

/// One operation of the API.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Its name in the service model; also the title of its documentation page.
    pub name: &'static str,
    /// What it does.
    pub action: Action,
    /// HTTP method.
    pub method: &'static str,
    /// Path, with a `{placeholder}` for each path member.
    pub path: &'static str,
    /// The members of its request.
    pub inputs: &'static [Input],
    /// The errors modelled for it.
    pub errors: &'static [ErrorKind],
    /// The documents that describe it.
    pub documents: Documents,
}

/// Constructors of operations without inputs, which are filled in by struct update.
impl Operation {
    /// A create.
    pub const fn create(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Action::Create, "PUT", path, WRITE_ERRORS)
    }

    /// A describe.
    pub const fn describe(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Action::Describe, "GET", path, READ_ERRORS)
    }

    /// An update.
    pub const fn update(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Action::Update, "PUT", path, WRITE_ERRORS)
    }

    /// A delete.
    pub const fn delete(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Action::Delete, "DELETE", path, DELETE_ERRORS)
    }

    /// A list.
    pub const fn list(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Action::List, "GET", path, READ_ERRORS)
    }

    const fn new(
        name: &'static str,
        action: Action,
        method: &'static str,
        path: &'static str,
        errors: &'static [ErrorKind],
    ) -> Self {
        Self { name, action, method, path, inputs: &[], errors, documents: Documents::ApiReference }
    }

    /// The member with this role, if the operation has one.
    pub fn input(&self, role: Role) -> Option<&'static Input> {
        self.inputs.iter().find(|input| input.role == role)
    }

    /// The members that are resource names, outermost first.
    pub fn names(&self) -> impl Iterator<Item = &'static Input> {
        self.inputs.iter().filter(|input| matches!(input.role, Role::Name(_)))
    }
}
