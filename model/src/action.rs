//! Actions: what the operations of a kind do, one file each.
//!
//! The main trait is [`Behaviour`]; [`of`] gives that of an [`Action`]. A file says what is expected of
//! a call, what the call changes, what its answer must show and which facts make its situation.

use crate::call_context::CallContext;
use crate::error::ErrorKind;
use crate::expectation::Change;
use crate::operation::Action;
use crate::shared_rule::SharedRule;
use crate::situation_fact::Looker;
use crate::world::Key;

pub(crate) mod create;
mod delete;
mod describe;
mod list;
pub(crate) mod update;

/// The behaviour that the operations of an action have in common.
pub(crate) trait Behaviour: Sync {
    /// The rule that refuses a call on something inside a resource that does not exist.
    fn missing(&self) -> SharedRule;

    /// Whether nothing changes.
    fn reads(&self) -> bool {
        false
    }

    /// Adds what is expected of a call on the resource with this key; `parent_exists` says whether
    /// everything above it exists.
    fn expect(&self, context: &mut CallContext<'_>, key: &Key, parent_exists: bool);

    /// The change made by a call that succeeded although it must not.
    fn forced(&self) -> Change;

    /// The members that the answer to a call that made this change must show; `again` says
    /// whether the name was used before, `is_due` whether success is due by a rule.
    fn shows(&self, change: Change, again: bool, is_due: &dyn Fn(SharedRule) -> bool) -> Shown;

    /// Adds the facts that make the situation of a call.
    fn look(&self, looker: &mut Looker<'_>, may_succeed: bool);
}

/// The behaviour of an action.
pub(crate) const fn of(action: Action) -> &'static dyn Behaviour {
    match action {
        Action::Create => &create::Create,
        Action::Describe => &describe::Describe,
        Action::Update => &update::Update,
        Action::Delete => &delete::Delete,
        Action::List => &list::List,
    }
}

/// The members of a resource that an answer must show.
pub(crate) struct Shown {
    /// The status, with its rule.
    pub status: (SharedRule, &'static str),
    /// The specification, with its rule; none where any will do.
    pub spec: Option<(SharedRule, ShownSpec)>,
    /// The version.
    pub version: ShownVersion,
    /// A rule that leaves open which version is shown.
    pub version_open: Option<SharedRule>,
    /// The times.
    pub times: ShownTimes,
}

impl Shown {
    /// An answer about the past, of which only what never changes is known.
    const PAST: Self = Self {
        status: (SharedRule::Status, "ACTIVE"),
        spec: None,
        version: ShownVersion::Open,
        version_open: None,
        times: ShownTimes::Open,
    };
}

/// The specification that an answer shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShownSpec {
    /// The one that the call sends.
    Sent,
    /// The one that is stored.
    Stored,
}

/// The version that an answer shows.
#[derive(Clone, Copy)]
pub(crate) enum ShownVersion {
    /// The first, by this rule.
    First(SharedRule),
    /// The one known, by this rule.
    Same(SharedRule),
    /// The one behind it, by this rule.
    Next(SharedRule),
    /// Any.
    Open,
}

/// The times that an answer shows.
#[derive(Clone, Copy)]
pub(crate) enum ShownTimes {
    /// The resource is new.
    New,
    /// Those known.
    Same,
    /// A later update than the one known.
    Moved {
        /// The update counts, so that it must be later; otherwise it may be the same.
        counts: bool,
    },
    /// Any.
    Open,
}

/// Expects a call on one resource to succeed if the resource exists, and to be refused if not.
fn expect_existing(context: &mut CallContext<'_>, key: &Key, due: SharedRule, changes: &[Change]) {
    if context.world.contains(key) {
        context.expectation.changes.extend_from_slice(changes);
        context.due(due);
    } else if context.world.implies(key) {
        context.expectation.changes.extend_from_slice(changes);
        context.leave(SharedRule::Implied, ErrorKind::NotFound);
    } else if context.expectation.demands.iter().all(|demand| demand.error != ErrorKind::NotFound) {
        context.refuse(of(context.action()).missing());
    }
}
