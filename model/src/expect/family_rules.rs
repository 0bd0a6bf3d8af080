//! The rules of a family beside the shared ones, and what is left open about its specifications.
//!
//! The main functions are [`expect_own_rules`] and [`expect_silence`].

use serde_json::Value;

use crate::api::FamilyRule;
use crate::call_context::CallContext;
use crate::error::ErrorKind;
use crate::expectation::{Change, Refusal};
use crate::family::Refused;
use crate::operation::Action;
use crate::rule::Basis;
use crate::shared_rule::SharedRule;
use crate::world::{Key, Resource};

/// Whether a rule refuses a call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Applies {
    No,
    /// An answer that told otherwise than was accepted leaves it open.
    Perhaps,
    Surely,
}

impl From<bool> for Applies {
    fn from(applies: bool) -> Self {
        if applies { Self::Surely } else { Self::No }
    }
}

/// Demands what the family's own rules demand; permits what they leave open.
pub(super) fn expect_own_rules(context: &mut CallContext<'_>) {
    let family = context.family;
    for own in &family.own_rules {
        let refusal = Refusal::by(own.rule, own.table.refuses.error());
        match applies(context, own) {
            Applies::No => {}
            _ if own.table.basis == Basis::Silent => context.expectation.leaves.push(refusal),
            Applies::Perhaps => context.leave(SharedRule::Deletes, refusal.error),
            // A call that was made before, token and all, may answer what it answered then.
            Applies::Surely if context.expectation.changes == [Change::Replay] => {
                context.leave(SharedRule::TokenKept, refusal.error);
            }
            Applies::Surely => context.expectation.demands.push(refusal),
        }
    }
}

fn applies(context: &CallContext<'_>, own: &FamilyRule) -> Applies {
    match own.table.refuses {
        Refused::Spec(is_refused) => context.spec().is_some_and(is_refused).into(),
        Refused::MissingReference { actions, families } => {
            let acts = actions.contains(&context.action());
            (acts && refers_to_missing(context, families)).into()
        }
        Refused::ReferredTo { by } if context.action() == Action::Delete => {
            is_referred_to(context, by)
        }
        Refused::ReferredTo { .. } => Applies::No,
    }
}

fn refers_to_missing(context: &CallContext<'_>, families: &[&str]) -> bool {
    let (Some(key), Some(spec)) = (&context.expectation.key, context.spec()) else { return false };
    let is_missing = |key: Option<Key>| key.is_none_or(|key| !context.world.contains(&key));
    let mut references = context.api.references(key, spec).into_iter();
    references.any(|(family, key)| families.contains(&family.table.id) && is_missing(key))
}

/// Whether a resource of this family refers to the one that the call names.
fn is_referred_to(context: &CallContext<'_>, by: &str) -> Applies {
    let (Some(key), Some(by)) = (&context.expectation.key, context.api.family(by)) else {
        return Applies::No;
    };
    let refers = |from: &Key, spec: &Value| {
        let mut references = context.api.references(from, spec).into_iter();
        references.any(|(_, referred)| referred.as_ref() == Some(key))
    };
    let of_one = |(from, resource): (&Key, &Resource)| {
        let mut possible = resource.specs().map(|spec| refers(from, spec));
        let first = possible.next().unwrap_or(false);
        if possible.all(|other| other == first) { first.into() } else { Applies::Perhaps }
    };
    let below = context.world.under(by.index, key.parent_path());
    below.map(of_one).max().unwrap_or(Applies::No)
}

/// Permits the errors that the documents leave open for a specification.
pub(super) fn expect_silence(context: &mut CallContext<'_>) {
    if has_tag_twice(context) {
        context.leave(SharedRule::UnclearSpec, ErrorKind::BadRequest);
    }
    let Some(spec) = context.spec() else { return };
    let silence = context.family.table.silence;
    if (silence.quota)(spec) {
        context.leave(SharedRule::QuotaOpen, ErrorKind::LimitExceeded);
    }
    if (silence.spec)(spec) || silence.in_parent.is_some_and(|is_open| is_open_in(context, is_open))
    {
        context.leave(SharedRule::UnclearSpec, ErrorKind::BadRequest);
    }
}

/// Whether it is left open that the specification is accepted in its parent: for one of the
/// specifications that the parent may have, or because nothing is known of the parent.
fn is_open_in(context: &CallContext<'_>, is_open: fn(&Value) -> bool) -> bool {
    let lineage = &context.family.lineage;
    let (Some(key), [above @ .., _]) = (&context.expectation.key, &lineage[..]) else {
        return true;
    };
    let Some(&parent) = above.last() else { return true };
    let parent = context.world.get(&key.ancestor(parent, above.len() - 1));
    let mut specs = parent.into_iter().flat_map(Resource::specs).peekable();
    specs.peek().is_none() || specs.any(is_open)
}

/// Whether two tags have the same key. The documents do not say whether that is accepted.
fn has_tag_twice(context: &CallContext<'_>) -> bool {
    let keys: Vec<&Value> = context.tags().iter().map(|tag| &tag["key"]).collect();
    keys.iter().enumerate().any(|(index, key)| keys[..index].contains(key))
}
