//! The `curl` script.
//!
//! The main function is [`write`].

use super::script::Script;
use super::shell;

/// The script.
pub(super) fn write(script: &Script) -> String {
    let mut out = shell::head(script, "curl 7.75 or later");
    out.push_str(&shell::curl_functions(script));
    let deletes: Vec<String> = script.deletes.iter().filter_map(shell::curl_delete).collect();
    out.push_str(&shell::clean_up(&deletes));
    for call in &script.calls {
        let command = call.request.as_ref().map(|request| shell::send(call, request));
        out.push_str(&shell::step(script, call, &command.unwrap_or_default()));
    }
    out.push_str(&shell::foot(script));
    out
}
