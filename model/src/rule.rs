//! Rules: what a document says, in our own words, and where it says so.
//!
//! The main type is [`Rule`]; a [`Catalogue`] holds those of one API version. A rule knows nothing
//! of calls or replies: the expectations name rules, never the other way round.

use std::fmt;

use crate::error::ErrorKind;

/// How sure we are of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// A document or the service model says it.
    Stated,
    /// The live service was recorded or quoted doing it.
    Observed,
    /// Follows from what is stated or observed.
    Inferred,
    /// Nothing is known: every answer is permitted and no target can break the rule.
    Silent,
}

impl Basis {
    /// Every basis, the surest first.
    pub const ALL: [Self; 4] = [Self::Stated, Self::Observed, Self::Inferred, Self::Silent];

    /// The basis that is written so; none if there is no such basis.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == text)
    }

    /// The basis in lower case, as reports and the JSON output write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Observed => "observed",
            Self::Inferred => "inferred",
            Self::Silent => "silent",
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The place of a rule in its [`Catalogue`]. Cheap to copy; means nothing in another catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub(crate) u16);

impl RuleId {
    /// The index of the rule in [`Catalogue::rules`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a rule is about, for code that tells rules apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// A call is refused with this error.
    Refusal(ErrorKind),
    /// A request is refused in which a member is missing or out of its bounds.
    Bound {
        /// The member stands in a specification.
        in_spec: bool,
    },
    /// A valid call succeeds.
    Success,
    /// A property of the answer to a successful call.
    Answer,
    /// A property of every answer.
    Wire,
    /// The documents leave open what happens.
    Open,
}

/// A rule of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name, `family/what`; scripts and baselines depend on it.
    pub id: String,
    /// What it is about.
    pub kind: RuleKind,
    /// How sure we are.
    pub basis: Basis,
    /// The statement, in our own words.
    pub statement: String,
    /// Document, page and member that it comes from.
    pub source: String,
}

impl Rule {
    /// Whether a target can break the rule at all.
    pub fn can_break(&self) -> bool {
        self.basis != Basis::Silent
    }
}

/// The group of a rule, from its id: the part before the slash.
pub fn group(id: &str) -> &str {
    id.split_once('/').map_or(id, |(group, _)| group)
}

/// The rules of one API version, in the order in which the families define them.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    rules: Vec<Rule>,
}

impl Catalogue {
    /// All rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule behind an id that this catalogue gave out.
    pub fn get(&self, id: RuleId) -> &Rule {
        &self.rules[id.index()]
    }

    /// The id of the rule with this name, if there is one.
    pub fn find(&self, name: &str) -> Option<RuleId> {
        let index = self.rules.iter().position(|rule| rule.id == name)?;
        Some(RuleId(index as u16))
    }

    /// All ids, in catalogue order.
    pub fn ids(&self) -> impl Iterator<Item = RuleId> {
        (0..self.rules.len()).map(|index| RuleId(index as u16))
    }

    /// The source of a rule, to complete it.
    pub(crate) fn source_mut(&mut self, id: RuleId) -> &mut String {
        &mut self.rules[id.index()].source
    }

    /// Adds a rule, or returns the one that already has this name: two operations that share a
    /// member share its rules.
    pub(crate) fn add(&mut self, rule: Rule) -> RuleId {
        if let Some(known) = self.find(&rule.id) {
            return known;
        }
        self.rules.push(rule);
        RuleId((self.rules.len() - 1) as u16)
    }
}
