//! Expectations: what may be answered to a call in a world.
//!
//! The main types are [`Expectation`] and [`expect`], which is total: every call in every world has
//! one. [`Asked`] is the view that a family gets to add what only it expects. Nothing here looks
//! at an answer; that is [`crate::answer`]'s part.

use std::sync::Arc;

use serde_json::Value;

use crate::api::{Api, ApiFamily, ApiOperation, Call};
use crate::operation::{ErrorKind, Input, Location, Role, Verb};
use crate::promise::Promise;
use crate::rule::RuleId;
use crate::sameness::may_be_alike;
use crate::schema::{Misfit, Node};
use crate::shape::{Kind, Text};
use crate::wire::Wire;
use crate::world::{Key, TokenUse, World};

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

/// The longest name that a resource can have (service model, shape ResourceName).
const LONGEST_NAME: usize = 255;

/// A call in a world, with the expectation as it grows.
pub struct Asked<'a> {
    api: &'a Api,
    family: &'a ApiFamily,
    operation: &'a ApiOperation,
    call: &'a Call,
    world: &'a World,
    expectation: Expectation,
}

impl<'a> Asked<'a> {
    /// What the operation does.
    pub fn verb(&self) -> Verb {
        self.operation.table.verb
    }

    /// The specification in the request.
    pub fn spec(&self) -> Option<&'a Value> {
        self.member(Role::Spec)
    }

    /// The tags in the request.
    pub fn tags(&self) -> &'a [Value] {
        self.member(Role::Tags).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The name at this depth in the request, if it is a string.
    pub fn name(&self, depth: usize) -> Option<&'a str> {
        self.member(Role::Name(depth)).and_then(Value::as_str)
    }

    fn member(&self, role: Role) -> Option<&'a Value> {
        let (input, _) = self.operation.input(role)?;
        let readable = !self.call.malformed || input.location != Location::Body;
        self.call.input.get(input.name).filter(|_| readable)
    }

    /// Whether the resource of this family with these names exists.
    pub fn exists(&self, family: &str, names: &[&str]) -> bool {
        self.api.family(family).is_some_and(|family| {
            self.world.contains(&Key::new(family.index, names.iter().copied()))
        })
    }

    /// The specification of the resource of this family with these names.
    pub fn spec_of(&self, family: &str, names: &[&str]) -> Option<&'a Value> {
        let family = self.api.family(family)?;
        self.world.get(&Key::new(family.index, names.iter().copied()))?.spec.as_deref()
    }

    /// The names that resources of `family` below the given one refer to in their specifications.
    pub fn references(&self, family: &str, below: &[&str]) -> impl Iterator<Item = &'a str> {
        let family = self.api.family(family);
        let ancestor = Key::new(0, below.iter().copied());
        let schema = family
            .and_then(|family| self.api.operation_of(family.index, Verb::Create))
            .and_then(|operation| operation.input(Role::Spec));
        let mut found = Vec::new();
        if let (Some(family), Some((_, node))) = (family, schema) {
            for (_, resource) in self.world.below(family.index, &ancestor) {
                if let Some(spec) = resource.spec.as_deref() {
                    collect_references(node, spec, &mut found);
                }
            }
        }
        found.into_iter()
    }

    /// Demands that the call be refused, by a rule of the family's own.
    pub fn demand(&mut self, slug: &str, error: ErrorKind) {
        // A call that was made before, token and all, may answer what it answered then.
        if self.expectation.changes == [Change::Replay] {
            self.leave(Promise::TokenKept, error);
        } else if let Some(rule) = self.family.own_rule(slug) {
            self.expectation.demands.push(Refusal::by(rule, error));
        }
    }

    /// Permits an error that the documents leave open.
    pub fn leave(&mut self, promise: Promise, error: ErrorKind) {
        if let Some(rule) = self.family.rule(promise) {
            self.expectation.leaves.push(Refusal::by(rule, error));
        }
    }

    fn demand_promised(&mut self, promise: Promise, error: ErrorKind) {
        if let Some(rule) = self.family.rule(promise) {
            self.expectation.demands.push(Refusal::by(rule, error));
        }
    }

    fn due(&mut self, promise: Promise) {
        self.expectation.due.extend(self.family.rule(promise));
    }
}

fn collect_references<'v>(node: &Node, value: &'v Value, found: &mut Vec<&'v str>) {
    match (&node.shape.kind, value) {
        (Kind::Text { text: Text::Reference(_), .. }, Value::String(name)) => found.push(name),
        (Kind::List { .. }, Value::Array(items)) => {
            items.iter().for_each(|item| collect_references(&node.children[0], item, found));
        }
        (Kind::Structure { .. }, Value::Object(members)) => {
            for child in &node.children {
                if let Some(member) = members.get(child.name) {
                    collect_references(child, member, found);
                }
            }
        }
        _ => {}
    }
}

/// What may be answered to a call in a world. Total: there is no call that it does not cover.
pub fn expect(api: &Api, world: &World, call: &Call) -> Expectation {
    let operation = &api.operations[call.operation];
    let family = &api.families[operation.family];
    let mut asked =
        Asked { api, family, operation, call, world, expectation: Expectation::default() };
    expect_input(&mut asked);
    if let Some(key) = key_of(&asked) {
        asked.expectation.key = Some(key.clone());
        let parent_exists = expect_ancestors(&mut asked, &key);
        match asked.verb() {
            Verb::Create => expect_create(&mut asked, &key, parent_exists),
            Verb::Describe => expect_existing(
                &mut asked,
                &key,
                Promise::Describes,
                Promise::DescribeMissing,
                &[Change::Read],
            ),
            Verb::Update => expect_update(&mut asked, &key),
            Verb::Delete => expect_delete(&mut asked, &key),
            Verb::List => expect_list(&mut asked, &key),
        }
    } else if asked.expectation.demands.is_empty() {
        // Names of the wrong type: what the call is about cannot be said.
        asked.expectation.open = family.rule(Promise::TwoFaults);
    }
    (family.table.own_expectations)(&mut asked);
    if is_in_doubt(&asked) {
        asked.expectation.in_doubt = true;
        asked.expectation.demands.clear();
        asked.expectation.due.clear();
        asked.expectation.open = family.rule(Promise::InDoubt);
    }
    let mut expectation = asked.expectation;
    if let [first, _, ..] = expectation.demands[..] {
        let two_faults = family.rule(Promise::TwoFaults);
        expectation.leaves.extend(two_faults.map(|rule| Refusal::by(rule, first.error)));
    }
    expectation
}

/// Whether a call changes what lives in a resource that was overwritten, or has other faults
/// besides. Plain reads are judged: they show what was lost.
fn is_in_doubt(asked: &Asked<'_>) -> bool {
    let Some(key) = &asked.expectation.key else { return false };
    if !asked.world.has_shaken() {
        return false;
    }
    let above = &asked.family.lineage[..asked.family.lineage.len() - 1];
    let mut ancestors =
        above.iter().enumerate().map(|(depth, &family)| key.ancestor(family, depth));
    let reads = matches!(asked.verb(), Verb::Describe | Verb::List);
    let plain = reads && asked.expectation.demands.is_empty() && asked.expectation.open.is_none();
    !plain && ancestors.any(|ancestor| asked.world.is_shaken(&ancestor))
}

/// The key of the resource that a call is about; for a list, that of its parent with an empty name.
fn key_of(asked: &Asked<'_>) -> Option<Key> {
    let depths = asked.family.lineage.len();
    let mut names: Vec<&str> = Vec::with_capacity(depths);
    for depth in 0..depths {
        names.push(match asked.operation.input(Role::Name(depth)) {
            Some(_) => asked.name(depth).filter(|name| Key::can_hold(name))?,
            None => "",
        });
    }
    Some(Key::new(asked.family.index, names))
}

/// Bounds, required members and the form of the body.
fn expect_input(asked: &mut Asked<'_>) {
    let has_body = |(input, _): &(&Input, Node)| input.location == Location::Body;
    if asked.call.malformed && asked.operation.inputs.iter().any(has_body) {
        let rule = asked.api.wire(Wire::MalformedBody);
        asked.expectation.demands.push(Refusal::by(rule, ErrorKind::BadRequest));
        return;
    }
    let mut misfits = Vec::new();
    for (input, node) in &asked.operation.inputs {
        let value = asked.call.input.get(input.name);
        if input.role == Role::Limit && value.is_some_and(|value| !value.is_number()) {
            asked.demand_promised(Promise::LimitNumber, ErrorKind::BadRequest);
            continue;
        }
        node.check_member(value, &mut misfits);
    }
    expect_owner(asked);
    expect_characters(asked);
    for misfit in misfits {
        match misfit {
            Misfit::Breaks(rule) => {
                let refusal = Refusal { error: ErrorKind::BadRequest, rule, bounds_input: true };
                asked.expectation.demands.push(refusal);
            }
            Misfit::WrongType => {
                asked.expectation.open = asked.family.rule(Promise::WrongType);
                asked.expectation.wrong_type = true;
            }
            Misfit::Unknown => {
                asked.expectation.unclear_input = true;
                let known = asked.expectation.open;
                asked.expectation.open = known.or(asked.family.rule(Promise::UnknownMember));
            }
        }
    }
}

/// A call may name the owner of the root resource; what comes of naming another is left open.
fn expect_owner(asked: &mut Asked<'_>) {
    let Some(owner) = asked.member(Role::Owner) else { return };
    let root = asked.name(0).map(|name| Key::new(asked.family.lineage[0], [name]));
    let known = root.and_then(|root| asked.world.get(&root)?.owners.clone());
    if known.is_none_or(|(known, _)| owner.as_str() != Some(&*known)) {
        asked.expectation.open = asked.family.rule(Promise::ForeignOwner);
    }
}

/// Which characters a name may hold is left open beyond letters, digits, hyphen and underscore, and
/// so is whether a name that cannot exist is refused for that or not found.
fn expect_characters(asked: &mut Asked<'_>) {
    let depths = 0..asked.family.lineage.len();
    let mut names = depths.filter_map(|depth| asked.name(depth));
    if names.any(|name| !is_plain(name)) {
        asked.leave(Promise::UnclearName, ErrorKind::BadRequest);
    }
    // No resource should have such a name, so nothing is said of one that has.
    let slash = (0..asked.family.lineage.len())
        .filter(|&depth| asked.verb() != Verb::Create || depth + 1 < asked.family.lineage.len())
        .filter_map(|depth| asked.name(depth))
        .any(|name| name.contains('/'));
    if slash {
        asked.expectation.open = asked.family.rule(Promise::UnclearName);
    }
}

fn is_plain(name: &str) -> bool {
    // Plain characters are one byte each.
    let fits = (1..=LONGEST_NAME).contains(&name.len());
    fits && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
}

/// Demands that everything above the resource exists. Returns whether it does.
fn expect_ancestors(asked: &mut Asked<'_>, key: &Key) -> bool {
    let above = &asked.family.lineage[..asked.family.lineage.len() - 1];
    let exists = above
        .iter()
        .enumerate()
        .all(|(depth, &family)| asked.world.contains_ref(key.ancestor_ref(family, depth)));
    if !exists {
        let promise = match asked.verb() {
            Verb::Create => Promise::CreateInMissing,
            Verb::List => Promise::ListInMissing,
            Verb::Describe => Promise::DescribeMissing,
            Verb::Update => Promise::UpdateMissing,
            Verb::Delete => Promise::DeleteMissing,
        };
        asked.demand_promised(promise, ErrorKind::NotFound);
    }
    exists
}

fn expect_create(asked: &mut Asked<'_>, key: &Key, parent_exists: bool) {
    if key.name().contains('/') {
        if asked.world.contains(key) {
            // It was taken against the rules, and nothing more can be said of it.
            asked.expectation.open = asked.family.rule(Promise::UnclearName);
            asked.expectation.changes.push(Change::Create);
        } else {
            asked.demand_promised(Promise::NameSlash, ErrorKind::BadRequest);
        }
        return;
    }
    let (_, elsewhere) = token_history(asked, key);
    if asked.world.contains(key) && parent_exists {
        match replay_of(asked, key) {
            Some(true) => {
                asked.expectation.changes.push(Change::Replay);
                asked.due(Promise::CreateReplay);
            }
            Some(false) => {
                asked.expectation.changes.push(Change::Replay);
                asked.leave(Promise::TokenKept, ErrorKind::Conflict);
            }
            None => asked.demand_promised(Promise::Duplicate, ErrorKind::Conflict),
        }
        return;
    }
    asked.expectation.changes.push(Change::Create);
    if replay_of(asked, key).is_some() {
        // The resource is gone, but the call may still be remembered.
        asked.expectation.changes.push(Change::Replay);
    }
    if elsewhere {
        asked.leave(Promise::TokenKept, ErrorKind::Conflict);
    }
    let again = asked.world.past(key).is_some();
    asked.due(if again { Promise::Recreates } else { Promise::Creates });
    let held = asked.world.held(key.family, key.parent_path());
    if asked.family.is_root() || held >= asked.world.peak(key.family) {
        asked.leave(Promise::QuotaOpen, ErrorKind::LimitExceeded);
    } else {
        asked.expectation.quota = asked.family.rule(Promise::QuotaSteady);
    }
}

/// Whether the call's client token was used before: for the very same call, and for any other.
fn token_history(asked: &Asked<'_>, key: &Key) -> (bool, bool) {
    let Some(token) = client_token(asked) else { return (false, false) };
    let same = |use_: &&TokenUse| {
        use_.operation == asked.operation.index
            && use_.key == *key
            && *use_.input == asked.call.input
    };
    let here = asked.world.token_uses(token).any(|use_| same(&use_));
    let elsewhere = asked.world.token_uses(token).next().is_some();
    (here, elsewhere)
}

/// Whether the call repeats an accepted one, token and all: `Some(true)` if nothing came between
/// and it is the first repetition, `Some(false)` if the documents no longer say what comes.
fn replay_of(asked: &Asked<'_>, key: &Key) -> Option<bool> {
    let token = client_token(asked)?;
    let use_ = asked.world.token_uses(token).find(|use_| {
        use_.accepted
            && use_.operation == asked.operation.index
            && use_.key == *key
            && *use_.input == asked.call.input
    })?;
    Some(use_.fresh && use_.replays == 0)
}

fn client_token<'a>(asked: &Asked<'a>) -> Option<&'a str> {
    asked.member(Role::ClientToken).and_then(Value::as_str)
}

/// A call on one resource: it succeeds if the resource exists and is refused if not.
fn expect_existing(
    asked: &mut Asked<'_>,
    key: &Key,
    due: Promise,
    missing: Promise,
    changes: &[Change],
) {
    if asked.world.contains(key) {
        asked.expectation.changes.extend_from_slice(changes);
        asked.due(due);
    } else if asked.expectation.demands.iter().all(|demand| demand.error != ErrorKind::NotFound) {
        asked.demand_promised(missing, ErrorKind::NotFound);
    }
}

fn expect_update(asked: &mut Asked<'_>, key: &Key) {
    let identical = match (asked.world.get(key).map(|known| known.spec.as_deref()), asked.spec()) {
        (Some(Some(known)), Some(sent)) => match asked.operation.input(Role::Spec) {
            Some((_, node)) => may_be_alike(node, known, sent),
            None => true,
        },
        // What the target holds is not known, so it may be the same.
        (Some(None), _) => true,
        _ => false,
    };
    let counted = Change::Replace { counts: true };
    let uncounted = Change::Replace { counts: false };
    let replay = replay_of(asked, key);
    let changes: &[Change] = match (identical, replay) {
        (true, Some(true)) => &[uncounted],
        (_, Some(_)) => &[counted, uncounted, Change::Replay],
        (true, None) => &[counted, uncounted],
        (false, None) => &[counted],
    };
    let due =
        if replay == Some(true) && identical { Promise::UpdateReplay } else { Promise::Updates };
    expect_existing(asked, key, due, Promise::UpdateMissing, changes);
    let (here, elsewhere) = token_history(asked, key);
    if !elsewhere {
        return;
    }
    if !here && !identical && reuses_update_token(asked, key) {
        asked.demand_promised(Promise::UpdateTokenReuse, ErrorKind::Conflict);
    } else if replay != Some(true) {
        asked.leave(Promise::TokenKept, ErrorKind::Conflict);
    }
}

/// Whether the last accepted update of the resource had the same token.
fn reuses_update_token(asked: &Asked<'_>, key: &Key) -> bool {
    client_token(asked).is_some_and(|token| {
        asked.world.token_uses(token).any(|use_| {
            use_.accepted
                && use_.fresh
                && use_.operation == asked.operation.index
                && use_.key == *key
        })
    })
}

fn expect_delete(asked: &mut Asked<'_>, key: &Key) {
    expect_existing(asked, key, Promise::Deletes, Promise::DeleteMissing, &[Change::Remove]);
    let occupied =
        asked.family.children.iter().any(|&family| asked.world.below(family, key).next().is_some());
    if occupied && asked.world.contains(key) {
        asked.demand_promised(Promise::DeleteInUse, ErrorKind::ResourceInUse);
    }
}

fn expect_list(asked: &mut Asked<'_>, key: &Key) {
    asked.expectation.changes.push(Change::Page);
    let Some(token) = asked.member(Role::PageToken).and_then(Value::as_str) else {
        asked.due(Promise::Lists);
        return;
    };
    let limit = asked.member(Role::Limit).and_then(Value::as_i64);
    match asked.world.walk(token) {
        Some(walk)
            if walk.family == key.family && &*walk.parent == key.parent_path() && !walk.loose =>
        {
            let came_or_went = !walk.unsteady.is_empty();
            if walk.used {
                leave_token(asked, Promise::TokenTwice);
            } else if walk.limit != limit {
                leave_token(asked, Promise::ChangedLimit);
            } else if came_or_went {
                leave_token(asked, Promise::ForeignToken);
            } else {
                asked.due(Promise::Continues);
            }
        }
        _ => leave_token(asked, Promise::ForeignToken),
    }
}

/// The documents are silent on the token: any modelled client error will do.
fn leave_token(asked: &mut Asked<'_>, promise: Promise) {
    asked.expectation.open = asked.family.rule(promise);
}

/// The specification that a call sends, shared.
pub(crate) fn sent_spec(operation: &ApiOperation, call: &Call) -> Option<Arc<Value>> {
    let (input, _) = operation.input(Role::Spec)?;
    Some(Arc::new(
        call.input.get(input.name).cloned().unwrap_or_else(|| Value::Object(Default::default())),
    ))
}

/// Remembers that the call carried a client token, if it did.
pub(crate) fn record_token(
    api: &Api,
    world: &mut World,
    call: &Call,
    expectation: &Expectation,
    accepted: bool,
) {
    let input = api.operations[call.operation].input(Role::ClientToken);
    let token = input.and_then(|(input, _)| call.input.get(input.name)).and_then(Value::as_str);
    if let (Some(token), Some(key)) = (token, &expectation.key) {
        world.record_token(TokenUse {
            token: token.into(),
            operation: call.operation,
            key: key.clone(),
            input: Arc::new(call.input.clone()),
            accepted,
            fresh: true,
            replays: 0,
        });
    }
}
