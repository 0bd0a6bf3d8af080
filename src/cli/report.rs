//! The `report` command: a report once more, or one of its findings.

use std::path::PathBuf;

use clap::Args;

use super::error::UsageError;
use super::output::read_report;
use super::print::print;
use super::show::ShowArgs;
use crate::report::{FindingReport, Report, export, text};

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

/// Shows a report, or a finding of it. Returns the exit code.
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
