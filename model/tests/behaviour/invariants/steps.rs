//! Steps: the choices behind a call and its answer.

use appmesh_model::api::Version;
use appmesh_model::error::ErrorKind;
use appmesh_model::observed::Answer;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::garbage::garbage;

/// The choices from which a call is made once the state is known, and how it is answered.
#[derive(Clone, Debug)]
pub struct Step {
    pub operation: Index,
    pub again: Again,
    /// Nothing but valid members: else calls would seldom get past the first demand.
    pub careful: bool,
    pub names: [Named; 3],
    pub spec: Index,
    pub client_token: Index,
    pub limit: Index,
    pub page_token: Index,
    pub owner: Index,
    pub tags: Index,
    pub malformed: bool,
    pub pause_ms: u64,
    pub reply: Reply,
}

/// Whether the call before is sent once more.
#[derive(Clone, Copy, Debug)]
pub enum Again {
    No,
    Verbatim,
    WithAnotherSpec,
}

/// The choice of a name at one depth.
#[derive(Clone, Debug)]
pub enum Named {
    /// One of the pool of its family.
    Pooled(usize),
    /// Something else, that may be no name at all.
    Odd(Value),
    /// None is given.
    Absent,
}

#[derive(Clone, Debug)]
pub enum Reply {
    /// An outcome that the model permits in one of the worlds.
    Honest(Picks),
    /// No answer, or one that tells nothing.
    Lost(Option<ErrorKind>),
    /// Whatever this is.
    Garbage(Answer),
}

/// What an honest target picks where it is free to.
#[derive(Clone, Debug)]
pub struct Picks {
    pub world: Index,
    pub succeed: bool,
    pub outcome: Index,
    pub flag: bool,
    pub size: Index,
}

pub fn version() -> impl Strategy<Value = Version> {
    select(Version::ALL.to_vec())
}

pub fn steps(
    reply: impl Strategy<Value = Reply>,
    name: impl Strategy<Value = Named> + Clone,
) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(reply, name), 1..50)
}

pub fn step(
    reply: impl Strategy<Value = Reply>,
    name: impl Strategy<Value = Named> + Clone,
) -> impl Strategy<Value = Step> {
    let names = [name.clone(), name.clone(), name];
    let members = (
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
    );
    let again = prop_oneof![
        16 => Just(Again::No),
        1 => Just(Again::Verbatim),
        1 => Just(Again::WithAnotherSpec),
    ];
    let flags = (again, prop::bool::weighted(0.7), prop::bool::weighted(0.02));
    (any::<Index>(), flags, names, members, 0..3_000_u64, reply).prop_map(
        |(operation, (again, careful, malformed), names, members, pause_ms, reply)| {
            let (spec, client_token, limit, page_token, owner, tags) = members;
            Step {
                operation,
                again,
                careful,
                names,
                spec,
                client_token,
                limit,
                page_token,
                owner,
                tags,
                malformed,
                pause_ms,
                reply,
            }
        },
    )
}

/// Names as strings of which the path of a request can be made.
pub fn readable_name() -> impl Strategy<Value = Named> + Clone {
    let odd = [json!("a/b"), json!("a.b"), json!("x".repeat(256)), json!("ü")];
    prop_oneof![
        6 => Just(Named::Pooled(0)),
        2 => Just(Named::Pooled(1)),
        1 => Just(Named::Pooled(2)),
        1 => select(odd.to_vec()).prop_map(Named::Odd),
    ]
}

/// The same with what is no name at all.
pub fn any_name() -> impl Strategy<Value = Named> + Clone {
    let odd = [json!(7), json!(null), json!(["m0"])];
    prop_oneof![
        30 => readable_name(),
        1 => select(odd.to_vec()).prop_map(Named::Odd),
        1 => Just(Named::Absent),
    ]
}

/// The same with names that are reported to run into others.
pub fn reported_name() -> impl Strategy<Value = Named> + Clone {
    let odd = [json!(""), json!("m0\u{1}n0"), json!("m0/n0")];
    prop_oneof![30 => any_name(), 1 => select(odd.to_vec()).prop_map(Named::Odd)]
}

pub fn honest() -> impl Strategy<Value = Reply> {
    let succeed = prop::bool::weighted(0.8);
    (any::<Index>(), succeed, any::<Index>(), any::<bool>(), any::<Index>()).prop_map(
        |(world, succeed, outcome, flag, size)| {
            Reply::Honest(Picks { world, succeed, outcome, flag, size })
        },
    )
}

pub fn lost() -> impl Strategy<Value = Reply> {
    let telling_nothing =
        [None, Some(ErrorKind::TooManyRequests), Some(ErrorKind::ServiceUnavailable)];
    select(telling_nothing.to_vec()).prop_map(Reply::Lost)
}

pub fn honest_or_lost() -> impl Strategy<Value = Reply> {
    prop_oneof![12 => honest(), 1 => lost()]
}

pub fn any_reply(extreme: bool) -> impl Strategy<Value = Reply> {
    prop_oneof![4 => honest(), 1 => lost(), 4 => garbage(extreme).prop_map(Reply::Garbage)]
}
