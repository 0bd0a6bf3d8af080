//! A property-based conformance test harness for servers of the AWS App Mesh API.
//!
//! The model (crate `appmesh_model`) says what may be answered; this crate generates calls, sends
//! them, judges the answers, shrinks what is wrong and reports it. It works for any API that the
//! model describes and names no resource. From top to bottom, each module uses only those above:
//!
//! - [`random`], [`url_encoding`]: randomness from seeds, percent-encoding; [`shard`]: how much of a
//!   campaign is run
//! - [`trace`]: symbolic calls and their file format; [`request_parser`]: the call that the bytes of a
//!   request say; [`bind`]: from symbolic calls to HTTP requests and the calls to be judged
//! - [`isolation`]: the rules about traces that list root resources
//! - [`predicted_state`]: what steps should lead to, on the model alone
//! - [`generate`]: from the model's tables to traces
//! - [`target`]: where requests go; [`mod@reference`]: the model as a target, over HTTP or in this
//!   process
//! - [`event`]: what a run tells while it goes on
//! - [`execute`]: one trace, judged; [`coverage`]: traces that put everything to the test once
//! - [`shrink`]: the shortest trace that shows the same
//! - [`campaign`]: many traces, from the first call to the findings; [`campaign_outcome`]: what came of
//!   them, as reports know it
//! - [`report`]: outcomes in, bytes out; [`gate`]: which findings fail a run; [`corpus`]: traces that
//!   failed before
//! - [`selftest`]: seeded faults of the reference server, how well they are found, and the shortest
//!   traces that show them, to measure [`shrink`] by
//! - [`cli`]: the command line

pub mod bind;
pub mod campaign;
pub mod campaign_outcome;
pub mod cli;
pub mod corpus;
pub mod coverage;
pub mod event;
pub mod execute;
pub mod gate;
pub mod generate;
pub mod isolation;
pub mod predicted_state;
pub mod random;
pub mod reference;
pub mod report;
pub mod request_parser;
pub mod selftest;
pub mod shard;
pub mod shrink;
pub mod target;
pub mod trace;
pub mod url_encoding;
