//! Invalid calls: those that a rule demands to be refused, as small as they can be.
//!
//! The main function is [`Writer::invalid`].

use std::collections::BTreeSet;

use appmesh_model::api::ApiOperation;
use appmesh_model::expect::Refusal;
use appmesh_model::operation::{Action, Location, Role};
use appmesh_model::rule::{RuleId, RuleKind};
use appmesh_model::schema::Node;
use serde_json::json;

use super::alphabet::{FRESH, Writer, first_names, names_to};
use super::reduced_arguments::smaller;
use crate::generate::trace_builder::{Args, TraceBuilder};
use crate::generate::value::{self, Edit, EditKind};
use crate::trace::Arg;

/// The most calls of an operation where any invalid input will do.
const MOST_INVALID: usize = 8;

impl Writer {
    /// Calls that the rule demands to be refused, or, for a rule of the wire, some that any rule does.
    pub(super) fn invalid(&mut self, operation: &'static ApiOperation) {
        let family = operation.family;
        let exists = operation.table.action != Action::Create;
        let names = if exists {
            first_names(self.api, family)
        } else {
            names_to(self.api, family, FRESH.to_owned())
        };
        // Any refusal may show a rule about the form of answers.
        let any = self.api.catalogue.get(self.rule).kind == RuleKind::Wire;
        // The reasons to refuse a call, if the rule of the search is among them.
        let wrong = |args: &Args| -> Option<BTreeSet<RuleId>> {
            let demands = self.draft.expectation(operation.index, args)?.demands;
            let wanted = |refusal: &Refusal| refusal.rule == self.rule || any;
            let is_wrong = demands.iter().any(wanted);
            is_wrong.then(|| demands.iter().map(|refusal| refusal.rule).collect())
        };
        let base = operation.input(Role::Spec).map(|(input, node)| {
            (input.name, value::full(node, &|id| self.draft.existing(id, &names)))
        });
        let mut found: Vec<Args> = Vec::new();
        let specs = self.specs(family);
        for (input, node) in &operation.inputs {
            for mut args in candidates(&self.draft, operation, input.role, node, &names) {
                if input.role != Role::Spec
                    && let (Some((name, _)), Some(bare)) = (&base, specs.first())
                {
                    args.insert((*name).to_owned(), bare.clone());
                }
                if input.location == Location::Path && matches!(args[input.name], Arg::Plain(_)) {
                    continue;
                }
                let Some(mut reasons) = wrong(&args) else { continue };
                // Every part is left out that can be without another reason to refuse the call.
                for (other, node) in &operation.inputs {
                    for edit in smaller(node) {
                        let mut less = args.clone();
                        let applied = less
                            .get_mut(other.name)
                            .is_some_and(|argument| value::apply(&edit, argument));
                        if let Some(left) = wrong(&less).filter(|_| applied)
                            && left.is_subset(&reasons)
                        {
                            (args, reasons) = (less, left);
                        }
                    }
                }
                if !found.contains(&args) {
                    found.push(args);
                }
            }
            // The call without the member.
            let mut args = self.args(operation.index, &names, specs.first());
            args.remove(input.name);
            if input.location != Location::Path && wrong(&args).is_some() {
                found.push(args);
            }
        }
        if any {
            found.truncate(MOST_INVALID);
        }
        for args in found {
            self.add(operation.index, args, 0, None);
        }
    }
}

/// Calls with one member edited, each way that there is.
fn candidates(
    draft: &TraceBuilder,
    operation: &ApiOperation,
    role: Role,
    node: &Node,
    names: &[String],
) -> Vec<Args> {
    let base = match role {
        Role::Name(depth) => names.get(depth).map(|name| Arg::name(name.as_str())),
        _ => Some(value::full(node, &|id| draft.existing(id, names))),
    };
    let Some(base) = base else { return Vec::new() };
    let mut edits = value::edits(node);
    let whole = |arg| Edit { path: Vec::new(), kind: EditKind::Set(arg) };
    match role {
        Role::Name(_) => edits.push(whole(Arg::name("a/b"))),
        Role::Limit => edits.push(whole(Arg::Plain(json!("many")))),
        _ => {}
    }
    let edited = edits.into_iter().filter_map(|edit| {
        let mut argument = base.clone();
        value::apply(&edit, &mut argument).then(|| {
            let mut args = draft.names(operation.index, names);
            args.insert(node.name.to_owned(), argument);
            args
        })
    });
    edited.collect()
}
