//! Judgement and output of a report, for `run`, `report` and `merge`.
//!
//! The main type is [`ShowArgs`]. It must not depend on campaigns.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::atomic_write;
use super::error::UsageError;
use super::gate::GateArgs;
use super::output::{OutputArgs, read_report};
use super::print::print;
use crate::gate::Policy;
use crate::report::{self, FindingReport, Report, export, text};

/// How a report is judged, and where it goes.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    #[command(flatten)]
    gate: GateArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The options that are about the whole report.
const ELSEWHERE: [&str; 9] = [
    "format",
    "json",
    "junit",
    "sarif",
    "html",
    "baseline",
    "strict_baseline",
    "basis",
    "snapshots",
];

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Report, as `--json` writes it
    pub(super) report: PathBuf,
    /// Print the trace of a finding as a script instead of the report: curl, aws-cli or boto3
    #[arg(long, value_enum, hide_possible_values = true, value_name = "KIND", conflicts_with_all = ELSEWHERE)]
    pub(super) export: Option<export::Kind>,
    /// Show, or export, only this finding, by its number [default of --export: the only one]
    #[arg(long, value_name = "N", conflicts_with_all = ELSEWHERE)]
    pub(super) finding: Option<usize>,
    #[command(flatten)]
    pub(super) show: ShowArgs,
}

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// Reports, as `--json` writes them
    #[arg(required = true)]
    pub(super) reports: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) show: ShowArgs,
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
    fn show_at_once(&self, mut report: Report) -> Result<u8, UsageError> {
        let policy = self.prepare(&report.api_version)?;
        self.show(&policy, &mut report, &|_| None)
    }
}

/// `report`: a report once more.
pub(super) fn report(args: &ReportArgs) -> Result<u8, UsageError> {
    let report = read_report(&args.report)?;
    if let Some(kind) = args.export {
        let (_, finding) = chosen(&report, args.finding)?;
        print(&export::of_finding(kind, &report, finding)?)?;
        return Ok(0);
    }
    if args.finding.is_some() {
        let (number, finding) = chosen(&report, args.finding)?;
        print(&text::finding(finding, number, args.show.output.look()))?;
        return Ok(0);
    }
    args.show.show_at_once(report)
}

/// `merge`: several reports as one.
pub(super) fn merge(args: &MergeArgs) -> Result<u8, UsageError> {
    let mut places = BTreeSet::new();
    let twice = |file: &&PathBuf| atomic_write::place_of(file).is_some_and(|it| !places.insert(it));
    if let Some(file) = args.reports.iter().find(twice) {
        return Err(UsageError(format!("{} is given twice", file.display())));
    }
    let reports: Result<Vec<_>, UsageError> =
        args.reports.iter().map(|file| read_report(file)).collect();
    let merged = report::merge::merge(&reports?)
        .map_err(|error| UsageError(format!("the reports cannot be joined: {error}")))?;
    args.show.show_at_once(merged)
}

/// The finding of this number, or the only one, with its number.
fn chosen(report: &Report, number: Option<usize>) -> Result<(usize, &FindingReport), UsageError> {
    match (number, report.findings.as_slice()) {
        (None, [only]) => Ok((1, only)),
        (None, []) => Err(UsageError("the report has no findings".to_owned())),
        (None, all) => Err(UsageError(format!(
            "the report has {} findings: choose one by --finding",
            all.len()
        ))),
        (Some(number), all) => {
            let finding = number.checked_sub(1).and_then(|at| all.get(at));
            finding.map(|finding| (number, finding)).ok_or_else(|| {
                UsageError(format!("there is no finding {number}: the report has {}", all.len()))
            })
        }
    }
}
