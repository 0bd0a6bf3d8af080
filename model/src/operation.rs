//! Operations and families: the tables that everything else derives from.
//!
//! The main types are [`Operation`] (one call of the API with its path and members) and [`Family`]
//! (a kind of resource with its operations). They are data: what a call means in a given state is
//! said in [`crate::expect`].

use crate::error::ErrorKind;
use crate::expect::CallContext;
use crate::rule::{Basis, RuleKind};
use crate::shape::Shape;
use crate::shared_rule::SharedRule;

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
pub const WRITE_ERRORS: &[ErrorKind] = &[
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
pub const READ_ERRORS: &[ErrorKind] = &[
    ErrorKind::BadRequest,
    ErrorKind::Forbidden,
    ErrorKind::InternalServerError,
    ErrorKind::NotFound,
    ErrorKind::ServiceUnavailable,
    ErrorKind::TooManyRequests,
];

/// Errors modelled for every delete.
pub const DELETE_ERRORS: &[ErrorKind] = &[
    ErrorKind::BadRequest,
    ErrorKind::Forbidden,
    ErrorKind::InternalServerError,
    ErrorKind::NotFound,
    ErrorKind::ResourceInUse,
    ErrorKind::ServiceUnavailable,
    ErrorKind::TooManyRequests,
];

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
}

impl Operation {
    /// The member with this role, if the operation has one.
    pub fn input(&self, role: Role) -> Option<&'static Input> {
        self.inputs.iter().find(|input| input.role == role)
    }

    /// The members that are resource names, outermost first.
    pub fn names(&self) -> impl Iterator<Item = &'static Input> {
        self.inputs.iter().filter(|input| matches!(input.role, Role::Name(_)))
    }
}

/// A rule that only one family has.
#[derive(Clone, Copy, Debug)]
pub struct OwnRule {
    /// The part of the id behind `family/`.
    pub slug: &'static str,
    /// What it is about.
    pub kind: RuleKind,
    /// How sure we are.
    pub basis: Basis,
    /// The promise, in our own words.
    pub statement: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

/// A place where a family has other evidence for a shared rule.
#[derive(Clone, Copy, Debug)]
pub struct Evidence {
    /// The shared rule.
    pub promise: SharedRule,
    /// Its basis for this family.
    pub basis: Basis,
    /// Its source for this family.
    pub source: &'static str,
}

/// A kind of resource.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Name in rule ids.
    pub id: &'static str,
    /// What to call one in a sentence.
    pub noun: &'static str,
    /// The family that its resources live in, if any.
    pub parent: Option<&'static str>,
    /// The member that carries its name, in requests and answers.
    pub name_member: &'static str,
    /// The output member that is the HTTP payload.
    pub payload: &'static str,
    /// The member of a list answer that holds the items.
    pub list_member: &'static str,
    /// What stands before the name in an ARN.
    pub arn_segment: &'static str,
    /// Its operations.
    pub operations: &'static [Operation],
    /// The answer of create, describe, update and delete.
    pub data: &'static Shape,
    /// An item of a list.
    pub item: &'static Shape,
    /// The answer of a list.
    pub page: &'static Shape,
    /// Rules that only this family has.
    pub own_rules: &'static [OwnRule],
    /// Where the evidence differs from what [`crate::shared_rule`] says of all families.
    pub evidence: &'static [Evidence],
    /// Adds what only this family expects of a call.
    pub own_expectations: fn(&mut CallContext<'_>),
    /// For how long a describe may miss a fresh create, by the evidence; 0 for not at all.
    pub settle_ms: u64,
}

impl Family {
    /// The operation that does this, if the family has one.
    pub fn operation(&self, action: Action) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.action == action)
    }
}
