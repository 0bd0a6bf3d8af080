//! `faults`: the harness's score on the reference server's seeded faults.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;
use globset::Glob;
use serde_json::{Value, json};

use super::args::{DEFAULT_MAX_CALLS, FaultsArgs};
use super::error::UsageError;
use super::nearest;
use super::print::{can_write, json_text, print, write};
use crate::selftest::fault::{self, Fault, Shortest};
use crate::selftest::score::{self, Attempt, Length, Score, median};

/// Tests the reference server with each fault.
pub(super) async fn faults(args: FaultsArgs) -> Result<u8, UsageError> {
    let api = Api::of(args.api_version);
    let chosen = choose(api, args.fault.as_deref())?;
    if args.list {
        for fault in &chosen {
            let deep = if fault.deep { "deep, " } else { "" };
            let rule = rule_id(api, fault.rule);
            print(&format!("{}\n    {deep}breaks {rule}: {}\n", fault.id, fault.summary))?;
        }
        return Ok(0);
    }
    if let Some(file) = &args.json {
        can_write(file)?;
    }
    let started = Instant::now();
    let width = chosen.iter().map(|fault| fault.id.len()).max().unwrap_or(0);
    print(&format!(
        "{:width$}  found  explained  calls until found  calls to shrink  trace\n",
        "fault"
    ))?;
    let mut scores: Vec<Score> = Vec::new();
    let seeds = args.seed..args.seed + args.seeds;
    for score in score_all(api, chosen, seeds) {
        print(&line(api, &score, width))?;
        scores.push(score);
    }
    print(&summary(&scores, started))?;
    if let Some(file) = &args.json {
        write(file, &json_text(&report(api, &scores, started))?)?;
    }
    let all = scores.iter().all(|score| score.is_found() && score.is_explained());
    Ok(u8::from(!all))
}

/// Scores faults on every core. The scores come in the order of the faults, as they are ready.
fn score_all(
    api: &'static Api,
    faults: Vec<Fault>,
    seeds: Range<u64>,
) -> impl Iterator<Item = Score> {
    let count = faults.len();
    let waiting = Arc::new(Mutex::new(faults.into_iter().enumerate()));
    let (ready, scores) = mpsc::channel();
    for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
        let (waiting, ready, seeds) = (waiting.clone(), ready.clone(), seeds.clone());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((index, fault)) = next else { return io::Result::Ok(()) };
                let campaigns = async {
                    let mut attempts = Vec::new();
                    for seed in seeds.clone() {
                        attempts.push(score::attempt(api, &fault, seed, DEFAULT_MAX_CALLS).await);
                    }
                    attempts
                };
                let attempts = runtime.block_on(campaigns);
                if ready.send((index, Score { fault, attempts })).is_err() {
                    return Ok(());
                }
            }
        });
    }
    drop(ready);
    let mut early = BTreeMap::new();
    (0..count).map_while(move |wanted| {
        while !early.contains_key(&wanted) {
            let (index, score) = scores.recv().ok()?;
            early.insert(index, score);
        }
        early.remove(&wanted)
    })
}

fn choose(api: &Api, glob: Option<&str>) -> Result<Vec<Fault>, UsageError> {
    let glob = glob.unwrap_or("*");
    let matcher = Glob::new(glob)
        .map_err(|error| UsageError(format!("--fault {glob:?} is no pattern: {error}")))?
        .compile_matcher();
    let all = fault::all(api);
    let chosen: Vec<Fault> =
        all.iter().filter(|fault| matcher.is_match(&fault.id)).cloned().collect();
    if chosen.is_empty() {
        let hint = nearest::hint_for_glob(all.iter().map(|fault| fault.id.as_str()), glob);
        return Err(UsageError(format!(
            "no fault of version {} matches {glob:?}{hint}",
            api.version
        )));
    }
    Ok(chosen)
}

/// The stable name of a rule.
fn rule_id(api: &Api, rule: RuleId) -> &str {
    &api.catalogue.get(rule).id
}

fn rule_ids<'a>(api: &'a Api, rules: &[RuleId]) -> Vec<&'a str> {
    rules.iter().map(|rule| rule_id(api, *rule)).collect()
}

fn found_at(score: &Score) -> Vec<u64> {
    score.attempts.iter().filter_map(|attempt| attempt.found_at_call).collect()
}

fn shrink_calls(score: &Score) -> Vec<u64> {
    score.attempts.iter().map(|attempt| attempt.shrink_calls).collect()
}

fn line(api: &Api, score: &Score, width: usize) -> String {
    let yes = |flag: bool| if flag { "yes" } else { "NO" };
    let found_at = found_at(score);
    let worst = found_at.iter().max().copied().unwrap_or(0);
    let mut line = format!(
        "{:width$}  {:5}  {:9}  {:>6}, worst {worst:>5}  {:>15}  {}\n",
        score.fault.id,
        yes(score.is_found()),
        yes(score.is_explained()),
        median(found_at),
        median(shrink_calls(score)),
        trace(score),
    );
    for attempt in score.attempts.iter().filter(|attempt| attempt.found_at_call.is_none()) {
        let instead = if attempt.found { "something else" } else { "nothing" };
        line.push_str(&format!("    seed {}: found {instead}\n", attempt.seed));
    }
    for attempt in score.attempts.iter().filter(|attempt| !attempt.unexplained.is_empty()) {
        let rules = rule_ids(api, &attempt.unexplained).join(", ");
        line.push_str(&format!("    seed {}: also found {rules}\n", attempt.seed));
    }
    line
}

/// How long the longest trace is, of how many calls the shortest needs.
fn trace(score: &Score) -> String {
    match (score.steps(), &score.fault.shortest) {
        (0, _) => "none".to_owned(),
        (steps, None) => steps.to_string(),
        (steps, Some(shortest)) => format!("{steps} of {shortest}"),
    }
}

/// How the traces compare to the shortest possible.
fn lengths(scores: &[Score]) -> String {
    let of = |length: Length| -> Vec<&Score> {
        scores.iter().filter(|score| score.length() == Some(length)).collect()
    };
    let mut text =
        format!("traces as short as can be: {} of {}\n", of(Length::Shortest).len(), scores.len());
    let others = [
        (Length::Longer, "longer than the shortest"),
        (Length::OverBound, "longer than the lower bound that is known"),
        (Length::OnUsed, "shorter, as what traces before them did to the server helps"),
    ];
    for (length, what) in others {
        let named: Vec<String> = of(length)
            .into_iter()
            .map(|score| format!("{} ({})", score.fault.id, trace(score)))
            .collect();
        if !named.is_empty() {
            text.push_str(&format!("traces {what}: {}, {}\n", named.len(), named.join(", ")));
        }
    }
    let bounds = scores.iter().filter_map(|score| score.fault.shortest.as_ref()?.reason());
    let bounded = bounds.count();
    if bounded > 0 {
        text.push_str(&format!("of the shortest trace only a lower bound is known: {bounded}\n"));
    }
    text
}

/// How long it took until every fault was found; none if not all were.
fn last_found(scores: &[Score], started: Instant) -> Option<Duration> {
    let found: Option<Vec<Instant>> = scores.iter().map(Score::found_at).collect();
    Some(found?.into_iter().max()?.duration_since(started))
}

fn summary(scores: &[Score], started: Instant) -> String {
    let found = scores.iter().filter(|score| score.is_found()).count();
    let explained = scores.iter().filter(|score| score.is_explained()).count();
    let found_at: Vec<u64> = scores.iter().flat_map(found_at).collect();
    let shrinks: Vec<u64> = scores.iter().flat_map(shrink_calls).collect();
    let seeds = scores.first().map_or(0, |score| score.attempts.len());
    let last_found = last_found(scores, started).map(|time| {
        format!(
            "time until the last of them was found for the first time: {:.1} s\n",
            time.as_secs_f64()
        )
    });
    let worst = |numbers: &[u64]| numbers.iter().max().copied().unwrap_or(0);
    format!(
        "{found} of {} faults found by their own rule in each of {seeds} {}, {} of them deep\n\
         {explained} of {} without a finding that the fault does not explain\n\
         calls until found: median {}, worst {}\n\
         calls to shrink: median {}, worst {}\n\
         {}{}",
        scores.len(),
        if seeds == 1 { "seed" } else { "seeds" },
        scores.iter().filter(|score| score.fault.deep && score.is_found()).count(),
        scores.len(),
        median(found_at.clone()),
        worst(&found_at),
        median(shrinks.clone()),
        worst(&shrinks),
        lengths(scores),
        last_found.unwrap_or_default(),
    )
}

fn report(api: &Api, scores: &[Score], started: Instant) -> Value {
    let ms = |time: Duration| u64::try_from(time.as_millis()).ok();
    let attempt = |attempt: &Attempt| {
        json!({
            "seed": attempt.seed,
            "found": attempt.found,
            "found_at_call": attempt.found_at_call,
            "unexplained": rule_ids(api, &attempt.unexplained),
            "steps": attempt.steps,
            "shrink_calls": attempt.shrink_calls,
        })
    };
    let faults: Vec<Value> = scores
        .iter()
        .map(|score| {
            json!({
                "fault": score.fault.id,
                "rule": rule_id(api, score.fault.rule),
                "deep": score.fault.deep,
                "found": score.is_found(),
                "explained": score.is_explained(),
                "steps": score.steps(),
                "shortest": score.fault.shortest.as_ref().map(Shortest::calls),
                "shortest_is_lower_bound_because":
                    score.fault.shortest.as_ref().and_then(Shortest::reason),
                "found_after_ms": score.found_at().and_then(|at| ms(at.duration_since(started))),
                "tries": score.attempts.iter().map(attempt).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "api_version": api.version.as_str(),
        "last_found_after_ms": last_found(scores, started).and_then(ms),
        "faults": faults,
    })
}
