//! The reference server: the model, answering requests.
//!
//! The main type is [`Reference`]; [`Reference::handle`] takes a request and gives an answer, with
//! no network in between. [`http`] puts it on a port, [`local`] makes it a target in this process.
//! Where the documents are silent, [`choices`] decides. [`hooks`] are the points at which a mutation
//! can change what the server does. It must not know who asks: harness, boto3 and curl are served
//! alike.

pub mod choices;
mod clock;
mod cursor;
pub mod hooks;
pub mod http;
mod identity;
mod implied_resources;
pub mod local;
mod pages;
mod reply;
mod server;
mod state;

pub use crate::request_parser::Request;
pub use identity::{ACCOUNT, REGION, minted};
pub use reply::Reply;
pub use server::Reference;
