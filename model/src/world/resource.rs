//! Resources: what is known of one.
//!
//! The main type is [`Resource`]. It is plain data; what is made of it is said elsewhere. Where an
//! answer told otherwise than was known, [`Contradicted`] keeps what was known before.

use std::sync::Arc;

use serde_json::Value;

use super::possible_values::{MemberValue, Others};
use super::timestamp::{Owners, Timestamp};

/// What was replaced longer ago is not remembered: so long after, nobody looks for it.
const MOST_FORMERS: usize = 8;

/// What is known of a resource. A member that is none has not been seen yet: the target chooses it.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub owners: Option<Owners>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last updated.
    pub last_updated_at: Option<Timestamp>,
    /// The last accepted specification, as it was sent; none where the state is not known.
    pub spec: Option<Arc<Value>>,
    /// The specifications that updates replaced, the last one first.
    pub formers: Vec<Arc<Value>>,
    /// The specification should have been refused, so what comes back of it is not judged.
    pub spec_in_doubt: bool,
    /// When the last change was answered, on the caller's clock.
    pub changed_ms: u64,
    /// What else its members may be, as answers told otherwise than was known; none if none did.
    pub contradicted: Option<Arc<Contradicted>>,
}

/// The other values that the members of a resource may have, because answers told otherwise than
/// was known. It cannot be said whether such an answer was wrong or the resource is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contradicted {
    /// See [`Resource::version`].
    pub version: Others<i64>,
    /// See [`Resource::uid`].
    pub uid: Others<Arc<str>>,
    /// See [`Resource::arn`].
    pub arn: Others<Arc<str>>,
    /// See [`Resource::owners`].
    pub owners: Others<Owners>,
    /// See [`Resource::created_at`].
    pub created_at: Others<Timestamp>,
    /// See [`Resource::last_updated_at`].
    pub last_updated_at: Others<Timestamp>,
    /// See [`Resource::spec`].
    pub spec: Others<Arc<Value>>,
    /// What was told in place of the specification and was left over from the one before it, and so
    /// was hardly made up.
    pub left_over: Option<Arc<Value>>,
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
            formers: Vec::new(),
            spec_in_doubt: false,
            changed_ms,
            contradicted: None,
        }
    }

    /// Whether this version may be told: none is known, or it is one of those that are possible.
    pub fn may_have_version(&self, version: i64) -> bool {
        self.may_have(self.version.as_ref(), |others| &others.version, version)
    }

    /// Whether this unique identifier may be told.
    pub fn may_have_uid(&self, uid: &str) -> bool {
        self.may_have(self.uid.as_ref(), |others| &others.uid, uid)
    }

    /// Whether this Amazon Resource Name may be told.
    pub fn may_have_arn(&self, arn: &str) -> bool {
        self.may_have(self.arn.as_ref(), |others| &others.arn, arn)
    }

    /// Whether these owners may be told.
    pub fn may_have_owners(&self, owners: (&str, &str)) -> bool {
        self.may_have(self.owners.as_ref(), |others| &others.owners, owners)
    }

    /// Whether this may be told as the time of its creation.
    pub fn may_be_created_at(&self, time: Timestamp) -> bool {
        self.may_have(self.created_at.as_ref(), |others| &others.created_at, time)
    }

    /// Whether this may be told as the time of its last update.
    pub fn may_be_updated_at(&self, time: Timestamp) -> bool {
        self.may_have(self.last_updated_at.as_ref(), |others| &others.last_updated_at, time)
    }

    /// The highest version that it may have; none where none is known.
    pub fn highest_version(&self) -> Option<i64> {
        let others = self.others(|others| &others.version);
        self.version.iter().chain(others).max().copied()
    }

    /// The earliest time at which it may have been updated last; none where none is known.
    pub fn earliest_update(&self) -> Option<Timestamp> {
        let others = self.others(|others| &others.last_updated_at);
        self.last_updated_at.iter().chain(others).min_by_key(|time| time.ms).copied()
    }

    /// The specifications that it may have, the one told last first. None where nothing is known.
    pub fn specs(&self) -> impl Iterator<Item = &Value> {
        self.spec.iter().chain(self.others(|others| &others.spec)).map(Arc::as_ref)
    }

    /// The specification that an update replaces.
    pub(crate) fn replaced(&self) -> Option<&Arc<Value>> {
        let left_over = self.contradicted.as_ref().and_then(|others| others.left_over.as_ref());
        left_over.or(self.others(|others| &others.spec).next()).or(self.spec.as_ref())
    }

    /// Takes the specification that an update stores.
    pub(crate) fn replace(&mut self, spec: Option<Arc<Value>>) {
        if let Some(replaced) = self.replaced().cloned() {
            self.formers.insert(0, replaced);
            self.formers.truncate(MOST_FORMERS);
        }
        self.spec = spec;
    }

    /// Changes what else its members may be.
    pub(crate) fn contradict(&mut self, change: impl FnOnce(&mut Self, &mut Contradicted)) {
        let mut others = self.contradicted.take().map(Arc::unwrap_or_clone).unwrap_or_default();
        change(self, &mut others);
        self.contradicted = (others != Contradicted::default()).then(|| Arc::new(others));
    }

    fn may_have<'r, T: MemberValue + 'r>(
        &'r self,
        known: Option<&T>,
        others: impl Fn(&'r Contradicted) -> &'r Others<T>,
        told: T::Told<'_>,
    ) -> bool {
        let among = |contradicted| others(contradicted).include(told);
        known.is_none_or(|known| known.is(told)) || self.contradicted.as_deref().is_some_and(among)
    }

    fn others<'r, T: 'r>(
        &'r self,
        member: impl Fn(&'r Contradicted) -> &'r Others<T>,
    ) -> impl Iterator<Item = &'r T> {
        self.contradicted.as_deref().into_iter().flat_map(move |others| member(others).iter())
    }
}
