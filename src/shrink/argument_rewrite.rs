//! Rewrites: the ways in which the arguments of a call can be made simpler.

use appmesh_model::api::Api;
use appmesh_model::operation::Location;

use crate::trace::Step;

mod items;
mod values;

pub(super) use values::simplest_values;

/// A way to make a step simpler; none where it changes nothing.
pub(super) type Rewrite = Box<dyn Fn(&Step) -> Option<Step> + Send + Sync>;

/// The rewrites for the operation of a step, each to be tried on the step as it then is.
pub(super) fn rewrites(api: &'static Api, step: &Step) -> Vec<Rewrite> {
    let mut rewrites: Vec<Rewrite> = Vec::new();
    let Some(operation) = api.operation(&step.operation) else { return rewrites };
    for (input, node) in &operation.inputs {
        let name = input.name;
        if !input.required || input.location == Location::Body {
            rewrites.push(Box::new(move |step| {
                let mut simpler = step.clone();
                simpler.args.remove(name).map(|_| simpler)
            }));
        }
        let of_value = [vec![values::only_known(node)], values::without_members(node)];
        let of_lists = [vec![values::own_length()], items::rewrites(node), values::resized(node)];
        let all = of_value.into_iter().chain(of_lists).chain([values::with_simplest(node)]);
        rewrites.extend(all.flatten().map(|rewrite| -> Rewrite {
            Box::new(move |step| {
                let value = step.args.get(name)?;
                let simpler = rewrite(value).filter(|simpler| simpler != value)?;
                let mut step = step.clone();
                step.args.insert(name.to_owned(), simpler);
                Some(step)
            })
        }));
    }
    rewrites
}
