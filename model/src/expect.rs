//! Expectations: what may be answered to a call in a world.
//!
//! The main items are [`Expectation`] and [`expect`], which is total: every call in every world has
//! one. Nothing here looks at an answer; that is [`crate::answer`]'s part.

use std::sync::Arc;

use serde_json::Value;

use crate::api::{Api, ApiOperation, Call};
use crate::error::ErrorKind;
use crate::operation::{Action, Role};
use crate::rule::RuleId;
use crate::shared_rule::SharedRule;
use crate::world::{Key, World};

mod call_context;
mod create;
mod input;
mod list;
mod own_rules;
mod token;
mod update;

use call_context::CallContext;
pub(crate) use token::record_token;

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
    const fn by(rule: RuleId, error: ErrorKind) -> Self {
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

/// What may be answered to a call in a world. Total: there is no call that it does not cover.
pub fn expect(api: &Api, world: &World, call: &Call) -> Expectation {
    let operation = &api.operations[call.operation];
    let family = &api.families[operation.family];
    let mut context =
        CallContext { api, family, operation, call, world, expectation: Expectation::default() };
    input::expect_input(&mut context);
    if let Some(key) = key_of(&context) {
        context.expectation.key = Some(key.clone());
        let parent_exists = expect_ancestors(&mut context, &key);
        match context.action() {
            Action::Create => create::expect_create(&mut context, &key, parent_exists),
            Action::Describe => expect_existing(
                &mut context,
                &key,
                SharedRule::Describes,
                SharedRule::DescribeMissing,
                &[Change::Read],
            ),
            Action::Update => update::expect_update(&mut context, &key),
            Action::Delete => expect_delete(&mut context, &key),
            Action::List => list::expect_list(&mut context, &key),
        }
    } else if context.expectation.demands.is_empty() {
        // Names of the wrong type: what the call is about cannot be said.
        context.expectation.open = family.rule(SharedRule::TwoFaults);
    }
    own_rules::expect_own_rules(&mut context);
    own_rules::expect_silence(&mut context);
    if is_in_doubt(&context) {
        context.expectation.in_doubt = true;
        context.expectation.demands.clear();
        context.expectation.due.clear();
        context.expectation.open = family.rule(SharedRule::InDoubt);
    }
    let mut expectation = context.expectation;
    if let [first, _, ..] = expectation.demands[..] {
        let two_faults = family.rule(SharedRule::TwoFaults);
        expectation.leaves.extend(two_faults.map(|rule| Refusal::by(rule, first.error)));
    }
    expectation
}

/// Whether a call changes what lives in a resource that was overwritten, or is there again after a
/// delete that should have been refused; or has other faults besides. Plain reads are judged: they
/// show what was lost. Without the resource there is no doubt that nothing lives in it.
fn is_in_doubt(context: &CallContext<'_>) -> bool {
    let Some(key) = &context.expectation.key else { return false };
    if !context.world.has_shaken() {
        return false;
    }
    let above = &context.family.lineage[..context.family.lineage.len() - 1];
    let mut ancestors =
        above.iter().enumerate().map(|(depth, &family)| key.ancestor(family, depth));
    let reads = matches!(context.action(), Action::Describe | Action::List);
    let plain =
        reads && context.expectation.demands.is_empty() && context.expectation.open.is_none();
    let holds_doubt =
        |ancestor: &Key| context.world.is_shaken(ancestor) && context.world.contains(ancestor);
    !plain && ancestors.any(|ancestor| holds_doubt(&ancestor))
}

/// The key of the resource that a call is about; for a list, that of its parent with an empty name.
fn key_of(context: &CallContext<'_>) -> Option<Key> {
    let depths = context.family.lineage.len();
    let mut names: Vec<&str> = Vec::with_capacity(depths);
    for depth in 0..depths {
        names.push(match context.operation.input(Role::Name(depth)) {
            Some(_) => context.name(depth).filter(|name| Key::can_hold(name))?,
            None => "",
        });
    }
    Some(Key::new(context.family.index, names))
}

/// Demands that everything above the resource exists. Returns whether it does.
fn expect_ancestors(context: &mut CallContext<'_>, key: &Key) -> bool {
    let above = &context.family.lineage[..context.family.lineage.len() - 1];
    let exists = above
        .iter()
        .enumerate()
        .all(|(depth, &family)| context.world.contains_ref(key.ancestor_ref(family, depth)));
    if !exists {
        let promise = match context.action() {
            Action::Create => SharedRule::CreateInMissing,
            Action::List => SharedRule::ListInMissing,
            Action::Describe => SharedRule::DescribeMissing,
            Action::Update => SharedRule::UpdateMissing,
            Action::Delete => SharedRule::DeleteMissing,
        };
        context.refuse(promise);
    }
    exists
}

/// A call on one resource: it succeeds if the resource exists and is refused if not.
fn expect_existing(
    context: &mut CallContext<'_>,
    key: &Key,
    due: SharedRule,
    missing: SharedRule,
    changes: &[Change],
) {
    if context.world.contains(key) {
        context.expectation.changes.extend_from_slice(changes);
        context.due(due);
    } else if context.world.implies(key) {
        context.expectation.changes.extend_from_slice(changes);
        context.leave(SharedRule::Implied, ErrorKind::NotFound);
    } else if context.expectation.demands.iter().all(|demand| demand.error != ErrorKind::NotFound) {
        context.refuse(missing);
    }
}

fn expect_delete(context: &mut CallContext<'_>, key: &Key) {
    expect_existing(
        context,
        key,
        SharedRule::Deletes,
        SharedRule::DeleteMissing,
        &[Change::Remove],
    );
    if !context.world.contains(key) {
        return;
    }
    let children = &context.family.children;
    if children.iter().any(|&child| context.world.below(child, key).next().is_some()) {
        context.refuse(SharedRule::DeleteInUse);
        return;
    }
    let is_inside = |implied: &&Key| children.contains(&implied.family) && implied.is_inside(key);
    if let Some(implied) = context.world.implied().find(is_inside) {
        let rule = context.api.families[implied.family].rule(SharedRule::Implied);
        let in_use = rule.map(|rule| Refusal::by(rule, ErrorKind::ResourceInUse));
        context.expectation.leaves.extend(in_use);
    }
}

/// The specification that a call sends, shared. One that is null is as good as none.
pub(crate) fn sent_spec(operation: &ApiOperation, call: &Call) -> Option<Arc<Value>> {
    let (input, _) = operation.input(Role::Spec)?;
    let spec = call.input.get(input.name).filter(|spec| !spec.is_null());
    Some(Arc::new(spec.cloned().unwrap_or_else(|| Value::Object(Default::default()))))
}
