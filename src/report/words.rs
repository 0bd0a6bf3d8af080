//! Numbers with the nouns that they count.
//!
//! The main function is [`counted`].

/// A number and what it counts: `one` of it, or `many`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
