//! The reference server under requests that no client of App Mesh sends, and under many of them.
//!
//! Whatever comes in, the answer is a success or a modelled 4xx that names its error type, never a
//! 5xx and never a panic. Most tests ask `Reference::handle`, with no network in between; some send
//! bytes over HTTP, where the client library must not mend what is wrong with them.

/// How the tests ask a reference server, mostly with no network in between.
mod asking;
/// Requests as bytes over HTTP, where no client library mends what is wrong with them.
mod bytes;
/// Servers that choose where the documents are silent.
mod choices;
/// The call that is judged and the call that a server reads.
mod judged_call;
/// Many resources, and many clients.
mod many;
/// Requests that make no sense, each refused with a modelled 4xx.
mod nonsense;
/// Random requests, one after the other.
mod random;
