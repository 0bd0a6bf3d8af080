//! The script for the AWS CLI.
//!
//! The main function is [`write`]. The CLI is configured not to validate and not to retry. A body
//! that is no JSON object, or has members that the CLI cannot write, is sent by curl, and the script
//! says so.

use std::collections::BTreeMap;

use serde_json::Value;

use super::call::{Body, Planned, Request};
use super::script::{Script, in_words};
use super::shell;
use crate::trace::Arg;

/// The script.
pub(super) fn write(script: &Script) -> String {
    let by_curl = |call: &Planned| call.request.is_ok() && !call.fits_sdk();
    let needs_curl = script.calls.iter().any(by_curl);
    let needs = if needs_curl { "the AWS CLI and curl 7.75 or later" } else { "the AWS CLI" };
    let mut out = shell::head(script, needs);
    out.push_str(&format!(
        "export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
unset AWS_PROFILE AWS_DEFAULT_PROFILE

# The CLI is to send what it is given, in this version of the API, and to ask once.
AWS_CONFIG_FILE=$(mktemp)
trap 'rm -f \"$AWS_CONFIG_FILE\"' EXIT
export AWS_CONFIG_FILE AWS_PAGER= AWS_MAX_ATTEMPTS=1
cat >\"$AWS_CONFIG_FILE\" <<'END'
[default]
parameter_validation = false
api_versions =
    appmesh = {}
END

# Makes a call and shows the answer: number, operation, command, and the members as JSON. A member
# that is null is not sent; the CLI would make up a token where none is named.
call() {{
    printf '\\n%s\\n' \"$1. $2: aws appmesh $3 --cli-input-json $4\"
    code=0
    answer=$(by_aws \"$3\" \"$4\" 2>&1) || code=$?
    [ \"$code\" -eq 0 ] || case $answer in
        # What the server says of itself is an answer.
        *'An error occurred ('*) ;;
        *' endpoint URL'* | *'SSL validation failed'* | *'An HTTP Client '*) no_answer ;;
        # There is no AWS CLI.
        *) [ \"$code\" -ne 126 ] && [ \"$code\" -ne 127 ] || no_answer ;;
    esac
    printf '%s\\n' \"$answer\" | tr -d '\\000-\\010\\013-\\037\\177'
    echo \"exit code $code\"
{}}}

by_aws() {{
    aws appmesh \"$1\" --cli-input-json \"$2\" --no-paginate --output json \\
        --region \"${{AWS_REGION:-us-east-1}}\" --endpoint-url \"$ENDPOINT\"
}}
",
        script.api.version,
        shell::learn(script),
    ));
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
