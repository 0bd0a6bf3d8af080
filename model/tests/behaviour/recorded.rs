//! Recordings of the live service: the model of `2019-01-25` finds nothing wrong with them but what
//! their publisher edited and what answers did not hold yet in 2019.

use std::collections::BTreeSet;

use appmesh_model::api::{Api, ApiOperation, Call, Version};
use appmesh_model::belief::Belief;
use appmesh_model::observed::{Answer, Observed};
use appmesh_model::operation::{Action, Role};
use appmesh_model::told_resource::Reading;
use appmesh_model::world::{Key, Resource, World};
use serde_json::{Map, Value, json};

const RECORDINGS: &str = include_str!("../../../tests/recorded-2019-01-25.json");

/// The recordings' `about` says so: the owners were not yet part of the answers.
const LATER_IN_METADATA: [&str; 2] = ["meshOwner", "resourceOwner"];

/// The items of the recorded lists hold names and ARN only, as in the preview. Today's service
/// model requires more of an item, the owners among it.
const LATER_IN_ITEMS: [&str; 5] =
    ["createdAt", "lastUpdatedAt", "meshOwner", "resourceOwner", "version"];

/// When a recorded call is sent, long after everything that it presupposes.
const SENT_MS: u64 = 3_600_000;

/// What an answer breaks: operation, rule and place.
type Breach = (String, String, String);

#[test]
fn the_live_service_breaks_no_rule_but_what_was_edited_or_came_later() {
    let api = Api::of(Version::V2019_01_25);
    let recordings = recordings();
    let mut breaches: BTreeSet<Breach> = BTreeSet::new();
    let mut judged: Vec<&str> = Vec::new();
    for exchange in &recordings {
        let Some(operation) = api.operation(text(exchange, "operation")) else { continue };
        judged.push(operation.table.name);
        breaches.extend(judge(api, operation, exchange, &recordings));
    }
    for operation in &api.operations {
        assert!(judged.contains(&operation.table.name), "no recording of {}", operation.table.name);
    }
    assert_eq!(breaches, edited_or_later(api));
}

#[test]
fn every_recorded_success_was_permitted() {
    let api = Api::of(Version::V2019_01_25);
    let recordings = recordings();
    for exchange in &recordings {
        let Some(operation) = api.operation(text(exchange, "operation")) else { continue };
        let call = call(operation, exchange);
        let world = presupposed(api, operation, exchange, &recordings);
        let expectation = Belief::starting_in(api, world).expect(&call);
        assert!(expectation.may_succeed(), "{} {:?}", operation.table.name, expectation.demands);
    }
}

fn recordings() -> Vec<Value> {
    let mut file: Value = serde_json::from_str(RECORDINGS).expect("the recordings are JSON");
    match file["exchanges"].take() {
        Value::Array(exchanges) => exchanges,
        _ => Vec::new(),
    }
}

/// The breaches that the recordings are known to have, and no others.
fn edited_or_later(api: &Api) -> BTreeSet<Breach> {
    let mut known = BTreeSet::new();
    for operation in &api.operations {
        let name = operation.table.name;
        let family = api.families[operation.family].table;
        let mut add = |rule: String, at: String| known.insert((name.to_owned(), rule, at));
        let missing = || "wire/required-member".to_owned();
        if operation.table.action == Action::List {
            for member in LATER_IN_ITEMS {
                add(missing(), format!("{}[].{member}", family.list_member));
            }
            continue;
        }
        // The publisher replaced every uid by one that ends in EXAMPLE.
        add(format!("{}/uid-format", family.id), "metadata.uid".to_owned());
        for member in LATER_IN_METADATA {
            add(missing(), format!("metadata.{member}"));
        }
    }
    known
}

/// Judges one exchange by itself, in the world that it presupposes.
fn judge(
    api: &'static Api,
    operation: &ApiOperation,
    exchange: &Value,
    recordings: &[Value],
) -> Vec<Breach> {
    let mut belief = Belief::starting_in(api, presupposed(api, operation, exchange, recordings));
    let answer = Answer {
        status: 200,
        content_type: Some("application/json".to_owned()),
        error_type: None,
        body: Some(exchange["response"].clone()),
        date_ms: None,
    };
    let observed =
        Observed { answer: Some(answer), sent_ms: SENT_MS, answered_ms: SENT_MS, unix_ms: None };
    let verdict = belief.judge(&call(operation, exchange), &observed);
    assert!(!verdict.lost && !verdict.denied);
    let breach = |mismatch: appmesh_model::judgement::Mismatch| {
        let rule = api.catalogue.get(mismatch.rule).id.clone();
        (operation.table.name.to_owned(), rule, mismatch.at.to_string())
    };
    verdict.mismatches.into_iter().map(breach).collect()
}

/// The recorded call. The publisher printed the tags of one in the shorthand of the command line.
fn call(operation: &ApiOperation, exchange: &Value) -> Call {
    let mut input = exchange["request"].as_object().cloned().unwrap_or_default();
    if let Some(Value::String(shorthand)) = input.get("tags") {
        let tag: Map<String, Value> = shorthand
            .split(',')
            .filter_map(|part| part.split_once('='))
            .map(|(member, value)| (member.to_owned(), Value::from(value)))
            .collect();
        input.insert("tags".to_owned(), json!([tag]));
    }
    Call { operation: operation.index, input, malformed: false }
}

/// The least world in which the exchange makes sense: the parents of what it names, that itself
/// unless the call makes it, the targets of its routes and the items that it lists.
fn presupposed(
    api: &Api,
    operation: &ApiOperation,
    exchange: &Value,
    recordings: &[Value],
) -> World {
    let mut world = World::default();
    let (request, response) = (&exchange["request"], &exchange["response"]);
    let family = &api.families[operation.family];
    let names = names(operation, request);
    for (depth, &above) in family.lineage[..family.lineage.len() - 1].iter().enumerate() {
        world.insert(Key::new(above, names[..=depth].iter().copied()), unknown(None));
    }
    let node = api.family("virtual-node").expect("a modelled family").index;
    for target in target_nodes(&request["spec"]) {
        world.insert(Key::new(node, [names[0], target]), unknown(None));
    }
    let own = Key::new(operation.family, names.iter().copied());
    match operation.table.action {
        Action::Create => {}
        Action::Describe | Action::Delete => world.insert(own, shown(response)),
        Action::Update => {
            let before = described(api, operation, request, recordings);
            world.insert(own, before.map_or_else(|| unknown(None), shown));
        }
        Action::List => {
            for item in response[family.table.list_member].as_array().into_iter().flatten() {
                let item_names =
                    names.iter().copied().chain([text(item, family.table.name_member)]);
                let arn = Reading::of_item(item).arn.map(Into::into);
                let listed = Resource { arn, ..unknown(None) };
                world.insert(Key::new(operation.family, item_names), listed);
            }
        }
    }
    world
}

/// The recorded describe of the resource that a recorded update changes: its state before.
fn described<'r>(
    api: &Api,
    update: &ApiOperation,
    request: &Value,
    recordings: &'r [Value],
) -> Option<&'r Value> {
    let describe = api.operation_of(update.family, Action::Describe).expect("a describe");
    let same = |exchange: &&Value| {
        exchange["operation"] == describe.table.name
            && names(describe, &exchange["request"]) == names(update, request)
    };
    Some(&recordings.iter().find(same)?["response"])
}

/// A resource as an answer shows it.
fn shown(response: &Value) -> Resource {
    let reading = Reading::of_resource(response);
    Resource {
        version: reading.version,
        uid: reading.uid.map(Into::into),
        arn: reading.arn.map(Into::into),
        created_at: reading.created_at,
        last_updated_at: reading.last_updated_at,
        ..unknown(reading.spec)
    }
}

/// A resource of which only the specification may be known.
fn unknown(spec: Option<&Value>) -> Resource {
    Resource { version: None, ..Resource::new(0, spec.cloned().map(Into::into), 0) }
}

/// The names that a request carries, outermost first.
fn names<'v>(operation: &ApiOperation, request: &'v Value) -> Vec<&'v str> {
    let inputs = (0..).map_while(|depth| operation.table.input(Role::Name(depth)));
    inputs.map(|input| text(request, input.name)).collect()
}

/// The nodes that any route of a specification sends to, modelled or not.
fn target_nodes(spec: &Value) -> impl Iterator<Item = &str> {
    let routes = spec.as_object().into_iter().flat_map(Map::values);
    let targets = routes.filter_map(|route| route["action"]["weightedTargets"].as_array());
    targets.flatten().map(|target| text(target, "virtualNode"))
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().expect("a string")
}
