//! Anchors of rules and findings, and the links that lead to them.
//!
//! The main types are [`Link`] and [`Gap`].

use sha2::{Digest, Sha256};

use crate::report::gaps::reason;
use crate::report::{GapReport, Identity, Report};

/// A number that leads to a finding.
pub(super) struct Link {
    pub(super) number: usize,
    pub(super) anchor: String,
}

/// Why something was not put to the test, and the finding that stood in the way.
pub(super) struct Gap {
    pub(super) reason: String,
    pub(super) link: Option<Link>,
}

impl Gap {
    pub(super) fn of(report: &Report, gap: &GapReport) -> Self {
        let link = gap.masked_by.as_ref().and_then(|identity| Link::to(report, identity));
        Self { reason: reason(report, gap), link }
    }
}

impl Link {
    /// None if the finding is not in the report.
    pub(super) fn to(report: &Report, identity: &Identity) -> Option<Self> {
        let number = report.number(identity)?;
        Some(Self { number, anchor: finding_anchor(identity) })
    }
}

/// The first item of `all` that matches, added if there is none yet.
pub(super) fn find_or_add<T>(
    all: &mut Vec<T>,
    is_it: impl Fn(&T) -> bool,
    make: impl FnOnce() -> T,
) -> &mut T {
    let index = all.iter().position(is_it).unwrap_or_else(|| {
        all.push(make());
        all.len() - 1
    });
    &mut all[index]
}

/// The anchor of a rule.
pub(super) fn rule_anchor(id: &str) -> String {
    format!("rule-{}", plain(id))
}

/// The anchor of a finding: the same in every report that has it. The place may be anything that a
/// target says, so it only shows in a few digits.
pub(super) fn finding_anchor(identity: &Identity) -> String {
    let digest = Sha256::digest(identity.at.as_bytes());
    let digits: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("finding-{}-{}-{digits}", plain(&identity.operation), plain(&identity.rule))
}

/// A text as an address may have it.
fn plain(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
    text.chars().map(|c| if allowed(c) { c } else { '-' }).collect()
}
