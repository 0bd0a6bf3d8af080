//! Reading specifications: the few questions that families ask of a JSON value.
//!
//! Everything here takes any JSON value, whatever a client sent, and never fails.

use std::collections::HashSet;

use serde_json::Value;

/// The items of a list member; none if it is missing or not a list.
pub fn items<'v>(value: &'v Value, member: &str) -> &'v [Value] {
    value.get(member).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether the value is a plain DNS name.
pub fn is_host(value: &Value) -> bool {
    value.as_str().is_some_and(|name| {
        let label = |label: &str| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        name.split('.').all(label)
    })
}

/// The items of a list, each of those that are equal once.
pub fn without_duplicates(items: &[Value]) -> Vec<&Value> {
    let mut seen = HashSet::new();
    items.iter().filter(|item| seen.insert(*item)).collect()
}

/// Whether an item stands in the list twice.
pub fn has_duplicates(items: &[Value]) -> bool {
    without_duplicates(items).len() < items.len()
}
