//! The `merge` command: several reports as one.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::atomic_write;
use super::error::UsageError;
use super::output::read_report;
use super::show::ShowArgs;
use crate::report;

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// Reports, as `--json` writes them
    #[arg(required = true)]
    pub(super) reports: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) show: ShowArgs,
}

/// Joins reports and shows the result. Returns the exit code.
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
