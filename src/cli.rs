//! The command line: arguments in, exit code out.
//!
//! The main function is [`main`]. Wrong usage and bad input end with one message and exit code 2.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use appmesh_model::api::Api;
use serde::Serialize;
use serde_json::{Value, json};

mod args;
mod config;
mod endpoint;
mod faults;
mod gate;
mod layers;
mod manual;
mod nearest;
mod output;
mod preset;
mod progress;
mod replay;
mod run;
mod save;
mod show;
mod snapshots;
mod traces;

pub use args::DEFAULT_MAX_CALLS;
use args::{Command, Format, RulesArgs, ServeArgs};
use endpoint::{find_faults, interrupted};

use crate::reference::{Reference, http};
use crate::report;

/// Something that the caller must mend: a message for exit code 2.
struct UsageError(String);

impl<E: std::error::Error> From<E> for UsageError {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match layers::parse(std::env::args_os().collect()) {
        Ok(cli) => cli,
        Err(UsageError(message)) => return fail(&message),
    };
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return fail(&format!("cannot start: {error}")),
        };
    let result = runtime.block_on(async {
        match cli.command {
            None => run::run(cli.run).await,
            Some(Command::Run(args)) => run::run(*args).await,
            Some(Command::Serve(args)) => serve(args).await,
            Some(Command::Replay(args)) => replay::replay(args).await,
            Some(Command::Report(args)) => show::report(&args),
            Some(Command::Merge(args)) => show::merge(&args),
            Some(Command::Baseline(args)) => gate::baseline(&args),
            Some(Command::Rules(args)) => rules(&args),
            Some(Command::Schema) => schema(),
            Some(Command::Faults(args)) => faults::faults(args).await,
            Some(Command::Completions(args)) => manual::completions(&args),
            Some(Command::Man(args)) => manual::man(&args),
            Some(Command::CompareSnapshots(args)) => snapshots::answer(&args),
        }
    });
    match result {
        Ok(code) => ExitCode::from(code),
        Err(UsageError(message)) => fail(&message),
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(2)
}

/// Writes to standard output; a reader that has gone away is no error.
fn print(text: &str) -> Result<(), UsageError> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A report as JSON.
fn json_text(report: &impl Serialize) -> Result<String, UsageError> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}

/// Writes a report into a file.
fn write(file: &Path, text: &str) -> Result<(), UsageError> {
    save::save(file, text)
        .map_err(|error| UsageError(format!("cannot write {}: {error}", file.display())))
}

/// Sees to it that a file can be written.
fn can_write(file: &Path) -> Result<(), UsageError> {
    save::can_save(file)
        .map_err(|error| UsageError(format!("cannot write {}: {error}", file.display())))
}

/// Sees to it that files can be written into a folder.
fn can_fill(folder: &Path) -> Result<(), UsageError> {
    save::can_fill(folder)
        .map_err(|error| UsageError(format!("cannot write into {}: {error}", folder.display())))
}

async fn serve(args: ServeArgs) -> Result<u8, UsageError> {
    let api = Api::of(args.api_version);
    let faults = find_faults(api, &args.fault)?;
    let reference = Reference::new(api, args.choices, &faults).on_time();
    let delay = Duration::from_millis(args.delay_ms);
    let running = http::serve_slowly(reference, args.port, delay)
        .await
        .map_err(|error| UsageError(format!("cannot listen on port {}: {error}", args.port)))?;
    print(&format!("listening on {}\n", running.url()))?;
    io::stdout().flush()?;
    interrupted().await?;
    Ok(0)
}

fn schema() -> Result<u8, UsageError> {
    print(&json_text(&report::schema::schema())?)?;
    Ok(0)
}

fn rules(args: &RulesArgs) -> Result<u8, UsageError> {
    let rules = Api::of(args.api_version).catalogue.rules();
    match args.format {
        Format::Text => print(&report::text::rules(rules.iter()))?,
        Format::Json => {
            let rules: Vec<Value> = rules
                .iter()
                .map(|rule| json!({ "id": rule.id, "basis": rule.basis.as_str(), "statement": rule.statement, "source": rule.source }))
                .collect();
            print(&json_text(&rules)?)?;
        }
    }
    Ok(0)
}
