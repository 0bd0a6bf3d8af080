//! A world: one possible state of the target, and the effects that lead to the next.
//!
//! The main type is [`World`]. It holds what exists, what has been learnt of it, and what the
//! judge must remember of the past. It knows nothing of rules and never decides what is permitted.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value};

/// Stands between the names of a [`Key`]; sorts before every character of a name.
const JOINT: char = '\u{1}';
/// Sorts right behind [`JOINT`].
const BEHIND_JOINT: char = '\u{2}';

/// How many uses of client tokens are remembered, the latest first. More than any trace has calls;
/// a server that runs for long forgets the oldest, as the documents leave open.
pub const MOST_TOKENS: usize = 1_024;

/// Which resource: its family and the names from the root down to its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Index into [`crate::api::Api::families`].
    pub family: usize,
    path: Arc<str>,
}

impl Key {
    /// The key of the resource of `family` with these names, outermost first.
    pub fn new<'n>(family: usize, names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut path = String::new();
        for (index, name) in names.into_iter().enumerate() {
            if index > 0 {
                path.push(JOINT);
            }
            path.push_str(name);
        }
        Self { family, path: path.into() }
    }

    /// Whether a name can stand in a key: it must not hold what joins names.
    pub fn can_hold(name: &str) -> bool {
        !name.contains([JOINT, BEHIND_JOINT])
    }

    /// The names, outermost first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.path.split(JOINT)
    }

    /// The resource's own name.
    pub fn name(&self) -> &str {
        self.path.rsplit(JOINT).next().unwrap_or(&self.path)
    }

    /// The names of the resource's parent, joined; empty at the root.
    pub fn parent_path(&self) -> &str {
        self.path.rsplit_once(JOINT).map_or("", |(parent, _)| parent)
    }

    /// The key of the ancestor of `family` at `depth`.
    pub fn ancestor(&self, family: usize, depth: usize) -> Self {
        let end = self.path.match_indices(JOINT).nth(depth).map_or(self.path.len(), |(at, _)| at);
        Self { family, path: self.path[..end].into() }
    }

    /// The bounds between which all descendants of this resource in `family` sort.
    fn descendants(&self, family: usize) -> (Self, Self) {
        let low = format!("{}{JOINT}", self.path);
        let high = format!("{}{BEHIND_JOINT}", self.path);
        (Self { family, path: low.into() }, Self { family, path: high.into() })
    }
}

/// A point in time as the target tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timestamp {
    /// Milliseconds since the epoch.
    pub ms: i64,
    /// Whether it was told in whole seconds.
    pub whole: bool,
}

impl Timestamp {
    /// Reads epoch seconds.
    pub fn read(value: &Value) -> Option<Self> {
        let seconds = value.as_f64()?;
        Some(Self { ms: (seconds * 1000.0).round() as i64, whole: seconds.fract() == 0.0 })
    }

    /// Whether both may tell the same moment: to the millisecond, or to the second where one of
    /// them is told no finer.
    pub fn matches(self, other: Self) -> bool {
        // One server may round the fraction where another part of it cuts it off.
        let tolerance_ms: u64 = if self.whole || other.whole { 999 } else { 1 };
        self.ms.abs_diff(other.ms) <= tolerance_ms
    }
}

/// What is known of a resource. A member that is none has not been seen yet: the target chooses it.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// How many resources had this name before, deleted or overwritten.
    pub generation: u32,
    /// The version that the next describe must show.
    pub version: Option<i64>,
    /// The unique identifier.
    pub uid: Option<Arc<str>>,
    /// The Amazon Resource Name.
    pub arn: Option<Arc<str>>,
    /// The owner of the root resource and of this one.
    pub owners: Option<(Arc<str>, Arc<str>)>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last updated.
    pub last_updated_at: Option<Timestamp>,
    /// The last accepted specification, as it was sent; none where the state is not known.
    pub spec: Option<Arc<Value>>,
    /// The specification before the last update.
    pub previous: Option<Arc<Value>>,
    /// The specification should have been refused, so what comes back of it is not judged.
    pub odd: bool,
    /// When the last change was answered, on the caller's clock.
    pub changed_ms: u64,
}

impl Resource {
    /// A resource fresh from a create.
    pub fn new(generation: u32, spec: Option<Arc<Value>>, changed_ms: u64) -> Self {
        Self {
            generation,
            version: Some(1),
            uid: None,
            arn: None,
            owners: None,
            created_at: None,
            last_updated_at: None,
            spec,
            previous: None,
            odd: false,
            changed_ms,
        }
    }
}

/// A client token that a call carried.
#[derive(Clone, Debug, PartialEq)]
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

/// A list that is being read page by page; kept under the token of its next page.
#[derive(Clone, Debug, PartialEq)]
pub struct Walk {
    /// The family that is listed.
    pub family: usize,
    /// The names of the parent, joined.
    pub parent: Arc<str>,
    /// The names on the pages so far.
    pub seen: BTreeSet<Arc<str>>,
    /// The names that came or went since the first page: they may appear or not.
    pub unsteady: BTreeSet<Arc<str>>,
    /// The limit of the last page.
    pub limit: Option<i64>,
    /// How many pages without an item have come.
    pub empty_pages: u32,
    /// The token has been sent already.
    pub used: bool,
    /// Nothing certain can be said of this walk any more.
    pub loose: bool,
}

impl Walk {
    /// A list that goes on from a token of another list: nothing certain can be said of it.
    pub(crate) fn strange(family: usize, parent: &str) -> Self {
        Self {
            family,
            parent: parent.into(),
            seen: BTreeSet::new(),
            unsteady: BTreeSet::new(),
            limit: None,
            empty_pages: 0,
            used: false,
            loose: true,
        }
    }
}

/// One possible state of the target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    resources: BTreeMap<Key, Arc<Resource>>,
    /// Deleted or overwritten resources: the last generation and uid under each name.
    past: BTreeMap<Key, (u32, Option<Arc<str>>)>,
    uids: BTreeMap<Arc<str>, (Key, u32)>,
    walks: BTreeMap<Arc<str>, Arc<Walk>>,
    tokens: VecDeque<TokenUse>,
    /// Resources that were overwritten: what lives in them is in doubt.
    shaken: BTreeSet<Key>,
    /// The most resources of a family that were held under one parent at once.
    peaks: BTreeMap<usize, usize>,
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

    /// Everything that exists, sorted by family and names.
    pub fn resources(&self) -> impl Iterator<Item = (&Key, &Resource)> {
        self.resources.iter().map(|(key, resource)| (key, resource.as_ref()))
    }

    /// The resources of `family` anywhere below `ancestor`.
    pub fn below(&self, family: usize, ancestor: &Key) -> impl Iterator<Item = (&Key, &Resource)> {
        let (low, high) = ancestor.descendants(family);
        self.resources.range(low..high).map(|(key, resource)| (key, resource.as_ref()))
    }

    /// The resources of `family` whose parent has these names, joined; all of them at the root.
    pub fn siblings<'w>(&'w self, family: usize, parent: &str) -> impl Iterator<Item = &'w Key> {
        let low = if parent.is_empty() { String::new() } else { format!("{parent}{JOINT}") };
        let high = if parent.is_empty() {
            "\u{10ffff}".to_owned()
        } else {
            format!("{parent}{BEHIND_JOINT}")
        };
        let low = Key { family, path: low.into() };
        let high = Key { family, path: high.into() };
        self.resources.range(low..high).map(|(key, _)| key)
    }

    /// How many generations the name has had, and the uid of the last one that is gone.
    pub fn past(&self, key: &Key) -> Option<&(u32, Option<Arc<str>>)> {
        self.past.get(key)
    }

    /// The generation that a create under this key begins.
    pub fn next_generation(&self, key: &Key) -> u32 {
        match (self.get(key), self.past.get(key)) {
            (Some(resource), _) => resource.generation + 1,
            (None, Some((generation, _))) => generation + 1,
            (None, None) => 0,
        }
    }

    /// Who has this uid.
    pub fn uid_owner(&self, uid: &str) -> Option<&(Key, u32)> {
        self.uids.get(uid)
    }

    /// The list that continues with this token.
    pub fn walk(&self, token: &str) -> Option<&Walk> {
        self.walks.get(token).map(Arc::as_ref)
    }

    /// Whether what lives in this resource is in doubt.
    pub fn is_shaken(&self, key: &Key) -> bool {
        self.shaken.contains(key)
    }

    /// The uses of a client token so far.
    pub fn token_uses<'w>(&'w self, token: &'w str) -> impl Iterator<Item = &'w TokenUse> {
        self.tokens.iter().filter(move |use_| &*use_.token == token)
    }

    /// The most resources of the family that one parent held at once.
    pub fn peak(&self, family: usize) -> usize {
        self.peaks.get(&family).copied().unwrap_or(0)
    }

    // Effects.

    /// Puts a resource under a key, over whatever was there; what lived in that stays.
    pub fn insert(&mut self, key: Key, resource: Resource) {
        if let Some(gone) = self.resources.remove(&key) {
            self.bury(&key, &gone);
        }
        self.unsettle(&key);
        self.learn_uid(&key, &resource);
        self.resources.insert(key.clone(), Arc::new(resource));
        // Counting siblings costs a scan; a root family has no quota to learn.
        if !key.parent_path().is_empty() {
            let count = self.siblings(key.family, key.parent_path()).count();
            let peak = self.peaks.entry(key.family).or_default();
            *peak = (*peak).max(count);
        }
    }

    /// Takes a resource away. What lived in it stays, out of reach until its parent is back.
    pub fn remove(&mut self, key: &Key) {
        if let Some(gone) = self.resources.remove(key) {
            self.bury(key, &gone);
            self.unsettle(key);
        }
    }

    /// Puts what lives in a resource in doubt.
    pub fn shake(&mut self, key: &Key) {
        self.shaken.insert(key.clone());
    }

    /// Forgets that a resource ever was under this key. For servers, which have no need to remember.
    pub fn forget(&mut self, key: &Key) {
        if let Some((_, Some(uid))) = self.past.remove(key) {
            self.uids.remove(&uid);
        }
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
        if let Some(resource) = self.resources.get_mut(key) {
            let resource = Arc::make_mut(resource);
            change(resource);
            if let Some(uid) = &resource.uid {
                let owner = (key.clone(), resource.generation);
                self.uids.entry(uid.clone()).or_insert(owner);
            }
        }
    }

    /// Notes that a resource is no longer as it was: lists that are being read may show it as it
    /// was or as it is.
    pub fn note_change(&mut self, key: &Key) {
        for walk in self.walks.values_mut() {
            if walk.family == key.family && &*walk.parent == key.parent_path() {
                Arc::make_mut(walk).unsteady.insert(key.name().into());
            }
        }
    }

    /// Marks the tokens of earlier calls on a resource as no longer the latest word.
    pub fn outdate_tokens(&mut self, key: &Key) {
        for use_ in self.tokens.iter_mut().filter(|use_| use_.key == *key) {
            use_.fresh = false;
        }
    }

    /// Remembers that a call carried a client token.
    pub fn record_token(&mut self, used: TokenUse) {
        let same = self.tokens.iter_mut().find(|known| {
            known.token == used.token
                && known.operation == used.operation
                && known.accepted
                && known.input == used.input
        });
        match same {
            Some(known) => {
                known.replays += 1;
                known.fresh |= used.accepted;
            }
            None => {
                self.tokens.truncate(MOST_TOKENS - 1);
                self.tokens.push_front(used);
            }
        }
    }

    /// Keeps a list under the token of its next page.
    pub fn keep_walk(&mut self, token: Arc<str>, walk: Walk) {
        self.walks.insert(token, Arc::new(walk));
    }

    /// Marks a page token as sent.
    pub fn use_page_token(&mut self, token: &str) {
        if let Some(walk) = self.walks.get_mut(token) {
            Arc::make_mut(walk).used = true;
        }
    }

    fn bury(&mut self, key: &Key, gone: &Resource) {
        self.past.insert(key.clone(), (gone.generation, gone.uid.clone()));
        self.outdate_tokens(key);
    }

    fn learn_uid(&mut self, key: &Key, resource: &Resource) {
        if let Some(uid) = &resource.uid {
            self.uids.entry(uid.clone()).or_insert((key.clone(), resource.generation));
        }
    }

    /// A name came or went: open lists of its parent may show it or not, and those of what lives
    /// in it are off.
    fn unsettle(&mut self, key: &Key) {
        if self.walks.is_empty() {
            return;
        }
        let name: Arc<str> = key.name().into();
        for walk in self.walks.values_mut() {
            if walk.family == key.family && &*walk.parent == key.parent_path() {
                Arc::make_mut(walk).unsteady.insert(name.clone());
            }
            let inside = walk.parent.strip_prefix(&*key.path);
            if inside.is_some_and(|rest| rest.is_empty() || rest.starts_with(JOINT)) {
                Arc::make_mut(walk).loose = true;
            }
        }
    }
}
