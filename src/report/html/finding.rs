//! A finding on the page: the permitted and the observed answer, and the calls of its trace.
//!
//! The main type is [`Finding`].

use serde_json::Value;

use super::difference::Difference;
use super::link::{finding_anchor, rule_anchor};
use super::repro_script::Script;
use crate::report::{FindingReport, StepReport, text};

/// The most characters of a value that the line above a finding shows.
const MOST_BRIEF: usize = 80;

/// A finding as the page shows it.
pub(super) struct Finding<'r> {
    pub(super) report: &'r FindingReport,
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) anchor: String,
    pub(super) rule_anchor: String,
    pub(super) difference: Difference,
    pub(super) calls: Vec<Call<'r>>,
    pub(super) scripts: Vec<Script>,
}

/// A call of a trace.
pub(super) struct Call<'r> {
    pub(super) step: &'r StepReport,
    /// Status and error type, or the reason why there is no answer.
    pub(super) answer: String,
    /// A class of the style.
    pub(super) class: &'static str,
}

impl<'r> Finding<'r> {
    pub(super) fn of(finding: &'r FindingReport, number: usize, scripts: Vec<Script>) -> Self {
        Self {
            report: finding,
            number,
            anchor: finding_anchor(&finding.identity),
            rule_anchor: rule_anchor(&finding.identity.rule),
            difference: Difference::between(&finding.permitted, &finding.observed),
            calls: finding.trace.iter().map(Call::of).collect(),
            scripts,
        }
    }

    /// The baseline's entry on it.
    pub(super) fn standing(&self) -> Option<String> {
        text::standing(&self.report.standing)
    }

    /// The difference in few words.
    pub(super) fn brief(&self) -> String {
        let (permitted, observed) = (&self.report.permitted, &self.report.observed);
        format!("{} instead of {}", cut(observed), cut(permitted))
    }

    /// The history of shrinking in a sentence.
    pub(super) fn shrunk(&self) -> String {
        let shrink = &self.report.shrink;
        let again = shrink.seen_again();
        let (from, to) = (shrink.from_steps, shrink.to_steps);
        if from == to {
            format!("first seen at call {}; {again}", self.report.found_at_call)
        } else {
            format!(
                "first seen at call {}; shrunk from {from} to {to}; {again}",
                self.report.found_at_call
            )
        }
    }
}

impl<'r> Call<'r> {
    fn of(step: &'r StepReport) -> Self {
        let failure = step.failure.as_deref().unwrap_or("no answer");
        let (answer, class) = match step.answer() {
            _ if step.method.is_empty() => (format!("skipped: {failure}"), "none"),
            None => (format!("lost: {failure}"), "none"),
            Some(answer) if step.status.is_some_and(|status| status < 400) => (answer, "done"),
            Some(answer) => (answer, "refused"),
        };
        Self { step, answer, class }
    }

    /// The request line and the body.
    pub(super) fn request(&self) -> String {
        with_body(format!("{} {}", self.step.method, self.step.path), self.step.body.as_ref())
    }

    /// The status, the content type and the body.
    pub(super) fn response(&self) -> String {
        let mut head = self.answer.clone();
        let response = self.step.response.as_ref();
        if let Some(content_type) = response.and_then(|it| it.content_type.as_ref()) {
            head.push_str(&format!("\nContent-Type: {content_type}"));
        }
        with_body(head, response.and_then(|it| it.body.as_ref()))
    }
}

/// The beginning of a text.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_BRIEF) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn with_body(mut head: String, body: Option<&Value>) -> String {
    match body {
        Some(Value::String(text)) => head.push_str(&format!("\n\n{text}")),
        Some(body) => head.push_str(&format!("\n\n{body:#}")),
        None => {}
    }
    head
}
