//! What came back: an answer as the judge needs to see it.
//!
//! The main type is [`Observed`]. It is filled in by whoever sends requests; nothing here knows
//! how.

use serde_json::Value;

/// What came back for a call, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The answer, or none if it was lost on the way.
    pub answer: Option<Answer>,
    /// When the call was sent, on the caller's clock, in milliseconds.
    pub sent_ms: u64,
    /// When its answer had come, on the same clock.
    pub answered_ms: u64,
    /// When its answer had come, in milliseconds since the epoch; none if nobody knows.
    pub unix_ms: Option<i64>,
}

/// How far a clock may be wrong: one day.
const CLOCK_TOLERANCE_MS: i64 = 24 * 60 * 60 * 1_000;

impl Observed {
    /// The latest time that an answer may tell of the past, in milliseconds since the epoch; none if
    /// no clock is known. The caller's clock counts, or the target's own where that is ahead.
    pub(crate) fn latest_ms(&self) -> Option<i64> {
        let date_ms = self.answer.as_ref().and_then(|answer| answer.date_ms);
        Some(self.unix_ms.max(date_ms)?.saturating_add(CLOCK_TOLERANCE_MS))
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The content type, if one is given.
    pub content_type: Option<String>,
    /// The type of the error, without namespace and suffix; see [`error_type`].
    pub error_type: Option<String>,
    /// The body, if it is JSON.
    pub body: Option<Value>,
    /// The target's own clock, as its `Date` header tells it, in milliseconds since the epoch.
    pub date_ms: Option<i64>,
}

impl Answer {
    /// Stands in place of the type of an error that names none.
    pub(crate) const WITHOUT_TYPE: &'static str = "without an error type";

    /// Status and error type, as reports write them: `404 NotFoundException`.
    pub fn head(&self) -> String {
        Self::head_of(self.status, self.error_type.as_deref())
    }

    /// The same for the parts of an answer.
    pub fn head_of(status: u16, error_type: Option<&str>) -> String {
        match error_type {
            Some(error_type) if status >= 300 => format!("{status} {error_type}"),
            None if status >= 400 => format!("{status} {}", Self::WITHOUT_TYPE),
            _ => status.to_string(),
        }
    }
}

/// The type that an error names: the header `x-amzn-ErrorType`, or else `code` or `__type` in the
/// body, without the `namespace#` before it and the `:http…` behind it (REST-JSON protocol).
pub fn error_type(header: Option<&str>, body: Option<&Value>) -> Option<String> {
    let in_body = || {
        let member = |name| body.and_then(|body| body.get(name)).and_then(Value::as_str);
        member("code").or_else(|| member("__type"))
    };
    let full = header.filter(|text| !text.is_empty()).or_else(in_body)?;
    let named = full.split(':').next().unwrap_or(full);
    let bare = named.rsplit('#').next().unwrap_or(named).trim();
    (!bare.is_empty()).then(|| bare.to_owned())
}
