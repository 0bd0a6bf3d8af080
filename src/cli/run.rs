//! The `run` command: one campaign and its report.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;
use globset::Glob;
use serde_json::Value;

use super::args::{RunArgs, TargetArgs};
use super::error::UsageError;
use super::nearest;
use super::print::{can_fill, json_text, write};
use super::progress::{Budget, Progress};
use super::saved_traces::Traces;
use super::target::{endpoint, find_faults, reach, stop_on_signals};
use crate::campaign::{self, Plan};
use crate::corpus::Corpus;
use crate::report::compose;
use crate::report::export::shell_word;
use crate::shard::Scope;

/// Runs a campaign and reports on it.
pub(super) async fn run(args: RunArgs) -> Result<u8, UsageError> {
    let api = Api::of(args.target.api_version);
    let told = &args.config.told;
    let rules = told.by("rule", select_rules(api, args.rule.as_deref()))?;
    told.by("fault", find_faults(api, &args.target.fault))?;
    let policy = args.show.prepare(api.version.as_str())?;
    let open = |folder: &PathBuf| Corpus::open(folder, api.version);
    let mut corpus = args.corpus.as_ref().map(open).transpose()?;
    [&args.corpus, &args.save].into_iter().flatten().try_for_each(|folder| can_fill(folder))?;
    let reached = told.by("endpoint", reach(&args.target).await)?;
    // A time that no clock can show never comes.
    let most = args.max_time_s.map(Duration::from_secs);
    let ends_at = most.and_then(|most| Instant::now().checked_add(most));
    let mut runner = reached.runner(api);
    if let Some(preset) = args.preset.filter(|_| !reached.is_embedded()) {
        runner = runner.reset_first(preset.reset_path);
    }
    if let Some(ends_at) = ends_at {
        runner = runner.until(ends_at);
    }
    stop_on_signals(&runner);
    let plan = Plan {
        seed: args.seed,
        max_calls: args.max_calls,
        rules,
        target: reached.name.clone(),
        scope: args.shard.map_or(Scope::Whole, Scope::Shard),
        corpus: corpus.as_ref().map(Corpus::traces).unwrap_or_default(),
        concurrency: args.concurrency,
    };
    let budget = Budget { max_calls: args.max_calls, ends_at };
    let progress = Progress::start(budget);
    let runner = runner.watched_by(progress.watcher());
    let outcome = campaign::run(&runner, &plan).await;
    progress.finish();

    // The findings are shown even if their traces cannot be saved.
    let (saved, unsaved) = match Traces::save(&outcome, args.save.as_deref()) {
        Ok(saved) => (saved, None),
        Err(wrong) => (Traces::default(), Some(wrong)),
    };
    if let Some(older) = &saved.older {
        eprintln!("{older}");
    }
    let mut report = compose::report(&outcome);
    let unkept = corpus.as_mut().and_then(|corpus| {
        let (files, said) = corpus.updated(&outcome, &report);
        report.corpus = Some(said);
        keep(&args, files).err()
    });
    let on = replay_target(&args.target);
    let command = |number: usize| {
        let file = saved.files.get(number - 1)?;
        Some(format!("appmesh-conformance replay {}{on}", shell_word(&file.display().to_string())))
    };
    let code = args.show.show(&policy, &mut report, &command)?;
    unsaved.or(unkept).map_or(Ok(code), Err)
}

fn select_rules(api: &Api, glob: Option<&str>) -> Result<Vec<RuleId>, UsageError> {
    let Some(glob) = glob else { return Ok(api.catalogue.ids().collect()) };
    let matcher = Glob::new(glob)
        .map_err(|error| UsageError(format!("--rule {glob:?} is no pattern: {error}")))?
        .compile_matcher();
    let rules: Vec<RuleId> =
        api.catalogue.ids().filter(|id| matcher.is_match(&api.catalogue.get(*id).id)).collect();
    if rules.is_empty() {
        let ids = api.catalogue.rules().iter().map(|rule| rule.id.as_str());
        let hint = nearest::hint_for_glob(ids, glob);
        let version = api.version;
        return Err(UsageError(format!(
            "no rule of version {version} matches {glob:?}{hint}: \
             `appmesh-conformance rules --api-version {version}` lists them"
        )));
    }
    Ok(rules)
}

/// Writes what changed in the corpus.
fn keep(args: &RunArgs, files: Vec<(PathBuf, Value)>) -> Result<(), UsageError> {
    if let (Some(folder), false) = (&args.corpus, files.is_empty()) {
        fs::create_dir_all(folder)
            .map_err(|error| UsageError(format!("cannot make {}: {error}", folder.display())))?;
    }
    files.iter().try_for_each(|(file, trace)| write(file, &json_text(trace)?))
}

fn replay_target(args: &TargetArgs) -> String {
    let faults = args.fault.iter().map(|fault| format!(" --fault {fault}")).collect::<String>();
    match endpoint(args.endpoint.clone(), !faults.is_empty() || args.choices.is_some()) {
        Some(url) => format!(" --endpoint {url}"),
        None => faults,
    }
}
