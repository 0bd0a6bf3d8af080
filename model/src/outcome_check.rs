//! Heads: whether status and error type of an answer are among those permitted.
//!
//! The main function is [`judge`]. Of the body of an error little is promised, and that is judged
//! here, too; bodies of successes are judged in [`crate::judgement`].

use crate::api::{Api, ApiOperation};
use crate::error::ErrorKind;
use crate::expect::{Expectation, Refusal};
use crate::judgement::Judgement;
use crate::observed::Answer;
use crate::place::{Header, Place};
use crate::shape_check::brief;
use crate::shared_rule::SharedRule;
use crate::wire_rule::Wire;

/// What the head of an answer says of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
    /// The caller lacks the right; the documents say nothing of who has it.
    Denied,
    /// It may have been done or not.
    Unknown,
}

/// Judges status and error type against the expectation.
pub(crate) fn judge(
    api: &Api,
    operation: &ApiOperation,
    expectation: &Expectation,
    answer: &Answer,
    judgement: &mut Judgement,
) -> Head {
    judgement.exercised.push(api.wire(Wire::NoServerFailure));
    judgement.exercised.push(api.wire(Wire::Status));
    let at = || Place::outcome(answer);
    match answer.status {
        200..=299 => {
            judge_success(api, expectation, answer, judgement);
            Head::Done
        }
        403 => Head::Denied,
        429 | 503 => Head::Unknown,
        500 => {
            let permitted = permitted_heads(expectation);
            judgement.fail(api.wire(Wire::NoServerFailure), at(), permitted, answer.head());
            Head::Unknown
        }
        400..=499 => {
            judge_error(api, operation, expectation, answer, judgement);
            Head::Refused
        }
        _ => {
            let permitted = permitted_heads(expectation);
            judgement.fail(api.wire(Wire::Status), at(), permitted, answer.head());
            Head::Unknown
        }
    }
}

fn judge_success(api: &Api, expectation: &Expectation, answer: &Answer, judgement: &mut Judgement) {
    let at = || Place::outcome(answer);
    judgement.test(
        Some(api.wire(Wire::SuccessStatus)),
        answer.status == 200,
        || Place::Status,
        || "200".to_owned(),
        || answer.status.to_string(),
    );
    // Every reason to refuse the call forbids success on its own.
    for refusal in &expectation.demands {
        let permitted = show(refusal.error);
        judgement.fail(refusal.rule, at(), permitted, answer.head());
    }
    // An error that was left open did not come, so nothing was seen of it.
    if expectation.may_succeed() {
        judgement.exercised.extend(&expectation.due);
        judgement.exercised.extend(expectation.quota);
        judgement.exercised.extend(expectation.open);
    }
}

fn judge_error(
    api: &Api,
    operation: &ApiOperation,
    expectation: &Expectation,
    answer: &Answer,
    judgement: &mut Judgement,
) {
    let kind = answer.error_type.as_deref().and_then(ErrorKind::from_type);
    let modelled = kind.filter(|kind| operation.table.errors.contains(kind));
    judgement.exercised.push(api.wire(Wire::ErrorType));
    if let Some(kind) = modelled.filter(|kind| expectation.permits(*kind)) {
        exercise_refusals(api, operation, expectation, kind, judgement);
        judgement.exercised.push(api.wire(Wire::ErrorModelled));
        let at = || Place::StatusOf(kind);
        judgement.test(
            Some(api.wire(Wire::ErrorStatus)),
            answer.status == kind.status(),
            at,
            || kind.status().to_string(),
            || answer.status.to_string(),
        );
        judge_message(api, answer, judgement);
        return;
    }
    let permitted = permitted_heads(expectation);
    let at = Place::outcome(answer);
    if answer.error_type.is_none() {
        // The status alone may still tell which error is meant.
        let meant = expectation.refusals().find(|refusal| refusal.error.status() == answer.status);
        let open = expectation.open.is_some();
        if meant.is_some() || open {
            judgement.fail(
                api.wire(Wire::ErrorType),
                Place::Header(Header::ErrorType),
                permitted,
                "no error type".to_owned(),
            );
            return;
        }
    }
    // Of two reasons to refuse, neither is broken for certain by an error that fits none.
    let several =
        expectation.demands.iter().any(|refusal| refusal.error != expectation.demands[0].error);
    let ambiguous = modelled.is_none() && (several || expectation.open.is_some());
    if ambiguous {
        judgement.fail(api.wire(Wire::ErrorModelled), at, permitted, answer.head());
        return;
    }
    // The rule that the answer comes closest to: the one whose error has its status.
    let closest = expectation
        .demands
        .iter()
        .find(|refusal| refusal.error.status() == answer.status)
        .or(expectation.demands.first());
    let quota = expectation.quota.filter(|_| kind == Some(ErrorKind::LimitExceeded));
    let rule = match (closest, expectation.open, quota.as_ref().or(expectation.due.first())) {
        (Some(Refusal { bounds_input: true, .. }), ..) => api.wire(Wire::InvalidInput),
        (Some(refusal), ..) => refusal.rule,
        (None, Some(_), _) => api.wire(Wire::ErrorModelled),
        (None, None, Some(due)) => *due,
        (None, None, None) => api.wire(Wire::ErrorModelled),
    };
    judgement.fail(rule, at, permitted, answer.head());
}

/// Of an error's body nothing is promised but the type of its message.
fn judge_message(api: &Api, answer: &Answer, judgement: &mut Judgement) {
    judgement.exercised.push(api.wire(Wire::ErrorBody));
    let message = answer.body.as_ref().and_then(|body| body.get("message"));
    let Some(message) = message.filter(|message| !message.is_null()) else { return };
    judgement.test(
        Some(api.wire(Wire::ErrorMessage)),
        message.is_string(),
        || Place::member(["message"]),
        || "a string".to_owned(),
        || brief(message),
    );
}

/// The call was refused as permitted: what demands this error or leaves it open was put to the
/// test, and nothing else.
fn exercise_refusals(
    api: &Api,
    operation: &ApiOperation,
    expectation: &Expectation,
    kind: ErrorKind,
    judgement: &mut Judgement,
) {
    for refusal in &expectation.demands {
        // A single reason forbids success whatever else is left open.
        if refusal.error == kind || expectation.demands.len() == 1 {
            judgement.exercised.push(refusal.rule);
        }
        if refusal.error == kind && refusal.bounds_input {
            judgement.exercised.push(api.wire(Wire::InvalidInput));
        }
    }
    let left = expectation.leaves.iter().filter(|refusal| refusal.error == kind);
    judgement.exercised.extend(left.map(|refusal| refusal.rule));
    // Of several reasons one has won; that the first may is among what is left open.
    if let [first, others @ ..] = &expectation.demands[..]
        && first.error != kind
        && others.iter().any(|refusal| refusal.error == kind)
    {
        judgement.exercised.extend(api.families[operation.family].rule(SharedRule::TwoFaults));
    }
    if expectation.refusals().all(|refusal| refusal.error != kind) {
        judgement.exercised.extend(expectation.open);
    }
}

/// The permitted heads, as reports write them.
fn permitted_heads(expectation: &Expectation) -> String {
    let mut heads: Vec<String> = Vec::new();
    if expectation.may_succeed() {
        heads.push("200".to_owned());
    }
    if expectation.open.is_some() {
        heads.push("a modelled error of the caller (4xx)".to_owned());
    }
    for refusal in expectation.refusals() {
        let head = show(refusal.error);
        if !heads.contains(&head) {
            heads.push(head);
        }
    }
    heads.join(" or ")
}

fn show(error: ErrorKind) -> String {
    format!("{} {}", error.status(), error.type_name())
}
