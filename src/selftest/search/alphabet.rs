//! The alphabet: the calls that a search puts together.
//!
//! The main function is [`alphabet`]. It derives from the model's tables: for a family and those
//! around it, the calls with specifications of every kind on a small pool of names, and every edit
//! that a rule is about.

use std::collections::BTreeSet;

use appmesh_model::DEFAULT_LIMIT;
use appmesh_model::api::Api;
use appmesh_model::operation::{Action, Role};
use appmesh_model::rule::RuleId;
use appmesh_model::shape::Kind;
use appmesh_model::world::Key;
use serde_json::json;

use crate::generate::trace_builder::{Args, Detail, TraceBuilder};
use crate::generate::value::{self, Edit, EditKind};
use crate::selftest::fault::Fault;
use crate::trace::{Arg, Garbage, Step};

use super::reduced_arguments::{reduced, references, smaller};

/// Longer than a step of a clock that tells whole seconds.
const PAUSE_MS: u64 = appmesh_model::judgement::CLOCK_STEP_MS + 50;

/// The number of specifications that creates have: the barest, the least that is sure to be
/// accepted, one that refers to nothing, and everything. The others come with updates.
const CREATED: usize = 4;

/// The symbol of a resource with a name as long as it may be.
const LONG: &str = "long";

/// The symbol of a resource that does not exist yet.
pub(super) const FRESH: &str = "fresh";

/// One call that may come next.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    /// The call; its id is given when it takes its place.
    pub step: Step,
    /// The family it is about.
    pub family: usize,
    /// It reads a page, so that another may follow with its token.
    pub pages: bool,
    /// The names of the pools that it uses, as bits.
    pub uses: u64,
    /// The names before those in the pools.
    pub after: u64,
    /// The number of calls that it stands for, each about a name of its own.
    pub times: usize,
}

/// The endings of the names of a pool. Each sorts behind those before it.
const POOL: [&str; 3] = ["a", "b", "c"];

/// A name of a family's pool, by its number.
fn pool(family: usize, number: usize) -> String {
    format!("f{family}{}", POOL[number])
}

/// The calls for a search for traces that show `fault` in `family`, and the keys of the resources
/// that they are about.
pub(super) fn alphabet(
    api: &'static Api,
    fault: &Fault,
    family: usize,
    crowd: usize,
) -> (Vec<Letter>, BTreeSet<Key>) {
    let is_alone = fault.is_in_one();
    let around = around(api, family, is_alone);
    let mut draft = TraceBuilder::new(api);
    for &each in &around {
        let names = first_names(api, each);
        if let Some((symbol, parents)) = names.split_last() {
            draft.create(each, parents, symbol, Detail::Full);
        }
    }
    let mut writer = Writer { api, draft, rule: fault.rule, is_alone, letters: Vec::new() };
    if !(fault.is_in_lists() && writer.in_lists(family)) {
        for &each in &around {
            writer.surrounding(each, each == family, family);
        }
        writer.own(family);
        if fault.is_in_long_names() {
            writer.long_names(family);
        }
        let own = api.operations.iter().filter(|operation| operation.family == family);
        for operation in own {
            writer.invalid(operation);
        }
    }
    if crowd > 1 {
        let specs = writer.specs(family);
        writer.call(family, Action::Create, &first_names(api, family), specs.first());
        if let Some(letter) = writer.letters.last_mut() {
            (letter.times, letter.uses) = (crowd, 0);
        }
    }
    let mut letters: Vec<Letter> = Vec::new();
    for letter in writer.letters {
        if !letters.iter().any(|known| known.step == letter.step && known.times == letter.times) {
            letters.push(letter);
        }
    }
    let mut keys = BTreeSet::new();
    for letter in &letters {
        let Some(operation) = api.operation(&letter.step.operation) else { continue };
        if let Some(expectation) = writer.draft.expectation(operation.index, &letter.step.args) {
            keys.extend(expectation.key);
        }
    }
    (letters, keys)
}

/// The names of the first resource of each pool, from the root down to this family.
pub(super) fn first_names(api: &Api, family: usize) -> Vec<String> {
    api.families[family].lineage.iter().map(|&above| pool(above, 0)).collect()
}

/// The same with another name for the resource itself.
pub(super) fn names_to(api: &Api, family: usize, name: String) -> Vec<String> {
    let mut names = first_names(api, family);
    names.pop();
    names.push(name);
    names
}

/// A family, its ancestors and the families that it refers to, and, if it is not alone, its children
/// and the families that refer to it, with all that those need.
fn around(api: &'static Api, family: usize, is_alone: bool) -> BTreeSet<usize> {
    let draft = TraceBuilder::new(api);
    let mut around = BTreeSet::from([family]);
    if !is_alone {
        let refers = |other: &usize| draft.referred(*other).contains(&family);
        around.extend(&api.families[family].children);
        around.extend((0..api.families.len()).filter(refers));
    }
    loop {
        let before = around.len();
        for each in around.clone() {
            around.extend(&api.families[each].lineage);
            around.extend(draft.referred(each));
        }
        if around.len() == before {
            return around;
        }
    }
}

/// Puts the calls together.
pub(super) struct Writer {
    pub(super) api: &'static Api,
    /// The first resource of each pool exists in it.
    pub(super) draft: TraceBuilder,
    /// The rule that the search is about.
    pub(super) rule: RuleId,
    /// One resource of the family is enough, without children and references to it.
    is_alone: bool,
    letters: Vec<Letter>,
}

impl Writer {
    pub(super) fn add(
        &mut self,
        operation: usize,
        args: Args,
        pause_ms: u64,
        garbage: Option<Garbage>,
    ) {
        let compiled = &self.api.operations[operation];
        let name = compiled.table.name.to_owned();
        let step = Step { id: 0, operation: name, args, pause_ms, garbage };
        let (mut uses, mut after) = (0, 0);
        for symbol in step.symbols() {
            for family in 0..self.api.families.len() {
                for number in (0..POOL.len()).filter(|number| symbol == pool(family, *number)) {
                    let bit = family * POOL.len() + number;
                    uses |= 1 << bit;
                    after |= if number == 0 { 0 } else { 1 << (bit - 1) };
                }
            }
        }
        let pages = compiled.table.action == Action::List;
        self.letters.push(Letter { step, family: compiled.family, pages, uses, after, times: 1 });
    }

    fn call(&mut self, family: usize, action: Action, names: &[String], spec: Option<&Arg>) {
        let Some(operation) = self.draft.operation(family, action) else { return };
        let args = self.args(operation, names, spec);
        self.add(operation, args, 0, None);
    }

    pub(super) fn args(&self, operation: usize, names: &[String], spec: Option<&Arg>) -> Args {
        let mut args = self.draft.names(operation, names);
        let input = self.api.operations[operation].input(Role::Spec);
        if let (Some((input, _)), Some(spec)) = (input, spec) {
            args.insert(input.name.to_owned(), spec.clone());
        }
        args
    }

    /// Whether a create of the family must have a specification.
    fn needs_spec(&self, family: usize) -> bool {
        let create = self.api.operation_of(family, Action::Create);
        let input = create.and_then(|create| create.input(Role::Spec));
        input.is_some_and(|(input, _)| input.required)
    }

    /// The calls on a family near the one that the search is about.
    fn surrounding(&mut self, each: usize, is_own: bool, about: usize) {
        let mut names = vec![first_names(self.api, each)];
        let lineage = &self.api.families[about].lineage;
        let is_parent = lineage.len() > 1 && lineage[lineage.len() - 2] == each;
        if (is_own || is_parent) && !self.is_alone {
            names.push(names_to(self.api, each, pool(each, 1)));
        }
        let specs = self.specs(each);
        let needs_spec = self.needs_spec(each);
        for (index, names) in names.iter().enumerate() {
            // A resource beside the first need not be special.
            let created = if index == 0 && is_own { CREATED } else { 1 };
            let updated = if index == 0 && is_own { specs.len() } else { 0 };
            specs.iter().take(created).for_each(|spec| {
                self.call(each, Action::Create, names, Some(spec));
            });
            let refers = specs.iter().find(|spec| references(spec) > 0);
            if let Some(spec) = refers.filter(|_| index == 0 && !is_own) {
                self.call(each, Action::Create, names, Some(spec));
            }
            if !needs_spec && index == 0 || specs.is_empty() {
                self.call(each, Action::Create, names, None);
            }
            specs.iter().take(updated).for_each(|spec| {
                self.call(each, Action::Update, names, Some(spec));
            });
            self.call(each, Action::Delete, names, None);
            if is_own {
                self.call(each, Action::Describe, names, None);
            }
        }
    }

    /// The other calls on the family that the search is about.
    fn own(&mut self, family: usize) {
        let names = first_names(self.api, family);
        let specs = self.specs(family);
        if names.len() > 1 && !self.is_alone {
            // The same name in another parent.
            let mut elsewhere = names.clone();
            let parent = self.api.families[family].lineage[names.len() - 2];
            elsewhere[names.len() - 2] = pool(parent, 1);
            self.call(family, Action::Create, &elsewhere, specs.first());
            // Beside the barest specification, a larger one that refers to nothing either.
            let mut plain = specs.iter().filter(|spec| references(spec) == 0);
            if let Some(something) = plain.find(|&spec| *spec != specs[0]) {
                self.call(family, Action::Create, &elsewhere, Some(something));
            }
            self.call(family, Action::Describe, &elsewhere, None);
            self.call(family, Action::List, &elsewhere, None);
        }
        for action in [Action::Create, Action::Update] {
            let Some(operation) = self.draft.operation(family, action) else { continue };
            let input = self.api.operations[operation].input(Role::ClientToken);
            let kinds: Vec<Option<&Arg>> = match specs.len() {
                0 => vec![None],
                _ => specs.iter().take(2).map(Some).collect(),
            };
            for spec in kinds {
                let mut args = self.args(operation, &names, spec);
                if action == Action::Update {
                    self.add(operation, args.clone(), PAUSE_MS, None);
                }
                if let Some((input, _)) = input {
                    let token = Arg::Token { symbol: "t1".to_owned(), length: None };
                    args.insert(input.name.to_owned(), token);
                    self.add(operation, args, 0, None);
                }
            }
            for garbage in Garbage::ALL {
                let args = self.args(operation, &names, specs.first());
                self.add(operation, args, 0, Some(garbage));
            }
        }
        self.lists(family, &names);
    }

    /// Lists of a parent, without a limit and with those that make a difference.
    fn lists(&mut self, family: usize, names: &[String]) {
        let Some(list) = self.draft.operation(family, Action::List) else { return };
        let args = self.args(list, names, None);
        self.add(list, args.clone(), 0, None);
        if let Some((input, _)) = self.api.operations[list].input(Role::Limit) {
            for limit in [1, 2, DEFAULT_LIMIT] {
                let mut args = args.clone();
                args.insert(input.name.to_owned(), Arg::Plain(json!(limit)));
                self.add(list, args, 0, None);
            }
        }
    }

    /// The calls that can change what a list shows: creates and deletes of resources with three names,
    /// and lists. The specifications make no difference. Returns whether these calls are enough, as
    /// they are where no resource must refer to another.
    fn in_lists(&mut self, family: usize) -> bool {
        let lineage = &self.api.families[family].lineage;
        let kinds: Vec<Option<Arg>> = lineage
            .iter()
            .map(|&each| self.specs(each).into_iter().find(|spec| references(spec) == 0))
            .collect();
        if lineage.iter().zip(&kinds).any(|(&each, kind)| self.needs_spec(each) && kind.is_none()) {
            return false;
        }
        for (&each, kind) in lineage.iter().zip(&kinds) {
            let numbers = if each == family { POOL.len() } else { 1 };
            for number in 0..numbers {
                let names = names_to(self.api, each, pool(each, number));
                self.call(each, Action::Create, &names, kind.as_ref());
                self.call(each, Action::Delete, &names, None);
            }
        }
        self.lists(family, &first_names(self.api, family));
        true
    }

    /// The calls on a resource with a name as long as it may be.
    fn long_names(&mut self, family: usize) {
        let names = first_names(self.api, family);
        let own = Role::Name(names.len() - 1);
        for action in [Action::Create, Action::Describe] {
            let Some(operation) = self.draft.operation(family, action) else { continue };
            let Some((input, node)) = self.api.operations[operation].input(own) else { continue };
            let Kind::Text { max, .. } = node.shape.kind else { continue };
            for detail in [Detail::Least, Detail::Full] {
                let mut args = self.draft.valid(operation, &names, detail);
                let long = Arg::Name { symbol: LONG.to_owned(), length: max };
                args.insert(input.name.to_owned(), long);
                self.add(operation, args, 0, None);
            }
        }
    }

    /// Specifications that the model lets succeed: the barest, one that refers to nothing, everything,
    /// then other kinds.
    pub(super) fn specs(&self, family: usize) -> Vec<Arg> {
        let Some(create) = self.draft.operation(family, Action::Create) else { return Vec::new() };
        let Some((input, node)) = self.api.operations[create].input(Role::Spec) else {
            return Vec::new();
        };
        let names = names_to(self.api, family, FRESH.to_owned());
        let full = value::full(node, &|id| self.draft.existing(id, &names));
        let may_succeed = |spec: &Arg| {
            let args = self.args(create, &names, Some(spec));
            self.draft.expectation(create, &args).is_some_and(|it| it.demands.is_empty())
        };
        // Without a member that refers to a resource, another one may be left.
        let refers = |spec: &Arg| references(spec) > 0;
        let mut alone = full.clone();
        for edit in smaller(node).into_iter().rev() {
            let mut candidate = alone.clone();
            let applied = refers(&alone) && value::apply(&edit, &mut candidate);
            if applied && references(&candidate) < references(&alone) && may_succeed(&candidate) {
                alone = candidate;
            }
        }
        // Lists of two items.
        let longer = value::lists(node).into_iter().filter_map(|path| {
            let mut longer = full.clone();
            value::apply(&Edit { path, kind: EditKind::Resize(2) }, &mut longer).then_some(longer)
        });
        let other = self.draft.valid(create, &names, Detail::Other).remove(input.name);
        let clear = self.draft.valid(create, &names, Detail::Full).remove(input.name);
        let least = self.draft.valid(create, &names, Detail::Least).remove(input.name);
        let specs = [Some(reduced(node, &full, &may_succeed)), least, Some(alone), clear, other];
        let mut kinds: Vec<Arg> = Vec::new();
        for spec in specs.into_iter().flatten().chain(longer) {
            if !kinds.contains(&spec) && may_succeed(&spec) {
                kinds.push(spec);
            }
        }
        kinds
    }
}
