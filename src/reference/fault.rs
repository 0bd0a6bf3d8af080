//! Faults: what the reference server does wrong on purpose, to prove that the harness sees it.
//!
//! The main type is [`Fault`]: one bug, with the rule that it breaks. The tables below this module
//! list them as bugs that any family can have; [`all`] derives from the model's tables which family
//! has which, and adds one for every rule that demands a refusal, which can be ignored. What the
//! bugs do is said in `sabotage`.

use std::collections::BTreeSet;

use appmesh_model::api::{Api, ApiFamily};
use appmesh_model::error::ErrorKind;
use appmesh_model::operation::{Action, Role};
use appmesh_model::rule::{Basis, Rule, RuleKind};
use appmesh_model::schema::Node;
use appmesh_model::shape::{Kind, Text};
use appmesh_model::shared_rule::SharedRule;
use appmesh_model::wire::Wire;

pub(super) mod act;
mod basic;
mod contradiction;
mod lifecycle;
mod lists;
mod relationships;
mod row;
mod shortest;
mod wire;

use act::{Act, Edit, Via, What, When, Whose, WireMutation};
use row::{ANY, Row};
pub use shortest::Shortest;
use wire::WireRow;

/// A bug that can be switched on.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its name on the command line.
    pub id: String,
    /// The id of the rule that it breaks.
    pub rule: String,
    /// What it does, for a person.
    pub summary: String,
    /// It needs a particular history, not just one or two calls.
    pub deep: bool,
    /// The ids of other rules that findings may name because of it.
    pub explains: Vec<String>,
    /// The id of the family that has the bug; none for all.
    pub family_id: Option<&'static str>,
    /// How few calls can show it; none if nobody has searched yet.
    pub shortest: Option<Shortest>,
    pub(super) act: Act,
    /// The index of that family.
    pub(super) family: Option<usize>,
}

impl Fault {
    /// Whether a finding on this rule is this fault's doing.
    pub fn accounts_for(&self, rule: &str) -> bool {
        self.rule == rule || self.explains.iter().any(|other| other == rule)
    }

    /// The bound that the bug sets by itself to the traces that show it, where it takes more calls
    /// than a search gets through.
    pub fn bound(&self, api: &Api) -> Option<Shortest> {
        shortest::bound(api, self.act, self.family)
    }

    /// Whether the bug is in what lists show and nowhere else, so that for it one resource of a
    /// family is as good as another.
    pub(crate) fn is_in_lists(&self) -> bool {
        let shows = matches!(self.act.what, What::Cut(_) | What::Refuse(_));
        self.act.on == row::LIST && self.act.via == Via::Itself && shows
    }

    /// Whether the bug looks at one resource only, and what became of it so far: others beside it, in
    /// it or referring to it make no difference.
    pub(crate) fn is_in_one(&self) -> bool {
        let of_others = matches!(
            self.act.when,
            When::FreedSlot
                | When::Emptied
                | When::OneChild
                | When::UpdatedChildren
                | When::RecreatedChildren
                | When::ParentDeleted
                | When::Namesake
                | When::OlderSibling
                | When::YoungerSibling
                | When::Hundred
                | When::OverHundred
        );
        let one = matches!(
            self.act.what,
            What::Refuse(_)
                | What::RefuseAs(_)
                | What::Revive
                | What::CountReplay
                | What::Store(_)
                | What::Behind(_)
                | What::Show(_)
                | What::Item(_)
                | What::Write(_)
        );
        let edit = match self.act.what {
            What::Store(edit) | What::Show(edit) => Some(edit),
            _ => None,
        };
        let compares = matches!(edit, Some(Edit::OneUid | Edit::LastUid | Edit::NamesakeSpec));
        let itself = self.act.via == Via::Itself && self.family.is_some();
        one && itself && !of_others && !compares
    }

    /// Whether the bug is about names as long as they may be.
    pub(crate) fn is_in_long_names(&self) -> bool {
        self.act.when == When::LongName
    }

    /// Whether two faults hide or undo each other by what they do, so that they cannot both be
    /// found on one server.
    pub fn contradicts(&self, other: &Self) -> bool {
        contradiction::between(self, other) || contradiction::between(other, self)
    }
}

/// Every fault that a server of this API can have, in a stable order.
pub fn all(api: &Api) -> Vec<Fault> {
    let mut faults = Vec::new();
    for family in &api.families {
        let tables = [basic::ROWS, lifecycle::ROWS, relationships::ROWS, lists::ROWS];
        for row in tables.into_iter().flatten() {
            faults.extend(of_family(api, family, row));
        }
        faults.extend(ignored(api, family).into_iter().map(|rule| ignores(api, family, rule)));
    }
    for row in wire::ROWS {
        faults.push(Fault {
            id: format!("wire.{}", row.slug),
            rule: api.catalogue.get(api.wire(row.breaks)).id.clone(),
            summary: row.summary.to_owned(),
            deep: false,
            explains: explained_on_the_wire(api, row),
            family_id: None,
            shortest: None,
            act: row.act,
            family: None,
        });
    }
    let mut seen = BTreeSet::new();
    faults.retain(|fault| seen.insert(fault.id.clone()));
    for fault in &mut faults {
        fault.shortest = shortest::of(api, &fault.id, fault.act, fault.family);
    }
    faults
}

/// The rules that a fault of the whole server may break, too.
fn explained_on_the_wire(api: &Api, row: &WireRow) -> Vec<String> {
    let promises = api
        .families
        .iter()
        .flat_map(|family| row.also.iter().filter_map(|promise| family.rule(*promise)));
    let promised = promises.map(|rule| api.catalogue.get(rule));
    // Every rule that names the error says that it is this one.
    let error = ErrorKind::BadRequest.type_name();
    let names_error = |rule: &&Rule| rule.statement.contains(error);
    let misnamed = row.act.what == What::Reply(WireMutation::ValidationException);
    let rules = api.catalogue.rules().iter().filter(|rule| misnamed && names_error(rule));
    // And where nothing speaks of the input, it is one that the operation does not have.
    let unmodelled = misnamed.then(|| api.catalogue.get(api.wire(Wire::ErrorModelled)));
    let own = api.wire(row.breaks);
    let explained =
        promised.chain(rules).chain(unmodelled).filter(|rule| rule.id != api.catalogue.get(own).id);
    explained.map(|rule| rule.id.clone()).collect()
}

/// The fault of this name.
pub fn find(api: &Api, id: &str) -> Option<Fault> {
    all(api).into_iter().find(|fault| fault.id == id)
}

/// The fault that a row is for a family; none if the family lacks what the bug takes.
fn of_family(api: &Api, family: &ApiFamily, row: &Row) -> Option<Fault> {
    let rule = family.rule(row.breaks)?;
    if !can_have(api, family, row.act) {
        return None;
    }
    let id = |rule| api.catalogue.get(rule).id.clone();
    let also = row.also.iter().filter_map(|promise| family.rule(*promise));
    let mut explains: Vec<String> = also.filter(|also| *also != rule).map(id).collect();
    if matches!(row.act.what, What::Take(_)) {
        // Where more went than was deleted, the parent seems to hold something still.
        let parent = family.lineage.iter().rev().nth(1).map(|&parent| &api.families[parent]);
        explains.extend(parent.and_then(|parent| parent.rule(SharedRule::DeleteInUse)).map(id));
        // It is missing where something must stand in the way of its delete.
        explains.extend(family.rule(SharedRule::DeleteInUse).map(id));
        // And what refers to it, or lives in it, cannot be made or changed any more.
        let others = api.families.iter().filter(|other| other.index > family.index);
        let promises = [
            SharedRule::Creates,
            SharedRule::Recreates,
            SharedRule::Duplicate,
            SharedRule::Describes,
            SharedRule::Updates,
            SharedRule::Deletes,
            SharedRule::Lists,
        ];
        let rules = others.flat_map(|other| promises.map(|promise| other.rule(promise)));
        explains.extend(rules.flatten().map(id));
    }
    let unseen = matches!(row.act.what, What::Behind(_) | What::Touch(..));
    if unseen && row.act.what.member() == Some(act::Member::Spec) {
        explains.extend(watching(api, family));
    }
    Some(Fault {
        id: format!("{}.{}", family.table.id, row.slug),
        rule: api.catalogue.get(rule).id.clone(),
        summary: row.summary.to_owned(),
        deep: row.deep,
        explains,
        family_id: Some(family.table.id),
        shortest: None,
        act: row.act,
        family: Some(family.index),
    })
}

/// The rules on deletes of what a family's specifications refer to: who stores another specification
/// than it answers knows of other references than it was told.
fn watching(api: &Api, family: &ApiFamily) -> Vec<String> {
    let create = api.operation_of(family.index, Action::Create);
    let spec = create.and_then(|create| create.input(Role::Spec));
    let mut rules = Vec::new();
    for referred in spec.map(|(_, node)| referred(node)).unwrap_or_default() {
        let own = api.family(referred).map_or(&[][..], |referred| &referred.own_rules);
        let own = own.iter().map(|own| api.catalogue.get(own.rule));
        let in_use = RuleKind::Refusal(ErrorKind::ResourceInUse);
        rules.extend(own.filter(|rule| rule.kind == in_use).map(|rule| rule.id.clone()));
        // What nothing seems to refer to any more should go, and does not.
        let due = api.family(referred).and_then(|referred| referred.rule(SharedRule::Deletes));
        rules.extend(due.map(|rule| api.catalogue.get(rule).id.clone()));
    }
    rules
}

/// The families that a specification refers to.
fn referred(node: &Node) -> BTreeSet<&'static str> {
    let own = match node.shape.kind {
        Kind::Text { text: Text::Reference(family), .. } => Some(family),
        _ => None,
    };
    own.into_iter().chain(node.children.iter().flat_map(referred)).collect()
}

/// Whether a family has what a bug takes: the operations, children, parents and members.
fn can_have(api: &Api, family: &ApiFamily, act: Act) -> bool {
    let updates = |family: &ApiFamily| family.table.operation(Action::Update).is_some();
    let children = || family.children.iter().map(|&child| &api.families[child]);
    let calls = match act.via {
        Via::Itself => act.on.iter().any(|action| family.table.operation(*action).is_some()),
        Via::Children => children()
            .any(|child| act.on.iter().any(|action| child.table.operation(*action).is_some())),
    };
    let history = match act.when {
        When::UpdatedOnce
        | When::UpdatedTwice
        | When::ThirdUpdate
        | When::RecreatedUpdatedOnce
        | When::ListShrinks => updates(family),
        When::UpdatedChildren => children().any(updates),
        When::Emptied | When::OneChild | When::RecreatedChildren => !family.children.is_empty(),
        When::Namesake | When::ParentDeleted => !family.is_root(),
        _ => true,
    };
    let spec = || {
        let create = api.operation_of(family.index, Action::Create);
        create.and_then(|create| create.input(Role::Spec)).map(|(_, node)| node)
    };
    let members = match act.what {
        What::Store(Edit::UnshrunkSpec) => spec().is_some_and(has_list),
        What::Item(Edit::SetVersion(_)) => {
            family.table.item.member("version").is_some() && updates(family)
        }
        // At the root the resource beside it may be a stranger's.
        What::Touch(Whose::Older, _) | What::Take(Whose::Younger) => !family.is_root(),
        _ => match act.what.member() {
            Some(act::Member::Spec) => spec().is_some(),
            _ => true,
        },
    };
    calls && history && members
}

fn has_list(node: &Node) -> bool {
    matches!(node.shape.kind, Kind::List { .. }) || node.children.iter().any(has_list)
}

/// The rules of a family that demand a refusal and can be ignored as they stand.
fn ignored<'a>(api: &'a Api, family: &ApiFamily) -> Vec<&'a Rule> {
    let promised = [
        SharedRule::Duplicate,
        SharedRule::CreateInMissing,
        SharedRule::ListInMissing,
        SharedRule::DeleteInUse,
        SharedRule::UpdateTokenReuse,
        SharedRule::NameSlash,
        SharedRule::LimitNumber,
    ];
    let promised = promised.into_iter().filter_map(|promise| family.rule(promise));
    let own = family.own_rules.iter().map(|own| own.rule);
    let bounds = api
        .operations
        .iter()
        .filter(|operation| operation.family == family.index)
        .flat_map(|operation| operation.inputs.iter().flat_map(|(_, node)| node.rules()));
    let rules = promised.chain(own).chain(bounds).map(|rule| api.catalogue.get(rule));
    rules.filter(|rule| rule.basis != Basis::Silent).collect()
}

/// The fault that ignores a rule.
fn ignores(api: &Api, family: &ApiFamily, rule: &Rule) -> Fault {
    let slug = rule.id.split_once('/').map_or("", |(_, slug)| slug);
    Fault {
        id: format!("{}.ignores-{slug}", family.table.id),
        rule: rule.id.clone(),
        summary: format!("ignores: {}", rule.statement),
        deep: false,
        explains: compared(api, family, rule),
        family_id: Some(family.table.id),
        shortest: None,
        act: Act { on: ANY, via: Via::Itself, when: When::Always, what: What::Permit },
        family: Some(family.index),
    }
}

/// The rules of a family's own that a server breaks which ignores a bound in a specification: who
/// does not look at a value does not compare others with it either.
fn compared(api: &Api, family: &ApiFamily, rule: &Rule) -> Vec<String> {
    if rule.kind != (RuleKind::Bound { in_spec: true }) {
        return Vec::new();
    }
    let own = family.own_rules.iter().map(|own| api.catalogue.get(own.rule));
    own.filter(|own| own.kind == RuleKind::Refusal(ErrorKind::BadRequest))
        .map(|own| own.id.clone())
        .collect()
}
