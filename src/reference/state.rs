//! The state of the reference server.

use appmesh_model::world::World;

use super::choices::Choices;
use super::clock::Clock;
use super::cursor::Cursors;
use super::hooks::Hooks;
use super::implied_resources::Implied;

/// What changes while the server runs.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub world: World,
    pub choices: Choices,
    pub hooks: Box<dyn Hooks>,
    pub cursors: Cursors,
    pub clock: Clock,
    pub implied: Implied,
}
