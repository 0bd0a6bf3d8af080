//! Performing: what a correct server does and answers for a call, once it has decided on a change.
//!
//! The main function is [`perform`]. What a server chooses by itself comes in as [`Minted`]; which
//! of the permitted outcomes it takes is its own affair.

use std::sync::Arc;

use serde_json::Value;

use crate::answer::arn_path;
use crate::api::{Api, Call};
use crate::expect::{Change, Expectation, record_token, sent_spec};
use crate::render;
use crate::world::{Key, Resource, Timestamp, World};

/// What a server chooses by itself.
#[derive(Clone, Debug)]
pub struct Minted {
    /// The uid of a new resource.
    pub uid: String,
    /// The time.
    pub now: Timestamp,
    /// The account that owns everything.
    pub account: String,
    /// The region in ARNs.
    pub region: String,
}

impl Minted {
    /// The ARN of a resource.
    pub fn arn(&self, api: &Api, key: &Key) -> String {
        let path = arn_path(api, &api.families[key.family], key);
        format!("arn:aws:appmesh:{}:{}:{path}", self.region, self.account)
    }
}

/// Performs a change and returns the body of the answer; none for pages, which depend on the
/// server's order, and where the expectation names no resource.
pub fn perform(
    api: &Api,
    world: &mut World,
    call: &Call,
    expectation: &Expectation,
    change: Change,
    minted: &Minted,
) -> Option<Value> {
    let key = expectation.key.as_ref()?;
    let sent = sent_spec(&api.operations[call.operation], call);
    let mut gone = None;
    match change {
        Change::Create => {
            let owner: Arc<str> = minted.account.as_str().into();
            let resource = Resource {
                uid: Some(minted.uid.as_str().into()),
                arn: Some(minted.arn(api, key).into()),
                owners: Some((owner.clone(), owner)),
                created_at: Some(minted.now),
                last_updated_at: Some(minted.now),
                ..Resource::new(world.next_generation(key), sent, 0)
            };
            world.insert(key.clone(), resource);
        }
        Change::Replace { counts } => {
            world.outdate_tokens(key);
            world.change(key, |resource| {
                resource.spec = sent;
                if counts {
                    resource.version = resource.version.map(|version| version.saturating_add(1));
                    resource.last_updated_at = Some(minted.now);
                }
            });
        }
        Change::Remove => {
            gone = world.get(key).cloned();
            world.remove(key);
        }
        Change::Read | Change::Replay | Change::Page => {}
    }
    record_token(api, world, call, expectation, true);
    match (change, gone) {
        (Change::Page, _) => None,
        (_, Some(gone)) => Some(render::resource(api, key, &gone, "DELETED")),
        (_, None) => Some(render::resource(api, key, world.get(key)?, "ACTIVE")),
    }
}
