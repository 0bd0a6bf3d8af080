//! Prints the tables of one API version as JSON, so that they can be compared with a published
//! service model: `cargo run -q -p appmesh-model --example facts -- 2018-10-01`.

use std::collections::{BTreeMap, HashSet};
use std::process::ExitCode;

use appmesh_model::api::{Api, Version};
use appmesh_model::error::ErrorKind;
use appmesh_model::family::Family;
use appmesh_model::operation::{Action, Input, Location, Operation, Role};
use appmesh_model::shape::{Kind, Member, Shape};
use serde_json::{Map, Value, json};

fn main() -> ExitCode {
    let version = std::env::args().nth(1).and_then(|text| Version::parse(&text));
    let Some(version) = version else {
        eprintln!(
            "usage: facts VERSION, where VERSION is one of {:?}",
            Version::ALL.map(|v| v.as_str())
        );
        return ExitCode::from(2);
    };
    match facts(version) {
        Ok(facts) => {
            println!("{facts:#}");
            ExitCode::SUCCESS
        }
        Err(disagreement) => {
            eprintln!("{disagreement}");
            ExitCode::FAILURE
        }
    }
}

/// Everything that the tables say of a version, or the name of a shape on which they disagree.
fn facts(version: Version) -> Result<Value, String> {
    let errors: BTreeMap<_, _> =
        ErrorKind::ALL.iter().map(|kind| (kind.type_name(), kind.status())).collect();
    let mut operations = Map::new();
    let mut shapes = Shapes::default();
    for family in Api::of(version).families.iter().map(|family| family.table) {
        for operation in family.operations {
            let known =
                operations.insert(operation.name.to_owned(), of_operation(family, operation));
            if known.is_some() {
                return Err(format!("there are two operations {}", operation.name));
            }
            for input in operation.inputs {
                shapes.add(input.shape)?;
            }
        }
        for shape in [family.data, family.item, family.page] {
            shapes.add(shape)?;
        }
    }
    Ok(json!({
        "version": version.as_str(),
        "errors": errors,
        "operations": operations,
        "shapes": shapes.facts,
    }))
}

fn of_operation(family: &Family, operation: &Operation) -> Value {
    let output = match operation.action {
        Action::List => json!({
            "shape": family.page.name,
            "payload": null,
            "items": family.list_member,
            "item": family.item.name,
        }),
        _ => json!({ "shape": family.data.name, "payload": family.payload }),
    };
    json!({
        "method": operation.method,
        "path": operation.path,
        "errors": operation.errors.iter().map(|kind| kind.type_name()).collect::<Vec<_>>(),
        "inputs": operation.inputs.iter().map(of_input).collect::<Vec<_>>(),
        "output": output,
    })
}

fn of_input(input: &Input) -> Value {
    let location = match input.location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Body => "body",
    };
    json!({
        "name": input.name,
        "location": location,
        "required": input.required,
        "shape": input.shape.name,
        "client_token": input.role == Role::ClientToken,
    })
}

/// The facts of shapes by name.
#[derive(Default)]
struct Shapes {
    facts: BTreeMap<&'static str, Value>,
    seen: HashSet<*const Shape>,
}

impl Shapes {
    /// Adds a shape and all that it is made of. Shapes may share a name where they differ only in
    /// what the prose adds; their facts must then be the same.
    fn add(&mut self, shape: &'static Shape) -> Result<(), String> {
        if !self.seen.insert(shape) {
            return Ok(());
        }
        let facts = of_shape(shape);
        let known = self.facts.entry(shape.name).or_insert_with(|| facts.clone());
        if *known != facts {
            return Err(format!(
                "the tables disagree on shape {}: {known} and {facts}",
                shape.name
            ));
        }
        match &shape.kind {
            Kind::List { item, .. } => self.add(item),
            _ => shape.members().iter().try_for_each(|member| self.add(member.shape)),
        }
    }
}

fn of_shape(shape: &Shape) -> Value {
    match &shape.kind {
        Kind::Text { min, max, .. } => json!({ "type": "string", "min": min, "max": max }),
        Kind::Integer { min, max } => json!({ "type": "integer", "min": min, "max": max }),
        Kind::Choice(values) => json!({ "type": "string", "enum": values }),
        Kind::List { item, min, max } => {
            json!({ "type": "list", "item": item.name, "min": min, "max": max })
        }
        Kind::Structure { members, later } | Kind::Union { variants: members, later } => {
            let union = matches!(shape.kind, Kind::Union { .. });
            let members: Vec<_> = members.iter().map(of_member).collect();
            json!({ "type": "structure", "members": members, "union": union, "later": later })
        }
        Kind::Timestamp => json!({ "type": "timestamp" }),
    }
}

fn of_member(member: &Member) -> Value {
    json!({ "name": member.name, "shape": member.shape.name, "required": member.required })
}
