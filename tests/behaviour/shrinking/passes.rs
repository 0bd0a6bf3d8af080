//! Passes and their driver on predicates over traces, without a server. Each pass has a trace that it
//! alone makes as small as the predicate allows.

use appmesh_conformance::shrink::{Candidate, Driver, Facts, Pass, Reproduce, canonical};
use appmesh_conformance::trace::Trace;
use appmesh_model::api::{Api, Version};
use serde_json::{Value, json};

use super::{GENERAL, PREVIEW};

/// A predicate in place of a server; each trace that it is asked for is a call.
pub struct Predicate<F>(F, u64);

impl<F: Fn(&Trace) -> bool + Send> Reproduce for Predicate<F> {
    async fn first(
        &mut self,
        candidates: impl Iterator<Item = Candidate> + Send,
        _times: u32,
    ) -> Option<Candidate> {
        for candidate in candidates {
            self.1 += 1;
            if (self.0)(&candidate.trace) {
                return Some(candidate);
            }
        }
        None
    }
}

/// A rule that is no reason to refuse a call.
pub const NO_REASON: &str = "wire/error-modelled";

/// What the passes know of a finding on this rule.
pub fn facts(version: &str, rule: &str) -> Facts {
    let api = Api::of(Version::parse(version).unwrap());
    let rule = api.catalogue.find(rule).unwrap_or_else(|| panic!("no rule {rule}"));
    Facts { api, rule, pause_ms: 50 }
}

fn trace(version: &str, steps: &[(&str, Value)]) -> Trace {
    let step = |((operation, args), id): (&(&str, Value), u32)| {
        let mut step = json!({"id": id, "operation": operation, "args": args});
        if let Some(pause_ms) = args.get("pause_ms") {
            step["pause_ms"] = pause_ms.clone();
            step["args"].as_object_mut().unwrap().remove("pause_ms");
        }
        step
    };
    let steps: Vec<Value> = steps.iter().zip(1..).map(step).collect();
    Trace::from_json(&json!({"api_version": version, "steps": steps})).unwrap()
}

/// What some passes come to from a trace that the predicate holds of.
pub async fn smallest<F: Fn(&Trace) -> bool + Send>(
    facts: &Facts,
    passes: &[Pass],
    start: &Trace,
    shows: F,
) -> Driver<Predicate<F>> {
    let start = canonical(facts.api, start);
    assert!(shows(&start), "{start:?}");
    let mut driver = Driver::new(Predicate(shows, 0), facts, &start);
    driver.run(facts, passes).await;
    driver
}

/// The pass of this name.
fn pass(name: &str) -> Pass {
    let pass = Pass::ALL.into_iter().find(|pass| pass.name == name);
    pass.unwrap_or_else(|| panic!("no pass {name}"))
}

/// Some passes make the first trace smaller until it is the second, and no smaller.
async fn come_to(
    names: &[&str],
    version: &str,
    start: &[(&str, Value)],
    end: &[(&str, Value)],
    shows: impl Fn(&Trace) -> bool + Send,
) {
    let facts = facts(version, NO_REASON);
    let passes: Vec<Pass> = names.iter().map(|name| pass(name)).collect();
    let smallest = smallest(&facts, &passes, &trace(version, start), shows).await;
    assert_eq!(smallest.best.to_json(), trace(version, end).to_json());
    for name in names {
        assert!(smallest.passes.contains_key(name), "{name} was of no use");
    }
}

/// How many calls of an operation there are.
fn count(trace: &Trace, operation: &str) -> usize {
    trace.steps.iter().filter(|step| step.operation == operation).count()
}

/// The operation of the last call.
fn last(trace: &Trace) -> &str {
    &trace.steps.last().unwrap().operation
}

/// An argument of a call as JSON.
fn arg(trace: &Trace, step: usize, name: &str) -> Value {
    trace.steps[step].args.get(name).map_or(Value::Null, |arg| arg.to_json())
}

fn name(symbol: &str) -> Value {
    json!({"$name": symbol})
}

fn mesh(symbol: &str) -> Value {
    json!({"meshName": name(symbol)})
}

/// The arguments of a call about a virtual node.
fn node(mesh: &str, node: &str, spec: Option<Value>) -> Value {
    let mut args = json!({"meshName": name(mesh), "virtualNodeName": name(node)});
    if let Some(spec) = spec {
        args["spec"] = spec;
    }
    args
}

#[tokio::test]
async fn steps_are_removed_to_a_create_and_a_later_delete_of_the_same_name() {
    let start = [
        ("CreateMesh", mesh("a")),
        ("DescribeMesh", mesh("a")),
        ("CreateMesh", mesh("b")),
        ("ListMeshes", json!({})),
        ("DeleteMesh", mesh("a")),
        ("DescribeMesh", mesh("b")),
        ("DeleteMesh", mesh("b")),
    ];
    let end = [("CreateMesh", mesh("mesh")), ("DeleteMesh", mesh("mesh"))];
    come_to(&["remove steps"], PREVIEW, &start, &end, |trace| {
        last(trace) == "DeleteMesh"
            && trace.steps.iter().any(|step| {
                step.operation == "CreateMesh" && step.args == trace.steps.last().unwrap().args
            })
    })
    .await;
}

#[tokio::test]
async fn resources_are_removed_with_all_that_is_done_to_them() {
    let start = [
        ("CreateMesh", mesh("a")),
        ("CreateMesh", mesh("b")),
        ("DeleteMesh", mesh("a")),
        ("DeleteMesh", mesh("b")),
        ("ListMeshes", json!({})),
    ];
    // A delete for every create: no single step can go.
    come_to(&["remove resources"], PREVIEW, &start, &[("ListMeshes", json!({}))], |trace| {
        count(trace, "CreateMesh") == count(trace, "DeleteMesh")
    })
    .await;
}

#[tokio::test]
async fn interchangeable_steps_are_thinned_out_with_few_tries() {
    let creates = |count| (1..=count).map(|number| ("CreateMesh", mesh(&format!("mesh{number}"))));
    let mut start: Vec<(&str, Value)> = creates(100).collect();
    start.push(("ListMeshes", json!({})));
    let facts = facts(PREVIEW, NO_REASON);
    let shows = |trace: &Trace| count(trace, "CreateMesh") >= 37 && last(trace) == "ListMeshes";
    let passes = [pass("remove interchangeable steps"), pass("remove steps"), pass("merge names")];
    let smallest = smallest(&facts, &passes, &trace(PREVIEW, &start), shows).await;
    assert_eq!(count(&smallest.best, "CreateMesh"), 37);
    assert_eq!(smallest.best.steps.len(), 38);
    assert!(smallest.reproduce.1 <= 40, "{} tries", smallest.reproduce.1);
}

#[tokio::test]
async fn a_list_is_asked_for_at_once() {
    let start = [
        ("CreateMesh", mesh("mesh")),
        ("ListMeshes", json!({"limit": 1})),
        ("ListMeshes", json!({"limit": 1, "nextToken": {"$page": 2}})),
        ("ListMeshes", json!({"limit": 1, "nextToken": {"$page": 3}})),
    ];
    let end = [("CreateMesh", mesh("mesh")), ("ListMeshes", json!({}))];
    come_to(&["list at once"], PREVIEW, &start, &end, |trace| last(trace) == "ListMeshes").await;
}

#[tokio::test]
async fn pages_become_shorter_with_the_list() {
    let pages = |number: usize, limit: usize| -> Vec<(&str, Value)> {
        let names = ["mesh", "mesh2", "mesh3", "mesh4"].into_iter().take(number);
        let mut steps: Vec<(&str, Value)> = names.map(|it| ("CreateMesh", mesh(it))).collect();
        steps.push(("ListMeshes", json!({"limit": limit})));
        steps.push(("ListMeshes", json!({"nextToken": {"$page": number + 1}})));
        steps
    };
    come_to(&["shorten pages"], PREVIEW, &pages(4, 3), &pages(2, 1), |trace| {
        let creates = count(trace, "CreateMesh");
        trace.steps.len() == creates + 2
            && arg(trace, creates, "limit").as_u64() == Some(creates as u64 - 1)
    })
    .await;
}

#[tokio::test]
async fn a_parent_is_deleted_instead_of_its_child() {
    let start = [
        ("CreateMesh", mesh("mesh")),
        ("CreateVirtualNode", node("mesh", "node", Some(json!({})))),
        ("DeleteVirtualNode", node("mesh", "node", None)),
        ("DescribeMesh", mesh("mesh")),
    ];
    let end = [
        ("CreateMesh", mesh("mesh")),
        ("DeleteMesh", mesh("mesh")),
        ("DescribeMesh", mesh("mesh")),
    ];
    come_to(&["delete parents"], PREVIEW, &start, &end, |trace| {
        trace.steps.iter().any(|step| step.operation.starts_with("Delete"))
    })
    .await;
}

#[tokio::test]
async fn an_update_is_folded_into_the_create() {
    let spec = Some(json!({"backends": []}));
    let start = [
        ("CreateVirtualNode", node("absent", "node", Some(json!({})))),
        ("UpdateVirtualNode", node("absent", "node", spec.clone())),
        ("DescribeVirtualNode", node("absent", "node", None)),
    ];
    let end = [
        ("CreateVirtualNode", node("absent", "node", spec.clone())),
        ("DescribeVirtualNode", node("absent", "node", None)),
    ];
    come_to(&["fold updates"], PREVIEW, &start, &end, |trace| {
        let sent = trace.steps.iter().rev().find_map(|step| step.args.get("spec"));
        sent.map(|spec| spec.to_json()) == spec
    })
    .await;
}

#[tokio::test]
async fn a_request_is_completed_if_that_leaves_fewer_reasons_to_refuse_it() {
    let start = [("CreateVirtualNode", node("absent", "node", None))];
    let end = [("CreateVirtualNode", node("absent", "node", Some(json!({}))))];
    let facts = facts(PREVIEW, "virtual-node/create-in-missing-parent");
    let passes = [pass("complete requests"), pass("simplify arguments")];
    let any = |_: &Trace| true;
    let complete = smallest(&facts, &passes, &trace(PREVIEW, &start), any).await;
    assert_eq!(complete.best.to_json(), trace(PREVIEW, &end).to_json());
    // For another finding the reasons do not matter, and the fewest members are the simplest.
    let least = [("CreateVirtualNode", mesh("absent"))];
    come_to(&["simplify arguments"], PREVIEW, &end, &least, any).await;
}

#[tokio::test]
async fn arguments_are_simplified_to_a_list_of_two_items() {
    let listener = |port: u16| json!({"portMapping": {"port": port, "protocol": "tcp"}});
    let spec = json!({
        "backends": ["a.local"], "listeners": [listener(80), listener(81), listener(82)],
        "unknownMember": 1
    });
    let start = [("CreateVirtualNode", node("absent", "node", Some(spec)))];
    let two = json!({"listeners": [{}, {}]});
    let end = [("CreateVirtualNode", json!({"meshName": name("absent"), "spec": two}))];
    come_to(&["simplify arguments"], PREVIEW, &start, &end, |trace| {
        arg(trace, 0, "spec")["listeners"].as_array().is_some_and(|items| items.len() >= 2)
    })
    .await;
}

#[tokio::test]
async fn values_become_the_simplest_that_differ() {
    let spec = |port: Value| json!({"listeners": [{"portMapping": {"port": port}}]});
    let call =
        |port| ("CreateVirtualNode", json!({"meshName": name("absent"), "spec": spec(port)}));
    let start = [call(json!(8080)), call(json!(9090))];
    let end = [call(json!(2)), call(json!(1))];
    come_to(&["simplify arguments"], GENERAL, &start, &end, |trace| {
        let port = |step| arg(trace, step, "spec")["listeners"][0]["portMapping"]["port"].clone();
        port(0).is_u64() && port(1).is_u64() && port(0) != port(1)
    })
    .await;
}

#[tokio::test]
async fn names_get_their_own_length() {
    let long = json!({"meshName": {"$name": "mesh", "length": 255}});
    let start = [("CreateMesh", long.clone()), ("DescribeMesh", long)];
    let end = [("CreateMesh", mesh("mesh")), ("DescribeMesh", mesh("mesh"))];
    come_to(&["shorten names"], PREVIEW, &start, &end, |trace| {
        trace.steps[0].args == trace.steps[1].args
    })
    .await;
}

#[tokio::test]
async fn names_are_merged_to_three_different_ones() {
    let of = |names: [&str; 5]| names.map(|name| ("CreateMesh", mesh(name)));
    let start = of(["mesh", "mesh2", "mesh3", "mesh4", "mesh5"]);
    let end = of(["mesh", "mesh2", "mesh3", "mesh", "mesh"]);
    come_to(&["merge names"], PREVIEW, &start, &end, |trace| {
        let mut names: Vec<String> = trace.steps.iter().flat_map(|it| it.symbols()).collect();
        names.sort();
        names.dedup();
        trace.steps.len() == 5 && names.len() >= 3
    })
    .await;
}

#[tokio::test]
async fn a_mesh_and_a_node_of_one_name_get_names_of_their_own() {
    let steps = |node_name: &str| {
        [
            ("CreateMesh", mesh("mesh")),
            ("CreateVirtualNode", node("mesh", node_name, Some(json!({})))),
            ("DescribeVirtualNode", node("mesh", node_name, None)),
        ]
    };
    // What is merged would be separated again: the order of traces ends that.
    let passes = ["separate families", "merge names"];
    let facts = facts(PREVIEW, NO_REASON);
    let passes = passes.map(pass);
    let start = trace(PREVIEW, &steps("mesh"));
    let apart = smallest(&facts, &passes, &start, |_| true).await;
    assert_eq!(apart.best.to_json(), trace(PREVIEW, &steps("node")).to_json());
    assert!(!apart.passes.contains_key("merge names"));
}

#[tokio::test]
async fn creates_come_first_those_of_outer_families_before_the_others() {
    let start = [
        ("DescribeMesh", mesh("absent")),
        ("CreateMesh", mesh("mesh")),
        ("CreateVirtualNode", node("mesh", "node", Some(json!({})))),
        ("CreateMesh", mesh("mesh2")),
        ("DescribeMesh", mesh("mesh2")),
    ];
    let end = [
        ("CreateMesh", mesh("mesh")),
        ("CreateMesh", mesh("mesh2")),
        ("CreateVirtualNode", node("mesh", "node", Some(json!({})))),
        ("DescribeMesh", mesh("absent")),
        ("DescribeMesh", mesh("mesh2")),
    ];
    come_to(&["reorder steps"], PREVIEW, &start, &end, |trace| trace.steps.len() == 5).await;
}

#[tokio::test]
async fn pauses_take_the_place_of_calls_and_go_where_they_are_not_needed() {
    let pausing =
        |symbol: &str, pause_ms: u64| json!({"meshName": name(symbol), "pause_ms": pause_ms});
    let start = [
        ("CreateMesh", pausing("mesh", 3)),
        ("DescribeMesh", mesh("mesh")),
        ("DescribeMesh", mesh("mesh")),
        ("DescribeMesh", pausing("mesh", 3)),
    ];
    let end = [("CreateMesh", mesh("mesh")), ("DescribeMesh", pausing("mesh", 50))];
    // A call takes ten milliseconds.
    come_to(&["wait instead", "drop pauses"], PREVIEW, &start, &end, |trace| {
        let took: u64 = trace.steps.iter().skip(1).map(|step| 10 + step.pause_ms).sum();
        trace.steps[0].operation == "CreateMesh" && took >= 30
    })
    .await;
}
