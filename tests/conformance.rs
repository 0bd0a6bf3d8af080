//! Every rule of the catalogue as a test of its own, named by the rule's id.
//!
//! `APPMESH_API_VERSION` chooses the version (default 2018-10-01), `AWS_ENDPOINT_URL_APP_MESH` the
//! server (default: the embedded reference server). Each test runs a small campaign of its own: the
//! traces that put its rule to the test, and no others. So tests are independent, can run side by
//! side, alone or in parts (`cargo nextest run --partition hash:1/4`), and tell the same each time.
//! A rule that held passes, a broken one fails with the report of its findings, one that was never
//! put to the test is ignored. If a campaign is inconclusive, its test fails.
//!
//! `cargo nextest` runs each test in a process of its own and cannot be told there that it is to be
//! ignored; it asks beforehand which tests are. So the answer to `--list --ignored` under nextest is
//! worked out by one tour of the target on which nothing is shrunk: the rules that it does not reach.
//! A rule that is reached there and not by its own test fails: better than to be counted as passed.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::campaign_outcome::{Outcome, RuleStatus};
use appmesh_conformance::cli::DEFAULT_MAX_CALLS;
use appmesh_conformance::execute::Runner;
use appmesh_conformance::reference::{Reference, http};
use appmesh_conformance::report::{compose, text};
use appmesh_conformance::shard::Scope;
use appmesh_conformance::target::{Signer, Target};
use appmesh_model::api::{Api, Version};
use appmesh_model::rule::RuleId;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use uuid::Uuid;

/// The seed of all campaigns.
const SEED: u64 = 0;
/// How long to wait for an answer.
const TIMEOUT_MS: u64 = 10_000;
/// The most calls of the campaign on one rule; shrinking comes on top.
const MAX_CALLS_A_RULE: u64 = 150;

fn main() -> ExitCode {
    let args = Arguments::from_args();
    let subject = match Subject::from_env() {
        Ok(subject) => Arc::new(subject),
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    let ignored = if args.list && args.ignored && subject.under_nextest {
        // A target on which nothing can be concluded has no rule to ignore.
        subject.unreached().unwrap_or_default()
    } else {
        Vec::new()
    };
    let catalogue = &subject.api.catalogue;
    let ids = catalogue.ids().filter(|id| catalogue.get(*id).can_break());
    let trials = ids.map(|id| {
        let subject = subject.clone();
        let name = catalogue.get(id).id.clone();
        Trial::ignorable_test(name, move || subject.judge(id))
            .with_ignored_flag(ignored.contains(&id))
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
    under_nextest: bool,
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
            under_nextest: read_env("NEXTEST").is_some(),
        })
    }

    fn judge(&self, id: RuleId) -> Result<Completion, Failed> {
        let outcome = self.campaign(Scope::Rule(id), vec![id], MAX_CALLS_A_RULE)?;
        match (outcome.status(id), &outcome.inconclusive) {
            (RuleStatus::Broken, _) => {
                Err(text::report(&compose::report(&outcome), text::Look::default(), &|_| None)
                    .into())
            }
            (_, Some(reason)) => Err(format!("inconclusive: {reason}").into()),
            (RuleStatus::Held, None) => Ok(Completion::Completed),
            (RuleStatus::Unreached, None) if self.under_nextest => {
                Err("the rule was never put to the test, which is no pass".into())
            }
            (RuleStatus::Unreached, None) => Ok(Completion::ignored_with("never put to the test")),
        }
    }

    /// The rules that the target gives no occasion to put to the test.
    fn unreached(&self) -> Result<Vec<RuleId>, Failed> {
        // On no rule at all, so that nothing is looked into.
        let outcome = self.campaign(Scope::Whole, Vec::new(), DEFAULT_MAX_CALLS)?;
        if let Some(reason) = outcome.inconclusive {
            return Err(reason.into());
        }
        let ids = self.api.catalogue.ids();
        Ok(ids.filter(|id| outcome.tested[id.index()] == 0).collect())
    }

    /// Runs a campaign.
    fn campaign(
        &self,
        scope: Scope,
        rules: Vec<RuleId>,
        max_calls: u64,
    ) -> Result<Outcome, Failed> {
        let failed = |error: io::Error| format!("cannot start: {error}");
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        runtime.block_on(async {
            let embedded = match self.endpoint {
                Some(_) => None,
                None => Some(http::serve(Reference::new(self.api, None), 0).await.map_err(failed)?),
            };
            let url = embedded.as_ref().map(http::Running::url).or_else(|| self.endpoint.clone());
            let url = url.unwrap_or_default();
            let target = Target::new(&url, Signer::from_env(), TIMEOUT_MS)
                .map_err(|error| error.to_string())?;
            let run: String = Uuid::new_v4().simple().to_string().chars().take(6).collect();
            let runner = Runner::new(self.api, target, &format!("act-{run}"));
            let target = self.endpoint.clone().unwrap_or_else(|| "embedded".to_owned());
            let plan = Plan {
                seed: SEED,
                max_calls,
                rules,
                scope,
                target,
                corpus: Vec::new(),
                concurrency: Some(1),
            };
            Ok(campaign::run(&runner, &plan).await)
        })
    }
}
