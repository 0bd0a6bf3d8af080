//! What must be true of every finding about resources that were deleted and created again.

use appmesh_conformance::campaign_outcome::Finding;
use appmesh_model::api::Api;
use appmesh_model::operation::Action;
use appmesh_model::shared_rule::SharedRule;

/// The findings on such rules whose traces delete nothing, which would be false accusations.
pub fn without_a_delete<'f>(api: &Api, findings: &'f [Finding]) -> Vec<&'f Finding> {
    let again = [SharedRule::Recreates, SharedRule::RecreatedVersion, SharedRule::UidFresh];
    let rules: Vec<_> = api
        .families
        .iter()
        .flat_map(|family| again.into_iter().filter_map(|rule| family.rule(rule)))
        .collect();
    let deletes = |finding: &Finding| {
        let mut operations = finding.shrunk.trace.steps.iter().map(|step| &step.operation);
        operations.any(|name| {
            api.operation(name).is_some_and(|operation| operation.table.action == Action::Delete)
        })
    };
    let is_false = |it: &&Finding| rules.contains(&it.signature.rule) && !deletes(it);
    findings.iter().filter(is_false).collect()
}
