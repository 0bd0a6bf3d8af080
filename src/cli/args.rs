//! The definitions of the arguments of all commands.
//!
//! The main type is [`Cli`].

use std::path::PathBuf;

use appmesh_model::api::Version;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::config::ConfigArgs;
use super::gate::BaselineArgs;
use super::merge::MergeArgs;
use super::preset::{self, Preset};
use super::report::ReportArgs;
use super::show::ShowArgs;
use super::snapshot_comparison::{self, CompareArgs};
use crate::campaign::MOST_AT_ONCE;
use crate::report::export;
use crate::shard::Shard;

/// How many calls a run makes if nobody says otherwise: all scenarios and as many random calls.
pub const DEFAULT_MAX_CALLS: u64 = 6_000;

/// The exit codes of commands that test a server.
const EXIT_CODES: &str = "\
Exit codes:
  0    conforms: no divergence found
  1    divergences found
  2    wrong usage or input
  3    inconclusive: the target cannot be reached, nothing on it succeeds, it leaves too many calls
       without an answer, or what diverged did not do so again
  130  interrupted (Ctrl-C or SIGTERM), whatever was found until then";

#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Test a server (this is what happens without a command)
    #[command(after_help = EXIT_CODES)]
    Run(Box<RunArgs>),
    /// Serve the API as the model has it, on the loopback interface
    Serve(ServeArgs),
    /// Run a saved trace again and say whether it still diverges
    #[command(after_help = EXIT_CODES)]
    Replay(ReplayArgs),
    /// Show a report again that was written as JSON, in any format
    Report(ReportArgs),
    /// Join reports that were written as JSON: the shards of a campaign, or several seeds
    Merge(MergeArgs),
    /// Write down what a report found as known, so that it does not fail later runs
    Baseline(BaselineArgs),
    /// Print every rule with its basis, statement and source
    Rules(RulesArgs),
    /// Print the JSON Schema of the JSON report
    Schema,
    /// Test the reference server with each of its faults switched on
    Faults(FaultsArgs),
    /// Print what makes a shell complete the arguments
    Completions(CompletionsArgs),
    /// Print the man page
    Man(ManArgs),
    /// Compare a report on standard input with snapshots, for another process of this program
    #[command(name = snapshot_comparison::COMMAND, hide = true)]
    CompareSnapshots(CompareArgs),
}

#[derive(Debug, Args)]
pub(super) struct TargetArgs {
    /// Server to test, as a URL [default: AWS_ENDPOINT_URL_APP_MESH or AWS_ENDPOINT_URL, else the embedded reference server]
    #[arg(long, value_name = "URL")]
    pub(super) endpoint: Option<String>,
    /// Version of the API
    #[arg(long, value_name = "VERSION", default_value = "2018-10-01", value_parser = version)]
    pub(super) api_version: Version,
    /// Fault of the embedded server, by its id (see `faults --list`)
    #[arg(long, value_name = "ID", conflicts_with = "endpoint")]
    pub(super) fault: Vec<String>,
    /// Let the embedded server choose at random where the documents are silent
    #[arg(long, value_name = "SEED", conflicts_with = "endpoint", value_parser = whole, allow_negative_numbers = true)]
    pub(super) choices: Option<u64>,
    /// How long to wait for an answer
    #[arg(long, value_name = "MS", default_value_t = 10_000, value_parser = positive, allow_negative_numbers = true)]
    pub(super) timeout_ms: u64,
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Server whose habits are known: takes its endpoint and version where you name none, and deletes EVERYTHING on it before the run
    #[arg(long, value_name = "NAME", value_parser = preset::parser(), conflicts_with_all = ["fault", "choices"])]
    pub(super) preset: Option<&'static Preset>,
    /// Seed of everything random: same seed, same calls
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole, allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// Most calls to make; shrinking, cleaning up and the corpus come on top
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_CALLS, value_parser = positive, allow_negative_numbers = true)]
    pub(super) max_calls: u64,
    /// Most seconds to run; cleaning up comes on top. Where it ends a run, the same seed need not give the same result
    #[arg(long, value_name = "N", value_parser = positive, allow_negative_numbers = true)]
    pub(super) max_time_s: Option<u64>,
    /// Traces to run at the same time [default: as many as the target's pace makes worth while]
    #[arg(long, value_name = "N", value_parser = at_once, allow_negative_numbers = true)]
    pub(super) concurrency: Option<usize>,
    /// Run only this share of the campaign, such as 2/4; `merge` joins the reports
    #[arg(long, value_name = "K/N", value_parser = Shard::parse, conflicts_with = "snapshots")]
    pub(super) shard: Option<Shard>,
    /// Report only on rules whose id matches, such as 'wire/*' or '*/list-*'
    #[arg(long, value_name = "GLOB")]
    pub(super) rule: Option<String>,
    /// Folder of traces that failed before: run first, kept up to date, and added to
    #[arg(long, value_name = "DIR")]
    pub(super) corpus: Option<PathBuf>,
    #[command(flatten)]
    pub(super) show: ShowArgs,
    /// Folder for the traces of findings; those of an earlier run are taken out [default: a new folder in the system's temporary one, of which ten are kept]
    #[arg(long, value_name = "DIR")]
    pub(super) save: Option<PathBuf>,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Port; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) port: u16,
    /// Version of the API
    #[arg(long, value_name = "VERSION", default_value = "2018-10-01", value_parser = version)]
    pub(super) api_version: Version,
    /// Do this wrong, by the fault's id (see `faults --list`); may be given several times
    #[arg(long, value_name = "ID")]
    pub(super) fault: Vec<String>,
    /// Choose at random where the documents are silent
    #[arg(long, value_name = "SEED", value_parser = whole, allow_negative_numbers = true)]
    pub(super) choices: Option<u64>,
    /// Let every answer wait for so long
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = whole, allow_negative_numbers = true)]
    pub(super) delay_ms: u64,
}

#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// Trace to run, as `run` saves it
    pub(super) trace: PathBuf,
    /// Server to run it on, as a URL [default: AWS_ENDPOINT_URL_APP_MESH or AWS_ENDPOINT_URL, else the embedded reference server]
    #[arg(long, value_name = "URL")]
    pub(super) endpoint: Option<String>,
    /// Fault of the embedded server
    #[arg(long, value_name = "ID", conflicts_with = "endpoint")]
    pub(super) fault: Vec<String>,
    /// Let the embedded server choose at random where the documents are silent
    #[arg(long, value_name = "SEED", conflicts_with = "endpoint", value_parser = whole, allow_negative_numbers = true)]
    pub(super) choices: Option<u64>,
    /// How long to wait for an answer
    #[arg(long, value_name = "MS", default_value_t = 10_000, value_parser = positive, allow_negative_numbers = true)]
    pub(super) timeout_ms: u64,
    /// Print the trace as a script instead of running it: curl, aws-cli or boto3
    #[arg(long, value_enum, hide_possible_values = true, value_name = "KIND", conflicts_with_all = ["fault", "choices", "timeout_ms"])]
    pub(super) export: Option<export::Kind>,
}

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// Version of the API
    #[arg(long, value_name = "VERSION", default_value = "2018-10-01", value_parser = version)]
    pub(super) api_version: Version,
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct FaultsArgs {
    /// Version of the API
    #[arg(long, value_name = "VERSION", default_value = "2018-10-01", value_parser = version)]
    pub(super) api_version: Version,
    /// Only list the faults
    #[arg(long)]
    pub(super) list: bool,
    /// The first seed
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole, allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// How many seeds to try on each fault
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub(super) seeds: u64,
    /// Write the scores as JSON, too
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Only faults whose id matches
    #[arg(long, value_name = "GLOB")]
    pub(super) fault: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell that is to read it
    #[arg(value_enum)]
    pub(super) shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Command whose page it is to be [default: that of the whole program]
    pub(super) command: Option<String>,
}

/// A number that need not be more than 0.
fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "use a whole number from 0 on".to_owned())
}

/// A number that must be more than 0.
fn positive(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "use a whole number from 1 on".to_owned())
}

fn at_once(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=MOST_AT_ONCE).contains(number));
    number.ok_or_else(|| format!("use a number from 1 to {MOST_AT_ONCE}"))
}

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Version::ALL.iter().map(|version| version.as_str()).collect();
        format!("the versions are {}", known.join(" and "))
    })
}
