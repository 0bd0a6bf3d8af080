//! Performing: what a correct server does and answers for a call, once it has decided on a change.
//!
//! The main function is [`perform`]. What a server chooses by itself comes in as [`Minted`]; which
//! of the permitted outcomes it takes is its own affair.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::api::{Api, Call};
use crate::client_token::record_token;
use crate::expectation::{Change, Expectation, sent_spec};
use crate::judgement::arn_path;
use crate::rendering;
use crate::transition;
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

    /// A resource with an empty specification, as the server makes it by itself.
    pub fn resource(&self, api: &Api, key: &Key, generation: u32) -> Resource {
        let empty = Value::Object(Map::new());
        let mut resource = Resource::new(generation, Some(empty.into()), 0);
        self.fill(api, key, Change::Create, None, &mut resource);
        resource
    }

    /// Fills in the members of a changed resource that a server chooses; `earlier` is the time of
    /// the update before.
    fn fill(
        &self,
        api: &Api,
        key: &Key,
        change: Change,
        earlier: Option<Timestamp>,
        resource: &mut Resource,
    ) {
        match change {
            Change::Create => {
                let owner: Arc<str> = self.account.as_str().into();
                resource.version = Some(1);
                resource.uid = Some(self.uid.as_str().into());
                resource.arn = Some(self.arn(api, key).into());
                resource.owners = Some((owner.clone(), owner));
                resource.created_at = Some(self.now);
                resource.last_updated_at = Some(self.now);
            }
            Change::Replace { counts } => {
                resource.last_updated_at = if counts { Some(self.now) } else { earlier };
                // A server has no use for the specifications that it held before.
                resource.formers.clear();
            }
            Change::Read | Change::Replay | Change::Remove | Change::Page => {}
        }
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
    let sent = sent_spec(&api.operations[call.operation], call).filter(|_| change.stores());
    let before = world.get(key).filter(|_| change == Change::Remove).cloned();
    let earlier = world.get(key).and_then(|resource| resource.last_updated_at);
    transition::apply(api, world, key, change, sent, None, 0);
    if change.stores() {
        world.change(key, |resource| minted.fill(api, key, change, earlier, resource));
    }
    record_token(api, world, call, expectation, true);
    match change {
        Change::Page => None,
        Change::Remove => Some(rendering::resource(api, key, &before?, "DELETED")),
        _ => Some(rendering::resource(api, key, world.get(key)?, "ACTIVE")),
    }
}
