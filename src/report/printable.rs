//! Text from a target, made fit to be shown: nothing in it can steer a terminal or end a line.
//!
//! The main function is [`one_line`]. It knows nothing of reports.

use std::borrow::Cow;

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

/// Whether a character acts instead of showing.
fn is_hidden(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}
