//! The alphabet: the calls that a search puts together.
//!
//! The main function is [`alphabet`]. It derives from the model's tables: for a family and those
//! around it, what can be done with specifications of every kind on a small pool of names, and
//! every edit that a rule is about.

use std::collections::BTreeSet;

use appmesh_model::api::{Api, ApiOperation};
use appmesh_model::expect::Refusal;
use appmesh_model::operation::{Location, Role, Verb};
use appmesh_model::rule::{RuleId, group};
use appmesh_model::schema::Node;
use appmesh_model::world::Key;
use serde_json::json;

use crate::generate::draft::{Args, Detail, Draft};
use crate::generate::value::{self, Edit, EditKind, Segment};
use crate::trace::{Arg, Garbage, Step};

use super::less::{reduced, references, smaller};

/// Longer than a clock that tells whole seconds needs to move on.
const PAUSE_MS: u64 = appmesh_model::answer::CLOCK_STEP_MS + 50;

/// So many edits of an operation are enough where any wrong input will do.
const MOST_WRONG: usize = 8;

/// So many kinds of specifications are created with: the barest, one that refers to nothing, and
/// everything. The others come with updates.
const CREATED: usize = 3;

/// One call that may come next.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    /// The call; its id is given when it takes its place.
    pub step: Step,
    /// The family it is about.
    pub family: usize,
    /// It reads a page, so that another may follow with its token.
    pub pages: bool,
    /// The first names of the pools that it uses, as bits.
    pub first: u64,
    /// The second names of the pools that it uses: they come after the first.
    pub second: u64,
    /// How many calls of this kind it stands for, each about a name of its own.
    pub times: usize,
}

/// The first and the second name of a family's pool. The second sorts behind.
fn pool(family: usize, second: bool) -> String {
    format!("f{family}{}", if second { "b" } else { "a" })
}

/// The calls for a search for what breaks `rule` in `family`, and the keys that they are about.
pub(super) fn alphabet(
    api: &'static Api,
    family: usize,
    rule: RuleId,
    crowd: usize,
) -> (Vec<Letter>, BTreeSet<Key>) {
    let around = around(api, family);
    let mut draft = Draft::new(api);
    for &each in &around {
        let names = first_names(api, each);
        if let Some((symbol, parents)) = names.split_last() {
            draft.create(each, parents, symbol, Detail::Full);
        }
    }
    let mut writer = Writer { api, draft, rule, letters: Vec::new() };
    for &each in &around {
        writer.surrounding(each, each == family, family);
    }
    writer.own(family);
    if crowd > 1 {
        let specs = writer.specs(family);
        writer.call(family, Verb::Create, &first_names(api, family), specs.first());
        if let Some(letter) = writer.letters.last_mut() {
            (letter.times, letter.first) = (crowd, 0);
        }
    }
    let own = api.operations.iter().filter(|operation| operation.family == family);
    for operation in own {
        writer.wrong(operation);
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

fn first_names(api: &Api, family: usize) -> Vec<String> {
    api.families[family].lineage.iter().map(|&above| pool(above, false)).collect()
}

/// A family, what it lives in and refers to, what lives in it and refers to it, and what those need.
fn around(api: &'static Api, family: usize) -> BTreeSet<usize> {
    let draft = Draft::new(api);
    let mut around = BTreeSet::from([family]);
    around.extend(&api.families[family].children);
    around.extend((0..api.families.len()).filter(|&other| draft.referred(other).contains(&family)));
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

struct Writer {
    api: &'static Api,
    /// Everything with a first name exists in it.
    draft: Draft,
    rule: RuleId,
    letters: Vec<Letter>,
}

impl Writer {
    fn add(&mut self, operation: usize, args: Args, pause_ms: u64, garbage: Option<Garbage>) {
        let compiled = &self.api.operations[operation];
        let name = compiled.table.name.to_owned();
        let step = Step { id: 0, operation: name, args, pause_ms, garbage };
        let (mut first, mut second) = (0, 0);
        for symbol in step.symbols() {
            for family in 0..self.api.families.len() {
                first |= u64::from(symbol == pool(family, false)) << family;
                second |= u64::from(symbol == pool(family, true)) << family;
            }
        }
        let pages = compiled.table.verb == Verb::List;
        self.letters.push(Letter { step, family: compiled.family, pages, first, second, times: 1 });
    }

    fn call(&mut self, family: usize, verb: Verb, names: &[String], spec: Option<&Arg>) {
        let Some(operation) = self.draft.operation(family, verb) else { return };
        let args = self.args(operation, names, spec);
        self.add(operation, args, 0, None);
    }

    fn args(&self, operation: usize, names: &[String], spec: Option<&Arg>) -> Args {
        let mut args = self.draft.names(operation, names);
        let input = self.api.operations[operation].input(Role::Spec);
        if let (Some((input, _)), Some(spec)) = (input, spec) {
            args.insert(input.name.to_owned(), spec.clone());
        }
        args
    }

    /// What can be done with a family near the one that the search is about.
    fn surrounding(&mut self, each: usize, is_own: bool, about: usize) {
        let mut names = vec![first_names(self.api, each)];
        let lineage = &self.api.families[about].lineage;
        let is_parent = lineage.len() > 1 && lineage[lineage.len() - 2] == each;
        if is_own || is_parent {
            let mut second = first_names(self.api, each);
            second.pop();
            second.push(pool(each, true));
            names.push(second);
        }
        let specs = self.specs(each);
        let required = self.draft.operation(each, Verb::Create).is_some_and(|create| {
            let input = self.api.operations[create].input(Role::Spec);
            input.is_some_and(|(input, _)| input.required)
        });
        for (index, names) in names.iter().enumerate() {
            // What is made beside the first need not be special.
            let created = if index == 0 { CREATED } else { 1 };
            let updated = if index == 0 && is_own { specs.len() } else { 0 };
            specs.iter().take(created).for_each(|spec| {
                self.call(each, Verb::Create, names, Some(spec));
            });
            if !required && index == 0 || specs.is_empty() {
                self.call(each, Verb::Create, names, None);
            }
            specs.iter().take(updated).for_each(|spec| {
                self.call(each, Verb::Update, names, Some(spec));
            });
            self.call(each, Verb::Delete, names, None);
            if is_own {
                self.call(each, Verb::Describe, names, None);
            }
        }
    }

    /// What else can be done with the family that the search is about.
    fn own(&mut self, family: usize) {
        let names = first_names(self.api, family);
        let specs = self.specs(family);
        if names.len() > 1 {
            // The same name in another parent.
            let mut elsewhere = names.clone();
            let parent = self.api.families[family].lineage[names.len() - 2];
            elsewhere[names.len() - 2] = pool(parent, true);
            self.call(family, Verb::Create, &elsewhere, specs.first());
            self.call(family, Verb::Describe, &elsewhere, None);
            self.call(family, Verb::List, &elsewhere, None);
        }
        for verb in [Verb::Create, Verb::Update] {
            let Some(operation) = self.draft.operation(family, verb) else { continue };
            let input = self.api.operations[operation].input(Role::ClientToken);
            let kinds: Vec<Option<&Arg>> = match specs.len() {
                0 => vec![None],
                _ => specs.iter().take(2).map(Some).collect(),
            };
            for spec in kinds {
                let mut args = self.args(operation, &names, spec);
                if verb == Verb::Update {
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
        let Some(list) = self.draft.operation(family, Verb::List) else { return };
        let args = self.args(list, &names, None);
        self.add(list, args.clone(), 0, None);
        if let Some((input, _)) = self.api.operations[list].input(Role::Limit) {
            for limit in [1, 2] {
                let mut args = args.clone();
                args.insert(input.name.to_owned(), Arg::Plain(json!(limit)));
                self.add(list, args, 0, None);
            }
        }
    }

    /// Specifications that the model lets succeed: the barest, one that refers to nothing, everything,
    /// then other kinds.
    fn specs(&self, family: usize) -> Vec<Arg> {
        let Some(create) = self.draft.operation(family, Verb::Create) else { return Vec::new() };
        let Some((input, node)) = self.api.operations[create].input(Role::Spec) else {
            return Vec::new();
        };
        let names = self.fresh(family);
        let full = value::full(node, &|id| self.draft.existing(id, &names));
        let may_succeed = |spec: &Arg| {
            let args = self.args(create, &names, Some(spec));
            self.draft.expectation(create, &args).is_some_and(|it| it.demands.is_empty())
        };
        // With a member that refers to something gone, something else may be left.
        let refers = |spec: &Arg| references(spec) > 0;
        let mut alone = full.clone();
        for edit in smaller(node).into_iter().rev() {
            let mut candidate = alone.clone();
            let applied = refers(&alone) && value::apply(&edit, &mut candidate);
            if applied && references(&candidate) < references(&alone) && may_succeed(&candidate) {
                alone = candidate;
            }
        }
        // Two of what there may be one of.
        let longer = node.children.iter().filter_map(|child| {
            let path = vec![Segment::Member(child.name)];
            let mut longer = full.clone();
            value::apply(&Edit { path, kind: EditKind::Resize(2) }, &mut longer).then_some(longer)
        });
        let other = self.draft.valid(create, &names, Detail::Other).remove(input.name);
        let clear = self.draft.valid(create, &names, Detail::Full).remove(input.name);
        let specs = [Some(reduced(node, &full, &may_succeed)), Some(alone), clear, other];
        let mut kinds: Vec<Arg> = Vec::new();
        for spec in specs.into_iter().flatten().chain(longer) {
            if !kinds.contains(&spec) && may_succeed(&spec) {
                kinds.push(spec);
            }
        }
        kinds
    }

    /// The names of something that does not exist yet.
    fn fresh(&self, family: usize) -> Vec<String> {
        let mut names = first_names(self.api, family);
        names.pop();
        names.push("fresh".to_owned());
        names
    }

    /// Calls that the rule demands to be refused, or, for a rule of the wire, some that any does.
    fn wrong(&mut self, operation: &'static ApiOperation) {
        let family = operation.family;
        let exists = operation.table.verb != Verb::Create;
        let names = if exists { first_names(self.api, family) } else { self.fresh(family) };
        let any = demands_any(self.api, self.rule);
        // The reasons to refuse a call, if what the search is about is among them.
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
                // Whatever can go goes, as long as no reason to refuse the call is added.
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
            // The member left out altogether.
            let mut args = self.args(operation.index, &names, specs.first());
            args.remove(input.name);
            if input.location != Location::Path && wrong(&args).is_some() {
                found.push(args);
            }
        }
        if any {
            found.truncate(MOST_WRONG);
        }
        for args in found {
            self.add(operation.index, args, 0, None);
        }
    }
}

/// Whether a rule is about the form of answers, so that any refusal may show it.
fn demands_any(api: &Api, rule: RuleId) -> bool {
    let group = group(&api.catalogue.get(rule).id);
    !api.families.iter().any(|family| family.table.id == group)
}

/// Calls with one member edited, each way that there is.
fn candidates(
    draft: &Draft,
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
