//! The Python program for the AWS SDK.
//!
//! The main function is [`write`]. The SDK is configured not to validate and not to retry. A body that
//! it cannot write replaces its own body just before the request is sent.

use askama::Template;
use serde_json::Value;

use super::call::{Body, Planned, Request};
use super::script::{Script, in_words};
use crate::bind::FILLING;
use crate::report::printable::json;
use crate::report::printable::one_line;
use crate::trace::Arg;

/// The program.
#[derive(Template)]
#[template(path = "boto3.py", escape = "none")]
struct Program<'s> {
    script: &'s Script,
    filling: &'static str,
    endpoint: String,
    calls: Vec<String>,
    deletes: Vec<String>,
    verdict: Vec<Value>,
}

/// The program.
pub(super) fn write(script: &Script) -> String {
    let program = Program {
        script,
        filling: FILLING,
        endpoint: json(&Value::from(script.endpoint.as_str())),
        calls: script.calls.iter().map(step).collect(),
        deletes: script.deletes.iter().filter_map(delete).collect(),
        verdict: script.verdict.iter().map(|line| Value::from(format!("# {line}"))).collect(),
    };
    // Writing to memory does not fail.
    program.render().unwrap_or_default()
}

/// The operation that deletes a resource, and its members.
fn delete(call: &Planned) -> Option<String> {
    let request = call.request.as_ref().ok()?;
    let operation = in_words(call.operation.name, '_');
    let members = request.path.iter().map(|(name, arg)| format!("\"{name}\": {}", value(arg)));
    Some(format!("(\"{operation}\", {{{}}})", members.collect::<Vec<_>>().join(", ")))
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
