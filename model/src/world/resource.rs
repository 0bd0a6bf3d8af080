//! Resources: what is known of one.
//!
//! The main type is [`Resource`]. It is plain data; what is made of it is said elsewhere. Where an
//! answer told otherwise than was known, [`Contradicted`] keeps what was known before.

use std::sync::Arc;

use serde_json::Value;

/// A point in time as the target tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// It answers although it must not exist: it may be gone all the same, and only seem to be there.
    pub revived: bool,
    /// When the last change was answered, on the caller's clock.
    pub changed_ms: u64,
    /// What was known before an answer told otherwise; none if no answer did.
    pub contradicted: Option<Arc<Contradicted>>,
}

/// What was known of a resource before an answer told otherwise. It cannot be said whether that
/// answer was wrong or the resource is: from then on either may be told. A member that is none was
/// not contradicted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contradicted {
    /// The operation whose answer told otherwise. What another one tells decides between the two.
    pub by: usize,
    /// See [`Resource::version`].
    pub version: Option<i64>,
    /// See [`Resource::uid`].
    pub uid: Option<Arc<str>>,
    /// See [`Resource::arn`].
    pub arn: Option<Arc<str>>,
    /// See [`Resource::owners`].
    pub owners: Option<(Arc<str>, Arc<str>)>,
    /// See [`Resource::created_at`].
    pub created_at: Option<Timestamp>,
    /// See [`Resource::last_updated_at`].
    pub last_updated_at: Option<Timestamp>,
    /// See [`Resource::spec`].
    pub spec: Option<Arc<Value>>,
    /// What was told instead of the specification was left over from the one before it, and so was
    /// hardly made up.
    pub left_over: bool,
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
            revived: false,
            changed_ms,
            contradicted: None,
        }
    }

    /// Whether this version may be told: none is known, or it is one of those that are possible.
    pub fn may_have_version(&self, version: i64) -> bool {
        let former = self.former(|former| former.version);
        self.version.is_none_or(|known| known == version) || former == Some(version)
    }

    /// Whether this unique identifier may be told.
    pub fn may_have_uid(&self, uid: &str) -> bool {
        let former = self.former(|former| former.uid.as_deref());
        self.uid.as_deref().is_none_or(|known| known == uid) || former == Some(uid)
    }

    /// Whether this Amazon Resource Name may be told.
    pub fn may_have_arn(&self, arn: &str) -> bool {
        let former = self.former(|former| former.arn.as_deref());
        self.arn.as_deref().is_none_or(|known| known == arn) || former == Some(arn)
    }

    /// Whether these owners may be told.
    pub fn may_have_owners(&self, owners: (&str, &str)) -> bool {
        let same = |known: &(Arc<str>, Arc<str>)| (&*known.0, &*known.1) == owners;
        let former = self.former(|former| former.owners.as_ref());
        self.owners.as_ref().is_none_or(same) || former.is_some_and(same)
    }

    /// Whether this may be told as the time of its creation.
    pub fn may_be_created_at(&self, time: Timestamp) -> bool {
        let former = self.former(|former| former.created_at);
        self.created_at.is_none_or(|known| time.matches(known))
            || former.is_some_and(|former| time.matches(former))
    }

    /// Whether this may be told as the time of its last update.
    pub fn may_be_updated_at(&self, time: Timestamp) -> bool {
        let former = self.former(|former| former.last_updated_at);
        self.last_updated_at.is_none_or(|known| time.matches(known))
            || former.is_some_and(|former| time.matches(former))
    }

    /// The specifications that it may have, the likelier one first. None where nothing is known.
    pub fn specs(&self) -> impl Iterator<Item = &Value> {
        let former = self.former(|former| former.spec.as_deref());
        self.spec.as_deref().into_iter().chain(former)
    }

    /// The specification that an update replaces.
    pub(crate) fn replaced(&self) -> Option<&Arc<Value>> {
        let former = self.former(|former| former.spec.as_ref().filter(|_| !former.left_over));
        former.or(self.spec.as_ref())
    }

    fn former<'r, T>(&'r self, member: impl FnOnce(&'r Contradicted) -> Option<T>) -> Option<T> {
        self.contradicted.as_deref().and_then(member)
    }
}
