//! The limits of pages.

/// The most results on a page when the call names no limit (documentation of `limit`).
pub const DEFAULT_LIMIT: i64 = 100;

/// How many pages without a single result a list may show before it counts as endless.
pub const MOST_EMPTY_PAGES: u32 = 20;
