//! Reports: outcomes in, bytes out.
//!
//! The main type is [`Report`]: plain data, the same as the JSON report, so that what is read back
//! from a file is as good as what was just found. [`compose`] makes it from an outcome; each format
//! is a file of its own that knows nothing but the report.

use std::collections::{BTreeMap, BTreeSet};

use appmesh_model::observed::Answer;
use appmesh_model::rule::Basis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

pub mod compose;
mod coverage;
pub mod export;
mod gaps;
pub mod github;
pub mod html;
mod identity;
pub mod junit;
mod markdown_escape;
pub mod merge;
pub mod printable;
pub mod sarif;
pub mod schema;
pub mod snapshot;
mod standing;
mod styled_text;
pub mod text;
mod words;

pub use coverage::{Coverage, GapReport, Reason, UnreachedReport, UnvisitedReport};
pub use identity::Identity;
pub use standing::{CorpusReport, GateReport, Standing};
pub use words::counted;

use crate::campaign_outcome::{INTERRUPTED, RuleStatus};

/// What a run came to, ready to be shown, written, read and merged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The program that made it.
    pub tool: Tool,
    /// The version of the API that was tested.
    pub api_version: String,
    /// The URL that was tested, or the name of the embedded server.
    pub target: String,
    /// The seed.
    pub seed: u64,
    /// The most calls that the whole campaign may make in traces; none if joined reports differ in it.
    #[serde(default)]
    pub max_calls: Option<u64>,
    /// Which share of a campaign this is, such as `2/4`; none for a whole one.
    #[serde(default)]
    pub shard: Option<String>,
    /// Calls of traces, without those that shrank or cleaned up.
    pub calls: u64,
    /// Calls that cleaned up after traces.
    pub cleanup_calls: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Calls whose outcome is not known.
    pub lost: u64,
    /// Calls that were refused for want of rights.
    pub denied: u64,
    /// Why nothing can be concluded, if so.
    pub inconclusive: Option<String>,
    /// It was interrupted before its budget was used up.
    pub interrupted: bool,
    /// The time that there was for it was up before its calls were used up.
    #[serde(default)]
    pub time_up: bool,
    /// What could not be deleted, by its names without what each run puts before them.
    pub left_over: Vec<String>,
    /// What all names that were given begin with on the target, run by run; nothing if all was deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names_begin_with: Vec<String>,
    /// What was put to the test, and why not the rest.
    pub coverage: Coverage,
    /// Every rule that the report is about, in catalogue order.
    pub rules: Vec<RuleReport>,
    /// The bugs, in the order of rule, operation and place.
    pub findings: Vec<FindingReport>,
    /// Divergences that did not show each time.
    pub flaky: Vec<FlakyReport>,
    /// What became of the findings that were known before; none without a baseline.
    #[serde(default)]
    pub gate: Option<GateReport>,
    /// What became of the traces that failed before; none without a corpus.
    #[serde(default)]
    pub corpus: Option<CorpusReport>,
}

/// The program that made a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What is known of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleReport {
    /// The rule's id.
    pub id: String,
    /// How sure it is: stated, observed, inferred or silent.
    #[serde(with = "basis")]
    #[schemars(schema_with = "basis::schema")]
    pub basis: Basis,
    /// Whether it held.
    pub status: RuleStatus,
    /// How often it was put to the test.
    pub exercised: u64,
    /// The operations whose answers put it to the test.
    #[serde(default)]
    pub operations: BTreeSet<String>,
    /// The statement, in our own words.
    pub statement: String,
    /// Where it comes from.
    pub source: String,
}

/// A distinct bug.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingReport {
    /// Which bug it is.
    #[serde(flatten)]
    pub identity: Identity,
    /// How sure the rule is.
    #[serde(with = "basis")]
    #[schemars(schema_with = "basis::schema")]
    pub basis: Basis,
    /// What it means to the gate.
    #[serde(default)]
    pub standing: Standing,
    /// What was permitted there.
    pub permitted: String,
    /// What came.
    pub observed: String,
    /// The rule's statement, in our own words.
    pub statement: String,
    /// Where the rule comes from.
    pub source: String,
    /// With how many calls it was first seen, shrinking and cleaning up not counted.
    pub found_at_call: u64,
    /// The shortest trace that shows it, as it was played.
    pub trace: Vec<StepReport>,
    /// How the trace came to be so short.
    pub shrink: ShrinkReport,
    /// The trace as `replay` takes it.
    pub replay: Value,
}

/// How a trace was shrunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShrinkReport {
    /// Steps before.
    pub from_steps: usize,
    /// Steps after.
    pub to_steps: usize,
    /// Calls that it took, cleaning up included.
    pub calls: u64,
    /// The divergence was seen again on a fresh run of the result.
    pub reproduced: bool,
    /// Whether the result shows it on a new server, too; if not, it builds on what was done to the
    /// server before. None where no new server was to be had, or none was tried: after an
    /// interruption, and for what could not be shrunk.
    #[serde(default)]
    pub on_new_server: Option<bool>,
    /// How often each shrinking pass made the trace smaller, by its name; passes that did not are
    /// left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passes: BTreeMap<String, u64>,
}

impl ShrinkReport {
    /// Where the result was seen again, in words.
    pub fn seen_again(&self) -> &'static str {
        match (self.reproduced, self.on_new_server) {
            (false, _) => "not tried again",
            (true, Some(false)) => "seen again on a fresh run, but not on a new server",
            (true, _) => "seen again on a fresh run",
        }
    }
}

/// A call as it was played: what differs from run to run is taken out or named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepReport {
    /// The operation.
    pub operation: String,
    /// The HTTP method; empty if the call could not be made.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The body: JSON where it is JSON, else its text.
    pub body: Option<Value>,
    /// The HTTP status; none if no answer came.
    pub status: Option<u16>,
    /// The type of the error.
    pub error_type: Option<String>,
    /// The rest of the answer.
    pub response: Option<ResponseReport>,
    /// Why there is no answer, or nothing of its body.
    pub failure: Option<String>,
}

/// What a call was answered beside the status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResponseReport {
    /// The content type, if one was given.
    pub content_type: Option<String>,
    /// The body, if it is JSON and not very long.
    pub body: Option<Value>,
}

/// A divergence that does not show each time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FlakyReport {
    /// Which bug it would be.
    #[serde(flatten)]
    pub identity: Identity,
    /// What was permitted there.
    pub permitted: String,
    /// What came.
    pub observed: String,
    /// Times that it showed again.
    pub shown: u32,
    /// Times that the very same trace was run.
    pub tries: u32,
    /// The trace that showed it first, as it was played: not shrunk, as there is no telling by what
    /// does not show each time.
    #[serde(default)]
    pub trace: Vec<StepReport>,
    /// The trace as `replay` takes it.
    #[serde(default)]
    pub replay: Value,
}

/// A text that is no report.
#[derive(Debug, Error)]
#[error("it is no JSON report of this program: {0}")]
pub struct NoReport(#[from] serde_json::Error);

impl Report {
    /// The report that is written so.
    ///
    /// # Errors
    /// If the text is no report as JSON.
    pub fn read(text: &str) -> Result<Self, NoReport> {
        Ok(serde_json::from_str(text)?)
    }

    /// How many rules that can be broken have this status.
    pub fn count(&self, status: RuleStatus) -> usize {
        let can_break = self.rules.iter().filter(|rule| rule.basis != Basis::Silent);
        can_break.filter(|rule| rule.status == status).count()
    }

    /// How many rules are silent.
    pub fn silent(&self) -> usize {
        self.rules.iter().filter(|rule| rule.basis == Basis::Silent).count()
    }

    /// The number, counted from 1, of a finding.
    pub fn number(&self, identity: &Identity) -> Option<usize> {
        let index = self.findings.iter().position(|finding| finding.identity == *identity);
        index.map(|index| index + 1)
    }

    /// How many findings fail the run.
    pub fn failing(&self) -> usize {
        self.findings.iter().filter(|finding| finding.standing.fails()).count()
    }

    /// Whether the run fails because the baseline lists what is fixed.
    pub fn fails_as_fixed(&self) -> bool {
        self.gate.as_ref().is_some_and(|gate| gate.strict && !gate.fixed.is_empty())
    }

    /// Why it is not conclusive, if so: what went wrong, or that what diverged did not do so each
    /// time.
    pub fn doubt(&self) -> Option<&str> {
        let unsteady = "what diverged did not do so each time";
        let is_unsteady = self.failing() == 0 && !self.flaky.is_empty();
        self.inconclusive.as_deref().or(is_unsteady.then_some(unsteady))
    }

    /// The exit code that goes with it: [`INTERRUPTED`] if it was, else 1 if a finding fails the
    /// run, 3 if it is inconclusive or what diverged did not do so each time, else 0.
    pub fn exit_code(&self) -> u8 {
        if self.interrupted {
            INTERRUPTED
        } else if self.failing() > 0 || self.fails_as_fixed() {
            1
        } else if self.doubt().is_some() {
            3
        } else {
            0
        }
    }
}

impl StepReport {
    /// Status and error type of the answer; none if no answer came.
    pub fn answer(&self) -> Option<String> {
        let status = self.status?;
        Some(Answer::head_of(status, self.error_type.as_deref()))
    }
}

/// How a basis is written.
mod basis {
    use appmesh_model::rule::Basis;
    use schemars::{Schema, SchemaGenerator, json_schema};
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": Basis::ALL.map(Basis::as_str) })
    }

    pub fn serialize<S: Serializer>(basis: &Basis, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(basis.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Basis, D::Error> {
        let text = String::deserialize(from)?;
        Basis::parse(&text).ok_or_else(|| {
            de::Error::custom(format!(
                "{text:?} is no basis: use stated, observed, inferred or silent"
            ))
        })
    }
}
