//! Where the server cuts lists otherwise than it should.
//!
//! The main type is [`Cut`]: how a page is cut, which a fault can change.

use std::borrow::Cow;

use appmesh_model::world::{Key, Resource, World};

use super::super::fault::act::{Cutting, What};
use super::Sabotage;
use super::edit::Editing;
use super::history::Leaf;

/// So many results are on a page at the most.
const MOST_RESULTS: usize = 100;

/// How a page is cut from a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) struct Cut {
    /// How many results there are in all.
    pub count: usize,
    /// The index of the first one on the page.
    pub start: usize,
    /// The most that are on the page.
    pub size: usize,
    /// A page that is exactly full is followed by another.
    pub late_end: bool,
    /// So is the last one.
    pub endless: bool,
    /// The last page has an empty token.
    pub empty_token: bool,
}

impl Sabotage {
    /// What is listed although it is gone.
    pub(in crate::reference) fn ghost(&self, key: &Key, world: &World) -> Option<(Key, Resource)> {
        let last = self.history.last_gone(key)?;
        let shown = self.does(What::Cut(Cutting::LastDeleted))
            || (last.youngest && self.does(What::Cut(Cutting::YoungestDeleted)));
        let gone = (last.key.clone(), last.resource.clone());
        (shown && !world.contains(&last.key)).then_some(gone)
    }

    /// Whether a resource is left out of lists.
    pub(in crate::reference) fn hides(&self, key: &Key, world: &World) -> bool {
        let hides = self.does(What::Cut(Cutting::NoRecreated));
        hides && self.history.gone(key).is_some() && world.contains(key)
    }

    /// Changes how a page is cut.
    pub(in crate::reference) fn cut(&self, cut: &mut Cut) {
        for what in self.misdeeds() {
            let What::Cut(cutting) = what else { continue };
            let left = cut.count.saturating_sub(cut.start);
            match cutting {
                Cutting::Skip => cut.start += 1,
                Cutting::Overlap => cut.start = cut.start.saturating_sub(1),
                Cutting::OneMore => cut.size += 1,
                Cutting::Everything => cut.size = cut.count,
                Cutting::FirstHundred => cut.count = cut.count.min(MOST_RESULTS),
                Cutting::EmptyToken => cut.empty_token = true,
                Cutting::FullEmptyToken => cut.empty_token = left == cut.size,
                Cutting::RepeatAfterFull => {
                    cut.late_end |= left == cut.size;
                    let before = self.facts.leaf.filter(|leaf| leaf.full);
                    if before.is_some_and(|leaf| leaf.shown == cut.count) {
                        cut.start = cut.start.saturating_sub(1);
                    }
                }
                Cutting::Endless => cut.endless = true,
                Cutting::ByOffset => {
                    // Only what goes shifts the pages; what comes would repeat results.
                    let shown = self.facts.leaf.map_or(0, |leaf| leaf.shown);
                    cut.start = cut.start.max(shown);
                }
                Cutting::LastDeleted | Cutting::YoungestDeleted | Cutting::NoRecreated => {}
            }
        }
    }

    /// Changes a resource as a list shows it.
    pub(in crate::reference) fn listed<'r>(
        &self,
        key: &Key,
        resource: &'r Resource,
    ) -> Cow<'r, Resource> {
        let editing = Editing { name: key.name().to_owned(), ..Editing::default() };
        let mut listed = Cow::Borrowed(resource);
        for what in self.misdeeds() {
            if let What::Item(edit) = what {
                editing.apply(edit, listed.to_mut());
            }
        }
        listed
    }

    /// Takes note of the token for the page after this one.
    pub(in crate::reference) fn turned(&mut self, token: &str, shown: usize, full: bool) {
        if self.is_idle() {
            return;
        }
        let last = self.facts.leaf;
        let leaf = Leaf {
            page: last.map_or(1, |leaf| leaf.page + 1),
            shown: last.map_or(0, |leaf| leaf.shown) + shown,
            full,
            limit: self.facts.limit,
        };
        self.history.turned(token, leaf);
    }
}
