//! The App Mesh API as a model: what may happen next, and which document says so.
//!
//! The model knows operations, shapes, bounds, rules and resources. It must not know clocks,
//! randomness, HTTP clients or servers, generators or reports: it is data and pure functions.
//!
//! - [`rule`], [`shared_rule`], [`wire`]: what is promised, how sure that is, and where it stands.
//! - [`shape`], [`operation`]: the API's tables; [`v2018_10_01`], [`v2019_01_25`]: their contents.
//! - [`api`]: a version of the API compiled from its tables, with [`schema`]s and the catalogue.
//! - [`world`]: one possible state; [`expect`]: what may be answered to a call in it.
//! - [`observed`], `head`, `body`, [`answer`], `echo`, `page`: what came back, and what is
//!   wrong with it; `effect`: what it leaves behind.
//! - [`belief`]: the worlds still possible; the way in is [`belief::Belief::judge`].
//! - [`situation`]: what can be told of a call before it is sent.
//! - [`perform`], [`render`]: what a correct server does and answers.
//!
//! To add a rule, see [`shared_rule`] (for all families) or a family's own file. To add a version, add
//! its folder and a line in [`api::Version`].

mod action;
pub mod answer;
pub mod api;
pub mod belief;
mod body;
mod call_context;
mod client_token;
pub mod error;
pub mod expect;
mod expectation;
mod facts;
pub mod family;
pub mod observed;
pub mod operation;
mod page;
mod page_limits;
pub mod perform;
pub mod place;
pub mod reading;
mod registry;
pub mod render;
pub mod rule;
mod sameness;
pub mod schema;
pub mod shape;
pub mod shared_rule;
pub mod situation;
mod spec;
mod spec_round_trip;
mod status;
mod transition;
pub mod v2018_10_01;
pub mod v2019_01_25;
pub mod version;
pub mod wire;
pub mod world;

pub use page_limits::{DEFAULT_LIMIT, MOST_EMPTY_PAGES};
