//! Client tokens: which calls carried which, so that a call that comes again is known.
//!
//! The main type is [`TokenUse`]; `Tokens` holds the latest ones. What a repeated token means is
//! said in [`crate::expect`].

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::key::Key;

/// How many uses of client tokens are remembered, the latest first. More than any trace has calls;
/// a belief that lasts for long forgets the oldest, as the documents leave open.
pub const MOST_TOKENS: usize = 1_024;

/// A client token that a call carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUse {
    /// The token.
    pub token: Arc<str>,
    /// The operation, as an index.
    pub operation: usize,
    /// The resource that the call named.
    pub key: Key,
    /// All members of the request.
    pub input: Arc<Map<String, Value>>,
    /// The call was accepted.
    pub accepted: bool,
    /// The resource has not changed since.
    pub fresh: bool,
    /// How often the very same call was sent again.
    pub replays: u32,
}

/// The latest uses of client tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    /// The uses of each token, the latest first.
    uses: BTreeMap<Arc<str>, Vec<TokenUse>>,
    /// The token of every use, the latest first.
    order: VecDeque<Arc<str>>,
    /// The tokens that are the latest word on a resource.
    fresh: BTreeMap<Key, Vec<Arc<str>>>,
}

impl Tokens {
    /// The uses of this token, the latest first.
    pub(super) fn uses(&self, token: &str) -> &[TokenUse] {
        self.uses.get(token).map_or(&[], Vec::as_slice)
    }

    /// Whether any token is the latest word on a resource.
    pub(super) fn speak_of(&self, key: &Key) -> bool {
        self.fresh.contains_key(key)
    }

    pub(super) fn outdate(&mut self, key: &Key) {
        for token in self.fresh.remove(key).unwrap_or_default() {
            let uses = self.uses.get_mut(&token).map_or(&mut [][..], Vec::as_mut_slice);
            uses.iter_mut().filter(|use_| use_.key == *key).for_each(|use_| use_.fresh = false);
        }
    }

    pub(super) fn record(&mut self, used: TokenUse) {
        let uses = self.uses.entry(used.token.clone()).or_default();
        let same = uses.iter_mut().find(|known| {
            known.operation == used.operation && known.accepted && known.input == used.input
        });
        let is_fresh = match same {
            Some(known) => {
                known.replays += 1;
                known.fresh |= used.accepted;
                known.fresh.then(|| known.key.clone())
            }
            None => {
                let is_fresh = used.fresh.then(|| used.key.clone());
                self.order.push_front(used.token.clone());
                uses.insert(0, used.clone());
                is_fresh
            }
        };
        if let Some(key) = is_fresh {
            let tokens = self.fresh.entry(key).or_default();
            if !tokens.contains(&used.token) {
                tokens.push(used.token);
            }
        }
        while self.order.len() > MOST_TOKENS {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some(token) = self.order.pop_back() else { return };
        let Some(uses) = self.uses.get_mut(&token) else { return };
        let Some(gone) = uses.pop() else { return };
        let is_last_on_key = uses.iter().all(|use_| use_.key != gone.key);
        if uses.is_empty() {
            self.uses.remove(&token);
        }
        if let Some(tokens) = self.fresh.get_mut(&gone.key).filter(|_| is_last_on_key) {
            tokens.retain(|known| *known != token);
            if tokens.is_empty() {
                self.fresh.remove(&gone.key);
            }
        }
    }
}
