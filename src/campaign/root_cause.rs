//! The earlier divergence that explains a wrong refusal.
//!
//! The main function is [`find`]. Where a call that had to be refused is refused by another error, the
//! target may have lost the resource that the call names, or kept a deleted one. That is then the bug,
//! and the error is right for what the target holds: to report it would be a false accusation.

use appmesh_model::api::Api;
use appmesh_model::operation::Action;

use super::sighting::Sighting;
use crate::execute::{Runner, Stop};
use crate::trace::{Step, Trace};

/// Runs a trace again and describes, before its last call, each resource that this call names. Returns
/// the first divergence of a describe about a resource that is missing or should not exist; it counts
/// as found at `at_call`.
pub(super) async fn find(runner: &Runner, trace: &Trace, at_call: u64) -> Option<Sighting> {
    let (last, before) = trace.steps.split_last()?;
    let looks = looks(runner.api(), trace, last);
    let range = before.len()..before.len() + looks.len();
    let steps = before.iter().cloned().chain(looks).chain([last.clone()]).collect();
    let trace = Trace { version: trace.version, steps };
    let execution = runner.execute(&trace, &Stop::default()).await;
    let divergence = execution.divergences.iter().find(|divergence| {
        range.contains(&divergence.step) && divergence.is_about_existence(&execution)
    });
    let divergence = divergence?.clone();
    Some(Sighting { trace, execution, divergence, at_call })
}

/// A describe of each thing that a call names: what it lives in, from the outside in, and itself.
fn looks(api: &Api, trace: &Trace, last: &Step) -> Vec<Step> {
    let Some(operation) = api.operation(&last.operation) else { return Vec::new() };
    let first_id = trace.steps.iter().map(|step| step.id + 1).max().unwrap_or(1);
    let describes = api.families[operation.family]
        .lineage
        .iter()
        .filter_map(|&family| api.operation_of(family, Action::Describe));
    let looks = describes.zip(first_id..).filter_map(|(describe, id)| {
        let names = describe.table.names();
        let args = names.map(|input| {
            let arg = last.args.get(input.name)?;
            Some((input.name.to_owned(), arg.clone()))
        });
        let operation = describe.table.name.to_owned();
        Some(Step { id, operation, args: args.collect::<Option<_>>()?, pause_ms: 0, garbage: None })
    });
    looks.collect()
}
