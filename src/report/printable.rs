//! Escaping of text from a target, so that it can neither steer a terminal nor end a line.
//!
//! The main functions are [`one_line`] and [`json`]. They must not depend on reports.

use std::borrow::Cow;

use serde_json::Value;

/// The text with every character that does not show as itself written as an escape: control
/// characters, line and paragraph separators, and those that turn the direction of writing.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The value as JSON, with the same characters written as JSON escapes them.
pub fn json(value: &Value) -> String {
    let text = value.to_string();
    if !text.chars().any(is_hidden) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            // They stand in strings, and none is beyond four digits.
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a character acts instead of showing.
fn is_hidden(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let separates = matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    // These two are no characters, and no XML may hold them.
    c.is_control() || turns || separates || matches!(c, '\u{fffe}' | '\u{ffff}')
}
