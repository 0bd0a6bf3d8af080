//! What was not put to the test, and why, for people and for programs.
//!
//! The main functions are [`text`] and [`json()`].

use std::collections::BTreeMap;

use appmesh_model::rule::{Basis, RuleId};
use serde_json::{Value, json};

use crate::event::{Gap, Outcome, RuleStatus};

/// How many of a kind the text report names.
const MOST_NAMED: usize = 8;

/// Why something was not put to the test, in words.
fn reason(outcome: &Outcome, gap: &Gap) -> String {
    match (gap, outcome.masking(gap)) {
        (Gap::Masked(_), Some(number)) => format!("masked by finding {number}"),
        (Gap::Masked(signature), None) => {
            let rule = &outcome.api.catalogue.get(signature.rule).id;
            format!("masked by {} breaking {rule}", signature.operation)
        }
        (Gap::Budget, _) => "beyond the budget: allow more calls".to_owned(),
        (Gap::Interrupted, _) => "interrupted before".to_owned(),
        (Gap::NotOffered, _) => "not offered by the target".to_owned(),
    }
}

/// The rules that were not put to the test, in catalogue order, each with the reason.
fn unreached(outcome: &Outcome) -> impl Iterator<Item = (RuleId, &str, String)> {
    let rules = outcome.rules().filter(|(_, rule, status)| {
        rule.basis != Basis::Silent && *status == RuleStatus::Unreached
    });
    rules.map(|(id, rule, _)| {
        let gap = outcome.gaps.get(&id).unwrap_or(&Gap::Budget);
        (id, rule.id.as_str(), reason(outcome, gap))
    })
}

/// Lines for the end of the text report; empty if everything was put to the test.
pub fn text(outcome: &Outcome) -> String {
    let mut out = String::new();
    let rules = unreached(outcome).map(|(_, name, reason)| (reason, name.to_owned()));
    group("rules were not reached, which is no pass", rules, &mut out);
    let situations = outcome
        .unvisited
        .iter()
        .map(|unvisited| (reason(outcome, &unvisited.why), unvisited.what.describe(outcome.api)));
    group("situations were not visited", situations, &mut out);
    out
}

/// A title, and below it what belongs there, by reason.
fn group(title: &str, items: impl Iterator<Item = (String, String)>, out: &mut String) {
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (reason, name) in items {
        reasons.entry(reason).or_default().push(name);
    }
    let count: usize = reasons.values().map(Vec::len).sum();
    if count == 0 {
        return;
    }
    out.push_str(&format!("{count} {title}\n"));
    for (reason, names) in reasons {
        out.push_str(&format!("  {reason} ({})\n", names.len()));
        for name in names.iter().take(MOST_NAMED) {
            out.push_str(&format!("    {name}\n"));
        }
        if names.len() > MOST_NAMED {
            let more = names.len() - MOST_NAMED;
            out.push_str(&format!("    … and {more} more, which the JSON report names\n"));
        }
    }
}

/// The same for the JSON report, with nothing left out.
pub fn json(outcome: &Outcome) -> Value {
    let number = |gap: &Gap| outcome.masking(gap);
    let rules: Vec<Value> = unreached(outcome)
        .map(|(id, name, reason)| {
            let masked_by = outcome.gaps.get(&id).and_then(number);
            json!({ "rule": name, "reason": reason, "masked_by": masked_by })
        })
        .collect();
    let unvisited: Vec<Value> = outcome
        .unvisited
        .iter()
        .map(|unvisited| {
            json!({
                "situation": unvisited.what.describe(outcome.api),
                "reason": reason(outcome, &unvisited.why),
                "masked_by": number(&unvisited.why),
            })
        })
        .collect();
    json!({
        "situations_visited": outcome.visited,
        "situations_reachable": outcome.reachable(),
        "unvisited": unvisited,
        "unreached": rules,
    })
}
