//! Situations: what the model can tell of a call before it is sent.
//!
//! The main type is [`Situation`]: an operation, the outcomes that are permitted, and the facts that
//! made it so. Two calls in the same situation put a target to the same test, so that a campaign is
//! thorough when it has visited every one. Situations derive from expectations and worlds alone;
//! nothing here knows how a call comes about.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::DEFAULT_LIMIT;
use crate::api::{Api, Call};
use crate::expect::{Change, Expectation};
use crate::operation::{Action, Role};
use crate::rule::RuleId;
use crate::world::{Key, World};

/// Something that is so before the call, and on which a server's answer may hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// The name was never used.
    NewName,
    /// The name was used before by a resource that is gone, or by the one that is there.
    OldName,
    /// The name is as long as a name can be.
    LongestName,
    /// The parent holds as many as a page without a limit, or more.
    CrowdedParent,
    /// The resource was never updated.
    FirstVersion,
    /// The resource was updated once.
    SecondVersion,
    /// The resource was updated more than once.
    LaterVersion,
    /// The resource holds no other.
    Childless,
    /// The resource holds one other.
    OneChild,
    /// The resource holds several others.
    ManyChildren,
    /// The resource held others that are gone.
    Emptied,
    /// The client token was never used.
    NewToken,
    /// The client token was used for this very call.
    TokenOfSameCall,
    /// The client token was used for another call.
    TokenOfOtherCall,
    /// The first page of a list.
    FirstPage,
    /// The second page of a list.
    SecondPage,
    /// A page behind the second.
    LaterPage,
    /// A page token of no list.
    MadeUpToken,
    /// A page token of another list.
    ForeignToken,
    /// A page token that was used before.
    UsedToken,
    /// The limit is another than on the page before.
    LimitChanged,
    /// The list changed since the page before.
    ListChanged,
    /// No limit is given.
    NoLimit,
    /// Nothing is left to be listed.
    NothingLeft,
    /// Less is left to be listed than the page may hold.
    LessLeft,
    /// Just as much is left to be listed as the page may hold.
    JustEnoughLeft,
    /// More is left to be listed than the page may hold.
    MoreLeft,
}

impl Fact {
    /// The fact in words, as they stand behind "with" or "when".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewName => "new name",
            Self::OldName => "name used before",
            Self::LongestName => "longest name",
            Self::CrowdedParent => "in a crowded parent",
            Self::FirstVersion => "version 1",
            Self::SecondVersion => "version 2",
            Self::LaterVersion => "version 3 or later",
            Self::Childless => "holds nothing",
            Self::OneChild => "holds one",
            Self::ManyChildren => "holds several",
            Self::Emptied => "emptied",
            Self::NewToken => "new client token",
            Self::TokenOfSameCall => "client token of the same call",
            Self::TokenOfOtherCall => "client token of another call",
            Self::FirstPage => "first page",
            Self::SecondPage => "second page",
            Self::LaterPage => "later page",
            Self::MadeUpToken => "made-up page token",
            Self::ForeignToken => "page token of another list",
            Self::UsedToken => "used page token",
            Self::LimitChanged => "other limit than before",
            Self::ListChanged => "list changed meanwhile",
            Self::NoLimit => "no limit",
            Self::NothingLeft => "nothing left",
            Self::LessLeft => "less left than the limit",
            Self::JustEnoughLeft => "as many left as the limit",
            Self::MoreLeft => "more left than the limit",
        }
    }
}

/// What the model can tell of a call before it is sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Situation {
    /// Index into [`Api::operations`].
    pub operation: usize,
    /// What may come: what success does, and the names of errors.
    pub outcomes: BTreeSet<&'static str>,
    /// The rules that say so; none where several reasons to refuse the call meet.
    pub rules: Vec<RuleId>,
    /// What is so before the call.
    pub facts: Vec<Fact>,
}

impl Situation {
    /// The situation of a call in a world; none if an earlier divergence leaves it in doubt.
    pub fn of(api: &Api, world: &World, call: &Call, expectation: &Expectation) -> Option<Self> {
        let odd = |key: &Key| world.get(key).is_some_and(|resource| resource.odd);
        if expectation.in_doubt || expectation.key.as_ref().is_some_and(odd) {
            return None;
        }
        let mut outcomes: BTreeSet<&'static str> =
            expectation.refusals().map(|refusal| refusal.error.type_name()).collect();
        if expectation.may_succeed() {
            outcomes.extend(expectation.changes.iter().map(|change| done(*change)));
        }
        let mut rules: Vec<RuleId> = match expectation.demands.len() {
            0 => expectation.due.iter().copied().chain(expectation.open).collect(),
            1 => vec![expectation.demands[0].rule],
            _ => Vec::new(),
        };
        rules.sort_unstable();
        rules.dedup();
        // What is wrong with the input itself does not hang on what is there.
        let plain = !expectation.unclear_input && !expectation.wrong_type;
        let sound = expectation.demands.iter().all(|refusal| !refusal.bounds_input);
        let mut facts = Vec::new();
        if let (Some(key), true, true) = (&expectation.key, plain && !call.malformed, sound) {
            let looker = Looker { api, world, call, key, facts: &mut facts };
            looker.look(expectation.demands.is_empty());
        }
        Some(Self { operation: call.operation, outcomes, rules, facts })
    }

    /// The situation in words: operation, what is so, what may come.
    pub fn describe(&self, api: &Api) -> String {
        let name = api.operations[self.operation].table.name;
        let outcomes: Vec<&str> = self.outcomes.iter().copied().collect();
        let rules = self.rules.iter().map(|rule| api.catalogue.get(*rule).id.as_str());
        let several = self.rules.is_empty().then_some("several reasons to refuse it");
        let facts = self.facts.iter().map(|fact| fact.as_str());
        let reasons: Vec<&str> = several.into_iter().chain(rules).chain(facts).collect();
        format!("{name} ({}): {}", reasons.join(", "), outcomes.join(" or "))
    }
}

/// Where the resource of a call stands, seen from the one that was changed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// It is the same.
    Same,
    /// Both live in the same parent, and its name sorts before the other's; so does that of a list,
    /// which is about all of them.
    SiblingBefore,
    /// Both live in the same parent, and its name sorts behind the other's.
    SiblingBehind,
    /// It has the same name in another parent.
    Namesake,
    /// The one that was changed lives in it.
    Above,
    /// It lives in the one that was changed.
    Below,
    /// Anywhere else.
    Elsewhere,
}

/// The change that was made last.
#[derive(Clone, Debug)]
pub struct LastChange {
    /// The resource that was changed.
    pub key: Key,
    /// What was done to it.
    pub action: Action,
    /// There had been another resource of that name before.
    pub again: bool,
}

/// A call that follows a change: what a server keeps of one resource may get in the way of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequel {
    /// Index into [`Api::operations`].
    pub operation: usize,
    /// What was done last to anything.
    pub after: Action,
    /// There had been another resource of that name before.
    pub again: bool,
    /// Where the resource of the call stands, seen from that one.
    pub relation: Relation,
}

impl Sequel {
    /// The sequel that a call on `key` is to a change of `changed`.
    pub fn of(operation: usize, key: &Key, last: &LastChange) -> Self {
        let LastChange { key: changed, action: after, again } = last;
        let within = |inner: &Key, outer: &Key| {
            let depth = outer.names().count();
            inner.names().count() > depth && inner.names().take(depth).eq(outer.names())
        };
        let alike = key.family == changed.family;
        let relation = if key == changed {
            Relation::Same
        } else if alike && key.parent_path() == changed.parent_path() {
            if key < changed { Relation::SiblingBefore } else { Relation::SiblingBehind }
        } else if alike && key.name() == changed.name() {
            Relation::Namesake
        } else if within(changed, key) {
            Relation::Above
        } else if within(key, changed) {
            Relation::Below
        } else {
            Relation::Elsewhere
        };
        Self { operation, after: *after, again: *again, relation }
    }

    /// The sequel in words.
    pub fn describe(self, api: &Api) -> String {
        let name = api.operations[self.operation].table.name;
        let after = match self.after {
            Action::Create if self.again => "created again",
            Action::Create => "created",
            Action::Update => "updated",
            Action::Delete => "deleted",
            Action::Describe | Action::List => "read",
        };
        let what = match self.relation {
            Relation::Same => "the same resource",
            Relation::SiblingBefore => "a sibling behind it",
            Relation::SiblingBehind => "a sibling before it",
            Relation::Namesake => "one of the same name in another parent",
            Relation::Above => "one that lives in it",
            Relation::Below => "the one that it lives in",
            Relation::Elsewhere => "one elsewhere",
        };
        let again = if self.again && self.after != Action::Create { ", made again," } else { "" };
        format!("{name} after {what}{again} was {after}")
    }
}

const fn done(change: Change) -> &'static str {
    match change {
        Change::Read => "read",
        Change::Create => "created",
        Change::Replay => "answered again",
        Change::Replace { counts: true } => "updated",
        Change::Replace { counts: false } => "updated without a new version",
        Change::Remove => "deleted",
        Change::Page => "page",
    }
}

/// One look at the world around a call.
struct Looker<'a> {
    api: &'a Api,
    world: &'a World,
    call: &'a Call,
    key: &'a Key,
    facts: &'a mut Vec<Fact>,
}

impl<'a> Looker<'a> {
    fn look(mut self, may_succeed: bool) {
        let action = self.api.operations[self.call.operation].table.action;
        match action {
            Action::List => {
                if may_succeed {
                    self.look_at_list();
                }
                return;
            }
            Action::Create => self.look_at_name(),
            Action::Describe | Action::Update => {
                self.look_at_name();
                self.look_at_version();
            }
            Action::Delete => {
                self.look_at_name();
                self.look_at_children();
            }
        }
        self.look_at_token();
    }

    fn member(&self, role: Role) -> Option<&'a Value> {
        let (input, _) = self.api.operations[self.call.operation].input(role)?;
        self.call.input.get(input.name)
    }

    fn look_at_name(&mut self) {
        let before = match self.world.get(self.key) {
            Some(resource) => resource.generation > 0,
            None => self.world.past(self.key).is_some(),
        };
        self.facts.push(if before { Fact::OldName } else { Fact::NewName });
        if self.key.name().chars().count() == self.api.families[self.key.family].longest_name() {
            self.facts.push(Fact::LongestName);
        }
        let held = self.world.held(self.key.family, self.key.parent_path());
        if i64::try_from(held).is_ok_and(|held| held >= DEFAULT_LIMIT) {
            self.facts.push(Fact::CrowdedParent);
        }
    }

    fn look_at_version(&mut self) {
        let Some(version) = self.world.get(self.key).and_then(|resource| resource.version) else {
            return;
        };
        self.facts.push(match version {
            ..=1 => Fact::FirstVersion,
            2 => Fact::SecondVersion,
            _ => Fact::LaterVersion,
        });
    }

    fn look_at_children(&mut self) {
        let families = &self.api.families[self.key.family].children;
        if families.is_empty() || !self.world.contains(self.key) {
            return;
        }
        let held: usize =
            families.iter().map(|&child| self.world.below(child, self.key).take(2).count()).sum();
        let emptied = families.iter().any(|&child| self.world.has_past_below(child, self.key));
        self.facts.push(match held {
            0 if emptied => Fact::Emptied,
            0 => Fact::Childless,
            1 => Fact::OneChild,
            _ => Fact::ManyChildren,
        });
    }

    fn look_at_token(&mut self) {
        let Some(token) = self.member(Role::ClientToken).and_then(Value::as_str) else { return };
        let mut uses = self.world.token_uses(token).peekable();
        let fact = if uses.peek().is_none() {
            Fact::NewToken
        } else if uses.any(|use_| {
            use_.operation == self.call.operation
                && use_.key == *self.key
                && *use_.input == self.call.input
        }) {
            Fact::TokenOfSameCall
        } else {
            Fact::TokenOfOtherCall
        };
        self.facts.push(fact);
    }

    fn look_at_list(&mut self) {
        let limit = self.member(Role::Limit).and_then(Value::as_i64);
        if limit.is_none() {
            self.facts.push(Fact::NoLimit);
        }
        let token = self.member(Role::PageToken).and_then(Value::as_str);
        let mut seen = 0;
        match token.map(|token| self.world.walk(token)) {
            None => self.facts.push(Fact::FirstPage),
            Some(None) => return self.facts.push(Fact::MadeUpToken),
            Some(Some(walk)) => {
                let here =
                    walk.family == self.key.family && &*walk.parent == self.key.parent_path();
                if !here || walk.loose {
                    return self.facts.push(Fact::ForeignToken);
                }
                if walk.used {
                    self.facts.push(Fact::UsedToken);
                } else if walk.limit != limit {
                    self.facts.push(Fact::LimitChanged);
                } else if !walk.unsteady.is_empty() {
                    self.facts.push(Fact::ListChanged);
                }
                seen = walk.seen.len();
                let size = usize::try_from(walk.limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(1);
                self.facts.push(if seen <= size { Fact::SecondPage } else { Fact::LaterPage });
            }
        }
        let size = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(0);
        let held = self.world.held(self.key.family, self.key.parent_path());
        let left = held.saturating_sub(seen);
        self.facts.push(match left {
            0 => Fact::NothingLeft,
            left if left < size => Fact::LessLeft,
            left if left == size => Fact::JustEnoughLeft,
            _ => Fact::MoreLeft,
        });
    }
}
