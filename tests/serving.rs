//! The reference server under requests that no client of App Mesh sends, and under many of them.
//!
//! Whatever comes in, the answer is a success or a modelled 4xx that names its error type, never a
//! 5xx and never a panic. Most tests ask `Reference::handle`, with no network in between; some send
//! bytes over HTTP, where the client library must not mend what is wrong with them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

/// How the tests ask a reference server, mostly with no network in between.
#[path = "serving/asking.rs"]
mod asking;
/// Requests as bytes over HTTP, where no client library mends what is wrong with them.
#[path = "serving/bytes.rs"]
mod bytes;
/// The call that is judged and the call that a server reads.
#[path = "serving/judged_call.rs"]
mod judged_call;
/// Many resources, and many clients.
#[path = "serving/many.rs"]
mod many;
/// Requests that make no sense, each refused with a modelled 4xx.
#[path = "serving/nonsense.rs"]
mod nonsense;
/// Random requests, one after the other.
#[path = "serving/random.rs"]
mod random;
