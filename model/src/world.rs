//! A world: one possible state of the target, and the effects that lead to the next.
//!
//! The main type is [`World`]. It holds what exists, what has been learnt of it, and what the
//! judge must remember of the past. It knows nothing of rules and never decides what is permitted.
//! A copy of a world shares everything with it; what is written later is copied then.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Deref};
use std::sync::Arc;

mod key;
mod pagination;
mod past;
mod possible_values;
mod resource;
mod timestamp;
mod token;

pub use key::Key;
pub(crate) use key::KeyRef;
pub use pagination::Pagination;
pub use possible_values::{MemberValue, Others};
pub use resource::{Contradicted, Resource};
pub use timestamp::{Owners, Timestamp};
pub use token::{MOST_TOKENS, TokenUse};

use key::Sorted;
use pagination::Paginations;
use past::Past;
use token::Tokens;

/// One possible state of the target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    resources: Arc<BTreeMap<Key, Arc<Resource>>>,
    /// How many resources of a family each parent holds, by the names of the parent.
    held: Arc<BTreeMap<Key, usize>>,
    past: Arc<Past>,
    paginations: Arc<Paginations>,
    tokens: Arc<Tokens>,
    /// Resources that were overwritten, or deleted although they held something: what lives in them
    /// is in doubt.
    doubtful: Arc<BTreeSet<Key>>,
    /// Resources that a specification has named and that may exist for it. Never shrinks.
    implied: Arc<BTreeSet<Key>>,
    /// The most resources of a family that were held under one parent at once.
    peaks: Arc<BTreeMap<usize, usize>>,
}

impl World {
    /// The resource under this key.
    pub fn get(&self, key: &Key) -> Option<&Resource> {
        self.resources.get(key).map(Arc::as_ref)
    }

    /// Whether a resource exists under this key.
    pub fn contains(&self, key: &Key) -> bool {
        self.resources.contains_key(key)
    }

    /// The same for a key that is only looked up.
    pub(crate) fn contains_ref(&self, key: KeyRef<'_>) -> bool {
        self.resources.contains_key(&key as &dyn Sorted)
    }

    /// Everything that exists, sorted by family and names.
    pub fn resources(&self) -> impl Iterator<Item = (&Key, &Resource)> {
        self.resources.iter().map(|(key, resource)| (key, resource.as_ref()))
    }

    /// The resources of `family` anywhere below `ancestor`.
    pub fn below<'w>(
        &'w self,
        family: usize,
        ancestor: &Key,
    ) -> impl Iterator<Item = (&'w Key, &'w Resource)> + use<'w> {
        self.under(family, ancestor.shared_path())
    }

    /// The resources of `family` whose parent has these names, joined; all of them at the root.
    pub fn siblings<'w>(
        &'w self,
        family: usize,
        parent: &'w str,
    ) -> impl Iterator<Item = &'w Key> + use<'w> {
        self.under(family, parent).map(|(key, _)| key)
    }

    /// The resources of `family` anywhere below the one with these names, joined.
    pub(crate) fn under<'w, P: Deref<Target = str> + 'w>(
        &'w self,
        family: usize,
        path: P,
    ) -> impl Iterator<Item = (&'w Key, &'w Resource)> + use<'w, P> {
        let low = KeyRef { family, path: &path };
        let bounds = (Bound::Included(&low as &dyn Sorted), Bound::Unbounded);
        let range = self.resources.range::<dyn Sorted, _>(bounds);
        let inside = range.map_while(move |(key, resource)| {
            let goes_on = key.family == family && key.sorts_with(&path);
            goes_on.then(|| key.is_below(&path).then_some((key, resource.as_ref())))
        });
        inside.flatten()
    }

    /// How many resources of `family` the parent with these names holds; all at the root.
    pub fn held(&self, family: usize, parent: &str) -> usize {
        let key = KeyRef { family, path: parent };
        self.held.get(&key as &dyn Sorted).copied().unwrap_or(0)
    }

    /// How many generations the name has had, and the uid of the last one that is gone.
    pub fn past(&self, key: &Key) -> Option<&(u32, Option<Arc<str>>)> {
        self.past.last(key)
    }

    /// Whether anything is or was under this key.
    pub(crate) fn knows(&self, key: KeyRef<'_>) -> bool {
        self.contains_ref(key) || self.past.knows(key)
    }

    /// Whether a resource of `family` below `ancestor` is gone.
    pub fn has_past_below(&self, family: usize, ancestor: &Key) -> bool {
        self.past.knows_below(family, ancestor)
    }

    /// The generation that a create under this key begins.
    pub fn next_generation(&self, key: &Key) -> u32 {
        match (self.get(key), self.past.last(key)) {
            (Some(resource), _) => resource.generation + 1,
            (None, Some((generation, _))) => generation + 1,
            (None, None) => 0,
        }
    }

    /// Who has this uid.
    pub fn uid_owner(&self, uid: &str) -> Option<&(Key, u32)> {
        self.past.uid_owner(uid)
    }

    /// The list that continues with this token.
    pub fn pagination(&self, token: &str) -> Option<&Pagination> {
        self.paginations.get(token)
    }

    /// Whether what lives in this resource is in doubt.
    pub fn has_doubtful_children(&self, key: &Key) -> bool {
        self.doubtful.contains(key)
    }

    /// Whether what lives in any resource at all is in doubt.
    pub(crate) fn has_doubtful(&self) -> bool {
        !self.doubtful.is_empty()
    }

    /// Whether a specification has named this resource, which may exist for it.
    pub fn implies(&self, key: &Key) -> bool {
        self.implied.contains(key)
    }

    /// Every resource that a specification has named and that may exist for it.
    pub fn implied(&self) -> impl Iterator<Item = &Key> {
        self.implied.iter()
    }

    /// The uses of a client token so far, the latest first.
    pub fn token_uses<'w>(&'w self, token: &str) -> impl Iterator<Item = &'w TokenUse> + use<'w> {
        self.tokens.uses(token).iter()
    }

    /// The most resources of the family that one parent held at once.
    pub fn peak(&self, family: usize) -> usize {
        self.peaks.get(&family).copied().unwrap_or(0)
    }

    // Effects.

    /// Puts a resource under a key, over whatever was there; what lived in that stays.
    pub fn insert(&mut self, key: Key, resource: Resource) {
        self.unsettle(&key);
        if resource.uid.is_some() {
            Arc::make_mut(&mut self.past).learn_uid(&key, &resource);
        }
        let resources = Arc::make_mut(&mut self.resources);
        match resources.insert(key.clone(), Arc::new(resource)) {
            Some(gone) => self.bury(&key, &gone),
            None => self.count_new(&key),
        }
    }

    /// Takes a resource away. What lived in it stays, out of reach until its parent is back.
    pub fn remove(&mut self, key: &Key) {
        if !self.contains(key) {
            return;
        }
        if let Some(gone) = Arc::make_mut(&mut self.resources).remove(key) {
            self.count_gone(key);
            self.bury(key, &gone);
            self.unsettle(key);
        }
    }

    /// Takes a resource away that vanished without a delete: nothing is expected of its name but
    /// what is expected of one that was never used.
    pub(crate) fn lose(&mut self, key: &Key) {
        self.remove(key);
        self.forget(key);
    }

    /// Notes that a specification names a resource, which may exist for it.
    pub(crate) fn imply(&mut self, key: Key) {
        if !self.implies(&key) {
            Arc::make_mut(&mut self.implied).insert(key);
        }
    }

    /// Puts what lives in a resource in doubt.
    pub fn doubt_children(&mut self, key: &Key) {
        Arc::make_mut(&mut self.doubtful).insert(key.clone());
    }

    /// Forgets that a resource ever was under this key. For servers, which have no need to remember.
    pub fn forget(&mut self, key: &Key) {
        Arc::make_mut(&mut self.past).forget(key);
    }

    /// Takes away everything of these families that lives below a key.
    pub fn remove_below(&mut self, families: &[usize], ancestor: &Key) {
        for &family in families {
            let keys: Vec<Key> = self.below(family, ancestor).map(|(key, _)| key.clone()).collect();
            for key in keys {
                self.remove(&key);
            }
        }
    }

    /// Changes what is known of a resource, if it exists.
    pub fn change(&mut self, key: &Key, change: impl FnOnce(&mut Resource)) {
        if !self.contains(key) {
            return;
        }
        let Some(resource) = Arc::make_mut(&mut self.resources).get_mut(key) else { return };
        let resource = Arc::make_mut(resource);
        let before = resource.uid.clone();
        change(resource);
        if before != resource.uid {
            let past = Arc::make_mut(&mut self.past);
            if let Some(uid) = before {
                past.outdate_uid(key, resource.generation, uid);
            }
            past.learn_uid(key, resource);
        }
    }

    /// Notes that a resource is no longer as it was: lists that are being read may show it as it
    /// was or as it is.
    pub fn note_change(&mut self, key: &Key) {
        if !self.paginations.is_empty() {
            Arc::make_mut(&mut self.paginations).note_change(key);
        }
    }

    /// Marks the tokens of earlier calls on a resource as no longer the latest word.
    pub fn outdate_tokens(&mut self, key: &Key) {
        if self.tokens.speak_of(key) {
            Arc::make_mut(&mut self.tokens).outdate(key);
        }
    }

    /// Remembers that a call carried a client token.
    pub fn record_token(&mut self, used: TokenUse) {
        Arc::make_mut(&mut self.tokens).record(used);
    }

    /// Keeps a list under the token of its next page.
    pub fn keep_pagination(&mut self, token: Arc<str>, walk: Pagination) {
        Arc::make_mut(&mut self.paginations).keep(token, walk);
    }

    /// Marks a page token as sent.
    pub fn use_page_token(&mut self, token: &str) {
        if self.paginations.get(token).is_some() {
            Arc::make_mut(&mut self.paginations).spend(token);
        }
    }

    fn bury(&mut self, key: &Key, gone: &Resource) {
        Arc::make_mut(&mut self.past).bury(key, gone);
        self.outdate_tokens(key);
    }

    fn unsettle(&mut self, key: &Key) {
        if !self.paginations.is_empty() {
            Arc::make_mut(&mut self.paginations).unsettle(key);
        }
    }

    fn count_new(&mut self, key: &Key) {
        let parent = KeyRef { family: key.family, path: key.parent_path() };
        let held = Arc::make_mut(&mut self.held);
        let count = match held.get_mut(&parent as &dyn Sorted) {
            Some(count) => {
                *count += 1;
                *count
            }
            None => {
                held.insert(Key::of(parent), 1);
                1
            }
        };
        // Of a root family there is no quota to learn.
        if !parent.path.is_empty() && count > self.peak(key.family) {
            Arc::make_mut(&mut self.peaks).insert(key.family, count);
        }
    }

    fn count_gone(&mut self, key: &Key) {
        let parent = KeyRef { family: key.family, path: key.parent_path() };
        let held = Arc::make_mut(&mut self.held);
        if let Some(count) = held.get_mut(&parent as &dyn Sorted) {
            *count -= 1;
            if *count == 0 {
                held.remove(&parent as &dyn Sorted);
            }
        }
    }
}
