//! The target of a command: a server at a URL, or the reference server in this process.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use appmesh_model::api::Api;
use tokio::signal::unix::{SignalKind, signal};

use super::args::TargetArgs;
use super::error::UsageError;
use super::nearest;
use crate::campaign_outcome::INTERRUPTED;
use crate::execute::Runner;
use crate::reference::http;
use crate::selftest::fault::{self, Fault};
use crate::selftest::{Recipe, faulty};
use crate::target::{Signer, Target};

/// The requested endpoint: the argument, or the variable that AWS tools read.
pub(super) fn endpoint(argument: Option<String>, embedded: bool) -> Option<String> {
    let told = || from_environment().filter(|_| !embedded).map(|(_, url)| url);
    argument.or_else(told)
}

/// The endpoint in the environment variables of AWS tools, with the name of the variable.
pub(super) fn from_environment() -> Option<(&'static str, String)> {
    let read = |name| Some((name, std::env::var(name).ok().filter(|url| !url.is_empty())?));
    ["AWS_ENDPOINT_URL_APP_MESH", "AWS_ENDPOINT_URL"].into_iter().find_map(read)
}

/// The faults with these ids.
///
/// # Errors
/// If there is none with an id, or an id is there twice.
pub(super) fn find_faults(api: &Api, ids: &[String]) -> Result<Vec<Fault>, UsageError> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = ids.iter().find(|id| !seen.insert(*id)) {
        return Err(UsageError(format!("the fault {twice} is given twice")));
    }
    let find = |id: &String| fault::find(api, id).ok_or_else(|| unknown_fault(api, id));
    ids.iter().map(find).collect()
}

fn unknown_fault(api: &Api, id: &str) -> UsageError {
    let known = fault::all(api);
    let hint = nearest::hint(known.iter().map(|fault| fault.id.as_str()), id);
    let version = api.version;
    UsageError(format!(
        "version {version} has no fault {id:?}{hint}: \
         `appmesh-conformance faults --list --api-version {version}` lists them"
    ))
}

/// A target with the server behind it, if that is our own.
pub(super) struct Reached {
    pub(super) target: Target,
    pub(super) name: String,
    embedded: Option<(http::Running, Recipe)>,
}

impl Reached {
    /// Whether the server is our own.
    pub(super) fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }

    /// A runner for this target. All names of its resources begin with a word of their own.
    pub(super) fn runner(&self, api: &'static Api) -> Runner {
        let runner = Runner::new(api, self.target.clone(), &run_name());
        match &self.embedded {
            Some((_, recipe)) => runner.renewable(Arc::new(recipe.clone())),
            None => runner,
        }
    }
}

pub(super) async fn reach(args: &TargetArgs) -> Result<Reached, UsageError> {
    let api = Api::of(args.api_version);
    let faults = find_faults(api, &args.fault)?;
    let embedded = !faults.is_empty() || args.choices.is_some();
    match endpoint(args.endpoint.clone(), embedded) {
        Some(url) => {
            let target = Target::new(&url, Signer::from_env(), args.timeout_ms)?;
            Ok(Reached { target, name: url, embedded: None })
        }
        None => embed(api, args.choices, &faults, args.timeout_ms).await,
    }
}

pub(super) async fn embed(
    api: &'static Api,
    choices: Option<u64>,
    faults: &[Fault],
    timeout_ms: u64,
) -> Result<Reached, UsageError> {
    let running = http::serve(faulty(api, choices, faults), 0).await?;
    let target = Target::new(&running.url(), Signer::from_env(), timeout_ms)?;
    let with = faults.iter().map(|fault| format!(" with {}", fault.id)).collect::<String>();
    let name = format!("embedded reference server{with}");
    let recipe = Recipe { api, choices, faults: faults.to_vec() };
    Ok(Reached { target, name, embedded: Some((running, recipe)) })
}

/// A word that no other run begins its names with.
fn run_name() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("act-{}", id.get(..6).unwrap_or("000000"))
}

/// A second signal within this time is the first one again.
const SAME_SIGNAL: Duration = Duration::from_millis(300);

/// Ctrl-C and SIGTERM end the run at the next call; what was made is deleted and what was found is
/// reported. A second signal ends it at once.
pub(super) fn stop_on_signals(runner: &Runner) {
    let switch = runner.interrupter();
    tokio::spawn(async move {
        if interrupted().await.is_ok() {
            switch.store(true, Ordering::Relaxed);
            eprintln!("interrupted: deleting what was made; once more to leave at once");
        }
        // Some tools send a signal to the process and to its group: that is once, too.
        let deaf_until = Instant::now() + SAME_SIGNAL;
        while interrupted().await.is_ok() {
            if Instant::now() < deaf_until {
                continue;
            }
            std::process::exit(INTERRUPTED.into());
        }
    });
}

/// Waits until the process gets Ctrl-C or SIGTERM.
///
/// # Errors
/// If signals cannot be received.
pub(super) async fn interrupted() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        heard = tokio::signal::ctrl_c() => heard,
        _ = terminate.recv() => Ok(()),
    }
}
