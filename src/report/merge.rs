//! Merging of reports: the shards of a campaign, or runs with different seeds.
//!
//! The main function is [`merge`]. Findings are merged by their identity, and coverage is added up.

use std::collections::{BTreeMap, BTreeSet};

use appmesh_model::api::{Api, Version};
use thiserror::Error;

use super::{
    CorpusReport, Coverage, FindingReport, GapReport, Identity, Reason, Report, RuleReport,
    UnreachedReport, UnvisitedReport,
};
use crate::campaign_outcome::RuleStatus;
use crate::execute::Signature;
use crate::shard::{NoShard, Shard};

/// Reports that do not belong together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MergeError {
    /// There is nothing to merge.
    #[error("there is no report")]
    NoReport,
    /// They test several versions of the API.
    #[error("they are on different versions of the API: {0}")]
    Versions(String),
    /// The model has no such version of the API.
    #[error("version {0:?} of the API is not known")]
    UnknownVersion(String),
    /// Several versions of this program made them.
    #[error("they were made by different programs: {0}")]
    Programs(String),
    /// Two report on one campaign.
    #[error("two are of the same campaign, with seed {seed} on {target}")]
    SameRun {
        /// The seed of the campaign.
        seed: u64,
        /// Its target.
        target: String,
    },
    /// A report names a shard that there cannot be.
    #[error("shard {text:?}: {error}")]
    NoShard {
        /// The text in the report.
        text: String,
        /// The problem.
        error: NoShard,
    },
    /// Some are on shards, and others on whole campaigns.
    #[error("some are shards of a campaign and some are not")]
    SomeShards,
    /// The campaigns have different numbers of shards.
    #[error("shards {0} and {1} do not belong together")]
    Shards(Shard, Shard),
    /// The shards are of campaigns with different seeds.
    #[error("the shards have different seeds: {0} and {1}")]
    Seeds(u64, u64),
    /// The shards are of campaigns with different budgets.
    #[error("the shards have different --max-calls: {0} and {1}")]
    MaxCalls(String, String),
    /// Two are on the same shard.
    #[error("shard {0} is there twice")]
    ShardTwice(Shard),
    /// They list different rules.
    #[error("they are about different rules")]
    Rules,
}

/// Joins reports on the same version of the API.
///
/// # Errors
/// If they do not belong together.
pub fn merge(reports: &[Report]) -> Result<Report, MergeError> {
    let first = reports.first().ok_or(MergeError::NoReport)?;
    let versions = distinct(reports.iter().map(|report| report.api_version.clone()));
    let [version] = versions.as_slice() else {
        return Err(MergeError::Versions(versions.join(", ")));
    };
    let api = Version::parse(version).map(Api::of);
    let api = api.ok_or_else(|| MergeError::UnknownVersion(version.clone()))?;
    let tools = distinct(
        reports.iter().map(|report| format!("{} {}", report.tool.name, report.tool.version)),
    );
    if tools.len() > 1 {
        return Err(MergeError::Programs(tools.join(", ")));
    }
    let missing = missing_shards(reports)?;
    let rules = rules(reports)?;
    if let Some(twice) = same_run(reports) {
        return Err(MergeError::SameRun { seed: twice.seed, target: twice.target.clone() });
    }
    let findings = findings(reports, api);
    let total = |of: fn(&Report) -> u64| reports.iter().map(of).sum();
    let reasons =
        distinct(reports.iter().map(|report| report.inconclusive.clone().unwrap_or_default()));
    let reasons = reasons.into_iter().filter(|reason| !reason.is_empty()).chain(missing);
    let reasons: Vec<String> = reasons.collect();
    let mut merged = Report {
        tool: first.tool.clone(),
        api_version: version.clone(),
        target: distinct(reports.iter().map(|report| report.target.clone())).join(", "),
        seed: first.seed,
        max_calls: first
            .max_calls
            .filter(|most| reports.iter().all(|it| it.max_calls == Some(*most))),
        shard: None,
        calls: total(|report| report.calls),
        cleanup_calls: total(|report| report.cleanup_calls),
        // They may have run side by side.
        duration_ms: reports.iter().map(|report| report.duration_ms).max().unwrap_or(0),
        lost: total(|report| report.lost),
        denied: total(|report| report.denied),
        inconclusive: (!reasons.is_empty()).then(|| reasons.join("; ")),
        interrupted: reports.iter().any(|report| report.interrupted),
        time_up: reports.iter().any(|report| report.time_up),
        left_over: distinct(reports.iter().flat_map(|it| it.left_over.clone())),
        names_begin_with: distinct(reports.iter().flat_map(|it| it.names_begin_with.clone())),
        coverage: coverage(reports, &rules),
        rules,
        flaky: Vec::new(),
        findings,
        gate: None,
        corpus: corpus(reports),
    };
    let flaky: BTreeMap<_, _> = reports
        .iter()
        .flat_map(|report| &report.flaky)
        .filter(|flaky| merged.number(&flaky.identity).is_none())
        .map(|flaky| (place(&merged.rules, &flaky.identity), flaky.clone()))
        .collect();
    merged.flaky = flaky.into_values().collect();
    for rule in &mut merged.rules {
        let broken = merged.findings.iter().any(|finding| finding.identity.rule == rule.id);
        rule.status = match (broken, rule.exercised > 0) {
            (true, _) => RuleStatus::Broken,
            (false, true) => RuleStatus::Held,
            (false, false) => RuleStatus::Unreached,
        };
    }
    Ok(merged)
}

/// The sum of the results of the corpus. Each trace was run by one report only.
fn corpus(reports: &[Report]) -> Option<CorpusReport> {
    let mut parts = reports.iter().filter_map(|report| report.corpus.as_ref()).peekable();
    parts.peek()?;
    let mut all = CorpusReport::default();
    for part in parts {
        all.run += part.run;
        all.calls += part.calls;
        all.stored += part.stored;
        all.fixed.extend(part.fixed.iter().cloned());
    }
    Some(all)
}

/// A report on a whole campaign that another one is on, too, if there is one: its calls would count
/// twice, and it could find nothing else.
fn same_run(reports: &[Report]) -> Option<&Report> {
    let campaign = |report: &Report| (report.seed, report.target.clone());
    let mut campaigns = BTreeSet::new();
    let mut whole = reports.iter().filter(|report| report.shard.is_none());
    whole.find(|report| !campaigns.insert(campaign(report)))
}

/// The shards that are missing, as a sentence; none if the campaign is complete.
fn missing_shards(reports: &[Report]) -> Result<Option<String>, MergeError> {
    let mut shards = Vec::new();
    for text in reports.iter().filter_map(|report| report.shard.as_deref()) {
        let shard = Shard::parse(text);
        shards.push(shard.map_err(|error| MergeError::NoShard { text: text.to_owned(), error })?);
    }
    let Some(first) = shards.first() else { return Ok(None) };
    if shards.len() < reports.len() {
        return Err(MergeError::SomeShards);
    }
    if let Some(other) = shards.iter().find(|shard| shard.of() != first.of()) {
        return Err(MergeError::Shards(*first, *other));
    }
    if let Some(other) = reports.iter().find(|report| report.seed != reports[0].seed) {
        return Err(MergeError::Seeds(reports[0].seed, other.seed));
    }
    if let Some(other) = reports.iter().find(|report| report.max_calls != reports[0].max_calls) {
        let [one, other] = [&reports[0], other]
            .map(|report| report.max_calls.map_or("unknown".to_owned(), |calls| calls.to_string()));
        return Err(MergeError::MaxCalls(one, other));
    }
    if let Some(twice) = shards.iter().enumerate().find(|(at, shard)| shards[..*at].contains(shard))
    {
        return Err(MergeError::ShardTwice(*twice.1));
    }
    let missing: Vec<String> = first
        .all()
        .filter(|shard| !shards.contains(shard))
        .map(|shard| shard.to_string())
        .collect();
    let sentence = || format!("missing of the campaign: shard {}", missing.join(", "));
    Ok((!missing.is_empty()).then(sentence))
}

fn rules(reports: &[Report]) -> Result<Vec<RuleReport>, MergeError> {
    let mut rules = reports[0].rules.clone();
    for report in &reports[1..] {
        let same = report.rules.len() == rules.len()
            && report.rules.iter().zip(&rules).all(|(one, other)| one.id == other.id);
        if !same {
            return Err(MergeError::Rules);
        }
        for (rule, other) in rules.iter_mut().zip(&report.rules) {
            rule.exercised += other.exercised;
            rule.operations.extend(other.operations.iter().cloned());
        }
    }
    Ok(rules)
}

/// Each text once, in order.
fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    texts.collect::<BTreeSet<String>>().into_iter().collect()
}

/// The place of a finding in a report.
fn place(rules: &[RuleReport], identity: &Identity) -> (usize, String, String) {
    let rule = rules.iter().position(|rule| rule.id == identity.rule).unwrap_or(rules.len());
    (rule, identity.operation.clone(), identity.at.clone())
}

/// The findings, each with the shortest of its traces that hang on nothing else.
fn findings(reports: &[Report], api: &Api) -> Vec<FindingReport> {
    let mut united: BTreeMap<(usize, String, String), &FindingReport> = BTreeMap::new();
    for finding in reports.iter().flat_map(|report| &report.findings) {
        let place = place(&reports[0].rules, &finding.identity);
        let known = united.entry(place).or_insert(finding);
        let cost = |finding: &FindingReport| {
            let builds_on_others = finding.shrink.on_new_server == Some(false);
            let (calls, values) = (finding.trace.len(), finding.replay.to_string().len());
            (builds_on_others, calls, values, finding.found_at_call)
        };
        if cost(finding) < cost(known) {
            *known = finding;
        }
    }
    // One machine does not report twice on the same answer, either.
    let signature = |finding: &FindingReport| {
        let Identity { rule, operation, at } = finding.identity.clone();
        Some(Signature { operation, rule: api.catalogue.find(&rule)?, at: at.parse().ok()? })
    };
    let known: Vec<Signature> = united.values().filter_map(|it| signature(it)).collect();
    let is_named_better = |finding: &FindingReport| {
        signature(finding).is_some_and(|it| it.is_named_better(api, known.iter()))
    };
    united.values().filter(|finding| !is_named_better(finding)).copied().cloned().collect()
}

fn coverage(reports: &[Report], rules: &[RuleReport]) -> Coverage {
    let all = || reports.iter().map(|report| &report.coverage);
    let known: BTreeSet<&String> = all().flat_map(|coverage| &coverage.visited).collect();
    let visited: Vec<String> = known.iter().copied().cloned().collect();
    let beyond: BTreeSet<&String> = all().flat_map(|coverage| &coverage.beyond).collect();
    let mut gaps: BTreeMap<&String, &GapReport> = BTreeMap::new();
    let mut order = Vec::new();
    for unvisited in all().flat_map(|coverage| &coverage.unvisited) {
        if known.contains(&unvisited.situation) {
            continue;
        }
        tell(&mut gaps, &mut order, &unvisited.situation, &unvisited.gap);
    }
    let unvisited: Vec<UnvisitedReport> = order
        .iter()
        .map(|&situation| UnvisitedReport {
            situation: situation.clone(),
            gap: here(gaps[situation]),
        })
        .collect();
    let (mut gaps, mut order) = (BTreeMap::new(), Vec::new());
    for unreached in all().flat_map(|coverage| &coverage.unreached) {
        let tested = rules.iter().any(|rule| rule.id == unreached.rule && rule.exercised > 0);
        if !tested {
            tell(&mut gaps, &mut order, &unreached.rule, &unreached.gap);
        }
    }
    let unreached = order
        .iter()
        .map(|&rule| UnreachedReport { rule: rule.clone(), gap: here(gaps[rule]) })
        .collect();
    Coverage {
        situations_visited: visited.len(),
        situations_reachable: visited.len() + unvisited.len(),
        visited,
        beyond: beyond.into_iter().cloned().collect(),
        unvisited,
        unreached,
    }
}

/// Keeps the most specific of several reasons.
fn tell<'r>(
    gaps: &mut BTreeMap<&'r String, &'r GapReport>,
    order: &mut Vec<&'r String>,
    name: &'r String,
    gap: &'r GapReport,
) {
    let known = gaps.entry(name).or_insert_with(|| {
        order.push(name);
        gap
    });
    if gap.reason.telling() > known.reason.telling() {
        *known = gap;
    }
}

/// A reason as it is where nothing is left to other machines.
fn here(gap: &GapReport) -> GapReport {
    match gap.reason {
        Reason::OtherShard => GapReport { reason: Reason::Budget, masked_by: None },
        _ => gap.clone(),
    }
}
