//! The gate on the command line: what is known, and how it is written down.
//!
//! The main types are [`GateArgs`] and [`BaselineArgs`].

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use appmesh_model::api::{Api, Version};
use appmesh_model::rule::Basis;
use clap::Args;

use super::output::read_report;
use super::{Wrong, print, snapshots, write};
use crate::gate::Policy;
use crate::gate::baseline::{Baseline, Day};
use crate::report::{Report, counted};

/// Which findings fail a run.
#[derive(Debug, Args)]
pub(super) struct GateArgs {
    /// Known findings: a report in JSON, or a list as `baseline` writes it; only others fail the run
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// A known finding that is there no more fails the run, too
    #[arg(long, requires = "baseline")]
    strict_baseline: bool,
    /// How sure a rule must be to fail the run: stated, observed or inferred
    #[arg(long, value_name = "BASIS", default_value = "inferred", value_parser = basis)]
    basis: Basis,
    /// Folder of snapshots to compare with, one for each group of rules; a difference fails the run
    /// and is left there for `cargo insta review`
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
}

/// What to write a baseline from.
#[derive(Debug, Args)]
pub(super) struct BaselineArgs {
    /// Report, as `--json` writes it
    report: PathBuf,
    /// Baseline to write; if it is there, reasons and days in it are kept
    #[arg(long, value_name = "FILE", default_value = "appmesh-baseline.toml")]
    write: PathBuf,
    /// Why the new ones are accepted
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl GateArgs {
    /// The policy that is asked for, on this version of the API.
    pub(super) fn policy(&self, api_version: &str) -> Result<Policy, Wrong> {
        let baseline = self.baseline.as_deref().map(read_baseline).transpose()?;
        if let Some(baseline) = &baseline {
            is_about(baseline, api_version)?;
        }
        let (strict, today) = (self.strict_baseline, Day::today());
        Ok(Policy { baseline, strict, basis: self.basis, today })
    }

    /// The exit code of a report that has been shown: 1 also if it differs from its snapshots.
    pub(super) fn exit_code(&self, report: &Report) -> Result<u8, Wrong> {
        let Some(folder) = &self.snapshots else { return Ok(report.exit_code()) };
        let differing = snapshots::compare(folder, report)?;
        if differing.is_empty() {
            return Ok(report.exit_code());
        }
        let folder = folder.display();
        let differ = if differing.len() == 1 { "differs" } else { "differ" };
        eprintln!(
            "{} of the snapshots in {folder} {differ}: {}",
            differing.len(),
            differing.join(", ")
        );
        Ok(1)
    }
}

/// Sees to it that a baseline is about this version of the API, and about what there is in it.
fn is_about(baseline: &Baseline, api_version: &str) -> Result<(), Wrong> {
    if baseline.api_version != api_version {
        return Err(Wrong(format!(
            "the baseline is about version {}, and the run about {api_version}",
            baseline.api_version
        )));
    }
    let Some(api) = Version::parse(api_version).map(Api::of) else { return Ok(()) };
    for known in &baseline.known {
        let no_such = |kind: &str, name: &str| {
            Wrong(format!(
                "the baseline has an entry on {name:?}, which is no {kind} of version {api_version}"
            ))
        };
        if api.catalogue.find(&known.rule).is_none() {
            return Err(no_such("rule", &known.rule));
        }
        if api.operation(&known.operation).is_none() {
            return Err(no_such("operation", &known.operation));
        }
    }
    Ok(())
}

fn read_baseline(file: &Path) -> Result<Baseline, Wrong> {
    let text = fs::read_to_string(file)
        .map_err(|error| Wrong(format!("cannot read {}: {error}", file.display())))?;
    Baseline::read(&text).map_err(|error| Wrong(format!("{}: {error}", file.display())))
}

/// `baseline`: writes down what a report found as known.
pub(super) fn baseline(args: &BaselineArgs) -> Result<u8, Wrong> {
    let mut report = read_report(&args.report)?;
    let known = match fs::metadata(&args.write) {
        Ok(_) => read_baseline(&args.write)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Baseline::empty(&report),
        Err(error) => {
            return Err(Wrong(format!("cannot read {}: {error}", args.write.display())));
        }
    };
    is_about(&known, &report.api_version)?;
    let policy = Policy {
        baseline: Some(known.clone()),
        strict: false,
        basis: Basis::Inferred,
        today: Day::today(),
    };
    policy.apply(&mut report);
    let updated = known.updated(&report, args.reason.as_deref());
    write(&args.write, &updated.to_toml()?)?;
    let kept = updated.identities().filter(|identity| known.find(identity).is_some()).count();
    print(&format!(
        "{}: {}, {} of them new; {} left out\n",
        args.write.display(),
        counted(updated.known.len(), "known finding", "known findings"),
        updated.known.len() - kept,
        counted(known.known.len() - kept, "fixed one", "fixed ones"),
    ))?;
    Ok(0)
}

fn basis(text: &str) -> Result<Basis, String> {
    let known = Basis::parse(text).filter(|basis| *basis != Basis::Silent);
    known.ok_or_else(|| "use stated, observed or inferred".to_owned())
}
