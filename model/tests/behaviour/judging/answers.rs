//! Answers: errors, heads, and what of them is kept.

use appmesh_model::error::ErrorKind;
use appmesh_model::observed::Answer;
use serde_json::{Value, json};

use super::target::{Target, Thing, error, failure, mesh, ok, preview, refused, uid, with};

#[test]
fn an_error_has_the_status_that_is_modelled_for_its_type() {
    let mut target = preview(&[]);
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), refused(400, "NotFoundException")),
        ["wire/error-status at status of NotFoundException"]
    );
}

#[test]
fn an_error_names_its_type() {
    let mut target = preview(&[]);
    let nameless = Answer { error_type: None, ..error(ErrorKind::NotFound) };
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), nameless),
        ["wire/error-type at x-amzn-ErrorType"]
    );
}

#[test]
fn the_message_of_an_error_is_a_string_and_the_rest_of_its_body_is_open() {
    let describe = |body: Option<Value>| {
        let answer = Answer { body, content_type: None, ..error(ErrorKind::NotFound) };
        preview(&[]).breaks("DescribeMesh", &json!({"meshName": "m"}), answer)
    };
    for open in [
        None,
        Some(json!({})),
        Some(json!("no")),
        Some(json!({"message": null})),
        Some(json!({"Message": 1})),
    ] {
        assert_eq!(describe(open), [""; 0]);
    }
    for wrong in [json!(404), json!(["no"]), json!({"text": "no"})] {
        assert_eq!(describe(Some(json!({"message": wrong}))), ["wire/error-message at message"]);
    }
}

#[test]
fn a_uid_alone_is_no_test_of_its_being_the_only_one() {
    let tested = |before: &[Thing<'_>]| {
        let mut target = preview(before);
        let call = target.call("CreateMesh", &json!({"meshName": "m2"}));
        let answer = ok(target.shown(("mesh", &["m2"], None)));
        let verdict = target.judge(&call, Some(answer));
        let rule = target.api.catalogue.find("mesh/uid-unique").expect("a rule");
        verdict.exercised.contains(&rule)
    };
    assert!(!tested(&[]));
    assert!(tested(&[mesh()]));
}

#[test]
fn what_is_left_open_is_put_to_the_test_by_an_answer_that_makes_use_of_it() {
    let tested = |answer: fn(&Target) -> Answer| {
        let mut target = preview(&[]);
        let call = target.call("CreateMesh", &json!({"meshName": "m"}));
        let answer = answer(&target);
        let verdict = target.judge(&call, Some(answer));
        assert_eq!(target.named(&verdict), [""; 0]);
        let rule = |id| target.api.catalogue.find(id).expect("a rule");
        ["mesh/create", "mesh/quota-size"].map(|id| verdict.exercised.contains(&rule(id)))
    };
    assert_eq!(tested(|target| ok(target.shown(mesh()))), [true, false]);
    assert_eq!(tested(|_| error(ErrorKind::LimitExceeded)), [false, true]);
}

#[test]
fn an_error_that_is_not_modelled_breaks_the_rule_that_was_due() {
    let teapot = refused(418, "TeapotException");
    let mut target = preview(&[]);
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), teapot.clone()),
        ["mesh/describe-missing at answer 418 TeapotException"]
    );
    assert_eq!(
        target.breaks("ListMeshes", &json!({}), teapot.clone()),
        ["mesh/list at answer 418 TeapotException"]
    );
    // Where nothing in particular is due, what remains is that errors are modelled.
    assert_eq!(
        target.breaks("ListMeshes", &json!({"nextToken": "foreign"}), teapot),
        ["wire/error-modelled at answer 418 TeapotException"]
    );
}

#[test]
fn success_is_200() {
    let mut target = preview(&[]);
    let created = Answer { status: 201, ..ok(target.shown(mesh())) };
    assert_eq!(
        target.breaks("CreateMesh", &json!({"meshName": "m"}), created),
        ["wire/success-status at status"]
    );
}

#[test]
fn success_is_a_json_object() {
    let target = preview(&[mesh()]);
    let describe = json!({"meshName": "m"});
    let list = ok(json!([]));
    assert_eq!(target.clone().breaks("DescribeMesh", &describe, list), ["wire/json-body at body"]);
    let html = Answer { content_type: Some("text/html".to_owned()), ..ok(target.shown(mesh())) };
    assert_eq!(
        target.clone().breaks("DescribeMesh", &describe, html),
        ["wire/content-type at Content-Type"]
    );
}

#[test]
fn answers_keep_to_the_shapes_of_the_service_model() {
    let target = preview(&[mesh()]);
    let shown = target.shown(mesh());
    for (wrong, broken) in [
        (with(shown.clone(), "/metadata", json!(null)), "wire/required-member at metadata"),
        (
            with(shown.clone(), "/metadata/version", json!("1")),
            "wire/member-type at metadata.version",
        ),
        (with(shown.clone(), "/status/status", json!("READY")), "wire/choice at status.status"),
        (
            with(shown.clone(), "/metadata/createdAt", json!("2018-11-29T00:00:00Z")),
            "wire/timestamp at metadata.createdAt",
        ),
    ] {
        let all = target.clone().breaks("DescribeMesh", &json!({"meshName": "m"}), ok(wrong));
        assert!(all.contains(&broken.to_owned()), "{broken} is not in {all:?}");
    }
}

#[test]
fn an_answer_names_what_was_asked_for() {
    let mut target = preview(&[mesh()]);
    let other = with(target.shown(mesh()), "/meshName", json!("other"));
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(other)),
        ["mesh/names at meshName"]
    );
}

#[test]
fn a_server_failure_breaks_a_rule_and_leaves_open_what_was_done() {
    let mut target = preview(&[]);
    let call = target.call("CreateMesh", &json!({"meshName": "m"}));
    let verdict = target.judge(&call, Some(failure()));
    assert!(verdict.lost);
    assert_eq!(
        target.named(&verdict),
        ["wire/no-server-failure at answer 500 InternalServerErrorException"]
    );
    assert_eq!(target.belief.worlds().len(), 2);
}

#[test]
fn throttling_breaks_no_rule_and_the_next_describe_tells_what_was_done() {
    for kind in [ErrorKind::TooManyRequests, ErrorKind::ServiceUnavailable] {
        let mut target = preview(&[]);
        let call = target.call("CreateMesh", &json!({"meshName": "m"}));
        let verdict = target.judge(&call, Some(error(kind)));
        assert!(verdict.lost && verdict.mismatches.is_empty());
        assert_eq!(target.belief.worlds().len(), 2);

        let describe = json!({"meshName": "m"});
        for answer in [error(ErrorKind::NotFound), ok(target.shown(mesh()))] {
            let mut target = target.clone();
            target.permits("DescribeMesh", &describe, answer);
            assert_eq!(target.belief.worlds().len(), 1);
        }
    }
}

#[test]
fn a_lost_delete_leaves_two_worlds_and_a_lost_describe_one() {
    let mut target = preview(&[mesh()]);
    let name = json!({"meshName": "m"});
    let describe = target.call("DescribeMesh", &name);
    assert!(target.judge(&describe, None).lost);
    assert_eq!(target.belief.worlds().len(), 1);
    let delete = target.call("DeleteMesh", &name);
    assert!(target.judge(&delete, None).lost);
    assert_eq!(target.belief.worlds().len(), 2);
}

#[test]
fn where_access_is_denied_nothing_is_judged() {
    let mut target = preview(&[]);
    let create = target.call("CreateMesh", &json!({"meshName": "m"}));
    let verdict = target.judge(&create, Some(refused(403, "AccessDeniedException")));
    assert!(verdict.denied && verdict.mismatches.is_empty());
    target.permits("DescribeMesh", &json!({"meshName": "m"}), error(ErrorKind::NotFound));
}

#[test]
fn one_divergence_does_not_hide_the_next() {
    let mut target = preview(&[mesh()]);
    let describe = json!({"meshName": "m"});
    let other = with(target.shown(mesh()), "/metadata/uid", json!(uid("another")));
    assert_eq!(target.breaks("DescribeMesh", &describe, ok(other.clone())).len(), 1);
    target.permits("DescribeMesh", &describe, ok(other));
    let third = with(target.shown(mesh()), "/metadata/uid", json!(uid("a third")));
    let verdict = target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(third));
    assert_eq!(verdict, ["mesh/uid-stable at metadata.uid"]);
}
