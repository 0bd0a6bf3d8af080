//! Scripts that repeat the calls of a trace with curl, the AWS CLI or boto3.
//!
//! The main functions are [`of_finding`] and [`of_trace`]. A script really runs: its names begin
//! with a prefix of their own, page tokens are carried over, pauses are kept, and what it makes is
//! deleted at its end. This file has the parts that all kinds share; each kind has a file of its
//! own. Paths and members come from the model's tables.

pub use self::call::ExportError;
use self::script::Script;
use super::{FindingReport, Report};
use crate::trace::Trace;

mod aws_cli;
mod boto3;
mod call;
mod curl;
mod script;
mod shell;

/// The endpoint of a script if neither the report nor the user names one.
pub const DEFAULT_ENDPOINT: &str = "http://127.0.0.1:8080";

/// What a script is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// A shell script that calls curl
    Curl,
    /// A shell script that calls the AWS CLI, and curl for what that cannot send
    AwsCli,
    /// A Python program that uses the AWS SDK
    Boto3,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Curl, Self::AwsCli, Self::Boto3];

    /// Its name, as the command line takes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::AwsCli => "aws-cli",
            Self::Boto3 => "boto3",
        }
    }

    /// The extension of a file of this kind.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Curl | Self::AwsCli => "sh",
            Self::Boto3 => "py",
        }
    }
}

/// A text as a shell takes it for one word: quoted only where it must be.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { shell::quoted(text) }
}

/// The trace of a finding as a script. It ends by saying what the report says of the last call.
///
/// # Errors
/// If the report holds no trace that can be run.
pub fn of_finding(
    kind: Kind,
    report: &Report,
    finding: &FindingReport,
) -> Result<String, ExportError> {
    let trace = Trace::from_json(&finding.replay)?;
    let identity = &finding.identity;
    let mut title = vec![
        format!(
            "{} breaks {} ({}), found by {} {}.",
            identity.operation, identity.rule, finding.basis, report.tool.name, report.tool.version
        ),
        finding.statement.clone(),
        format!("Source: {}", finding.source),
        format!("Target: {}", report.target),
    ];
    let is_url = ["http://", "https://"].iter().any(|scheme| report.target.starts_with(scheme));
    if !is_url {
        let faults = report.target.split(" with ").skip(1);
        let faults: String = faults.map(|fault| format!(" --fault {fault}")).collect();
        title.push(format!(
            "Start it with: {} serve --port 8080 --api-version {}{faults}",
            report.tool.name, trace.version
        ));
    }
    let mut verdict = vec![format!(
        "What the report says of call {}, {}:",
        finding.trace.len(),
        identity.operation
    )];
    verdict.push(format!("  at         {}", identity.at));
    verdict.push(format!("  permitted  {}", finding.permitted));
    verdict.push(format!("  observed   {}", finding.observed));
    let answers = finding.trace.iter().map(|step| step.answer()).collect();
    let endpoint = if is_url { &report.target } else { DEFAULT_ENDPOINT };
    Ok(write(kind, &Script::new(&trace, endpoint, title, answers, verdict)?))
}

/// A trace as a script; `endpoint` is the URL that it calls unless its user says otherwise.
///
/// # Errors
/// If the trace cannot be run.
pub fn of_trace(kind: Kind, trace: &Trace, endpoint: Option<&str>) -> Result<String, ExportError> {
    let title = vec![format!("A trace of {}.", env!("CARGO_PKG_NAME"))];
    let endpoint = endpoint.unwrap_or(DEFAULT_ENDPOINT);
    Ok(write(kind, &Script::new(trace, endpoint, title, Vec::new(), Vec::new())?))
}

fn write(kind: Kind, script: &Script) -> String {
    match kind {
        Kind::Curl => curl::write(script),
        Kind::AwsCli => aws_cli::write(script),
        Kind::Boto3 => boto3::write(script),
    }
}
