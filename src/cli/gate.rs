//! The options of the gate, and the command that writes baselines.
//!
//! The main types are [`GateArgs`] and [`BaselineArgs`].

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use appmesh_model::api::{Api, Version};
use appmesh_model::rule::Basis;
use clap::Args;

use super::error::UsageError;
use super::output::read_report;
use super::print::{can_fill, print, write};
use super::snapshot_comparison::Difference;
use super::{atomic_write, snapshot_comparison};
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
    /// Folder of snapshots to compare with, one for each group of rules; a difference fails the run,
    /// is shown on standard error, and is left there for `cargo insta review`
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
}

/// What to write a baseline from.
#[derive(Debug, Args)]
pub(super) struct BaselineArgs {
    /// Report, as `--json` writes it
    report: PathBuf,
    /// Baseline to write; if it is there, reasons, days and comments in it are kept
    #[arg(long, value_name = "FILE", default_value = "appmesh-baseline.toml")]
    write: PathBuf,
    /// Why the new ones are accepted
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
}

impl GateArgs {
    /// Checks that the snapshots can be written.
    pub(super) fn check(&self) -> Result<(), UsageError> {
        self.snapshots.as_deref().map_or(Ok(()), can_fill)
    }

    /// The policy that is asked for, on this version of the API.
    pub(super) fn policy(&self, api_version: &str) -> Result<Policy, UsageError> {
        let read = |file: &PathBuf| read_baseline(file, api_version);
        let baseline = self.baseline.as_ref().map(read).transpose()?;
        let (strict, today) = (self.strict_baseline, Day::today());
        Ok(Policy { baseline, strict, basis: self.basis, today })
    }

    /// The exit code of a report that has been shown: 1 also if it differs from its snapshots.
    pub(super) fn exit_code(&self, report: &Report) -> Result<u8, UsageError> {
        let Some(folder) = &self.snapshots else { return Ok(report.exit_code()) };
        let differing = snapshot_comparison::compare(folder, report)?;
        if differing.is_empty() {
            return Ok(report.exit_code());
        }
        eprint!("{}", told(folder, &differing));
        Ok(1)
    }
}

/// The message on snapshots that differ from the report, with the differences.
fn told(folder: &Path, differing: &[Difference]) -> String {
    let folder = folder.display();
    let groups = |is: &dyn Fn(&Difference) -> bool| -> Vec<&str> {
        let differing = differing.iter().filter(|it| is(it));
        differing.map(|it| it.group.as_str()).collect()
    };
    let of_those = |groups: &[&str], one: &str, many: &str| {
        let what = counted(groups.len(), one, many);
        if groups.is_empty() { String::new() } else { format!("{what}: {}\n", groups.join(", ")) }
    };
    let mut out = of_those(
        &groups(&|it| it.diff.is_none() && it.waits),
        &format!("snapshot in {folder} is new and waits for `cargo insta review`"),
        &format!("snapshots in {folder} are new and wait for `cargo insta review`"),
    );
    out += &of_those(
        &groups(&|it| it.diff.is_none() && !it.waits),
        &format!("snapshot is not in {folder}"),
        &format!("snapshots are not in {folder}"),
    );
    out += &of_those(
        &groups(&|it| it.diff.is_some()),
        &format!("of the snapshots in {folder} differs"),
        &format!("of the snapshots in {folder} differ"),
    );
    for it in differing {
        if let Some(diff) = &it.diff {
            out += &format!("--- {}, as it was\n+++ {}, as it is\n{diff}", it.group, it.group);
        }
    }
    out
}

/// Checks that a baseline is about this version of the API, its rules and its operations.
fn is_about(baseline: &Baseline, api_version: &str) -> Result<(), String> {
    if baseline.api_version != api_version {
        return Err(format!(
            "the baseline is about version {}, and the run about {api_version}",
            baseline.api_version
        ));
    }
    let Some(api) = Version::parse(api_version).map(Api::of) else { return Ok(()) };
    for known in &baseline.known {
        let no_such = |kind: &str, name: &str| {
            format!(
                "the baseline has an entry on {name:?}, which is no {kind} of version {api_version}"
            )
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

/// Reads a baseline that is about this version of the API.
fn read_baseline(file: &Path, api_version: &str) -> Result<Baseline, UsageError> {
    let shown = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| UsageError(format!("cannot read {shown}: {error}")))?;
    as_baseline(file, &text, api_version)
}

/// Parses the text of a file as a baseline that is about this version of the API.
fn as_baseline(file: &Path, text: &str, api_version: &str) -> Result<Baseline, UsageError> {
    let wrong = |error| UsageError(format!("{}: {error}", file.display()));
    let baseline = Baseline::read(text).map_err(|error| wrong(error.to_string()))?;
    is_about(&baseline, api_version).map_err(wrong)?;
    Ok(baseline)
}

/// `baseline`: writes the findings of a report into a baseline.
pub(super) fn baseline(args: &BaselineArgs) -> Result<u8, UsageError> {
    let mut report = read_report(&args.report)?;
    if atomic_write::place_of(&args.report)
        .is_some_and(|it| Some(it) == atomic_write::place_of(&args.write))
    {
        let file = args.write.display();
        return Err(UsageError(format!(
            "{file} is the report itself: write the baseline elsewhere"
        )));
    }
    let (older, known) = match fs::read_to_string(&args.write) {
        Ok(text) => {
            let known = as_baseline(&args.write, &text, &report.api_version)?;
            (text, known)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            (String::new(), Baseline::empty(&report))
        }
        Err(error) => {
            return Err(UsageError(format!("cannot read {}: {error}", args.write.display())));
        }
    };
    let policy = Policy {
        baseline: Some(known.clone()),
        strict: false,
        basis: Basis::Inferred,
        today: Day::today(),
    };
    policy.apply(&mut report);
    let updated = known.updated(&report, args.reason.as_deref());
    write(&args.write, &updated.to_toml(&older))?;
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

fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why, or leave it out".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

fn basis(text: &str) -> Result<Basis, String> {
    let known = Basis::parse(text).filter(|basis| *basis != Basis::Silent);
    known.ok_or_else(|| "use stated, observed or inferred".to_owned())
}
