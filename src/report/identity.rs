//! The identity of a finding.
//!
//! The main type is [`Identity`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What tells one bug from another, in every run and on every target.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Identity {
    /// The rule that is broken, by its id.
    pub rule: String,
    /// The operation that diverged.
    pub operation: String,
    /// The place in the answer.
    pub at: String,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {} at {}", self.operation, self.rule, self.at)
    }
}
