//! Members of a resource: which values one may have once answers contradict each other.
//!
//! The main type is [`Others`]. An answer that tells otherwise than was known may be wrong, or the
//! resource may be: from then on either may be told, until an operation that has not contradicted
//! anything tells one of them. It knows nothing of what any member means.

use std::sync::Arc;

use serde_json::Value;

use super::timestamp::{Owners, Timestamp};

/// After so many different values of one member, nothing can be said of it any more.
const MOST_VALUES: usize = 8;

/// A member of a resource, as it is kept.
pub trait MemberValue: Sized {
    /// The same as an answer tells it.
    type Told<'t>: Copy;

    /// Whether an answer tells this.
    fn is(&self, told: Self::Told<'_>) -> bool;

    /// Keeps what an answer tells.
    fn keep(told: Self::Told<'_>) -> Self;
}

/// The values that a member may have beside the one told last; the first is the one that was not
/// told against anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Others<T> {
    values: Vec<T>,
    /// The operations that told otherwise than was known. What one of them tells decides nothing.
    by: Vec<usize>,
}

impl<T> Default for Others<T> {
    fn default() -> Self {
        Self { values: Vec::new(), by: Vec::new() }
    }
}

impl<T> Others<T> {
    /// The values; empty if nothing was contradicted.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.values.iter()
    }

    /// Whether nothing was contradicted.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether so much was told that any value may be.
    pub fn is_exhausted(&self) -> bool {
        self.values.len() >= MOST_VALUES
    }

    /// The resource has changed, and each of the values with it.
    pub fn change(&mut self, change: impl FnMut(&mut T)) {
        self.values.iter_mut().for_each(change);
    }
}

impl<T: MemberValue> Others<T> {
    /// Whether what an answer tells may be one of them.
    pub fn include(&self, told: T::Told<'_>) -> bool {
        self.is_exhausted() || self.values.iter().any(|value| value.is(told))
    }

    /// Takes over what the answer to an operation tells of the member; `known` is what was told
    /// last.
    pub fn learn(&mut self, known: &mut Option<T>, told: Option<T::Told<'_>>, by: usize) {
        let Some(told) = told else { return };
        let Some(last) = known else {
            *known = Some(T::keep(told));
            return;
        };
        let is_last = last.is(told);
        let other = self.values.iter_mut().find(|value| value.is(told)).filter(|_| !is_last);
        if let Some(other) = other {
            std::mem::swap(last, other);
        } else if !is_last {
            let last = std::mem::replace(last, T::keep(told));
            if !self.is_exhausted() {
                self.values.push(last);
            }
            if !self.by.contains(&by) {
                self.by.push(by);
            }
            return;
        }
        if !self.by.contains(&by) {
            *self = Self::default();
        }
    }
}

impl MemberValue for i64 {
    type Told<'t> = Self;

    fn is(&self, told: Self) -> bool {
        *self == told
    }

    fn keep(told: Self) -> Self {
        told
    }
}

impl MemberValue for Timestamp {
    type Told<'t> = Self;

    fn is(&self, told: Self) -> bool {
        told.matches(*self)
    }

    fn keep(told: Self) -> Self {
        told
    }
}

impl MemberValue for Arc<str> {
    type Told<'t> = &'t str;

    fn is(&self, told: &str) -> bool {
        **self == *told
    }

    fn keep(told: &str) -> Self {
        told.into()
    }
}

impl MemberValue for Owners {
    type Told<'t> = (&'t str, &'t str);

    fn is(&self, told: (&str, &str)) -> bool {
        self.0.is(told.0) && self.1.is(told.1)
    }

    fn keep(told: (&str, &str)) -> Self {
        (told.0.into(), told.1.into())
    }
}

impl MemberValue for Arc<Value> {
    type Told<'t> = &'t Value;

    fn is(&self, told: &Value) -> bool {
        **self == *told
    }

    fn keep(told: &Value) -> Self {
        Self::new(told.clone())
    }
}
