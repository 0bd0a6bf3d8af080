//! Paginations: lists that are being read page by page.
//!
//! The main type is [`Pagination`]; `Paginations` holds the latest ones. What a page must show is said in
//! `page_check`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::key::{JOINT, Key};

/// How many page tokens are remembered. Of a token that is forgotten nothing is expected.
const MOST_WALKS: usize = 512;

/// A list that is being read page by page; kept under the token of its next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pagination {
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

impl Pagination {
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

/// The lists that are being read, by the tokens of their next pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Paginations {
    paginations: BTreeMap<Arc<str>, Arc<Pagination>>,
    /// The tokens, the latest last.
    order: VecDeque<Arc<str>>,
}

impl Paginations {
    pub(super) fn is_empty(&self) -> bool {
        self.paginations.is_empty()
    }

    pub(super) fn get(&self, token: &str) -> Option<&Pagination> {
        self.paginations.get(token).map(Arc::as_ref)
    }

    pub(super) fn keep(&mut self, token: Arc<str>, walk: Pagination) {
        if self.paginations.insert(token.clone(), Arc::new(walk)).is_none() {
            self.order.push_back(token);
        }
        while self.order.len() > MOST_WALKS {
            if let Some(oldest) = self.order.pop_front() {
                self.paginations.remove(&oldest);
            }
        }
    }

    /// Marks a token as sent.
    pub(super) fn spend(&mut self, token: &str) {
        if let Some(walk) = self.paginations.get_mut(token) {
            Arc::make_mut(walk).used = true;
        }
    }

    /// A resource changed: open lists may show it as it was or as it is.
    pub(super) fn note_change(&mut self, key: &Key) {
        for walk in self.paginations.values_mut().filter(|walk| walk.shows(key)) {
            Arc::make_mut(walk).unsteady.insert(key.name().into());
        }
    }

    /// A name came or went: open lists of its parent may show it or not, and those of what lives
    /// in it are off.
    pub(super) fn unsettle(&mut self, key: &Key) {
        for walk in self.paginations.values_mut() {
            if walk.shows(key) {
                Arc::make_mut(walk).unsteady.insert(key.name().into());
            }
            let inside = walk.parent.strip_prefix(key.path());
            let inside = inside.is_some_and(|rest| rest.is_empty() || rest.starts_with(JOINT));
            if inside && !walk.loose {
                Arc::make_mut(walk).loose = true;
            }
        }
    }
}

impl Pagination {
    /// Whether the resource is one of those that are listed, so that the list may yet be wrong
    /// about it. Of a token that is spent nothing more is expected.
    fn shows(&self, key: &Key) -> bool {
        let open = !self.used && !self.loose;
        open && self.family == key.family && &*self.parent == key.parent_path()
    }
}
