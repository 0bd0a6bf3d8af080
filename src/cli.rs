//! The command line: arguments in, exit code out.
//!
//! The main function is [`main`]. Wrong usage and bad input end with one message and exit code 2.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

use appmesh_model::api::{Api, Version};
use appmesh_model::rule::RuleId;
use clap::{Args, Parser, Subcommand, ValueEnum};
use globset::Glob;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::campaign::{self, Plan};
use crate::event::{Event, Outcome};
use crate::execute::{Runner, Stop};
use crate::reference::fault::{self, Fault};
use crate::reference::{Reference, http};
use crate::report;
use crate::target::{Signer, Target};
use crate::trace::Trace;

/// How many calls a run makes if nobody says otherwise: all scenarios and as many random calls.
pub const DEFAULT_MAX_CALLS: u64 = 6_000;

/// How many calls a run against a seeded fault makes: all scenarios and some random calls.
const FAULT_MAX_CALLS: u64 = 2_500;

#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Test a server (this is what happens without a command)
    Run(RunArgs),
    /// Serve the API as the model has it, on the loopback interface
    Serve(ServeArgs),
    /// Run a saved trace again and say whether it still diverges
    Replay(ReplayArgs),
    /// Print every rule with its basis, statement and source
    Rules(RulesArgs),
    /// Test the reference server with each of its faults switched on
    Faults(FaultsArgs),
}

#[derive(Debug, Args)]
struct TargetArgs {
    /// Server to test, as a URL [default: the embedded reference server]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Version of the API
    #[arg(long, value_name = "VERSION", default_value = "2018-10-01", value_parser = version)]
    api_version: Version,
    /// Fault of the embedded server, by its id (see `faults --list`)
    #[arg(long, value_name = "ID", conflicts_with = "endpoint")]
    fault: Vec<String>,
    /// Let the embedded server choose at random where the documents are silent
    #[arg(long, value_name = "SEED", conflicts_with = "endpoint")]
    choices: Option<u64>,
    /// How long to wait for an answer
    #[arg(long, value_name = "MS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    timeout_ms: u64,
}

#[derive(Debug, Args)]
struct RunArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Seed of everything random: same seed, same calls
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Most calls to make; shrinking and cleaning up come on top
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_CALLS, value_parser = clap::value_parser!(u64).range(1..))]
    max_calls: u64,
    /// Report only on rules whose id matches, such as 'wire/*' or '*/list-*'
    #[arg(long, value_name = "GLOB")]
    rule: Option<String>,
    /// Write the report as JSON, too; - for standard output instead of the text
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Folder for the traces of findings [default: a folder in the system's temporary one]
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Port; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Version of the API
    #[arg(long, value_name = "VERSION", default_value = "2018-10-01", value_parser = version)]
    api_version: Version,
    /// Do this wrong, by the fault's id (see `faults --list`); may be given several times
    #[arg(long, value_name = "ID")]
    fault: Vec<String>,
    /// Choose at random where the documents are silent
    #[arg(long, value_name = "SEED")]
    choices: Option<u64>,
}

#[derive(Debug, Args)]
struct ReplayArgs {
    /// Trace to run, as `run` saves it
    trace: PathBuf,
    /// Server to run it on, as a URL [default: the embedded reference server]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Fault of the embedded server
    #[arg(long, value_name = "ID", conflicts_with = "endpoint")]
    fault: Vec<String>,
}

#[derive(Debug, Args)]
struct RulesArgs {
    /// Version of the API
    #[arg(long, value_name = "VERSION", default_value = "2018-10-01", value_parser = version)]
    api_version: Version,
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Debug, Args)]
struct FaultsArgs {
    /// Version of the API
    #[arg(long, value_name = "VERSION", default_value = "2018-10-01", value_parser = version)]
    api_version: Version,
    /// Only list the faults
    #[arg(long)]
    list: bool,
    /// Seed of every run
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Only faults whose id matches
    #[arg(long, value_name = "GLOB")]
    fault: Option<String>,
}

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Version::ALL.iter().map(|version| version.as_str()).collect();
        format!("the versions are {}", known.join(" and "))
    })
}

/// Something that the caller must mend: a message for exit code 2.
struct Wrong(String);

impl<E: std::error::Error> From<E> for Wrong {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return fail(&format!("cannot start: {error}")),
        };
    let result = runtime.block_on(async {
        match cli.command {
            None => run(cli.run).await,
            Some(Command::Run(args)) => run(args).await,
            Some(Command::Serve(args)) => serve(args).await,
            Some(Command::Replay(args)) => replay(args).await,
            Some(Command::Rules(args)) => rules(&args),
            Some(Command::Faults(args)) => faults(args).await,
        }
    });
    match result {
        Ok(code) => ExitCode::from(code),
        Err(Wrong(message)) => fail(&message),
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(2)
}

/// Writes to standard output; a reader that has gone away is no error.
fn print(text: &str) -> Result<(), Wrong> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// The endpoint that is asked for: the argument, or what AWS tools read from the environment.
fn endpoint(argument: Option<String>, embedded: bool) -> Option<String> {
    let read = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let from_env = || read("AWS_ENDPOINT_URL_APP_MESH").or_else(|| read("AWS_ENDPOINT_URL"));
    argument.or_else(|| if embedded { None } else { from_env() })
}

fn find_faults(api: &Api, ids: &[String]) -> Result<Vec<Fault>, Wrong> {
    ids.iter()
        .map(|id| {
            fault::find(api, id).ok_or_else(|| {
                Wrong(format!("version {} has no fault {id:?}: `appmesh-conformance faults --list --api-version {}` lists them", api.version, api.version))
            })
        })
        .collect()
}

/// A target with the server behind it, if that is our own.
struct Reached {
    target: Target,
    name: String,
    _embedded: Option<http::Running>,
}

async fn reach(args: &TargetArgs) -> Result<Reached, Wrong> {
    let api = Api::of(args.api_version);
    let faults = find_faults(api, &args.fault)?;
    let embedded = !faults.is_empty() || args.choices.is_some();
    match endpoint(args.endpoint.clone(), embedded) {
        Some(url) => {
            let target = Target::new(&url, Signer::from_env(), args.timeout_ms).map_err(Wrong)?;
            Ok(Reached { target, name: url, _embedded: None })
        }
        None => embed(api, args.choices, &faults, args.timeout_ms).await,
    }
}

async fn embed(
    api: &'static Api,
    choices: Option<u64>,
    faults: &[Fault],
    timeout_ms: u64,
) -> Result<Reached, Wrong> {
    let running = http::serve(Reference::new(api, choices, faults), 0).await?;
    let target = Target::new(&running.url(), Signer::from_env(), timeout_ms).map_err(Wrong)?;
    let with = faults.iter().map(|fault| format!(" with {}", fault.id)).collect::<String>();
    let name = format!("embedded reference server{with}");
    Ok(Reached { target, name, _embedded: Some(running) })
}

/// A word that no other run begins its names with.
fn run_name() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("act-{}", id.get(..6).unwrap_or("000000"))
}

async fn run(args: RunArgs) -> Result<u8, Wrong> {
    let api = Api::of(args.target.api_version);
    let rules = select_rules(api, args.rule.as_deref())?;
    if let Some(file) = args.json.as_deref().filter(|file| *file != Path::new("-")) {
        // Better to learn now than after a minute of testing that it cannot be written.
        fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file)
            .map_err(|error| Wrong(format!("cannot write {}: {error}", file.display())))?;
    }
    let reached = reach(&args.target).await?;
    let runner = Runner::new(api, reached.target.clone(), &run_name());
    stop_on_ctrl_c(&runner);
    let plan =
        Plan { seed: args.seed, max_calls: args.max_calls, rules, target: reached.name.clone() };
    let bar = progress_bar(args.max_calls);
    let outcome = campaign::run(&runner, &plan, &mut |event| show(&bar, event)).await;
    bar.finish_and_clear();

    // What was found is shown even if its traces cannot be saved.
    let (saved, unsaved) = match save_traces(&args, &outcome) {
        Ok(files) => (files, None),
        Err(wrong) => (Vec::new(), Some(wrong)),
    };
    let json = report::json::report(&outcome);
    let to_stdout = args.json.as_deref() == Some(Path::new("-"));
    if to_stdout {
        print(&format!("{json:#}\n"))?;
    } else {
        let on = replay_target(&args.target);
        let command = |number: usize| {
            let file = saved.get(number - 1)?;
            Some(format!("appmesh-conformance replay {}{on}", quoted(&file.display().to_string())))
        };
        print(&report::text::report(&outcome, &command))?;
    }
    if let (Some(file), false) = (&args.json, to_stdout) {
        fs::write(file, format!("{json:#}\n"))
            .map_err(|error| Wrong(format!("cannot write {}: {error}", file.display())))?;
    }
    unsaved.map_or(Ok(outcome.exit_code()), Err)
}

fn select_rules(api: &Api, glob: Option<&str>) -> Result<Vec<RuleId>, Wrong> {
    let Some(glob) = glob else { return Ok(api.catalogue.ids().collect()) };
    let matcher = Glob::new(glob)
        .map_err(|error| Wrong(format!("--rule {glob:?} is no pattern: {error}")))?
        .compile_matcher();
    let rules: Vec<RuleId> =
        api.catalogue.ids().filter(|id| matcher.is_match(&api.catalogue.get(*id).id)).collect();
    if rules.is_empty() {
        return Err(Wrong(format!(
            "no rule of version {} matches {glob:?}: `appmesh-conformance rules` lists them",
            api.version
        )));
    }
    Ok(rules)
}

/// Ctrl-C ends the run at the next call; what was made is deleted and what was found is reported.
fn stop_on_ctrl_c(runner: &Runner) {
    let switch = runner.interrupter();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            switch.store(true, Ordering::Relaxed);
            eprintln!("interrupted: deleting what was made; once more to leave at once");
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
}

fn progress_bar(max_calls: u64) -> ProgressBar {
    let to = if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(max_calls), to);
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} calls, {per_sec}, {msg}")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn show(bar: &ProgressBar, event: Event) {
    if let Event::Played { calls, rules, findings, .. } = event {
        bar.set_position(calls);
        bar.set_message(format!("{rules} rules tested, {findings} findings"));
    }
}

/// A path as a shell takes it for one word.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@".contains(c);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// Saves the trace of each finding. Returns the files in the order of the findings.
fn save_traces(args: &RunArgs, outcome: &Outcome) -> Result<Vec<PathBuf>, Wrong> {
    if outcome.findings.is_empty() {
        return Ok(Vec::new());
    }
    let default =
        || std::env::temp_dir().join(format!("appmesh-conformance-{}", std::process::id()));
    let folder = args.save.clone().unwrap_or_else(default);
    let failed =
        |error: io::Error| Wrong(format!("cannot save traces in {}: {error}", folder.display()));
    fs::create_dir_all(&folder).map_err(failed)?;
    let mut files = Vec::new();
    for (finding, number) in outcome.findings.iter().zip(1..) {
        let file = folder.join(format!("{number:03}-{}.json", finding.signature.operation));
        let trace = finding.shrunk.trace.to_json();
        fs::write(&file, format!("{trace:#}\n")).map_err(failed)?;
        files.push(file);
    }
    Ok(files)
}

fn replay_target(args: &TargetArgs) -> String {
    let faults = args.fault.iter().map(|fault| format!(" --fault {fault}")).collect::<String>();
    match endpoint(args.endpoint.clone(), !faults.is_empty() || args.choices.is_some()) {
        Some(url) => format!(" --endpoint {url}"),
        None => faults,
    }
}

async fn serve(args: ServeArgs) -> Result<u8, Wrong> {
    let api = Api::of(args.api_version);
    let faults = find_faults(api, &args.fault)?;
    let running = http::serve(Reference::new(api, args.choices, &faults), args.port)
        .await
        .map_err(|error| Wrong(format!("cannot listen on port {}: {error}", args.port)))?;
    print(&format!("listening on {}\n", running.url()))?;
    io::stdout().flush()?;
    tokio::signal::ctrl_c().await?;
    Ok(0)
}

async fn replay(args: ReplayArgs) -> Result<u8, Wrong> {
    let shown = args.trace.display();
    let text = fs::read_to_string(&args.trace)
        .map_err(|error| Wrong(format!("cannot read {shown}: {error}")))?;
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| Wrong(format!("{shown} is not JSON: {error}")))?;
    let trace = Trace::from_json(&value)
        .map_err(|error| Wrong(format!("{shown} is not a trace: {error}")))?;
    let api = Api::of(trace.version);
    for step in &trace.steps {
        if api.operation(&step.operation).is_none() {
            return Err(Wrong(format!(
                "{shown} is not a trace: version {} has no operation {:?}",
                trace.version, step.operation
            )));
        }
    }
    let target = TargetArgs {
        endpoint: args.endpoint,
        api_version: trace.version,
        fault: args.fault,
        choices: None,
        timeout_ms: 10_000,
    };
    let reached = reach(&target).await?;
    let runner = Runner::new(api, reached.target.clone(), &run_name());
    stop_on_ctrl_c(&runner);
    if let Err(reason) = runner.reach().await {
        print(&format!("inconclusive: the target cannot be reached: {reason}\n"))?;
        return Ok(3);
    }
    let execution = runner.execute(&trace, &Stop::default()).await;
    let mut out = String::new();
    for (played, number) in execution.played.iter().zip(1..) {
        report::text::call(number, played, &mut out);
        for divergence in
            execution.divergences.iter().filter(|divergence| divergence.step == number - 1)
        {
            let rule = api.catalogue.get(divergence.signature.rule);
            out.push_str(&format!(
                "        breaks {} at {}: permitted {}, observed {}\n",
                rule.id, divergence.signature.at, divergence.permitted, divergence.observed
            ));
        }
    }
    out.push_str(if execution.divergences.is_empty() {
        "no divergence\n"
    } else {
        "it still diverges\n"
    });
    print(&out)?;
    Ok(match (execution.divergences.is_empty(), execution.ended) {
        (false, _) => 1,
        (true, Some(_)) => 3,
        (true, None) => 0,
    })
}

fn rules(args: &RulesArgs) -> Result<u8, Wrong> {
    let rules = Api::of(args.api_version).catalogue.rules();
    match args.format {
        Format::Text => print(&report::text::rules(rules.iter()))?,
        Format::Json => {
            let rules: Vec<Value> = rules
                .iter()
                .map(|rule| json!({ "id": rule.id, "basis": rule.basis.as_str(), "statement": rule.statement, "source": rule.source }))
                .collect();
            print(&format!("{:#}\n", Value::Array(rules)))?;
        }
    }
    Ok(0)
}

async fn faults(args: FaultsArgs) -> Result<u8, Wrong> {
    let api = Api::of(args.api_version);
    let glob = args.fault.as_deref().unwrap_or("*");
    let matcher = Glob::new(glob)
        .map_err(|error| Wrong(format!("--fault {glob:?} is no pattern: {error}")))?
        .compile_matcher();
    let chosen: Vec<Fault> =
        fault::all(api).into_iter().filter(|fault| matcher.is_match(&fault.id)).collect();
    if chosen.is_empty() {
        return Err(Wrong(format!("no fault matches {glob:?}")));
    }
    if args.list {
        for fault in &chosen {
            print(&format!("{}\n    breaks {}: {}\n", fault.id, fault.rule, fault.summary))?;
        }
        return Ok(0);
    }
    let mut missed = 0;
    let width = chosen.iter().map(|fault| fault.id.len()).max().unwrap_or(0);
    print(&format!("{:width$}  found  on its rule  findings  calls  shortest\n", "fault"))?;
    for fault in &chosen {
        let score = score(api, fault, args.seed).await?;
        missed += usize::from(!score.by_rule);
        let yes = |flag: bool| if flag { "yes" } else { "NO" };
        print(&format!(
            "{:width$}  {:5}  {:11}  {:8}  {:5}  {:8}\n",
            fault.id,
            yes(score.found),
            yes(score.by_rule),
            score.findings,
            score.calls,
            score.shortest
        ))?;
    }
    print(&format!(
        "{} of {} faults found by their own rule\n",
        chosen.len() - missed,
        chosen.len()
    ))?;
    Ok(u8::from(missed > 0))
}

struct Score {
    found: bool,
    by_rule: bool,
    findings: usize,
    calls: u64,
    shortest: usize,
}

async fn score(api: &'static Api, fault: &Fault, seed: u64) -> Result<Score, Wrong> {
    let reached = embed(api, None, std::slice::from_ref(fault), 10_000).await?;
    let runner = Runner::new(api, reached.target.clone(), &run_name());
    let plan = Plan {
        seed,
        max_calls: FAULT_MAX_CALLS,
        rules: api.catalogue.ids().collect(),
        target: reached.name.clone(),
    };
    let outcome = campaign::run(&runner, &plan, &mut |_| {}).await;
    let own: Vec<_> = outcome
        .findings
        .iter()
        .filter(|finding| api.catalogue.get(finding.signature.rule).id == fault.rule)
        .collect();
    Ok(Score {
        found: !outcome.findings.is_empty(),
        by_rule: !own.is_empty(),
        findings: outcome.findings.len(),
        calls: outcome.calls,
        shortest: own.iter().map(|finding| finding.shrunk.trace.steps.len()).min().unwrap_or(0),
    })
}
