//! Timestamps are epoch seconds: what lies in the future by every known clock counts something else.

use appmesh_model::observed::{Answer, Observed};
use serde_json::{Value, json};

use super::target::{Target, mesh, ok, preview, with};

/// The caller's clock.
const NOW_MS: i64 = 1_700_000_000_000;
const HOUR_MS: i64 = 60 * 60 * 1_000;
const YEAR_MS: i64 = 365 * 24 * HOUR_MS;

/// What a create breaks whose answer tells this time, as the rules and what was observed.
fn broken(time: &Value, unix_ms: Option<i64>, date_ms: Option<i64>) -> Vec<String> {
    let mut target = preview(&[]);
    let call = target.call("CreateMesh", &json!({"meshName": "m"}));
    let answer = Answer { date_ms, ..ok(created_at(&target, time)) };
    let observed = Observed { answer: Some(answer), sent_ms: 0, answered_ms: 1, unix_ms };
    let verdict = target.belief.judge(&call, &observed);
    let mut named = target.named(&verdict);
    named.extend(verdict.mismatches.into_iter().map(|mismatch| mismatch.observed));
    named
}

fn created_at(target: &Target, time: &Value) -> Value {
    let shown = with(target.shown(mesh()), "/metadata/createdAt", time.clone());
    with(shown, "/metadata/lastUpdatedAt", time.clone())
}

fn seconds(ms: i64) -> Value {
    json!(ms as f64 / 1000.0)
}

#[test]
fn a_time_in_another_unit_than_seconds_is_accused() {
    for (per_second, observed) in [
        (1_000, "9999999999999, milliseconds"),
        (1_000_000, "xxxxxxxxxxxxxxxx, microseconds"),
        (1_000_000_000, "xxxxxxxxxxxxxxxxxxx, nanoseconds"),
    ] {
        assert_eq!(
            broken(&json!(NOW_MS / 1_000 * per_second), Some(NOW_MS), None),
            [
                "wire/timestamp at metadata.createdAt",
                "wire/timestamp at metadata.lastUpdatedAt",
                observed,
                observed
            ]
        );
    }
}

#[test]
fn a_time_in_the_far_future_is_accused() {
    let broken = broken(&seconds(NOW_MS + YEAR_MS), Some(NOW_MS), Some(NOW_MS));
    assert_eq!(broken[2..], ["9999999999.9, a time in the future"; 2]);
}

#[test]
fn a_clock_that_is_wrong_by_hours_is_permitted() {
    for wrong in [-10, 0, 10] {
        let time = seconds(NOW_MS + wrong * HOUR_MS);
        assert_eq!(broken(&time, Some(NOW_MS), None), [""; 0]);
    }
}

#[test]
fn a_clock_that_is_wrong_by_years_is_permitted_if_the_date_header_agrees() {
    let wrong_ms = NOW_MS + 5 * YEAR_MS;
    assert_eq!(broken(&seconds(wrong_ms), Some(NOW_MS), Some(wrong_ms)), [""; 0]);
    // It knows nothing of milliseconds.
    assert_eq!(broken(&json!(wrong_ms), Some(NOW_MS), Some(wrong_ms)).len(), 4);
}

/// The right time is no divergence because the header is wrong.
#[test]
fn a_date_header_that_is_behind_is_not_held_against_the_right_time() {
    assert_eq!(broken(&seconds(NOW_MS), Some(NOW_MS), Some(NOW_MS - 5 * YEAR_MS)), [""; 0]);
}

/// The documents do not speak of the target's clock, and one that was never set counts seconds, too.
#[test]
fn a_clock_that_stands_still_in_1970_is_permitted() {
    for (time, date_ms) in [(json!(0), None), (json!(0), Some(0)), (json!(12.5), None)] {
        assert_eq!(broken(&time, Some(NOW_MS), date_ms), [""; 0]);
    }
}

#[test]
fn without_a_clock_no_time_is_judged() {
    assert_eq!(broken(&json!(NOW_MS), None, None), [""; 0]);
}
