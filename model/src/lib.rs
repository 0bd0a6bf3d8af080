//! The App Mesh API as a model: what may happen next, and which document says so.
//!
//! The model knows operations, shapes, bounds, rules and resources. It must not know clocks,
//! randomness, HTTP clients or servers, generators or reports: it is data and pure functions.
//!
//! From bottom to top, each module uses only those above it in this list:
//!
//! - data: [`error`], [`rule`], [`shape`], [`version`], [`operation`], [`shared_rule`], [`wire_rule`],
//!   [`family`]; the tables of the versions: [`v2018_10_01`], [`v2019_01_25`]
//! - [`schema`], [`api`]: the tables of a version, compiled, with schemas and the catalogue of rules
//! - [`place`], [`world`], [`observed`], [`told_resource`]: places in answers, possible states, answers
//! - `expectation`, `call_context`, `client_token`, `situation_fact`, `action`: what the operations of each
//!   kind expect, change and show
//! - [`expect`], `transition`: what may be answered to a call, and the world after it
//! - `outcome_check`, `shape_check`, [`judgement`], `spec_round_trip`, `page_check`: what is wrong with an answer
//! - [`belief`]: the worlds still possible; the way in is [`belief::Belief::judge`]
//! - [`situation`]: what can be told of a call before it is sent
//! - [`correct_server`], [`rendering`]: what a correct server does and answers
//! - `registry`: every version with its families
//!
//! To add a family, write its file and list it in its version. To add an action, write its file in
//! `action`. To add a version, add its folder, a name in [`version`] and a line in `registry`.

mod action;
pub mod api;
pub mod belief;
mod call_context;
mod client_token;
pub mod correct_server;
pub mod error;
pub mod expect;
mod expectation;
pub mod family;
pub mod judgement;
pub mod observed;
pub mod operation;
mod outcome_check;
mod page_check;
mod page_limits;
pub mod place;
mod registry;
pub mod rendering;
pub mod rule;
mod sameness;
pub mod schema;
pub mod shape;
mod shape_check;
pub mod shared_rule;
pub mod situation;
mod situation_fact;
pub mod spec_queries;
mod spec_round_trip;
pub mod told_resource;
mod transition;
pub mod v2018_10_01;
pub mod v2019_01_25;
pub mod version;
pub mod wire_rule;
pub mod world;

pub use page_limits::{DEFAULT_LIMIT, MOST_EMPTY_PAGES};
