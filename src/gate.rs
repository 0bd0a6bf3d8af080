//! The gate: which findings make a run fail, and which are known.
//!
//! The main type is [`Policy`]. It marks the findings of a report and must not depend on campaigns.
//! A finding is known by its identity: rule, operation and place, never by its trace.

use appmesh_model::rule::Basis;

use crate::report::{GateReport, Identity, Reason, Report, Standing};

pub mod baseline;
mod edit;

use baseline::{Baseline, Day};

/// Which findings make a run fail.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The findings that are known.
    pub baseline: Option<Baseline>,
    /// Whether a known finding that is fixed fails the run, too.
    pub strict: bool,
    /// The least sure basis whose rules fail a run.
    pub basis: Basis,
    /// The day on which to judge.
    pub today: Day,
}

impl Policy {
    /// Marks the findings of a report.
    pub fn apply(&self, report: &mut Report) {
        for finding in &mut report.findings {
            let known = self.baseline.as_ref().and_then(|known| known.find(&finding.identity));
            finding.standing = match known {
                Some(known) => known.standing(self.today),
                None => Standing::New,
            };
            if finding.basis > self.basis && finding.standing.fails() {
                finding.standing = Standing::Tolerated;
            }
        }
        report.gate = self.baseline.as_ref().map(|baseline| self.compare(baseline, report));
    }

    fn compare(&self, baseline: &Baseline, report: &Report) -> GateReport {
        let is_cut = report.shard.is_some() || report.interrupted || report.time_up;
        let is_whole = !is_cut && report.inconclusive.is_none();
        // If the budget was too small for all situations of an operation, the situation of a known
        // finding may be one that was not tried.
        let is_short = |operation: &str| {
            report.coverage.unvisited.iter().any(|unvisited| {
                let words = unvisited.situation.split_once(' ');
                unvisited.gap.reason == Reason::Budget
                    && words.is_some_and(|(first, _)| first == operation)
            })
        };
        let was_tested = |identity: &Identity| {
            let rule = report.rules.iter().find(|rule| rule.id == identity.rule);
            rule.is_some_and(|rule| rule.operations.contains(&identity.operation))
                && !is_short(&identity.operation)
        };
        let is_flaky =
            |identity: &Identity| report.flaky.iter().any(|flaky| flaky.identity == *identity);
        let gone = baseline.identities().filter(|identity| report.number(identity).is_none());
        let (fixed, untold) =
            gone.partition(|identity| is_whole && was_tested(identity) && !is_flaky(identity));
        GateReport { fixed, untold, strict: self.strict }
    }
}
