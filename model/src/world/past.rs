//! The past: what was under a name before, and who had which uid.
//!
//! The main type is `Past`. What is gone for long is forgotten, so that a belief that lasts for
//! long does not grow.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use super::key::{Key, KeyRef, Sorted};
use super::resource::Resource;

/// How many resources that are gone are remembered. More than any trace has calls; what is
/// forgotten can be taken for new, never for wrong.
const MOST_GONE: usize = 4_096;

/// A generation of a name, with its uid where that is known.
pub(super) type Generation = (u32, Option<Arc<str>>);

/// What was, and every uid that was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Past {
    /// Deleted or overwritten resources: the last generation and uid under each name.
    last: BTreeMap<Key, Generation>,
    uids: BTreeMap<Arc<str>, (Key, u32)>,
    /// What is gone, the latest last.
    gone: VecDeque<(Key, Generation)>,
}

impl Past {
    pub(super) fn last(&self, key: &Key) -> Option<&Generation> {
        self.last.get(key)
    }

    pub(super) fn knows(&self, key: KeyRef<'_>) -> bool {
        self.last.contains_key(&key as &dyn Sorted)
    }

    /// Whether anything of this family that is gone lived below this resource.
    pub(super) fn knows_below(&self, family: usize, ancestor: &Key) -> bool {
        let path = ancestor.path();
        let low = KeyRef { family, path };
        let bounds = (Bound::Included(&low as &dyn Sorted), Bound::Unbounded);
        self.last
            .range::<dyn Sorted, _>(bounds)
            .map(|(key, _)| key)
            .take_while(|key| key.family == family && key.sorts_with(path))
            .any(|key| key.is_below(path))
    }

    pub(super) fn uid_owner(&self, uid: &str) -> Option<&(Key, u32)> {
        self.uids.get(uid)
    }

    /// A resource is gone from under its key.
    pub(super) fn bury(&mut self, key: &Key, resource: &Resource) {
        // Of two that it may have had, neither is known to be its own.
        let doubtful = resource.contradicted.as_ref().is_some_and(|others| !others.uid.is_empty());
        let generation = (resource.generation, resource.uid.clone().filter(|_| !doubtful));
        self.last.insert(key.clone(), generation.clone());
        self.push_gone(key, generation);
    }

    /// A resource shows this uid.
    pub(super) fn learn_uid(&mut self, key: &Key, resource: &Resource) {
        if let Some(uid) = &resource.uid {
            self.uids.entry(uid.clone()).or_insert((key.clone(), resource.generation));
        }
    }

    /// A resource no longer shows a uid that it had.
    pub(super) fn outdate_uid(&mut self, key: &Key, generation: u32, uid: Arc<str>) {
        self.push_gone(key, (generation, Some(uid)));
    }

    /// Forgets that a resource ever was under this key.
    pub(super) fn forget(&mut self, key: &Key) {
        if let Some((_, Some(uid))) = self.last.remove(key) {
            self.uids.remove(&uid);
        }
    }

    fn push_gone(&mut self, key: &Key, generation: Generation) {
        self.gone.push_back((key.clone(), generation));
        if self.gone.len() <= MOST_GONE {
            return;
        }
        let Some((key, generation)) = self.gone.pop_front() else { return };
        if self.last.get(&key) == Some(&generation) {
            self.last.remove(&key);
        }
        let (number, Some(uid)) = generation else { return };
        if self.uids.get(&uid) == Some(&(key, number)) {
            self.uids.remove(&uid);
        }
    }
}
