//! Keys: which resource is meant.
//!
//! The main type is [`Key`]. It knows the order of names, not what they stand for.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::sync::Arc;

/// Stands between the names of a [`Key`]; sorts before every character of a name.
pub(super) const JOINT: char = '\u{1}';
/// Sorts right behind [`JOINT`].
const BEHIND_JOINT: char = '\u{2}';
/// The same as a string.
const BEHIND: &str = "\u{2}";

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
        let mut names = names.into_iter();
        let first = names.next().unwrap_or_default();
        let Some(second) = names.next() else { return Self { family, path: first.into() } };
        let mut path = String::with_capacity(first.len() + second.len() + 32);
        path.push_str(first);
        for name in std::iter::once(second).chain(names) {
            path.push(JOINT);
            path.push_str(name);
        }
        Self { family, path: path.into() }
    }

    /// The key of the resource that a [`KeyRef`] means.
    pub(super) fn of(key: KeyRef<'_>) -> Self {
        Self { family: key.family, path: key.path.into() }
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

    /// The names, joined.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The same, for whoever outlives the key.
    pub(super) fn shared_path(&self) -> Arc<str> {
        self.path.clone()
    }

    /// The names of the resource's parent, joined; empty at the root.
    pub fn parent_path(&self) -> &str {
        self.path.rsplit_once(JOINT).map_or("", |(parent, _)| parent)
    }

    /// The key of the ancestor of `family` at `depth`.
    pub fn ancestor(&self, family: usize, depth: usize) -> Self {
        Self::of(self.ancestor_ref(family, depth))
    }

    /// The same, to look it up.
    pub(crate) fn ancestor_ref(&self, family: usize, depth: usize) -> KeyRef<'_> {
        let end = self.path.match_indices(JOINT).nth(depth).map_or(self.path.len(), |(at, _)| at);
        KeyRef { family, path: &self.path[..end] }
    }

    /// Whether the resource lives somewhere below another.
    pub(crate) fn is_inside(&self, other: &Self) -> bool {
        self.is_below(&other.path)
    }

    /// Whether the resource lives somewhere below the one with these names, joined; everything
    /// lives below none.
    pub(super) fn is_below(&self, path: &str) -> bool {
        path.is_empty() || self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with(JOINT))
    }

    /// Whether the key, which does not sort before `path`, sorts before everything that comes
    /// behind what lives below `path`.
    pub(super) fn sorts_with(&self, path: &str) -> bool {
        let rest = self.path.strip_prefix(path);
        path.is_empty() || rest.is_some_and(|rest| rest < BEHIND)
    }
}

/// A key that is only looked up: nothing is copied for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyRef<'p> {
    /// Index into [`crate::api::Api::families`].
    pub family: usize,
    /// The names, joined.
    pub path: &'p str,
}

/// What keys are sorted by, owned or not: a map of [`Key`]s is searched with a [`KeyRef`].
pub(super) trait Sorted {
    /// Family, then names.
    fn parts(&self) -> (usize, &str);
}

impl Sorted for Key {
    fn parts(&self) -> (usize, &str) {
        (self.family, &self.path)
    }
}

impl Sorted for KeyRef<'_> {
    fn parts(&self) -> (usize, &str) {
        (self.family, self.path)
    }
}

impl<'p> Borrow<dyn Sorted + 'p> for Key {
    fn borrow(&self) -> &(dyn Sorted + 'p) {
        self
    }
}

impl PartialEq for dyn Sorted + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for dyn Sorted + '_ {}

impl PartialOrd for dyn Sorted + '_ {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for dyn Sorted + '_ {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}
