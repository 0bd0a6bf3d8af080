//! Expectations: the outcomes of a call that are permitted, each with its rule.
//!
//! The main type is [`Expectation`]; [`crate::expect`] works one out.

use std::sync::Arc;

use serde_json::Value;

use crate::api::{ApiOperation, Call};
use crate::error::ErrorKind;
use crate::operation::Role;
use crate::rule::RuleId;
use crate::world::Key;

/// What a successful call does and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing changes; the resource is answered.
    Read,
    /// The resource comes to be.
    Create,
    /// Nothing changes; the resource that an earlier call made is answered.
    Replay,
    /// The specification is replaced; the version moves on, or not where that is left open.
    Replace {
        /// The version moves on.
        counts: bool,
    },
    /// The resource goes.
    Remove,
    /// Nothing changes; a page is answered.
    Page,
}

impl Change {
    /// Whether the change stores the specification that was sent.
    pub(crate) const fn stores(self) -> bool {
        matches!(self, Self::Create | Self::Replace { .. })
    }
}

/// An error that is permitted, and the rule that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The error.
    pub error: ErrorKind,
    /// The rule that demands it or leaves it open.
    pub rule: RuleId,
    /// The rule bounds the input: that it is refused and with which error are two promises.
    pub bounds_input: bool,
}

impl Refusal {
    pub(crate) const fn by(rule: RuleId, error: ErrorKind) -> Self {
        Self { error, rule, bounds_input: false }
    }
}

/// The permitted outcomes of a call in a world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectation {
    /// The resource that the call names, where its names can be read.
    pub key: Option<Key>,
    /// Reasons to refuse the call: if there is one, success is not permitted.
    pub demands: Vec<Refusal>,
    /// Errors that are permitted beside what is demanded.
    pub leaves: Vec<Refusal>,
    /// Any modelled client error is permitted, and so is success.
    pub open: Option<RuleId>,
    /// A member is unknown or null: what becomes of it is not said.
    pub unclear_input: bool,
    /// A value has the wrong JSON type: whatever is answered, it may not be stored.
    pub wrong_type: bool,
    /// The call is not judged: an earlier divergence leaves open what it finds.
    pub in_doubt: bool,
    /// What success may do, if nothing forbids it.
    pub changes: Vec<Change>,
    /// The rule that is broken if a quota is said to be exhausted: more were held before.
    pub quota: Option<RuleId>,
    /// The rules that are broken if the call fails all the same: success was due.
    pub due: Vec<RuleId>,
}

impl Expectation {
    /// Whether the call may succeed.
    pub fn may_succeed(&self) -> bool {
        self.demands.is_empty()
    }

    /// The permitted errors with their rules.
    pub fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.demands.iter().chain(&self.leaves)
    }

    /// Whether this error is permitted.
    pub fn permits(&self, error: ErrorKind) -> bool {
        self.refusals().any(|refusal| refusal.error == error)
            || (self.open.is_some() && is_client_error(error))
    }
}

/// Errors that blame the caller's request, not its rights or its speed.
pub(crate) const fn is_client_error(error: ErrorKind) -> bool {
    matches!(
        error,
        ErrorKind::BadRequest
            | ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::ResourceInUse
            | ErrorKind::LimitExceeded
    )
}

/// The specification that a call sends, shared. One that is null is as good as none.
pub(crate) fn sent_spec(operation: &ApiOperation, call: &Call) -> Option<Arc<Value>> {
    let (input, _) = operation.input(Role::Spec)?;
    let spec = call.input.get(input.name).filter(|spec| !spec.is_null());
    Some(Arc::new(spec.cloned().unwrap_or_else(|| Value::Object(Default::default()))))
}
