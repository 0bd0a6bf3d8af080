//! The HTML report: what the page of a small report says, and that whatever a target says stays
//! text. How it behaves in a browser is tested by `tests/third_party/html_report.py`.

use appmesh_conformance::report::{Report, html};
use serde_json::{Value, json};

/// A call that is answered, one that is refused, one that is lost, and one that is not made.
fn calls() -> [Value; 4] {
    let call = json!({
        "operation": "CreateMesh", "method": "PUT", "path": "/meshes",
        "body": { "meshName": "mesh" },
        "status": 200, "error_type": null, "failure": null,
        "response": {
            "content_type": "application/json",
            "body": { "meshName": "mesh", "metadata": { "uid": "<uid 1>", "version": 1 } },
        },
    });
    let mut refused = call.clone();
    refused["status"] = json!(400);
    refused["error_type"] = json!("BadRequestException");
    refused["response"] = json!({ "content_type": null, "body": null });
    let mut lost = call.clone();
    lost["status"] = Value::Null;
    lost["response"] = Value::Null;
    lost["body"] = json!("{no JSON");
    lost["failure"] = json!("no answer within 10 s");
    let mut skipped = lost.clone();
    skipped["method"] = json!("");
    skipped["failure"] = json!("the name it needs never came to be");
    [call, refused, lost, skipped]
}

/// A report with everything that a report can have, once.
fn everything() -> Value {
    let identity =
        json!({ "rule": "mesh/create-duplicate", "operation": "CreateMesh", "at": "answer 200" });
    let [call, refused, lost, skipped] = calls();
    let rule = |id: &str, basis: &str, status: &str| {
        json!({
            "id": id, "basis": basis, "status": status, "exercised": 12,
            "statement": "A create under a name that is taken is refused.",
            "source": "API reference, CreateMesh, errors",
        })
    };
    let trace = json!({
        "api_version": "2018-10-01",
        "steps": [{ "id": 1, "operation": "CreateMesh", "args": { "meshName": { "$name": "mesh" } } }],
    });
    json!({
        "tool": { "name": "appmesh-conformance", "version": "0.0.0" },
        "api_version": "2018-10-01",
        "target": "http://127.0.0.1:5000/it's",
        "seed": 7,
        "max_calls": 1200,
        "shard": "2/4",
        "calls": 300,
        "cleanup_calls": 40,
        "duration_ms": 1234,
        "lost": 2,
        "denied": 3,
        "inconclusive": "it fell over",
        "interrupted": true,
        "left_over": ["mesh-1"],
        "coverage": {
            "situations_visited": 2,
            "situations_reachable": 4,
            "visited": ["CreateMesh (mesh/create, new name): created", "ListMeshes after the same resource was created"],
            "unvisited": [
                { "situation": "CreateMesh (mesh/create-duplicate): ConflictException", "reason": "masked", "masked_by": identity },
                { "situation": "ListMeshes (mesh/list): page", "reason": "not-offered", "masked_by": null },
            ],
            "unreached": [{ "rule": "route/describe", "reason": "masked", "masked_by": identity }],
        },
        "rules": [
            rule("mesh/create-duplicate", "stated", "broken"),
            rule("mesh/create", "observed", "held"),
            rule("mesh/update-same", "silent", "held"),
            rule("route/describe", "inferred", "unreached"),
        ],
        "findings": [{
            "rule": "mesh/create-duplicate", "operation": "CreateMesh", "at": "answer 200",
            "basis": "stated",
            "standing": { "is": "expired", "reason": "to be done", "expires": "2026-01-31" },
            "permitted": "409 ConflictException or 400 BadRequestException",
            "observed": "400 ConflictException",
            "statement": "A create under a name that is taken is refused.",
            "source": "API reference, CreateMesh, errors",
            "found_at_call": 10,
            "trace": [call, refused, lost, skipped],
            "shrink": { "from_steps": 9, "to_steps": 4, "calls": 30, "reproduced": true },
            "replay": trace,
        }],
        "time_up": true,
        "corpus": { "run": 2, "calls": 5, "fixed": [identity], "stored": 1 },
        "gate": { "fixed": [identity], "untold": [identity], "strict": false },
        "flaky": [{
            "rule": "route/describe", "operation": "DescribeRoute", "at": "spec",
            "permitted": "what was set", "observed": "nothing", "shown": 1, "tries": 5,
        }],
    })
}

fn page(report: Value) -> String {
    let report: Report = serde_json::from_value(report).unwrap();
    html::report(&report).unwrap()
}

/// What is between two texts is replaced, wherever they come one after the other.
fn masked(text: &str, from: &str, to: &str) -> String {
    let mut parts = text.split(from);
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (_, rest) = part.split_once(to).unwrap_or_else(|| panic!("no {to:?} after {from:?}"));
        out.push_str(&format!("{from}[…]{to}{rest}"));
    }
    out
}

#[test]
fn the_page_of_a_small_report() {
    let mut text = page(everything());
    for (from, to) in [("<style>", "</style>"), ("<script>", "</script>"), ("sha256-", "&#39;")] {
        text = masked(&text, from, to);
    }
    // These scripts are tested where they are made.
    for kind in ["curl", "aws-cli", "boto3"] {
        text = masked(&text, &format!("data-script=\"{kind}\">\n"), "</pre>");
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("html", text));
}

/// The tags of a page, without the values of their attributes. Text has no tags: `<` is escaped
/// there. What stands in a value between quotes cannot end it: quotes are escaped, too.
fn tags(page: &str) -> Vec<String> {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (body, rest) = rest.rsplit_once("<script>").unwrap();
    let (_, end) = rest.rsplit_once("</script>").unwrap();
    let mut tags = Vec::new();
    for part in [head, body, end] {
        for tag in part.split('<').skip(1) {
            let (tag, text) = tag.split_once('>').unwrap_or_else(|| panic!("no end of <{tag}"));
            assert!(!text.contains('>'), "{text}");
            let names = tag.split('"').step_by(2).collect::<Vec<&str>>();
            tags.push(names.join("\"\""));
        }
    }
    tags
}

/// Every string that a target, or whoever wrote the report, may choose. The trace of the replay
/// is this program's own, and what the text says of itself must stay what it is.
fn say(value: &mut Value, text: &str) {
    match value {
        Value::String(old) => *old = text.to_owned(),
        Value::Array(items) => items.iter_mut().for_each(|item| say(item, text)),
        Value::Object(members) => {
            let kept = ["basis", "status", "replay", "method", "is"];
            let open = members.iter_mut().filter(|(name, _)| !kept.contains(&name.as_str()));
            let open = open.filter(|(_, value)| *value != "masked" && *value != "not-offered");
            open.for_each(|(_, value)| say(value, text));
        }
        _ => {}
    }
}

#[test]
fn what_a_target_says_is_text() {
    let saying = |text: &str| {
        let mut report = everything();
        say(&mut report, text);
        page(report)
    };
    let harmless = tags(&saying("word"));
    assert!(harmless.len() > 200, "{} tags", harmless.len());
    let hostile = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'><svg onload='alert(1)'>",
        "\" onfocus=\"alert(1)\" autofocus x=\"",
        "</template></pre></details></script></style></title><b>",
        "--><!--",
        "javascript:alert(1)",
        "&lt;script&gt;",
        "{{ 7 * 7 }}{% raw %}",
    ];
    for text in hostile {
        let page = saying(text);
        assert_eq!(tags(&page), harmless, "{text} makes another page");
        if text.contains(['<', '"']) {
            let (_, rest) = page.split_once("</style>").unwrap();
            assert!(!rest.contains(text), "{text} is there as it came");
        }
    }
}

/// Nothing in the page leads out of it.
#[test]
fn links_lead_to_anchors_of_the_page() {
    let page = page(everything());
    let links: Vec<&str> =
        page.split("href=\"").skip(1).map(|link| link.split('"').next().unwrap()).collect();
    assert!(links.len() > 8, "{links:?}");
    for link in links {
        let anchor = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leads elsewhere"));
        assert!(page.contains(&format!("id=\"{anchor}\"")), "nothing is at {anchor}");
    }
}

/// A finding has the same anchor in every report, whatever else is in it.
#[test]
fn a_finding_has_the_same_anchor_in_every_report() {
    let anchors = |page: &str| -> Vec<String> {
        let ids = page.split("id=\"finding-").skip(1);
        ids.map(|id| id.split('"').next().unwrap().to_owned()).collect()
    };
    let one = everything();
    let mut two = one.clone();
    let mut other = one["findings"][0].clone();
    other["at"] = json!("answer 201");
    two["findings"].as_array_mut().unwrap().insert(0, other);
    let (one, two) = (anchors(&page(one)), anchors(&page(two)));
    assert_eq!((one.len(), two.len()), (1, 2));
    assert_eq!(one[0], two[1]);
    assert_ne!(two[0], two[1]);
}
