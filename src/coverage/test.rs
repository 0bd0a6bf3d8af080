//! Tests: the items that coverage counts.
//!
//! The main types are [`Test`] and [`TestTable`], which numbers the tests that a coverage suite makes.

use std::collections::{BTreeSet, HashMap};

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;
use appmesh_model::situation::{Sequel, Situation};

use crate::execute::Visited;

/// One item of coverage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
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

impl Test {
    /// Every test that a call made.
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

    /// What it is, in words.
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

/// The number of a test in a [`TestTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TestId(usize);

impl TestId {
    /// The number as an index into a list of [`TestTable::len`] items.
    pub fn index(self) -> usize {
        self.0
    }
}

/// Every test that a coverage suite makes, numbered in their order. Tests are large, and there are many:
/// what plans with them compares their numbers.
#[derive(Debug)]
pub struct TestTable {
    tests: Vec<Test>,
    ids: HashMap<Test, TestId>,
}

impl TestTable {
    /// The table of these tests.
    pub fn new(tests: BTreeSet<Test>) -> Self {
        let tests: Vec<Test> = tests.into_iter().collect();
        let ids = tests.iter().cloned().zip((0..).map(TestId)).collect();
        Self { tests, ids }
    }

    /// How many tests there are.
    pub fn len(&self) -> usize {
        self.tests.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// The number of a test; none if the coverage suite does not make it.
    pub fn id(&self, test: &Test) -> Option<TestId> {
        self.ids.get(test).copied()
    }

    /// The test of a number.
    pub fn get(&self, id: TestId) -> &Test {
        &self.tests[id.0]
    }

    /// All tests with their numbers, in order.
    pub fn iter(&self) -> impl Iterator<Item = (TestId, &Test)> {
        (0..).map(TestId).take(self.tests.len()).zip(&self.tests)
    }
}
