//! Judgement and output of a report, for `run`, `report` and `merge`. It must not depend on campaigns.

use clap::Args;

use super::error::UsageError;
use super::gate::GateArgs;
use super::output::OutputArgs;
use crate::gate::Policy;
use crate::report::Report;

/// How a report is judged, and where it goes.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    #[command(flatten)]
    gate: GateArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

impl ShowArgs {
    /// Checks that a report on this version of the API can be judged and written, and returns the
    /// policy. The check comes first, so that an error does not follow a minute of testing.
    pub(super) fn prepare(&self, api_version: &str) -> Result<Policy, UsageError> {
        self.output.check()?;
        self.gate.check()?;
        self.gate.policy(api_version)
    }

    /// Judges a report and writes it. Returns the exit code. `replay` gives the command that runs a
    /// finding again, by its number from 1.
    pub(super) fn show(
        &self,
        policy: &Policy,
        report: &mut Report,
        replay: &dyn Fn(usize) -> Option<String>,
    ) -> Result<u8, UsageError> {
        policy.apply(report);
        self.output.emit(report, replay)?;
        self.gate.exit_code(report)
    }

    /// The same for a report that is there already.
    pub(super) fn show_at_once(&self, mut report: Report) -> Result<u8, UsageError> {
        let policy = self.prepare(&report.api_version)?;
        self.show(&policy, &mut report, &|_| None)
    }
}
