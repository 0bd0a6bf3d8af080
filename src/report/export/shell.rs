//! Parts that the shell scripts share: quoting, names, page tokens, and calls by curl.
//!
//! The main functions are [`quoted`], [`path`] and [`json`]. Scripts are for any POSIX shell.

use askama::Template;
use serde_json::Value;

use super::call::{Body, Planned, Request};
use super::script::Script;
use crate::bind::FILLING;
use crate::report::printable;
use crate::report::printable::one_line;
use crate::trace::{Arg, Garbage};
use crate::url_encoding;

/// The text as one word, taken literally.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The beginning of a script: what it is and how to use it.
#[derive(Template)]
#[template(path = "head.sh", escape = "none")]
struct Head<'s> {
    script: &'s Script,
    needs: &'s str,
    endpoint: String,
    filling: String,
}

/// The beginning of a script: what it is and how to use it.
pub(super) fn head(script: &Script, needs: &str) -> String {
    let endpoint = quoted(&script.endpoint);
    let filling = FILLING.chars().cycle().take(script.longest).collect();
    // Writing to memory does not fail.
    Head { script, needs, endpoint, filling }.render().unwrap_or_default()
}

/// The end of a script.
pub(super) fn foot(script: &Script) -> String {
    let mut out = String::new();
    if !script.verdict.is_empty() {
        out.push_str("\necho\n");
    }
    for line in &script.verdict {
        out.push_str(&format!("printf '%s\\n' {}\n", quoted(&format!("# {line}"))));
    }
    out
}

/// The functions that call by curl and read page tokens from what it shows.
#[derive(Template)]
#[template(path = "curl.sh", escape = "none")]
struct CurlFunctions {
    learn: String,
    encoding: String,
}

/// The functions that call by curl and read page tokens from what it shows.
pub(super) fn curl_functions(script: &Script) -> String {
    let functions = CurlFunctions { learn: learn(script), encoding: encoding(script) };
    functions.render().unwrap_or_default()
}

/// A line of a function that remembers the owner from `$answer`.
pub(super) fn learn(script: &Script) -> String {
    script.owner.map_or_else(String::new, |member| {
        format!("    [ -n \"$owner\" ] || owner=$(member {member})\n    owner=${{owner#=}}\n")
    })
}

/// The functions that take members out of `$answer` and put them into paths.
#[derive(Template)]
#[template(path = "members.sh", escape = "none")]
struct MemberFunctions<'s> {
    script: &'s Script,
}

/// The functions that take members out of `$answer` and put them into paths.
pub(super) fn encoding(script: &Script) -> String {
    let continued = script.calls.iter().any(|call| script.is_continued(call));
    if !continued && script.owner.is_none() {
        return String::new();
    }
    MemberFunctions { script }.render().unwrap_or_default()
}

/// The function that deletes what the script made, and when it is called.
pub(super) fn clean_up(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut out = "\n# Deletes what was made, also after Ctrl-C.\nclean_up() {\n".to_owned();
    for line in lines {
        out.push_str(&format!("    {line} >/dev/null 2>&1 || true\n"));
    }
    out.push_str("}\ntrap clean_up EXIT\ntrap 'exit 130' INT\ntrap 'exit 143' TERM\n");
    out
}

/// The delete of one resource, by curl.
pub(super) fn curl_delete(call: &Planned) -> Option<String> {
    let request = call.request.as_ref().ok()?;
    let path = path(call.operation.path, request);
    Some(format!("by_curl --request {} \"$ENDPOINT\"{path}", call.operation.method))
}

/// A call with all around it: what was reported, the pause before, and the tokens that it needs and
/// that others need of it. `command` makes the call.
pub(super) fn step(script: &Script, call: &Planned, command: &str) -> String {
    let mut out = "\n".to_owned();
    let name = call.operation.name;
    if let Some(answer) = &call.answer {
        out.push_str(&format!(
            "# {}. {name}, reported to be answered {}\n",
            call.number,
            one_line(answer)
        ));
    }
    if let Err(reason) = &call.request {
        let line =
            format!("{}. {name} cannot be sent: {}", call.number, one_line(&reason.to_string()));
        out.push_str(&format!("echo\nprintf '%s\\n' {}\n", quoted(&line)));
        return out;
    }
    if call.pause_ms > 0 {
        out.push_str(&format!("sleep {}.{:03}\n", call.pause_ms / 1000, call.pause_ms % 1000));
    }
    let pages = call.pages();
    if pages.is_empty() {
        out.push_str(&format!("{command}\n"));
    } else {
        let all: Vec<String> =
            pages.iter().map(|number| format!("[ -n \"${{page{number}-}}\" ]")).collect();
        let line =
            format!("{}. {name} cannot be sent: no page before it gave a token", call.number);
        out.push_str(&format!(
            "if {}; then\n    {command}\nelse\n    answer=\n    echo\n    echo '{line}'\nfi\n",
            all.join(" && ")
        ));
    }
    if script.is_continued(call) {
        out.push_str(&format!("page{}=$(member nextToken)\n", call.number));
    }
    out
}

/// The call as `send` takes it.
pub(super) fn send(call: &Planned, request: &Request) -> String {
    let operation = call.operation;
    let path = path(operation.path, request);
    let body = match &request.body {
        Body::None => String::new(),
        Body::Json(members) => {
            format!(" \\\n    {}", json(&Arg::Object(members.clone())))
        }
        Body::Garbage(Garbage::NotUtf8) => {
            let octal: String =
                Garbage::NotUtf8.bytes().iter().map(|byte| format!("\\{byte:03o}")).collect();
            format!(" \\\n    \"$(printf '{octal}')\"")
        }
        Body::Garbage(garbage) => {
            format!(" \\\n    {}", quoted(&String::from_utf8_lossy(&garbage.bytes())))
        }
    };
    format!("send {} {} {} {path}{body}", call.number, operation.name, operation.method)
}

/// Path and query as one word.
fn path(template: &str, request: &Request) -> String {
    let mut out = template.to_owned();
    for (member, arg) in &request.path {
        out = out.replace(&format!("{{{member}}}"), &encoded(arg));
    }
    let mut between = '?';
    // Optional parts of the query come last.
    let (owner, given): (Vec<_>, Vec<_>) =
        request.query.iter().partition(|(_, arg)| *arg == Arg::Owner);
    for (member, arg) in given {
        out.push_str(&format!("{between}{member}={}", encoded(arg)));
        between = '&';
    }
    for (member, arg) in owner {
        out.push_str(&format!("${{owner:+{between}{member}={}}}", encoded(arg)));
    }
    format!("\"{out}\"")
}

/// An argument in a path, within double quotes.
fn encoded(arg: &Arg) -> String {
    match arg {
        Arg::Plain(Value::String(text)) => url_encoding::encode(text).into_owned(),
        Arg::Plain(value) => url_encoding::encode(&value.to_string()).into_owned(),
        Arg::Name { symbol, length } | Arg::Token { symbol, length } => {
            spelled(&url_encoding::encode(symbol), symbol, *length)
        }
        Arg::PageAfter(call) => format!("$(encode \"${{page{call}#=}}\")"),
        Arg::Owner => "$(encode \"$owner\")".to_owned(),
        // A path holds words only.
        Arg::Object(_) | Arg::List(_) => String::new(),
    }
}

/// A name, within double quotes: `written` is how its symbol is written there.
fn spelled(written: &str, symbol: &str, length: Option<usize>) -> String {
    match length {
        None => format!("${{PREFIX}}{written}"),
        Some(length) => {
            // The length counts the characters of the name, and the shell the bytes of what is
            // written.
            let length = length + written.len() - symbol.chars().count();
            format!("$(spell {} {length})", quoted(written))
        }
    }
}

/// An argument as JSON, as one word.
pub(super) fn json(arg: &Arg) -> String {
    let mut literal = String::new();
    write_json(arg, &mut literal);
    format!("'{literal}'")
}

/// An argument as JSON, within single quotes, which are left for what is filled in.
fn write_json(arg: &Arg, out: &mut String) {
    match arg {
        Arg::Plain(value) => out.push_str(&printable::json(value).replace('\'', r"'\''")),
        Arg::Name { symbol, length } | Arg::Token { symbol, length } => {
            let json = printable::json(&Value::from(symbol.as_str()));
            let written = json.get(1..json.len() - 1).unwrap_or_default();
            match length {
                None => {
                    out.push_str("\"'\"$PREFIX\"'");
                    out.push_str(&written.replace('\'', r"'\''"));
                    out.push('"');
                }
                Some(_) => {
                    out.push_str(&format!("\"'\"{}\"'\"", spelled(written, symbol, *length)));
                }
            }
        }
        Arg::PageAfter(call) => out.push_str(&format!("\"'\"${{page{call}#=}}\"'\"")),
        Arg::Owner => out.push_str("'\"${owner:+\\\"}${owner:-null}${owner:+\\\"}\"'"),
        Arg::Object(members) => {
            out.push('{');
            for (index, (name, arg)) in members.iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                let name = printable::json(&Value::from(name.as_str())).replace('\'', r"'\''");
                out.push_str(&format!("{comma}{name}:"));
                write_json(arg, out);
            }
            out.push('}');
        }
        Arg::List(items) => {
            out.push('[');
            for (index, arg) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(arg, out);
            }
            out.push(']');
        }
    }
}
