//! The catalogue: all faults that a reference server can have.
//!
//! The main function is [`all`]. It derives from the tables and the model which family has which
//! fault, and adds one for every rule that demands a refusal, which a server can ignore.

use std::collections::BTreeSet;

use appmesh_model::api::{Api, ApiFamily};
use appmesh_model::error::ErrorKind;
use appmesh_model::operation::{Action, Role};
use appmesh_model::rule::{RuleId, RuleKind};
use appmesh_model::schema::Node;
use appmesh_model::shared_rule::SharedRule;
use appmesh_model::wire_rule::Wire;

use super::behaviour::{Behaviour, Edit, Member, Mutation, Related, Via, When, WireMutation};
use super::definition::Fault;
use super::row::{ANY, Row};
use super::{basic, lifecycle, lists, relationships, shortest, wire};

/// Every fault that a server of this API can have, in a stable order.
pub fn all(api: &Api) -> Vec<Fault> {
    let mut faults = Vec::new();
    for family in &api.families {
        let tables = [basic::ROWS, lifecycle::ROWS, relationships::ROWS, lists::ROWS];
        for row in tables.into_iter().flatten() {
            faults.extend(of_family(api, family, row));
        }
        let ignored = ignored(api, family).into_iter();
        faults.extend(ignored.map(|(rule, shared)| ignores(api, family, rule, shared)));
    }
    for row in wire::ROWS {
        faults.push(Fault {
            id: format!("wire.{}", row.slug),
            rule: api.wire(row.breaks),
            summary: row.summary.to_owned(),
            deep: row.deep,
            explains: explained_on_the_wire(api, row),
            shortest: None,
            behaviour: row.behaviour,
            family: None,
            shared: None,
        });
    }
    let mut seen = BTreeSet::new();
    faults.retain(|fault| seen.insert(fault.id.clone()));
    for fault in &mut faults {
        fault.shortest = shortest::of(api, &fault.id, fault.behaviour, fault.family);
    }
    faults
}

/// The rules that a fault of the whole server may break, too.
fn explained_on_the_wire(api: &Api, row: &Row<Wire>) -> Vec<RuleId> {
    let families = api.families.iter();
    let mut explained: Vec<RuleId> = families
        .flat_map(|family| row.also.iter().filter_map(|shared| family.rule(*shared)))
        .collect();
    if row.behaviour.mutation == Mutation::Reply(WireMutation::ValidationException) {
        // These rules name the error. Where no rule is about the input, the error is one that the
        // operation does not have.
        explained.extend(api.catalogue.ids().filter(|rule| is_bad_request(api, *rule)));
        explained.extend([api.wire(Wire::MalformedBody), api.wire(Wire::ErrorModelled)]);
    }
    explained.retain(|rule| *rule != api.wire(row.breaks));
    explained
}

/// Whether a rule refuses a call with BadRequestException for another reason than a bound.
fn is_bad_request(api: &Api, rule: RuleId) -> bool {
    api.catalogue.get(rule).kind == RuleKind::Refusal(ErrorKind::BadRequest)
}

/// The fault with this id.
pub fn find(api: &Api, id: &str) -> Option<Fault> {
    all(api).into_iter().find(|fault| fault.id == id)
}

/// The fault of a row in a family; none if the family lacks the operations or members for it.
fn of_family(api: &Api, family: &ApiFamily, row: &Row) -> Option<Fault> {
    let rule = family.rule(row.breaks)?;
    if !can_have(api, family, row.behaviour) {
        return None;
    }
    let also = row.also.iter().filter_map(|shared| family.rule(*shared));
    let mut explains: Vec<RuleId> = also.filter(|also| *also != rule).collect();
    if matches!(row.behaviour.mutation, Mutation::Take(_)) {
        explains.extend(missing_resource(api, family));
    }
    let unseen = matches!(row.behaviour.mutation, Mutation::Behind(_) | Mutation::Touch(..));
    if unseen && row.behaviour.mutation.member() == Some(Member::Spec) {
        explains.extend(wrong_references(api, family));
    }
    Some(Fault {
        id: format!("{}.{}", family.table.id, row.slug),
        rule,
        summary: row.summary.to_owned(),
        deep: row.deep,
        explains,
        shortest: None,
        behaviour: row.behaviour,
        family: Some(family.index),
        shared: Some(row.breaks),
    })
}

/// The rules that a server seems to break after it deleted a resource on its own.
fn missing_resource(api: &Api, family: &ApiFamily) -> Vec<RuleId> {
    // The deleted resource still counts for the delete of its parent.
    let parent = family.lineage.iter().rev().nth(1).map(|&parent| &api.families[parent]);
    let in_parent = parent.and_then(|parent| parent.rule(SharedRule::DeleteInUse));
    // Resources that refer to it, or live in it, cannot be created or changed any more.
    let others = api.families.iter().filter(|other| other.index > family.index);
    let shared = [
        SharedRule::Creates,
        SharedRule::Recreates,
        SharedRule::Duplicate,
        SharedRule::Describes,
        SharedRule::Updates,
        SharedRule::Deletes,
        SharedRule::Lists,
    ];
    let of_others = others.flat_map(|other| shared.map(|shared| other.rule(shared))).flatten();
    in_parent.into_iter().chain(family.rule(SharedRule::DeleteInUse)).chain(of_others).collect()
}

/// The rules on deletes of the families that a family's specifications refer to: a server that stores
/// another specification than it answers knows of other references.
fn wrong_references(api: &Api, family: &ApiFamily) -> Vec<RuleId> {
    let create = api.operation_of(family.index, Action::Create);
    let spec = create.and_then(|create| create.input(Role::Spec));
    let referred = spec.map(|(_, node)| node.referred()).unwrap_or_default();
    let mut rules = Vec::new();
    for family in referred.into_iter().filter_map(|id| api.family(id)) {
        let in_use = RuleKind::Refusal(ErrorKind::ResourceInUse);
        let own = family.own_rules.iter().map(|own| own.rule);
        rules.extend(own.filter(|own| api.catalogue.get(*own).kind == in_use));
        // A resource without references must be deleted, and is not.
        rules.extend(family.rule(SharedRule::Deletes));
    }
    rules
}

/// Whether a family has the operations, children, parents and members for a behaviour.
fn can_have(api: &Api, family: &ApiFamily, behaviour: Behaviour) -> bool {
    let updates = |family: &ApiFamily| family.table.operation(Action::Update).is_some();
    let children = || family.children.iter().map(|&child| &api.families[child]);
    let calls = match behaviour.via {
        Via::Itself => behaviour.on.iter().any(|action| family.table.operation(*action).is_some()),
        Via::Children => children().any(|child| {
            behaviour.on.iter().any(|action| child.table.operation(*action).is_some())
        }),
    };
    let history = match behaviour.when {
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
    let members = match behaviour.mutation {
        Mutation::Store(Edit::UnshrunkSpec) => spec().is_some_and(has_list),
        Mutation::Item(Edit::SetVersion(_)) => {
            family.table.item.member("version").is_some() && updates(family)
        }
        // At the root, another run may own the resource beside it.
        Mutation::Touch(Related::Older, _) | Mutation::Take(Related::Younger) => !family.is_root(),
        _ => match behaviour.mutation.member() {
            Some(Member::Spec) => spec().is_some(),
            _ => true,
        },
    };
    calls && history && members
}

fn has_list(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |_, node| found |= node.is_list());
    found
}

/// The rules of a family that demand a refusal and can be ignored.
fn ignored(api: &Api, family: &ApiFamily) -> Vec<(RuleId, Option<SharedRule>)> {
    let shared = [
        SharedRule::Duplicate,
        SharedRule::CreateInMissing,
        SharedRule::ListInMissing,
        SharedRule::DeleteInUse,
        SharedRule::UpdateTokenReuse,
        SharedRule::NameSlash,
        SharedRule::LimitNumber,
    ];
    let shared = shared.into_iter().filter_map(|it| Some((family.rule(it)?, Some(it))));
    let bounds = api
        .operations
        .iter()
        .filter(|operation| operation.family == family.index)
        .flat_map(|operation| operation.inputs.iter().flat_map(|(_, node)| node.rules()));
    let own = family.own_rules.iter().map(|own| own.rule);
    let others = own.chain(bounds).map(|rule| (rule, None));
    let can_break = |(rule, _): &(RuleId, _)| api.catalogue.get(*rule).can_break();
    shared.chain(others).filter(can_break).collect()
}

/// The fault that ignores a rule.
fn ignores(api: &Api, family: &ApiFamily, id: RuleId, shared: Option<SharedRule>) -> Fault {
    let rule = api.catalogue.get(id);
    // A server that does not look at a value of a specification does not compare others with it.
    let in_spec = rule.kind == RuleKind::Bound { in_spec: true };
    let own = family.own_rules.iter().map(|own| own.rule);
    let compared = own.filter(|own| in_spec && is_bad_request(api, *own));
    Fault {
        id: rule.id.replacen('/', ".ignores-", 1),
        rule: id,
        summary: format!("ignores: {}", rule.statement),
        deep: false,
        explains: compared.filter(|own| *own != id).collect(),
        shortest: None,
        behaviour: Behaviour {
            on: ANY,
            via: Via::Itself,
            when: When::Always,
            mutation: Mutation::Permit,
        },
        family: Some(family.index),
        shared,
    }
}
