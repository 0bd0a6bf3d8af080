//! The part of a campaign that a run does: all of it, one shard, or the traces for one rule.
//!
//! The main type is [`Scope`].

use std::fmt;

use appmesh_model::rule::RuleId;
use thiserror::Error;

/// How many parts a campaign has that know nothing of each other, and the most machines that can
/// share it.
pub const PARTITIONS: usize = 16;

/// How much of a campaign is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    #[default]
    Whole,
    /// The share of one of several machines.
    Shard(Shard),
    /// Only what puts this rule to the test.
    Rule(RuleId),
}

impl Scope {
    /// Whether this partition is run.
    pub fn has_partition(self, partition: usize) -> bool {
        match self {
            Self::Whole => true,
            Self::Shard(shard) => partition % shard.of == shard.number - 1,
            Self::Rule(_) => partition == 0,
        }
    }
}

/// A text that is no shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("write which of how many, such as 2/4; there can be {PARTITIONS} at most")]
pub struct NoShard;

/// One machine of several that share a campaign. Written `2/4`: the second of four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: usize,
    of: usize,
}

impl Shard {
    /// How many shards there are.
    pub fn of(self) -> usize {
        self.of
    }

    /// All of them.
    pub fn all(self) -> impl Iterator<Item = Self> {
        (1..=self.of).map(move |number| Self { number, of: self.of })
    }

    /// The shard that is written so.
    ///
    /// # Errors
    /// If the text has another form, or a number is out of bounds.
    pub fn parse(text: &str) -> Result<Self, NoShard> {
        let parts = text.split_once('/');
        let numbers = parts.and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=PARTITIONS).contains(&of) && (1..=of).contains(&number) => {
                Ok(Self { number, of })
            }
            _ => Err(NoShard),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}
