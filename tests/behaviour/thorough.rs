//! How much the slow tests try.

/// Whether an environment variable is set to 1.
pub fn is_set(variable: &str) -> bool {
    std::env::var(variable).is_ok_and(|value| value == "1")
}

/// Whether everything is tried: in a release build, or where this variable asks for it.
pub fn is_thorough(variable: &str) -> bool {
    !cfg!(debug_assertions) || is_set(variable)
}
