//! Coverage items: what a run is to put to the test, one by one.
//!
//! The main types are [`CoverageItem`] and [`ItemTable`], which numbers those that a coverage
//! suite comes to.

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;
use appmesh_model::situation::{Sequel, Situation};
use indexmap::IndexSet;

use crate::execute::Visited;

/// One item of coverage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoverageItem {
    /// A situation that a call is made in.
    Visit(Situation),
    /// A call that follows a change.
    Sequel(Sequel),
    /// A rule that an answer is judged by.
    Rule(RuleId),
    /// A rule that an answer of this operation is judged by: each may break it by itself.
    RuleAt(usize, RuleId),
    /// A call of this operation that a correct server gives no occasion to make.
    Beyond(usize),
}

impl CoverageItem {
    /// Every item that a call put to the test.
    pub fn all(api: &Api, visited: &Visited) -> impl Iterator<Item = Self> {
        let rules = visited.exercised.iter().copied();
        let at = move |rule| visited.operation.map(|operation| Self::RuleAt(operation, rule));
        rules
            .filter(|rule| api.catalogue.get(*rule).can_break())
            .flat_map(move |rule| std::iter::once(Self::Rule(rule)).chain(at(rule)))
            .chain(visited.situation.clone().map(Self::Visit))
            .chain(visited.sequel.map(Self::Sequel))
    }

    /// Whether it is a situation or a sequel, which reports count; what rules were put to the test
    /// they say rule by rule.
    pub fn is_situation(&self) -> bool {
        matches!(self, Self::Visit(_) | Self::Sequel(_))
    }

    /// Whether a correct server gives an occasion to make it.
    pub fn is_offered(&self) -> bool {
        !matches!(self, Self::Beyond(_))
    }

    /// The item in words.
    pub fn describe(&self, api: &Api) -> String {
        match self {
            Self::Visit(situation) => situation.describe(api),
            Self::Sequel(sequel) => sequel.describe(api),
            Self::Rule(rule) => api.catalogue.get(*rule).id.clone(),
            Self::RuleAt(operation, rule) => format!(
                "{} at {}",
                api.catalogue.get(*rule).id,
                api.operations[*operation].table.name
            ),
            Self::Beyond(operation) => {
                format!("{} where there is nothing left", api.operations[*operation].table.name)
            }
        }
    }
}

/// The number of an item in an [`ItemTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(usize);

impl ItemId {
    /// The number as an index into a list with a place for each of [`ItemTable::items`].
    pub fn index(self) -> usize {
        self.0
    }
}

/// The items that a coverage suite comes to, with their numbers. Items are large, and there are many:
/// what plans with them compares their numbers.
#[derive(Debug, Default)]
pub struct ItemTable(IndexSet<CoverageItem>);

impl ItemTable {
    /// The number of an item, which gets one if it has none.
    pub fn number(&mut self, item: CoverageItem) -> ItemId {
        ItemId(self.0.insert_full(item).0)
    }

    /// The number of an item; none if the coverage suite does not come to it.
    pub fn id(&self, item: &CoverageItem) -> Option<ItemId> {
        self.0.get_index_of(item).map(ItemId)
    }

    /// The item of a number.
    pub fn get(&self, id: ItemId) -> &CoverageItem {
        &self.0[id.0]
    }

    /// All items, by their numbers.
    pub fn items(&self) -> impl ExactSizeIterator<Item = &CoverageItem> {
        self.0.iter()
    }
}
