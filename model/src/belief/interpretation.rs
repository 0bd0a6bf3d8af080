//! Interpretations: every way to read an answer in one world.
//!
//! The main type is [`Candidate`]; [`read_success`] finds those of a success. Which of them is
//! believed is decided by [`super::Belief`].

use serde_json::Value;

use super::{input, page_token};
use crate::action;
use crate::api::Call;
use crate::expect::Change;
use crate::judgement::{Checks, Judgement};
use crate::observed::Answer;
use crate::operation::{Action, Role};
use crate::page_check::{self, Turn};
use crate::place::{Header, Place};
use crate::shape_check;
use crate::told_resource::Reading;
use crate::wire_rule::Wire;

/// One way to read an answer in one world.
pub(super) struct Candidate {
    /// The world, as an index.
    pub world: usize,
    pub judgement: Judgement,
    pub interpretation: Interpretation,
}

impl Candidate {
    /// Whether nothing was done and the answer is that to an earlier call.
    pub fn is_from_memory(&self) -> bool {
        matches!(self.interpretation, Interpretation::Done(Change::Replay, _))
    }

    /// Nothing came back: the call may have been done or not.
    pub fn unknown(world: usize) -> Self {
        Self { world, judgement: Judgement::default(), interpretation: Interpretation::Unknown }
    }
}

/// What the call did, by one reading of its answer.
#[derive(Clone, Debug)]
pub(super) enum Interpretation {
    /// It made this change.
    Done(Change, Turn),
    /// It was refused.
    Refused,
    /// It was refused for want of rights.
    Denied,
    /// It may have been done or not.
    Unknown,
}

/// Reads a success: one candidate for each change that it may have made.
pub(super) fn read_success(
    checks: &Checks<'_>,
    call: &Call,
    answer: &Answer,
    world: usize,
    mut judgement: Judgement,
    candidates: &mut Vec<Candidate>,
) {
    let body = check_form(checks, answer, &mut judgement);
    let forbidden = !checks.expectation.may_succeed();
    let forced = [action::of(checks.operation.table.action).forced()];
    let mut changes = match &checks.expectation.changes[..] {
        _ if forbidden => &forced,
        // Where it cannot be said what the call is about, nothing is known to have changed.
        [] => &[Change::Read],
        changes => changes,
    };
    if let ([others @ .., Change::Replay], Some(body)) = (changes, body)
        && !others.is_empty()
        && !may_be_from_memory(checks, body)
    {
        changes = others;
    }
    let Some((&last, others)) = changes.split_last() else { return };
    let read = |change: Change, mut judgement: Judgement| {
        let mut turn = Turn::default();
        let judged = !forbidden && !checks.expectation.in_doubt;
        if let (Some(body), Some(key), true) = (body, &checks.expectation.key, judged) {
            if change == Change::Page {
                let limit = input(checks.api, call, Role::Limit).and_then(Value::as_i64);
                let token = page_token(checks.api, call);
                turn = page_check::check(checks, key, token, limit, body, &mut judgement);
            } else {
                let sent = input(checks.api, call, Role::Spec);
                checks.resource(key, change, sent, body, &mut judgement);
            }
        }
        Candidate { world, judgement, interpretation: Interpretation::Done(change, turn) }
    };
    candidates.extend(others.iter().map(|&change| read(change, judgement.clone())));
    candidates.push(read(last, judgement));
}

/// Checks the content type and the body of a success. Returns the body if it is an object.
fn check_form<'a>(
    checks: &Checks<'_>,
    answer: &'a Answer,
    judgement: &mut Judgement,
) -> Option<&'a Value> {
    let (operation, family) = (checks.operation, checks.family);
    let is_json = answer.content_type.as_deref().is_some_and(|kind| kind.contains("json"));
    judgement.test(
        Some(checks.api.wire(Wire::ContentType)),
        is_json,
        || Place::Header(Header::ContentType),
        || "application/json".to_owned(),
        || answer.content_type.clone().unwrap_or_else(|| "nothing".to_owned()),
    );
    let body = answer.body.as_ref().filter(|body| body.is_object());
    let unread = || "nothing that can be read as JSON".to_owned();
    judgement.test(
        Some(checks.api.wire(Wire::JsonBody)),
        body.is_some(),
        || Place::Body,
        || "a JSON object".to_owned(),
        || answer.body.as_ref().map_or_else(unread, shape_check::brief),
    );
    let lists = operation.table.action == Action::List;
    let shape = if lists { family.table.page } else { family.table.data };
    // What a foreign token is answered need not be a page of this list.
    let judged = checks.expectation.may_succeed() && !(lists && checks.expectation.open.is_some());
    if let (Some(body), true) = (body, judged) {
        checks.answer(shape, body, judgement);
    }
    body
}

/// Whether an answer may be the one that an earlier call got. It is not if it tells a version that the
/// resource has yet to reach, or another uid than the deleted resource had.
fn may_be_from_memory(checks: &Checks<'_>, body: &Value) -> bool {
    let Some(key) = &checks.expectation.key else { return true };
    let told = Reading::of_resource(body);
    let (before, uid) = match (checks.world.get(key), checks.world.past(key)) {
        (Some(known), _) => (known.highest_version(), None),
        (None, past) => (None, past.and_then(|(_, uid)| uid.as_deref())),
    };
    let is_ahead = before.zip(told.version).is_some_and(|(before, told)| told > before);
    let is_another = uid.zip(told.uid).is_some_and(|(before, told)| told != before);
    !is_ahead && !is_another
}
