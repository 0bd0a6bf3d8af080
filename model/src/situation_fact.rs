//! Facts: what is so before a call, and on which a server's answer may hang.
//!
//! The main types are [`Fact`] and [`Looker`].

use serde_json::Value;

use crate::api::{Api, Call};
use crate::operation::Role;
use crate::page_limits::DEFAULT_LIMIT;
use crate::world::{Key, World};

/// Makes the enum of facts, each with its words.
macro_rules! facts {
    ($($fact:ident $words:literal)*) => {
        /// Something that is so before the call, and on which a server's answer may hang.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fact {
            $(#[doc = $words] $fact,)*
        }

        impl Fact {
            /// The fact in words, as they stand behind "with" or "when".
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$fact => $words,)*
                }
            }
        }
    };
}

facts! {
    NewName "new name"
    // The name was used before by a resource that is gone, or by the one that is there.
    OldName "name used before"
    LongestName "longest name"
    // The parent holds as many as a page without a limit, or more.
    CrowdedParent "in a crowded parent"
    FirstVersion "version 1"
    SecondVersion "version 2"
    LaterVersion "version 3 or later"
    Childless "holds nothing"
    OneChild "holds one"
    ManyChildren "holds several"
    Emptied "emptied"
    NewToken "new client token"
    TokenOfSameCall "client token of the same call"
    TokenOfOtherCall "client token of another call"
    FirstPage "first page"
    SecondPage "second page"
    LaterPage "later page"
    MadeUpToken "made-up page token"
    ForeignToken "page token of another list"
    UsedToken "used page token"
    LimitChanged "other limit than before"
    ListChanged "list changed meanwhile"
    NoLimit "no limit"
    NothingLeft "nothing left"
    LessLeft "less left than the limit"
    JustEnoughLeft "as many left as the limit"
    MoreLeft "more left than the limit"
}

/// One look at the world around a call.
pub(crate) struct Looker<'a> {
    pub api: &'a Api,
    pub world: &'a World,
    pub call: &'a Call,
    pub key: &'a Key,
    pub facts: &'a mut Vec<Fact>,
}

impl<'a> Looker<'a> {
    fn member(&self, role: Role) -> Option<&'a Value> {
        let (input, _) = self.api.operations[self.call.operation].input(role)?;
        self.call.input.get(input.name)
    }

    /// Looks at the name of the resource.
    pub fn look_at_name(&mut self) {
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

    /// Looks at the version of the resource.
    pub fn look_at_version(&mut self) {
        let Some(version) = self.world.get(self.key).and_then(|resource| resource.version) else {
            return;
        };
        self.facts.push(match version {
            ..=1 => Fact::FirstVersion,
            2 => Fact::SecondVersion,
            _ => Fact::LaterVersion,
        });
    }

    /// Looks at the resources inside the one that is named.
    pub fn look_at_children(&mut self) {
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

    /// Looks at the client token.
    pub fn look_at_client_token(&mut self) {
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

    /// Looks at the list, its page token and its limit.
    pub fn look_at_list(&mut self) {
        let limit = self.member(Role::Limit).and_then(Value::as_i64);
        if limit.is_none() {
            self.facts.push(Fact::NoLimit);
        }
        let token = self.member(Role::PageToken).and_then(Value::as_str);
        let mut seen = 0;
        match token.map(|token| self.world.pagination(token)) {
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
