//! A builder of traces, which predicts the state that its steps lead to.
//!
//! The main type is [`TraceBuilder`]. The prediction comes from the model, so that the next step can be
//! chosen to fit the state. The real target may answer otherwise; the trace is still valid then.

use std::collections::BTreeMap;

use appmesh_model::api::Api;
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::Expectation;
use appmesh_model::operation::{Action, Role};
use appmesh_model::schema::Node;
use appmesh_model::situation::Situation;
use appmesh_model::world::{Key, World};

use super::value::{self, Edit, EditKind};
use crate::predicted_state::Prediction;
use crate::trace::{Arg, Garbage, Step, Trace};

/// The arguments of a call.
pub type Args = BTreeMap<String, Arg>;

/// How much a specification holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything that is sure to be accepted.
    Full,
    /// As little as is sure to be accepted.
    Least,
    /// Another than the full one, just as sure to be accepted.
    Other,
    /// The full one with two items in each list that can be so long.
    Ample,
}

/// A trace under construction.
#[derive(Debug)]
pub struct TraceBuilder {
    api: &'static Api,
    prediction: Prediction,
    steps: Vec<Step>,
    next_id: u32,
}

impl TraceBuilder {
    /// An empty trace; nothing exists.
    pub fn new(api: &'static Api) -> Self {
        Self { api, prediction: Prediction::new(api), steps: Vec::new(), next_id: 1 }
    }

    /// The API that is called.
    pub fn api(&self) -> &'static Api {
        self.api
    }

    /// The state as it should be after the steps so far.
    pub fn world(&self) -> &World {
        self.prediction.world()
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is no step yet.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The trace.
    pub fn finish(self) -> Trace {
        Trace { version: self.api.version, steps: self.steps }
    }

    /// A symbol that was not used yet.
    pub fn fresh(&mut self) -> String {
        format!("x{}", self.prediction.mint())
    }

    /// Adds a call. Returns the id of its step.
    pub fn call(&mut self, operation: usize, args: Args) -> u32 {
        self.push(operation, args, 0, None)
    }

    /// Adds a call after a pause.
    pub fn call_after(&mut self, pause_ms: u64, operation: usize, args: Args) -> u32 {
        self.push(operation, args, pause_ms, None)
    }

    /// Adds a call with a body that is no JSON object.
    pub fn garbage(&mut self, operation: usize, args: Args, garbage: Garbage) -> u32 {
        self.push(operation, args, 0, Some(garbage))
    }

    fn push(
        &mut self,
        operation: usize,
        args: Args,
        pause_ms: u64,
        garbage: Option<Garbage>,
    ) -> u32 {
        let id = self.next_id;
        self.next_id += 1;
        let operation = self.api.operations[operation].table.name.to_owned();
        let step = Step { id, operation, args, pause_ms, garbage };
        self.prediction.take(&step);
        self.steps.push(step);
        id
    }

    /// What the model expects of a call in the prediction; none if it cannot be made.
    pub fn expectation(&self, operation: usize, args: &Args) -> Option<Expectation> {
        let step = self.step(operation, args);
        self.prediction.expect(&step).map(|(_, expectation)| expectation)
    }

    /// The situation that a call would be made in; none if it cannot be made.
    pub fn situation(&self, operation: usize, args: &Args) -> Option<Situation> {
        let (call, expectation) = self.prediction.expect(&self.step(operation, args))?;
        Situation::of(self.api, self.prediction.world(), &call, &expectation)
    }

    fn step(&self, operation: usize, args: &Args) -> Step {
        Step {
            id: 0,
            operation: self.api.operations[operation].table.name.to_owned(),
            args: args.clone(),
            pause_ms: 0,
            garbage: None,
        }
    }

    /// The operation of a family that does this, as an index.
    pub fn operation(&self, family: usize, action: Action) -> Option<usize> {
        self.api.operation_of(family, action).map(|operation| operation.index)
    }

    /// The names of a resource as arguments; for a list those of its parent.
    pub fn names(&self, operation: usize, names: &[String]) -> Args {
        let operation = &self.api.operations[operation];
        names
            .iter()
            .enumerate()
            .filter_map(|(depth, symbol)| {
                let (input, _) = operation.input(Role::Name(depth))?;
                Some((input.name.to_owned(), Arg::name(symbol.as_str())))
            })
            .collect()
    }

    /// Arguments for a valid call: the names, and a specification where one is required or, with
    /// full detail, possible.
    pub fn valid(&self, operation: usize, names: &[String], detail: Detail) -> Args {
        let mut args = self.names(operation, names);
        let compiled = &self.api.operations[operation];
        if let Some((input, node)) = compiled.input(Role::Spec)
            && (input.required || detail != Detail::Least)
        {
            let spec = self.clear_spec(operation, &args, node, names, detail);
            args.insert(input.name.to_owned(), spec);
        }
        args
    }

    /// A specification that the documents leave no doubt about: from one with everything in it,
    /// optional members are taken out until it is clear, and then, for the least, all that can go.
    fn clear_spec(
        &self,
        operation: usize,
        args: &Args,
        node: &Node,
        names: &[String],
        detail: Detail,
    ) -> Arg {
        let own = self.api.operations[operation].family;
        let existing = |family: &str| {
            self.must_exist(own, family).then(|| self.existing(family, names)).flatten()
        };
        let mut spec = value::full(node, &existing);
        let optional = value::optional_paths(node);
        let dropped = |spec: &Arg, path: &[value::Segment]| {
            let mut smaller = spec.clone();
            let edit = Edit { path: path.to_vec(), kind: EditKind::Drop };
            value::apply(&edit, &mut smaller).then_some(smaller)
        };
        let is_clear = |spec: &Arg| self.is_clear(operation, args, node, spec);
        if !is_clear(&spec) {
            let clearer = optional.iter().filter_map(|path| dropped(&spec, path)).find(is_clear);
            spec = clearer.unwrap_or(spec);
        }
        if detail == Detail::Other {
            // Another value tells more than one that is missing, which a server may fill in.
            let (dropped, set): (Vec<Edit>, Vec<Edit>) = value::edits(node)
                .into_iter()
                .partition(|edit| matches!(edit.kind, EditKind::Drop | EditKind::Resize(0)));
            let edited = set.into_iter().chain(dropped).filter_map(|edit| {
                let mut other = spec.clone();
                value::apply(&edit, &mut other).then_some(other)
            });
            let other = edited.filter(|other| *other != spec).find(is_clear);
            return other.unwrap_or(spec);
        }
        if detail == Detail::Ample {
            for path in value::lists(node) {
                let mut longer = spec.clone();
                let edit = Edit { path, kind: EditKind::Resize(2) };
                if value::apply(&edit, &mut longer) && is_clear(&longer) {
                    spec = longer;
                }
            }
        }
        while detail == Detail::Least && is_clear(&spec) {
            let smaller = optional.iter().filter_map(|path| dropped(&spec, path)).find(is_clear);
            match smaller {
                Some(smaller) => spec = smaller,
                None => break,
            }
        }
        spec
    }

    /// Whether a specification is neither wrong nor left open. Judged on a create of a free name,
    /// so that the state of the resource itself does not matter.
    fn is_clear(&self, operation: usize, args: &Args, node: &Node, spec: &Arg) -> bool {
        let family = self.api.operations[operation].family;
        let mut args = args.clone();
        args.insert(node.name.to_owned(), spec.clone());
        let Some(create) = self.operation(family, Action::Create) else { return false };
        if let Some((input, _)) = self.api.operations[create].inputs.iter().rfind(|(input, _)| {
            input.role == Role::Name(self.api.families[family].lineage.len() - 1)
        }) {
            args.insert(input.name.to_owned(), Arg::name("free"));
        }
        self.expectation(create, &args).is_some_and(|expectation| {
            let unclear =
                expectation.refusals().any(|refusal| refusal.error == ErrorKind::BadRequest);
            let dangling =
                expectation.demands.iter().any(|refusal| refusal.error == ErrorKind::NotFound);
            let misses_parent = expectation.changes.is_empty();
            !unclear && (!dangling || misses_parent) && expectation.open.is_none()
        })
    }

    /// Whether the resource of a family with these names exists.
    pub fn exists(&self, family: usize, names: &[String]) -> bool {
        self.world().contains(&Key::new(family, names.iter().map(String::as_str)))
    }

    /// The symbol of an existing resource of a family in the same root.
    pub fn existing(&self, family: &str, names: &[String]) -> Option<String> {
        let family = self.api.family(family)?;
        let root = Key::new(0, names.first().map(String::as_str));
        let found = self.world().below(family.index, &root).next();
        found.map(|(key, _)| key.name().to_owned())
    }

    /// Creates a resource. Returns its names.
    pub fn create(
        &mut self,
        family: usize,
        parents: &[String],
        symbol: &str,
        detail: Detail,
    ) -> Vec<String> {
        let names: Vec<String> = parents.iter().cloned().chain([symbol.to_owned()]).collect();
        if let Some(operation) = self.operation(family, Action::Create) {
            let args = self.valid(operation, &names, detail);
            self.call(operation, args);
        }
        names
    }

    /// Calls an operation of a family on the resource with these names, if it has one.
    pub fn on(&mut self, family: usize, action: Action, names: &[String], detail: Detail) {
        if let Some(operation) = self.operation(family, action) {
            let args = self.valid(operation, names, detail);
            self.call(operation, args);
        }
    }

    /// Creates all that a resource of the family needs: its ancestors, and one of each family that
    /// it refers to. Returns the names of its parent.
    pub fn prepare(&mut self, family: usize) -> Vec<String> {
        let lineage = &self.api.families[family].lineage;
        let mut names = Vec::new();
        for (depth, &above) in lineage[..lineage.len() - 1].iter().enumerate() {
            let symbol = format!("p{depth}");
            let own: Vec<String> = names.iter().cloned().chain([symbol.clone()]).collect();
            if !self.exists(above, &own) {
                self.create(above, &names, &symbol, Detail::Least);
            }
            names = own;
        }
        self.refer(family, &names);
        names
    }

    /// Creates, below the same root as `names`, one of each family that resources of this one refer
    /// to, where there is none yet.
    pub fn refer(&mut self, family: usize, names: &[String]) {
        for referred in self.referred(family) {
            let referred = &self.api.families[referred];
            if !self.must_exist(family, referred.table.id) {
                continue;
            }
            if self.existing(referred.table.id, names).is_none() {
                let parents: Vec<String> =
                    names.iter().take(referred.lineage.len() - 1).cloned().collect();
                self.create(referred.index, &parents, "r", Detail::Least);
            }
        }
    }

    /// Whether a specification of `family` does not itself bring what it refers to into being.
    fn must_exist(&self, family: usize, referred: &str) -> bool {
        let by = self.api.families[family].table.id;
        self.api.family(referred).is_none_or(|family| !family.table.implied_by.contains(&by))
    }

    /// The families that specifications of this one refer to.
    pub fn referred(&self, family: usize) -> Vec<usize> {
        let create = self.api.operation_of(family, Action::Create);
        let spec = create.and_then(|create| create.input(Role::Spec));
        let mut found = Vec::new();
        for id in spec.map(|(_, node)| node.referred()).unwrap_or_default() {
            let referred = self.api.family(id).map(|referred| referred.index);
            found.extend(referred.filter(|referred| !found.contains(referred)));
        }
        found
    }
}
