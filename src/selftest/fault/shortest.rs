//! Shortest traces: how few calls can show each fault.
//!
//! The main type is [`Shortest`]. Most records come from a search through all traces (`search`),
//! whose results are kept in `minima/` and checked by the test of that name. Where no search gets so
//! deep, the fault's behaviour gives a lower bound.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use appmesh_model::api::{Api, Version};
use appmesh_model::{DEFAULT_LIMIT, MOST_EMPTY_PAGES};
use serde::Deserialize;

use super::behaviour::{Behaviour, Cutting, Mutation, When};

/// How few calls can show a fault by its own rule, on a server that was not used before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortest {
    /// A trace of so many calls shows it, and none of fewer.
    Exactly(usize),
    /// No trace of fewer calls shows it.
    AtLeast {
        /// So many.
        calls: usize,
        /// Why no search can tell more.
        reason: String,
    },
}

impl Shortest {
    /// The number of calls that are needed at least.
    pub const fn calls(&self) -> usize {
        match self {
            Self::Exactly(calls) | Self::AtLeast { calls, .. } => *calls,
        }
    }

    /// Why it is a lower bound; none if it is exact.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Exactly(_) => None,
            Self::AtLeast { reason, .. } => Some(reason),
        }
    }
}

impl fmt::Display for Shortest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(calls) => write!(f, "{calls}"),
            Self::AtLeast { calls, .. } => write!(f, "at least {calls}"),
        }
    }
}

/// The record of a fault, without the members that only the test reads.
#[derive(Deserialize)]
struct Entry {
    /// The length of the shortest trace, if a search found it.
    shortest: Option<usize>,
    /// If not: no trace of fewer calls shows the fault.
    at_least: Option<usize>,
}

type Records = BTreeMap<String, Entry>;

static PREVIEW: LazyLock<Records> =
    LazyLock::new(|| records(include_str!("../minima/2018-10-01.json")));
static GENERAL: LazyLock<Records> =
    LazyLock::new(|| records(include_str!("../minima/2019-01-25.json")));

/// The records of a file; none of one that cannot be read, which a test would show.
fn records(text: &str) -> Records {
    serde_json::from_str(text).unwrap_or_default()
}

/// The record of a fault; none if there is none.
pub(super) fn of(
    api: &Api,
    id: &str,
    behaviour: Behaviour,
    family: Option<usize>,
) -> Option<Shortest> {
    if let Some(bound) = bound(api, behaviour, family) {
        return Some(bound);
    }
    let records = match api.version {
        Version::V2018_10_01 => &PREVIEW,
        Version::V2019_01_25 => &GENERAL,
    };
    let entry = records.get(id)?;
    entry.shortest.map(Shortest::Exactly).or_else(|| {
        let calls = entry.at_least?;
        let reason = format!(
            "a search through all traces of {} calls came to too many states to go on",
            calls.saturating_sub(1)
        );
        Some(Shortest::AtLeast { calls, reason })
    })
}

/// The lower bound that a behaviour sets by itself, where it needs more calls than a search can try.
pub(super) fn bound(api: &Api, behaviour: Behaviour, family: Option<usize>) -> Option<Shortest> {
    let Behaviour { when, mutation, .. } = behaviour;
    let full_page = usize::try_from(DEFAULT_LIMIT).ok()?;
    let many = when == When::OverHundred
        || mutation == Mutation::Cut(Cutting::Everything)
        || (when == When::FullLimit && mutation == Mutation::Cut(Cutting::OneMore));
    let parents = api.families[family?].lineage.len() - 1;
    let in_parents = match parents {
        0 => String::new(),
        1 => ", in one parent".to_owned(),
        count => format!(", in {count} parents"),
    };
    let (calls, reason) = if when == When::Hundred {
        (full_page + 1, format!("{full_page} must exist before the one that is refused"))
    } else if many {
        (full_page + 2, format!("{} must exist before the list", full_page + 1))
    } else if mutation == Mutation::Cut(Cutting::Endless) {
        let empty_pages = usize::try_from(MOST_EMPTY_PAGES).ok()? + 1;
        // One result, its page, and the empty ones.
        let reason = format!(
            "a list that shows something may go on with {MOST_EMPTY_PAGES} empty pages before it \
             must end"
        );
        (2 + empty_pages, reason)
    } else {
        return None;
    };
    Some(Shortest::AtLeast { calls: calls + parents, reason: reason + &in_parents })
}
