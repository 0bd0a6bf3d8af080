//! Describe: reads one resource.

use super::{Behaviour, Shown, ShownSpec, ShownTimes, ShownVersion, expect_existing};
use crate::call_context::CallContext;
use crate::expectation::Change;
use crate::shared_rule::SharedRule;
use crate::situation_fact::Looker;
use crate::world::Key;

/// See the module.
pub(super) struct Describe;

impl Behaviour for Describe {
    fn missing(&self) -> SharedRule {
        SharedRule::DescribeMissing
    }

    fn reads(&self) -> bool {
        true
    }

    fn expect(&self, context: &mut CallContext<'_>, key: &Key, _: bool) {
        expect_existing(context, key, SharedRule::Describes, &[Change::Read]);
    }

    fn forced(&self) -> Change {
        Change::Read
    }

    fn shows(&self, _: Change, _: bool, _: &dyn Fn(SharedRule) -> bool) -> Shown {
        Shown {
            spec: Some((SharedRule::DescribeSpec, ShownSpec::Stored)),
            version: ShownVersion::Same(SharedRule::VersionStable),
            times: ShownTimes::Same,
            ..Shown::PAST
        }
    }

    fn look(&self, looker: &mut Looker<'_>, _: bool) {
        looker.look_at_name();
        looker.look_at_version();
        looker.look_at_client_token();
    }
}
