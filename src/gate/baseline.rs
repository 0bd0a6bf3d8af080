//! Baselines: lists of known and accepted findings.
//!
//! The main type is [`Baseline`]. It is read from a report in JSON, or from a short list in TOML
//! that people review and write comments into.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use thiserror::Error;
use toml::value::{Date, Datetime};

use crate::report::{Identity, NoReport, Report, Standing};

/// The findings that are known.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The version of the API that they are about.
    pub api_version: String,
    /// The findings.
    #[serde(default)]
    pub known: Vec<Known>,
}

/// A finding that is known.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The rule that is broken, by its id.
    pub rule: String,
    /// The operation that diverges.
    pub operation: String,
    /// The place in the answer.
    pub at: String,
    /// Why it is accepted.
    #[serde(default)]
    pub reason: Option<String>,
    /// The last day on which it is.
    #[serde(default)]
    pub expires: Option<Datetime>,
}

/// A text that is no baseline.
#[derive(Debug, Error)]
pub enum BaselineError {
    /// A text in JSON is no report.
    #[error(transparent)]
    Report(#[from] NoReport),
    /// A text in TOML is no baseline.
    #[error("it is no baseline: {0}")]
    Toml(#[from] toml::de::Error),
    /// An entry makes no sense.
    #[error("the entry on {identity} {problem}")]
    Entry {
        /// The finding of the entry.
        identity: Identity,
        /// The problem.
        problem: EntryProblem,
    },
    /// Two entries are about one finding.
    #[error("two entries are on {0}")]
    Twice(Identity),
}

/// A problem of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EntryProblem {
    /// It expires at a time without a day.
    #[error("expires on no day: write one like 2027-01-31")]
    NoDay,
    /// Its reason is blank.
    #[error("has an empty reason: say why it is accepted, or leave the reason out")]
    EmptyReason,
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// Today, in UTC.
    pub fn today() -> Self {
        let date = time::OffsetDateTime::now_utc().date();
        let year = u16::try_from(date.year()).unwrap_or(u16::MAX);
        Self { year, month: date.month().into(), day: date.day() }
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self { year: date.year, month: date.month, day: date.day }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Known {
    fn is(&self, identity: &Identity) -> bool {
        self.rule == identity.rule && self.operation == identity.operation && self.at == identity.at
    }

    /// The first problem of the entry, if it has one.
    fn problem(&self) -> Option<EntryProblem> {
        let has_no_day = self.expires.is_some_and(|expires| expires.date.is_none());
        let has_empty_reason = self.reason.as_ref().is_some_and(|it| it.trim().is_empty());
        (has_no_day.then_some(EntryProblem::NoDay))
            .or(has_empty_reason.then_some(EntryProblem::EmptyReason))
    }

    /// The finding that it is about.
    pub fn identity(&self) -> Identity {
        Identity { rule: self.rule.clone(), operation: self.operation.clone(), at: self.at.clone() }
    }

    /// The standing of the finding on a day.
    pub fn standing(&self, today: Day) -> Standing {
        let reason = self.reason.clone();
        match self.expires.and_then(|expires| expires.date).map(Day::from) {
            Some(last) if last < today => Standing::Expired { reason, expires: last.to_string() },
            _ => Standing::Known { reason },
        }
    }
}

impl Baseline {
    /// A baseline that knows nothing yet, for the version of the API that a report is on.
    pub fn empty(report: &Report) -> Self {
        Self { api_version: report.api_version.clone(), known: Vec::new() }
    }

    /// Reads a baseline: a report in JSON, or a list in TOML.
    ///
    /// # Errors
    /// If the text is neither, or an entry makes no sense.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        if text.trim_start().starts_with('{') {
            let report = Report::read(text)?;
            return Ok(Self::empty(&report).updated(&report, None));
        }
        let baseline: Self = toml::from_str(text)?;
        let mut identities = BTreeSet::new();
        for known in &baseline.known {
            let identity = known.identity();
            if let Some(problem) = known.problem() {
                return Err(BaselineError::Entry { identity, problem });
            }
            if !identities.insert(identity.clone()) {
                return Err(BaselineError::Twice(identity));
            }
        }
        Ok(baseline)
    }

    /// The entry that a finding has.
    pub fn find(&self, identity: &Identity) -> Option<&Known> {
        self.known.iter().find(|known| known.is(identity))
    }

    /// Everything that is known.
    pub fn identities(&self) -> impl Iterator<Item = Identity> {
        self.known.iter().map(Known::identity)
    }

    /// The baseline with the findings of this report. A known finding keeps its reason and its day.
    /// A fixed finding is left out. A finding that the run cannot decide about stays.
    #[must_use]
    pub fn updated(&self, report: &Report, reason: Option<&str>) -> Self {
        let found = report.findings.iter().map(|finding| match self.find(&finding.identity) {
            Some(known) => known.clone(),
            None => Known {
                rule: finding.identity.rule.clone(),
                operation: finding.identity.operation.clone(),
                at: finding.identity.at.clone(),
                reason: reason.map(str::to_owned),
                expires: None,
            },
        });
        let untold = report.gate.iter().flat_map(|gate| &gate.untold);
        let kept = untold.filter_map(|identity| self.find(identity)).cloned();
        let mut known: Vec<Known> = found.chain(kept).collect();
        known.sort_by_key(Known::identity);
        Self { api_version: report.api_version.clone(), known }
    }
}
