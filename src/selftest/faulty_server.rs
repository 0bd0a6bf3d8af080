//! Recipes: how to make reference servers with seeded faults.
//!
//! The main function is [`faulty`]; a [`Recipe`] makes the same server any number of times.

use appmesh_model::api::Api;

use super::fault::Fault;
use super::injection::Mutations;
use crate::reference::{Reference, local};
use crate::target::{Renew, Target};

/// A new reference server with these faults; `choices` is the seed for what the documents leave
/// open, or none for the plainest answers.
pub fn faulty(api: &'static Api, choices: Option<u64>, faults: &[Fault]) -> Reference {
    if faults.is_empty() {
        return Reference::new(api, choices);
    }
    Reference::with_hooks(api, choices, Box::new(Mutations::new(faults)))
}

/// All that makes one reference server like another.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The API that is served.
    pub api: &'static Api,
    /// The seed for what the documents leave open; none for the plainest answers.
    pub choices: Option<u64>,
    /// The faults of the server.
    pub faults: Vec<Fault>,
}

impl Renew for Recipe {
    fn renewed(&self) -> Target {
        local::target(faulty(self.api, self.choices, &self.faults))
    }
}
