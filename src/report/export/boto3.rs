//! The Python program for the AWS SDK.
//!
//! The main function is [`write`]. The SDK is configured not to validate and not to retry. A body that
//! it cannot write replaces its own body just before the request is sent.

use serde_json::Value;

use super::call::{Body, Planned, Request};
use super::script::{Script, in_words};
use crate::bind::FILLING;
use crate::report::printable::json;
use crate::report::printable::one_line;
use crate::trace::Arg;

/// The program.
pub(super) fn write(script: &Script) -> String {
    let title: String = script.title.iter().map(|line| format!("# {line}\n")).collect();
    let mut out = format!(
        r##"#!/usr/bin/env python3
{title}#
# Needs boto3. ENDPOINT names another server. Names begin with PREFIX, a fresh one each time; what
# is made is deleted at the end.

import json
import os
import sys
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

PREFIX = os.environ.get("PREFIX") or f"x{{uuid.uuid4().hex[:8]}}-"
FILLING = "{FILLING}"

# The SDK is to send what it is given, and to ask once.
client = boto3.client(
    "appmesh",
    api_version="{version}",
    endpoint_url=os.environ.get("ENDPOINT") or {endpoint},
    region_name=os.environ.get("AWS_REGION") or "us-east-1",
    aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID") or "testing",
    aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY") or "testing",
    aws_session_token=os.environ.get("AWS_SESSION_TOKEN"),
    config=Config(parameter_validation=False, retries={{"total_max_attempts": 1}}),
)

# Page tokens by the number of the call that was answered them, and the owner that was named.
pages = {{}}
owner = None
# The body to send instead of the SDK's, and the answer as it came.
body_to_send = None
received = None


def name(symbol, length=None):
    """A name of this run, filled up to a length."""
    text = PREFIX + symbol
    return text if length is None else (text + FILLING * (length // len(FILLING) + 1))[:length]


def replace_body(params, **_):
    if body_to_send is not None:
        params["body"] = body_to_send
        params["headers"]["Content-Type"] = "application/json"


def keep_answer(response_dict, **_):
    global received
    received = response_dict


client.meta.events.register("before-call", replace_body)
client.meta.events.register("before-parse", keep_answer)


def shown(text):
    """A text without what steers a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def call(number, operation, body=None, **members):
    """Makes a call and shows the answer. A member that is None is not sent; the SDK would make up
    a token where none is named."""
    global body_to_send, owner, received
    print(f"\n{{number}}. {{operation}} {{shown(json.dumps(members))}}")
    body_to_send, received = body, None
    if body is not None:
        print(f"body: {{body!r}}")
    try:
        getattr(client, operation)(**members)
    except ClientError:
        pass
    except (NotConnected, HTTPClientError) as error:
        # Without an answer there is nothing to see.
        sys.exit(f"no answer from {{client.meta.endpoint_url}}: {{shown(str(error))}}")
    except Exception as error:
        what = "send this" if received is None else "read the answer"
        print(f"the SDK cannot {{what}}: {{shown(str(error))}}")
    if received is None:
        return
    print(f"HTTP {{received['status_code']}}")
    for header in ("content-type", "x-amzn-errortype"):
        if header in received["headers"]:
            print(f"{{header}}: {{shown(received['headers'][header])}}")
    text = received["body"].decode("utf-8", "backslashreplace")
    print(shown(text))
    try:
        answer = json.loads(text)
    except ValueError:
        return
    if isinstance(answer, dict):
        if isinstance(answer.get("nextToken"), str):
            pages[number] = answer["nextToken"]
"##,
        version = script.api.version,
        endpoint = json(&Value::from(script.endpoint.as_str())),
    );
    if let Some(member) = script.owner {
        out.push_str(&format!(
            r#"        metadata = answer.get("metadata", answer)
        for part in [metadata, *answer.values()]:
            metadata = part.get("metadata", part) if isinstance(part, dict) else {{}}
            owner = owner or metadata.get("{member}")
"#
        ));
    }
    out.push_str("\n\ndef calls():\n");
    for call in &script.calls {
        out.push_str(&step(call));
    }
    out.push_str("\n\ndef clean_up():\n    global body_to_send\n    body_to_send = None\n");
    out.push_str("    for operation, members in [\n");
    for delete in &script.deletes {
        if let Ok(request) = &delete.request {
            let operation = in_words(delete.operation.name, '_');
            let members: Vec<String> = request
                .path
                .iter()
                .map(|(name, arg)| format!("\"{name}\": {}", value(arg)))
                .collect();
            out.push_str(&format!("        (\"{operation}\", {{{}}}),\n", members.join(", ")));
        }
    }
    out.push_str(
        "    ]:
        try:
            getattr(client, operation)(**members)
        except Exception:
            pass


try:
    calls()
finally:
    clean_up()
",
    );
    if !script.verdict.is_empty() {
        out.push_str("print()\n");
    }
    for line in &script.verdict {
        out.push_str(&format!("print({})\n", Value::from(format!("# {line}"))));
    }
    out
}

/// A call with all around it: what was reported, the pause before, and the tokens that it needs.
fn step(call: &Planned) -> String {
    let mut out = String::new();
    let name = call.operation.name;
    if let Some(answer) = &call.answer {
        let answer = one_line(answer);
        out.push_str(&format!("    # {}. {name}, reported to be answered {answer}\n", call.number));
    }
    let request = match &call.request {
        Ok(request) => request,
        Err(reason) => {
            let line = format!("\n{}. {name} cannot be sent: {reason}", call.number);
            out.push_str(&format!("    print({})\n", json(&Value::from(line))));
            return out;
        }
    };
    if call.pause_ms > 0 {
        let (seconds, rest_ms) = (call.pause_ms / 1000, call.pause_ms % 1000);
        out.push_str(&format!("    time.sleep({seconds}.{rest_ms:03})\n"));
    }
    let pages = call.pages();
    if pages.is_empty() {
        out.push_str(&written(call, request, "    "));
    } else {
        let all: Vec<String> = pages.iter().map(|call| format!("{call} in pages")).collect();
        let line =
            format!("\n{}. {name} cannot be sent: no page before it gave a token", call.number);
        out.push_str(&format!(
            "    if {}:\n{}    else:\n        print({})\n",
            all.join(" and "),
            written(call, request, "        "),
            Value::from(line)
        ));
    }
    out
}

fn written(call: &Planned, request: &Request, indent: &str) -> String {
    let mut out = format!(
        "{indent}call(\n{indent}    {},\n{indent}    \"{}\",\n",
        call.number,
        in_words(call.operation.name, '_')
    );
    let mut add = |name: &str, value: &str| out.push_str(&format!("{indent}    {name}={value},\n"));
    for (name, arg) in request.path.iter().chain(&request.query) {
        add(name, &value(arg));
    }
    let fits = call.fits_sdk();
    match &request.body {
        Body::None => {}
        Body::Json(members) if fits => {
            members.iter().for_each(|(name, arg)| add(name, &value(arg)));
        }
        Body::Json(members) => {
            let object = value(&Arg::Object(members.clone()));
            add("body", &format!("json.dumps({object}, ensure_ascii=False).encode()"));
        }
        Body::Garbage(garbage) => {
            let bytes: String = garbage
                .bytes()
                .iter()
                .flat_map(|byte| byte.escape_ascii())
                .map(char::from)
                .collect();
            add("body", &format!("b\"{bytes}\""));
        }
    }
    if let Some(name) = call.token_not_sent().filter(|_| fits) {
        add(name, "None");
    }
    out.push_str(&format!("{indent})\n"));
    out
}

/// An argument as Python writes it.
fn value(arg: &Arg) -> String {
    match arg {
        Arg::Plain(Value::Null) => "None".to_owned(),
        Arg::Plain(Value::Bool(true)) => "True".to_owned(),
        Arg::Plain(Value::Bool(false)) => "False".to_owned(),
        Arg::Plain(Value::Array(items)) => {
            list(items.iter().map(|item| value(&Arg::Plain(item.clone()))))
        }
        Arg::Plain(Value::Object(members)) => {
            object(members.iter().map(|(name, item)| (name, value(&Arg::Plain(item.clone())))))
        }
        // Numbers and strings are written as in JSON.
        Arg::Plain(other) => json(other),
        Arg::Name { symbol, length } | Arg::Token { symbol, length } => {
            let symbol = json(&Value::from(symbol.as_str()));
            length.map_or_else(
                || format!("name({symbol})"),
                |length| format!("name({symbol}, {length})"),
            )
        }
        Arg::PageAfter(call) => format!("pages[{call}]"),
        Arg::Owner => "owner".to_owned(),
        Arg::Object(members) => object(members.iter().map(|(name, arg)| (name, value(arg)))),
        Arg::List(items) => list(items.iter().map(value)),
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn object<'a>(members: impl Iterator<Item = (&'a String, String)>) -> String {
    let members =
        members.map(|(name, value)| format!("{}: {value}", json(&Value::from(name.as_str()))));
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}
