//! A trace as every kind of script needs it.
//!
//! The main type is [`Script`].

use appmesh_model::api::Api;

use super::call::{self, ExportError, Planned};
use crate::report::printable::one_line;
use crate::trace::{Arg, Trace};

/// The contents of a script in any language.
pub(super) struct Script {
    pub(super) api: &'static Api,
    pub(super) endpoint: String,
    /// Lines about what it is.
    pub(super) title: Vec<String>,
    /// The calls, in order.
    pub(super) calls: Vec<Planned>,
    /// The calls that delete the resources of the trace, children before parents.
    pub(super) deletes: Vec<Planned>,
    /// Lines about what is to be seen.
    pub(super) verdict: Vec<String>,
    /// The member that names the owner, if a call refers to it.
    pub(super) owner: Option<&'static str>,
    /// The most characters that a name is filled up to.
    pub(super) longest: usize,
}

impl Script {
    pub(super) fn new(
        trace: &Trace,
        endpoint: &str,
        title: Vec<String>,
        answers: Vec<Option<String>>,
        verdict: Vec<String>,
    ) -> Result<Self, ExportError> {
        let api = Api::of(trace.version);
        let mut calls = Vec::new();
        let trace = call::numbered(trace);
        let mut answers = answers.into_iter();
        for step in &trace.steps {
            let answer = answers.next().flatten();
            calls.push(Planned::of_step(api, step, answer)?);
        }
        let mut uses_owner = false;
        let mut longest = 0;
        for arg in trace.steps.iter().flat_map(|step| step.args.values()) {
            arg.visit(&mut |arg| match arg {
                Arg::Owner => uses_owner = true,
                Arg::Name { length: Some(length), .. }
                | Arg::Token { length: Some(length), .. } => {
                    longest = longest.max(*length);
                }
                _ => {}
            });
        }
        let lines = |lines: Vec<String>| -> Vec<String> {
            lines.iter().map(|line| one_line(line).into_owned()).collect()
        };
        Ok(Self {
            api,
            endpoint: one_line(endpoint.trim_end_matches('/')).into_owned(),
            title: lines(title),
            calls,
            deletes: call::deletes(api, &trace),
            verdict: lines(verdict),
            owner: if uses_owner { call::owner_member(api) } else { None },
            longest,
        })
    }

    /// Whether a later call continues the list that this one began.
    pub(super) fn is_continued(&self, call: &Planned) -> bool {
        self.calls.iter().any(|other| other.pages().contains(&call.number))
    }
}

/// The name of an operation as the AWS tools write it, words parted by this character.
pub(super) fn in_words(operation: &str, between: char) -> String {
    let mut out = String::new();
    for c in operation.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push(between);
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
