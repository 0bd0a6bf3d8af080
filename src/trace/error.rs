//! Errors of the file format of traces.
//!
//! The main type is [`TraceError`].

use appmesh_model::api::Version;
use serde_json::Value;
use thiserror::Error;

/// A JSON value that is no trace.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum TraceError {
    /// There is no version of the API.
    #[error("the trace has no \"api_version\"")]
    NoVersion,
    /// The model has no such version of the API.
    #[error("there is no API version {0:?}: use {versions}", versions = Version::ALL.map(Version::as_str).join(" or "))]
    UnknownVersion(String),
    /// There is no list of steps.
    #[error("the trace has no list of \"steps\"")]
    NoSteps,
    /// A step has no operation.
    #[error("a step has no \"operation\"")]
    NoOperation,
    /// A step of this operation has no id.
    #[error("a {0} step has no \"id\"")]
    NoId(String),
    /// The arguments of this step are no object.
    #[error("\"args\" of step {0} is not an object")]
    NoArgs(u32),
    /// An argument of a step is wrong.
    #[error("step {step}: {error}")]
    Arg {
        /// The id of the step.
        step: u32,
        /// The problem.
        error: ArgError,
    },
    /// There is no garbage of this kind.
    #[error("step {step} has unknown garbage {kind}")]
    Garbage {
        /// The id of the step.
        step: u32,
        /// The value that names the kind.
        kind: Value,
    },
}

/// A JSON value that is no argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ArgError {
    /// A length is no number, or larger than this bound.
    #[error("a \"length\" is not a number up to {0}")]
    Length(u64),
    /// A page refers to no step.
    #[error("\"$page\" is not the id of a step")]
    Page,
}
