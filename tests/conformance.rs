//! Every rule of the catalogue as a test of its own, named by the rule's id.
//!
//! `APPMESH_API_VERSION` chooses the version (default 2018-10-01), `AWS_ENDPOINT_URL_APP_MESH` the
//! server (default: the embedded reference server). All tests share one campaign over all rules,
//! whatever the filter, so that a rule fares the same alone and among others; it is run when the
//! first test needs it, so never for `--list`. A rule that held passes, a broken one fails with the
//! report of its findings, one that was never put to the test is ignored. If the campaign itself is
//! inconclusive, no test passes.
//!
//! `cargo nextest` runs each test in a process of its own. A campaign takes seconds and there are
//! hundreds of rules, so the processes of one nextest run share one campaign, too: the first one
//! runs it and leaves its verdicts in a file of the target folder, marked with the id of the
//! nextest run, the version, the endpoint and the build; a file with another mark is not believed
//! but replaced. A lock on that file keeps the others waiting; the system drops the lock with the
//! process that holds it, however that ends, so that it cannot go stale. As nextest cannot be told
//! of an ignored test once it runs, a rule that was never put to the test *fails* there: better than
//! to be counted as passed.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::cli::DEFAULT_MAX_CALLS;
use appmesh_conformance::event::{Outcome, RuleStatus};
use appmesh_conformance::execute::Runner;
use appmesh_conformance::reference::{Reference, http};
use appmesh_conformance::report::{compose, text};
use appmesh_conformance::target::{Signer, Target};
use appmesh_model::api::{Api, Version};
use appmesh_model::rule::RuleId;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The seed of the campaign.
const SEED: u64 = 0;
/// How long to wait for an answer.
const TIMEOUT_MS: u64 = 10_000;
/// How long a process waits for the campaign of another one.
const MOST_WAITING: Duration = Duration::from_secs(600);

fn main() -> ExitCode {
    let args = Arguments::from_args();
    let subject = match Subject::from_env() {
        Ok(subject) => Arc::new(subject),
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    let trials = subject.api.catalogue.rules().iter().filter(|rule| rule.can_break()).map(|rule| {
        let (subject, id) = (subject.clone(), rule.id.clone());
        Trial::ignorable_test(rule.id.clone(), move || subject.judge(&id))
    });
    libtest_mimic::run(&args, trials.collect()).exit_code()
}

/// A variable of the environment; an empty one is as good as none.
fn read_env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What is tested, and who asks.
#[derive(Debug)]
struct Subject {
    api: &'static Api,
    /// The server's URL; none for the embedded one.
    endpoint: Option<String>,
    /// The nextest run that this process belongs to.
    nextest_run: Option<String>,
}

/// What a campaign says of a rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Ruling {
    Held,
    Broken(String),
    Unreached,
}

/// What a campaign says of all rules.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Verdicts {
    /// Why it says nothing at all.
    inconclusive: Option<String>,
    rules: BTreeMap<String, Ruling>,
}

/// Verdicts as processes leave them to each other.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    mark: String,
    verdicts: Verdicts,
}

impl Subject {
    fn from_env() -> Result<Self, String> {
        let name = "APPMESH_API_VERSION";
        let version = match read_env(name) {
            Some(text) => Version::parse(&text)
                .ok_or_else(|| format!("{name}={text:?} is no version of the API"))?,
            None => Version::V2018_10_01,
        };
        Ok(Self {
            api: Api::of(version),
            endpoint: read_env("AWS_ENDPOINT_URL_APP_MESH"),
            nextest_run: read_env("NEXTEST_RUN_ID"),
        })
    }

    fn judge(&self, id: &str) -> Result<Completion, Failed> {
        static VERDICTS: OnceLock<Result<Verdicts, String>> = OnceLock::new();
        let verdicts = VERDICTS
            .get_or_init(|| match &self.nextest_run {
                Some(run) => self.shared(run),
                None => self.campaign(),
            })
            .as_ref()?;
        match (verdicts.rules.get(id), &verdicts.inconclusive) {
            (Some(Ruling::Broken(report)), _) => Err(report.into()),
            (_, Some(reason)) => Err(format!("inconclusive: {reason}").into()),
            (Some(Ruling::Held), None) => Ok(Completion::Completed),
            (_, None) if self.nextest_run.is_some() => {
                Err("the rule was never put to the test, which is no pass".into())
            }
            (_, None) => Ok(Completion::ignored_with("never put to the test")),
        }
    }

    /// The verdicts of the one campaign of a nextest run.
    fn shared(&self, run: &str) -> Result<Verdicts, String> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = folder.join("conformance-campaign.json");
        let failed = |error: io::Error| format!("cannot use {}: {error}", path.display());
        fs::create_dir_all(folder).map_err(failed)?;
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        lock(&file).map_err(failed)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        let mark = self.mark(run);
        // What a process that was killed left half written is no JSON, and not believed either.
        let kept = serde_json::from_str::<Kept>(&text).ok().filter(|kept| kept.mark == mark);
        if let Some(kept) = kept {
            return Ok(kept.verdicts);
        }
        let kept = Kept { mark, verdicts: self.campaign()? };
        let text = serde_json::to_vec(&kept).map_err(|error| error.to_string())?;
        file.set_len(0).map_err(failed)?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        file.write_all(&text).map_err(failed)?;
        Ok(kept.verdicts)
    }

    /// What verdicts must be about to be of use to this process.
    fn mark(&self, run: &str) -> String {
        let mut hasher = DefaultHasher::new();
        let binary = std::env::current_exe().and_then(fs::metadata).ok();
        binary.map(|binary| (binary.len(), binary.modified().ok())).hash(&mut hasher);
        let endpoint = self.endpoint.as_deref().unwrap_or("embedded");
        let build = hasher.finish();
        format!("run {run}, seed {SEED}, {} on {endpoint}, build {build:016x}", self.api.version)
    }

    /// Runs the campaign.
    fn campaign(&self) -> Result<Verdicts, String> {
        let failed = |error: io::Error| format!("cannot start: {error}");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(failed)?;
        runtime.block_on(async {
            let embedded = match self.endpoint {
                Some(_) => None,
                None => Some(
                    http::serve(Reference::new(self.api, None, &[]), 0).await.map_err(failed)?,
                ),
            };
            let url = embedded.as_ref().map(http::Running::url).or_else(|| self.endpoint.clone());
            let url = url.unwrap_or_default();
            let target = Target::new(&url, Signer::from_env(), TIMEOUT_MS)?;
            let run: String = Uuid::new_v4().simple().to_string().chars().take(6).collect();
            let runner = Runner::new(self.api, target, &format!("act-{run}"));
            let plan = Plan {
                seed: SEED,
                max_calls: DEFAULT_MAX_CALLS,
                rules: self.api.catalogue.ids().collect(),
                target: self.endpoint.clone().unwrap_or_else(|| "embedded".to_owned()),
                concurrency: None,
            };
            Ok(Verdicts::of(&campaign::run(&runner, &plan, &mut |_| {}).await))
        })
    }
}

impl Verdicts {
    fn of(outcome: &Outcome) -> Self {
        let ruling = |id: RuleId, status: RuleStatus| match status {
            RuleStatus::Held => Ruling::Held,
            RuleStatus::Broken => Ruling::Broken(report_on(outcome, id)),
            RuleStatus::Unreached => Ruling::Unreached,
        };
        Self {
            inconclusive: outcome.inconclusive.clone(),
            rules: outcome
                .rules()
                .map(|(id, rule, status)| (rule.id.clone(), ruling(id, status)))
                .collect(),
        }
    }
}

/// The text report, as far as it is about this rule.
fn report_on(outcome: &Outcome, id: RuleId) -> String {
    let mut outcome = outcome.clone();
    outcome.rules.retain(|rule| *rule == id);
    outcome.findings.retain(|finding| finding.signature.rule == id);
    outcome.flaky.retain(|flaky| flaky.signature.rule == id);
    text::report(&compose::report(&outcome), &|_| None)
}

/// Waits for a lock, but not for ever.
fn lock(file: &File) -> io::Result<()> {
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if started.elapsed() > MOST_WAITING => {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the campaign of another process does not end",
                ));
            }
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
        }
    }
}
