//! Text from a target within Markdown, escaped so that it is shown as it is.
//!
//! The main functions are [`code`] and [`block`].

use super::printable::one_line;

/// The text as code within a line.
pub fn code(text: &str) -> String {
    let text = one_line(text);
    let fence = fence(&text, 1);
    // A space keeps a backtick at either end apart from the fence, and is not shown.
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// The same in a cell of a table, where a bar would end the cell.
pub fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Lines as a block of code. The lines themselves must be printable.
pub fn block(text: &str) -> String {
    let fence = fence(text, 3);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

/// So many backticks that the text cannot end what they begin.
fn fence(text: &str, least: usize) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(least.max(longest + 1))
}
