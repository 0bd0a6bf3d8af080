//! The command line: arguments, configuration and commands.
//!
//! The main function is [`main`]. Wrong usage and bad input end with one message and exit code 2.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use appmesh_model::api::Api;
use serde_json::{Value, json};

mod args;
mod atomic_write;
mod completions_and_man;
mod config;
mod error;
mod faults;
mod gate;
mod layers;
mod merge;
mod nearest;
mod output;
mod preset;
mod print;
mod progress;
mod replay;
mod report;
mod run;
mod saved_traces;
mod setting;
mod show;
mod snapshot_comparison;
mod target;

pub use args::DEFAULT_MAX_CALLS;
use args::{Command, Format, RulesArgs, ServeArgs};
use error::UsageError;
use print::{json_text, print};
use target::{find_faults, interrupted};

use crate::reference::http;

use crate::selftest::faulty;

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
            Some(Command::Report(args)) => report::report(&args),
            Some(Command::Merge(args)) => merge::merge(&args),
            Some(Command::Baseline(args)) => gate::baseline(&args),
            Some(Command::Rules(args)) => rules(&args),
            Some(Command::Schema) => schema(),
            Some(Command::Faults(args)) => faults::faults(args).await,
            Some(Command::Completions(args)) => completions_and_man::completions(&args),
            Some(Command::Man(args)) => completions_and_man::man(&args),
            Some(Command::CompareSnapshots(args)) => snapshot_comparison::answer(&args),
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

async fn serve(args: ServeArgs) -> Result<u8, UsageError> {
    let api = Api::of(args.api_version);
    let faults = find_faults(api, &args.fault)?;
    let reference = faulty(api, args.choices, &faults).on_time();
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
    print(&json_text(&crate::report::schema::schema())?)?;
    Ok(0)
}

fn rules(args: &RulesArgs) -> Result<u8, UsageError> {
    let rules = Api::of(args.api_version).catalogue.rules();
    match args.format {
        Format::Text => print(&crate::report::text::rules(rules.iter()))?,
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
