//! A call is not accused of what was wrong before it: an error that is right for what the target
//! holds is the doing of whatever made it hold that.

use std::sync::Arc;

use appmesh_conformance::bind::Request;
use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::execute::Runner;
use appmesh_conformance::reference::{Reference, local};
use appmesh_conformance::selftest::{self, fault};
use appmesh_conformance::target::{Local, Target};
use appmesh_conformance::trace::Trace;
use appmesh_model::api::{Api, Version};
use appmesh_model::observed::Answer;
use serde_json::{Value, json};

const VERSION: Version = Version::V2019_01_25;

/// Answers bad input with NotFoundException.
#[derive(Debug)]
struct NotFoundForBadInput(Reference);

impl Local for NotFoundForBadInput {
    fn answer(&self, request: &Request, now_ms: u64) -> Answer {
        let answer = self.0.answer(request, now_ms);
        if answer.error_type.as_deref() != Some("BadRequestException") {
            return answer;
        }
        Answer { status: 404, error_type: Some("NotFoundException".to_owned()), ..answer }
    }
}

/// The reference server with a fault.
fn faulty(id: &str) -> Reference {
    let api = Api::of(VERSION);
    let fault = fault::all(api).into_iter().find(|fault| fault.id == id).unwrap();
    selftest::faulty(api, None, &[fault])
}

/// What the trace comes to on a target: operation, rule and place of each finding, and how many
/// calls show it.
async fn accused(target: Target) -> Vec<String> {
    let api = Api::of(VERSION);
    let runner = Runner::new(api, target, "cause");
    let steps = invalid_update_after_a_delete();
    let trace = json!({ "api_version": VERSION.as_str(), "steps": steps });
    // What failed before is run on top of the one call.
    let corpus = vec![Trace::from_json(&trace).unwrap()];
    let plan = Plan { corpus, ..Plan::whole(api, 1) };
    let findings = campaign::run(&runner, &plan).await.findings;
    let told = findings.iter().map(|finding| {
        let signature = &finding.signature;
        let rule = &api.catalogue.get(signature.rule).id;
        let calls = finding.shrunk.trace.steps.len();
        format!("{} {rule} at {}, {calls} calls", signature.operation, signature.at)
    });
    told.collect()
}

fn step(id: u32, operation: &str, node: &str, spec: Option<Value>) -> Value {
    let mut args = json!({
        "meshName": { "$name": "mesh" },
        "virtualNodeName": { "$name": node },
    });
    if let Some(spec) = spec {
        args["spec"] = spec;
    }
    json!({ "id": id, "operation": operation, "args": args })
}

/// A mesh with two nodes, the first of which is deleted, and an update of the second one with a
/// health check that lacks its path.
fn invalid_update_after_a_delete() -> [Value; 5] {
    let mesh = json!({ "meshName": { "$name": "mesh" } });
    let check = json!({
        "healthyThreshold": 2, "intervalMillis": 5_000, "protocol": "http",
        "timeoutMillis": 2_000, "unhealthyThreshold": 2
    });
    let listener =
        json!({ "healthCheck": check, "portMapping": { "port": 80, "protocol": "http" } });
    [
        json!({ "id": 1, "operation": "CreateMesh", "args": mesh }),
        step(2, "CreateVirtualNode", "node", Some(json!({}))),
        step(3, "CreateVirtualNode", "node2", Some(json!({}))),
        step(4, "DeleteVirtualNode", "node", None),
        step(5, "UpdateVirtualNode", "node2", Some(json!({ "listeners": [listener] }))),
    ]
}

#[tokio::test]
async fn what_was_lost_is_the_bug_and_not_the_error_of_the_call_that_misses_it() {
    assert_eq!(
        accused(local::target(faulty("virtual-node.delete-takes-sibling"))).await,
        ["DescribeVirtualNode virtual-node/describe at answer 404 NotFoundException, 5 calls"]
    );
}

#[tokio::test]
async fn an_error_that_is_wrong_for_what_is_there_is_the_bug() {
    let target =
        Target::local(Arc::new(NotFoundForBadInput(Reference::new(Api::of(VERSION), None))));
    assert_eq!(
        accused(target).await,
        [
            "UpdateVirtualNode virtual-node/health-check-path at answer 404 NotFoundException, 3 calls"
        ]
    );
}
