//! The script for the AWS CLI.
//!
//! The main function is [`write`]. The CLI is configured not to validate and not to retry. A body
//! that is no JSON object, or has members that the CLI cannot write, is sent by curl, and the script
//! says so.

use std::collections::BTreeMap;

use appmesh_model::version::Version;
use askama::Template;
use serde_json::Value;

use super::call::{Body, Planned, Request};
use super::script::{Script, in_words};
use super::shell;
use crate::trace::Arg;

/// The settings of the CLI and the function that calls it.
#[derive(Template)]
#[template(path = "aws_cli.sh", escape = "none")]
struct Functions {
    version: Version,
    learn: String,
}

/// The script.
pub(super) fn write(script: &Script) -> String {
    let by_curl = |call: &Planned| call.request.is_ok() && !call.fits_sdk();
    let needs_curl = script.calls.iter().any(by_curl);
    let needs = if needs_curl { "the AWS CLI and curl 7.75 or later" } else { "the AWS CLI" };
    let mut out = shell::head(script, needs);
    let functions = Functions { version: script.api.version, learn: shell::learn(script) };
    out.push_str(&functions.render().unwrap_or_default());
    out.push_str(&if needs_curl { shell::curl_functions(script) } else { shell::encoding(script) });
    let mut deletes: Vec<String> = script.deletes.iter().filter_map(delete).collect();
    deletes.push("rm -f \"$AWS_CONFIG_FILE\"".to_owned());
    out.push_str(&shell::clean_up(&deletes));
    for call in &script.calls {
        let command = match &call.request {
            Ok(request) if by_curl(call) => {
                format!(
                    "# The AWS CLI cannot send this body as it is, so curl does.\n{}",
                    shell::send(call, request)
                )
            }
            Ok(request) => format!(
                "call {} {} {} \\\n    {}",
                call.number,
                call.operation.name,
                in_words(call.operation.name, '-'),
                input(call, request)
            ),
            Err(_) => String::new(),
        };
        out.push_str(&shell::step(script, call, &command));
    }
    out.push_str(&shell::foot(script));
    out
}

/// The members of a call as one JSON object, as one word.
fn input(call: &Planned, request: &Request) -> String {
    let in_url = request.path.iter().chain(&request.query);
    let mut members: BTreeMap<String, Arg> =
        in_url.map(|(member, arg)| ((*member).to_owned(), arg.clone())).collect();
    if let Body::Json(body) = &request.body {
        members.extend(body.clone());
    }
    if let Some(member) = call.token_not_sent() {
        members.insert(member.to_owned(), Arg::Plain(Value::Null));
    }
    shell::json(&Arg::Object(members))
}

fn delete(call: &Planned) -> Option<String> {
    let request = call.request.as_ref().ok()?;
    Some(format!("by_aws {} {}", in_words(call.operation.name, '-'), input(call, request)))
}
